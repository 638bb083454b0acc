//! `bin`: rounding down to a multiple. Times count from 0001-01-01, a Monday, so bins of `7d` begin on
//! Mondays. A bin of zero or less gives null.

use arrow::array::ArrayRef;
use arrow::datatypes::{
    ArrowPrimitiveType, Decimal256Type, DurationNanosecondType, Float64Type, Int64Type,
    TimestampNanosecondType,
};
use datafusion::common::Result;

use super::{Function, Naming};
use crate::bind::implicit;
use crate::decimal;
use crate::ir::Scalar;
use crate::kernel::{Arguments, Kernel};
use crate::time::DAY;
use crate::types::KqlType;

pub(crate) const BIN: Function = Function {
    name: "bin",
    aliases: &["floor"],
    signature: "bin(value, size)",
    summary: "The value rounded down to a multiple of `size`: numbers by a number, times and spans by a span. Null where `size` is not positive.",
    naming: Naming::FirstArgument,
    bind: |call| {
        use KqlType::{Datetime, Decimal, Dynamic, Int, Long, Real, Timespan};
        call.arity(2..=2)?;
        let (value, size) = (call.scalar(0)?, call.scalar(1)?);
        let (kinds, kernel) = match (value.kind, size.kind) {
            (Int | Long | Dynamic, Int | Long) => ((Long, Long), &BIN_LONG),
            (Int | Long | Real | Dynamic, Real) | (Real, Int | Long) => ((Real, Real), &BIN_REAL),
            (Decimal, Int | Long | Real | Decimal) | (Int | Long | Real, Decimal) => {
                ((Decimal, Decimal), &BIN_DECIMAL)
            }
            (Datetime, Timespan) => ((Datetime, Timespan), &BIN_DATETIME),
            (Timespan, Timespan) => ((Timespan, Timespan), &BIN_TIMESPAN),
            (Int | Long | Real, _) => {
                return Err(call.wrong(1, "a number", &format!("`{}`", size.kind)));
            }
            (Datetime | Timespan, _) => {
                return Err(call.wrong(1, "a timespan", &format!("`{}`", size.kind)));
            }
            (other, _) => {
                return Err(call.wrong(
                    0,
                    "a number, a datetime or a timespan",
                    &format!("`{other}`"),
                ));
            }
        };
        let cast = |value, kind| implicit(value, kind).expect("numbers widen and dynamics cast");
        Ok(Scalar::kernel(kernel, vec![cast(value, kinds.0), cast(size, kinds.1)]))
    },
};

/// Nanoseconds from 0001-01-01 to 1970-01-01; more than 64 bits hold.
const YEAR_ONE: i128 = 719_162 * DAY as i128;

pub(super) fn bin_datetime(time: i64, size: i64) -> Option<i64> {
    let (since, size) = (i128::from(time) + YEAR_ONE, i128::from(size));
    i64::try_from(since - since.rem_euclid((size > 0).then_some(size)?) - YEAR_ONE).ok()
}

fn bin_whole(value: i64, size: i64) -> Option<i64> {
    (size > 0).then(|| value.checked_sub(value.rem_euclid(size)))?
}

fn binned<V: ArrowPrimitiveType, S: ArrowPrimitiveType>(
    arguments: &Arguments<'_>,
    kind: KqlType,
    bin: fn(V::Native, S::Native) -> Option<V::Native>,
) -> Result<ArrayRef> {
    let (value, size) = (arguments.primitive::<V>(0)?, arguments.primitive::<S>(1)?);
    arguments.primitive_column::<V>(kind, |row| bin(value.get(row)?, size.get(row)?))
}

pub(crate) const BIN_LONG: Kernel = Kernel {
    name: "kql_bin_long",
    returns: KqlType::Long,
    evaluate: |arguments| binned::<Int64Type, Int64Type>(arguments, KqlType::Long, bin_whole),
};
pub(crate) const BIN_REAL: Kernel = Kernel {
    name: "kql_bin_real",
    returns: KqlType::Real,
    evaluate: |arguments| {
        binned::<Float64Type, Float64Type>(arguments, KqlType::Real, |value, size| {
            (size > 0.0).then(|| (value / size).floor() * size)
        })
    },
};
pub(crate) const BIN_DECIMAL: Kernel = Kernel {
    name: "kql_bin_decimal",
    returns: KqlType::Decimal,
    evaluate: |arguments| {
        binned::<Decimal256Type, Decimal256Type>(arguments, KqlType::Decimal, decimal::bin)
    },
};
pub(crate) const BIN_DATETIME: Kernel = Kernel {
    name: "kql_bin_datetime",
    returns: KqlType::Datetime,
    evaluate: |arguments| {
        binned::<TimestampNanosecondType, DurationNanosecondType>(
            arguments,
            KqlType::Datetime,
            bin_datetime,
        )
    },
};
pub(crate) const BIN_TIMESPAN: Kernel = Kernel {
    name: "kql_bin_timespan",
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
pub(crate) const KERNELS: &[&Kernel] =
    &[&BIN_LONG, &BIN_REAL, &BIN_DECIMAL, &BIN_DATETIME, &BIN_TIMESPAN];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_week_begins_on_monday() {
        // 1970-01-01 was a Thursday.
        assert_eq!(bin_datetime(0, 7 * DAY), Some(-3 * DAY));
    }

    #[test]
    fn negatives_are_rounded_down_and_sizes_are_positive() {
        assert_eq!(bin_whole(-1, 5), Some(-5));
        assert_eq!(bin_whole(4, 0), None);
        assert_eq!(bin_whole(4, -1), None);
        assert_eq!(bin_whole(i64::MIN, 7), None);
    }
}
