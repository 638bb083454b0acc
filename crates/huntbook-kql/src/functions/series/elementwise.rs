//! Functions that go through one or two series element by element.

use arrow::array::ArrayRef;
use datafusion::common::Result;
use huntbook_diagnostics::Diagnostic;
use serde_json::Value;

use super::{Series, number, real, reals};
use crate::bind::Call;
use crate::dynamic;
use crate::functions::{Function, Naming};
use crate::ir::Scalar;
use crate::kernel::{Arguments, Kernel};
use crate::types::KqlType;

macro_rules! of_one {
    ($($constant:ident, $kernel:ident, $name:literal, $kernel_name:literal, $summary:literal, $compute:expr;)+) => {
        $(pub(crate) const $constant: Function = Function {
            name: $name,
            aliases: &[],
            signature: concat!($name, "(series: dynamic) -> dynamic"),
            summary: $summary,
            naming: Naming::Numbered,
            bind: |call| {
                call.arity(1..=1)?;
                Ok(Scalar::kernel(&$kernel, vec![call.dynamic(0)?]))
            },
        };
        const $kernel: Kernel = Kernel {
            name: $kernel_name,
            returns: KqlType::Dynamic,
            evaluate: |arguments| each(arguments, $compute),
        };)+
    };
}

of_one! {
    SERIES_ABS, ABS, "series_abs", "kql_series_abs", "Each number without its sign.", f64::abs;
    SERIES_ACOS, ACOS, "series_acos", "kql_series_acos", "The arc cosine of each number.", f64::acos;
    SERIES_ASIN, ASIN, "series_asin", "kql_series_asin", "The arc sine of each number.", f64::asin;
    SERIES_ATAN, ATAN, "series_atan", "kql_series_atan", "The arc tangent of each number.", f64::atan;
    SERIES_CEILING, CEILING, "series_ceiling", "kql_series_ceiling", "Each number rounded up.", f64::ceil;
    SERIES_COS, COS, "series_cos", "kql_series_cos", "The cosine of each number.", f64::cos;
    SERIES_EXP, EXP, "series_exp", "kql_series_exp", "e to the power of each number.", f64::exp;
    SERIES_FLOOR, FLOOR, "series_floor", "kql_series_floor", "Each number rounded down.", f64::floor;
    SERIES_LOG, LOG, "series_log", "kql_series_log", "The natural logarithm of each number.", f64::ln;
    SERIES_SIGN, SIGN, "series_sign", "kql_series_sign", "1, 0 or -1 for each number.", |number| {
        if number == 0.0 { 0.0 } else { number.signum() }
    };
    SERIES_SIN, SIN, "series_sin", "kql_series_sin", "The sine of each number.", f64::sin;
    SERIES_TAN, TAN, "series_tan", "kql_series_tan", "The tangent of each number.", f64::tan;
}

fn each(arguments: &Arguments<'_>, compute: fn(f64) -> f64) -> Result<ArrayRef> {
    let series = arguments.text(0)?;
    arguments.text_column(|row| {
        let series = Series::of(series.value(row))?;
        Some(reals(series.numbers.into_iter().map(|number| number.map(compute))))
    })
}

macro_rules! of_two {
    ($($constant:ident, $kernel:ident, $name:literal, $kernel_name:literal, $summary:literal, $compute:expr;)+) => {
        $(pub(crate) const $constant: Function = Function {
            name: $name,
            aliases: &[],
            signature: concat!($name, "(series, series) -> dynamic"),
            summary: concat!($summary, " Null where an element is no number or one series is shorter; a number stands for a series of itself."),
            naming: Naming::Numbered,
            bind: |call| {
                bind(call, &$kernel)
            },
        };
        const $kernel: Kernel = Kernel {
            name: $kernel_name,
            returns: KqlType::Dynamic,
            evaluate: |arguments| pairs(arguments, $compute),
        };)+
    };
}

of_two! {
    SERIES_ADD, ADD, "series_add", "kql_series_add", "The sums of the elements.",
        |left, right| exact(left, right, i64::checked_add, |left, right| left + right);
    SERIES_SUBTRACT, SUBTRACT, "series_subtract", "kql_series_subtract", "The differences of the elements.",
        |left, right| exact(left, right, i64::checked_sub, |left, right| left - right);
    SERIES_MULTIPLY, MULTIPLY, "series_multiply", "kql_series_multiply", "The products of the elements.",
        |left, right| exact(left, right, i64::checked_mul, |left, right| left * right);
    SERIES_DIVIDE, DIVIDE, "series_divide", "kql_series_divide", "The quotients of the elements, as reals.",
        |left, right| Some(real(number(left)? / number(right)?));
    SERIES_POW, POW, "series_pow", "kql_series_pow", "The elements of the first series to the power of those of the second.",
        |left, right| Some(real(number(left)?.powf(number(right)?)));
    SERIES_LESS, LESS, "series_less", "kql_series_less", "Whether each element is less.",
        |left, right| Some(Value::Bool(number(left)? < number(right)?));
    SERIES_LESS_EQUALS, LESS_EQUALS, "series_less_equals", "kql_series_less_equals", "Whether each element is less or equal.",
        |left, right| Some(Value::Bool(number(left)? <= number(right)?));
    SERIES_GREATER, GREATER, "series_greater", "kql_series_greater", "Whether each element is greater.",
        |left, right| Some(Value::Bool(number(left)? > number(right)?));
    SERIES_GREATER_EQUALS, GREATER_EQUALS, "series_greater_equals", "kql_series_greater_equals", "Whether each element is greater or equal.",
        |left, right| Some(Value::Bool(number(left)? >= number(right)?));
    SERIES_EQUALS, EQUALS, "series_equals", "kql_series_equals", "Whether the elements are equal.",
        |left, right| Some(Value::Bool(same(left, right)?));
    SERIES_NOT_EQUALS, NOT_EQUALS, "series_not_equals", "kql_series_not_equals", "Whether the elements differ.",
        |left, right| Some(Value::Bool(!same(left, right)?));
}

#[expect(clippy::float_cmp, reason = "KQL's `==` on reals is exact")]
fn same(left: &Value, right: &Value) -> Option<bool> {
    Some(number(left)? == number(right)?)
}

/// Whole numbers stay whole; where the result has no 64 bits it is null.
fn exact(
    left: &Value,
    right: &Value,
    whole: fn(i64, i64) -> Option<i64>,
    reals: fn(f64, f64) -> f64,
) -> Option<Value> {
    match (left.as_i64(), right.as_i64()) {
        (Some(left), Some(right)) => whole(left, right).map(Value::from),
        _ => Some(real(reals(number(left)?, number(right)?))),
    }
}

fn bind(call: &Call<'_>, kernel: &'static Kernel) -> std::result::Result<Scalar, Diagnostic> {
    call.arity(2..=2)?;
    let operand = |index: usize| match call.scalar(index)?.kind {
        KqlType::Dynamic | KqlType::Int | KqlType::Long | KqlType::Real => call.as_dynamic(index),
        other => Err(call.wrong(index, "a series or a number", &format!("`{other}`"))),
    };
    Ok(Scalar::kernel(kernel, vec![operand(0)?, operand(1)?]))
}

fn pairs(
    arguments: &Arguments<'_>,
    compute: fn(&Value, &Value) -> Option<Value>,
) -> Result<ArrayRef> {
    let (left, right) = (arguments.text(0)?, arguments.text(1)?);
    arguments.text_column(|row| {
        let (left, right) = (dynamic::parse(left.value(row)?), dynamic::parse(right.value(row)?));
        let length = match (&left, &right) {
            (Value::Array(left), Value::Array(right)) => left.len().max(right.len()),
            (Value::Array(series), other) | (other, Value::Array(series)) if other.is_number() => {
                series.len()
            }
            _ => return None,
        };
        let at = |value: &Value, position: usize| match value {
            Value::Array(items) => items.get(position).cloned().unwrap_or_default(),
            number => number.clone(),
        };
        let pair = |position| compute(&at(&left, position), &at(&right, position));
        let result: Value =
            (0..length).map(|position| pair(position).unwrap_or_default()).collect();
        Some(result.to_string())
    })
}

/// The kernels of this file, for the registry.
pub(crate) const KERNELS: &[&Kernel] = &[
    &ABS,
    &ACOS,
    &ASIN,
    &ATAN,
    &CEILING,
    &COS,
    &EXP,
    &FLOOR,
    &LOG,
    &SIGN,
    &SIN,
    &TAN,
    &ADD,
    &SUBTRACT,
    &MULTIPLY,
    &DIVIDE,
    &POW,
    &LESS,
    &LESS_EQUALS,
    &GREATER,
    &GREATER_EQUALS,
    &EQUALS,
    &NOT_EQUALS,
];
