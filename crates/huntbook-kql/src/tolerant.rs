//! One reader of JSON text for every `dynamic` value.
//!
//! Whoever writes logs chooses the values in them, and one odd value must not hide the rest of its document. So text
//! that `serde_json` refuses is read once more with these mended:
//!
//! * a number that no double holds becomes the text `"Infinity"` or `"-Infinity"`, as infinities are kept everywhere;
//! * half of a surrogate pair becomes U+FFFD;
//! * what is nested deeper than [`DEEPEST`] levels becomes a string of its own JSON.

use std::borrow::Cow;

use serde_json::Value;

/// How many levels of lists and bags a value has at most; every other reader of JSON takes as many.
pub(crate) const DEEPEST: usize = 127;

/// The value that the text stands for; `None` where it is no JSON.
pub(crate) fn read(text: &str) -> Option<Value> {
    match serde_json::from_str(text) {
        Ok(value) => Some(value),
        Err(_) => serde_json::from_str(&mended(text)?).ok(),
    }
}

/// The text without what is mended; `None` where there is nothing to mend.
pub(crate) fn mended(text: &str) -> Option<String> {
    let bytes = text.as_bytes();
    // Free text is the usual text that is no JSON.
    if !matches!(
        text.trim_ascii_start().as_bytes().first(),
        Some(b'{' | b'[' | b'"' | b'-' | b'0'..=b'9')
    ) {
        return None;
    }
    let mut out = String::new();
    // What stands before here is in `out`.
    let mut copied = 0;
    let mut depth = 0_usize;
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        let start = at;
        let instead = match byte {
            b'"' => {
                at = string_end(bytes, at);
                without_halves(&text[start..at])
            }
            b'{' | b'[' if depth == DEEPEST => {
                at = container_end(bytes, at)?;
                Some(crate::dynamic::quote(&text[start..at]))
            }
            b'{' | b'[' => {
                depth += 1;
                at += 1;
                None
            }
            b'}' | b']' => {
                depth = depth.saturating_sub(1);
                at += 1;
                None
            }
            b'-' | b'0'..=b'9' => {
                at = number_end(bytes, at);
                infinity(&text[start..at]).map(crate::dynamic::quote)
            }
            _ => {
                at += 1;
                None
            }
        };
        if let Some(instead) = instead {
            out.push_str(&text[copied..start]);
            out.push_str(&instead);
            copied = at;
        }
    }
    if copied == 0 {
        return None;
    }
    out.push_str(&text[copied..]);
    Some(out)
}

/// The place behind the string that begins at `at`.
fn string_end(bytes: &[u8], at: usize) -> usize {
    let mut at = at + 1;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'"' => return at + 1,
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
    bytes.len()
}

/// The place behind the list or bag that begins at `at`; `None` where it does not end.
fn container_end(bytes: &[u8], at: usize) -> Option<usize> {
    let mut at = at;
    let mut depth = 0_usize;
    loop {
        match bytes.get(at)? {
            b'"' => {
                at = string_end(bytes, at);
                continue;
            }
            b'{' | b'[' => depth += 1,
            b'}' | b']' => depth -= 1,
            _ => {}
        }
        at += 1;
        if depth == 0 {
            return Some(at);
        }
    }
}

fn number_end(bytes: &[u8], at: usize) -> usize {
    let is_part = |byte: &u8| matches!(byte, b'0'..=b'9' | b'+' | b'-' | b'.' | b'e' | b'E');
    at + bytes[at..].iter().take_while(|byte| is_part(byte)).count()
}

/// The infinity that a number beyond all doubles becomes; `None` for other numbers and for what is none.
fn infinity(number: &str) -> Option<&'static str> {
    let digits = number.strip_prefix('-').unwrap_or(number);
    // Rust reads more spellings than JSON has.
    let starts_well = match digits.as_bytes() {
        [b'0', b'0'..=b'9', ..] => false,
        [b'0'..=b'9', ..] => true,
        _ => false,
    };
    let lacks_fraction = digits
        .split_once('.')
        .is_some_and(|(_, fraction)| !fraction.starts_with(|first: char| first.is_ascii_digit()));
    if !starts_well || lacks_fraction {
        return None;
    }
    let value: f64 = number.parse().ok()?;
    value.is_infinite().then_some(if value > 0.0 { "Infinity" } else { "-Infinity" })
}

/// The string literal with each half of a surrogate pair replaced; `None` where there is none.
fn without_halves(literal: &str) -> Option<String> {
    let mut out = Cow::Borrowed("");
    let mut copied = 0;
    let mut at = 0;
    while let Some(found) = literal[at..].find('\\') {
        at += found;
        let unit = |at: usize| {
            let digits = literal.get(at..at + 6)?.strip_prefix("\\u")?;
            let are_hex = digits.bytes().all(|digit| digit.is_ascii_hexdigit());
            are_hex.then(|| u32::from_str_radix(digits, 16).ok()).flatten()
        };
        match unit(at) {
            Some(0xD800..=0xDBFF) if matches!(unit(at + 6), Some(0xDC00..=0xDFFF)) => at += 12,
            Some(0xD800..=0xDFFF) => {
                let out = out.to_mut();
                out.push_str(&literal[copied..at]);
                out.push_str("\\ufffd");
                at += 6;
                copied = at;
            }
            Some(_) => at += 6,
            // The escaped character may take several bytes.
            None => at += 1 + literal[at + 1..].chars().next().map_or(0, char::len_utf8),
        }
    }
    if copied == 0 {
        return None;
    }
    let mut out = out.into_owned();
    out.push_str(&literal[copied..]);
    Some(out)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::dice::Dice;

    #[test]
    fn one_odd_value_hides_nothing_else() {
        for (text, value) in [
            (r#"{"a":1,"b":1e309}"#, json!({"a": 1, "b": "Infinity"})),
            (r#"{"a":1,"b":[-1e999999999999]}"#, json!({"a": 1, "b": ["-Infinity"]})),
            (r#"{"a":1,"b":"x\ud800y"}"#, json!({"a": 1, "b": "x\u{fffd}y"})),
            (
                r#"{"a":"\\ud800","b":"\udc00\ud83d\ude00"}"#,
                json!({"a": "\\ud800", "b": "\u{fffd}😀"}),
            ),
            (r#"{"\ud800\ud800":"1e309"}"#, json!({"\u{fffd}\u{fffd}": "1e309"})),
            ("1e309", json!("Infinity")),
        ] {
            assert_eq!(read(text), Some(value), "{text}");
        }
        let digits = "9".repeat(400);
        assert_eq!(read(&format!("[-{digits}, 2]")), Some(json!(["-Infinity", 2])));
    }

    #[test]
    fn what_is_too_deep_is_a_string() {
        for levels in [127, 128, 200, 100_000] {
            let deep = format!("{}\"[\"{}", "[".repeat(levels), "]".repeat(levels));
            let value = read(&format!("{{\"a\":1,\"b\":{deep}}}")).unwrap();
            assert_eq!(value["a"], json!(1));
            let mut inner = &value["b"];
            let mut depth = 1;
            while let Some(items) = inner.as_array() {
                inner = &items[0];
                depth += 1;
            }
            assert_eq!(depth, DEEPEST.min(levels + 1));
            assert!(inner.is_string());
        }
        assert_eq!(read(&"[".repeat(100_000)), None);
        assert_eq!(read(&"{\"a\":".repeat(100_000)), None);
    }

    #[test]
    fn bad_json_stays_bad() {
        for text in [
            "1e309x",
            "[1e309",
            "01e309",
            "[1.e309]",
            "[-.5e309]",
            "+1e309",
            r#""\ud80""#,
            r#""\ud800"#,
            r#"{"a":1e309,}"#,
            "\"\\",
            "\"\\é",
            "x",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn nothing_panics() {
        let parts = [
            "[", "]", "{", "}", "\"", "\\", "\\u", "d800", "\\udc00", "é", "😀", "1e309", "-", ".",
            ":", ",", "\\ud8",
        ];
        let mut dice = Dice::new(5);
        for _ in 0..50_000 {
            let _ = read(&dice.text(&parts, 12));
        }
    }
}
