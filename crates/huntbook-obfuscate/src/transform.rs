//! What every kind does with values, and where its output goes.

use arrow::array::ArrayRef;
use arrow::datatypes::DataType;
use arrow::error::ArrowError;

use crate::label::Lesson;
use crate::{ip, uuid};

/// How many texts a transform is given at once.
pub(crate) const CHUNK: usize = 256;

/// One way to obfuscate values, and what its outputs give away on purpose.
pub(crate) trait Transform: Send + Sync {
    /// Appends one row to `out` for each text, in order.
    ///
    /// A placeholder (see [`is_placeholder`]) stays as it is. A text that is not of this kind becomes a token of the whole.
    fn write(&self, texts: &[&str], out: &mut Texts);

    /// The text that `obfuscated` was made from, in its canonical spelling; `None` if it was not made
    /// by a reversible map of this kind.
    fn reveal(&self, _obfuscated: &str) -> Option<String> {
        None
    }

    /// The obfuscated form of an array that is not text, of the same type, length and nulls; `None` if this
    /// kind has none for its type.
    fn write_array(&self, _array: &ArrayRef) -> Option<Result<ArrayRef, ArrowError>> {
        None
    }

    /// The array that `obfuscated` was made from by [`write_array`](Self::write_array).
    fn reveal_array(&self, _obfuscated: &ArrayRef) -> Option<Result<ArrayRef, ArrowError>> {
        None
    }

    /// Whether [`write_array`](Self::write_array) takes arrays of `data_type`.
    fn takes(&self, _data_type: &DataType) -> bool {
        false
    }

    /// Whether `text` says nothing about anyone and so stays as it is.
    fn is_public(&self, text: &str) -> bool {
        is_placeholder(text)
    }

    /// Calls `found` with each part of `text` that must not survive: labels, and the value in its canonical spelling.
    fn sensitive_parts(&self, text: &str, found: &mut dyn FnMut(&str)) {
        found(text);
    }

    /// Calls `lesson` for each of `texts`, by its place, that free text may have something to learn from.
    fn lessons(&self, texts: &[&str], lesson: &mut dyn FnMut(usize, Lesson)) {
        (0..texts.len()).for_each(|place| lesson(place, Lesson::All));
    }

    /// Does both: what [`write`](Self::write) does, and what [`lessons`](Self::lessons) does.
    fn write_and_teach(
        &self,
        texts: &[&str],
        out: &mut Texts,
        lesson: &mut dyn FnMut(usize, Lesson),
    ) {
        self.write(texts, out);
        self.lessons(texts, lesson);
    }

    /// Whether two different texts are spellings of one value, and so may have one output.
    fn is_same(&self, _left: &str, _right: &str) -> bool {
        false
    }

    /// How many outputs `text` can have, as a power of two; [`NEVER`] or more means that none recurs by chance.
    fn domain_bits(&self, _text: &str) -> u32 {
        NEVER
    }
}

/// So many bits that no output recurs by chance.
pub(crate) const NEVER: u32 = 128;

/// Whether `text` stands for a missing value and so stays as it is, whatever the kind.
#[inline]
pub(crate) fn is_placeholder(text: &str) -> bool {
    matches!(text, "" | "-")
}

/// Calls `found` with the canonical spelling of the UUID or address that `text` is.
pub(crate) fn canonical_identifier(text: &str, found: &mut dyn FnMut(&str)) {
    if let Some((value, _)) = uuid::parse(text) {
        found(&uuid::spell(value));
    }
    if let Some(address) = ip::address_text(text) {
        found(&address);
    }
}

/// Whether two names differ in case only, or are spellings of one address.
pub(crate) fn is_same_name(left: &str, right: &str) -> bool {
    left.eq_ignore_ascii_case(right)
        || left.to_lowercase() == right.to_lowercase()
        || ip::is_same(left, right)
}

/// Rows of text, one after the other.
#[derive(Default)]
pub(crate) struct Texts {
    pub(crate) bytes: Vec<u8>,
    /// Where each row ends in `bytes`.
    pub(crate) ends: Vec<usize>,
}

impl Texts {
    pub(crate) fn with_capacity(rows: usize, bytes: usize) -> Self {
        Self { bytes: Vec::with_capacity(bytes), ends: Vec::with_capacity(rows) }
    }

    /// Appends to the row that is being written.
    #[inline]
    pub(crate) fn push(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
    }

    /// Ends the row that is being written.
    #[inline]
    pub(crate) fn end_row(&mut self) {
        self.ends.push(self.bytes.len());
    }
}
