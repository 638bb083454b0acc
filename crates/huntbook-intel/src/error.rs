//! What can go wrong, by name.

use std::path::PathBuf;

use arrow::datatypes::DataType;

use crate::IndicatorKind;

/// Why indicators could not be read, matched or judged.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum IntelError {
    /// The file of a feed could not be read.
    #[error("cannot read feed `{}`: {source}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: std::io::Error,
        /// The near names in the same folder.
        hint: Option<String>,
    },
    /// The text of a feed is not what its format says.
    #[error("feed `{feed}` is not {format}: {problem}")]
    Format {
        /// Name of the feed.
        feed: String,
        /// What was expected, with its article: `a CSV table`, `a STIX 2.1 bundle`.
        format: &'static str,
        /// What is wrong, with its place.
        problem: String,
        /// What would help.
        hint: Option<String>,
    },
    /// A table has no column of that name.
    #[error("column `{name}` not found")]
    UnknownColumn {
        /// The name that was asked for.
        name: String,
        /// The near names.
        hint: Option<String>,
    },
    /// A column that was named holds no text.
    #[error("column `{name}` is {data_type}, which holds no text")]
    NotText {
        /// The name that was asked for.
        name: String,
        /// The column's type.
        data_type: DataType,
    },
    /// A column to match holds no text.
    #[error("a column of {data_type} holds no text to match")]
    Unmatchable {
        /// The column's type.
        data_type: DataType,
    },
    /// No kind of indicator has that name.
    #[error("`{name}` is not a kind of indicator")]
    UnknownKind {
        /// The name that was given.
        name: String,
        /// The near names.
        hint: Option<String>,
    },
    /// A text is not an indicator of the kind it is said to be.
    #[error("`{text}` is not {}", kind.described())]
    NotAnIndicator {
        /// The text, shortened to 80 characters, control characters replaced.
        text: String,
        /// The kind that was expected.
        kind: IndicatorKind,
    },
}

impl IntelError {
    /// What would help, where something near is known.
    #[must_use]
    pub fn hint(&self) -> Option<&str> {
        match self {
            Self::Read { hint, .. }
            | Self::Format { hint, .. }
            | Self::UnknownColumn { hint, .. }
            | Self::UnknownKind { hint, .. } => hint.as_deref(),
            _ => None,
        }
    }
}

/// `text` for a message: at most 80 characters, control characters replaced, so that data cannot draw
/// on a terminal.
pub(crate) fn quotable(text: &str) -> String {
    quotable_to(80, text)
}

/// As [`quotable`], at most `most` characters.
pub(crate) fn quotable_to(most: usize, text: &str) -> String {
    let mut quoted: String = text
        .chars()
        .take(most)
        .map(|c| if c.is_control() || is_invisible(c) { char::REPLACEMENT_CHARACTER } else { c })
        .collect();
    if text.chars().nth(most).is_some() {
        quoted.push('…');
    }
    quoted
}

/// Characters that change how their neighbours are shown.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotable_replaces_what_draws_on_a_terminal_and_shortens() {
        assert_eq!(quotable("a\x1b[31m\u{202e}b"), "a\u{fffd}[31m\u{fffd}b");
        assert_eq!(quotable(&"x".repeat(100)).chars().count(), 81);
    }
}
