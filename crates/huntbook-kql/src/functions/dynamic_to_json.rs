//! `dynamic_to_json`: the canonical text of a dynamic value.

use serde_json::Value;

use super::{Function, Naming};
use crate::dynamic;
use crate::ir::Scalar;
use crate::kernel::Kernel;
use crate::types::KqlType;

pub(crate) const DYNAMIC_TO_JSON: Function = Function {
    name: "dynamic_to_json",
    aliases: &[],
    signature: "dynamic_to_json(value) -> string",
    summary: "The value as compact JSON with the members of each object by name, so that equal objects have equal texts. Other values than dynamic ones as `tostring` gives them.",
    naming: Naming::Numbered,
    bind: |call| {
        call.arity(1..=1)?;
        match call.scalar(0)?.kind {
            KqlType::Dynamic => Ok(Scalar::kernel(&CANONICAL, vec![call.scalar(0)?])),
            _ => call.as_string(0),
        }
    },
};

fn sorted(value: Value) -> Value {
    match value {
        Value::Object(members) => {
            let mut members: Vec<(String, Value)> =
                members.into_iter().map(|(name, value)| (name, sorted(value))).collect();
            members.sort_by(|(first, _), (second, _)| first.cmp(second));
            Value::Object(members.into_iter().collect())
        }
        Value::Array(items) => items.into_iter().map(sorted).collect(),
        other => other,
    }
}

const CANONICAL: Kernel = Kernel {
    name: "kql_canonical_json",
    returns: KqlType::String,
    evaluate: |arguments| {
        let value = arguments.text(0)?;
        arguments.text_column(|row| {
            Some(dynamic::to_plain_text(&sorted(dynamic::parse(value.get(row)))))
        })
    },
};

/// The kernels of this file, for the registry.
pub(crate) const KERNELS: &[&Kernel] = &[&CANONICAL];
