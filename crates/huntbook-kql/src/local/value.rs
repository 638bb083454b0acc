//! One value of a record, as it was written, and what it can be read as without loss.

use std::borrow::Cow;

use super::timestamp::{self, Moment};

/// A value in a record. Numbers and nested values keep their spelling.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Value<'a> {
    /// Absent, `null`, or the format's own sign for "unset".
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A JSON number.
    Number(Cow<'a, str>),
    /// Text that is known to be text.
    Text(Cow<'a, str>),
    /// A cell of an untyped format (CSV): text, or the spelling of anything else.
    Cell(Cow<'a, str>),
    /// A JSON object or array, as JSON text.
    Nested(Cow<'a, str>),
    /// A time that was worked out: nanoseconds since 1970, UTC.
    Time(i64),
}

/// A set of things that the values of a column naturally are.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Kinds(u8);

impl Kinds {
    pub(super) const BOOL: Self = Self(1);
    pub(super) const LONG: Self = Self(2);
    /// An integer that a 64-bit float would round.
    pub(super) const WIDE: Self = Self(4);
    pub(super) const REAL: Self = Self(8);
    pub(super) const DATETIME: Self = Self(16);
    pub(super) const TEXT: Self = Self(32);
    pub(super) const NESTED: Self = Self(64);

    pub(super) const fn is_empty(self) -> bool {
        self.0 == 0
    }

    pub(super) const fn contains(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// Whether every kind of `self` is one of `others`.
    pub(super) const fn within(self, others: Self) -> bool {
        self.0 & !others.0 == 0
    }

    pub(super) const fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

/// Integers up to here are exact as 64-bit floats.
const EXACT: u64 = 1 << 53;

impl<'a> Value<'a> {
    pub(super) fn text(text: impl Into<Cow<'a, str>>) -> Self {
        Self::Text(text.into())
    }

    /// What this value is by itself, with no schema at hand.
    pub(super) fn kinds(&self) -> Kinds {
        match self {
            Self::Null => Kinds::default(),
            Self::Bool(_) => Kinds::BOOL,
            Self::Number(number) => number_kind(number),
            Self::Text(text) if timestamp::parse_iso(text).is_some() => Kinds::DATETIME,
            Self::Text(_) => Kinds::TEXT,
            Self::Cell(cell) => cell_kind(cell),
            Self::Nested(_) => Kinds::NESTED,
            Self::Time(_) => Kinds::DATETIME,
        }
    }

    pub(super) fn as_bool(&self) -> Option<bool> {
        match self {
            Self::Bool(value) => Some(*value),
            Self::Number(text) | Self::Text(text) | Self::Cell(text) => match text.as_ref() {
                "1" => Some(true),
                "0" => Some(false),
                word if word.eq_ignore_ascii_case("true") => Some(true),
                word if word.eq_ignore_ascii_case("false") => Some(false),
                _ => None,
            },
            Self::Null | Self::Nested(_) | Self::Time(_) => None,
        }
    }

    pub(super) fn as_long(&self) -> Option<i64> {
        match self {
            Self::Bool(value) => Some(i64::from(*value)),
            Self::Number(text) | Self::Text(text) | Self::Cell(text) => {
                text.trim().parse().ok().or_else(|| integral(text)).or_else(|| hexadecimal(text))
            }
            Self::Null | Self::Nested(_) | Self::Time(_) => None,
        }
    }

    pub(super) fn as_int(&self) -> Option<i32> {
        self.as_long().and_then(|long| i32::try_from(long).ok())
    }

    pub(super) fn as_real(&self) -> Option<f64> {
        match self {
            Self::Number(text) | Self::Text(text) | Self::Cell(text) => {
                let text = text.trim();
                let starts = text.bytes().next()?;
                let numeric = starts.is_ascii_digit() || matches!(starts, b'-' | b'+' | b'.');
                text.parse().ok().filter(|real: &f64| numeric && real.is_finite())
            }
            Self::Null | Self::Bool(_) | Self::Nested(_) | Self::Time(_) => None,
        }
    }

    /// The moment this value names; text without a zone counts as UTC, a number as time since 1970.
    pub(super) fn as_moment(&self) -> Option<Moment> {
        match self {
            Self::Number(number) => timestamp::parse_epoch(number),
            Self::Text(text) | Self::Cell(text) => timestamp::parse_any(text),
            Self::Time(nanoseconds) => {
                Some(Moment { nanoseconds: Some(*nanoseconds), zoned: true })
            }
            Self::Null | Self::Bool(_) | Self::Nested(_) => None,
        }
    }

    /// The value as text; `None` for null.
    pub(super) fn as_text(&self) -> Option<Cow<'_, str>> {
        Some(Cow::Borrowed(match self {
            Self::Null => return None,
            Self::Bool(true) => "true",
            Self::Bool(false) => "false",
            Self::Number(text) | Self::Text(text) | Self::Cell(text) | Self::Nested(text) => text,
            Self::Time(nanoseconds) => return Some(Cow::Owned(timestamp::to_iso(*nanoseconds))),
        }))
    }

    /// The value as JSON text; `None` for null. Text that is itself a JSON object or array (the way
    /// dynamic columns are exported to CSV) stays as it is.
    pub(super) fn as_json(&self) -> Option<Cow<'_, str>> {
        match self {
            Self::Null => None,
            Self::Bool(_) | Self::Number(_) | Self::Nested(_) => self.as_text(),
            Self::Time(_) => self.as_text().map(|text| Cow::Owned(quote_json(&text))),
            Self::Cell(cell) if !matches!(cell_kind(cell), Kinds::TEXT | Kinds::DATETIME) => {
                Some(Cow::Owned(cell.to_ascii_lowercase()))
            }
            Self::Text(text) | Self::Cell(text) => {
                let trimmed = text.trim();
                if trimmed.starts_with(['{', '[']) && super::json::is_valid(trimmed) {
                    Some(Cow::Borrowed(trimmed))
                } else {
                    Some(Cow::Owned(quote_json(text)))
                }
            }
        }
    }

    /// The same value, borrowing from this one.
    pub(super) fn borrowed(&self) -> Value<'_> {
        match self {
            Self::Null => Value::Null,
            Self::Bool(value) => Value::Bool(*value),
            Self::Number(text) => Value::Number(Cow::Borrowed(text)),
            Self::Text(text) => Value::Text(Cow::Borrowed(text)),
            Self::Cell(text) => Value::Cell(Cow::Borrowed(text)),
            Self::Nested(text) => Value::Nested(Cow::Borrowed(text)),
            Self::Time(nanoseconds) => Value::Time(*nanoseconds),
        }
    }
}

/// `text` as a JSON string literal.
pub(super) fn quote_json(text: &str) -> String {
    serde_json::Value::String(text.to_owned()).to_string()
}

fn number_kind(number: &str) -> Kinds {
    if number.bytes().any(|byte| matches!(byte, b'.' | b'e' | b'E')) {
        return if number.parse::<f64>().is_ok_and(f64::is_finite) {
            Kinds::REAL
        } else {
            Kinds::TEXT
        };
    }
    match number.parse::<i64>() {
        Ok(long) if long.unsigned_abs() <= EXACT => Kinds::LONG,
        Ok(_) => Kinds::WIDE,
        Err(_) => Kinds::TEXT,
    }
}

/// What a cell of an untyped format is: only spellings that come back unchanged count as numbers, so
/// that `007`, `+1` and digits beyond a float's precision stay text.
fn cell_kind(cell: &str) -> Kinds {
    let Some(first) = cell.bytes().next() else { return Kinds::default() };
    match first {
        b'0'..=b'9' | b'-' => {
            if is_canonical_number(cell) {
                match number_kind(cell) {
                    Kinds::REAL if !survives_a_float(cell) => Kinds::TEXT,
                    kind => kind,
                }
            } else if timestamp::parse_iso(cell).is_some() {
                Kinds::DATETIME
            } else {
                Kinds::TEXT
            }
        }
        b't' | b'T' | b'f' | b'F'
            if cell.eq_ignore_ascii_case("true") || cell.eq_ignore_ascii_case("false") =>
        {
            Kinds::BOOL
        }
        b'{' | b'[' if super::json::is_valid(cell) => Kinds::NESTED,
        _ => Kinds::TEXT,
    }
}

/// Whether `text` is a JSON number and not minus zero, whose sign an integer would lose.
fn is_canonical_number(text: &str) -> bool {
    super::json::is_number(text) && text != "-0"
}

fn survives_a_float(text: &str) -> bool {
    if text.contains(['e', 'E']) {
        return true;
    }
    let digits = text.bytes().filter(u8::is_ascii_digit).skip_while(|digit| *digit == b'0').count();
    digits <= 15
        || text.parse::<f64>().is_ok_and(|real| {
            let shortest = format!("{real}");
            shortest == text.trim_end_matches('0').trim_end_matches('.')
        })
}

/// A number written with a fraction or an exponent that is a whole one all the same (`3.0`).
fn integral(text: &str) -> Option<i64> {
    if !text.contains(['.', 'e', 'E']) {
        return None;
    }
    let real: f64 = text.trim().parse().ok()?;
    (real.fract() == 0.0 && real.abs() <= EXACT as f64).then_some(real as i64)
}

fn hexadecimal(text: &str) -> Option<i64> {
    let digits = text.trim().strip_prefix("0x")?;
    i64::from_str_radix(digits, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cell(text: &str) -> Kinds {
        Value::Cell(text.into()).kinds()
    }

    #[test]
    fn a_cell_that_would_not_come_back_unchanged_is_text() {
        for text in
            ["007", "+1", "-0", "1.", ".5", "0x1f", "123456789012345678901", "0.12345678901234567"]
        {
            assert_eq!(cell(text), Kinds::TEXT, "{text}");
        }
    }

    #[test]
    fn a_cell_of_a_plain_number_is_a_number() {
        assert_eq!(cell("-12"), Kinds::LONG);
        assert_eq!(cell("9223372036854775807"), Kinds::WIDE);
        assert_eq!(cell("0.30000000000000004"), Kinds::REAL);
        assert_eq!(cell("1.50"), Kinds::REAL);
    }

    #[test]
    fn a_cell_of_json_is_nested_and_of_a_brace_alone_is_text() {
        assert_eq!(cell(r#"{"a":[1,2]}"#), Kinds::NESTED);
        assert_eq!(cell("{guid}"), Kinds::TEXT);
    }

    #[test]
    fn text_as_json_is_quoted_unless_it_is_json() {
        assert_eq!(Value::text("a\"b").as_json().as_deref(), Some(r#""a\"b""#));
        assert_eq!(Value::text("[1]").as_json().as_deref(), Some("[1]"));
        assert_eq!(Value::text("[1").as_json().as_deref(), Some(r#""[1""#));
    }

    #[test]
    fn whole_reals_and_hexadecimals_are_read_as_integers() {
        assert_eq!(Value::Number("3.0".into()).as_long(), Some(3));
        assert_eq!(Value::Number("3.5".into()).as_long(), None);
        assert_eq!(Value::text("0x10").as_int(), Some(16));
        assert_eq!(Value::text("4688").as_int(), Some(4688));
        assert_eq!(Value::text("4294967296").as_int(), None);
    }
}
