//! `treepath`: the paths to the parts of a dynamic value.

use serde_json::Value;

use super::{Function, Naming};
use crate::dynamic;
use crate::ir::Scalar;
use crate::kernel::Kernel;
use crate::types::KqlType;

pub(crate) const TREEPATH: Function = Function {
    name: "treepath",
    aliases: &[],
    signature: "treepath(value: dynamic) -> dynamic",
    summary: "An array of the paths of all members, such as `['a']['b']`; `[0]` stands for all elements of an array.",
    naming: Naming::Numbered,
    bind: |call| {
        call.arity(1..=1)?;
        Ok(Scalar::kernel(&PATHS, vec![call.dynamic(0)?]))
    },
};

const PATHS: Kernel = Kernel {
    name: "kql_treepath",
    returns: KqlType::Dynamic,
    evaluate: |arguments| {
        let value = arguments.text(0)?;
        arguments.text_column(|row| {
            let value = dynamic::parse(value.value(row)?);
            Some(Value::Array(dynamic::without_repeats(paths(&value))).to_string())
        })
    },
};

fn paths(value: &Value) -> Vec<Value> {
    let mut found = Vec::new();
    // The parts that are left, each with the path to it.
    let mut left = vec![(String::new(), value)];
    while let Some((path, value)) = left.pop() {
        if !path.is_empty() {
            found.push(Value::from(path.as_str()));
        }
        match value {
            Value::Object(members) => {
                left.extend(
                    members.iter().rev().map(|(key, part)| (format!("{path}['{key}']"), part)),
                );
            }
            Value::Array(items) => {
                left.extend(items.iter().rev().map(|part| (format!("{path}[0]"), part)));
            }
            _ => {}
        }
    }
    found
}

/// The kernels of this file, for the registry.
pub(crate) const KERNELS: &[&Kernel] = &[&PATHS];
