//! Free text: command lines, messages, scripts, XML.
//!
//! What is found in it goes through the map of its own kind, every other word that is not public becomes
//! the token of its label, and all bytes between stay. See [`word`] for what is public.

mod class;
mod credentials;
mod scan;
mod word;

use std::sync::Arc;

pub(crate) use credentials::{REDACTED, is_credential_key};
use scan::Scan;
pub(crate) use word::is_public_name;

use crate::label::Gap;
use crate::obfuscator::Transforms;
use crate::transform::{Texts, Transform, is_placeholder};
use crate::{Learned, Settings};

/// Free text under one key.
pub(crate) struct FreeText {
    transforms: Arc<Transforms>,
    learned: Arc<Learned>,
    settings: Settings,
}

impl FreeText {
    pub(crate) fn new(
        transforms: Arc<Transforms>,
        learned: Arc<Learned>,
        settings: Settings,
    ) -> Self {
        Self { transforms, learned, settings }
    }

    /// Writes the obfuscated form of `text` but for its labels, for which it leaves gaps.
    pub(crate) fn write_with_gaps<'t>(
        &self,
        text: &'t str,
        depth: u8,
        out: &mut Texts,
        gaps: &mut Vec<Gap<'t>>,
    ) {
        let bytes = text.as_bytes();
        Scan { free: self, text, bytes, out, gaps, watch: None, written: 0, depth }.all();
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

    /// The obfuscated form of `text`.
    pub(crate) fn obfuscate(&self, text: &str, depth: u8) -> String {
        let (mut out, mut gaps) = (Texts::default(), Vec::new());
        self.write_with_gaps(text, depth, &mut out, &mut gaps);
        self.fill(&gaps, &mut out);
        String::from_utf8(out.bytes).expect("a transform puts together whole texts")
    }
}

impl Transform for FreeText {
    fn write(&self, texts: &[&str], out: &mut Texts) {
        let mut gaps = Vec::new();
        for text in texts {
            if is_placeholder(text) {
                out.push(text.as_bytes());
            } else {
                self.write_with_gaps(text, 0, out, &mut gaps);
            }
            out.end_row();
        }
        self.fill(&gaps, out);
    }

    /// Whether nothing in the text is replaced.
    fn is_public(&self, text: &str) -> bool {
        is_placeholder(text) || self.obfuscate(text, 0) == text
    }

    fn sensitive_parts(&self, text: &str, found: &mut dyn FnMut(&str)) {
        let (mut out, mut gaps) = (Texts::default(), Vec::new());
        let bytes = text.as_bytes();
        Scan {
            free: self,
            text,
            bytes,
            out: &mut out,
            gaps: &mut gaps,
            watch: Some(&mut *found),
            written: 0,
            depth: 0,
        }
        .all();
        if !gaps.is_empty() || out.bytes != bytes {
            found(text);
        }
    }

    /// Spellings of one address and redacted parts make one output of two texts; a chance does not.
    fn is_same(&self, left: &str, right: &str) -> bool {
        self.obfuscate(left, 0) == self.obfuscate(right, 0)
    }
}
