//! `strrep`: a text several times.

use arrow::datatypes::Int64Type;

use super::{Function, Naming, budget};
use crate::ir::Scalar;
use crate::kernel::Kernel;
use crate::types::KqlType;

/// The most repetitions; more count as so many.
const MOST: i64 = 1024;

pub(crate) const STRREP: Function = Function {
    name: "strrep",
    aliases: &[],
    signature: "strrep(value, count: long, [delimiter]) -> string",
    summary: "The value's text so many times, at most 1024, with the delimiter between. Empty where the count is not positive, or the result would be longer than 1 MiB.",
    naming: Naming::Numbered,
    bind: |call| {
        call.arity(2..=3)?;
        let delimiter = if call.has(2) { call.as_string(2)? } else { Scalar::text("") };
        Ok(Scalar::kernel(&REPEATED, vec![call.as_string(0)?, call.long(1)?, delimiter]))
    },
};

const REPEATED: Kernel = Kernel {
    name: "kql_strrep",
    returns: KqlType::String,
    evaluate: |arguments| {
        let (value, delimiter) = (arguments.text(0)?, arguments.text(2)?);
        let count = arguments.primitive::<Int64Type>(1)?;
        budget::text_column(arguments, "strrep", |row| {
            let (value, delimiter) = (value.get(row), delimiter.get(row));
            let count = usize::try_from(count.get(row).unwrap_or(0).clamp(0, MOST)).unwrap_or(0);
            if (value.len() + delimiter.len()).saturating_mul(count) > budget::MOST_IN_A_VALUE {
                return Some(String::new());
            }
            Some(vec![value; count].join(delimiter))
        })
    },
};

/// The kernels of this file, for the registry.
pub(crate) const KERNELS: &[&Kernel] = &[&REPEATED];
