//! `+ - * / %` on numbers, times and spans.
//!
//! Whole numbers are computed as `long`; a result that does not fit, and division by zero, are null. The
//! remainder is never negative, as KQL's page on numerical operators says. Reals follow IEEE 754;
//! a decimal beside another number makes it one. A time
//! out of range is null.

use arrow::array::ArrayRef;
use arrow::datatypes::{
    ArrowPrimitiveType, Decimal256Type, DurationNanosecondType, Float64Type, Int64Type,
    TimestampNanosecondType,
};
use datafusion::common::Result;
use huntbook_kql_syntax::ast::BinaryOperator;

use crate::convert::real_to_long;
use crate::decimal;
use crate::kernel::{Arguments, Kernel};
use crate::types::KqlType;

/// The kernel of an operator for operands of exactly these types.
pub(crate) fn find(
    operator: BinaryOperator,
    left: KqlType,
    right: KqlType,
) -> Option<&'static Kernel> {
    use BinaryOperator::{Add, Divide, Modulo, Multiply, Subtract};
    use KqlType::{Datetime, Decimal, Long, Real, Timespan};
    Some(match (operator, left, right) {
        (Add, Long, Long) => &ADD_LONG,
        (Add, Real, Real) => &ADD_REAL,
        (Add, Decimal, Decimal) => &ADD_DECIMAL,
        (Subtract, Decimal, Decimal) => &SUBTRACT_DECIMAL,
        (Multiply, Decimal, Decimal) => &MULTIPLY_DECIMAL,
        (Divide, Decimal, Decimal) => &DIVIDE_DECIMAL,
        (Modulo, Decimal, Decimal) => &MODULO_DECIMAL,
        (Add, Datetime, Timespan) => &ADD_DATETIME_TIMESPAN,
        (Add, Timespan, Datetime) => &ADD_TIMESPAN_DATETIME,
        (Add, Timespan, Timespan) => &ADD_TIMESPAN,
        (Subtract, Long, Long) => &SUBTRACT_LONG,
        (Subtract, Real, Real) => &SUBTRACT_REAL,
        (Subtract, Datetime, Datetime) => &SUBTRACT_DATETIME,
        (Subtract, Datetime, Timespan) => &SUBTRACT_DATETIME_TIMESPAN,
        (Subtract, Timespan, Timespan) => &SUBTRACT_TIMESPAN,
        (Multiply, Long, Long) => &MULTIPLY_LONG,
        (Multiply, Real, Real) => &MULTIPLY_REAL,
        (Multiply, Timespan, Real) => &MULTIPLY_TIMESPAN_REAL,
        (Multiply, Real, Timespan) => &MULTIPLY_REAL_TIMESPAN,
        (Divide, Long, Long) => &DIVIDE_LONG,
        (Divide, Real, Real) => &DIVIDE_REAL,
        (Divide, Timespan, Timespan) => &DIVIDE_TIMESPAN,
        (Divide, Timespan, Real) => &DIVIDE_TIMESPAN_REAL,
        (Modulo, Long, Long) => &MODULO_LONG,
        (Modulo, Real, Real) => &MODULO_REAL,
        (Modulo, Timespan, Timespan) => &MODULO_TIMESPAN,
        _ => return None,
    })
}

/// A kernel of two primitive columns; a null on either side gives a null.
fn binary<L, R, O>(
    arguments: &Arguments<'_>,
    kind: KqlType,
    compute: fn(L::Native, R::Native) -> Option<O::Native>,
) -> Result<ArrayRef>
where
    L: ArrowPrimitiveType,
    R: ArrowPrimitiveType,
    O: ArrowPrimitiveType,
{
    let (left, right) = (arguments.primitive::<L>(0)?, arguments.primitive::<R>(1)?);
    arguments.primitive_column::<O>(kind, |row| compute(left.get(row)?, right.get(row)?))
}

macro_rules! kernels {
    ($($constant:ident, $name:literal, ($left:ty, $right:ty) -> $out:ty, $returns:ident, $compute:expr;)+) => {
        $(const $constant: Kernel = Kernel {
            name: $name,
            returns: KqlType::$returns,
            evaluate: |arguments| binary::<$left, $right, $out>(arguments, KqlType::$returns, $compute),
        };)+
    };
}

type Time = TimestampNanosecondType;
type Span = DurationNanosecondType;

fn scale(span: i64, factor: f64) -> Option<i64> {
    // Whole factors are exact; others are rounded to the nanosecond.
    match real_to_long(factor) {
        Some(whole) if factor.fract().abs() < f64::EPSILON => span.checked_mul(whole),
        _ => real_to_long((span as f64 * factor).round()),
    }
}

kernels! {
    ADD_DECIMAL, "kql_add_decimal", (Decimal256Type, Decimal256Type) -> Decimal256Type, Decimal, decimal::add;
    SUBTRACT_DECIMAL, "kql_subtract_decimal", (Decimal256Type, Decimal256Type) -> Decimal256Type, Decimal, decimal::subtract;
    MULTIPLY_DECIMAL, "kql_multiply_decimal", (Decimal256Type, Decimal256Type) -> Decimal256Type, Decimal, decimal::multiply;
    DIVIDE_DECIMAL, "kql_divide_decimal", (Decimal256Type, Decimal256Type) -> Decimal256Type, Decimal, decimal::divide;
    MODULO_DECIMAL, "kql_modulo_decimal", (Decimal256Type, Decimal256Type) -> Decimal256Type, Decimal, decimal::modulo;
    ADD_LONG, "kql_add_long", (Int64Type, Int64Type) -> Int64Type, Long, i64::checked_add;
    ADD_REAL, "kql_add_real", (Float64Type, Float64Type) -> Float64Type, Real, |a, b| Some(a + b);
    ADD_DATETIME_TIMESPAN, "kql_add_datetime_timespan", (Time, Span) -> Time, Datetime, i64::checked_add;
    ADD_TIMESPAN_DATETIME, "kql_add_timespan_datetime", (Span, Time) -> Time, Datetime, i64::checked_add;
    ADD_TIMESPAN, "kql_add_timespan", (Span, Span) -> Span, Timespan, i64::checked_add;
    SUBTRACT_LONG, "kql_subtract_long", (Int64Type, Int64Type) -> Int64Type, Long, i64::checked_sub;
    SUBTRACT_REAL, "kql_subtract_real", (Float64Type, Float64Type) -> Float64Type, Real, |a, b| Some(a - b);
    SUBTRACT_DATETIME, "kql_subtract_datetime", (Time, Time) -> Span, Timespan, i64::checked_sub;
    SUBTRACT_DATETIME_TIMESPAN, "kql_subtract_datetime_timespan", (Time, Span) -> Time, Datetime, i64::checked_sub;
    SUBTRACT_TIMESPAN, "kql_subtract_timespan", (Span, Span) -> Span, Timespan, i64::checked_sub;
    MULTIPLY_LONG, "kql_multiply_long", (Int64Type, Int64Type) -> Int64Type, Long, i64::checked_mul;
    MULTIPLY_REAL, "kql_multiply_real", (Float64Type, Float64Type) -> Float64Type, Real, |a, b| Some(a * b);
    MULTIPLY_TIMESPAN_REAL, "kql_multiply_timespan_real", (Span, Float64Type) -> Span, Timespan, scale;
    MULTIPLY_REAL_TIMESPAN, "kql_multiply_real_timespan", (Float64Type, Span) -> Span, Timespan, |factor, span| scale(span, factor);
    DIVIDE_LONG, "kql_divide_long", (Int64Type, Int64Type) -> Int64Type, Long, i64::checked_div;
    DIVIDE_REAL, "kql_divide_real", (Float64Type, Float64Type) -> Float64Type, Real, |a, b| Some(a / b);
    DIVIDE_TIMESPAN, "kql_divide_timespan", (Span, Span) -> Float64Type, Real, |a, b| (b != 0).then(|| a as f64 / b as f64);
    DIVIDE_TIMESPAN_REAL, "kql_divide_timespan_real", (Span, Float64Type) -> Span, Timespan, |span, divisor| {
        real_to_long((span as f64 / divisor).round())
    };
    MODULO_LONG, "kql_modulo_long", (Int64Type, Int64Type) -> Int64Type, Long, i64::checked_rem_euclid;
    MODULO_REAL, "kql_modulo_real", (Float64Type, Float64Type) -> Float64Type, Real, |a, b| Some(a.rem_euclid(b));
    MODULO_TIMESPAN, "kql_modulo_timespan", (Span, Span) -> Span, Timespan, i64::checked_rem_euclid;
}

/// The kernels of this file, for the registry.
pub(crate) const KERNELS: &[&Kernel] = &[
    &ADD_DECIMAL,
    &SUBTRACT_DECIMAL,
    &MULTIPLY_DECIMAL,
    &DIVIDE_DECIMAL,
    &MODULO_DECIMAL,
    &ADD_LONG,
    &ADD_REAL,
    &ADD_DATETIME_TIMESPAN,
    &ADD_TIMESPAN_DATETIME,
    &ADD_TIMESPAN,
    &SUBTRACT_LONG,
    &SUBTRACT_REAL,
    &SUBTRACT_DATETIME,
    &SUBTRACT_DATETIME_TIMESPAN,
    &SUBTRACT_TIMESPAN,
    &MULTIPLY_LONG,
    &MULTIPLY_REAL,
    &MULTIPLY_TIMESPAN_REAL,
    &MULTIPLY_REAL_TIMESPAN,
    &DIVIDE_LONG,
    &DIVIDE_REAL,
    &DIVIDE_TIMESPAN,
    &DIVIDE_TIMESPAN_REAL,
    &MODULO_LONG,
    &MODULO_REAL,
    &MODULO_TIMESPAN,
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_times_have_no_sum() {
        assert!(find(BinaryOperator::Add, KqlType::Datetime, KqlType::Datetime).is_none());
    }

    #[test]
    fn scaling_a_span_by_a_whole_number_is_exact() {
        assert_eq!(scale(i64::MAX / 3, 3.0), Some(i64::MAX / 3 * 3));
        assert_eq!(scale(i64::MAX, 2.0), None);
        assert_eq!(scale(3, 0.5), Some(2));
    }
}
