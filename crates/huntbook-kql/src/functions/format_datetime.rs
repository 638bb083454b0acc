//! `format_datetime`: a time by a pattern.

use std::fmt::Write as _;

use arrow::datatypes::TimestampNanosecondType;
use chrono::{DateTime, Datelike, Timelike, Utc};

use super::{Function, Naming, picture};
use crate::ir::Scalar;
use crate::kernel::Kernel;
use crate::types::KqlType;

pub(crate) const FORMAT_DATETIME: Function = Function {
    name: "format_datetime",
    aliases: &[],
    signature: "format_datetime(time: datetime, pattern: string) -> string",
    summary: "The time by a pattern of d, dd, f to fffffff, F to FFFFFFF, h, hh, H, HH, m, mm, M, MM, s, ss, y, yy, yyyy and tt, with delimiters between.",
    naming: Naming::FirstArgument,
    bind: |call| {
        call.arity(2..=2)?;
        if let Ok(pattern) = call.constant_string(1)
            && format(&pattern, DateTime::UNIX_EPOCH).is_none()
        {
            return Err(call.wrong(
                1,
                "a pattern such as `\"yyyy-MM-dd HH:mm\"`",
                &format!("`{pattern}`"),
            ));
        }
        Ok(Scalar::kernel(&FORMATTED, vec![call.datetime(0)?, call.string(1)?]))
    },
};

fn format(pattern: &str, time: DateTime<Utc>) -> Option<String> {
    let hour12 = time.hour12().1;
    picture::written(pattern, String::new(), |letter, count, out| {
        Some(match (letter, count) {
            ('d', 1) => write!(out, "{}", time.day()),
            ('d', 2) => write!(out, "{:02}", time.day()),
            ('f', 1..=7) => {
                let ticks = format!("{:07}", time.nanosecond() / 100);
                write!(out, "{}", &ticks[..count])
            }
            ('F', 1..=7) => {
                let ticks = format!("{:07}", time.nanosecond() / 100);
                write!(out, "{}", ticks[..count].trim_end_matches('0'))
            }
            ('h', 1) => write!(out, "{hour12}"),
            ('h', 2) => write!(out, "{hour12:02}"),
            ('H', 1) => write!(out, "{}", time.hour()),
            ('H', 2) => write!(out, "{:02}", time.hour()),
            ('m', 1) => write!(out, "{}", time.minute()),
            ('m', 2) => write!(out, "{:02}", time.minute()),
            ('M', 1) => write!(out, "{}", time.month()),
            ('M', 2) => write!(out, "{:02}", time.month()),
            ('s', 1) => write!(out, "{}", time.second()),
            ('s', 2) => write!(out, "{:02}", time.second()),
            ('y', 1) => write!(out, "{}", time.year() % 100),
            ('y', 2) => write!(out, "{:02}", time.year() % 100),
            ('y', 4) => write!(out, "{:04}", time.year()),
            ('t', 2) => write!(out, "{}", if time.hour12().0 { "PM" } else { "AM" }),
            _ => return None,
        })
    })
}

const FORMATTED: Kernel = Kernel {
    name: "kql_format_datetime",
    returns: KqlType::String,
    evaluate: |arguments| {
        let (time, pattern) =
            (arguments.primitive::<TimestampNanosecondType>(0)?, arguments.text(1)?);
        arguments.text_column(|row| {
            let text = time
                .get(row)
                .and_then(|time| format(pattern.get(row), DateTime::from_timestamp_nanos(time)));
            Some(text.unwrap_or_default())
        })
    },
};

/// The kernels of this file, for the registry.
pub(crate) const KERNELS: &[&Kernel] = &[&FORMATTED];
