//! The walk: over one document from value to value, without a tree and without recursion.
//!
//! What is not replaced is copied as it is. A document that is not valid gives nothing.

use super::paths::{Numbers, ROOT, Strings};
use super::string::{self, Span};
use super::values::{Role, Values};
use super::{Documents, State};
use crate::Kind;
use crate::label::Gap;
use crate::memo;
use crate::text::REDACTED;
use crate::transform::{Texts, is_placeholder};

/// How many documents inside strings of documents are gone into.
const MOST_NESTED: u8 = 4;

/// A list or an object that is being read.
#[derive(Clone, Copy)]
struct Level {
    is_object: bool,
    path: usize,
}

pub(super) struct Walk<'w, 't> {
    pub(super) documents: &'w Documents,
    pub(super) state: &'w mut State,
    pub(super) text: &'t str,
    pub(super) out: &'w mut Texts,
    pub(super) gaps: &'w mut Vec<Gap<'t>>,
    /// Where the values are put if nothing is to be replaced.
    pub(super) values: Option<&'w mut Values>,
    /// How many documents surround this one.
    pub(super) nested: u8,
    at: usize,
    /// Up to where the text has been written.
    written: usize,
    levels: Vec<Level>,
    /// The level whose content is left out.
    muted: Option<usize>,
    last: usize,
}

impl<'w, 't> Walk<'w, 't> {
    pub(super) fn new(
        documents: &'w Documents,
        state: &'w mut State,
        text: &'t str,
        out: &'w mut Texts,
        gaps: &'w mut Vec<Gap<'t>>,
        nested: u8,
    ) -> Self {
        Self {
            documents,
            state,
            text,
            out,
            gaps,
            values: None,
            nested,
            at: 0,
            written: 0,
            levels: Vec::new(),
            muted: None,
            last: ROOT,
        }
    }

    /// Writes the document, whose values are at `path`; `None` if it is not valid, with part of it written.
    pub(super) fn document(mut self, path: usize) -> Option<()> {
        let mut path = path;
        loop {
            self.skip_blanks();
            match *self.bytes().get(self.at)? {
                b'"' => {
                    let span = string::span(self.bytes(), self.at)?;
                    self.at = span.to + 1;
                    if self.muted.is_none() {
                        self.string(span, path);
                    }
                }
                open @ (b'{' | b'[') => {
                    self.open(open == b'{', path);
                    self.skip_blanks();
                    let close = if open == b'{' { b'}' } else { b']' };
                    if *self.bytes().get(self.at)? != close {
                        path = if open == b'{' { self.key()? } else { path };
                        continue;
                    }
                    self.at += 1;
                    self.close();
                }
                b't' => self.word(b"true", path)?,
                b'f' => self.word(b"false", path)?,
                b'n' => self.word(b"null", path)?,
                _ => self.number(path)?,
            }
            loop {
                self.skip_blanks();
                let Some(level) = self.levels.last().copied() else {
                    return self.finish();
                };
                let byte = *self.bytes().get(self.at)?;
                self.at += 1;
                match (byte, level.is_object) {
                    (b',', true) => {
                        self.skip_blanks();
                        path = self.key()?;
                        break;
                    }
                    (b',', false) => {
                        path = level.path;
                        break;
                    }
                    (b'}', true) | (b']', false) => self.close(),
                    _ => return None,
                }
            }
        }
    }

    fn finish(mut self) -> Option<()> {
        (self.at == self.text.len()).then(|| self.keep_to(self.at))
    }

    fn bytes(&self) -> &'t [u8] {
        self.text.as_bytes()
    }

    #[inline]
    fn skip_blanks(&mut self) {
        while let Some(b' ' | b'\t' | b'\n' | b'\r') = self.bytes().get(self.at) {
            self.at += 1;
        }
    }

    fn open(&mut self, is_object: bool, path: usize) {
        if self.muted.is_none() && self.state.paths.get(path).is_null() {
            self.keep_to(self.at);
            self.out.push(b"null");
            self.muted = Some(self.levels.len());
        }
        self.levels.push(Level { is_object, path });
        self.at += 1;
    }

    fn close(&mut self) {
        let level = self.levels.pop();
        if self.muted == Some(self.levels.len()) {
            self.muted = None;
            if let (Some(values), Some(level)) = (&mut self.values, level) {
                let path = self.state.paths.get(level.path).hash;
                values.push(&self.text[self.written..self.at], Role::Nulled, path);
            }
            self.written = self.at;
        }
    }

    /// Reads a key and its colon; returns the path of its value.
    fn key(&mut self) -> Option<usize> {
        (*self.bytes().get(self.at)? == b'"').then_some(())?;
        let span = string::span(self.bytes(), self.at)?;
        let text = self.text;
        let raw = &text[span.from..span.to];
        let parent = self.levels.last()?.path;
        let documents = self.documents;
        let image = |key: &str| documents.key_image(key);
        let path = if span.has_escapes {
            let mut key = String::new();
            string::unescape(raw, &mut key);
            self.state.paths.child(parent, &key, self.last, &documents.policy, image)
        } else {
            self.state.paths.child(parent, raw, self.last, &documents.policy, image)
        };
        self.last = path;
        if self.muted.is_none() {
            self.write_key(span, path);
        }
        self.at = span.to + 1;
        self.skip_blanks();
        (*self.bytes().get(self.at)? == b':').then(|| self.at += 1)?;
        Some(path)
    }

    fn write_key(&mut self, span: Span, path: usize) {
        if let Some(values) = &mut self.values {
            let path = self.state.paths.get(path);
            let role = path.key_image.as_ref().map_or(Role::Key, |image| Role::KeyOf(image.kind));
            values.push(&path.key, role, path.hash);
        } else if self.state.paths.get(path).key_image.is_some() {
            self.keep_to(span.from);
            if let Some(image) = &self.state.paths.get(path).key_image {
                string::escape(image.text.as_bytes(), &mut self.out.bytes);
            }
            self.written = span.to;
        }
    }

    /// Puts what stands from `from` to here beside the other values, if they are wanted.
    fn tell(&mut self, from: usize, role: Role, path: usize) -> bool {
        let Some(values) = &mut self.values else { return false };
        if self.muted.is_none() {
            values.push(&self.text[from..self.at], role, self.state.paths.get(path).hash);
        }
        true
    }

    fn word(&mut self, word: &[u8], path: usize) -> Option<()> {
        let from = self.at;
        self.bytes()[from..].starts_with(word).then_some(())?;
        self.at += word.len();
        let is_null = self.state.paths.get(path).is_null();
        if !self.tell(from, if is_null { Role::Nulled } else { Role::Kept }, path) && is_null {
            self.replace(from, b"null");
        }
        Some(())
    }

    fn number(&mut self, path: usize) -> Option<()> {
        let from = self.at;
        self.at = number_end(self.bytes(), from)?;
        let numbers = self.state.paths.get(path).numbers;
        let role = match numbers {
            Numbers::Keep => Role::Kept,
            Numbers::Null => Role::Nulled,
            Numbers::Kind(kind) => Role::Of(kind),
        };
        if self.tell(from, role, path) {
            return Some(());
        }
        match numbers {
            Numbers::Keep => {}
            Numbers::Null => self.replace(from, b"null"),
            Numbers::Kind(kind) => {
                let image = self.documents.value(kind, &self.text[from..self.at]);
                let is_number = number_end(image.as_bytes(), 0) == Some(image.len());
                self.replace(from, if is_number { image.as_bytes() } else { b"null" });
            }
        }
        Some(())
    }

    fn string(&mut self, span: Span, path: usize) {
        let text = self.text;
        let raw = &text[span.from..span.to];
        if self.values.is_some() {
            self.tell_string(span, path);
            return;
        }
        if is_placeholder(raw) {
            return;
        }
        let kind = match self.state.paths.get(path).strings {
            Strings::Kind(Kind::Keep) => return,
            Strings::Kind(Kind::Null) => {
                self.keep_to(span.from - 1);
                self.out.push(b"null");
                self.written = span.to + 1;
                return;
            }
            Strings::Redact => {
                self.keep_to(span.from);
                self.out.push(REDACTED.as_bytes());
                self.written = span.to;
                return;
            }
            Strings::Kind(kind) => Some(kind),
            Strings::ByContent => None,
        };
        if raw.len() <= memo::LONGEST {
            self.remembered_value(span, kind, path);
            return;
        }
        let kind = if span.has_escapes {
            kind
        } else {
            Some(kind.unwrap_or_else(|| self.documents.kind_of(raw)))
        };
        let is_plain = !span.has_escapes && kind == Some(Kind::Text);
        if is_plain && self.plain_text(span) {
            return;
        }
        let (image, is_same) = self.image(span, kind, path);
        if !is_same {
            self.keep_to(span.from);
            string::escape(&image.bytes, &mut self.out.bytes);
            self.written = span.to;
        }
        self.state.image = image;
    }

    /// Puts what a string says beside the other values.
    fn tell_string(&mut self, span: Span, path: usize) {
        let text = self.text;
        let mut said = std::mem::take(&mut self.state.value);
        said.clear();
        let value = if span.has_escapes {
            string::unescape(&text[span.from..span.to], &mut said);
            said.as_str()
        } else {
            &text[span.from..span.to]
        };
        let (strings, hash) = {
            let path = self.state.paths.get(path);
            (path.strings, path.hash)
        };
        let role = match strings {
            _ if is_placeholder(value) && strings != Strings::Kind(Kind::Null) => Role::Kept,
            Strings::Kind(Kind::Keep) => Role::Kept,
            Strings::Kind(Kind::Null) => Role::Nulled,
            Strings::Redact => Role::Redacted,
            Strings::Kind(kind) => Role::Of(kind),
            Strings::ByContent => match self.documents.kind_of(value) {
                Kind::Keep => Role::Kept,
                Kind::Json if self.tell_nested(value, path) => {
                    self.state.value = said;
                    return;
                }
                Kind::Json => Role::Of(Kind::Text),
                kind => Role::Of(kind),
            },
        };
        if let Some(values) = &mut self.values {
            values.push(value, role, hash);
        }
        self.state.value = said;
    }

    /// Puts the values of a document inside a string beside the others; `false` if it is none.
    fn tell_nested(&mut self, value: &str, path: usize) -> bool {
        let Some(values) = &mut self.values else { return false };
        if self.nested >= MOST_NESTED {
            return false;
        }
        let known = values.len();
        let (mut out, mut gaps) = (Texts::default(), Vec::new());
        let mut walk =
            Walk::new(self.documents, self.state, value, &mut out, &mut gaps, self.nested + 1);
        walk.values = Some(&mut **values);
        let is_document = walk.document(path).is_some();
        if !is_document {
            values.truncate(known);
        }
        is_document
    }

    /// Writes what the memo says of a value, or else its image.
    fn remembered_value(&mut self, span: Span, kind: Option<Kind>, path: usize) {
        let text = self.text;
        let raw = &text[span.from..span.to];
        let (place, is_known) = self.state.memo.find(path, raw);
        if !is_known {
            let (image, is_same) = self.image(span, kind, path);
            self.state.memo.put(place, path, raw, |out| {
                if is_same {
                    out.extend_from_slice(raw.as_bytes());
                } else {
                    string::escape(&image.bytes, out);
                }
            });
            self.state.image = image;
        }
        self.keep_to(span.from);
        self.out.push(self.state.memo.image(place));
        self.written = span.to;
    }

    /// Writes free text straight to the output; `false` if it has to be escaped there.
    fn plain_text(&mut self, span: Span) -> bool {
        self.keep_to(span.from);
        let text = self.text;
        let (from, gaps) = (self.out.bytes.len(), self.gaps.len());
        let (found, words) = (&text[span.from..span.to], &mut self.state.words);
        self.documents.text.write_with_gaps(found, self.out, self.gaps, words);
        if string::is_plain(&self.out.bytes[from..]) {
            self.written = span.to;
            return true;
        }
        self.out.bytes.truncate(from);
        self.gaps.truncate(gaps);
        false
    }

    /// The image of what a string says, and whether that is the same.
    fn image(&mut self, span: Span, kind: Option<Kind>, path: usize) -> (Texts, bool) {
        let text = self.text;
        let raw = &text[span.from..span.to];
        let mut image = std::mem::take(&mut self.state.image);
        image.bytes.clear();
        image.ends.clear();
        if span.has_escapes {
            let mut value = std::mem::take(&mut self.state.value);
            value.clear();
            string::unescape(raw, &mut value);
            self.write_value(kind, &value, path, &mut image);
            let is_same = image.bytes == value.as_bytes();
            self.state.value = value;
            return (image, is_same);
        }
        self.write_value(kind, raw, path, &mut image);
        let is_same = image.bytes == raw.as_bytes();
        (image, is_same)
    }

    fn write_value(&mut self, kind: Option<Kind>, value: &str, path: usize, image: &mut Texts) {
        let kind = kind.unwrap_or_else(|| self.documents.kind_of(value));
        match kind {
            Kind::Keep => image.push(value.as_bytes()),
            Kind::Json => self.nested_document(value, path, image),
            Kind::Text => self.documents.text.write_with(value, image, &mut self.state.words),
            kind => self.documents.write_value(kind, value, image),
        }
    }

    /// Writes the image of a document inside a string, or of text if it is none.
    fn nested_document(&mut self, value: &str, path: usize, image: &mut Texts) {
        if self.nested < MOST_NESTED {
            let mut gaps = Vec::new();
            let walk =
                Walk::new(self.documents, self.state, value, image, &mut gaps, self.nested + 1);
            if walk.document(path).is_some() {
                self.documents.text.fill(&gaps, image);
                return;
            }
            image.bytes.clear();
        }
        self.documents.text.write_with(value, image, &mut self.state.words);
    }

    /// Writes `image` in place of what stands from `from` to here.
    fn replace(&mut self, from: usize, image: &[u8]) {
        if self.muted.is_none() {
            self.keep_to(from);
            self.out.push(image);
            self.written = self.at;
        }
    }

    /// Copies the text up to `to`.
    fn keep_to(&mut self, to: usize) {
        self.out.push(&self.text.as_bytes()[self.written..to]);
        self.written = to;
    }
}

/// Where the number that begins at `at` ends; `None` if there is none.
fn number_end(bytes: &[u8], at: usize) -> Option<usize> {
    let digits = |from: usize| {
        let count = bytes[from..].iter().take_while(|byte| byte.is_ascii_digit()).count();
        (count > 0).then_some(from + count)
    };
    let whole = at + usize::from(*bytes.get(at)? == b'-');
    let mut end = digits(whole)?;
    if bytes[whole] == b'0' && end > whole + 1 {
        return None;
    }
    if bytes.get(end) == Some(&b'.') {
        end = digits(end + 1)?;
    }
    if let Some(b'e' | b'E') = bytes.get(end) {
        let sign = usize::from(matches!(bytes.get(end + 1), Some(b'+' | b'-')));
        end = digits(end + 1 + sign)?;
    }
    Some(end)
}
