//! The paths in the JSON of a column, and what their values look like.

use std::collections::BTreeMap;

use serde_json::Value;

use super::Tally;

/// A longer document is left out.
const LONGEST: usize = 256 * 1024;
/// So many documents of a column are read.
const MOST_DOCUMENTS: usize = 1000;
/// So many paths of a column are told apart.
const MOST_PATHS: usize = 1000;
/// So many keys deep documents are looked into.
const DEEPEST: usize = 16;

/// The paths of the documents of one column.
#[derive(Default)]
pub(super) struct Paths {
    documents: usize,
    tallies: BTreeMap<String, Tally>,
}

impl Paths {
    /// Adds the values of `text`, if it is a document.
    pub(super) fn add(&mut self, text: &str) {
        if text.len() > LONGEST || self.documents >= MOST_DOCUMENTS {
            return;
        }
        if let Ok(document) = serde_json::from_str::<Value>(text) {
            self.documents += 1;
            self.walk(&mut String::new(), 0, &document);
        }
    }

    /// What was found at each path, by path. The elements of a list have the path of the list.
    pub(super) fn into_tallies(self) -> BTreeMap<String, Tally> {
        self.tallies
    }

    fn walk(&mut self, path: &mut String, depth: usize, value: &Value) {
        if depth > DEEPEST {
            return;
        }
        match value {
            Value::Object(fields) => {
                for (key, value) in fields {
                    let length = path.len();
                    if length > 0 {
                        path.push('.');
                    }
                    path.push_str(if is_word(key) { key } else { "*" });
                    self.walk(path, depth + 1, value);
                    path.truncate(length);
                }
            }
            Value::Array(items) => {
                for item in items {
                    self.walk(path, depth + 1, item);
                }
            }
            Value::String(text) if !path.is_empty() => {
                if let Some(tally) = self.tallies.get_mut(path.as_str()) {
                    tally.add(text);
                } else if self.tallies.len() < MOST_PATHS {
                    self.tallies.entry(path.clone()).or_default().add(text);
                }
            }
            _ => {}
        }
    }
}

/// Whether `key` is a name that a program gave, and no value.
fn is_word(key: &str) -> bool {
    key.len() <= 64
        && key.starts_with(|first: char| first.is_ascii_alphabetic() || "_@$".contains(first))
        && key.bytes().skip(1).all(|byte| byte.is_ascii_alphanumeric() || b"_-".contains(&byte))
        && key.bytes().filter(u8::is_ascii_digit).count() <= 4
}
