//! The members of JSON objects as columns: what `bag_unpack` runs on.

use std::borrow::Cow;
use std::collections::HashMap;

use serde_json::Value;

use super::{Machine, Pieces};
use crate::dynamic;

/// The keys that become columns.
pub(super) struct Slots {
    columns: HashMap<String, usize>,
}

impl Slots {
    pub(super) fn new(keys: &[String]) -> Self {
        let columns = keys.iter().enumerate().map(|(position, key)| (key.clone(), position));
        Self { columns: columns.collect() }
    }
}

impl Machine for Slots {
    fn read<'a>(&self, text: &'a str, pieces: &mut Pieces<'a>) -> bool {
        if let Value::Object(members) = dynamic::parse(text) {
            for (key, value) in members {
                if let Some(column) = self.columns.get(&key) {
                    pieces[*column] = match value {
                        Value::Null => None,
                        Value::String(text) => Some(Cow::Owned(text)),
                        other => Some(Cow::Owned(other.to_string())),
                    };
                }
            }
        }
        true
    }
}
