//! `row_cumsum`: the sum of all rows so far.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, ArrowNativeTypeOp, AsArray, BooleanArray, PrimitiveArray};
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
            DataType::Int64 => Ok(summed::<Int64Type>(&arguments[0], restarts, rows)),
            DataType::Float64 => Ok(summed::<Float64Type>(&arguments[0], restarts, rows)),
            DataType::Duration(TimeUnit::Nanosecond) => {
                Ok(summed::<DurationNanosecondType>(&arguments[0], restarts, rows))
            }
            other => Err(DataFusionError::Internal(format!("row_cumsum over {other}"))),
        }
    },
};

fn summed<T: ArrowPrimitiveType>(
    values: &ArrayRef,
    restarts: &BooleanArray,
    rows: usize,
) -> ArrayRef {
    let values = values.as_primitive::<T>();
    let mut sum = T::Native::default();
    let sums = (0..rows).map(|row| {
        if restarts.is_valid(row) && restarts.value(row) {
            sum = T::Native::default();
        }
        if values.is_valid(row) {
            sum = sum.add_wrapping(values.value(row));
        }
        sum
    });
    Arc::new(PrimitiveArray::<T>::from_iter_values(sums))
}
