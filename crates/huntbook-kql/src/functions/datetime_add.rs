//! `datetime_add`: a time moved by calendar units.

use arrow::datatypes::{Int64Type, TimestampNanosecondType};
use chrono::DateTime;

use super::period::add_months;
use super::{Function, Naming};
use crate::ir::Scalar;
use crate::kernel::Kernel;
use crate::time::{DAY, SECOND};
use crate::types::KqlType;

pub(crate) const DATETIME_ADD: Function = Function {
    name: "datetime_add",
    aliases: &[],
    signature: "datetime_add(unit: string, amount: long, time: datetime) -> datetime",
    summary: "The time moved by so many units: year, quarter, month, week, day, hour, minute, second, millisecond, microsecond or nanosecond. The day of a shorter month is its last.",
    naming: Naming::Numbered,
    bind: |call| {
        call.arity(3..=3)?;
        let unit = call.constant_string(0)?;
        if months(&unit).is_none() && nanoseconds(&unit).is_none() {
            return Err(call.wrong(0, "a unit such as `\"day\"`", &format!("`{unit}`")));
        }
        Ok(Scalar::kernel(&MOVED, vec![call.string(0)?, call.long(1)?, call.datetime(2)?]))
    },
};

pub(super) fn months(unit: &str) -> Option<i64> {
    match unit.to_ascii_lowercase().as_str() {
        "year" => Some(12),
        "quarter" => Some(3),
        "month" => Some(1),
        _ => None,
    }
}

pub(super) fn nanoseconds(unit: &str) -> Option<i64> {
    match unit.to_ascii_lowercase().as_str() {
        "week" => Some(7 * DAY),
        "day" => Some(DAY),
        "hour" => Some(3_600 * SECOND),
        "minute" => Some(60 * SECOND),
        "second" => Some(SECOND),
        "millisecond" => Some(1_000_000),
        "microsecond" => Some(1_000),
        "nanosecond" => Some(1),
        _ => None,
    }
}

const MOVED: Kernel = Kernel {
    name: "kql_datetime_add",
    returns: KqlType::Datetime,
    evaluate: |arguments| {
        let unit = arguments.text(0)?;
        let amount = arguments.primitive::<Int64Type>(1)?;
        let time = arguments.primitive::<TimestampNanosecondType>(2)?;
        arguments.primitive_column::<TimestampNanosecondType>(KqlType::Datetime, |row| {
            let (unit, amount, time) = (unit.get(row), amount.get(row)?, time.get(row)?);
            match months(unit) {
                Some(months) => {
                    let months = i32::try_from(amount.checked_mul(months)?).ok()?;
                    let time = DateTime::from_timestamp_nanos(time).naive_utc();
                    let date = add_months(time.date(), months)?;
                    date.and_time(time.time()).and_utc().timestamp_nanos_opt()
                }
                None => time.checked_add(amount.checked_mul(nanoseconds(unit)?)?),
            }
        })
    },
};

/// The kernels of this file, for the registry.
pub(crate) const KERNELS: &[&Kernel] = &[&MOVED];
