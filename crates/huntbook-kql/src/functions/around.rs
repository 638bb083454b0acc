//! `around`: whether a value lies near another.

use arrow::array::ArrayRef;
use arrow::datatypes::{
    ArrowPrimitiveType, DurationNanosecondType, Float64Type, Int64Type, TimestampNanosecondType,
};
use datafusion::common::Result;
use huntbook_diagnostics::Diagnostic;

use super::{Function, Naming};
use crate::bind::{Call, implicit};
use crate::ir::Scalar;
use crate::kernel::{Arguments, Kernel};
use crate::types::KqlType;

pub(crate) const AROUND: Function = Function {
    name: "around",
    aliases: &[],
    signature: "around(value, center, delta) -> bool",
    summary: "Whether the value lies between the center less the delta and the center plus the delta, both included: numbers with numbers, times and spans with a span. Null with any null.",
    naming: Naming::Numbered,
    bind,
};

fn bind(call: &Call<'_>) -> std::result::Result<Scalar, Diagnostic> {
    use KqlType::{Datetime, Int, Long, Real, Timespan};
    call.arity(3..=3)?;
    let (value, center, delta) = (call.scalar(0)?, call.scalar(1)?, call.scalar(2)?);
    let (kinds, kernel) = match (value.kind, center.kind, delta.kind) {
        (Int | Long, Int | Long, Int | Long) => ([Long, Long, Long], &LONG),
        (Int | Long | Real, Int | Long | Real, Int | Long | Real) => ([Real, Real, Real], &REAL),
        (Datetime, Datetime, Timespan) => ([Datetime, Datetime, Timespan], &DATETIME),
        (Timespan, Timespan, Timespan) => ([Timespan, Timespan, Timespan], &TIMESPAN),
        (Datetime | Timespan | Int | Long | Real, other, _) if other != value.kind => {
            return Err(call.wrong(1, &format!("a {}", value.kind), &format!("`{other}`")));
        }
        (Datetime | Timespan, _, other) => {
            return Err(call.wrong(2, "a timespan", &format!("`{other}`")));
        }
        (Int | Long | Real, _, other) => {
            return Err(call.wrong(2, "a number", &format!("`{other}`")));
        }
        (other, ..) => {
            let wanted = "a number, a datetime or a timespan";
            return Err(call.wrong(0, wanted, &format!("`{other}`")));
        }
    };
    let arguments = [value, center, delta].into_iter().zip(kinds);
    let cast = |(value, kind)| implicit(value, kind).expect("numbers widen");
    Ok(Scalar::kernel(kernel, arguments.map(cast).collect()))
}

fn is_near(value: i64, center: i64, delta: i64) -> bool {
    (i128::from(value) - i128::from(center)).abs() <= i128::from(delta)
}

fn near<V: ArrowPrimitiveType, D: ArrowPrimitiveType>(
    arguments: &Arguments<'_>,
    is_near: impl Fn(V::Native, V::Native, D::Native) -> bool,
) -> Result<ArrayRef> {
    let (value, center) = (arguments.primitive::<V>(0)?, arguments.primitive::<V>(1)?);
    let delta = arguments.primitive::<D>(2)?;
    arguments.bool_column(|row| Some(is_near(value.get(row)?, center.get(row)?, delta.get(row)?)))
}

const LONG: Kernel = Kernel {
    name: "kql_around_long",
    returns: KqlType::Bool,
    evaluate: |arguments| near::<Int64Type, Int64Type>(arguments, is_near),
};
const REAL: Kernel = Kernel {
    name: "kql_around_real",
    returns: KqlType::Bool,
    evaluate: |arguments| {
        near::<Float64Type, Float64Type>(arguments, |value, center, delta| {
            center - delta <= value && value <= center + delta
        })
    },
};
const DATETIME: Kernel = Kernel {
    name: "kql_around_datetime",
    returns: KqlType::Bool,
    evaluate: |arguments| {
        near::<TimestampNanosecondType, DurationNanosecondType>(arguments, is_near)
    },
};
const TIMESPAN: Kernel = Kernel {
    name: "kql_around_timespan",
    returns: KqlType::Bool,
    evaluate: |arguments| {
        near::<DurationNanosecondType, DurationNanosecondType>(arguments, is_near)
    },
};

/// The kernels of this file, for the registry.
pub(crate) const KERNELS: &[&Kernel] = &[&LONG, &REAL, &DATETIME, &TIMESPAN];
