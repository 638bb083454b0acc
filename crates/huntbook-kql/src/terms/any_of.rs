//! Many terms at once: what `has_any` asks.

use aho_corasick::{AhoCorasick, AhoCorasickKind};

use super::{Case, Pattern, Place};

/// From how many terms on one pass over the text beats a search for each.
const MANY: usize = 4;
/// Up to how many bytes of terms the automaton may be the fast one, which takes most memory: some 1 kB a byte.
const FAST_BYTES: usize = 16_384;

/// Terms of which one has to occur, prepared once for many texts; case is ignored.
#[derive(Debug)]
pub struct AnyOf {
    /// Finds where the first patterns occur, whatever their borders; it has them all where they are ASCII.
    automaton: Option<AhoCorasick>,
    /// The patterns of the automaton, in its order.
    found: Vec<Pattern>,
    /// The patterns that are searched one by one.
    others: Vec<Pattern>,
}

impl AnyOf {
    /// Prepares the search for `terms`.
    #[must_use]
    pub fn new(terms: &[String]) -> Self {
        let pattern = |term: &String| Pattern::new(term, Place::Term, Case::Ignored);
        let (ascii, rest): (Vec<&String>, Vec<&String>) =
            terms.iter().partition(|term| term.is_ascii() && !term.is_empty());
        let bytes: usize = ascii.iter().map(|term| term.len()).sum();
        let kind = (bytes <= FAST_BYTES).then_some(AhoCorasickKind::DFA);
        let automaton = (ascii.len() >= MANY)
            .then(|| AhoCorasick::builder().ascii_case_insensitive(true).kind(kind).build(&ascii));
        // More terms than an automaton can count are searched one by one.
        let automaton = automaton.and_then(Result::ok);
        let (found, others) = match automaton {
            Some(_) => (ascii, rest),
            None => (Vec::new(), terms.iter().collect()),
        };
        Self {
            automaton,
            found: found.into_iter().map(pattern).collect(),
            others: others.into_iter().map(pattern).collect(),
        }
    }

    /// Whether one of the terms occurs in `text`.
    #[must_use]
    pub fn matches(&self, text: &str) -> bool {
        let bytes = text.as_bytes();
        let by_automaton = self.automaton.as_ref().is_some_and(|automaton| {
            automaton.find_overlapping_iter(bytes).any(|hit| {
                self.found[hit.pattern().as_usize()].borders_hold(bytes, hit.start(), hit.len())
            })
        });
        by_automaton || self.others.iter().any(|pattern| pattern.matches(text))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dice::Dice;

    #[test]
    fn an_empty_term_occurs_everywhere_and_no_term_nowhere() {
        let terms: Vec<String> = ["", "a", "b", "c", "d"].map(str::to_owned).into();
        assert!(AnyOf::new(&terms).matches("x"));
        assert!(!AnyOf::new(&[]).matches("x"));
    }

    #[test]
    fn one_pass_finds_what_single_searches_find() {
        let mut dice = Dice::new(7);
        for _ in 0..20_000 {
            let terms: Vec<String> =
                (0..dice.below(9)).map(|_| dice.text(&["a", "A", "b", "B", ".", "ü"], 4)).collect();
            let text = dice.text(&["a", "A", "b", "B", ".", "ü", "Ü", " ", "\u{212a}"], 13);
            let single =
                |term: &String| Pattern::new(term, Place::Term, Case::Ignored).matches(&text);
            let expected = terms.iter().any(single);
            assert_eq!(AnyOf::new(&terms).matches(&text), expected, "{terms:?} in {text:?}");
        }
    }
}
