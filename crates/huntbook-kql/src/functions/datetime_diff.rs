//! `datetime_diff`: how many borders of a calendar unit lie between two times.

use arrow::datatypes::{Int64Type, TimestampNanosecondType};
use chrono::{DateTime, Datelike};

use super::datetime_add::{months, nanoseconds};
use super::{Function, Naming};
use crate::ir::Scalar;
use crate::kernel::Kernel;
use crate::time::DAY;
use crate::types::KqlType;

pub(crate) const DATETIME_DIFF: Function = Function {
    name: "datetime_diff",
    aliases: &[],
    signature: "datetime_diff(unit: string, first: datetime, second: datetime) -> long",
    summary: "The number of borders of the unit that are crossed from `second` to `first`; negative where `first` is the earlier. Weeks begin on Sunday.",
    naming: Naming::Numbered,
    bind: |call| {
        call.arity(3..=3)?;
        let unit = call.constant_string(0)?;
        if months(&unit).is_none() && nanoseconds(&unit).is_none() {
            return Err(call.wrong(0, "a unit such as `\"day\"`", &format!("`{unit}`")));
        }
        Ok(Scalar::kernel(&BORDERS, vec![call.string(0)?, call.datetime(1)?, call.datetime(2)?]))
    },
};

/// The number of the unit that holds the time.
fn ordinal(unit: &str, time: i64) -> Option<i64> {
    if let Some(months) = months(unit) {
        let date = DateTime::from_timestamp_nanos(time);
        return Some((i64::from(date.year()) * 12 + i64::from(date.month0())).div_euclid(months));
    }
    let nanoseconds = nanoseconds(unit)?;
    // 1970-01-01 was a Thursday; moved by four days, weeks begin on Sunday.
    let moved = if nanoseconds == 7 * DAY { time.checked_add(4 * DAY)? } else { time };
    Some(moved.div_euclid(nanoseconds))
}

const BORDERS: Kernel = Kernel {
    name: "kql_datetime_diff",
    returns: KqlType::Long,
    evaluate: |arguments| {
        let unit = arguments.text(0)?;
        let first = arguments.primitive::<TimestampNanosecondType>(1)?;
        let second = arguments.primitive::<TimestampNanosecondType>(2)?;
        arguments.primitive_column::<Int64Type>(KqlType::Long, |row| {
            let unit = unit.get(row);
            ordinal(unit, first.get(row)?)?.checked_sub(ordinal(unit, second.get(row)?)?)
        })
    },
};

/// The kernels of this file, for the registry.
pub(crate) const KERNELS: &[&Kernel] = &[&BORDERS];
