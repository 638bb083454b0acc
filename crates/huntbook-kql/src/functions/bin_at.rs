//! `bin_at`: rounding down to a multiple that is aligned to a fixed point. A bin of zero or less gives null.

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

pub(crate) const BIN_AT: Function = Function {
    name: "bin_at",
    aliases: &[],
    signature: "bin_at(value, size, fixed_point)",
    summary: "The value rounded down to the fixed point plus or less a multiple of `size`: numbers by numbers, times and spans by a span. Null where `size` is not positive.",
    naming: Naming::FirstArgument,
    bind,
};

fn bind(call: &Call<'_>) -> std::result::Result<Scalar, Diagnostic> {
    use KqlType::{Datetime, Int, Long, Real, Timespan};
    call.arity(3..=3)?;
    let (value, size, point) = (call.scalar(0)?, call.scalar(1)?, call.scalar(2)?);
    let (kinds, kernel) = match (value.kind, size.kind, point.kind) {
        (Int | Long, Int | Long, Int | Long) => ([Long, Long, Long], &LONG),
        (Int | Long | Real, Int | Long | Real, Int | Long | Real) => ([Real, Real, Real], &REAL),
        (Datetime, Timespan, Datetime) => ([Datetime, Timespan, Datetime], &DATETIME),
        (Timespan, Timespan, Timespan) => ([Timespan, Timespan, Timespan], &TIMESPAN),
        (Datetime | Timespan, Timespan, other) => {
            return Err(call.wrong(2, &format!("a {}", value.kind), &format!("`{other}`")));
        }
        (Datetime | Timespan, other, _) => {
            return Err(call.wrong(1, "a timespan", &format!("`{other}`")));
        }
        (Int | Long | Real, other, _) if !other.is_number() => {
            return Err(call.wrong(1, "a number", &format!("`{other}`")));
        }
        (Int | Long | Real, _, other) => {
            return Err(call.wrong(2, "a number", &format!("`{other}`")));
        }
        (other, ..) => {
            let wanted = "a number, a datetime or a timespan";
            return Err(call.wrong(0, wanted, &format!("`{other}`")));
        }
    };
    let arguments = [value, size, point].into_iter().zip(kinds);
    let cast = |(value, kind)| implicit(value, kind).expect("numbers widen");
    Ok(Scalar::kernel(kernel, arguments.map(cast).collect()))
}

fn bin_whole(value: i64, size: i64, point: i64) -> Option<i64> {
    let (value, size, point) = (i128::from(value), i128::from(size), i128::from(point));
    i64::try_from(value - (value - point).rem_euclid((size > 0).then_some(size)?)).ok()
}

fn binned<V: ArrowPrimitiveType, S: ArrowPrimitiveType>(
    arguments: &Arguments<'_>,
    kind: KqlType,
    bin: impl Fn(V::Native, S::Native, V::Native) -> Option<V::Native>,
) -> Result<ArrayRef> {
    let (value, size) = (arguments.primitive::<V>(0)?, arguments.primitive::<S>(1)?);
    let point = arguments.primitive::<V>(2)?;
    arguments
        .primitive_column::<V>(kind, |row| bin(value.get(row)?, size.get(row)?, point.get(row)?))
}

const LONG: Kernel = Kernel {
    name: "kql_bin_at_long",
    returns: KqlType::Long,
    evaluate: |arguments| binned::<Int64Type, Int64Type>(arguments, KqlType::Long, bin_whole),
};
const REAL: Kernel = Kernel {
    name: "kql_bin_at_real",
    returns: KqlType::Real,
    evaluate: |arguments| {
        binned::<Float64Type, Float64Type>(arguments, KqlType::Real, |value, size, point| {
            (size > 0.0).then(|| ((value - point) / size).floor() * size + point)
        })
    },
};
const DATETIME: Kernel = Kernel {
    name: "kql_bin_at_datetime",
    returns: KqlType::Datetime,
    evaluate: |arguments| {
        binned::<TimestampNanosecondType, DurationNanosecondType>(
            arguments,
            KqlType::Datetime,
            bin_whole,
        )
    },
};
const TIMESPAN: Kernel = Kernel {
    name: "kql_bin_at_timespan",
    returns: KqlType::Timespan,
    evaluate: |arguments| {
        binned::<DurationNanosecondType, DurationNanosecondType>(
            arguments,
            KqlType::Timespan,
            bin_whole,
        )
    },
};

/// The kernels of this file, for the registry.
pub(crate) const KERNELS: &[&Kernel] = &[&LONG, &REAL, &DATETIME, &TIMESPAN];
