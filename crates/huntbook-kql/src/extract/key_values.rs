//! Keys with values in a text: what `parse-kv` runs on.

use std::borrow::Cow;
use std::collections::HashMap;

use datafusion::common::{DataFusionError, Result};
use regex::Regex;
use serde::{Deserialize, Serialize};

use super::{Machine, Pieces};
use crate::functions::regexes;

/// How keys and values are written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Format {
    /// The keys that become columns.
    pub(crate) keys: Vec<String>,
    /// What stands between pairs, and between a key and its value; any character that is no letter or digit where
    /// there is none.
    pub(crate) delimiters: Option<(String, String)>,
    /// Opening and closing quotes.
    pub(crate) quotes: Vec<(char, char)>,
    /// What makes the next character stand for itself in quotes.
    pub(crate) escapes: Vec<char>,
    /// Whether a value runs to the next key.
    pub(crate) greedy: bool,
    /// A pattern of two groups: key and value.
    pub(crate) regex: Option<String>,
}

/// A format made ready.
pub(super) struct Reader {
    format: Format,
    columns: HashMap<String, usize>,
    regex: Option<Regex>,
}

impl Reader {
    pub(super) fn new(format: &Format) -> Result<Self> {
        let keys = format.keys.iter().enumerate().map(|(position, key)| (key.clone(), position));
        let columns = keys.collect();
        let regex = match &format.regex {
            None => None,
            Some(pattern) => Some(regexes::compile(pattern).ok_or_else(|| {
                DataFusionError::Internal("a pattern was not checked".to_owned())
            })?),
        };
        Ok(Self { format: format.clone(), columns, regex })
    }

    /// Keeps the first value of a key that is asked for.
    fn keep<'a>(&self, key: &str, value: Cow<'a, str>, pieces: &mut Pieces<'a>) {
        if let Some(column) = self.columns.get(key)
            && pieces[*column].is_none()
        {
            pieces[*column] = Some(value);
        }
    }

    /// The text in quotes at the start, and how long it is with them.
    fn quoted<'a>(&self, text: &'a str) -> Option<(Cow<'a, str>, usize)> {
        let first = text.chars().next()?;
        let (open, close) = self.format.quotes.iter().find(|(open, _)| *open == first)?;
        let start = open.len_utf8();
        let mut unescaped: Option<String> = None;
        let mut characters = text[start..].char_indices();
        while let Some((at, character)) = characters.next() {
            if self.format.escapes.contains(&character)
                && let Some((_, escaped)) = characters.clone().next()
                && (escaped == *close || self.format.escapes.contains(&escaped))
            {
                let text = unescaped.get_or_insert_with(|| text[start..start + at].to_owned());
                text.push(escaped);
                characters.next();
            } else if character == *close {
                let length = start + at + close.len_utf8();
                let inside = match unescaped {
                    Some(text) => Cow::Owned(text),
                    None => Cow::Borrowed(&text[start..start + at]),
                };
                return Some((inside, length));
            } else if let Some(text) = &mut unescaped {
                text.push(character);
            }
        }
        None
    }

    /// Pairs between delimiters.
    fn delimited<'a>(&self, text: &'a str, pair: &str, kv: &str, pieces: &mut Pieces<'a>) {
        let mut rest = text;
        while !rest.is_empty() {
            rest = rest.trim_start();
            let (key, after) = match self.quoted(rest) {
                Some((key, length)) if rest[length..].trim_start().starts_with(kv.trim_start()) => {
                    let behind = &rest[length..];
                    let Some(at) = behind.find(kv) else { return };
                    (key, &behind[at + kv.len()..])
                }
                _ => {
                    let Some(at) = rest.find(kv) else { return };
                    // What stands before the last delimiter of pairs is no part of the key.
                    let before = &rest[..at];
                    let start = before.rfind(pair).map_or(0, |start| start + pair.len());
                    (Cow::Borrowed(before[start..].trim()), &rest[at + kv.len()..])
                }
            };
            let (value, behind) = self.value(after, pair, kv);
            self.keep(&key, value, pieces);
            rest = behind;
        }
    }

    /// The value at the start, and what stands behind it.
    fn value<'a>(&self, text: &'a str, pair: &str, kv: &str) -> (Cow<'a, str>, &'a str) {
        let trimmed = if pair.trim().is_empty() { text } else { text.trim_start() };
        if let Some((value, length)) = self.quoted(trimmed) {
            let behind = &trimmed[length..];
            let behind = behind.find(pair).map_or("", |at| &behind[at + pair.len()..]);
            return (value, behind);
        }
        let end = if self.format.greedy {
            // The last delimiter of pairs before the next key.
            match trimmed.find(kv) {
                Some(next) => trimmed[..next].rfind(pair),
                None => None,
            }
        } else {
            trimmed.find(pair)
        };
        match end {
            Some(end) => (Cow::Borrowed(trimmed[..end].trim()), &trimmed[end + pair.len()..]),
            None => (Cow::Borrowed(trimmed.trim()), ""),
        }
    }

    /// Words one after the other: one that is a key, then its value.
    fn words<'a>(&self, text: &'a str, pieces: &mut Pieces<'a>) {
        let mut key: Option<&'a str> = None;
        let mut rest = text;
        while let Some(first) = rest.chars().next() {
            if let Some((value, length)) = self.quoted(rest) {
                match key.take() {
                    Some(key) => self.keep(key, value, pieces),
                    // A key in quotes.
                    None => {
                        if let Cow::Borrowed(word) = value
                            && self.columns.contains_key(word)
                        {
                            key = Some(word);
                        }
                    }
                }
                rest = &rest[length..];
            } else if first.is_alphanumeric() {
                let length = rest.find(|next: char| !next.is_alphanumeric()).unwrap_or(rest.len());
                let word = &rest[..length];
                match key.take() {
                    Some(key) => self.keep(key, Cow::Borrowed(word), pieces),
                    None if self.columns.contains_key(word) => key = Some(word),
                    None => {}
                }
                rest = &rest[length..];
            } else {
                rest = &rest[first.len_utf8()..];
            }
        }
    }
}

impl Machine for Reader {
    fn read<'a>(&self, text: &'a str, pieces: &mut Pieces<'a>) -> bool {
        if let Some(regex) = &self.regex {
            for found in regex.captures_iter(text) {
                if let (Some(key), Some(value)) = (found.get(1), found.get(2)) {
                    let value = Cow::Borrowed(value.as_str().trim());
                    self.keep(key.as_str().trim(), value, pieces);
                }
            }
            return true;
        }
        match &self.format.delimiters {
            Some((pair, kv)) => self.delimited(text, pair, kv, pieces),
            None => self.words(text, pieces),
        }
        true
    }
}
