//! Names with wildcards.

use huntbook_diagnostics::{Diagnostic, near_hint};
use huntbook_kql_syntax::ast::NamePattern;

use super::Binder;
use crate::codes;
use crate::ir::Relation;

/// Whether a name is one that the pattern stands for.
pub(crate) fn matches(pattern: &NamePattern, name: &str) -> bool {
    if !pattern.wildcard {
        return pattern.name.name == name;
    }
    let mut pieces = pattern.name.name.split('*');
    let first = pieces.next().unwrap_or_default();
    let Some(mut rest) = name.strip_prefix(first) else { return false };
    let mut last = None;
    for piece in pieces {
        if let Some(inner) = last.replace(piece) {
            match rest.find(inner) {
                Some(at) => rest = &rest[at + inner.len()..],
                None => return false,
            }
        }
    }
    last.is_none_or(|last| rest.len() >= last.len() && rest.ends_with(last))
}

impl Binder<'_> {
    /// The positions of the columns that a pattern stands for. A plain name that is none of them is reported.
    pub(crate) fn matching(
        &mut self,
        pattern: &NamePattern,
        rows: &Relation,
    ) -> Option<Vec<usize>> {
        let columns = &rows.columns;
        let found: Vec<usize> = columns
            .iter()
            .enumerate()
            .filter(|(_, column)| !column.is_hidden() && matches(pattern, &column.name))
            .map(|(position, _)| position)
            .collect();
        if found.is_empty() && !pattern.wildcard {
            let name = &pattern.name;
            if rows.open {
                let _ = self.absent_column(name);
                return Some(found);
            }
            let known = columns.iter().map(|column| column.name.as_str());
            self.report(
                Diagnostic::error(
                    codes::UNKNOWN_COLUMN,
                    format!("column `{}` not found", name.name),
                )
                .at(name.span)
                .maybe_hint(near_hint("column", &name.name, known)),
            );
            return None;
        }
        Some(found)
    }
}

#[cfg(test)]
mod tests {
    use huntbook_diagnostics::Span;
    use huntbook_kql_syntax::ast::Ident;

    use super::*;

    fn matched(pattern: &str, name: &str) -> bool {
        let name_of = Ident { name: pattern.to_owned(), span: Span::new(0, 0) };
        matches(&NamePattern { name: name_of, wildcard: true }, name)
    }

    #[test]
    fn a_star_stands_for_any_characters() {
        for (pattern, name) in [
            ("*", "a"),
            ("*", ""),
            ("a*", "a"),
            ("*Id", "UserId"),
            ("a*c*e", "abcde"),
            ("a**b", "ab"),
        ] {
            assert!(matched(pattern, name), "{pattern} {name}");
        }
        for (pattern, name) in [("a*", "ba"), ("*Id", "Idx"), ("a*a", "a"), ("a*c*e", "aec")] {
            assert!(!matched(pattern, name), "{pattern} {name}");
        }
    }
}
