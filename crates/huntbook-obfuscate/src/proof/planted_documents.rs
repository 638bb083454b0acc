//! Leaks planted inside documents: an honest one passes, and with one original at another path, in a key or under
//! any encoding, it does not.

use std::sync::{Arc, LazyLock};

use arrow::array::{ArrayRef, RecordBatch, StringArray};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::planted::{address, encodings, guid, host, scatter, security_id, user};
use super::*;
use crate::{Key, Kind, Policy};

const LINES: usize = 3_000;

/// A line in the middle.
const LINE: usize = 1_234;

/// The lines around it that are checked for each leak.
const WINDOW: std::ops::Range<usize> = 1_200..1_260;

fn obfuscator() -> &'static Obfuscator {
    static OBFUSCATOR: LazyLock<Obfuscator> = LazyLock::new(|| {
        let policy = Policy::builtin()
            .with_rule("Note", Kind::Keep)
            .with_rule("Gone", Kind::Null)
            .with_rule("Members", Kind::Account)
            .with_rule("Card", Kind::Card);
        Obfuscator::new(&Key::from_bytes([43; 32]), "documents", policy)
    });
    &OBFUSCATOR
}

fn card(row: usize) -> String {
    format!("4{:015}", u64::from(scatter(row)) * 1013)
}

fn secret(row: usize) -> String {
    format!("Zq{:08x}vW", scatter(row + 31))
}

fn line(row: usize) -> Value {
    let inner = json!({"UserPrincipalName": format!("{}@fabrikant.com", user(row + 2))});
    json!({
        "EventID": 4000 + row % 30,
        "Bytes": scatter(row) >> 4,
        "TimeCreated": "2024-01-02T03:04:05Z",
        "Computer": format!("{}.fabrikant.com", host(row)),
        "Event": {"EventData": {
            "TargetUserName": user(row),
            "TargetDomainName": "FABRIKANT",
            "TargetUserSid": security_id(row),
            "IpAddress": address(row),
            "LogonGuid": guid(row),
            "CommandLine": format!("net use \\\\{}\\share", host(row)),
        }},
        "Members": [user(row + 1), format!("FABRIKANT\\{}", user(row + 3))],
        "Card": card(row).parse::<u64>().unwrap(),
        "vault_api_key": secret(row),
        "Nested": inner.to_string(),
        "Note": format!("logon {} of version 10.0.{}.1", row % 5, row % 200),
        "Gone": {"a": [row, null]},
    })
}

fn batch(lines: &[String]) -> RecordBatch {
    let lines: ArrayRef = Arc::new(StringArray::from_iter_values(lines));
    RecordBatch::try_from_iter_with_nullable([("", lines, true)]).unwrap()
}

fn image(line: &str) -> String {
    obfuscator().document("", line).unwrap()
}

struct Fixture {
    plan: Plan,
    originals: Vec<String>,
    outputs: Vec<String>,
    /// Has learnt all lines.
    prover: Prover<'static>,
}

impl Fixture {
    fn check(&self, originals: &[String], outputs: &[String]) -> Proof {
        self.prover.check(&self.plan, &[batch(originals)], &[batch(outputs)])
    }

    /// The proof of the lines around `LINE`, whose output is `output`.
    fn with_output(&self, output: String) -> Proof {
        let mut outputs = self.outputs[WINDOW].to_vec();
        outputs[LINE - WINDOW.start] = output;
        self.check(&self.originals[WINDOW], &outputs)
    }

    /// The proof of the lines around `LINE`, whose output is changed.
    fn with(&self, change: impl FnOnce(&mut Value)) -> Proof {
        let mut output = serde_json::from_str(&self.outputs[LINE]).unwrap();
        change(&mut output);
        self.with_output(output.to_string())
    }
}

fn fixture() -> &'static Fixture {
    static FIXTURE: LazyLock<Fixture> = LazyLock::new(|| {
        let originals: Vec<String> = (0..LINES).map(|row| line(row).to_string()).collect();
        let outputs = originals.iter().map(|line| image(line)).collect();
        let plan = Plan::of_lines("", Kind::Json);
        let mut prover = Prover::new(obfuscator()).without_attacks();
        prover.learn(&plan, &[batch(&originals)]);
        Fixture { plan, originals, outputs, prover }
    });
    &FIXTURE
}

/// Whether the survival scan found something at `row`, and said so of the column of lines.
fn is_found_at(proof: &Proof, row: u64) -> bool {
    proof.findings.iter().any(|finding| {
        finding.rule == ProofRule::Survival
            && finding.column.as_deref() == Some("")
            && finding.first_row == Some(row)
    })
}

#[derive(Default)]
struct Leaks {
    planted: usize,
    missed: Vec<String>,
}

impl Leaks {
    fn judge(&mut self, what: &str, proof: &Proof) {
        self.planted += 1;
        if !is_found_at(proof, (LINE - WINDOW.start) as u64) {
            self.missed.push(format!("{what}: {:?}", proof.findings));
        }
    }

    fn end(self, family: &str) {
        println!("{family}: {} planted, {} missed", self.planted, self.missed.len());
        assert!(self.missed.is_empty(), "{}", self.missed.join("\n"));
    }
}

fn values() -> [String; 8] {
    [
        user(LINE + 40),
        format!("FABRIKANT\\{}", user(9)),
        format!("{}@fabrikant.com", user(77)),
        format!("{}.fabrikant.com", host(5)),
        address(77),
        guid(LINE + 1),
        security_id(3),
        secret(8),
    ]
}

#[test]
fn honest_lines_are_ok() {
    let fixture = fixture();
    let proof = fixture.check(&fixture.originals, &fixture.outputs);
    assert!(proof.ok, "{:#?}", proof.findings);
}

#[test]
fn values_moved_to_another_path_are_found() {
    let mut leaks = Leaks::default();
    for value in values() {
        for path in
            ["/Note", "/Computer", "/TimeCreated", "/EventID", "/Members/1", "/vault_api_key"]
        {
            let proof = fixture().with(|output| {
                *output.pointer_mut(path).unwrap() = json!(format!("of {value}"));
            });
            leaks.judge(&format!("{value} at {path}"), &proof);
        }
        let proof = fixture().with(|output| output["Gone"] = json!({"b": [{"c": value}]}));
        leaks.judge("below a path that becomes null", &proof);
        let proof = fixture().with(|output| {
            output["Nested"] =
                json!(json!({"UserPrincipalName": format!("x {value}")}).to_string());
        });
        leaks.judge("in a document inside a string", &proof);
        let proof = fixture().with(|output| output["New"] = json!(value));
        leaks.judge("at a path that the original does not have", &proof);
        let proof = fixture().with_output(format!("{{\"Note\":\"{}\",", value.replace('\\', "/")));
        leaks.judge("in what is no document", &proof);
    }
    leaks.end("paths");
}

#[test]
fn values_stayed_at_their_own_path_are_found() {
    let mut leaks = Leaks::default();
    let original = line(LINE);
    for path in [
        "/Computer",
        "/Event/EventData/TargetUserName",
        "/Event/EventData/TargetUserSid",
        "/Event/EventData/IpAddress",
        "/Event/EventData/LogonGuid",
        "/Event/EventData/CommandLine",
        "/Members/0",
        "/Members/1",
        "/Card",
        "/vault_api_key",
        "/Nested",
    ] {
        let proof = fixture().with(|output| {
            *output.pointer_mut(path).unwrap() = original.pointer(path).unwrap().clone();
        });
        leaks.judge(path, &proof);
    }
    leaks.end("own paths");
}

#[test]
fn values_under_every_encoding_are_found_at_a_kept_path_and_inside_free_text() {
    let mut leaks = Leaks::default();
    for value in values() {
        for (name, text) in encodings(&value) {
            // A document is read, not scanned.
            for path in ["/Note", "/Event/EventData/CommandLine"] {
                let proof = fixture().with(|output| {
                    *output.pointer_mut(path).unwrap() = json!(text);
                });
                leaks.judge(&format!("{name} at {path}: {text}"), &proof);
            }
        }
    }
    leaks.end("encodings");
}

#[test]
fn values_in_keys_are_found() {
    let mut leaks = Leaks::default();
    for value in values() {
        let line = fixture().outputs[LINE].clone();
        for key in [value.clone(), value.to_uppercase(), format!("by {value}")] {
            let quoted = serde_json::to_string(&key).unwrap();
            leaks.judge(
                &format!("{key} in place of a key"),
                &fixture().with_output(line.replace("\"Note\"", &quoted)),
            );
            leaks.judge(
                &format!("{key} as a new key"),
                &fixture().with(|output| output[&key] = json!(1)),
            );
        }
    }
    leaks.end("keys");
}

#[test]
fn name_in_a_key_that_the_obfuscator_did_not_learn_is_found() {
    let fixture = fixture();
    let mut originals = fixture.originals[WINDOW].to_vec();
    originals[34] = json!({"counts": {user(5): 3}}).to_string();
    let outputs: Vec<String> = originals.iter().map(|line| image(line)).collect();
    let proof = fixture.check(&originals, &outputs);
    assert!(is_found_at(&proof, 34), "{:?}", proof.findings);
}

#[test]
fn identifiers_as_numbers_are_found_and_chance_is_not() {
    let mut leaks = Leaks::default();
    for row in [5, 77, 900] {
        let bits = u32::from(address(row).parse::<std::net::Ipv4Addr>().unwrap());
        let numbers =
            [json!(bits), json!(f64::from(bits)), json!(bits.cast_signed()), json!(1_004_336_348)];
        for number in numbers {
            let proof = fixture().with(|output| output["EventID"] = number.clone());
            leaks.judge(&format!("{number}"), &proof);
        }
        let card: u64 = card(row).parse().unwrap();
        leaks.judge("card", &fixture().with(|output| output["EventID"] = json!(card)));
    }
    leaks.end("numbers");
}

#[test]
fn one_value_of_one_line_of_many_is_found() {
    let fixture = fixture();
    let mut outputs = Vec::with_capacity(20 * LINES);
    let mut originals = Vec::with_capacity(20 * LINES);
    for _ in 0..20 {
        originals.extend_from_slice(&fixture.originals);
        outputs.extend_from_slice(&fixture.outputs);
    }
    let mut last: Value = serde_json::from_str(&outputs[20 * LINES - 7]).unwrap();
    last["Note"] = json!(user(3));
    outputs[20 * LINES - 7] = last.to_string();
    let proof = fixture.check(&originals, &outputs);
    assert!(is_found_at(&proof, (20 * LINES - 7) as u64), "{:?}", proof.findings);
    let survived = proof.findings.iter().filter(|finding| finding.rule == ProofRule::Survival);
    assert_eq!(survived.map(|finding| finding.count).collect::<Vec<u64>>(), [1]);
}

#[test]
fn values_of_documents_are_found_in_columns_of_tables_and_beside_them() {
    let notes: ArrayRef = Arc::new(StringArray::from_iter_values(
        (0..LINES).map(|row| if row == LINE { user(9) } else { format!("logon {}", row % 5) }),
    ));
    let table = RecordBatch::try_from_iter([("Note", notes)]).unwrap();
    let plan = obfuscator().plan(&table.schema(), &table);
    let output = obfuscator().batch(&plan, &table).unwrap();
    let proof = fixture().prover.check(&plan, &[table], &[output]);
    let found: Vec<_> = proof.findings.iter().map(|finding| finding.first_row).collect();
    assert_eq!(found, [Some(LINE as u64)]);
    for value in values() {
        let found = fixture().prover.check_bytes("file", format!("x {value} x").as_bytes());
        assert!(!found.is_empty(), "{value}");
    }
}

#[test]
fn documents_in_a_column_are_learnt_and_judged_by_the_path_of_the_column() {
    let documents: Vec<String> = (0..400)
        .map(|row| json!({"upn": format!("{}@corp.example", user(row))}).to_string())
        .collect();
    let batch = |documents: &[String]| {
        let documents: ArrayRef = Arc::new(StringArray::from_iter_values(documents));
        RecordBatch::try_from_iter([("Details", documents)]).unwrap()
    };
    let policy =
        Policy::empty().with_rule("Details", Kind::Json).with_rule("Details.upn", Kind::Account);
    let obfuscator = Obfuscator::new(&Key::from_bytes([44; 32]), "documents", policy);
    let original = batch(&documents);
    let plan = obfuscator.plan(&original.schema(), &original);
    let output = obfuscator.batch(&plan, &original).unwrap();
    let proof =
        prove(std::slice::from_ref(&original), std::slice::from_ref(&output), &plan, &obfuscator);
    assert!(proof.ok, "{:?}", proof.findings);
    let mut outputs: Vec<String> =
        leaves::texts(output.column(0)).unwrap().iter().flatten().map(str::to_owned).collect();
    outputs[9] = json!({"upn": format!("{}@x.com", user(100).to_uppercase())}).to_string();
    let output = RecordBatch::try_new(output.schema(), batch(&outputs).columns().to_vec()).unwrap();
    let proof = prove(&[original], &[output], &plan, &obfuscator);
    let is_it =
        |finding: &Finding| finding.rule == ProofRule::Survival && finding.first_row == Some(9);
    assert!(proof.findings.iter().any(is_it), "{:?}", proof.findings);
}

#[test]
fn originals_of_other_lines_at_their_path_are_found() {
    for path in ["/Event/EventData/IpAddress", "/Event/EventData/LogonGuid"] {
        let outputs: Vec<String> = (0..LINES)
            .map(|row| {
                let mut output: Value = serde_json::from_str(&fixture().outputs[row]).unwrap();
                *output.pointer_mut(path).unwrap() = line(row + 1).pointer(path).unwrap().clone();
                output.to_string()
            })
            .collect();
        let proof = fixture().check(&fixture().originals, &outputs);
        let is_it = |finding: &Finding| finding.rule == ProofRule::Overlap;
        assert!(proof.findings.iter().any(is_it), "{path}: {:?}", proof.findings);
    }
}

fn any_document() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        Just("null".to_owned()),
        Just("-7e3".to_owned()),
        "[1-9][0-9]{0,18}",
        "\"[a-z0-9.@:\\-]{0,12}\"",
        Just("\"{\\\"a\\\":[1,\\\"b@c.de\\\"]}\"".to_owned()),
        Just("\"{\\\"a\\\":\"".to_owned()),
    ];
    leaf.prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4)
                .prop_map(|items| format!("[{}]", items.join(","))),
            proptest::collection::vec(
                ("(Computer|Gone|Members|api_key|Note|10\\.1\\.2\\.3|x)", inner),
                0..4
            )
            .prop_map(|members| {
                let members: Vec<String> =
                    members.iter().map(|(key, value)| format!("\"{key}\" : {value}")).collect();
                format!("{{{}}}", members.join(", "))
            }),
        ]
    })
}

proptest! {
    #[test]
    fn honest_images_of_any_documents_pair(document in any_document()) {
        let documents = obfuscator().documents_at("");
        let mut pairs = documents::Documents::new(documents);
        prop_assert!(pairs.of(&document, &image(&document)).is_some());
    }

    #[test]
    fn no_text_panics(lines in proptest::collection::vec(prop_oneof![any::<String>(), any_document(), "[\\[{\":,\\\\u0-9a]{0,40}"], 1..4)) {
        let plan = Plan::of_lines("", Kind::Json);
        let mut prover = Prover::new(obfuscator()).without_attacks();
        prover.learn(&plan, &[batch(&lines)]);
        let mut others = lines.clone();
        others.reverse();
        let proof = prover.check(&plan, &[batch(&lines)], &[batch(&others)]);
        prop_assert_eq!(proof.rows, lines.len() as u64);
    }
}

#[test]
fn deep_documents_are_judged() {
    let deep = |value: &str| format!("{}\"{value}\"{}", "[".repeat(100_000), "]".repeat(100_000));
    let keys = format!("{}1{}", "{\"a\":".repeat(20_000), "}".repeat(20_000));
    let originals = [deep("wlodek77@contoso.com"), keys];
    let outputs = originals.clone().map(|line| image(&line));
    let plan = Plan::of_lines("", Kind::Json);
    let mut prover = Prover::new(obfuscator()).without_attacks();
    prover.learn(&plan, &[batch(&originals)]);
    let proof = prover.check(&plan, &[batch(&originals)], &[batch(&outputs)]);
    assert!(proof.ok, "{:?}", proof.findings);
    let leaked = [deep("x wlodek77"), outputs[1].clone()];
    assert!(is_found_at(&prover.check(&plan, &[batch(&originals)], &[batch(&leaked)]), 0));
}
