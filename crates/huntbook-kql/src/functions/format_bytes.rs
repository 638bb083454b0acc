//! `format_bytes`: a size in the units of data.

use arrow::datatypes::{Float64Type, Int64Type};

use super::{Function, Naming};
use crate::ir::Scalar;
use crate::kernel::Kernel;
use crate::types::KqlType;

pub(crate) const FORMAT_BYTES: Function = Function {
    name: "format_bytes",
    aliases: &[],
    signature: "format_bytes(size: real, [digits: long], [unit: string]) -> string",
    summary: "The size in Bytes, KB, MB, GB, TB, PB or EB of 1024 each, rounded to so many digits behind the point (none by default); the unit is the largest that fits where none is given.",
    naming: Naming::FirstArgument,
    bind: |call| {
        call.arity(1..=3)?;
        let digits = if call.has(1) { call.long(1)? } else { Scalar::long(0) };
        let unit = if call.has(2) { call.string(2)? } else { Scalar::text("") };
        if let Ok(name) = call.constant_string(2)
            && !name.is_empty()
            && exponent(&name).is_none()
        {
            return Err(call.wrong(2, "a unit such as `\"KB\"`", &format!("`{name}`")));
        }
        Ok(Scalar::kernel(&FORMATTED, vec![call.typed(0, KqlType::Real)?, digits, unit]))
    },
};

const UNITS: [&str; 7] = ["Bytes", "KB", "MB", "GB", "TB", "PB", "EB"];

fn exponent(unit: &str) -> Option<usize> {
    UNITS.iter().position(|known| known.eq_ignore_ascii_case(unit))
}

fn format(size: f64, digits: i64, unit: &str) -> Option<String> {
    if !size.is_finite() {
        return None;
    }
    let power = |exponent: usize| 1024_f64.powi(exponent as i32);
    let fits = |exponent: &usize| size.abs() >= power(*exponent);
    let exponent = match unit {
        "" => (1..UNITS.len()).rev().find(fits).unwrap_or(0),
        unit => exponent(unit)?,
    };
    let digits = digits.clamp(0, 15) as usize;
    let text = format!("{:.digits$}", size / power(exponent));
    let text = if digits > 0 { text.trim_end_matches('0').trim_end_matches('.') } else { &text };
    Some(format!("{text} {}", UNITS[exponent]))
}

const FORMATTED: Kernel = Kernel {
    name: "kql_format_bytes",
    returns: KqlType::String,
    evaluate: |arguments| {
        let size = arguments.primitive::<Float64Type>(0)?;
        let (digits, unit) = (arguments.primitive::<Int64Type>(1)?, arguments.text(2)?);
        arguments.text_column(|row| {
            let text = size
                .get(row)
                .and_then(|size| format(size, digits.get(row).unwrap_or(0), unit.get(row)));
            Some(text.unwrap_or_default())
        })
    },
};

/// The kernels of this file, for the registry.
pub(crate) const KERNELS: &[&Kernel] = &[&FORMATTED];
