//! What every kind does with text, and where its output goes.

/// How many texts a transform is given at once.
pub(crate) const CHUNK: usize = 256;

/// One way to obfuscate text.
pub(crate) trait Transform: Send + Sync {
    /// Appends one row to `out` for each text, in order.
    ///
    /// A placeholder (see [`is_placeholder`]) stays as it is. A text that is not of this kind becomes a token of the whole.
    fn write(&self, texts: &[&str], out: &mut Texts);

    /// The text that `obfuscated` was made from, in its canonical spelling; `None` if it was not made
    /// by a reversible map of this kind.
    fn reveal(&self, obfuscated: &str) -> Option<String>;
}

/// Whether `text` stands for a missing value and so stays as it is, whatever the kind.
#[inline]
pub(crate) fn is_placeholder(text: &str) -> bool {
    matches!(text, "" | "-")
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
