//! What was done with each file, without any value of it.

use serde::Serialize;

use crate::{ColumnReport, Kind, Obfuscator, SCHEME};

/// What was done with a run of files. Holds obfuscated names only, so it can be shared with them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FilesReport {
    /// The scheme.
    pub scheme: String,
    /// The realm.
    pub realm: String,
    /// The fingerprint of the key.
    pub key_fingerprint: String,
    /// Each file that was written, members of archives included.
    pub files: Vec<FileReport>,
    /// What was not taken along.
    pub left_out: Vec<LeftOut>,
    /// Rows over all files.
    pub rows: u64,
    /// Bytes of the sources, as they are stored.
    pub bytes_in: u64,
    /// Bytes of the outputs, as they are stored.
    pub bytes_out: u64,
    /// Bytes of text that went through a transform, uncompressed.
    pub text_bytes: u64,
}

impl FilesReport {
    pub(super) fn new(obfuscator: &Obfuscator) -> Self {
        Self {
            scheme: SCHEME.to_owned(),
            realm: obfuscator.realm().to_owned(),
            key_fingerprint: obfuscator.key_fingerprint().to_owned(),
            files: Vec::new(),
            left_out: Vec::new(),
            rows: 0,
            bytes_in: 0,
            bytes_out: 0,
            text_bytes: 0,
        }
    }

    pub(super) fn add(&mut self, file: FileReport) {
        self.rows += file.rows;
        self.text_bytes += file.text_bytes;
        self.files.push(file);
    }

    /// The report as JSON text.
    #[expect(
        clippy::missing_panics_doc,
        reason = "it does not: the invariant is named at the place"
    )]
    #[must_use]
    pub fn to_json(&self) -> String {
        serde_json::to_string_pretty(self).expect("a report has string keys only")
    }
}

/// What was done with one file or one member of an archive.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FileReport {
    /// Its obfuscated path under the destination; a member stands behind the `!` of its archive.
    pub file: String,
    /// `parquet`, `csv`, `ndjson`, `json` or `text`.
    pub format: &'static str,
    /// Rows of a table, lines of text, or documents.
    pub rows: u64,
    /// Bytes of the original: stored for a file, unpacked for a member.
    pub bytes_in: u64,
    /// Bytes that were written, before an archive packs them.
    pub bytes_out: u64,
    /// Bytes of text that went through a transform, uncompressed.
    pub text_bytes: u64,
    /// Lines that should have been JSON and were obfuscated as free text instead.
    pub lines_as_text: u64,
    /// What was done with each column; empty for documents and lines.
    pub columns: Vec<ColumnReport>,
}

impl FileReport {
    pub(super) const fn new(format: &'static str) -> Self {
        Self {
            file: String::new(),
            format,
            rows: 0,
            bytes_in: 0,
            bytes_out: 0,
            text_bytes: 0,
            lines_as_text: 0,
            columns: Vec::new(),
        }
    }

    /// The text columns that a rule left in clear: what to look at before sharing.
    pub fn left_in_clear(&self) -> impl Iterator<Item = &ColumnReport> {
        self.columns.iter().filter(|column| column.kind == Kind::Keep && column.by_rule)
    }

    /// Adds the counts of `more`, which is of the same columns.
    pub(super) fn count(&mut self, more: Vec<ColumnReport>) {
        if self.columns.is_empty() {
            self.columns = more;
            return;
        }
        for (total, more) in self.columns.iter_mut().zip(more) {
            total.values += more.values;
            total.nulls += more.nulls;
        }
    }
}

/// Something that was not taken along.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LeftOut {
    /// Its path with obfuscated names.
    pub file: String,
    /// Why.
    pub reason: String,
}
