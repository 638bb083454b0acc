//! `indexof_regex`: the position of a match in a text.

use arrow::datatypes::Int64Type;
use regex::Regex;

use super::{Function, Naming, regexes};
use crate::ir::Scalar;
use crate::kernel::{Kernel, Prepared};
use crate::types::KqlType;

pub(crate) const INDEXOF_REGEX: Function = Function {
    name: "indexof_regex",
    aliases: &[],
    signature: "indexof_regex(text, pattern: string, [start: long], [length: long], [occurrence: long]) -> long",
    summary: "The position of a match in the text, counted in characters from 0, or -1. The search may begin at `start`, span `length` characters, and ask for a later occurrence; null where one of them is negative (-1 is any length).",
    naming: Naming::Numbered,
    bind: |call| {
        call.arity(2..=5)?;
        if let Ok(pattern) = call.constant_string(1) {
            regexes::check(&pattern, call.span_of(1))?;
        }
        let or = |index: usize, default| {
            if call.has(index) { call.long(index) } else { Ok(Scalar::long(default)) }
        };
        Ok(Scalar::kernel(
            &POSITION,
            vec![call.as_string(0)?, call.string(1)?, or(2, 0)?, or(3, -1)?, or(4, 1)?],
        ))
    },
};

/// The byte at which the character of this position begins; the end where there are fewer.
fn byte_of(text: &str, position: usize) -> Option<usize> {
    text.char_indices().map(|(byte, _)| byte).chain([text.len()]).nth(position)
}

fn position(text: &str, pattern: &Regex, start: i64, length: i64, occurrence: i64) -> Option<i64> {
    let mut start = usize::try_from(start).ok()?;
    if length < -1 || occurrence < 0 {
        return None;
    }
    let Some(from) = byte_of(text, start) else { return Some(-1) };
    let mut rest = &text[from..];
    for left in (0..occurrence).rev() {
        // Each occurrence is searched in as many characters, from behind the one before.
        let end = usize::try_from(length).ok().and_then(|length| byte_of(rest, length));
        let Some(found) = pattern.find(end.map_or(rest, |end| &rest[..end])) else {
            return Some(-1);
        };
        if left == 0 {
            return Some((start + rest[..found.start()].chars().count()) as i64);
        }
        // An empty match takes a character with it.
        let next = if found.is_empty() {
            found.end() + rest[found.end()..].chars().next().map_or(1, char::len_utf8)
        } else {
            found.end()
        };
        if next > rest.len() {
            return Some(-1);
        }
        start += rest[..next].chars().count();
        rest = &rest[next..];
    }
    Some(-1)
}

const POSITION: Kernel = Kernel {
    name: "kql_indexof_regex",
    returns: KqlType::Long,
    evaluate: |arguments| {
        let text = arguments.text(0)?;
        let mut pattern = Prepared::new(arguments.text(1)?, regexes::compile);
        let start = arguments.primitive::<Int64Type>(2)?;
        let length = arguments.primitive::<Int64Type>(3)?;
        let occurrence = arguments.primitive::<Int64Type>(4)?;
        arguments.primitive_column::<Int64Type>(KqlType::Long, |row| {
            let pattern = pattern.get(row).as_ref()?;
            let (start, length) = (start.get(row)?, length.get(row)?);
            position(text.get(row), pattern, start, length, occurrence.get(row)?)
        })
    },
};

/// The kernels of this file, for the registry.
pub(crate) const KERNELS: &[&Kernel] = &[&POSITION];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_are_characters() {
        let pattern = regexes::compile("b").unwrap();
        assert_eq!(position("üüb", &pattern, 0, -1, 1), Some(2));
        assert_eq!(position("üüb", &pattern, 1, 1, 1), Some(-1));
        assert_eq!(position("üüb", &pattern, 9, -1, 1), Some(-1));
        assert_eq!(position("üüb", &pattern, 0, -1, 0), Some(-1));
        assert_eq!(position("üüb", &pattern, 0, -2, 1), None);
    }
}
