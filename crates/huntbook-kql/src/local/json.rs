//! JSON text as records, with the place of what is wrong.
//!
//! Read are newline-delimited objects, objects after one another in any layout, arrays of objects, and
//! the envelopes `{"Records": [...]}` and `{"value": [...]}`. Values keep their spelling: an integer
//! beyond 64 bits or a nested object comes out as it was written. Nesting is followed without recursion,
//! so depth costs no stack.

use std::borrow::Cow;

use super::record::Record;
use super::value::Value;

/// Where JSON stops being JSON.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Mistake {
    /// Byte offset in the text.
    pub(super) offset: usize,
    /// What was expected or found there.
    pub(super) reason: &'static str,
}

/// Names of members that envelop an array of records.
const ENVELOPES: [&str; 2] = ["Records", "value"];

/// Calls `visit` for every record of `text`, in order. An element that is no object becomes a record
/// with one field, `value`.
pub(super) fn for_each_record<'a, E: From<Mistake>>(
    text: &'a str,
    visit: &mut dyn FnMut(Record<'a>) -> Result<(), E>,
) -> Result<(), E> {
    let mut scanner = Scanner { text, at: 0 };
    scanner.skip_blanks();
    let mut first = true;
    while scanner.peek().is_some() {
        if scanner.peek() == Some(b'[') {
            scanner.array(visit)?;
        } else {
            let record = scanner.record()?;
            scanner.skip_blanks();
            let alone = first && scanner.peek().is_none();
            match alone.then(|| envelope(&record)).flatten() {
                // The slice stands in `text`, so that its mistakes keep their place; it was already read
                // through once and holds none.
                Some(array) => Scanner { text: array, at: 0 }.array(visit)?,
                None => visit(record)?,
            }
        }
        scanner.skip_blanks();
        // Some writers put commas between the lines of what is otherwise newline-delimited.
        if scanner.peek() == Some(b',') {
            scanner.at += 1;
            scanner.skip_blanks();
        }
        first = false;
    }
    Ok(())
}

fn envelope<'a>(record: &Record<'a>) -> Option<&'a str> {
    ENVELOPES.iter().find_map(|name| match record.get(name) {
        Some(Value::Nested(Cow::Borrowed(array))) if array.starts_with('[') => Some(*array),
        _ => None,
    })
}

/// The members of the object `text`; none where it is not an object.
pub(super) fn members(text: &str) -> Record<'_> {
    let mut scanner = Scanner { text, at: 0 };
    scanner.skip_blanks();
    if scanner.peek() == Some(b'{') {
        scanner.record().unwrap_or_default()
    } else {
        Record::default()
    }
}

/// The elements of the array `text`; none where it is not an array.
pub(super) fn elements(text: &str) -> Vec<Value<'_>> {
    let mut scanner = Scanner { text, at: 0 };
    scanner.skip_blanks();
    scanner.element_values().unwrap_or_default()
}

/// Whether `text` is one JSON value and nothing else.
pub(super) fn is_valid(text: &str) -> bool {
    let mut scanner = Scanner { text, at: 0 };
    scanner.skip_blanks();
    if scanner.value().is_err() {
        return false;
    }
    scanner.skip_blanks();
    scanner.at == text.len()
}

/// Whether `text` is a number as JSON spells them.
pub(super) fn is_number(text: &str) -> bool {
    let mut scanner = Scanner { text, at: 0 };
    scanner.number().is_ok() && scanner.at == text.len()
}

struct Scanner<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Scanner<'a> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn skip_blanks(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\r' | b'\n')) {
            self.at += 1;
        }
    }

    fn mistake<T>(&self, reason: &'static str) -> Result<T, Mistake> {
        let reason =
            if self.peek().is_none() { "the text ends inside a JSON value" } else { reason };
        Err(Mistake { offset: self.at, reason })
    }

    fn expect(&mut self, byte: u8, reason: &'static str) -> Result<(), Mistake> {
        self.skip_blanks();
        if self.peek() != Some(byte) {
            return self.mistake(reason);
        }
        self.at += 1;
        self.skip_blanks();
        Ok(())
    }

    /// Steps over a comma (`true`) or the closing bracket (`false`).
    fn more(&mut self, close: u8, reason: &'static str) -> Result<bool, Mistake> {
        self.skip_blanks();
        match self.peek() {
            Some(b',') => {
                self.at += 1;
                self.skip_blanks();
                Ok(true)
            }
            Some(byte) if byte == close => {
                self.at += 1;
                Ok(false)
            }
            _ => self.mistake(reason),
        }
    }

    fn array<E: From<Mistake>>(
        &mut self,
        visit: &mut dyn FnMut(Record<'a>) -> Result<(), E>,
    ) -> Result<(), E> {
        self.expect(b'[', "expected `[`")?;
        if self.peek() == Some(b']') {
            self.at += 1;
            return Ok(());
        }
        loop {
            visit(self.record()?)?;
            if !self.more(b']', "expected `,` or `]`")? {
                return Ok(());
            }
        }
    }

    fn element_values(&mut self) -> Result<Vec<Value<'a>>, Mistake> {
        self.expect(b'[', "expected `[`")?;
        let mut values = Vec::new();
        if self.peek() == Some(b']') {
            return Ok(values);
        }
        loop {
            values.push(self.value()?);
            if !self.more(b']', "expected `,` or `]`")? {
                return Ok(values);
            }
        }
    }

    fn record(&mut self) -> Result<Record<'a>, Mistake> {
        if self.peek() != Some(b'{') {
            return Ok(Record::from_iter([(Cow::Borrowed("value"), self.value()?)]));
        }
        self.expect(b'{', "expected `{`")?;
        let mut record = Record::default();
        if self.peek() == Some(b'}') {
            self.at += 1;
            return Ok(record);
        }
        loop {
            if self.peek() != Some(b'"') {
                return self.mistake("expected a name in double quotes");
            }
            let name = self.string()?;
            self.expect(b':', "expected `:` after a name")?;
            record.push(name, self.value()?);
            if !self.more(b'}', "expected `,` or `}`")? {
                return Ok(record);
            }
        }
    }

    fn value(&mut self) -> Result<Value<'a>, Mistake> {
        match self.peek() {
            Some(b'"') => self.string().map(Value::Text),
            Some(b'{' | b'[') => self.nested().map(|text| Value::Nested(Cow::Borrowed(text))),
            Some(b'-' | b'0'..=b'9') => {
                self.number().map(|text| Value::Number(Cow::Borrowed(text)))
            }
            Some(b't') => self.word("true", Value::Bool(true)),
            Some(b'f') => self.word("false", Value::Bool(false)),
            Some(b'n') => self.word("null", Value::Null),
            _ => self.mistake("expected a JSON value"),
        }
    }

    fn word(&mut self, word: &str, value: Value<'a>) -> Result<Value<'a>, Mistake> {
        if !self.text.as_bytes()[self.at..].starts_with(word.as_bytes()) {
            return self.mistake("expected a JSON value");
        }
        self.at += word.len();
        Ok(value)
    }

    fn number(&mut self) -> Result<&'a str, Mistake> {
        const REASON: &str = "a number is not spelt as JSON asks";
        let start = self.at;
        if self.peek() == Some(b'-') {
            self.at += 1;
        }
        match self.peek() {
            Some(b'0') => self.at += 1,
            Some(b'1'..=b'9') => self.digits(),
            _ => return self.mistake(REASON),
        }
        if self.peek() == Some(b'.') {
            self.at += 1;
            if !self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
                return self.mistake(REASON);
            }
            self.digits();
        }
        if matches!(self.peek(), Some(b'e' | b'E')) {
            self.at += 1;
            if matches!(self.peek(), Some(b'+' | b'-')) {
                self.at += 1;
            }
            if !self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
                return self.mistake(REASON);
            }
            self.digits();
        }
        Ok(&self.text[start..self.at])
    }

    fn digits(&mut self) {
        while self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
            self.at += 1;
        }
    }

    /// The raw text of an object or array, checked to its end.
    fn nested(&mut self) -> Result<&'a str, Mistake> {
        let start = self.at;
        let mut open: Vec<u8> = Vec::new();
        loop {
            // A value is due here.
            match self.peek() {
                Some(bracket @ (b'{' | b'[')) => {
                    self.at += 1;
                    self.skip_blanks();
                    if self.peek() == Some(closing(bracket)) {
                        self.at += 1;
                    } else {
                        open.push(bracket);
                        if bracket == b'{' {
                            self.member_name()?;
                        }
                        continue;
                    }
                }
                Some(b'"') => self.skip_string()?,
                _ => {
                    self.value()?;
                }
            }
            // A value ended here.
            loop {
                let Some(&bracket) = open.last() else { return Ok(&self.text[start..self.at]) };
                if self.more(closing(bracket), "expected `,` or a closing bracket")? {
                    if bracket == b'{' {
                        self.member_name()?;
                    }
                    break;
                }
                open.pop();
            }
        }
    }

    fn member_name(&mut self) -> Result<(), Mistake> {
        if self.peek() != Some(b'"') {
            return self.mistake("expected a name in double quotes");
        }
        self.skip_string()?;
        self.expect(b':', "expected `:` after a name")
    }

    fn skip_string(&mut self) -> Result<(), Mistake> {
        self.raw_string().map(|_| ())
    }

    fn string(&mut self) -> Result<Cow<'a, str>, Mistake> {
        let (raw, escaped) = self.raw_string()?;
        Ok(if escaped { Cow::Owned(unescape(raw)) } else { Cow::Borrowed(raw) })
    }

    /// Steps over a string; its text between the quotes, and whether that holds escapes.
    fn raw_string(&mut self) -> Result<(&'a str, bool), Mistake> {
        self.at += 1;
        let start = self.at;
        let bytes = self.text.as_bytes();
        let mut escaped = false;
        loop {
            match bytes.get(self.at) {
                Some(b'"') => {
                    self.at += 1;
                    return Ok((&self.text[start..self.at - 1], escaped));
                }
                Some(b'\\') => {
                    escaped = true;
                    self.escape()?;
                }
                Some(0..=0x1f) => {
                    return self.mistake("a control character stands in a string unescaped");
                }
                Some(_) => self.at += 1,
                None => return self.mistake(""),
            }
        }
    }

    fn escape(&mut self) -> Result<(), Mistake> {
        self.at += 1;
        match self.peek() {
            Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => self.at += 1,
            Some(b'u') => {
                self.at += 1;
                for _ in 0..4 {
                    if !self.peek().is_some_and(|byte| byte.is_ascii_hexdigit()) {
                        return self.mistake("expected four hexadecimal digits after `\\u`");
                    }
                    self.at += 1;
                }
            }
            _ => return self.mistake("no such escape in JSON"),
        }
        Ok(())
    }
}

const fn closing(bracket: u8) -> u8 {
    if bracket == b'{' { b'}' } else { b']' }
}

/// The text that a checked string literal means. Half of a surrogate pair becomes U+FFFD.
fn unescape(raw: &str) -> String {
    let mut text = String::with_capacity(raw.len());
    let mut rest = raw;
    while let Some(at) = rest.find('\\') {
        text.push_str(&rest[..at]);
        let mut code = rest[at + 1..].chars();
        match code.next() {
            Some('u') => {
                let (character, length) = unicode_escape(&rest[at..]);
                text.push(character);
                rest = &rest[at + length..];
                continue;
            }
            Some('b') => text.push('\u{8}'),
            Some('f') => text.push('\u{c}'),
            Some('n') => text.push('\n'),
            Some('r') => text.push('\r'),
            Some('t') => text.push('\t'),
            Some(other) => text.push(other),
            None => {}
        }
        rest = code.as_str();
    }
    text.push_str(rest);
    text
}

/// The character of the `\uXXXX` (or pair of them) that `text` begins with, and the bytes it takes.
fn unicode_escape(text: &str) -> (char, usize) {
    let unit = |at: usize| {
        text.get(at..at + 2).filter(|lead| *lead == "\\u")?;
        u32::from_str_radix(text.get(at + 2..at + 6)?, 16).ok()
    };
    let first = unit(0).unwrap_or(0xFFFD);
    if (0xD800..0xDC00).contains(&first)
        && let Some(second) = unit(6).filter(|second| (0xDC00..0xE000).contains(second))
    {
        let code = 0x1_0000 + ((first - 0xD800) << 10) + (second - 0xDC00);
        return (char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER), 12);
    }
    (char::from_u32(first).unwrap_or(char::REPLACEMENT_CHARACTER), 6)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn records(text: &str) -> Result<Vec<Record<'_>>, Mistake> {
        let mut records = Vec::new();
        for_each_record(text, &mut |record| {
            records.push(record);
            Ok::<(), Mistake>(())
        })?;
        Ok(records)
    }

    fn count(text: &str) -> usize {
        records(text).expect("valid").len()
    }

    #[test]
    fn lines_arrays_and_layouts_all_give_records() {
        assert_eq!(count("{\"a\":1}\n{\"a\":2}\r\n\n{\"a\":3}"), 3);
        assert_eq!(count("[{\"a\":1},\n {\"a\":2}]"), 2);
        assert_eq!(count("{\n \"a\": 1\n}\n{\n \"a\": 2\n}\n"), 2);
        assert_eq!(count("{\"a\":1},\n{\"a\":2}"), 2);
        assert_eq!(count("{\"Records\":[{\"a\":1},{\"a\":2},{\"a\":3}]}"), 3);
        assert_eq!(count(""), 0);
        assert_eq!(count("[]"), 0);
    }

    #[test]
    fn a_lone_object_without_an_envelope_is_one_record() {
        assert_eq!(count("{\"Records\":1}"), 1);
    }

    #[test]
    fn values_keep_their_spelling() {
        let records = records(r#"{"n":123456789012345678901234567890,"o":{"x" : [1, {}]},"t":"a\u00e9\ud83d\ude00\n"}"#).expect("valid");
        assert_eq!(
            records[0].get("n"),
            Some(&Value::Number("123456789012345678901234567890".into()))
        );
        assert_eq!(records[0].get("o"), Some(&Value::Nested(r#"{"x" : [1, {}]}"#.into())));
        assert_eq!(records[0].get("t"), Some(&Value::text("a\u{e9}\u{1f600}\n")));
    }

    #[test]
    fn a_lone_surrogate_becomes_the_replacement_character() {
        let records = records(r#"{"t":"\ud800x\udc00"}"#).expect("valid");
        assert_eq!(records[0].get("t"), Some(&Value::text("\u{fffd}x\u{fffd}")));
    }

    #[test]
    fn the_last_of_equal_names_wins() {
        let records = records(r#"{"a":1,"a":2}"#).expect("valid");
        assert_eq!(records[0].get("a"), Some(&Value::Number("2".into())));
    }

    #[test]
    fn a_mistake_has_its_offset() {
        assert_eq!(records("{\"a\":1}\n{\"a\":tru}").unwrap_err().offset, 13);
        assert_eq!(records("{\"a\":").unwrap_err().reason, "the text ends inside a JSON value");
        for bad in [
            "{\"a\" 1}",
            "{a:1}",
            "{\"a\":01}",
            "[1 2]",
            "{\"a\":\"\\x\"}",
            "{\"a\":[1,]}",
            "{\"a\":\"\t\"}",
            "nope",
        ] {
            assert!(records(bad).is_err(), "{bad}");
        }
    }

    /// Where `serde_json` and this reader may differ: it stops at a depth of 128, and refuses half of a
    /// surrogate pair.
    #[test]
    fn what_is_valid_is_what_another_reader_takes() {
        let good = br#"{"a":[1,-2.5e+3,true,null,"x\u0041\n",{"b":{}}],"c":"\"","d":0}"#;
        let alphabet = br#"{}[]",:\ 0129-+.eEtrufalsn"#;
        let mut state = 1_u64;
        let mut next = |bound: usize| {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) as usize % bound
        };
        let mut valid = 0;
        for _ in 0..20_000 {
            let mut bytes = good.to_vec();
            for _ in 0..next(3) {
                let at = next(bytes.len());
                match next(3) {
                    0 => bytes[at] = alphabet[next(alphabet.len())],
                    1 => bytes.insert(at, alphabet[next(alphabet.len())]),
                    _ => drop(bytes.remove(at)),
                }
            }
            let text = String::from_utf8(bytes).expect("ASCII");
            let other = serde_json::from_str::<serde_json::Value>(&text).is_ok();
            assert_eq!(is_valid(&text), other, "{text}");
            valid += usize::from(other);
        }
        assert!(valid > 1000);
    }

    #[test]
    fn depth_costs_no_stack() {
        let deep = format!("{{\"a\":{}1{}}}", "[".repeat(200_000), "]".repeat(200_000));
        assert_eq!(count(&deep), 1);
        assert!(records(&format!("{{\"a\":{}", "[".repeat(200_000))).is_err());
    }
}
