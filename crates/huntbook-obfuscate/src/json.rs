//! JSON documents: keys, punctuation and blanks stay, each value is replaced by what the rules say of
//! its path, or by what it looks like.
//!
//! A number passes unless a rule names it: then it becomes another number of as many digits, or null if it
//! is not whole. A rule that nulls a path nulls all below it. A key stays unless it
//! is data itself, such as an address. Text that is no document is free text.

mod paths;
mod string;
mod values;
mod walk;

pub(crate) use values::{Role, Values};

use std::sync::{Arc, Mutex, PoisonError};

use paths::{KeyImage, Paths, ROOT};
use walk::Walk;

use crate::content;
use crate::memo::Memo;
use crate::obfuscator::Transforms;
use crate::text::FreeText;
use crate::transform::{Texts, Transform, is_placeholder};
use crate::{Kind, Policy, vocabulary};

/// JSON documents under one key.
pub(crate) struct Documents {
    text: Arc<FreeText>,
    transforms: Arc<Transforms>,
    policy: Arc<Policy>,
    /// What is remembered from one call to the next.
    states: Mutex<Vec<State>>,
}

/// What one thread remembers.
struct State {
    paths: Paths,
    memo: Memo,
    /// What free text remembers.
    words: Memo,
    value: String,
    image: Texts,
}

impl Documents {
    pub(crate) fn new(
        text: Arc<FreeText>,
        transforms: Arc<Transforms>,
        policy: Arc<Policy>,
    ) -> Self {
        Self { text, transforms, policy, states: Mutex::default() }
    }

    /// The obfuscated form of `json`, whose values are at `path`; `None` if it is no document.
    pub(crate) fn document(&self, path: &str, json: &str) -> Option<String> {
        self.with_state(|state| {
            let root = self.root(state, path);
            let (mut out, mut gaps) =
                (Texts::with_capacity(1, json.len() + json.len() / 4), Vec::new());
            Walk::new(self, state, json, &mut out, &mut gaps, 0).document(root)?;
            self.text.fill(&gaps, &mut out);
            Some(String::from_utf8(out.bytes).expect("a transform puts together whole texts"))
        })
    }

    /// The documents of the column at `path`.
    pub(crate) fn at<'d>(&'d self, path: &'d str) -> DocumentsAt<'d> {
        DocumentsAt { documents: self, path }
    }

    fn write_at(&self, path: &str, texts: &[&str], out: &mut Texts) {
        let mut gaps = Vec::new();
        self.with_state(|state| {
            let root = self.root(state, path);
            for text in texts {
                let (bytes, known) = (out.bytes.len(), gaps.len());
                if is_placeholder(text) {
                    out.push(text.as_bytes());
                } else if Walk::new(self, state, text, out, &mut gaps, 0).document(root).is_none() {
                    out.bytes.truncate(bytes);
                    gaps.truncate(known);
                    self.text.write_with_gaps(text, out, &mut gaps, &mut state.words);
                }
                out.end_row();
            }
        });
        self.text.fill(&gaps, out);
    }

    fn with_state<R>(&self, work: impl FnOnce(&mut State) -> R) -> R {
        let kept = self.states.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let mut state = kept.unwrap_or_else(|| State {
            paths: Paths::new(),
            memo: Memo::new(),
            words: Memo::new(),
            value: String::new(),
            image: Texts::default(),
        });
        let result = work(&mut state);
        if state.paths.is_worth_keeping() {
            self.states.lock().unwrap_or_else(PoisonError::into_inner).push(state);
        }
        result
    }

    fn root(&self, state: &mut State, path: &str) -> usize {
        if path.is_empty() {
            return ROOT;
        }
        state.paths.child(ROOT, path, ROOT, &self.policy, |_| None)
    }

    /// What stands for a key that is data itself.
    fn key_image(&self, key: &str) -> Option<KeyImage> {
        let kind = content::identifier_kind(key);
        let is_label =
            self.text.learned().contains(key) && !vocabulary::contains(&key.to_lowercase());
        let kind = kind.or_else(|| is_label.then_some(Kind::Account))?;
        Some(KeyImage { kind, text: self.value(kind, key).into_boxed_str() })
    }

    /// What a value that no rule names is.
    fn kind_of(&self, value: &str) -> Kind {
        match content::kind_of(value, self.text.settings()) {
            // Free text hides learnt labels that a path or URL may keep.
            Some(Kind::Path | Kind::Url) if self.text.holds_learned(value) => Kind::Text,
            Some(kind) => kind,
            None => Kind::Text,
        }
    }

    /// The image of one value.
    fn value(&self, kind: Kind, value: &str) -> String {
        let mut out = Texts::default();
        self.write_value(kind, value, &mut out);
        String::from_utf8(out.bytes).expect("a transform puts together whole texts")
    }

    /// Tells each sensitive part of one value.
    fn sensitive_parts_of(&self, kind: Kind, value: &str, found: &mut dyn FnMut(&str)) {
        match kind {
            Kind::Text | Kind::Json => self.text.sensitive_parts(value, found),
            _ => {
                if let Some(transform) = self.transforms.of(kind)
                    && !transform.is_public(value)
                {
                    transform.sensitive_parts(value, found);
                }
            }
        }
    }

    /// Writes the image of one value, which is not a document.
    fn write_value(&self, kind: Kind, value: &str, out: &mut Texts) {
        match self.transforms.of(kind) {
            _ if matches!(kind, Kind::Text | Kind::Json) => self.text.write(&[value], out),
            Some(transform) => transform.write(&[value], out),
            None => self.text.write(&[value], out),
        }
    }
}

impl Transform for Documents {
    fn write(&self, texts: &[&str], out: &mut Texts) {
        self.write_at("", texts, out);
    }

    /// Whether nothing in the text is replaced.
    fn is_public(&self, text: &str) -> bool {
        self.at("").is_public(text)
    }

    fn sensitive_parts(&self, text: &str, found: &mut dyn FnMut(&str)) {
        self.at("").sensitive_parts(text, found);
    }

    fn is_same(&self, left: &str, right: &str) -> bool {
        self.at("").is_same(left, right)
    }
}

/// The documents of one column.
pub(crate) struct DocumentsAt<'d> {
    documents: &'d Documents,
    path: &'d str,
}

impl DocumentsAt<'_> {
    /// Puts the values of the document `text` into `values`, in place of what it holds; `false` if it is none.
    pub(crate) fn values(&self, text: &str, values: &mut Values) -> bool {
        let documents = self.documents;
        values.truncate(0);
        let is_document = !is_placeholder(text)
            && documents.with_state(|state| {
                let root = documents.root(state, self.path);
                let (mut out, mut gaps) = (Texts::default(), Vec::new());
                let mut walk = Walk::new(documents, state, text, &mut out, &mut gaps, 0);
                walk.values = Some(&mut *values);
                walk.document(root).is_some()
            });
        if !is_document {
            values.truncate(0);
        }
        is_document
    }

    fn image(&self, text: &str) -> Vec<u8> {
        let mut out = Texts::default();
        self.documents.write_at(self.path, &[text], &mut out);
        out.bytes
    }
}

impl Transform for DocumentsAt<'_> {
    fn write(&self, texts: &[&str], out: &mut Texts) {
        self.documents.write_at(self.path, texts, out);
    }

    fn is_public(&self, text: &str) -> bool {
        is_placeholder(text) || self.image(text) == text.as_bytes()
    }

    /// The parts of each value, and the whole.
    fn sensitive_parts(&self, text: &str, found: &mut dyn FnMut(&str)) {
        let documents = self.documents;
        let mut values = Values::default();
        if !self.values(text, &mut values) {
            documents.text.sensitive_parts(text, found);
            return;
        }
        for value in values.iter() {
            match value.role {
                Role::Key | Role::Kept | Role::Nulled => {}
                Role::Redacted => found(value.text),
                Role::KeyOf(kind) | Role::Of(kind) => {
                    documents.sensitive_parts_of(kind, value.text, found);
                }
            }
        }
        if !self.is_public(text) {
            found(text);
        }
    }

    fn is_same(&self, left: &str, right: &str) -> bool {
        self.image(left) == self.image(right)
    }
}

#[cfg(test)]
mod tests;
