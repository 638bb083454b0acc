//! Values that a caller gives for parameters.

use std::collections::BTreeMap;
use std::fmt;

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Serialize, Serializer};

/// Parameter name, or one of its aliases, to value.
pub type Arguments = BTreeMap<String, Value>;

/// One value, before its parameter's type is applied to it.
///
/// Text is accepted wherever a parameter's type can read it: `"5"` for an `int`, `"-30m"` for a
/// `datetime`, `"a, b"` for a `list`.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// Any text.
    Text(String),
    /// A whole number. For a `datetime`, days from now.
    Int(i64),
    /// A number. For a `datetime`, days from now.
    Float(f64),
    /// True or false.
    Bool(bool),
    /// An instant.
    Datetime(DateTime<Utc>),
    /// A length of time.
    Timespan(TimeDelta),
    /// Several values. A list inside a list is refused when it is rendered.
    List(Vec<Value>),
}

impl Value {
    /// What the value is, for messages: `text`, `a whole number`, ...
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Text(_) => "text",
            Self::Int(_) => "a whole number",
            Self::Float(_) => "a number",
            Self::Bool(_) => "true or false",
            Self::Datetime(_) => "an instant",
            Self::Timespan(_) => "a length of time",
            Self::List(_) => "a list",
        }
    }
}

impl fmt::Display for Value {
    /// The value as a person would type it: text without quotes, list items separated by `, `.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => out.write_str(text),
            Self::Int(number) => write!(out, "{number}"),
            Self::Float(number) => write!(out, "{number:?}"),
            Self::Bool(truth) => write!(out, "{truth}"),
            Self::Datetime(instant) => out.write_str(&crate::literal::datetime_text(*instant)),
            Self::Timespan(length) => out.write_str(&crate::literal::timespan_text(*length)),
            Self::List(items) => {
                for (position, item) in items.iter().enumerate() {
                    if position > 0 {
                        out.write_str(", ")?;
                    }
                    write!(out, "{item}")?;
                }
                Ok(())
            }
        }
    }
}

impl Serialize for Value {
    /// Numbers, truth values and lists as themselves, anything else as its text.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Int(number) => serializer.serialize_i64(*number),
            Self::Float(number) => serializer.serialize_f64(*number),
            Self::Bool(truth) => serializer.serialize_bool(*truth),
            Self::List(items) => serializer.collect_seq(items),
            Self::Text(_) | Self::Datetime(_) | Self::Timespan(_) => serializer.collect_str(self),
        }
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Self::Int(number)
    }
}

impl From<f64> for Value {
    fn from(number: f64) -> Self {
        Self::Float(number)
    }
}

impl From<bool> for Value {
    fn from(truth: bool) -> Self {
        Self::Bool(truth)
    }
}

impl From<DateTime<Utc>> for Value {
    fn from(instant: DateTime<Utc>) -> Self {
        Self::Datetime(instant)
    }
}

impl From<TimeDelta> for Value {
    fn from(length: TimeDelta) -> Self {
        Self::Timespan(length)
    }
}

impl<T: Into<Value>> From<Vec<T>> for Value {
    fn from(items: Vec<T>) -> Self {
        Self::List(items.into_iter().map(Into::into).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_shown_with_commas() {
        assert_eq!(Value::from(vec!["a", "b"]).to_string(), "a, b");
    }

    #[test]
    fn json_keeps_numbers_and_lists() {
        let list = Value::List(vec![Value::Int(1), "a".into(), TimeDelta::hours(1).into()]);
        assert_eq!(serde_json::to_string(&list).unwrap(), r#"[1,"a","01:00:00"]"#);
    }

    #[test]
    fn an_instant_is_shown_in_utc() {
        let instant: DateTime<Utc> = "2026-11-20T01:00:00+01:00".parse().unwrap();
        assert_eq!(Value::from(instant).to_string(), "2026-11-20T00:00:00Z");
    }
}
