//! `split`: the parts of a text between delimiters.

use serde_json::Value;

use super::{Function, Naming};
use crate::ir::Scalar;
use crate::kernel::Kernel;
use crate::types::KqlType;
use arrow::datatypes::Int64Type;

pub(crate) const SPLIT: Function = Function {
    name: "split",
    aliases: &[],
    signature: "split(text: string, delimiter: string, [index: long]) -> dynamic",
    summary: "The parts of the text between delimiters as an array of strings; with an index, an array of that part alone.",
    naming: Naming::FirstArgument,
    bind: |call| {
        call.arity(2..=3)?;
        let mut arguments = vec![call.string(0)?, call.string(1)?];
        if call.has(2) {
            arguments.push(call.long(2)?);
        }
        Ok(Scalar::kernel(&PARTS, arguments))
    },
};

const PARTS: Kernel = Kernel {
    name: "kql_split",
    returns: KqlType::Dynamic,
    evaluate: |arguments| {
        let (text, delimiter) = (arguments.text(0)?, arguments.text(1)?);
        let index =
            if arguments.len() > 2 { Some(arguments.primitive::<Int64Type>(2)?) } else { None };
        arguments.text_column(|row| {
            let (text, delimiter) = (text.get(row), delimiter.get(row));
            let parts: Vec<&str> =
                if delimiter.is_empty() { vec![text] } else { text.split(delimiter).collect() };
            let Some(index) = &index else { return Some(Value::from(parts).to_string()) };
            let part = index.get(row).and_then(|index| parts.get(usize::try_from(index).ok()?));
            Some(Value::from(part.map_or_else(Vec::new, |part| vec![*part])).to_string())
        })
    },
};

/// The kernels of this file, for the registry.
pub(crate) const KERNELS: &[&Kernel] = &[&PARTS];
