//! `countof`: how often a text or pattern occurs.

use arrow::datatypes::Int64Type;

use super::{Function, Naming, regexes};
use crate::ir::Scalar;
use crate::kernel::{Kernel, Prepared};
use crate::types::KqlType;

pub(crate) const COUNTOF: Function = Function {
    name: "countof",
    aliases: &[],
    signature: "countof(text: string, search: string, [kind: string]) -> long",
    summary: "The number of occurrences. Plain text (`kind` is `normal`, the default) may overlap, matches of a pattern (`regex`) may not.",
    naming: Naming::Numbered,
    bind: |call| {
        call.arity(2..=3)?;
        let kind = if call.has(2) { call.constant_string(2)? } else { "normal".to_owned() };
        let arguments = vec![call.string(0)?, call.string(1)?];
        match kind.as_str() {
            "normal" => Ok(Scalar::kernel(&PLAIN, arguments)),
            "regex" => {
                if let Ok(pattern) = call.constant_string(1) {
                    regexes::check(&pattern, call.span_of(1))?;
                }
                Ok(Scalar::kernel(&REGEX, arguments))
            }
            _ => Err(call.wrong(2, "`\"normal\"` or `\"regex\"`", "another text")),
        }
    },
};

const PLAIN: Kernel = Kernel {
    name: "kql_countof",
    returns: KqlType::Long,
    evaluate: |arguments| {
        let (text, search) = (arguments.text(0)?, arguments.text(1)?);
        arguments.primitive_column::<Int64Type>(KqlType::Long, |row| {
            let (text, search) = (text.get(row), search.get(row));
            if search.is_empty() {
                return Some(0);
            }
            Some(
                text.char_indices()
                    .filter(|(offset, _)| text[*offset..].starts_with(search))
                    .count() as i64,
            )
        })
    },
};

const REGEX: Kernel = Kernel {
    name: "kql_countof_regex",
    returns: KqlType::Long,
    evaluate: |arguments| {
        let text = arguments.text(0)?;
        let mut pattern = Prepared::new(arguments.text(1)?, regexes::compile);
        arguments.primitive_column::<Int64Type>(KqlType::Long, |row| {
            Some(pattern.get(row).as_ref()?.find_iter(text.get(row)).count() as i64)
        })
    },
};

/// The kernels of this file, for the registry.
pub(crate) const KERNELS: &[&Kernel] = &[&PLAIN, &REGEX];
