//! `row_cumsum`: the sum of all rows so far.

use std::ops::AddAssign;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, BooleanArray, PrimitiveArray};
use arrow::datatypes::{
    ArrowPrimitiveType, DataType, DurationNanosecondType, Float64Type, Int64Type, TimeUnit,
};
use datafusion::common::DataFusionError;

use super::{Window, WindowFunction};
use crate::bind::implicit;
use crate::functions::Naming;
use crate::ir::{Scalar, Value};
use crate::types::KqlType;

pub(crate) const ROW_CUMSUM: Window = Window {
    name: "row_cumsum",
    signature: "row_cumsum(value, [restart: bool])",
    summary: "The sum of the values up to this row, nulls passed over; it starts anew where `restart` is true.",
    naming: Naming::Numbered,
    bind: |call| {
        call.arity(1..=2)?;
        let value = call.scalar(0)?;
        let given = value.kind;
        let value = match given {
            KqlType::Int => implicit(value, KqlType::Long).expect("int widens to long"),
            KqlType::Long | KqlType::Real | KqlType::Timespan => value,
            _ => return Err(call.wrong(0, "a number or a timespan", &format!("`{given}`"))),
        };
        let restart = if call.has(1) {
            call.boolean(1)?
        } else {
            Scalar::literal(Value::Bool(false), KqlType::Bool)
        };
        let kind = value.kind;
        Ok((&SUM, vec![value, restart], kind))
    },
};

pub(super) const SUM: WindowFunction = WindowFunction {
    name: "kql_row_cumsum",
    returns: None,
    evaluate: |arguments, rows| {
        let restarts = arguments[1].as_boolean();
        match arguments[0].data_type() {
            DataType::Int64 => {
                Ok(summed::<Int64Type, i128>(&arguments[0], restarts, rows, fitting))
            }
            DataType::Float64 => {
                Ok(summed::<Float64Type, f64>(&arguments[0], restarts, rows, Some))
            }
            DataType::Duration(TimeUnit::Nanosecond) => {
                Ok(summed::<DurationNanosecondType, i128>(&arguments[0], restarts, rows, fitting))
            }
            other => Err(DataFusionError::Internal(format!("row_cumsum over {other}"))),
        }
    },
};

/// The sum in 64 bits; null where it does not fit.
fn fitting(sum: i128) -> Option<i64> {
    i64::try_from(sum).ok()
}

/// The sums so far, kept in the type `S`.
fn summed<T, S>(
    values: &ArrayRef,
    restarts: &BooleanArray,
    rows: usize,
    result: fn(S) -> Option<T::Native>,
) -> ArrayRef
where
    T: ArrowPrimitiveType,
    S: Default + Copy + AddAssign + From<T::Native>,
{
    let values = values.as_primitive::<T>();
    let mut sum = S::default();
    let sums = (0..rows).map(|row| {
        if restarts.is_valid(row) && restarts.value(row) {
            sum = S::default();
        }
        if values.is_valid(row) {
            sum += S::from(values.value(row));
        }
        result(sum)
    });
    Arc::new(sums.collect::<PrimitiveArray<T>>())
}
