//! JSON text, the form in which `dynamic` values are kept.
//!
//! A cell that is no JSON stands for the string of its own text, as `parse_json` says of bad input.

use huntbook_kql_syntax::{Token, TokenKind, string_value, tokenize};
use serde_json::Value;

use crate::time::{format_datetime, format_timespan, parse_datetime, parse_timespan};
use crate::tolerant::read;

/// The value of a dynamic cell. Text that is no JSON is a string; empty text is null.
pub(crate) fn parse(text: &str) -> Value {
    if text.is_empty() {
        return Value::Null;
    }
    read(text).unwrap_or_else(|| Value::String(text.to_owned()))
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

/// Reads the inside of a `dynamic(...)` literal. Besides JSON, KQL allows every form of its own strings and constants.
pub(crate) fn parse_literal(text: &str) -> Option<Value> {
    read(text).or_else(|| read(&as_json(text)?))
}

/// The text with each of KQL's strings and typed constants as JSON.
fn as_json(text: &str) -> Option<String> {
    let tokens: Vec<Token> =
        tokenize(text).into_iter().filter(|token| !token.kind.is_trivia()).collect();
    let written = |token: &Token| token.span.slice(text);
    let mut out = String::with_capacity(text.len() + 16);
    let mut position = 0;
    while let Some(token) = tokens.get(position) {
        position += 1;
        match token.kind {
            TokenKind::String(_) => {
                let mut value = String::new();
                position -= 1;
                while let Some(Token { kind: TokenKind::String(form), span }) = tokens.get(position)
                {
                    value.push_str(&string_value(span.slice(text)?, *form));
                    position += 1;
                }
                out.push_str(&quote(&value));
            }
            TokenKind::Timespan => {
                out.push_str(&quote(&format_timespan(parse_timespan(written(token)?)?)));
            }
            TokenKind::Name => {
                let word = written(token)?;
                let opens = |token: &&Token| token.kind == TokenKind::OpenParenthesis;
                let Some(open) = tokens.get(position).filter(opens) else {
                    out.push_str(&word.to_ascii_lowercase());
                    continue;
                };
                let (from, close) = closing(&tokens, position)?;
                let inside = text.get(open.span.end..from)?.trim();
                position = close + 1;
                if word == "dynamic" {
                    out.push_str(&parse_literal(inside)?.to_string());
                } else {
                    out.push_str(&typed(word, inside)?);
                }
            }
            _ => out.push_str(written(token)?),
        }
    }
    Some(out)
}

/// Where the bracket that the token at `open` opens is closed, and by which token.
fn closing(tokens: &[Token], open: usize) -> Option<(usize, usize)> {
    let mut depth = 0_usize;
    for (position, token) in tokens.iter().enumerate().skip(open) {
        match token.kind {
            TokenKind::OpenParenthesis => depth += 1,
            TokenKind::CloseParenthesis => {
                depth -= 1;
                if depth == 0 {
                    return Some((token.span.start, position));
                }
            }
            _ => {}
        }
    }
    None
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
        "int" | "long" | "real" | "double" | "bool" => read(inside).map(|value| value.to_string()),
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
        let value = parse_literal(
            r#"[@'C:\a', "b" /*c*/ , // d
            dynamic({'t': 1h}), datetime(2024-05-01), TRUE]"#
                .replace(" /*c*/", "")
                .as_str(),
        );
        let expected = serde_json::json!([
            "C:\\a", "b", {"t": "01:00:00"}, "2024-05-01T00:00:00.0000000Z", true
        ]);
        assert_eq!(value, Some(expected));
        let value = parse_literal(r#"[@"C:\new ""x""", @'it''s', "a@b"]"#);
        assert_eq!(value, Some(serde_json::json!(["C:\\new \"x\"", "it's", "a@b"])));
        assert_eq!(parse_literal(r#"[@"open"#), None);
    }

    #[test]
    fn negative_position_counts_from_the_end() {
        let list = serde_json::json!([1, 2, 3]);
        assert_eq!(step(&list, &Value::from(-1)), Some(&Value::from(3)));
        assert_eq!(step(&list, &Value::from(-4)), None);
        assert_eq!(step(&list, &Value::from(3)), None);
    }
}
