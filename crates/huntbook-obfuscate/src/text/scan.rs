//! The scanner: one pass over a text, from one atom to the next.
//!
//! An *atom* is a run of bytes without blanks, quotes, brackets, commas and controls. What is found in an
//! atom is replaced; all else is copied as it is.

use super::FreeText;
use super::class::{self, WORD};
use super::word;
use crate::label::Gap;
use crate::settings::Words;
use crate::token;
use crate::transform::Texts;

/// Dotted names of more parts are not looked up among learnt labels.
const MOST_DOTS: usize = 4;

/// Goes over one text.
pub(super) struct Scan<'s, 't> {
    pub(super) free: &'s FreeText,
    pub(super) text: &'t str,
    pub(super) bytes: &'t [u8],
    pub(super) out: &'s mut Texts,
    pub(super) gaps: &'s mut Vec<Gap<'t>>,
    /// Told each sensitive part that is found.
    pub(super) watch: Option<&'s mut dyn FnMut(&str)>,
    /// Up to where the text has been written.
    pub(super) written: usize,
    /// How many encodings surround the text.
    pub(super) depth: u8,
}

impl Scan<'_, '_> {
    pub(super) fn all(mut self) {
        let mut at = 0;
        while at < self.bytes.len() {
            if class::of(self.bytes[at]) == 0 {
                at += 1;
                continue;
            }
            let start = at;
            let mut features = 0;
            while at < self.bytes.len() {
                let class = class::of(self.bytes[at]);
                if class == 0 {
                    break;
                }
                features |= class;
                at += 1;
            }
            at = self.atom(start, at, features);
        }
        self.keep_to(self.bytes.len());
    }

    /// Goes over an atom; returns where the next begins.
    fn atom(&mut self, start: usize, end: usize, _features: u16) -> usize {
        let mut at = start;
        while at < end {
            at = self.word(at);
        }
        at
    }

    /// Goes over the name at `at`, or over one character if there is none.
    pub(super) fn word(&mut self, at: usize) -> usize {
        if class::of(self.bytes[at]) & WORD == 0 {
            return at + 1;
        }
        let learned = &*self.free.learned;
        let is_learned = |from: usize, to: usize| learned.is_public(&self.text[from..to]);
        let Some(run) = word::run(self.text, at, is_learned) else {
            return at + self.text[at..].chars().next().map_or(1, char::len_utf8);
        };
        if !learned.is_empty() {
            if let Some(end) = self.learned_end(at, run.end) {
                self.label(at, end);
                return end;
            }
        }
        let stays = run.is_public || self.free.settings.words == Words::All;
        if !stays {
            self.label(at, run.end);
        }
        run.end
    }

    /// Where the longest learnt label ends that begins at `at`: the name that ends at `end`, or that and more behind dots.
    fn learned_end(&self, at: usize, end: usize) -> Option<usize> {
        let mut longest = self.free.learned.contains(&self.text[at..end]).then_some(end);
        let mut end = end;
        for _ in 0..MOST_DOTS {
            if self.bytes.get(end) != Some(&b'.') || !class::is_at(self.bytes, end + 1, WORD) {
                break;
            }
            let Some(next) = word::run(self.text, end + 1, |_, _| false) else { break };
            end = next.end;
            if self.free.learned.contains(&self.text[at..end]) {
                longest = Some(end);
            }
        }
        longest
    }

    /// Replaces what stands between two places by the token of its label.
    pub(super) fn label(&mut self, from: usize, to: usize) {
        self.keep_to(from);
        let label = &self.text[from..to];
        if let Some(watch) = &mut self.watch {
            watch(label);
        }
        self.gaps.push(Gap { at: self.out.bytes.len(), label });
        self.out.bytes.extend_from_slice(&[b'a'; token::LENGTH]);
        self.written = to;
    }

    /// Copies the text up to `to`.
    pub(super) fn keep_to(&mut self, to: usize) {
        self.out.push(&self.bytes[self.written..to]);
        self.written = to;
    }
}
