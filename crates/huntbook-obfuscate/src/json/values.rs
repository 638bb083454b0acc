//! The values of one document, each with what is done with it: what the walk meets, in its order.
//!
//! A document inside a string gives its own values in place of the string.

use crate::Kind;

/// What is done with a value, or with a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Role {
    /// A key that stays.
    Key,
    /// A key that is data itself.
    KeyOf(Kind),
    /// A value that stays; numbers, `true`, `false` and `null` in their spelling.
    Kept,
    /// What becomes null; lists and objects as a whole.
    Nulled,
    /// A credential that is replaced by a fixed text.
    Redacted,
    /// A value that becomes its image of that kind.
    Of(Kind),
}

impl Role {
    pub(crate) const fn is_key(self) -> bool {
        matches!(self, Self::Key | Self::KeyOf(_))
    }
}

/// One value of a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Value<'v> {
    /// What it says, without escapes.
    pub(crate) text: &'v str,
    pub(crate) role: Role,
    /// The hash of the path that it stands at.
    pub(crate) path: u64,
}

/// The values of one document.
#[derive(Default)]
pub(crate) struct Values {
    text: String,
    entries: Vec<Entry>,
}

struct Entry {
    end: usize,
    role: Role,
    path: u64,
}

impl Values {
    pub(crate) fn len(&self) -> usize {
        self.entries.len()
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = Value<'_>> {
        let mut from = 0;
        self.entries.iter().map(move |entry| {
            let text = &self.text[from..entry.end];
            from = entry.end;
            Value { text, role: entry.role, path: entry.path }
        })
    }

    pub(super) fn push(&mut self, text: &str, role: Role, path: u64) {
        self.text.push_str(text);
        self.entries.push(Entry { end: self.text.len(), role, path });
    }

    /// Drops all values but the first `length`.
    pub(super) fn truncate(&mut self, length: usize) {
        self.entries.truncate(length);
        self.text.truncate(self.entries.last().map_or(0, |entry| entry.end));
    }
}
