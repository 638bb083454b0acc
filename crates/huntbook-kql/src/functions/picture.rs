//! Patterns such as `yyyy-MM-dd HH:mm`: runs of one letter, each a part of the value, with delimiters between.

use std::fmt;

/// What may stand between the parts.
const DELIMITERS: &str = " /-:,._[]";

/// The pattern with each run of a letter written by `part`, which gets the letter and the length of the run and
/// gives `None` where there is no such part; `None` as a whole then, and where something else stands in it.
pub(super) fn written(
    pattern: &str,
    mut out: String,
    part: impl Fn(char, usize, &mut String) -> Option<fmt::Result>,
) -> Option<String> {
    let mut rest = pattern;
    while let Some(letter) = rest.chars().next() {
        let length = rest.len() - rest.trim_start_matches(letter).len();
        let count = length / letter.len_utf8();
        rest = &rest[length..];
        if DELIMITERS.contains(letter) {
            out.extend(std::iter::repeat_n(letter, count));
        } else {
            part(letter, count, &mut out)?.expect("writing to a string does not fail");
        }
    }
    Some(out)
}
