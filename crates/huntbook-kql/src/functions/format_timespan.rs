//! `format_timespan`: a span by a pattern.

use std::fmt::Write as _;

use arrow::datatypes::DurationNanosecondType;

use super::{Function, Naming, picture};
use crate::ir::Scalar;
use crate::kernel::Kernel;
use crate::time::{DAY, SECOND, TICK};
use crate::types::KqlType;

pub(crate) const FORMAT_TIMESPAN: Function = Function {
    name: "format_timespan",
    aliases: &[],
    signature: "format_timespan(span: timespan, pattern: string) -> string",
    summary: "The span by a pattern of d to dddddddd, H, HH, h, hh, m, mm, s, ss, f to fffffff and F to FFFFFFF, with delimiters between.",
    naming: Naming::FirstArgument,
    bind: |call| {
        call.arity(2..=2)?;
        if let Ok(pattern) = call.constant_string(1)
            && format(&pattern, 0).is_none()
        {
            let wanted = "a pattern such as `\"d.hh:mm:ss\"`";
            return Err(call.wrong(1, wanted, &format!("`{pattern}`")));
        }
        Ok(Scalar::kernel(&FORMATTED, vec![call.typed(0, KqlType::Timespan)?, call.string(1)?]))
    },
};

fn format(pattern: &str, span: i64) -> Option<String> {
    let magnitude = span.unsigned_abs();
    let (day, second) = (DAY.unsigned_abs(), SECOND.unsigned_abs());
    let (days, seconds) = (magnitude / day, magnitude % day / second);
    let ticks = format!("{:07}", magnitude % second / TICK.unsigned_abs());
    let sign = String::from(if span < 0 { "-" } else { "" });
    picture::written(pattern, sign, |letter, count, out| {
        Some(match (letter, count) {
            ('d', 1..=8) => write!(out, "{days:0count$}"),
            ('H' | 'h', 1..=2) => write!(out, "{:0count$}", seconds / 3600),
            ('m', 1..=2) => write!(out, "{:0count$}", seconds / 60 % 60),
            ('s', 1..=2) => write!(out, "{:0count$}", seconds % 60),
            ('f', 1..=7) => write!(out, "{}", &ticks[..count]),
            ('F', 1..=7) => write!(out, "{}", ticks[..count].trim_end_matches('0')),
            _ => return None,
        })
    })
}

const FORMATTED: Kernel = Kernel {
    name: "kql_format_timespan",
    returns: KqlType::String,
    evaluate: |arguments| {
        let span = arguments.primitive::<DurationNanosecondType>(0)?;
        let pattern = arguments.text(1)?;
        arguments.text_column(|row| {
            let text = span.get(row).and_then(|span| format(pattern.get(row), span));
            Some(text.unwrap_or_default())
        })
    },
};

/// The kernels of this file, for the registry.
pub(crate) const KERNELS: &[&Kernel] = &[&FORMATTED];
