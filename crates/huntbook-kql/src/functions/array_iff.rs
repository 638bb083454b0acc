//! `array_iff`: for each condition of an array one of two values.

use serde_json::Value;

use super::arrays::elements;
use super::{Function, Naming};
use crate::dynamic;
use crate::ir::Scalar;
use crate::kernel::Kernel;
use crate::types::KqlType;

pub(crate) const ARRAY_IFF: Function = Function {
    name: "array_iff",
    aliases: &["array_iif"],
    signature: "array_iff(conditions: dynamic, when_true, when_false) -> dynamic",
    summary: "For each condition, a bool or a number, the element of the same position of `when_true` or `when_false`; a value that is no array stands for all elements. Null where the condition is neither, or the array too short.",
    naming: Naming::Numbered,
    bind: |call| {
        call.arity(3..=3)?;
        let arguments = vec![call.dynamic(0)?, call.as_dynamic(1)?, call.as_dynamic(2)?];
        Ok(Scalar::kernel(&CHOOSE, arguments))
    },
};

const CHOOSE: Kernel = Kernel {
    name: "kql_array_iff",
    returns: KqlType::Dynamic,
    evaluate: |arguments| {
        let (conditions, when_true, when_false) =
            (arguments.text(0)?, arguments.text(1)?, arguments.text(2)?);
        arguments.text_column(|row| {
            let conditions = elements(conditions.value(row))?;
            let parsed = |cell: Option<&str>| cell.map_or(Value::Null, dynamic::parse);
            let (when_true, when_false) =
                (parsed(when_true.value(row)), parsed(when_false.value(row)));
            let choose = |(position, condition): (usize, &Value)| {
                let chosen = match condition {
                    Value::Bool(condition) => *condition,
                    Value::Number(number) => number.as_f64() != Some(0.0),
                    _ => return Value::Null,
                };
                match if chosen { &when_true } else { &when_false } {
                    Value::Array(items) => items.get(position).cloned().unwrap_or_default(),
                    value => value.clone(),
                }
            };
            Some(conditions.iter().enumerate().map(choose).collect::<Value>().to_string())
        })
    },
};

/// The kernels of this file, for the registry.
pub(crate) const KERNELS: &[&Kernel] = &[&CHOOSE];
