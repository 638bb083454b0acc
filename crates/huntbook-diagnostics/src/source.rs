//! A named text, and where an offset stands in it.

use crate::Span;

/// A text with the name that diagnostics show for it: `query`, a path, a cell.
#[derive(Debug, Clone, Copy)]
pub struct Source<'a> {
    /// Shown before the line and column.
    pub name: &'a str,
    /// The text that spans point into.
    pub text: &'a str,
}

/// A place for people: both numbers count from 1, the column in characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Position {
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
}

impl<'a> Source<'a> {
    /// A source named `name`.
    #[must_use]
    pub const fn new(name: &'a str, text: &'a str) -> Self {
        Self { name, text }
    }

    /// Where `offset` stands. An offset behind the text, or inside a character, counts as the nearest
    /// character border before it.
    #[must_use]
    pub fn position(&self, offset: usize) -> Position {
        let before = &self.text[..self.border(offset)];
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        Position {
            line: before.bytes().filter(|byte| *byte == b'\n').count() + 1,
            column: before[line_start..].chars().count() + 1,
        }
    }

    /// The line that holds `offset`, without its line end.
    #[must_use]
    pub fn line_at(&self, offset: usize) -> &'a str {
        let border = self.border(offset);
        let start = self.text[..border].rfind('\n').map_or(0, |newline| newline + 1);
        let end =
            self.text[border..].find('\n').map_or(self.text.len(), |newline| border + newline);
        self.text[start..end].trim_end_matches('\r')
    }

    /// How many characters of the line at `span.start` the span covers; at least 1.
    pub(crate) fn width_on_line(&self, span: Span) -> usize {
        let start = self.border(span.start);
        let line_end =
            self.text[start..].find('\n').map_or(self.text.len(), |newline| start + newline);
        let end = self.border(span.end).min(line_end).max(start);
        self.text[start..end].trim_end_matches('\r').chars().count().max(1)
    }

    fn border(&self, offset: usize) -> usize {
        let mut border = offset.min(self.text.len());
        while !self.text.is_char_boundary(border) {
            border -= 1;
        }
        border
    }
}
