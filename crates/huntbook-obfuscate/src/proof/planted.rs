//! Planted leaks: an honest table passes, and with one original in any place, under any encoding, it does
//! not, and the finding names the place.

use std::sync::{Arc, LazyLock};

use arrow::array::{
    ArrayRef, BinaryArray, DictionaryArray, Int64Array, ListArray, RecordBatch, StringArray,
    StructArray, TimestampNanosecondArray,
};
use arrow::datatypes::{DataType, Field, Fields, Int32Type, Schema};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use sha2::Digest;

use super::*;
use crate::{Key, Kind, Policy};

const ROWS: usize = 5_000;

/// A row in the middle of the table.
const ROW: usize = 3_456;

/// The rows around it that are checked for each leak.
const WINDOW: std::ops::Range<usize> = 3_400..3_500;

fn obfuscator() -> &'static Obfuscator {
    static OBFUSCATOR: LazyLock<Obfuscator> = LazyLock::new(|| {
        let policy = ["Note", "Payload", "Meta.os", "Tags", "Category", "Bytes", "Provider"]
            .iter()
            .fold(Policy::builtin(), |policy, column| policy.with_rule(column, Kind::Keep))
            .with_rule("Hardware", Kind::Mac);
        Obfuscator::new(&Key::from_bytes([42; 32]), "planted", policy)
    });
    &OBFUSCATOR
}

/// Spreads a row number over 32 bits, one to one.
pub(super) fn scatter(row: usize) -> u32 {
    (row as u32 ^ 0x5bd1).wrapping_mul(0x9e37_79b1).rotate_left(13).wrapping_mul(0x85eb_ca6b)
}

pub(super) fn user(row: usize) -> String {
    format!("wlodek{:04}", row % 700)
}

pub(super) fn host(row: usize) -> String {
    format!("qxhost{:04}", row % 900)
}

pub(super) fn address(row: usize) -> String {
    let [_, b, c, d] = scatter(row % 2_000).to_be_bytes();
    format!("10.{b}.{c}.{}", d.clamp(1, 254))
}

pub(super) fn guid(row: usize) -> String {
    format!("{:08x}-d9cb-469f-a165-7086{:08x}", scatter(row), scatter(row + 7))
}

pub(super) fn security_id(row: usize) -> String {
    format!("S-1-5-21-1004336348-1177238915-682003330-{}", 1100 + row % 700)
}

fn hardware(row: usize) -> String {
    let [a, b, c, d] = scatter(row + 99).to_be_bytes();
    format!("00:1B:{a:02X}:{b:02X}:{c:02X}:{d:02X}")
}

fn upn(row: usize) -> String {
    format!("{}@fabrikant.com", user(row))
}

fn note(row: usize) -> String {
    format!(
        "4624 - logon {} of version 10.0.{}.1, took {} ms; see https://learn.microsoft.com/windows/{:x}",
        row % 5,
        row % 200,
        row * 7 % 1013,
        scatter(row + 500_000)
    )
}

fn texts(value: impl Fn(usize) -> String) -> ArrayRef {
    Arc::new((0..ROWS).map(|row| Some(value(row))).collect::<StringArray>())
}

fn table() -> RecordBatch {
    let meta = StructArray::from(vec![
        (Arc::new(Field::new("hostname", DataType::Utf8, true)), texts(host)),
        (
            Arc::new(Field::new("os", DataType::Utf8, true)),
            texts(|row| format!("Windows {}", row % 3)),
        ),
    ]);
    let tags = ListArray::new(
        Arc::new(Field::new("item", DataType::Utf8, true)),
        arrow::buffer::OffsetBuffer::from_lengths(std::iter::repeat_n(2, ROWS)),
        Arc::new(
            (0..2 * ROWS).map(|tag| Some(format!("tag {}", tag % 11))).collect::<StringArray>(),
        ),
        None,
    );
    let category: DictionaryArray<Int32Type> =
        (0..ROWS).map(|row| ["Logon", "Process", "Registry"][row % 3]).collect();
    let payload: Vec<Vec<u8>> = (0..ROWS).map(|row| scatter(row).to_be_bytes().repeat(5)).collect();
    RecordBatch::try_from_iter_with_nullable([
        ("Account", texts(|row| format!("FABRIKANT\\{}", user(row))), true),
        ("UserPrincipalName", texts(upn), true),
        ("Computer", texts(|row| format!("{}.fabrikant.com", host(row))), true),
        ("IpAddress", texts(address), true),
        ("SubjectUserSid", texts(security_id), true),
        ("AADTenantId", texts(guid), true),
        ("Hardware", texts(hardware), true),
        (
            "RemoteUrl",
            texts(|row| {
                format!("https://{}.fabrikant.com/u/{}?ip={}", host(row), user(row), address(row))
            }),
            true,
        ),
        (
            "FilePath",
            texts(|row| format!("C:\\Users\\{}\\Desktop\\{:x}.docx", user(row), scatter(row))),
            true,
        ),
        (
            "CommandLine",
            texts(|row| format!("net use \\\\{}\\share /user:{}", host(row), user(row))),
            true,
        ),
        (
            "ExtendedProperties",
            texts(|row| format!("{{\"user\":\"{}\",\"ip\":\"{}\"}}", upn(row), address(row))),
            true,
        ),
        ("Meta", Arc::new(meta) as ArrayRef, true),
        ("Tags", Arc::new(tags) as ArrayRef, true),
        ("Category", Arc::new(category) as ArrayRef, true),
        ("Payload", Arc::new(BinaryArray::from_iter_values(payload)) as ArrayRef, true),
        ("Note", texts(note), true),
        ("Provider", texts(|row| guid(row + 1_000_000)), true),
        (
            "Bytes",
            Arc::new(Int64Array::from_iter_values(
                (0..ROWS).map(|row| i64::from(scatter(row) >> 4)),
            )) as ArrayRef,
            true,
        ),
        (
            "TimeGenerated",
            Arc::new(TimestampNanosecondArray::from_iter_values(
                (0..ROWS as i64).map(|row| 1_700_000_000_000_000_000 + row * 1_000_000_007),
            )) as ArrayRef,
            true,
        ),
    ])
    .unwrap()
}

struct Fixture {
    plan: Plan,
    original: RecordBatch,
    output: RecordBatch,
    /// Has learnt the whole table.
    prover: Prover<'static>,
}

impl Fixture {
    /// The proof of the rows around a leak.
    fn check_window(&self, original: &RecordBatch, output: &RecordBatch) -> Proof {
        let window = |batch: &RecordBatch| batch.slice(WINDOW.start, WINDOW.len());
        self.prover.check(&self.plan, &[window(original)], &[window(output)])
    }
}

fn fixture() -> &'static Fixture {
    static FIXTURE: LazyLock<Fixture> = LazyLock::new(|| {
        let original = table();
        let plan = obfuscator().plan(&original.schema(), &original);
        let output = obfuscator().batch(&plan, &original).unwrap();
        let mut prover = Prover::new(obfuscator()).without_attacks();
        prover.learn(&plan, std::slice::from_ref(&original));
        Fixture { plan, original, output, prover }
    });
    &FIXTURE
}

fn with_column(batch: &RecordBatch, name: &str, column: ArrayRef) -> RecordBatch {
    let index = batch.schema().index_of(name).unwrap();
    let mut columns = batch.columns().to_vec();
    columns[index] = column;
    RecordBatch::try_new(batch.schema(), columns).unwrap()
}

fn replaced(column: &ArrayRef, text: &str) -> ArrayRef {
    let texts = leaves::texts(column).unwrap();
    let values =
        texts.iter().enumerate().map(|(at, value)| if at == ROW { Some(text) } else { value });
    Arc::new(values.collect::<StringArray>())
}

/// The proof of both tables with `column` in place of the kept column `name`.
fn prove_kept(name: &str, column: &ArrayRef) -> Proof {
    let fixture = fixture();
    let original = with_column(&fixture.original, name, Arc::clone(column));
    let output = with_column(&fixture.output, name, Arc::clone(column));
    fixture.check_window(&original, &output)
}

/// Collects what was not found.
#[derive(Default)]
struct Leaks {
    planted: usize,
    missed: Vec<String>,
}

impl Leaks {
    fn judge(&mut self, what: &str, proof: &Proof, column: Option<&str>) {
        self.planted += 1;
        let is_named = |finding: &Finding| {
            finding.rule == ProofRule::Survival && finding.column.as_deref() == column
        };
        if proof.ok || !proof.findings.iter().any(is_named) {
            self.missed.push(format!("{what}: {:?}", proof.findings));
        }
        let others = proof.findings.iter().filter(|finding| finding.column.as_deref() != column);
        for other in others {
            self.missed.push(format!("{what}: found elsewhere: {other:?}"));
        }
    }

    fn kept(&mut self, what: &str, text: &str) {
        let column = replaced(fixture().original.column_by_name("Note").unwrap(), text);
        self.judge(&format!("{what}: {text}"), &prove_kept("Note", &column), Some("Note"));
    }

    fn end(self, family: &str) {
        println!("{family}: {} planted, {} missed", self.planted, self.missed.len());
        assert!(self.missed.is_empty(), "{}", self.missed.join("\n"));
    }
}

fn utf16(text: &str, bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
    text.encode_utf16().flat_map(bytes).collect()
}

fn each(text: &str, spell: impl Fn(u32) -> String) -> String {
    text.chars().map(|letter| spell(letter.into())).collect()
}

pub(super) fn encodings(value: &str) -> Vec<(&'static str, String)> {
    let json = serde_json::to_string(value).unwrap();
    let twice = serde_json::to_string(&format!("{{\"a\":{json}}}")).unwrap();
    let title = value[..1].to_uppercase() + &value[1..].to_lowercase();
    vec![
        ("plain", value.to_owned()),
        ("upper", value.to_uppercase()),
        ("title", title),
        ("in text", format!("failed for {value} twice")),
        ("before a colon", format!("{value}: failed")),
        ("in brackets", format!("[{value}]<x>")),
        ("in quotes", format!("said \"{value}\", then left")),
        ("assigned", format!("name={value};x=1")),
        ("in curly quotes", format!("of “{value}”—now")),
        ("in a path", format!("C:\\Users\\{value}\\Desktop\\a.txt")),
        ("in a unix path", format!("/home/{value}/.profile")),
        ("in a url", format!("https://portal.office.com/x/{value}/y")),
        ("in a query", format!("https://portal.office.com/?q={value}&z=1")),
        ("json value", format!("{{\"a\":{json},\"b\":1}}")),
        ("json key", format!("{{{json}:1}}")),
        ("json in json", format!("{{\"b\":{twice}}}")),
        ("base64", STANDARD.encode(value)),
        ("base64 in text", format!("-enc {} -x", STANDARD.encode(format!("say {value} now")))),
        ("base64 in a path", format!("/x/{}/", URL_SAFE_NO_PAD.encode(format!("a {value} b")))),
        ("base64 for urls", format!("?t={}", URL_SAFE_NO_PAD.encode(value))),
        ("base64 of utf-16", STANDARD.encode(utf16(value, u16::to_le_bytes))),
        ("base64 of big-endian utf-16", STANDARD.encode(utf16(value, u16::to_be_bytes))),
        ("double base64", STANDARD.encode(STANDARD.encode(value))),
        ("percent", each(value, |code| format!("%{code:02x}"))),
        ("double percent", each(value, |code| format!("%25{code:02X}"))),
        ("hex", hex::encode(value)),
        ("hex in text", format!("data 0x{} end", hex::encode_upper(value))),
        ("hex of utf-16", hex::encode(utf16(value, u16::to_le_bytes))),
        ("escapes", each(value, |code| format!("\\u{code:04x}"))),
        ("short escapes", each(value, |code| format!("\\x{code:02x}"))),
        ("entities", each(value, |code| format!("&#{code};"))),
        ("hex entities", format!("a &amp; {}", each(value, |code| format!("&#x{code:X};")))),
        ("after an escaped line end", format!("a\\n{value}\\tb")),
    ]
}

#[test]
fn honest_table_is_ok() {
    let fixture = fixture();
    let proof = prove(
        std::slice::from_ref(&fixture.original),
        std::slice::from_ref(&fixture.output),
        &fixture.plan,
        obfuscator(),
    );
    assert!(proof.ok, "{:#?}", proof.findings);
    assert!(proof.attack.values > 1000 && proof.joins > 0, "{:?}", proof.attack);
    assert_eq!((proof.attack.function_matches, proof.attack.key_matches), (0, 0));
    let shown = proof.to_html() + &proof.to_json();
    for value in ["wlodek", "fabrikant", "qxhost", "1004336348", &address(3), &guid(3)] {
        assert!(!shown.to_lowercase().contains(value), "{value}");
    }
}

#[test]
fn near_misses_are_no_findings() {
    for text in [
        "1104",
        "S-1-5-32-544",
        "10.0.0.1.7",
        "beef d9cb469f 7086",
        "wlodek",
        "qxhost00001",
        "microsoft windows account",
        "FFFF:1:2",
        "aGVsbG8gd29ybGQ=",
        "{\"user\":null}",
        "%%%25&&amp;\\u12\\",
        "d9cb-469f-a165",
        "2024-01-02T03:04:05Z",
    ] {
        let column = replaced(fixture().original.column_by_name("Note").unwrap(), text);
        let proof = prove_kept("Note", &column);
        assert!(proof.ok, "{text}: {:?}", proof.findings);
    }
}

#[test]
fn names_planted_under_every_encoding_are_found() {
    let mut leaks = Leaks::default();
    for value in [
        user(ROW + 1),
        format!("FABRIKANT\\{}", user(9)),
        upn(17),
        format!("{}.fabrikant.com", host(5)),
    ] {
        for (name, text) in encodings(&value) {
            leaks.kept(name, &text);
        }
    }
    leaks.end("names");
}

#[test]
fn identifiers_planted_under_every_encoding_are_found() {
    let mut leaks = Leaks::default();
    for value in [address(77), guid(ROW), security_id(3), hardware(8)] {
        for (name, text) in encodings(&value) {
            leaks.kept(name, &text);
        }
    }
    leaks.end("identifiers");
}

#[test]
fn parts_and_other_spellings_are_found() {
    let mut leaks = Leaks::default();
    let address: std::net::Ipv4Addr = address(77).parse().unwrap();
    let bits = u32::from(address);
    let [a, b, c, d] = address.octets();
    let plain_guid = guid(ROW).replace('-', "");
    let object = uuid_bits(&plain_guid);
    let plain_mac = hardware(8).replace(':', "");
    for (what, text) in [
        ("domain of an account", "fabrikant".to_owned()),
        ("user of an account", user(12)),
        ("host label", host(12).to_uppercase()),
        ("machine account", format!("{}$", host(12))),
        ("user of another domain", format!("OTHER\\{}", user(12))),
        ("mail address elsewhere", format!("{}@example.org", user(12))),
        ("service principal name", format!("HTTP/{}", host(12))),
        ("share", format!("\\\\{}\\c$", host(12))),
        ("host of another domain", format!("{}.corp.local", host(12))),
        ("address in decimal", format!("ip {bits}")),
        ("address in hexadecimal", format!("0x{bits:08x}")),
        ("address in hexadecimal digits", format!("ip {bits:08X}")),
        ("address in IPv6", format!("::ffff:{address}")),
        ("address in IPv6 digits", format!("::ffff:{:x}:{:x}", bits >> 16, bits & 0xffff)),
        ("address in NAT64", format!("64:ff9b::{:x}:{:x}", bits >> 16, bits & 0xffff)),
        ("address in reverse", format!("{d}.{c}.{b}.{a}.in-addr.arpa")),
        ("address with a port", format!("{address}:8443")),
        ("address with a length", format!("{address}/32")),
        ("address at the end", format!("from {address}.")),
        ("address in a range", format!("{address}-10.0.0.9")),
        ("uuid without dashes", plain_guid.clone()),
        ("uuid in capitals", guid(ROW).to_uppercase()),
        ("uuid in braces", format!("{{{}}}", guid(ROW))),
        ("uuid in a urn", format!("urn:uuid:{}", guid(ROW))),
        ("uuid among dashes", format!("device-{}-x", guid(ROW))),
        ("uuid in a resource", format!("/subscriptions/{}/resourceGroups", guid(ROW))),
        ("uuid as a security identifier", entra_text(object)),
        (
            "security identifier with another rid",
            "S-1-5-21-1004336348-1177238915-682003330-500".to_owned(),
        ),
        ("domain of security identifiers", "S-1-5-21-1004336348-1177238915-682003330".to_owned()),
        ("security identifier in small letters", security_id(4).to_lowercase()),
        ("security identifier of a hive", format!("HKU\\{}_Classes", security_id(4))),
        ("number of a security identifier", "machine 1004336348".to_owned()),
        ("hardware address with dashes", hardware(8).replace(':', "-")),
        ("hardware address bare", plain_mac.clone()),
        (
            "hardware address with dots",
            format!("{}.{}.{}", &plain_mac[..4], &plain_mac[4..8], &plain_mac[8..]),
        ),
        ("hardware address in small letters", hardware(8).to_lowercase()),
        ("path of the original", format!("C:\\Users\\{}\\Desktop", user(1))),
    ] {
        leaks.kept(what, &text);
    }
    leaks.end("spellings");
}

/// The security identifier that Entra gives to an object id.
fn entra_text(object: u128) -> String {
    let mut bytes = object.to_be_bytes();
    bytes[..4].reverse();
    bytes[4..6].reverse();
    bytes[6..8].reverse();
    let numbers = bytes.chunks_exact(4).map(|part| u32::from_le_bytes(part.try_into().unwrap()));
    numbers.fold("S-1-12-1".to_owned(), |text, number| format!("{text}-{number}"))
}

fn uuid_bits(digits: &str) -> u128 {
    u128::from_str_radix(digits, 16).unwrap()
}

#[test]
fn originals_in_every_kind_of_place_are_found() {
    let mut leaks = Leaks::default();
    let fixture = fixture();
    let check = |output: RecordBatch| fixture.check_window(&fixture.original, &output);
    let values = [
        user(40),
        format!("FABRIKANT\\{}", user(9)),
        upn(3),
        host(3),
        address(5),
        guid(7),
        security_id(8),
        hardware(2),
    ];
    for value in &values {
        // Lists, dictionaries, binary.
        let mut tags: Vec<String> = (0..2 * ROWS).map(|tag| format!("tag {}", tag % 11)).collect();
        tags[2 * ROW] = format!("on {value}");
        let lists = fixture.original.column_by_name("Tags").unwrap();
        let lists: &ListArray = arrow::array::AsArray::as_list(lists);
        let DataType::List(item) = arrow::array::Array::data_type(lists) else { panic!() };
        let lists = ListArray::new(
            Arc::clone(item),
            lists.offsets().clone(),
            Arc::new(StringArray::from(tags)),
            None,
        );
        leaks.judge("list item", &prove_kept("Tags", &(Arc::new(lists) as ArrayRef)), Some("Tags"));

        let values = StringArray::from(vec!["Logon", "Process", value.as_str()]);
        let keys = (0..ROWS).map(|row| if row == ROW { 2 } else { row as i32 % 2 });
        let shown = DictionaryArray::<Int32Type>::new(keys.collect(), Arc::new(values.clone()));
        leaks.judge(
            "dictionary value",
            &prove_kept("Category", &(Arc::new(shown) as ArrayRef)),
            Some("Category"),
        );
        let keys = (0..ROWS).map(|row| row as i32 % 2);
        let hidden = DictionaryArray::<Int32Type>::new(keys.collect(), Arc::new(values));
        leaks.judge(
            "dictionary value without a row",
            &prove_kept("Category", &(Arc::new(hidden) as ArrayRef)),
            Some("Category"),
        );

        for (what, bytes) in [
            ("binary", value.clone().into_bytes()),
            ("binary, utf-16", utf16(value, u16::to_le_bytes)),
            ("binary, big-endian utf-16", utf16(value, u16::to_be_bytes)),
            ("binary, among bytes", [b"\xff\x00\x01", value.as_bytes(), b"\x00\xfe"].concat()),
            (
                "binary, utf-16 among bytes",
                [&[0xff, 0, 1][..], &utf16(value, u16::to_le_bytes), &[0, 0, 0xd8]].concat(),
            ),
        ] {
            let rows =
                (0..ROWS).map(|row| if row == ROW { bytes.clone() } else { vec![row as u8; 5] });
            let column: ArrayRef = Arc::new(BinaryArray::from_iter_values(rows));
            leaks.judge(
                &format!("{what}: {value}"),
                &prove_kept("Payload", &column),
                Some("Payload"),
            );
        }

        // Metadata of the table and of a column.
        let mut metadata = fixture.output.schema().metadata().clone();
        metadata.insert("pandas".to_owned(), format!("{{\"index\":\"{value}\"}}"));
        let schema = Schema::new_with_metadata(fixture.output.schema().fields().clone(), metadata);
        let output =
            RecordBatch::try_new(Arc::new(schema), fixture.output.columns().to_vec()).unwrap();
        leaks.judge("metadata", &check(output), None);
        let fields: Fields = fixture
            .output
            .schema()
            .fields()
            .iter()
            .map(|field| {
                let field = field.as_ref().clone();
                if field.name() == "Note" {
                    field.with_metadata([("comment".to_owned(), format!("as {value} said"))].into())
                } else {
                    field
                }
            })
            .collect();
        let schema = Schema::new_with_metadata(fields, fixture.output.schema().metadata().clone());
        let output =
            RecordBatch::try_new(Arc::new(schema), fixture.output.columns().to_vec()).unwrap();
        leaks.judge("metadata of a column", &check(output), Some("Note"));

        // Every obfuscated column.
        for name in ["Account", "Computer", "IpAddress", "CommandLine", "AADTenantId", "RemoteUrl"]
        {
            let column =
                replaced(fixture.output.column_by_name(name).unwrap(), &format!("of {value}"));
            let proof = check(with_column(&fixture.output, name, column));
            leaks.judge(&format!("{name}: {value}"), &proof, Some(name));
        }

        assert!(
            !fixture.prover.check_text("name", &format!("export-{value}.csv")).is_empty(),
            "{value}"
        );
        let html = format!("<td>{}</td>", each(value, |code| format!("&#{code};")));
        assert!(!fixture.prover.check_bytes("report", html.as_bytes()).is_empty(), "{value}");
    }
    leaks.end("places");
}

#[test]
fn originals_in_names_of_columns_and_fields_are_found() {
    let mut leaks = Leaks::default();
    for name in [user(4), host(4), upn(5), address(5), guid(4), security_id(4)] {
        for is_inner in [false, true] {
            let values = texts(|row| format!("{}", row % 3));
            let column = if is_inner {
                let field = Arc::new(Field::new(&name, DataType::Utf8, true));
                Arc::new(StructArray::from(vec![(field, values)])) as ArrayRef
            } else {
                values
            };
            let outer = if is_inner { "Logons" } else { name.as_str() };
            let table = RecordBatch::try_from_iter([(outer, column)]).unwrap();
            let plan = obfuscator().plan(&table.schema(), &table);
            let output = obfuscator().batch(&plan, &table).unwrap();
            let proof = fixture().prover.check(&plan, &[table], &[output]);
            leaks.judge(&format!("name of a column: {name}"), &proof, None);
        }
    }
    leaks.end("names of columns");
}

#[test]
fn identifiers_in_a_column_of_numbers_are_found_and_chance_is_not() {
    let mut leaks = Leaks::default();
    for row in [5, 77, 900] {
        let bits = u32::from(address(row).parse::<std::net::Ipv4Addr>().unwrap());
        for number in [i64::from(bits), 1_004_336_348] {
            let numbers = (0..ROWS).map(|row| if row == ROW { number } else { row as i64 });
            let column: ArrayRef = Arc::new(Int64Array::from_iter_values(numbers));
            leaks.judge("number", &prove_kept("Bytes", &column), Some("Bytes"));
        }
    }
    leaks.end("numbers");
    let numbers = (0..ROWS).map(|row| i64::from(scatter(row + 123_456)));
    let column: ArrayRef = Arc::new(Int64Array::from_iter_values(numbers));
    let fixture = fixture();
    let [original, output] = [&fixture.original, &fixture.output]
        .map(|batch| with_column(batch, "Bytes", Arc::clone(&column)));
    let proof = fixture.prover.check(&fixture.plan, &[original], &[output]);
    assert!(proof.ok, "{:?}", proof.findings);
}

#[test]
fn one_row_of_a_million_is_found() {
    const MANY: usize = 1_000_000;
    let texts = |value: &dyn Fn(usize) -> String| -> ArrayRef {
        Arc::new((0..MANY).map(|row| Some(value(row))).collect::<StringArray>())
    };
    let original = RecordBatch::try_from_iter([
        ("Account", texts(&|row| format!("FABRIKANT\\{}", user(row)))),
        ("IpAddress", texts(&address)),
        ("Note", texts(&|row| if row == 765_432 { format!("by {}", user(11)) } else { note(row) })),
    ])
    .unwrap();
    let plan = obfuscator().plan(&original.schema(), &original.slice(0, 1000));
    let output = obfuscator().batch(&plan, &original).unwrap();
    let proof = prove(&[original], &[output], &plan, obfuscator());
    let found: Vec<_> = proof
        .findings
        .iter()
        .map(|finding| (finding.rule, finding.column.as_deref(), finding.count, finding.first_row))
        .collect();
    assert_eq!(found, [(ProofRule::Survival, Some("Note"), 1, Some(765_432))]);
}

#[test]
fn a_guessed_key_and_an_unkeyed_function_are_found() {
    let original = fixture().original.clone();
    for key in [Key::from_bytes([0; 32]), Key::from_bytes([0xff; 32])] {
        let guessed = Obfuscator::new(&key, "planted", obfuscator().policy().clone());
        let output = guessed.batch(&fixture().plan, &original).unwrap();
        let proof = prove(std::slice::from_ref(&original), &[output], &fixture().plan, &guessed);
        assert!(proof.findings.iter().any(|finding| finding.rule == ProofRule::Attack));
    }
    for unkeyed in [
        |value: &str| hex::encode(md5::Md5::digest(value)),
        |value: &str| hex::encode_upper(md5::Md5::digest(value)),
        |value: &str| STANDARD.encode(md5::Md5::digest(value)),
        |value: &str| URL_SAFE_NO_PAD.encode(md5::Md5::digest(value)),
        |value: &str| hex::encode(sha1::Sha1::digest(value)),
        |value: &str| hex::encode_upper(sha1::Sha1::digest(value)),
        |value: &str| STANDARD.encode(sha1::Sha1::digest(value)),
        |value: &str| hex::encode_upper(&sha1::Sha1::digest(value)[..8]),
    ] {
        let attackable = texts(|row| unkeyed(&format!("FABRIKANT\\{}", user(row))));
        let output = with_column(&fixture().output, "Account", attackable);
        let proof =
            prove(std::slice::from_ref(&original), &[output], &fixture().plan, obfuscator());
        let is_it = |finding: &Finding| {
            finding.rule == ProofRule::Attack && finding.column.as_deref() == Some("Account")
        };
        assert!(proof.findings.iter().any(is_it), "{:?}", proof.findings);
        assert!(proof.attack.function_matches > 0);
    }
    let unkeyed = texts(|row| {
        crate::host::token_text(&crate::token::spell(u128::from_be_bytes(
            sha2::Sha256::digest(format!("FABRIKANT\\{}", user(row)).as_bytes())[..16]
                .try_into()
                .unwrap(),
        )))
        .to_owned()
    });
    let output = with_column(&fixture().output, "Account", unkeyed);
    let proof = prove(&[original], &[output], &fixture().plan, obfuscator());
    assert!(
        proof.findings.iter().any(|finding| finding.rule == ProofRule::Attack),
        "{:?}",
        proof.findings
    );
}

#[test]
fn a_name_of_one_table_is_found_in_another() {
    let people =
        RecordBatch::try_from_iter([("Account", texts(|row| format!("FABRIKANT\\{}", user(row))))])
            .unwrap();
    let notes = RecordBatch::try_from_iter([(
        "Note",
        texts(|row| if row == ROW { user(5) } else { note(row) }),
    )])
    .unwrap();
    let plan = obfuscator().plan(&notes.schema(), &notes);
    let output = obfuscator().batch(&plan, &notes).unwrap();
    let alone =
        prove(std::slice::from_ref(&notes), std::slice::from_ref(&output), &plan, obfuscator());
    assert!(alone.ok, "{:?}", alone.findings);
    let mut prover = Prover::new(obfuscator());
    prover.learn(&obfuscator().plan(&people.schema(), &people), &[people]);
    prover.learn(&plan, std::slice::from_ref(&notes));
    assert!(!prover.check(&plan, &[notes], &[output]).ok);
}

#[test]
fn html_escapes_names_of_columns() {
    let table =
        RecordBatch::try_from_iter([("<script>\u{202e}", texts(|row| row.to_string()))]).unwrap();
    let plan = obfuscator().plan(&table.schema(), &table);
    let output = obfuscator().batch(&plan, &table).unwrap();
    let html = prove(&[table], &[output], &plan, obfuscator()).to_html();
    assert!(
        html.contains("&lt;script&gt;") && !html.contains("<script") && !html.contains('\u{202e}')
    );
}
