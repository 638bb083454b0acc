//! Patterns of column names and of dotted paths.
//!
//! `*` stands for any run of characters but `.`, `?` for one such character, `**` for any run. A *step*
//! between two dots that is only a star (`TargetResources.*.displayName`) may also be absent, since the
//! elements of a list have the path of the list.

/// How many pieces a pattern may have: one for each bit of the set of places that it is at.
pub(super) const LONGEST: usize = 120;

/// A pattern, in lower case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Pattern {
    pieces: Vec<Piece>,
    /// The letters that it ends with, and how many pieces are before them.
    end: String,
    before_end: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Piece {
    Letter(char),
    /// One character but `.`.
    One,
    /// Any run of characters but `.`.
    Name,
    /// Any run of characters.
    Any,
    /// The dot before a step; it and the run after it may be absent.
    Step,
}

impl Pattern {
    /// Whether `text` is a pattern and not a name.
    pub(super) fn is_pattern(text: &str) -> bool {
        text.contains(['*', '?'])
    }

    /// Reads `text`, which is in lower case; `None` if it is longer than [`LONGEST`].
    pub(super) fn new(text: &str) -> Option<Self> {
        if text.len() > LONGEST {
            return None;
        }
        let mut pieces = Vec::with_capacity(text.len());
        let mut rest = text;
        while let Some(letter) = rest.chars().next() {
            if rest.starts_with(".*.") {
                pieces.extend([Piece::Step, Piece::Name]);
                rest = &rest[2..];
            } else if let Some(after) = rest.strip_prefix("**") {
                pieces.push(Piece::Any);
                rest = after;
            } else {
                pieces.push(match letter {
                    '*' => Piece::Name,
                    '?' => Piece::One,
                    _ => Piece::Letter(letter),
                });
                rest = &rest[letter.len_utf8()..];
            }
        }
        let letters = pieces.iter().rev().map_while(|piece| match piece {
            Piece::Letter(letter) => Some(*letter),
            _ => None,
        });
        let end: Vec<char> = letters.collect();
        let before_end = pieces.len() - end.len();
        Some(Self { pieces, end: end.into_iter().rev().collect(), before_end })
    }

    /// The character that every name it fits ends with; `None` if that is open.
    pub(super) fn last_letter(&self) -> Option<char> {
        self.end.chars().next_back()
    }

    /// Whether `name`, in lower case, fits as a whole.
    ///
    /// # Complexity
    ///
    /// O(len(pattern) · len(name)) time, whatever both hold; no allocation.
    pub(super) fn matches(&self, name: &str) -> bool {
        let Some(start) = name.strip_suffix(self.end.as_str()) else { return false };
        // Most patterns are a star and an end.
        match &self.pieces[..self.before_end] {
            [Piece::Any] => return true,
            [Piece::Name] => return !start.contains('.'),
            _ => {}
        }
        let mut places = self.with_skipped(1);
        for letter in name.chars() {
            let mut next = 0;
            let mut left = places;
            while left != 0 {
                let place = left.trailing_zeros() as usize;
                left &= left - 1;
                next |= match self.pieces.get(place) {
                    Some(Piece::Letter(wanted)) if *wanted == letter => 2 << place,
                    Some(Piece::One) if letter != '.' => 2 << place,
                    Some(Piece::Name) if letter != '.' => 1 << place,
                    Some(Piece::Any) => 1 << place,
                    Some(Piece::Step) if letter == '.' => 2 << place,
                    _ => 0,
                };
            }
            if next == 0 {
                return false;
            }
            places = self.with_skipped(next);
        }
        places >> self.pieces.len() & 1 == 1
    }

    /// `places` and those that are reached from them without reading.
    fn with_skipped(&self, mut places: u128) -> u128 {
        for (place, piece) in self.pieces.iter().enumerate() {
            if places >> place & 1 == 1 {
                match piece {
                    Piece::Name | Piece::Any => places |= 2 << place,
                    Piece::Step => places |= 4 << place,
                    Piece::Letter(_) | Piece::One => {}
                }
            }
        }
        places
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn matches(pattern: &str, name: &str) -> bool {
        Pattern::new(pattern).unwrap().matches(name)
    }

    #[test]
    fn pattern_matches_as_a_whole() {
        for (pattern, name, expected) in [
            ("*port", "remoteport", true),
            ("*port", "port", true),
            ("*port", "ports", false),
            ("*port", "remote.port", false),
            ("a*b*c", "axxbyybc", true),
            ("a?c", "abc", true),
            ("a?c", "aéc", true),
            ("a?c", "ac", false),
            ("a?c", "a.c", false),
            ("*", "", true),
            ("*", "a.b", false),
            ("**", "x.y.z", true),
            ("a.**", "a.b.c", true),
            ("a.**.z", "a.b.c.z", true),
            ("a.**.z", "az", false),
        ] {
            assert_eq!(matches(pattern, name), expected, "{pattern} {name}");
        }
    }

    #[test]
    fn lone_star_between_dots_is_one_step_or_none() {
        for (name, expected) in
            [("a.b", true), ("a.0.b", true), ("a.x.y.b", false), ("ab", false), ("a..b", true)]
        {
            assert_eq!(matches("a.*.b", name), expected, "{name}");
        }
        assert!(!matches("a.*", "a") && matches("a.*", "a.b") && !matches("a.*", "a.b.c"));
    }

    #[test]
    fn longest_pattern_matches_and_a_longer_one_is_none() {
        let stars = "*a".repeat(60);
        assert!(matches(&stars, &"a".repeat(5000)));
        assert!(!matches(&stars, &("a".repeat(5000) + "b")));
        assert_eq!(Pattern::new(&(stars + "a")), None);
    }

    proptest! {
        #[test]
        fn name_fits_itself_and_its_ends(name in "[a-z.]{0,40}", cut in 0_usize..40) {
            prop_assert!(matches(&name, &name));
            let (start, end) = name.split_at(cut.min(name.len()));
            let patterns = [format!("**{end}"), format!("{start}**")];
            prop_assert!(patterns.iter().all(|pattern| matches(pattern, &name)), "{:?}", patterns);
        }

        #[test]
        fn any_pattern_and_name_end(pattern in "[a.*?é]{0,60}", name in "[a.é]{0,60}") {
            if let Some(pattern) = Pattern::new(&pattern) {
                pattern.matches(&name);
            }
        }
    }
}
