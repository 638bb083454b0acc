//! `unicode_codepoints_from_string`, `unicode_codepoints_to_string`, and their older names `to_utf8` and
//! `make_string`.

use serde_json::Value;

use super::lists::FLATTEN;
use super::{Function, Naming};
use crate::dynamic;
use crate::ir::Scalar;
use crate::kernel::Kernel;
use crate::types::KqlType;

pub(crate) const FROM_STRING: Function = Function {
    name: "unicode_codepoints_from_string",
    aliases: &["to_utf8"],
    signature: "unicode_codepoints_from_string(text) -> dynamic",
    summary: "The code points of the text as a list of numbers.",
    naming: Naming::Numbered,
    bind: |call| {
        call.arity(1..=1)?;
        Ok(Scalar::kernel(&POINTS, vec![call.as_string(0)?]))
    },
};

pub(crate) const TO_STRING: Function = Function {
    name: "unicode_codepoints_to_string",
    aliases: &["make_string"],
    signature: "unicode_codepoints_to_string(point, ...) -> string",
    summary: "The text of the code points: numbers, or dynamic lists of them. Empty where one is no code point.",
    naming: Naming::Numbered,
    bind: |call| {
        call.arity(1..=64)?;
        let lists = (0..call.arguments.len())
            .map(|index| match call.scalar(index)?.kind {
                KqlType::Int | KqlType::Long | KqlType::Dynamic => call.as_dynamic(index),
                other => Err(call.wrong(index, "a number or a list", &format!("`{other}`"))),
            })
            .collect::<Result<Vec<_>, _>>()?;
        Ok(Scalar::kernel(&TEXT, vec![Scalar::kernel(&FLATTEN, lists)]))
    },
};

const POINTS: Kernel = Kernel {
    name: "kql_unicode_codepoints_from_string",
    returns: KqlType::Dynamic,
    evaluate: |arguments| {
        let text = arguments.text(0)?;
        arguments.text_column(|row| {
            let points: Vec<Value> =
                text.get(row).chars().map(|character| Value::from(u32::from(character))).collect();
            Some(Value::Array(points).to_string())
        })
    },
};
const TEXT: Kernel = Kernel {
    name: "kql_unicode_codepoints_to_string",
    returns: KqlType::String,
    evaluate: |arguments| {
        let list = arguments.text(0)?;
        arguments.text_column(|row| {
            let Value::Array(points) = dynamic::parse(list.get(row)) else {
                return Some(String::new());
            };
            let character = |point: &Value| char::from_u32(u32::try_from(point.as_u64()?).ok()?);
            Some(points.iter().map(character).collect::<Option<String>>().unwrap_or_default())
        })
    },
};

/// The kernels of this file, for the registry.
pub(crate) const KERNELS: &[&Kernel] = &[&POINTS, &TEXT];
