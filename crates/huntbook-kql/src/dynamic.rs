//! JSON text, the form in which `dynamic` values are kept.
//!
//! A cell that is no JSON stands for the string of its own text, as `parse_json` says of bad input.

use serde_json::Value;

use crate::time::{format_datetime, format_timespan, parse_datetime, parse_timespan};

/// The value of a dynamic cell. Text that is no JSON is a string; empty text is null.
pub(crate) fn parse(text: &str) -> Value {
    if text.is_empty() {
        return Value::Null;
    }
    serde_json::from_str(text).unwrap_or_else(|_| Value::String(text.to_owned()))
}

/// The cell of a value: compact JSON, or `None` for null.
pub(crate) fn to_cell(value: &Value) -> Option<String> {
    (!value.is_null()).then(|| value.to_string())
}

/// What `tostring` gives: strings without quotes, null as empty text, the rest as compact JSON.
pub(crate) fn to_plain_text(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// The number that an element is; text of numbers is none.
pub(crate) fn number(value: &Value) -> Option<f64> {
    match value {
        Value::Number(number) => number.as_f64(),
        Value::String(text) => match text.as_str() {
            "NaN" => Some(f64::NAN),
            "Infinity" => Some(f64::INFINITY),
            "-Infinity" => Some(f64::NEG_INFINITY),
            _ => None,
        },
        _ => None,
    }
}

/// A number as an element.
pub(crate) fn real(number: f64) -> Value {
    serde_json::Number::from_f64(number)
        .map_or_else(|| Value::String(crate::convert::format_real(number)), Value::Number)
}

/// The JSON form of a string.
pub(crate) fn quote(text: &str) -> String {
    Value::from(text).to_string()
}

/// The strings of a dynamic list; a value that is no list is a list of itself.
pub(crate) fn strings(text: &str) -> Vec<String> {
    match parse(text) {
        Value::Array(values) => values.iter().map(to_plain_text).collect(),
        Value::Null => Vec::new(),
        other => vec![to_plain_text(&other)],
    }
}

/// Reads the inside of a `dynamic(...)` literal. Besides JSON, KQL allows single quotes around strings, and
/// literals of other types.
pub(crate) fn parse_literal(text: &str) -> Option<Value> {
    serde_json::from_str(text).ok().or_else(|| serde_json::from_str(&double_quoted(text)?).ok())
}

/// The text with each single-quoted string in double quotes and each typed literal as JSON.
fn double_quoted(text: &str) -> Option<String> {
    let mut out = String::with_capacity(text.len());
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        match character {
            quote @ ('"' | '\'') => {
                let mut inner = String::new();
                loop {
                    match characters.next()? {
                        '\\' => match characters.next()? {
                            '\'' => inner.push('\''),
                            escaped => inner.extend(['\\', escaped]),
                        },
                        end if end == quote => break,
                        '"' => inner.push_str("\\\""),
                        other => inner.push(other),
                    }
                }
                out.push('"');
                out.push_str(&inner);
                out.push('"');
            }
            letter if letter.is_ascii_alphabetic() => {
                let rest = characters.as_str();
                let length = rest.len()
                    - rest.trim_start_matches(|next: char| next.is_ascii_alphanumeric()).len();
                let word: String = [&letter.to_string(), &rest[..length]].concat();
                let behind = &rest[length..];
                if let Some(inside) = behind.strip_prefix('(') {
                    let end = inside.find(')')?;
                    out.push_str(&typed(&word, inside[..end].trim())?);
                    characters = inside[end + 1..].chars();
                } else {
                    out.push_str(&word);
                    characters = behind.chars();
                }
            }
            other => out.push(other),
        }
    }
    Some(out)
}

/// The JSON of a typed literal inside of a dynamic one, such as `datetime(2024-05-01)`.
fn typed(kind: &str, inside: &str) -> Option<String> {
    let inside = inside.trim_matches(['"', '\'']);
    if inside == "null" {
        return Some("null".to_owned());
    }
    match kind {
        "datetime" => parse_datetime(inside).map(|time| quote(&format_datetime(time))),
        "timespan" | "time" => parse_timespan(inside).map(|span| quote(&format_timespan(span))),
        "guid" => crate::convert::parse_guid(inside).map(|guid| quote(&guid)),
        "int" | "long" | "real" | "double" | "bool" => {
            serde_json::from_str::<Value>(inside).ok().map(|value| value.to_string())
        }
        _ => None,
    }
}

/// The values, each at the place where it stands first.
pub(crate) fn without_repeats(values: Vec<Value>) -> Vec<Value> {
    let mut seen = std::collections::HashSet::new();
    values.into_iter().filter(|value| seen.insert(value.to_string())).collect()
}

/// One step of a path: the value of a key, or of a position (from the end where negative).
pub(crate) fn step<'a>(value: &'a Value, step: &Value) -> Option<&'a Value> {
    match (value, step) {
        (Value::Object(members), Value::String(key)) => members.get(key),
        (Value::Array(items), position) => {
            let position = position.as_i64()?;
            let length = i64::try_from(items.len()).ok()?;
            let from_start = if position < 0 { position.checked_add(length)? } else { position };
            items.get(usize::try_from(from_start).ok()?)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_that_is_no_json_is_a_string() {
        assert_eq!(parse("C:\\x"), Value::from("C:\\x"));
        assert_eq!(parse(""), Value::Null);
    }

    #[test]
    fn literal_may_have_single_quotes() {
        let value = parse_literal(r#"['a "b"', 'it\'s', 1]"#);
        assert_eq!(value, Some(serde_json::json!(["a \"b\"", "it's", 1])));
        assert_eq!(parse_literal("['open"), None);
    }

    #[test]
    fn negative_position_counts_from_the_end() {
        let list = serde_json::json!([1, 2, 3]);
        assert_eq!(step(&list, &Value::from(-1)), Some(&Value::from(3)));
        assert_eq!(step(&list, &Value::from(-4)), None);
        assert_eq!(step(&list, &Value::from(3)), None);
    }
}
