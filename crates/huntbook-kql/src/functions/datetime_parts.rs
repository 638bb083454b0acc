//! `datetime_part`, `hourofday`, `dayofweek` and their kin.

use arrow::datatypes::{DurationNanosecondType, Int32Type, TimestampNanosecondType};
use chrono::{DateTime, Datelike, Duration, Timelike, Utc};

use super::{Function, Naming};
use crate::ir::Scalar;
use crate::kernel::Kernel;
use crate::time::DAY;
use crate::types::KqlType;

pub(crate) const DATETIME_PART: Function = Function {
    name: "datetime_part",
    aliases: &["datepart"],
    signature: "datetime_part(part: string, time: datetime) -> int",
    summary: "A part of the time: year, quarter, month, week_of_year, day, dayOfYear, hour, minute, second, millisecond, microsecond or nanosecond.",
    naming: Naming::Numbered,
    bind: |call| {
        call.arity(2..=2)?;
        let name = call.constant_string(0)?;
        if part(&name, DateTime::UNIX_EPOCH).is_none() {
            return Err(call.wrong(0, "a part such as `\"hour\"`", &format!("`{name}`")));
        }
        Ok(Scalar::kernel(&PART, vec![call.string(0)?, call.datetime(1)?]))
    },
};

fn part(name: &str, time: DateTime<Utc>) -> Option<i32> {
    let number = match name.to_ascii_lowercase().as_str() {
        "year" => return Some(time.year()),
        "quarter" => time.month0() / 3 + 1,
        "month" => time.month(),
        "week_of_year" | "week" => time.iso_week().week(),
        // The older name counts weeks from Sunday, the first one with the year's first Wednesday.
        "weekofyear" => {
            let since_wednesday = 3 - i64::from(time.weekday().num_days_from_sunday());
            let wednesday = time.checked_add_signed(Duration::days(since_wednesday))?;
            wednesday.ordinal0() / 7 + 1
        }
        "day" => time.day(),
        "dayofyear" => time.ordinal(),
        "hour" => time.hour(),
        "minute" => time.minute(),
        "second" => time.second(),
        "millisecond" => time.nanosecond() / 1_000_000,
        "microsecond" => time.nanosecond() / 1_000,
        "nanosecond" => time.nanosecond(),
        _ => return None,
    };
    i32::try_from(number).ok()
}

const PART: Kernel = Kernel {
    name: "kql_datetime_part",
    returns: KqlType::Int,
    evaluate: |arguments| {
        let name = arguments.text(0)?;
        let time = arguments.primitive::<TimestampNanosecondType>(1)?;
        arguments.primitive_column::<Int32Type>(KqlType::Int, |row| {
            part(name.get(row), DateTime::from_timestamp_nanos(time.get(row)?))
        })
    },
};

macro_rules! parts {
    ($($constant:ident, $name:literal, [$($alias:literal),*], $part:literal, $summary:literal;)+) => {
        $(pub(crate) const $constant: Function = Function {
            name: $name,
            aliases: &[$($alias),*],
            signature: concat!($name, "(time: datetime) -> int"),
            summary: $summary,
            naming: Naming::Numbered,
            bind: |call| {
                call.arity(1..=1)?;
                Ok(Scalar::kernel(&PART, vec![Scalar::text($part), call.datetime(0)?]))
            },
        };)+
    };
}

parts! {
    HOUROFDAY, "hourofday", [], "hour", "The hour, from 0 to 23.";
    DAYOFMONTH, "dayofmonth", [], "day", "The day of the month, from 1.";
    DAYOFYEAR, "dayofyear", [], "dayofyear", "The day of the year, from 1.";
    MONTHOFYEAR, "monthofyear", ["getmonth"], "month", "The month, from 1 to 12.";
    WEEK_OF_YEAR, "week_of_year", [], "week_of_year", "The week of the year by ISO 8601, from 1 to 53.";
    WEEKOFYEAR, "weekofyear", [], "weekofyear", "The week of the year, from Sunday; the first one has the year's first Wednesday. `week_of_year` has its place.";
    GETYEAR, "getyear", [], "year", "The year.";
}

pub(crate) const DAYOFWEEK: Function = Function {
    name: "dayofweek",
    aliases: &[],
    signature: "dayofweek(time: datetime) -> timespan",
    summary: "The whole days since the last Sunday, as a span.",
    naming: Naming::Numbered,
    bind: |call| {
        call.arity(1..=1)?;
        Ok(Scalar::kernel(&WEEKDAY, vec![call.datetime(0)?]))
    },
};

const WEEKDAY: Kernel = Kernel {
    name: "kql_dayofweek",
    returns: KqlType::Timespan,
    evaluate: |arguments| {
        let time = arguments.primitive::<TimestampNanosecondType>(0)?;
        arguments.primitive_column::<DurationNanosecondType>(KqlType::Timespan, |row| {
            let day = DateTime::from_timestamp_nanos(time.get(row)?).weekday();
            Some(i64::from(day.num_days_from_sunday()) * DAY)
        })
    },
};

/// The kernels of this file, for the registry.
pub(crate) const KERNELS: &[&Kernel] = &[&PART, &WEEKDAY];
