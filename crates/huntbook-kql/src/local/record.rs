//! A record: named values in the order in which they were written.

use std::borrow::Cow;

use super::value::Value;

/// One row before it has types. A name may come twice, as in JSON; then its last value counts.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Record<'a> {
    fields: Vec<(Cow<'a, str>, Value<'a>)>,
}

impl<'a> Record<'a> {
    pub(super) fn push(&mut self, name: impl Into<Cow<'a, str>>, value: Value<'a>) {
        self.fields.push((name.into(), value));
    }

    pub(super) fn get(&self, name: &str) -> Option<&Value<'a>> {
        self.fields.iter().rev().find(|(known, _)| known == name).map(|(_, value)| value)
    }

    /// The text of the first of `names` that is there and not null or empty.
    pub(super) fn first_text(&self, names: &[&str]) -> Option<Cow<'_, str>> {
        names
            .iter()
            .filter_map(|name| self.get(name).and_then(Value::as_text))
            .find(|text| !text.is_empty())
    }

    pub(super) fn iter(&self) -> impl DoubleEndedIterator<Item = (&str, &Value<'a>)> {
        self.fields.iter().map(|(name, value)| (name.as_ref(), value))
    }

    pub(super) fn is_empty(&self) -> bool {
        self.fields.is_empty()
    }
}

impl<'a> FromIterator<(Cow<'a, str>, Value<'a>)> for Record<'a> {
    fn from_iter<I: IntoIterator<Item = (Cow<'a, str>, Value<'a>)>>(fields: I) -> Self {
        Self { fields: fields.into_iter().collect() }
    }
}

impl<'a> IntoIterator for Record<'a> {
    type Item = (Cow<'a, str>, Value<'a>);
    type IntoIter = std::vec::IntoIter<Self::Item>;

    fn into_iter(self) -> Self::IntoIter {
        self.fields.into_iter()
    }
}
