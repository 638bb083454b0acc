//! Where a key stands in a YAML text: the reader of YAML gives places for its own errors only.

use huntbook_diagnostics::Span;

/// The place of the key at the end of `path`, or of the deepest part of the path that is found.
///
/// Block style is followed by indentation; keys inside `{...}` are found with the key that holds them.
/// Where a key is repeated, the `occurrence`-th one (from 0) of the last part is meant.
pub(crate) fn locate(text: &str, path: &[&str], occurrence: usize) -> Option<Span> {
    let mut from = 0;
    let mut parent: Option<usize> = None;
    let mut found = None;
    for (depth, key) in path.iter().enumerate() {
        let wanted = if depth + 1 == path.len() { occurrence } else { 0 };
        let Some((span, indent)) = key_in_block(&text[from..], parent, key, wanted) else {
            break;
        };
        let placed = Span::new(from + span.start, from + span.end);
        found = Some(placed);
        from = text[placed.end..].find('\n').map_or(text.len(), |end| placed.end + end + 1);
        parent = Some(indent);
    }
    found
}

/// The key among the direct children of a block that begins at `text` and is indented deeper than `parent`.
fn key_in_block(
    text: &str,
    parent: Option<usize>,
    key: &str,
    occurrence: usize,
) -> Option<(Span, usize)> {
    let mut child_indent = None;
    let mut seen = 0;
    let mut offset = 0;
    for line in text.split_inclusive('\n') {
        let start = offset;
        offset += line.len();
        let body = line.trim_start_matches(' ');
        let content = body.trim_end();
        if content.is_empty() || content.starts_with('#') || content.starts_with("---") {
            continue;
        }
        let indent = line.len() - body.len();
        if parent.is_some_and(|parent| indent <= parent) {
            return None;
        }
        if indent != *child_indent.get_or_insert(indent) {
            continue;
        }
        if let Some(length) = key_length(content, key) {
            if seen == occurrence {
                let begin = start + indent;
                return Some((Span::new(begin, begin + length), indent));
            }
            seen += 1;
        }
    }
    None
}

/// The length of `key` at the head of a line, quotes included, where a colon follows.
fn key_length(line: &str, key: &str) -> Option<usize> {
    [key.to_owned(), format!("'{key}'"), format!("\"{key}\"")].iter().find_map(|written| {
        let rest = line.strip_prefix(written.as_str())?;
        let colon = rest.trim_start().strip_prefix(':')?;
        (colon.is_empty() || colon.starts_with([' ', '\t'])).then_some(written.len())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "metadata:\n  version: 1\nsources:\n  first:\n    args:\n      query: |\n        second: x\n  'second':\n    parameters:\n      host:\n        type: str\n  second:\n    args: {}\n";

    fn found(path: &[&str], occurrence: usize) -> Option<(usize, &'static str)> {
        let span = locate(TEXT, path, occurrence)?;
        Some((TEXT[..span.start].matches('\n').count() + 1, span.slice(TEXT)?))
    }

    #[test]
    fn a_key_is_found_by_its_path_and_not_inside_a_query() {
        assert_eq!(found(&["sources", "second"], 0), Some((8, "'second'")));
        assert_eq!(found(&["sources", "second", "parameters", "host"], 0), Some((10, "host")));
    }

    #[test]
    fn a_repeated_key_is_found_by_its_occurrence() {
        assert_eq!(found(&["sources", "second"], 1), Some((12, "second")));
    }

    #[test]
    fn a_missing_key_gives_the_place_of_what_should_hold_it() {
        assert_eq!(found(&["sources", "first", "parameters"], 0), Some((4, "first")));
        assert_eq!(found(&["nothing"], 0), None);
    }
}
