//! `a.b[0]['c']`: access into `dynamic` values.
//!
//! A missing key, a position out of range and a step into a value that has no parts give null.

use arrow::array::ArrayRef;
use datafusion::common::Result;
use serde_json::Value;

use crate::dynamic;
use crate::json_path;
use crate::kernel::{Arguments, Kernel, Prepared};
use crate::types::KqlType;

/// A chain of constant steps, written as a JSON list of keys and positions.
pub(crate) const PATH: Kernel =
    Kernel { name: "kql_path", returns: KqlType::Dynamic, evaluate: path };

/// One step that differs by row.
pub(crate) const DYNAMIC_STEP: Kernel =
    Kernel { name: "kql_step", returns: KqlType::Dynamic, evaluate: dynamic_step };

fn path(arguments: &Arguments<'_>) -> Result<ArrayRef> {
    let value = arguments.text(0)?;
    let mut steps = Prepared::new(arguments.text(1)?, |steps| match dynamic::parse(steps) {
        Value::Array(steps) => steps,
        _ => Vec::new(),
    });
    arguments.text_column(|row| {
        let found = json_path::find(value.value(row)?, steps.get(row))?;
        dynamic::to_cell(&found)
    })
}

fn dynamic_step(arguments: &Arguments<'_>) -> Result<ArrayRef> {
    let (value, step) = (arguments.text(0)?, arguments.text(1)?);
    arguments.text_column(|row| {
        let root = dynamic::parse(value.value(row)?);
        let found = dynamic::step(&root, &dynamic::parse(step.value(row)?))?;
        dynamic::to_cell(found)
    })
}

/// The kernels of this file, for the registry.
pub(crate) const KERNELS: &[&Kernel] = &[&PATH, &DYNAMIC_STEP];
