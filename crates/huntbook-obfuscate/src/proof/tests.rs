//! A proof passes on what the obfuscator makes, and fails on each planted leak.

use std::sync::{Arc, LazyLock};

use arrow::array::{ArrayRef, Int64Array, RecordBatch, StringArray};
use arrow::datatypes::Schema;

use super::*;
use crate::{Key, Kind, Policy};

fn key() -> Key {
    Key::from_bytes([42; 32])
}

fn table() -> RecordBatch {
    let rows = 0..60_u32;
    let texts = |value: fn(u32) -> Option<String>| -> ArrayRef {
        Arc::new(rows.clone().map(value).collect::<StringArray>())
    };
    RecordBatch::try_from_iter_with_nullable([
        (
            "Account",
            texts(|row| (row % 7 != 3).then(|| format!("CONTOSO\\person{}", row % 20))),
            true,
        ),
        ("UserPrincipalName", texts(|row| Some(format!("person{}@contoso.com", row % 20))), true),
        ("Computer", texts(|row| Some(format!("HOST{row:04}.contoso.com"))), true),
        ("IpAddress", texts(|row| Some(format!("192.168.{}.{}", row % 3, row * 4))), true),
        (
            "SubjectUserSid",
            texts(|row| {
                Some(format!("S-1-5-21-1004336348-1177238915-682003330-{}", 1100 + row % 20))
            }),
            true,
        ),
        (
            "TenantId",
            texts(|row| Some(format!("0f8fad5b-d9cb-469f-a165-7086772895{row:02x}"))),
            true,
        ),
        ("CommandLine", texts(|row| Some(format!("net use \\\\HOST{row:04}\\share"))), true),
        ("Activity", texts(|row| Some(format!("4624 - logon {}", row % 2))), true),
        ("EventCount", Arc::new(Int64Array::from_iter_values(0..60)) as ArrayRef, true),
    ])
    .unwrap()
}

/// The proof under this key and realm.
fn prove(
    original: &[RecordBatch],
    obfuscated: &[RecordBatch],
    plan: &Plan,
    key: &Key,
    realm: &str,
) -> Proof {
    let other = Obfuscator::new(key, realm, Policy::builtin());
    let is_usual = key.fingerprint() == usual().key_fingerprint() && realm == usual().realm();
    super::prove(original, obfuscated, plan, if is_usual { usual() } else { &other })
}

/// The obfuscator of most tests; its tables take a while to make.
fn usual() -> &'static Obfuscator {
    static USUAL: LazyLock<Obfuscator> =
        LazyLock::new(|| Obfuscator::new(&key(), "tests", Policy::builtin()));
    &USUAL
}

fn plan_and_output(policy: Policy) -> (Plan, RecordBatch) {
    let obfuscator = Obfuscator::new(&key(), "tests", policy);
    let table = table();
    let plan = obfuscator.plan(&table.schema(), &table);
    let output = obfuscator.batch(&plan, &table).unwrap();
    (plan, output)
}

fn rules(proof: &Proof) -> Vec<ProofRule> {
    let mut rules: Vec<ProofRule> = proof.findings.iter().map(|finding| finding.rule).collect();
    rules.dedup();
    rules
}

/// The proof of the table whose column `column` was replaced in the output.
fn prove_with(column: &str, change: impl Fn(&RecordBatch, &ArrayRef) -> ArrayRef) -> Proof {
    let (plan, output) = plan_and_output(Policy::builtin());
    let index = output.schema().index_of(column).unwrap();
    let mut columns = output.columns().to_vec();
    columns[index] = change(&table(), &columns[index]);
    let output = RecordBatch::try_new(output.schema(), columns).unwrap();
    prove(&[table()], &[output], &plan, &key(), "tests")
}

/// The column with the text of one row replaced.
fn replace_row(column: &ArrayRef, row: usize, text: &str) -> ArrayRef {
    let texts = leaves::texts(column).unwrap();
    let replaced =
        texts.iter().enumerate().map(|(at, value)| if at == row { Some(text) } else { value });
    Arc::new(replaced.collect::<StringArray>())
}

#[test]
fn proof_of_an_obfuscated_table_is_ok_and_holds_no_value() {
    let (plan, output) = plan_and_output(Policy::builtin());
    let proof =
        prove(&[table()], &[output.slice(0, 11), output.slice(11, 49)], &plan, &key(), "tests");
    assert!(proof.ok, "{:#?}", proof.findings);
    assert_eq!(proof.rows, 60);
    assert_eq!(proof.columns.len(), 9);
    assert_eq!(proof.columns[0].distinct, Some(20));
    let json = proof.to_json().to_lowercase();
    for value in ["person7", "contoso", "host0", "192.168", "1004336348", "0f8fad5b"] {
        assert!(!json.contains(value), "{value} in {json}");
    }
}

#[test]
fn one_original_put_back_is_found_in_every_kind_of_column() {
    for (column, text) in [
        ("Account", "CONTOSO\\person5"),
        ("UserPrincipalName", "person5@contoso.com"),
        ("Computer", "HOST0005.contoso.com"),
        ("IpAddress", "192.168.2.20"),
        ("SubjectUserSid", "S-1-5-21-1004336348-1177238915-682003330-1105"),
        ("TenantId", "0f8fad5b-d9cb-469f-a165-708677289505"),
        ("CommandLine", "net use \\\\HOST0005\\share"),
    ] {
        let proof = prove_with(column, |_, output| replace_row(output, 5, text));
        assert!(rules(&proof).contains(&ProofRule::Unchanged), "{column}: {:#?}", proof.findings);
        assert!(rules(&proof).contains(&ProofRule::KeyedImage), "{column}");
        let finding =
            proof.findings.iter().find(|finding| finding.rule == ProofRule::KeyedImage).unwrap();
        assert_eq!(
            (finding.column.as_deref(), finding.first_row),
            (Some(column), Some(5)),
            "{column}"
        );
    }
}

#[test]
fn original_of_another_row_or_column_is_found() {
    for text in [
        "HOST0030",
        "person7",
        "host0030.CONTOSO.com",
        "x person7 x",
        "C:\\Users\\Person7\\x",
        "192.168.1.4:80",
        "{0F8FAD5B-D9CB-469F-A165-70867728953A}",
    ] {
        for column in ["CommandLine", "Activity"] {
            let proof = prove_with(column, |_, output| replace_row(output, 9, text));
            assert!(
                rules(&proof).contains(&ProofRule::Survival),
                "{text} in {column}: {:#?}",
                proof.findings
            );
        }
    }
}

#[test]
fn column_passed_in_clear_is_found() {
    for column in ["Account", "Computer", "IpAddress", "CommandLine"] {
        let proof =
            prove_with(column, |original, _| Arc::clone(original.column_by_name(column).unwrap()));
        assert!(rules(&proof).contains(&ProofRule::Unchanged), "{column}");
    }
}

#[test]
fn kept_column_that_holds_a_sensitive_value_is_found() {
    let policy = Policy::builtin().with_rule("CommandLine", Kind::Keep);
    let (plan, output) = plan_and_output(policy);
    let proof = prove(&[table()], &[output], &plan, &key(), "tests");
    assert_eq!(rules(&proof), [ProofRule::Survival]);
    assert_eq!(proof.findings[0].column.as_deref(), Some("CommandLine"));
}

#[test]
fn missing_rows_are_found() {
    let (plan, output) = plan_and_output(Policy::builtin());
    let proof = prove(&[table()], &[output.slice(0, 59)], &plan, &key(), "tests");
    assert!(rules(&proof).contains(&ProofRule::Rows));
    let proof = prove(&[table()], &[], &plan, &key(), "tests");
    assert!(rules(&proof).contains(&ProofRule::Rows));
}

#[test]
fn missing_column_is_found() {
    let (plan, output) = plan_and_output(Policy::builtin());
    let fewer: Vec<usize> = (1..output.num_columns()).collect();
    let proof = prove(&[table()], &[output.project(&fewer).unwrap()], &plan, &key(), "tests");
    assert!(rules(&proof).contains(&ProofRule::Columns));
}

#[test]
fn null_in_another_place_is_found() {
    let proof = prove_with("Account", |_, output| {
        let texts = leaves::texts(output).unwrap();
        let mut values: Vec<Option<&str>> = texts.iter().collect();
        values.swap(2, 3);
        Arc::new(StringArray::from(values))
    });
    assert!(rules(&proof).contains(&ProofRule::Nulls));
}

#[test]
fn two_values_with_one_output_are_found() {
    let proof = prove_with("Computer", |_, output| {
        let texts = leaves::texts(output).unwrap();
        let first = texts.iter().next().flatten().map(str::to_owned);
        replace_row(output, 1, &first.unwrap())
    });
    assert!(rules(&proof).contains(&ProofRule::OneValuePerOutput));
}

#[test]
fn kept_column_that_changed_is_found() {
    let proof = prove_with("EventCount", |_, _| Arc::new(Int64Array::from_iter_values(1..61)));
    assert_eq!(rules(&proof), [ProofRule::Kept]);
}

#[test]
fn sensitive_value_in_metadata_or_a_column_name_is_found() {
    let (plan, output) = plan_and_output(Policy::builtin());
    let mut metadata = output.schema().metadata().clone();
    metadata.insert("pandas".to_owned(), "{\"index\": \"HOST0007\"}".to_owned());
    let schema = Schema::new_with_metadata(output.schema().fields().clone(), metadata);
    let output = RecordBatch::try_new(Arc::new(schema), output.columns().to_vec()).unwrap();
    let proof = prove(&[table()], &[output], &plan, &key(), "tests");
    assert_eq!(rules(&proof), [ProofRule::Survival]);
}

#[test]
fn another_key_or_realm_is_found() {
    let (plan, output) = plan_and_output(Policy::builtin());
    let other = Key::from_bytes([43; 32]);
    let proof = prove(&[table()], std::slice::from_ref(&output), &plan, &other, "tests");
    assert!(
        rules(&proof).contains(&ProofRule::Metadata)
            && rules(&proof).contains(&ProofRule::KeyedImage)
    );
    let proof = prove(&[table()], &[output], &plan, &key(), "elsewhere");
    assert!(rules(&proof).contains(&ProofRule::Metadata));
}

#[test]
fn shuffled_originals_are_found() {
    let proof = prove_with("IpAddress", |original, _| {
        let column = original.column_by_name("IpAddress").unwrap();
        let texts = leaves::texts(column).unwrap();
        let mut values: Vec<Option<&str>> = texts.iter().collect();
        values.rotate_left(1);
        Arc::new(StringArray::from(values))
    });
    assert!(rules(&proof).contains(&ProofRule::KeyedImage));
}

#[test]
fn a_short_text_that_stands_in_a_random_guid_by_chance_is_no_finding() {
    let groups: Vec<String> = (0..=0xffff_u32).map(|group| format!("{group:04x}")).collect();
    let guids: Vec<String> =
        (0..=0xffff_u32).map(|row| format!("0f8fad5b-d9cb-469f-a165-70867728{row:04x}")).collect();
    let table = RecordBatch::try_from_iter([
        ("Whatever", Arc::new(StringArray::from(groups)) as ArrayRef),
        ("TenantId", Arc::new(StringArray::from(guids)) as ArrayRef),
    ])
    .unwrap();
    let obfuscator = Obfuscator::new(&key(), "tests", Policy::builtin());
    let plan = obfuscator.plan(&table.schema(), &table);
    let output = obfuscator.batch(&plan, &table).unwrap();
    let proof = prove(&[table], &[output], &plan, &key(), "tests");
    assert!(proof.ok, "{:?}", proof.findings);
}
