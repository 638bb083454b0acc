//! Where a key stands in a YAML text: the reader of YAML gives places for its own errors only.
//!
//! Block style is followed by indentation. Keys inside `{...}` are placed at the key that holds them.

use std::collections::BTreeMap;

use huntbook_diagnostics::{Position, Span};

/// A definition file's text with the places that are asked for often, found once.
pub(crate) struct Outline<'t> {
    text: &'t str,
    /// Where each line begins.
    lines: Vec<usize>,
    /// The direct children of `sources`, each with its occurrences in order.
    sources: BTreeMap<&'t str, Vec<Key>>,
}

/// A key with its indentation.
#[derive(Debug, Clone, Copy)]
struct Key {
    span: Span,
    indent: usize,
}

impl<'t> Outline<'t> {
    /// Reads the outline of `text` in one pass.
    pub(crate) fn new(text: &'t str) -> Self {
        let newlines = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
        let lines = std::iter::once(0).chain(newlines.map(|(offset, _)| offset + 1)).collect();
        let mut sources: BTreeMap<&str, Vec<Key>> = BTreeMap::new();
        if let Some(head) = find(text, 0, None, "sources") {
            for (name, key) in children(text, next_line(text, head.span), Some(head.indent)) {
                sources.entry(name).or_default().push(key);
            }
        }
        Self { text, lines, sources }
    }

    /// The place of the key at the end of `path`, or of the deepest part of the path that is found. Of a
    /// repeated query name the `occurrence`-th one (from 0) is meant, of any other repeated key the first.
    pub(crate) fn locate(&self, path: &[&str], occurrence: usize) -> Option<Span> {
        let (mut found, rest) = match path {
            ["sources", name, rest @ ..] => match self.sources.get(name) {
                Some(keys) => (keys.get(occurrence).or(keys.first()).copied(), rest),
                None => (find(self.text, 0, None, "sources"), &[][..]),
            },
            all => (None, all),
        };
        for key in rest {
            let (from, parent) = match found {
                Some(above) => (next_line(self.text, above.span), Some(above.indent)),
                None => (0, None),
            };
            let Some(below) = find(self.text, from, parent, key) else { break };
            found = Some(below);
        }
        found.map(|key| key.span)
    }

    /// Line and column of `offset`.
    pub(crate) fn position(&self, offset: usize) -> Position {
        // The first line begins at 0, so at least one line begins at or before any offset.
        let line = self.lines.partition_point(|start| *start <= offset);
        let start = self.lines.get(line.saturating_sub(1)).copied().unwrap_or(0);
        let mut end = offset.min(self.text.len());
        while !self.text.is_char_boundary(end) {
            end -= 1;
        }
        Position { line, column: self.text[start..end].chars().count() + 1 }
    }
}

fn next_line(text: &str, span: Span) -> usize {
    text[span.end..].find('\n').map_or(text.len(), |end| span.end + end + 1)
}

fn find(text: &str, from: usize, parent: Option<usize>, key: &str) -> Option<Key> {
    children(text, from, parent).find(|(name, _)| *name == key).map(|(_, found)| found)
}

/// The keys of a block that begins at `from` and is indented deeper than `parent`.
fn children(text: &str, from: usize, parent: Option<usize>) -> impl Iterator<Item = (&str, Key)> {
    let mut offset = from;
    let mut block_indent = None;
    text[from..]
        .split_inclusive('\n')
        .map(move |line| {
            let start = offset;
            offset += line.len();
            let body = line.trim_start_matches(' ');
            (start, line.len() - body.len(), body.trim_end())
        })
        .filter(|(_, _, body)| {
            !(body.is_empty() || body.starts_with('#') || body.starts_with("---"))
        })
        .take_while(move |(_, indent, _)| parent.is_none_or(|parent| *indent > parent))
        .filter_map(move |(start, indent, body)| {
            if indent != *block_indent.get_or_insert(indent) {
                return None;
            }
            let (name, length) = key_of(body)?;
            let begin = start + indent;
            Some((name, Key { span: Span::new(begin, begin + length), indent }))
        })
}

/// The key at the head of a line, and its length with quotes.
fn key_of(line: &str) -> Option<(&str, usize)> {
    let quote = line.chars().next().filter(|first| matches!(first, '\'' | '"'));
    let (name, length) = if let Some(quote) = quote {
        let name = line[1..].split_once(quote)?.0;
        (name, name.len() + 2)
    } else {
        let length = line.find(": ").or_else(|| Some(line.strip_suffix(':')?.len()))?;
        let name = line[..length].trim_end();
        (name, name.len())
    };
    let colon = line[length..].trim_start().strip_prefix(':')?;
    (colon.is_empty() || colon.starts_with([' ', '\t'])).then_some((name, length))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "metadata:\n  version: 1\nsources:\n  first:\n    args:\n      query: |\n        second: x\n  'second':\n    parameters:\n      host:\n        type: str\n  second:\n    args: {}\n";

    fn found(path: &[&str], occurrence: usize) -> Option<(usize, &'static str)> {
        let outline = Outline::new(TEXT);
        let span = outline.locate(path, occurrence)?;
        Some((outline.position(span.start).line, span.slice(TEXT)?))
    }

    #[test]
    fn a_key_is_found_by_its_path_and_not_inside_a_query() {
        assert_eq!(found(&["sources", "second"], 0), Some((8, "'second'")));
        assert_eq!(found(&["sources", "second", "parameters", "host"], 0), Some((10, "host")));
        assert_eq!(found(&["metadata", "version"], 0), Some((2, "version")));
    }

    #[test]
    fn a_repeated_key_is_found_by_its_occurrence() {
        assert_eq!(found(&["sources", "second"], 1), Some((12, "second")));
    }

    #[test]
    fn a_missing_key_gives_the_place_of_what_should_hold_it() {
        assert_eq!(found(&["sources", "first", "parameters"], 0), Some((4, "first")));
        assert_eq!(found(&["sources", "third", "args"], 0), Some((3, "sources")));
        assert_eq!(found(&["nothing"], 0), None);
    }

    #[test]
    fn columns_count_characters() {
        let outline = Outline::new("a\n  éé: 1\n");
        let position = outline.position(8);
        assert_eq!((position.line, position.column), (2, 5));
        assert_eq!(outline.position(100).line, 3);
    }
}
