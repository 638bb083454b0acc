//! `indexof`: the position of a text in another.

use arrow::datatypes::Int64Type;

use super::{Function, Naming};
use crate::ir::Scalar;
use crate::kernel::Kernel;
use crate::types::KqlType;

pub(crate) const INDEXOF: Function = Function {
    name: "indexof",
    aliases: &[],
    signature: "indexof(text, lookup, [start: long], [length: long], [occurrence: long]) -> long",
    summary: "The position of `lookup` in the text, counted in characters from 0, or -1. The search may begin at `start` (from the end where negative), span `length` characters, and ask for a later occurrence.",
    naming: Naming::Numbered,
    bind: |call| {
        call.arity(2..=5)?;
        let or = |index: usize, default| {
            if call.has(index) { call.long(index) } else { Ok(Scalar::long(default)) }
        };
        Ok(Scalar::kernel(
            &POSITION,
            vec![call.as_string(0)?, call.as_string(1)?, or(2, 0)?, or(3, -1)?, or(4, 1)?],
        ))
    },
};

const POSITION: Kernel = Kernel {
    name: "kql_indexof",
    returns: KqlType::Long,
    evaluate: |arguments| {
        let (text, lookup) = (arguments.text(0)?, arguments.text(1)?);
        let start = arguments.primitive::<Int64Type>(2)?;
        let length = arguments.primitive::<Int64Type>(3)?;
        let occurrence = arguments.primitive::<Int64Type>(4)?;
        arguments.primitive_column::<Int64Type>(KqlType::Long, |row| {
            position(
                text.get(row),
                lookup.get(row),
                start.get(row)?,
                length.get(row)?,
                occurrence.get(row)?,
            )
        })
    },
};

/// Null for arguments that make no sense: a length below -1, an occurrence below 1.
fn position(text: &str, lookup: &str, start: i64, length: i64, occurrence: i64) -> Option<i64> {
    if length < -1 || occurrence < 1 {
        return None;
    }
    let characters: Vec<char> = text.chars().collect();
    let wanted: Vec<char> = lookup.chars().collect();
    let count = i64::try_from(characters.len()).ok()?;
    let mut start = if start < 0 { start.saturating_add(count).max(0) } else { start };
    for left in (0..occurrence).rev() {
        // Each occurrence is searched in as many characters, from behind the start of the one before.
        let end = if length < 0 { count } else { start.saturating_add(length).min(count) };
        let range = usize::try_from(start).ok()?..usize::try_from(end).ok()?;
        let Some(window) = characters.get(range) else { return Some(-1) };
        if wanted.is_empty() {
            return Some(start);
        }
        let found = window.windows(wanted.len()).position(|part| part == wanted);
        let Some(found) = found.and_then(|found| i64::try_from(found).ok()) else {
            return Some(-1);
        };
        if left == 0 {
            return Some(start + found);
        }
        start += found + 1;
    }
    Some(-1)
}

/// The kernels of this file, for the registry.
pub(crate) const KERNELS: &[&Kernel] = &[&POSITION];

#[cfg(test)]
mod tests {
    use super::position;

    #[test]
    fn position_counts_characters_and_is_minus_one_where_nothing_is_found() {
        assert_eq!(position("aüb", "b", 0, -1, 1), Some(2));
        assert_eq!(position("abcabc", "c", 0, -1, 2), Some(5));
        assert_eq!(position("abc", "x", 0, -1, 1), Some(-1));
        assert_eq!(position("abc", "a", 9, -1, 1), Some(-1));
        assert_eq!(position("abc", "a", 0, -2, 1), None);
    }
}
