//! Suggestions: rules for the columns that no rule of a policy names, by what their values look like.
//!
//! A suggestion holds the names of columns and keys, counts and kinds, never a value. A key of JSON that is
//! no plain word may be a value itself; it is written as `*`.

mod content;
mod json;

use std::collections::{BTreeMap, HashSet};
use std::fmt::Write;

use arrow::array::RecordBatch;
use arrow::datatypes::Schema;
use serde::Serialize;

use self::content::LOOKS;
use self::json::Paths;
use crate::transform::is_placeholder;
use crate::{Kind, Policy, leaves};

/// So many values of a column are looked at.
const MOST_VALUES: u64 = 10_000;

/// A kind is suggested if so many of the values look like it, in percent.
const LEAST_SHARE: u64 = 90;

/// More different values are no enumeration.
const MOST_WORDS: usize = 32;

/// A rule for a column or path that no rule names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Suggestion {
    /// The column, or the dotted path of a leaf or of a key in the JSON of a column.
    pub column: String,
    /// What its values seem to be.
    pub kind: Kind,
    /// How many of the values that were looked at look like that kind, in percent; for `text` how many
    /// have several words. 0 for `string`, the last resort.
    pub confidence: u8,
    /// How many values were looked at.
    pub values: u64,
    /// Why, without a value.
    pub reason: String,
}

impl Policy {
    /// A rule for each text column of a table of `schema` that no rule names, in the order of the columns,
    /// and after a column that holds JSON one for each path in it. `batches` show what the columns hold;
    /// the first 10,000 values of each are looked at.
    ///
    /// `keep` is never suggested. Where values are of no one kind, it is `text` if they have several words,
    /// else `string`.
    #[must_use]
    pub fn suggest(&self, schema: &Schema, batches: &[RecordBatch]) -> Vec<Suggestion> {
        let mut tallies: BTreeMap<String, Column> = BTreeMap::new();
        for (path, leaf) in batches.iter().flat_map(leaves::of_batch) {
            let Some(texts) = leaves::texts(&leaf) else { continue };
            let column = tallies.entry(path).or_default();
            for text in texts.iter().flatten() {
                if column.tally.values >= MOST_VALUES {
                    break;
                }
                column.add(text);
            }
        }
        let mut suggestions = Vec::new();
        for (path, field) in schema.fields().iter().flat_map(leaves::of_field) {
            if leaves::leaf_type(field.data_type()) != leaves::LeafType::Text {
                continue;
            }
            let column = tallies.remove(&path).unwrap_or_default();
            let verdict = self.verdict(&path);
            let kind = if let Some(verdict) = verdict {
                verdict.kind
            } else {
                let suggestion = column.tally.suggest(path.clone());
                let kind = suggestion.kind;
                suggestions.push(suggestion);
                kind
            };
            if kind == Kind::Json {
                for (key, tally) in column.paths.into_tallies() {
                    let path = format!("{path}.{key}");
                    if self.verdict(&path).is_none() {
                        suggestions.push(tally.suggest(path));
                    }
                }
            }
        }
        suggestions
    }
}

/// What is known of one column.
#[derive(Default)]
struct Column {
    tally: Tally,
    paths: Paths,
}

impl Column {
    fn add(&mut self, text: &str) {
        self.tally.add(text);
        if text.trim_start().starts_with(['{', '[']) {
            self.paths.add(text);
        }
    }
}

/// How many values look like what.
#[derive(Default, Clone)]
struct Tally {
    values: u64,
    looks: [u64; LOOKS.len()],
    with_space: u64,
    /// Digests of the different values, until there are too many.
    words: HashSet<u64, foldhash::fast::RandomState>,
}

impl Tally {
    fn add(&mut self, text: &str) {
        if is_placeholder(text) {
            return;
        }
        self.values += 1;
        for (count, look) in self.looks.iter_mut().zip(LOOKS) {
            *count += u64::from((look.holds)(text));
        }
        self.with_space += u64::from(text.trim().contains(char::is_whitespace));
        if self.words.len() <= MOST_WORDS {
            use std::hash::BuildHasher;
            let digest = self.words.hasher().hash_one(text);
            self.words.insert(digest);
        }
    }

    fn suggest(&self, column: String) -> Suggestion {
        let share = |count: u64| 100 * count / self.values.max(1);
        let (look, count) = LOOKS
            .iter()
            .zip(self.looks)
            .rev()
            .max_by_key(|(_, count)| *count)
            .expect("there are looks");
        let values = self.values;
        let (kind, count, reason) = if values == 0 {
            (Kind::String, 0, "it holds no value".to_owned())
        } else if share(count) >= LEAST_SHARE {
            (look.kind, count, format!("{count} of {values} values are {}", look.what))
        } else if 2 * self.with_space >= values || count > 0 {
            let looks =
                if count > 0 { format!("; {count} are {}", look.what) } else { String::new() };
            (
                Kind::Text,
                self.with_space,
                format!("{} of {values} values have several words{looks}", self.with_space),
            )
        } else {
            let different = self.words.len();
            let reason = if different <= MOST_WORDS && values >= 4 * different as u64 {
                format!(
                    "{values} values, {different} different ones: if those are words of a product, `keep` is right"
                )
            } else {
                format!("{values} values of no one kind")
            };
            (Kind::String, 0, reason)
        };
        let confidence = u8::try_from(share(count)).unwrap_or(100);
        Suggestion { column, kind, confidence, values, reason }
    }
}

/// The suggestions as lines for a person: column, kind, confidence and why.
#[must_use]
pub fn suggestions_text(suggestions: &[Suggestion]) -> String {
    let width =
        suggestions.iter().map(|line| line.column.chars().count()).max().unwrap_or(0).min(60);
    let mut out = String::new();
    for Suggestion { column, kind, confidence, reason, .. } in suggestions {
        let column: String = column.escape_debug().collect();
        writeln!(out, "{column:width$}  {kind:9}  {confidence:3} %  {reason}")
            .expect("a string takes all");
    }
    out
}

/// The suggestions as a policy over `default`, to look through and to keep.
#[must_use]
pub fn suggestions_yaml(suggestions: &[Suggestion]) -> String {
    let mut out = String::from("version: 1\nextends: default\n");
    let mut by_kind: BTreeMap<Kind, Vec<&Suggestion>> = BTreeMap::new();
    let mut named = HashSet::new();
    for suggestion in suggestions {
        if named.insert(suggestion.column.to_lowercase()) {
            by_kind.entry(suggestion.kind).or_default().push(suggestion);
        }
    }
    out.push_str(if by_kind.is_empty() { "rules: []\n" } else { "rules:\n" });
    for (kind, suggestions) in by_kind {
        let name = if kind == Kind::Null { "\"null\"" } else { kind.name() };
        write!(out, "  - kind: {name}\n    because: suggested by content\n    columns:\n")
            .expect("a string takes all");
        for Suggestion { column, confidence, reason, .. } in suggestions {
            // A JSON string is a YAML string, too.
            let column = serde_json::Value::from(column.as_str());
            writeln!(out, "      - {column} # {confidence} %: {reason}")
                .expect("a string takes all");
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow::array::{ArrayRef, Int32Array, StringArray};

    use super::*;

    fn suggest(columns: &[(&str, &[&str])]) -> Vec<Suggestion> {
        let columns = columns
            .iter()
            .map(|(name, texts)| (*name, Arc::new(StringArray::from(texts.to_vec())) as ArrayRef));
        let batch = RecordBatch::try_from_iter(columns).unwrap();
        Policy::builtin().suggest(&batch.schema(), &[batch.clone(), batch])
    }

    #[test]
    fn columns_without_a_rule_are_typed_by_content_and_others_left_out() {
        let suggestions = suggest(&[
            ("Account", &["bob"; 10]),
            ("a_x", &["10.0.0.1"; 10]),
            ("b_x", &["alice and bob", "two words", "", "-", "", "", "", "", "", ""]),
            ("c_x", &["red", "green", "red", "red", "red", "red", "red", "red", "red", "red"]),
            ("d_x", &["u1", "u2", "u3", "u4", "u5", "u6", "u7", "u8", "u9", "u10"]),
            ("e_x", &[""; 10]),
        ]);
        let found: Vec<(&str, Kind, u8)> =
            suggestions.iter().map(|s| (s.column.as_str(), s.kind, s.confidence)).collect();
        assert_eq!(
            found,
            [
                ("a_x", Kind::Ip, 100),
                ("b_x", Kind::Text, 100),
                ("c_x", Kind::String, 0),
                ("d_x", Kind::String, 0),
                ("e_x", Kind::String, 0),
            ]
        );
        assert_eq!(suggestions[0].reason, "20 of 20 values are IP addresses");
        assert!(suggestions[2].reason.contains("2 different"), "{suggestions:?}");
    }

    #[test]
    fn one_kind_among_others_is_text_with_its_share() {
        let mut texts = vec!["10.0.0.1"; 8];
        texts.extend(["n/a", "unknown"]);
        let suggestions = suggest(&[("a_x", &texts)]);
        assert_eq!(suggestions[0].kind, Kind::Text);
        assert!(suggestions[0].reason.contains("16 are IP addresses"), "{suggestions:?}");
    }

    #[test]
    fn paths_in_json_are_suggested_and_odd_keys_are_not_shown() {
        let document = r#"{"x_owner": "a@contoso.com", "rows": [{"x_addr": "10.0.0.1"}, {"x_addr": "10.0.0.2"}],
                "userName": "bob", "bob@contoso.com": {"x_seen": "2026-11-24"}, "n": 5}"#;
        let suggestions = suggest(&[("doc_x", &[document, document])]);
        let found: Vec<(&str, Kind)> =
            suggestions.iter().map(|s| (s.column.as_str(), s.kind)).collect();
        assert_eq!(
            found,
            [
                ("doc_x", Kind::Json),
                ("doc_x.*.x_seen", Kind::Timestamp),
                ("doc_x.rows.x_addr", Kind::Ip),
                ("doc_x.x_owner", Kind::Account),
            ]
        );
    }

    #[test]
    fn suggested_yaml_is_a_policy_that_leaves_nothing_to_suggest() {
        let column: ArrayRef = Arc::new(StringArray::from(vec!["{\"x_y\": \"10.0.0.1\"}"]));
        let odd: ArrayRef = Arc::new(StringArray::from(vec!["bob"]));
        let number: ArrayRef = Arc::new(Int32Array::from(vec![1]));
        let batch = RecordBatch::try_from_iter([
            ("doc_x", column),
            ("odd \"name\" # é\n x", odd),
            ("n_x", number),
        ])
        .unwrap();
        let suggestions = Policy::builtin().suggest(&batch.schema(), std::slice::from_ref(&batch));
        assert_eq!(suggestions.len(), 3);
        let yaml = suggestions_yaml(&suggestions);
        assert!(!yaml.contains("10.0.0.1") && !yaml.contains("bob"), "{yaml}");
        let policy = Policy::from_yaml(&yaml).unwrap();
        assert_eq!(policy.suggest(&batch.schema(), &[batch]), []);
        assert_eq!(suggestions_text(&suggestions).lines().count(), 3);
        Policy::from_yaml(&suggestions_yaml(&[])).unwrap();
    }
}
