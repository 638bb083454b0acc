//! Functions of numbers.

use arrow::array::ArrayRef;
use arrow::datatypes::{Float64Type, Int64Type};
use datafusion::common::Result;
use huntbook_diagnostics::Diagnostic;

use super::{Function, Naming};
use crate::bind::Call;
use crate::ir::Scalar;
use crate::kernel::{Arguments, Kernel};
use crate::types::KqlType;

macro_rules! of_real {
    ($($constant:ident, $kernel:ident, $name:literal, $kernel_name:literal, $naming:expr, $summary:literal, $compute:expr;)+) => {
        $(pub(crate) const $constant: Function = Function {
            name: $name,
            aliases: &[],
            signature: concat!($name, "(number: real) -> real"),
            summary: $summary,
            naming: $naming,
            bind: |call| {
                call.arity(1..=1)?;
                Ok(Scalar::kernel(&$kernel, vec![call.typed(0, KqlType::Real)?]))
            },
        };
        const $kernel: Kernel = Kernel {
            name: $kernel_name,
            returns: KqlType::Real,
            evaluate: |arguments| real(arguments, $compute),
        };)+
    };
}

fn real(arguments: &Arguments<'_>, compute: fn(f64) -> f64) -> Result<ArrayRef> {
    let number = arguments.primitive::<Float64Type>(0)?;
    arguments.primitive_column::<Float64Type>(KqlType::Real, |row| number.get(row).map(compute))
}

of_real! {
    SQRT, SQRT_KERNEL, "sqrt", "kql_sqrt", Naming::FirstArgument, "The square root; NaN of a negative number.", f64::sqrt;
    EXP, EXP_KERNEL, "exp", "kql_exp", Naming::FirstArgument, "e to the power of the number.", f64::exp;
    LOG, LOG_KERNEL, "log", "kql_log", Naming::FirstArgument, "The natural logarithm.", f64::ln;
    LOG2, LOG2_KERNEL, "log2", "kql_log2", Naming::FirstArgument, "The logarithm to base 2.", f64::log2;
    EXP2, EXP2_KERNEL, "exp2", "kql_exp2", Naming::FirstArgument, "2 to the power of the number.", f64::exp2;
    EXP10, EXP10_KERNEL, "exp10", "kql_exp10", Naming::FirstArgument, "10 to the power of the number.", |number| 10_f64.powf(number);
    SIN, SIN_KERNEL, "sin", "kql_sin", Naming::FirstArgument, "The sine of the angle in radians.", f64::sin;
    COS, COS_KERNEL, "cos", "kql_cos", Naming::FirstArgument, "The cosine of the angle in radians.", f64::cos;
    TAN, TAN_KERNEL, "tan", "kql_tan", Naming::FirstArgument, "The tangent of the angle in radians.", f64::tan;
    COT, COT_KERNEL, "cot", "kql_cot", Naming::Numbered, "The cotangent of the angle in radians.", |number| number.tan().recip();
    ASIN, ASIN_KERNEL, "asin", "kql_asin", Naming::FirstArgument, "The angle in radians whose sine is the number; NaN outside of -1 to 1.", f64::asin;
    ACOS, ACOS_KERNEL, "acos", "kql_acos", Naming::FirstArgument, "The angle in radians whose cosine is the number; NaN outside of -1 to 1.", f64::acos;
    ATAN, ATAN_KERNEL, "atan", "kql_atan", Naming::FirstArgument, "The angle in radians whose tangent is the number.", f64::atan;
    DEGREES, DEGREES_KERNEL, "degrees", "kql_degrees", Naming::Numbered, "The angle in radians as degrees.", |number| number * 180.0 / std::f64::consts::PI;
    RADIANS, RADIANS_KERNEL, "radians", "kql_radians", Naming::Numbered, "The angle in degrees as radians.", |number| number * std::f64::consts::PI / 180.0;
    LOG10, LOG10_KERNEL, "log10", "kql_log10", Naming::FirstArgument, "The logarithm to base 10.", f64::log10;
}

pub(crate) const CEILING: Function = Function {
    name: "ceiling",
    aliases: &[],
    signature: "ceiling(number)",
    summary: "The smallest whole number that is not less; a whole number stays.",
    naming: Naming::FirstArgument,
    bind: |call| {
        call.arity(1..=1)?;
        match call.scalar(0)?.kind {
            KqlType::Int | KqlType::Long => call.long(0),
            _ => Ok(Scalar::kernel(&CEILING_KERNEL, vec![call.typed(0, KqlType::Real)?])),
        }
    },
};

const CEILING_KERNEL: Kernel = Kernel {
    name: "kql_ceiling",
    returns: KqlType::Real,
    evaluate: |arguments| real(arguments, f64::ceil),
};

macro_rules! tests_of_real {
    ($($constant:ident, $kernel:ident, $name:literal, $kernel_name:literal, $summary:literal, $compute:expr;)+) => {
        $(pub(crate) const $constant: Function = Function {
            name: $name,
            aliases: &[],
            signature: concat!($name, "(number: real) -> bool"),
            summary: $summary,
            naming: Naming::Numbered,
            bind: |call| {
                call.arity(1..=1)?;
                Ok(Scalar::kernel(&$kernel, vec![call.typed(0, KqlType::Real)?]))
            },
        };
        const $kernel: Kernel = Kernel {
            name: $kernel_name,
            returns: KqlType::Bool,
            evaluate: |arguments| {
                let number = arguments.primitive::<Float64Type>(0)?;
                let test: fn(f64) -> bool = $compute;
                arguments.bool_column(|row| number.get(row).map(test))
            },
        };)+
    };
}

tests_of_real! {
    ISNAN, ISNAN_KERNEL, "isnan", "kql_isnan", "Whether the number is NaN.", f64::is_nan;
    ISINF, ISINF_KERNEL, "isinf", "kql_isinf", "Whether the number is infinite.", f64::is_infinite;
    ISFINITE, ISFINITE_KERNEL, "isfinite", "kql_isfinite", "Whether the number is neither infinite nor NaN.", f64::is_finite;
}

pub(crate) const ABS: Function = Function {
    name: "abs",
    aliases: &[],
    signature: "abs(number)",
    summary: "The number, or span, without its sign.",
    naming: Naming::FirstArgument,
    bind: |call| {
        call.arity(1..=1)?;
        match call.scalar(0)?.kind {
            KqlType::Int | KqlType::Long => Ok(Scalar::kernel(&ABS_LONG, vec![call.long(0)?])),
            KqlType::Timespan => Ok(Scalar::kernel(&ABS_TIMESPAN, vec![call.scalar(0)?])),
            _ => Ok(Scalar::kernel(&ABS_REAL, vec![call.typed(0, KqlType::Real)?])),
        }
    },
};

const ABS_LONG: Kernel = Kernel {
    name: "kql_abs_long",
    returns: KqlType::Long,
    evaluate: |arguments| {
        let number = arguments.primitive::<Int64Type>(0)?;
        arguments.primitive_column::<Int64Type>(KqlType::Long, |row| number.get(row)?.checked_abs())
    },
};
const ABS_REAL: Kernel = Kernel {
    name: "kql_abs_real",
    returns: KqlType::Real,
    evaluate: |arguments| real(arguments, f64::abs),
};
const ABS_TIMESPAN: Kernel = Kernel {
    name: "kql_abs_timespan",
    returns: KqlType::Timespan,
    evaluate: |arguments| {
        use arrow::datatypes::DurationNanosecondType;
        let span = arguments.primitive::<DurationNanosecondType>(0)?;
        arguments.primitive_column::<DurationNanosecondType>(KqlType::Timespan, |row| {
            span.get(row)?.checked_abs()
        })
    },
};

pub(crate) const ROUND: Function = Function {
    name: "round",
    aliases: &[],
    signature: "round(number: real, [digits: long]) -> real",
    summary: "The number rounded to so many digits behind the point, 0 of them by default; halves go to the even neighbour.",
    naming: Naming::FirstArgument,
    bind: |call| {
        call.arity(1..=2)?;
        let digits = if call.has(1) { call.long(1)? } else { Scalar::long(0) };
        Ok(Scalar::kernel(&ROUND_KERNEL, vec![call.typed(0, KqlType::Real)?, digits]))
    },
};

const ROUND_KERNEL: Kernel = Kernel {
    name: "kql_round",
    returns: KqlType::Real,
    evaluate: |arguments| {
        let (number, digits) =
            (arguments.primitive::<Float64Type>(0)?, arguments.primitive::<Int64Type>(1)?);
        arguments.primitive_column::<Float64Type>(KqlType::Real, |row| {
            let (number, digits) = (number.get(row)?, i32::try_from(digits.get(row)?).ok()?);
            let scale = 10_f64.powi(digits.abs());
            let scaled = if digits < 0 { number / scale } else { number * scale };
            if !scaled.is_finite() || scale.is_infinite() {
                return Some(number);
            }
            let rounded = scaled.round_ties_even();
            Some(if digits < 0 { rounded * scale } else { rounded / scale })
        })
    },
};

pub(crate) const POW: Function = Function {
    name: "pow",
    aliases: &[],
    signature: "pow(base: real, exponent: real) -> real",
    summary: "The base to the power of the exponent.",
    naming: Naming::FirstArgument,
    bind: |call| {
        call.arity(2..=2)?;
        Ok(Scalar::kernel(
            &POW_KERNEL,
            vec![call.typed(0, KqlType::Real)?, call.typed(1, KqlType::Real)?],
        ))
    },
};

const POW_KERNEL: Kernel = Kernel {
    name: "kql_pow",
    returns: KqlType::Real,
    evaluate: |arguments| {
        let (base, exponent) =
            (arguments.primitive::<Float64Type>(0)?, arguments.primitive::<Float64Type>(1)?);
        arguments.primitive_column::<Float64Type>(KqlType::Real, |row| {
            Some(base.get(row)?.powf(exponent.get(row)?))
        })
    },
};

pub(crate) const SIGN: Function = Function {
    name: "sign",
    aliases: &[],
    signature: "sign(number: real) -> real",
    summary: "1, 0 or -1.",
    naming: Naming::Numbered,
    bind: |call| {
        call.arity(1..=1)?;
        Ok(Scalar::kernel(&SIGN_KERNEL, vec![call.typed(0, KqlType::Real)?]))
    },
};

const SIGN_KERNEL: Kernel = Kernel {
    name: "kql_sign",
    returns: KqlType::Real,
    evaluate: |arguments| {
        real(arguments, |number| {
            if number > 0.0 {
                1.0
            } else if number < 0.0 {
                -1.0
            } else {
                number
            }
        })
    },
};

pub(crate) const TOHEX: Function = Function {
    name: "tohex",
    aliases: &[],
    signature: "tohex(number: long, [length: long]) -> string",
    summary: "The number in base 16, filled up with zeros to the length; a negative number as its 64 bits.",
    naming: Naming::FirstArgument,
    bind: to_hex,
};

fn to_hex(call: &Call<'_>) -> std::result::Result<Scalar, Diagnostic> {
    call.arity(1..=2)?;
    let length = if call.has(1) { call.long(1)? } else { Scalar::long(0) };
    Ok(Scalar::kernel(&HEX, vec![call.long(0)?, length]))
}

const HEX: Kernel = Kernel {
    name: "kql_tohex",
    returns: KqlType::String,
    evaluate: |arguments| {
        let (number, length) =
            (arguments.primitive::<Int64Type>(0)?, arguments.primitive::<Int64Type>(1)?);
        arguments.text_column(|row| {
            let width = length.get(row).unwrap_or(0).clamp(0, 16) as usize;
            Some(number.get(row).map_or_else(String::new, |number| format!("{number:0width$x}")))
        })
    },
};

/// The kernels of this file, for the registry.
pub(crate) const KERNELS: &[&Kernel] = &[
    &CEILING_KERNEL,
    &ABS_LONG,
    &ABS_REAL,
    &ABS_TIMESPAN,
    &ROUND_KERNEL,
    &POW_KERNEL,
    &SIGN_KERNEL,
    &HEX,
    &SQRT_KERNEL,
    &EXP_KERNEL,
    &LOG_KERNEL,
    &LOG2_KERNEL,
    &EXP2_KERNEL,
    &EXP10_KERNEL,
    &SIN_KERNEL,
    &COS_KERNEL,
    &TAN_KERNEL,
    &COT_KERNEL,
    &ASIN_KERNEL,
    &ACOS_KERNEL,
    &ATAN_KERNEL,
    &DEGREES_KERNEL,
    &RADIANS_KERNEL,
    &LOG10_KERNEL,
    &ISNAN_KERNEL,
    &ISINF_KERNEL,
    &ISFINITE_KERNEL,
];
