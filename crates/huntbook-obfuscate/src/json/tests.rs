//! Tests of JSON documents.

use proptest::prelude::*;
use serde_json::Value;

use crate::{Key, Kind, Obfuscator, Policy};

fn obfuscator() -> Obfuscator {
    let policy = Policy::empty()
        .with_rule("user", Kind::Account)
        .with_rule("gone", Kind::Null)
        .with_rule("kept", Kind::Keep)
        .with_rule("deep.name", Kind::Host)
        .with_rule("serial", Kind::String);
    Obfuscator::new(&Key::from_bytes([3; 32]), "tests", policy)
}

fn document(json: &str) -> String {
    obfuscator().document("", json).expect("a document")
}

#[test]
fn values_are_replaced_by_path_or_content_and_all_else_stays() {
    let obfuscator = obfuscator();
    let bob = obfuscator.value(Kind::Account, "bob");
    let address = obfuscator.value(Kind::Ip, "10.1.2.3");
    assert_eq!(
        document(
            r#" { "user" : "bob",  "a":[ "10.1.2.3" , 17, -1.5e3, true,null ], "kept":"bob", "text": "failed logon bob" } "#
        ),
        format!(
            r#" {{ "user" : "{bob}",  "a":[ "{address}" , 17, -1.5e3, true,null ], "kept":"bob", "text": "failed logon {bob}" }} "#
        )
    );
}

#[test]
fn null_rule_nulls_all_below_its_path() {
    assert_eq!(
        document(r#"{"gone":{"a":[1,{"b":"bob"}]},"x":[{"gone":"bob"},{"gone":3},{"gone":true}]}"#),
        r#"{"gone":null,"x":[{"gone":null},{"gone":null},{"gone":null}]}"#
    );
}

#[test]
fn number_that_a_rule_names_is_another_of_as_many_digits_and_others_pass() {
    let serial = obfuscator().value(Kind::Number, "12345678");
    assert!(serial != "12345678" && serial.len() == 8, "{serial}");
    assert_eq!(
        document(r#"{"serial":12345678,"other":12345678}"#),
        format!(r#"{{"serial":{serial},"other":12345678}}"#)
    );
    assert_eq!(document(r#"{"serial":-1.5e3}"#), r#"{"serial":null}"#);
}

#[test]
fn escapes_are_read_and_written() {
    let bob = obfuscator().value(Kind::Account, "bob");
    assert_eq!(
        document(r#"{"t":"failed\t\"\u0062ob\"\r\n","u":"failed \u0066"}"#),
        format!(r#"{{"t":"failed\t\"{bob}\"\r\n","u":"failed \u0066"}}"#)
    );
}

#[test]
fn document_inside_a_string_is_gone_into_with_the_same_rules() {
    let bob = obfuscator().value(Kind::Account, "bob");
    assert_eq!(
        document(r#"{"x":"{\"user\":\"bob\",\"failed\":1}"}"#),
        format!(r#"{{"x":"{{\"user\":\"{bob}\",\"failed\":1}}"}}"#)
    );
}

#[test]
fn key_that_is_data_is_replaced() {
    let obfuscator = obfuscator();
    let address = obfuscator.value(Kind::Ip, "10.1.2.3");
    assert_eq!(
        document(r#"{"10.1.2.3":{"unusual":1}}"#),
        format!(r#"{{"{address}":{{"unusual":1}}}}"#)
    );
}

#[test]
fn value_under_the_name_of_a_credential_is_redacted() {
    assert_eq!(document(r#"{"adminPassword":"hunter2"}"#), r#"{"adminPassword":"[redacted]"}"#);
}

#[test]
fn sensitive_parts_are_those_of_each_value() {
    let mut parts = Vec::new();
    let json = r#"{"user":"CORP\\bob","t":"failed for alice","x":"{\"ip\":\"10.1.2.3\"}"}"#;
    let obfuscator = obfuscator();
    let transform = obfuscator.transform(Kind::Json).unwrap();
    transform.sensitive_parts(json, &mut |part| parts.push(part.to_owned()));
    for part in ["bob", "alice", "10.1.2.3", json] {
        assert!(parts.iter().any(|found| found == part), "{part}: {parts:?}");
    }
}

#[test]
fn deep_nesting_is_gone_into_without_recursion() {
    let deep = format!("{}\"bob\"{}", "[".repeat(200_000), "]".repeat(200_000));
    let image = document(&deep);
    assert!(!image.contains("bob"));
    assert_eq!(image.len(), deep.len() + 14);
    let objects = format!("{}\"bob\"{}", "{\"a\":".repeat(20_000), "}".repeat(20_000));
    assert!(!document(&objects).contains("bob"));
}

#[test]
fn text_that_is_no_document_is_free_text() {
    let obfuscator = obfuscator();
    for text in
        ["{\"user\":\"bob\"", "bob", "{bob}", "[1,]", "{\"a\" 1}", "01", "\"\\ud800\"", "nul"]
    {
        assert_eq!(obfuscator.document("", text), None, "{text}");
        assert_eq!(
            obfuscator.value(Kind::Json, text),
            obfuscator.value(Kind::Text, text),
            "{text}"
        );
    }
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::Bool),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        "\\PC{0,20}|[a-z .\\\\\"\n@:/0-9{}\\[\\]]{0,30}".prop_map(Value::String),
    ];
    leaf.prop_recursive(5, 40, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::Array),
            prop::collection::hash_map("[a-z]{1,3}|user|kept|deep|name", inner, 0..6)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

fn same_shape(left: &Value, right: &Value) -> bool {
    match (left, right) {
        (Value::Array(left), Value::Array(right)) => {
            left.len() == right.len()
                && left.iter().zip(right).all(|(left, right)| same_shape(left, right))
        }
        (Value::Object(left), Value::Object(right)) => {
            left.len() == right.len()
                && left
                    .iter()
                    .zip(right)
                    .all(|((key, left), (same, right))| key == same && same_shape(left, right))
        }
        // A rule that names a number replaces it, or nulls it if it is not whole.
        (Value::String(_), Value::String(_))
        | (Value::Number(_), Value::Null | Value::Number(_)) => true,
        (left, right) => left == right,
    }
}

proptest! {
    #[test]
    fn document_keeps_its_shape_keys_and_numbers(value in any_json()) {
        let obfuscator = obfuscator();
        for json in [value.to_string(), serde_json::to_string_pretty(&value).unwrap()] {
            let image = obfuscator.document("", &json).unwrap();
            let original: Value = serde_json::from_str(&json).unwrap();
            let read: Value = serde_json::from_str(&image).unwrap();
            prop_assert!(same_shape(&original, &read), "{} {}", json, image);
            prop_assert_eq!(image.lines().count(), json.lines().count());
            prop_assert_eq!(obfuscator.document("", &json).unwrap(), image);
        }
    }

    #[test]
    fn documents_are_what_the_standard_reader_takes(
        json in "([\\[\\]{},:]|\"[a-b\\\\]{0,2}\"|[-0-9.eE]{1,3}|true|null|[ \n]){0,12}",
    ) {
        let expected = serde_json::from_str::<Value>(&json);
        // Numbers beyond the range of a double are valid all the same.
        prop_assume!(!expected.as_ref().is_err_and(|error| error.to_string().contains("out of range")));
        prop_assert_eq!(obfuscator().document("", &json).is_some(), expected.is_ok(), "{}", json);
    }

    #[test]
    fn any_text_is_taken(text in any::<String>()) {
        let _ = obfuscator().document("", &text);
        let _ = obfuscator().value(Kind::Json, &text);
    }
}
