//! `row_number`: the position of a row.

use std::sync::Arc;

use arrow::array::{Array, AsArray, Int64Array};
use arrow::datatypes::Int64Type;

use super::{Window, WindowFunction};
use crate::functions::Naming;
use crate::ir::{Scalar, Value};
use crate::types::KqlType;

pub(crate) const ROW_NUMBER: Window = Window {
    name: "row_number",
    signature: "row_number([start: long], [restart: bool]) -> long",
    summary: "The position of the row, counted from `start` (1); it starts anew where `restart` is true.",
    naming: Naming::Numbered,
    bind: |call| {
        call.arity(0..=2)?;
        let start = if call.has(0) { call.long(0)? } else { Scalar::long(1) };
        let restart = if call.has(1) {
            call.boolean(1)?
        } else {
            Scalar::literal(Value::Bool(false), KqlType::Bool)
        };
        Ok((&NUMBER, vec![start, restart], KqlType::Long))
    },
};

/// Start and restart.
pub(crate) const NUMBER: WindowFunction = WindowFunction {
    name: "kql_row_number",
    returns: Some(KqlType::Long),
    evaluate: |arguments, rows| {
        let starts = arguments[0].as_primitive::<Int64Type>();
        let restarts = arguments[1].as_boolean();
        let mut number = 0_i64;
        let numbers = (0..rows).map(|row| {
            let restarted = restarts.is_valid(row) && restarts.value(row);
            number = if row == 0 || restarted {
                if starts.is_valid(row) { starts.value(row) } else { 1 }
            } else {
                number.saturating_add(1)
            };
            number
        });
        Ok(Arc::new(numbers.collect::<Int64Array>()))
    },
};
