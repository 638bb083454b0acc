//! A path into any JSON gives what walking the parsed value gives.

#![no_main]

use std::sync::LazyLock;

use arrow_array::{Array, cast::AsArray};
use huntbook_kql::{Database, Engine};
use libfuzzer_sys::fuzz_target;
use serde_json::Value;

static ENGINE: LazyLock<(Engine, tokio::runtime::Runtime)> = LazyLock::new(|| {
    let engine = Engine::new(Database::new(), "2024-05-01T12:30:00Z".parse().expect("it is a time"));
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    (engine, runtime)
});

/// The steps that the bytes ask for: keys of the value, other keys, positions from both ends.
fn steps(bytes: &[u8], value: &Value) -> Vec<Value> {
    let mut steps = Vec::new();
    let mut at = Some(value);
    for byte in bytes.iter().take(6) {
        let step = match at {
            Some(Value::Object(members)) if byte % 4 != 0 && !members.is_empty() => {
                Value::from(members.keys().nth(*byte as usize % members.len()).expect("in range").as_str())
            }
            Some(Value::Array(items)) if byte % 4 != 0 => {
                Value::from(i64::from(*byte) % (items.len() as i64 + 1))
            }
            _ if byte % 2 == 0 => Value::from(i64::from(*byte as i8)),
            _ => Value::from("key"),
        };
        at = match (at, &step) {
            (Some(Value::Object(members)), Value::String(key)) => members.get(key),
            (Some(Value::Array(items)), position) => position.as_i64().and_then(|position| {
                let from_start =
                    if position < 0 { position + items.len() as i64 } else { position };
                items.get(usize::try_from(from_start).ok()?)
            }),
            _ => None,
        };
        steps.push(step);
    }
    steps
}

fuzz_target!(|input: (&[u8], &str)| {
    let (path, text) = input;
    let Ok(value) = serde_json::from_str::<Value>(text) else { return };
    let steps = steps(path, &value);
    let wanted = steps.iter().try_fold(&value, |value, step| match (value, step) {
        (Value::Object(members), Value::String(key)) => members.get(key),
        (Value::Array(items), position) => {
            let position = position.as_i64()?;
            let from_start = if position < 0 { position + items.len() as i64 } else { position };
            items.get(usize::try_from(from_start).ok()?)
        }
        _ => None,
    });
    let written: String = steps
        .iter()
        .map(|step| match step {
            Value::String(key) => format!("[{}]", huntbook_kql_syntax::quote_string(key)),
            position => format!("[{position}]"),
        })
        .collect();
    let query = format!(
        "print s = {} | project x = parse_json(s){written}",
        huntbook_kql_syntax::quote_string(text)
    );
    let (engine, runtime) = &*ENGINE;
    let answer = runtime.block_on(engine.query(&query)).expect("the query is good KQL");
    let cells = answer.batches[0].column(0).as_string::<i32>();
    let found = cells.is_valid(0).then(|| serde_json::from_str::<Value>(cells.value(0)).expect("JSON"));
    let wanted = wanted.filter(|value| !value.is_null());
    assert_eq!(found.as_ref(), wanted, "{query}");
});
