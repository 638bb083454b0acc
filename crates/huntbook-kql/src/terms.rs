//! Search in text: the `has`, `contains`, `startswith` and `endswith` families.
//!
//! # Brief overview
//!
//! A *term* is a maximal run of ASCII letters and digits. `has` asks whether one text contains another as
//! whole terms; `hasprefix` and `hassuffix` ask for one border only. An edge of the searched text that is
//! itself no letter or digit needs no border, so `"a/providers/b" has "/providers/"` holds.
//!
//! Search goes by a rare byte of the pattern (`memchr`), then compares, then looks at the borders.
//!
//! ```
//! use huntbook_kql::terms::has;
//! assert!(has("C:\\Windows\\cmd.exe", "CMD"));
//! assert!(!has("KustoExplorerRun", "Explorer"));
//! ```
//!
//! Source: <https://learn.microsoft.com/kusto/query/datatypes-string-operators>

mod any_of;

use std::borrow::Cow;

use memchr::memmem::Finder;
use memchr::{memchr_iter, memchr2_iter};

pub use any_of::AnyOf;

/// Whether letters of different case are the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Case {
    /// `==`, `has_cs`: each letter as it is.
    Sensitive,
    /// `=~`, `has`: case is ignored.
    Ignored,
}

/// What the search asks of the place of a match.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Place {
    /// `contains`: anywhere.
    Anywhere,
    /// `has`: whole terms.
    Term,
    /// `hasprefix`: at the beginning of a term.
    TermStart,
    /// `hassuffix`: at the end of a term.
    TermEnd,
    /// `startswith`: at the beginning of the text.
    Start,
    /// `endswith`: at the end of the text.
    End,
}

/// Returns `true` if `needle` occurs in `haystack` as whole terms; case is ignored.
///
/// An empty `needle` occurs in every text.
///
/// # Complexity
///
/// O(len(haystack) · len(needle)) time at worst; no allocation for an ASCII `needle`.
#[must_use]
pub fn has(haystack: &str, needle: &str) -> bool {
    Pattern::new(needle, Place::Term, Case::Ignored).matches(haystack)
}

/// A text to search for, prepared once for many haystacks.
#[derive(Debug)]
pub struct Pattern {
    place: Place,
    needle: Needle,
    border_before: bool,
    border_after: bool,
}

#[derive(Debug)]
enum Needle {
    Exact(Finder<'static>),
    /// Lower case ASCII; `rare` is the offset of the byte that is looked for first.
    AsciiFolded {
        bytes: Box<[u8]>,
        rare: usize,
    },
    /// Lower case, not ASCII: haystacks are lowered before the search.
    Folded(Finder<'static>),
}

impl Pattern {
    /// Prepares the search for `needle`.
    #[must_use]
    pub fn new(needle: &str, place: Place, case: Case) -> Self {
        let bytes = needle.as_bytes();
        let is_term = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_alphanumeric);
        Self {
            place,
            border_before: is_term(bytes.first())
                && matches!(place, Place::Term | Place::TermStart),
            border_after: is_term(bytes.last()) && matches!(place, Place::Term | Place::TermEnd),
            needle: match case {
                Case::Sensitive => Needle::Exact(Finder::new(bytes).into_owned()),
                Case::Ignored if needle.is_ascii() => {
                    let bytes = bytes.to_ascii_lowercase().into_boxed_slice();
                    let rarest = bytes.iter().enumerate().min_by_key(|(_, byte)| frequency(**byte));
                    let rare = rarest.map_or(0, |(offset, _)| offset);
                    Needle::AsciiFolded { bytes, rare }
                }
                Case::Ignored => {
                    Needle::Folded(Finder::new(needle.to_lowercase().as_bytes()).into_owned())
                }
            },
        }
    }

    /// Whether the pattern occurs in `haystack` where its [`Place`] wants it.
    #[must_use]
    pub fn matches(&self, haystack: &str) -> bool {
        let text: Cow<'_, [u8]> = match self.needle {
            Needle::Folded(_) => Cow::Owned(haystack.to_lowercase().into_bytes()),
            _ => Cow::Borrowed(haystack.as_bytes()),
        };
        match &self.needle {
            Needle::Exact(finder) | Needle::Folded(finder) => {
                let needle = finder.needle();
                match self.place {
                    Place::Start => text.starts_with(needle),
                    Place::End => text.ends_with(needle),
                    Place::Anywhere => finder.find(&text).is_some(),
                    _ => self.at_borders(&text, finder),
                }
            }
            Needle::AsciiFolded { bytes, rare } => match self.place {
                Place::Start => {
                    text.get(..bytes.len()).is_some_and(|head| head.eq_ignore_ascii_case(bytes))
                }
                Place::End => {
                    let start = text.len().checked_sub(bytes.len());
                    start.is_some_and(|start| text[start..].eq_ignore_ascii_case(bytes))
                }
                _ => self.folded_at_borders(&text, bytes, *rare),
            },
        }
    }

    fn at_borders(&self, text: &[u8], finder: &Finder<'_>) -> bool {
        let length = finder.needle().len();
        let mut from = 0;
        // Matches may overlap, so the search goes on one byte behind the last start.
        while let Some(found) = text.get(from..).and_then(|rest| finder.find(rest)) {
            if self.borders_hold(text, from + found, length) {
                return true;
            }
            from += found + 1;
        }
        false
    }

    fn folded_at_borders(&self, text: &[u8], needle: &[u8], rare: usize) -> bool {
        let Some(&byte) = needle.get(rare) else { return true };
        let matches_around = |found: usize| {
            let Some(start) = found.checked_sub(rare) else { return false };
            text.get(start..start + needle.len())
                .is_some_and(|window| window.eq_ignore_ascii_case(needle))
                && self.borders_hold(text, start, needle.len())
        };
        let upper = byte.to_ascii_uppercase();
        if upper == byte {
            memchr_iter(byte, text).any(matches_around)
        } else {
            memchr2_iter(byte, upper, text).any(matches_around)
        }
    }

    fn borders_hold(&self, text: &[u8], start: usize, length: usize) -> bool {
        let before = start.checked_sub(1).and_then(|offset| text.get(offset));
        let after = text.get(start + length);
        let is_term = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_alphanumeric);
        let inside_a_term =
            (self.border_before && is_term(before)) || (self.border_after && is_term(after));
        !inside_a_term
    }
}

/// Whether the two texts are equal but for case.
#[must_use]
pub fn equal_ignore_case(left: &str, right: &str) -> bool {
    if left.is_ascii() && right.is_ascii() {
        left.eq_ignore_ascii_case(right)
    } else {
        left == right || left.to_lowercase() == right.to_lowercase()
    }
}

/// How common a byte is in logs, roughly: the higher, the more common.
const fn frequency(byte: u8) -> u8 {
    match byte {
        b'e' | b't' | b'a' | b'i' | b'o' | b'n' | b's' | b'r' | b' ' | b'.' | b'\\' | b'/' => 3,
        b'l' | b'c' | b'd' | b'm' | b'p' | b'u' | b'-' | b'0'..=b'9' => 2,
        b'a'..=b'z' => 1,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(haystack: &str, needle: &str, place: Place) -> bool {
        Pattern::new(needle, place, Case::Ignored).matches(haystack)
    }

    #[test]
    fn has_inside_a_camel_case_word_is_false() {
        assert!(!has("KustoExplorerQueryRun", "Explorer"));
        assert!(has("Kusto Explorer-Query", "explorer"));
    }

    #[test]
    fn has_needs_no_border_at_an_edge_that_is_punctuation() {
        assert!(has("a/providers/b", "/providers/"));
        assert!(has("xmimikatz.exe", ".exe"));
        assert!(!has("mimikatz.exes", ".exe"));
    }

    #[test]
    fn has_finds_a_later_match_after_one_without_borders() {
        assert!(has("cmds cmd", "cmd"));
        assert!(has("aaa aa", "aa"));
    }

    #[test]
    fn has_of_the_empty_text_is_true() {
        assert!(has("", "") && has("abc", ""));
    }

    #[test]
    fn prefix_and_suffix_want_one_border() {
        assert!(found("net.exe PowerShell", "power", Place::TermStart));
        assert!(!found("net.exe PowerShell", "shell", Place::TermStart));
        assert!(found("net.exe PowerShell", "shell", Place::TermEnd));
        assert!(!found("net.exe PowerShell", "power", Place::TermEnd));
    }

    #[test]
    fn start_and_end_compare_the_edges_of_the_text() {
        assert!(found("PowerShell", "power", Place::Start));
        assert!(!found("pow", "power", Place::Start));
        assert!(found("PowerShell", "SHELL", Place::End));
        assert!(!found("ell", "SHELL", Place::End));
    }

    #[test]
    fn case_of_letters_outside_ascii_is_ignored() {
        assert!(found("MÜLLER", "müll", Place::Anywhere));
        assert!(equal_ignore_case("MÜLLER", "müller"));
        assert!(!equal_ignore_case("MÜLLER", "muller"));
    }

    #[test]
    fn sensitive_search_keeps_case_apart() {
        let pattern = Pattern::new("Cmd", Place::Term, Case::Sensitive);
        assert!(pattern.matches("a Cmd b") && !pattern.matches("a cmd b"));
    }
}
