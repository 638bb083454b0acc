//! `strcmp`, `isascii`, `isutf8`, `regex_quote`.

use arrow::datatypes::Int64Type;

use super::{Function, Naming};
use crate::ir::Scalar;
use crate::kernel::Kernel;
use crate::types::KqlType;

pub(crate) const STRCMP: Function = Function {
    name: "strcmp",
    aliases: &[],
    signature: "strcmp(first, second) -> long",
    summary: "0 where the texts are equal, -1 where the first comes before the second by code points, else 1.",
    naming: Naming::Numbered,
    bind: |call| {
        call.arity(2..=2)?;
        Ok(Scalar::kernel(&COMPARED, vec![call.as_string(0)?, call.as_string(1)?]))
    },
};

pub(crate) const ISASCII: Function = Function {
    name: "isascii",
    aliases: &[],
    signature: "isascii(text) -> bool",
    summary: "Whether all characters are ASCII.",
    naming: Naming::Numbered,
    bind: |call| {
        call.arity(1..=1)?;
        Ok(Scalar::kernel(&ASCII, vec![call.as_string(0)?]))
    },
};

pub(crate) const ISUTF8: Function = Function {
    name: "isutf8",
    aliases: &[],
    signature: "isutf8(text) -> bool",
    summary: "Whether the text is valid UTF-8, which each text here is.",
    naming: Naming::Numbered,
    bind: |call| {
        call.arity(1..=1)?;
        Ok(Scalar::kernel(&UTF8, vec![call.as_string(0)?]))
    },
};

pub(crate) const REGEX_QUOTE: Function = Function {
    name: "regex_quote",
    aliases: &[],
    signature: "regex_quote(text) -> string",
    summary: "The text with a backslash before each character that means something in a regular expression.",
    naming: Naming::Numbered,
    bind: |call| {
        call.arity(1..=1)?;
        Ok(Scalar::kernel(&QUOTED, vec![call.as_string(0)?]))
    },
};

const COMPARED: Kernel = Kernel {
    name: "kql_strcmp",
    returns: KqlType::Long,
    evaluate: |arguments| {
        let (first, second) = (arguments.text(0)?, arguments.text(1)?);
        arguments.primitive_column::<Int64Type>(KqlType::Long, |row| {
            Some(first.get(row).cmp(second.get(row)) as i64)
        })
    },
};
const ASCII: Kernel = Kernel {
    name: "kql_isascii",
    returns: KqlType::Bool,
    evaluate: |arguments| {
        let text = arguments.text(0)?;
        arguments.bool_column(|row| Some(text.get(row).is_ascii()))
    },
};
const UTF8: Kernel = Kernel {
    name: "kql_isutf8",
    returns: KqlType::Bool,
    evaluate: |arguments| arguments.bool_column(|_| Some(true)),
};
const QUOTED: Kernel = Kernel {
    name: "kql_regex_quote",
    returns: KqlType::String,
    evaluate: |arguments| {
        let text = arguments.text(0)?;
        arguments.text_column(|row| Some(regex::escape(text.get(row))))
    },
};

/// The kernels of this file, for the registry.
pub(crate) const KERNELS: &[&Kernel] = &[&COMPARED, &ASCII, &UTF8, &QUOTED];
