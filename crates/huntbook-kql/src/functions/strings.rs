//! `tolower`, `toupper`, `strlen`, `string_size`, `reverse`.

use arrow::datatypes::Int64Type;

use super::{Function, Naming};
use crate::ir::Scalar;
use crate::kernel::Kernel;
use crate::types::KqlType;

pub(crate) const TOLOWER: Function = Function {
    name: "tolower",
    aliases: &[],
    signature: "tolower(value) -> string",
    summary: "The text with each letter in lower case.",
    naming: Naming::Numbered,
    bind: |call| {
        call.arity(1..=1)?;
        Ok(Scalar::kernel(&LOWER, vec![call.as_string(0)?]))
    },
};

pub(crate) const TOUPPER: Function = Function {
    name: "toupper",
    aliases: &[],
    signature: "toupper(value) -> string",
    summary: "The text with each letter in upper case.",
    naming: Naming::Numbered,
    bind: |call| {
        call.arity(1..=1)?;
        Ok(Scalar::kernel(&UPPER, vec![call.as_string(0)?]))
    },
};

pub(crate) const STRLEN: Function = Function {
    name: "strlen",
    aliases: &[],
    signature: "strlen(text: string) -> long",
    summary: "The number of characters.",
    naming: Naming::Prefix("strlen"),
    bind: |call| {
        call.arity(1..=1)?;
        Ok(Scalar::kernel(&CHARACTERS, vec![call.string(0)?]))
    },
};

pub(crate) const STRING_SIZE: Function = Function {
    name: "string_size",
    aliases: &[],
    signature: "string_size(text: string) -> long",
    summary: "The number of bytes in UTF-8.",
    naming: Naming::Prefix("string_size"),
    bind: |call| {
        call.arity(1..=1)?;
        Ok(Scalar::kernel(&BYTES, vec![call.string(0)?]))
    },
};

pub(crate) const REVERSE: Function = Function {
    name: "reverse",
    aliases: &[],
    signature: "reverse(value) -> string",
    summary: "The characters of the text from the last to the first.",
    naming: Naming::Numbered,
    bind: |call| {
        call.arity(1..=1)?;
        Ok(Scalar::kernel(&BACKWARDS, vec![call.as_string(0)?]))
    },
};

const LOWER: Kernel = Kernel {
    name: "kql_tolower",
    returns: KqlType::String,
    evaluate: |arguments| {
        let text = arguments.text(0)?;
        arguments.text_column(|row| Some(text.get(row).to_lowercase()))
    },
};
const UPPER: Kernel = Kernel {
    name: "kql_toupper",
    returns: KqlType::String,
    evaluate: |arguments| {
        let text = arguments.text(0)?;
        arguments.text_column(|row| Some(text.get(row).to_uppercase()))
    },
};
const CHARACTERS: Kernel = Kernel {
    name: "kql_strlen",
    returns: KqlType::Long,
    evaluate: |arguments| {
        let text = arguments.text(0)?;
        arguments.primitive_column::<Int64Type>(KqlType::Long, |row| {
            Some(text.get(row).chars().count() as i64)
        })
    },
};
const BYTES: Kernel = Kernel {
    name: "kql_string_size",
    returns: KqlType::Long,
    evaluate: |arguments| {
        let text = arguments.text(0)?;
        arguments
            .primitive_column::<Int64Type>(KqlType::Long, |row| Some(text.get(row).len() as i64))
    },
};
const BACKWARDS: Kernel = Kernel {
    name: "kql_reverse",
    returns: KqlType::String,
    evaluate: |arguments| {
        let text = arguments.text(0)?;
        arguments.text_column(|row| Some(text.get(row).chars().rev().collect::<String>()))
    },
};

/// The kernels of this file, for the registry.
pub(crate) const KERNELS: &[&Kernel] = &[&LOWER, &UPPER, &CHARACTERS, &BYTES, &BACKWARDS];
