//! Free text: command lines, messages, scripts, XML.
//!
//! What is found in it goes through the map of its own kind, every other word that is not public becomes
//! the token of its label, and all bytes between stay. See [`word`] for what is public.

mod candidates;
mod class;
mod credentials;
mod encodings;
mod scan;
mod word;

use std::sync::{Arc, Mutex, PoisonError};

pub(crate) use credentials::{REDACTED, is_credential_key};
use scan::Scan;
pub(crate) use word::{Bearing, bearing, is_numbered_name, is_public_name};

use crate::label::Gap;
use crate::memo::Memo;
use crate::obfuscator::Transforms;
use crate::transform::{Texts, Transform, is_placeholder};
use crate::{Kind, Learned, Settings};

/// So often each byte of a text may be looked at for encodings, and how many bytes at least.
const EFFORT: usize = 16;
const LEAST_EFFORT: usize = 1 << 12;

/// Nothing is remembered of shorter texts.
const SHORTEST_REMEMBERED: usize = 12;

/// Free text under one key.
pub(crate) struct FreeText {
    transforms: Arc<Transforms>,
    learned: Arc<Learned>,
    settings: Settings,
    /// What is remembered from one text to the next.
    memos: Mutex<Vec<Memo>>,
}

impl FreeText {
    pub(crate) fn new(
        transforms: Arc<Transforms>,
        learned: Arc<Learned>,
        settings: Settings,
    ) -> Self {
        Self { transforms, learned, settings, memos: Mutex::default() }
    }

    /// Writes the obfuscated form of `text` but for its labels, for which it leaves gaps; `memo` is used for
    /// nothing else.
    pub(crate) fn write_with_gaps<'t>(
        &self,
        text: &'t str,
        out: &mut Texts,
        gaps: &mut Vec<Gap<'t>>,
        memo: &mut Memo,
    ) {
        self.scan(text, 0, out, gaps, None, Some(memo));
    }

    /// Writes the obfuscated form of `text`, as [`write`](Transform::write) does; `memo` is used for nothing else.
    pub(crate) fn write_with(&self, text: &str, out: &mut Texts, memo: &mut Memo) {
        if is_placeholder(text) {
            out.push(text.as_bytes());
            return;
        }
        let mut gaps = Vec::new();
        self.write_with_gaps(text, out, &mut gaps, memo);
        self.fill(&gaps, out);
    }

    /// What `work` makes with a memo that others have used before.
    fn with_memo<R>(&self, work: impl FnOnce(&mut Memo) -> R) -> R {
        let kept = self.memos.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let mut memo = kept.unwrap_or_else(Memo::new);
        let result = work(&mut memo);
        self.memos.lock().unwrap_or_else(PoisonError::into_inner).push(memo);
        result
    }

    fn scan<'t, 'w>(
        &self,
        text: &'t str,
        depth: u8,
        out: &mut Texts,
        gaps: &mut Vec<Gap<'t>>,
        watch: Option<&'w mut (dyn FnMut(&str) + 'w)>,
        memo: Option<&mut Memo>,
    ) {
        let bytes = text.as_bytes();
        let effort = EFFORT * bytes.len() + LEAST_EFFORT;
        let (written, secret) = (0, (0, 0));
        let known = memo.filter(|_| bytes.len() >= SHORTEST_REMEMBERED);
        Scan { free: self, text, bytes, out, gaps, watch, known, written, depth, secret, effort }
            .all();
    }

    pub(crate) const fn learned(&self) -> &Arc<Learned> {
        &self.learned
    }

    pub(crate) const fn settings(&self) -> Settings {
        self.settings
    }

    /// Fills gaps that [`write_with_gaps`](Self::write_with_gaps) left.
    pub(crate) fn fill(&self, gaps: &[Gap<'_>], out: &mut Texts) {
        self.transforms.labels.fill(gaps, &mut out.bytes);
    }

    /// The obfuscated form of `text`, inside `depth` encodings; `watch` is told each sensitive part of it.
    fn obfuscate_watched<'w>(
        &self,
        text: &str,
        depth: u8,
        watch: Option<&'w mut (dyn FnMut(&str) + 'w)>,
    ) -> String {
        let (mut out, mut gaps) = (Texts::default(), Vec::new());
        self.scan(text, depth, &mut out, &mut gaps, watch, None);
        self.fill(&gaps, &mut out);
        String::from_utf8(out.bytes).expect("a transform puts together whole texts")
    }

    fn obfuscate(&self, text: &str) -> String {
        self.obfuscate_watched(text, 0, None)
    }

    /// Whether `text` holds a learnt label that would stay in free text otherwise.
    pub(crate) fn holds_learned(&self, text: &str) -> bool {
        let learned = &*self.learned;
        if !learned.has_public() {
            return false;
        }
        let mut at = 0;
        while at < text.len() {
            match word::run(text, at, |from, to| learned.is_public(&text[from..to])) {
                Some(run) if run.has_learned || learned.is_public(&text[at..run.end]) => {
                    return true;
                }
                Some(run) => at = run.end,
                None => at += text[at..].chars().next().map_or(1, char::len_utf8),
            }
        }
        false
    }

    /// The image of one value of another kind.
    fn value(&self, kind: Kind, text: &str) -> String {
        let mut out = Texts::default();
        if let Some(transform) = self.transforms.of(kind) {
            transform.write(&[text], &mut out);
        }
        String::from_utf8(out.bytes).expect("a transform puts together whole texts")
    }

    /// The code of encoded bytes.
    fn blob(&self, text: &str) -> u128 {
        self.transforms.blobs.code(text.as_bytes())
    }
}

impl Transform for FreeText {
    fn write(&self, texts: &[&str], out: &mut Texts) {
        let mut gaps = Vec::new();
        self.with_memo(|memo| {
            for text in texts {
                if is_placeholder(text) {
                    out.push(text.as_bytes());
                } else {
                    self.write_with_gaps(text, out, &mut gaps, memo);
                }
                out.end_row();
            }
        });
        self.fill(&gaps, out);
    }

    /// Whether nothing in the text is replaced.
    fn is_public(&self, text: &str) -> bool {
        is_placeholder(text) || self.obfuscate(text) == text
    }

    fn sensitive_parts(&self, text: &str, found: &mut dyn FnMut(&str)) {
        if self.obfuscate_watched(text, 0, Some(&mut *found)) != text {
            found(text);
        }
    }

    /// Spellings of one address and redacted parts make one output of two texts; a chance does not.
    fn is_same(&self, left: &str, right: &str) -> bool {
        self.obfuscate(left) == self.obfuscate(right)
    }
}

#[cfg(test)]
mod tests;
