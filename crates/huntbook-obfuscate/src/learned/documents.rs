//! What documents teach: the labels of their values, by the kind that a rule or the content gives each.

use std::collections::BTreeMap;

use super::Learned;
use crate::Kind;
use crate::json::{DocumentsAt, Role, Values};
use crate::obfuscator::Obfuscator;

/// The values of documents that have labels, by kind.
#[derive(Default)]
pub(crate) struct Typed {
    held: BTreeMap<Kind, Vec<String>>,
    values: Values,
}

impl Typed {
    /// Takes what there is in `text`, and tells whether it is a document.
    pub(crate) fn document(&mut self, at: &DocumentsAt<'_>, text: &str) -> bool {
        let is_document = at.values(text, &mut self.values);
        for value in self.values.iter() {
            let Role::Of(kind) = value.role else { continue };
            if !kind.has_labels() {
                continue;
            }
            let held = self.held.entry(kind).or_default();
            if held.last().is_none_or(|last| last != value.text) {
                held.push(value.text.to_owned());
            }
        }
        is_document
    }

    /// Learns what was taken.
    pub(crate) fn teach(self, obfuscator: &Obfuscator, learned: &mut Learned) {
        for (kind, mut values) in self.held {
            values.sort_unstable();
            values.dedup();
            if let Some(transform) = obfuscator.transform(kind) {
                for value in &values {
                    learned.insert_all(kind, transform, value);
                }
            }
        }
    }
}
