//! `startofday`, `endofweek` and their kin: the edges of the period that holds a time. A week begins on
//! Sunday; a period ends one tick before the next one begins.

use arrow::array::ArrayRef;
use arrow::datatypes::{Int64Type, TimestampNanosecondType};
use chrono::{DateTime, Datelike, Days, Months, NaiveDate};
use datafusion::common::Result;
use huntbook_diagnostics::Diagnostic;

use super::{Function, Naming};
use crate::bind::Call;
use crate::ir::Scalar;
use crate::kernel::{Arguments, Kernel};
use crate::time::TICK;
use crate::types::KqlType;

#[derive(Clone, Copy)]
enum Period {
    Day,
    Week,
    Month,
    Year,
}

#[derive(Clone, Copy, PartialEq)]
enum Edge {
    Start,
    End,
}

macro_rules! periods {
    ($($constant:ident, $kernel:ident, $name:literal, $kernel_name:literal, $period:ident, $edge:ident, $naming:expr, $summary:literal;)+) => {
        $(pub(crate) const $constant: Function = Function {
            name: $name,
            aliases: &[],
            signature: concat!($name, "(time: datetime, [offset: long]) -> datetime"),
            summary: $summary,
            naming: $naming,
            bind: |call| bind(call, &$kernel),
        };
        const $kernel: Kernel = Kernel {
            name: $kernel_name,
            returns: KqlType::Datetime,
            evaluate: |arguments| edges(arguments, Period::$period, Edge::$edge),
        };)+
    };
}

periods! {
    STARTOFDAY, DAY_START, "startofday", "kql_startofday", Day, Start, Naming::FirstArgument, "The beginning of the day, moved by `offset` days.";
    STARTOFWEEK, WEEK_START, "startofweek", "kql_startofweek", Week, Start, Naming::Numbered, "The beginning of the week, a Sunday, moved by `offset` weeks.";
    STARTOFMONTH, MONTH_START, "startofmonth", "kql_startofmonth", Month, Start, Naming::Numbered, "The beginning of the month, moved by `offset` months.";
    STARTOFYEAR, YEAR_START, "startofyear", "kql_startofyear", Year, Start, Naming::Numbered, "The beginning of the year, moved by `offset` years.";
    ENDOFDAY, DAY_END, "endofday", "kql_endofday", Day, End, Naming::Numbered, "The last tick of the day, moved by `offset` days.";
    ENDOFWEEK, WEEK_END, "endofweek", "kql_endofweek", Week, End, Naming::Numbered, "The last tick of the week, moved by `offset` weeks.";
    ENDOFMONTH, MONTH_END, "endofmonth", "kql_endofmonth", Month, End, Naming::Numbered, "The last tick of the month, moved by `offset` months.";
    ENDOFYEAR, YEAR_END, "endofyear", "kql_endofyear", Year, End, Naming::Numbered, "The last tick of the year, moved by `offset` years.";
}

fn bind(call: &Call<'_>, kernel: &'static Kernel) -> std::result::Result<Scalar, Diagnostic> {
    call.arity(1..=2)?;
    let offset = if call.has(1) { call.long(1)? } else { Scalar::long(0) };
    Ok(Scalar::kernel(kernel, vec![call.datetime(0)?, offset]))
}

fn edges(arguments: &Arguments<'_>, period: Period, edge: Edge) -> Result<ArrayRef> {
    let time = arguments.primitive::<TimestampNanosecondType>(0)?;
    let offset = arguments.primitive::<Int64Type>(1)?;
    arguments.primitive_column::<TimestampNanosecondType>(KqlType::Datetime, |row| {
        let (time, offset) = (time.get(row)?, i32::try_from(offset.get(row)?).ok()?);
        match edge {
            Edge::Start => start(time, period, offset),
            Edge::End => start(time, period, offset.checked_add(1)?)?.checked_sub(TICK),
        }
    })
}

/// The beginning of the period `offset` periods after the one that holds `time`.
fn start(time: i64, period: Period, offset: i32) -> Option<i64> {
    let date = DateTime::from_timestamp_nanos(time).date_naive();
    let date = match period {
        Period::Day => add_days(date, i64::from(offset))?,
        Period::Week => {
            let sunday = -i64::from(date.weekday().num_days_from_sunday());
            add_days(date, sunday + 7 * i64::from(offset))?
        }
        Period::Month => add_months(date.with_day(1)?, offset)?,
        Period::Year => NaiveDate::from_ymd_opt(date.year().checked_add(offset)?, 1, 1)?,
    };
    date.and_hms_opt(0, 0, 0)?.and_utc().timestamp_nanos_opt()
}

pub(super) fn add_days(date: NaiveDate, days: i64) -> Option<NaiveDate> {
    let magnitude = Days::new(days.unsigned_abs());
    if days < 0 { date.checked_sub_days(magnitude) } else { date.checked_add_days(magnitude) }
}

pub(super) fn add_months(date: NaiveDate, months: i32) -> Option<NaiveDate> {
    let magnitude = Months::new(months.unsigned_abs());
    if months < 0 { date.checked_sub_months(magnitude) } else { date.checked_add_months(magnitude) }
}

/// The kernels of this file, for the registry.
pub(crate) const KERNELS: &[&Kernel] = &[
    &DAY_START,
    &WEEK_START,
    &MONTH_START,
    &YEAR_START,
    &DAY_END,
    &WEEK_END,
    &MONTH_END,
    &YEAR_END,
];
