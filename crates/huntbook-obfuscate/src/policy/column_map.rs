//! Column maps: a column, and how its values are hidden, in a word.
//!
//! The words are those that hunters know from `MSTICPy`: `uuid`, `ip`, `str`, `dict`, `list`, `sid`,
//! `acct` and `null`. The name of any kind will do, too. A text of punctuation, such as `/` or `\@`, makes
//! a token of each part between those characters, and they stay.

use super::file::read_delimiters;
use crate::{Kind, ObfuscationError, Policy};

/// Words that are not names of kinds.
const WORDS: &[(&str, Kind)] = &[
    ("str", Kind::String),
    ("acct", Kind::Account),
    // The values of a dictionary or list are typed one by one, as those of a JSON document are.
    ("dict", Kind::Json),
    ("list", Kind::Json),
];

impl Policy {
    /// The same policy with one more rule for each column of `map`; they go before all others.
    ///
    /// # Errors
    ///
    /// [`ObfuscationError::UnknownKind`] for a word that is no kind and no run of punctuation.
    pub fn with_column_map<C: AsRef<str>, W: AsRef<str>>(
        self,
        map: impl IntoIterator<Item = (C, W)>,
    ) -> Result<Self, ObfuscationError> {
        let mut policy = self;
        for (column, word) in map {
            let (column, word) = (column.as_ref(), word.as_ref());
            let known = WORDS.iter().find(|(known, _)| known.eq_ignore_ascii_case(word));
            let kind = known.map_or_else(|| word.parse(), |(_, kind)| Ok(*kind));
            policy = match kind {
                Ok(kind) => policy.with_added(column, kind, None),
                Err(unknown) => {
                    let delimiters = read_delimiters(Kind::String, word).map_err(|_| unknown)?;
                    policy.with_added(column, Kind::String, Some(delimiters))
                }
            };
        }
        Ok(policy)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_kinds_and_punctuation_delimiters() {
        let map =
            [("A", "str"), ("B", "ACCT"), ("c", "dict"), ("D", "ip"), ("E", "\\@"), ("F", "null")];
        let policy = Policy::empty().with_column_map(map).unwrap();
        for (column, kind) in [
            ("a", Kind::String),
            ("b", Kind::Account),
            ("C", Kind::Json),
            ("d", Kind::Ip),
            ("e", Kind::String),
            ("f", Kind::Null),
        ] {
            assert_eq!(policy.verdict(column).unwrap().kind, kind, "{column}");
        }
        assert_eq!(policy.verdict("e").unwrap().delimiters.as_deref(), Some("\\@"));
    }

    #[test]
    fn word_that_is_neither_is_refused() {
        for word in ["acount", "", "a/b"] {
            let error = Policy::empty().with_column_map([("a", word)]).unwrap_err();
            assert_eq!(error.code(), "OBF0005", "{word}");
        }
    }
}
