//! `substring`: characters by position.

use arrow::datatypes::Int64Type;

use super::{Function, Naming};
use crate::ir::Scalar;
use crate::kernel::Kernel;
use crate::types::KqlType;

pub(crate) const SUBSTRING: Function = Function {
    name: "substring",
    aliases: &[],
    signature: "substring(text, start: long, [length: long]) -> string",
    summary: "The characters from position `start`, which counts from 0, or from the end where negative; up to `length` of them.",
    naming: Naming::Numbered,
    bind: |call| {
        call.arity(2..=3)?;
        let length = if call.has(2) { call.long(2)? } else { Scalar::long(i64::MAX) };
        Ok(Scalar::kernel(&PART, vec![call.as_string(0)?, call.long(1)?, length]))
    },
};

const PART: Kernel = Kernel {
    name: "kql_substring",
    returns: KqlType::String,
    evaluate: |arguments| {
        let text = arguments.text(0)?;
        let (start, length) =
            (arguments.primitive::<Int64Type>(1)?, arguments.primitive::<Int64Type>(2)?);
        arguments.text_column(|row| {
            Some(part(text.get(row), start.get(row)?, length.get(row)?)).or(Some(""))
        })
    },
};

fn part(text: &str, start: i64, length: i64) -> &str {
    let start = if start < 0 {
        let characters = i64::try_from(text.chars().count()).unwrap_or(i64::MAX);
        start.saturating_add(characters).max(0)
    } else {
        start
    };
    let offset = |text: &str, characters: i64| {
        let characters = usize::try_from(characters).unwrap_or(usize::MAX);
        text.char_indices().nth(characters).map_or(text.len(), |(offset, _)| offset)
    };
    let rest = &text[offset(text, start)..];
    if length < 0 { "" } else { &rest[..offset(rest, length)] }
}

/// The kernels of this file, for the registry.
pub(crate) const KERNELS: &[&Kernel] = &[&PART];

#[cfg(test)]
mod tests {
    use super::part;

    #[test]
    fn positions_count_characters_and_are_clamped() {
        assert_eq!(part("aüb€c", 1, 2), "üb");
        assert_eq!(part("abc", 1, i64::MAX), "bc");
        assert_eq!(part("abc", 7, 2), "");
        assert_eq!(part("abc", -2, 1), "b");
        assert_eq!(part("abc", -9, 9), "abc");
    }
}
