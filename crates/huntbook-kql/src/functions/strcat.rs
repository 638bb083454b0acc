//! `strcat`, `strcat_delim`, `strcat_array`.

use datafusion::common::Result;

use super::{Function, Naming};
use crate::dynamic;
use crate::ir::Scalar;
use crate::kernel::Kernel;
use crate::types::KqlType;

pub(crate) const STRCAT: Function = Function {
    name: "strcat",
    aliases: &[],
    signature: "strcat(value, ...) -> string",
    summary: "The values as text, one behind the other.",
    naming: Naming::Numbered,
    bind: |call| {
        call.arity(1..=64)?;
        let parts = (0..call.arguments.len()).map(|index| call.as_string(index));
        Ok(Scalar::kernel(&CONCATENATE, parts.collect::<std::result::Result<_, _>>()?))
    },
};

pub(crate) const STRCAT_DELIM: Function = Function {
    name: "strcat_delim",
    aliases: &[],
    signature: "strcat_delim(delimiter: string, value, ...) -> string",
    summary: "The values as text, with the delimiter between each two.",
    naming: Naming::Numbered,
    bind: |call| {
        call.arity(2..=64)?;
        call.string(0)?;
        let parts = (0..call.arguments.len()).map(|index| call.as_string(index));
        Ok(Scalar::kernel(&JOIN, parts.collect::<std::result::Result<_, _>>()?))
    },
};

pub(crate) const STRCAT_ARRAY: Function = Function {
    name: "strcat_array",
    aliases: &["array_strcat"],
    signature: "strcat_array(array: dynamic, delimiter: string) -> string",
    summary: "The elements of the array as text, with the delimiter between each two.",
    naming: Naming::Numbered,
    bind: |call| {
        call.arity(2..=2)?;
        Ok(Scalar::kernel(&JOIN_ARRAY, vec![call.dynamic(0)?, call.string(1)?]))
    },
};

const CONCATENATE: Kernel = Kernel {
    name: "kql_strcat",
    returns: KqlType::String,
    evaluate: |arguments| {
        let parts =
            (0..arguments.len()).map(|index| arguments.text(index)).collect::<Result<Vec<_>>>()?;
        arguments
            .text_column(|row| Some(parts.iter().map(|part| part.get(row)).collect::<String>()))
    },
};
const JOIN: Kernel = Kernel {
    name: "kql_strcat_delim",
    returns: KqlType::String,
    evaluate: |arguments| {
        let delimiter = arguments.text(0)?;
        let parts =
            (1..arguments.len()).map(|index| arguments.text(index)).collect::<Result<Vec<_>>>()?;
        arguments.text_column(|row| {
            Some(
                parts.iter().map(|part| part.get(row)).collect::<Vec<_>>().join(delimiter.get(row)),
            )
        })
    },
};
const JOIN_ARRAY: Kernel = Kernel {
    name: "kql_strcat_array",
    returns: KqlType::String,
    evaluate: |arguments| {
        let (array, delimiter) = (arguments.text(0)?, arguments.text(1)?);
        arguments.text_column(|row| Some(dynamic::strings(array.get(row)).join(delimiter.get(row))))
    },
};

/// The kernels of this file, for the registry.
pub(crate) const KERNELS: &[&Kernel] = &[&CONCATENATE, &JOIN, &JOIN_ARRAY];
