//! `make_datetime`, `make_timespan`: times and spans from their parts. Parts out of range give null.

use arrow::datatypes::{DurationNanosecondType, Float64Type, Int64Type, TimestampNanosecondType};
use chrono::NaiveDate;
use huntbook_diagnostics::Diagnostic;

use super::{Function, Naming};
use crate::bind::Call;
use crate::convert::convert;
use crate::ir::Scalar;
use crate::kernel::Kernel;
use crate::time::{DAY, SECOND, TICK};
use crate::types::KqlType;

pub(crate) const MAKE_DATETIME: Function = Function {
    name: "make_datetime",
    aliases: &[],
    signature: "make_datetime(year: long, month: long, day: long, [hour: long], [minute: long], [second: real]) -> datetime",
    summary: "The time of these parts in UTC, or what `todatetime` makes of one argument. Null where there is no such time.",
    naming: Naming::Numbered,
    bind: |call| {
        call.arity(1..=6)?;
        if call.arguments.len() == 1 {
            return cast(call, KqlType::Datetime);
        }
        call.arity(3..=6)?;
        let mut parts = (0..5)
            .map(|index| if call.has(index) { call.long(index) } else { Ok(Scalar::long(0)) })
            .collect::<Result<Vec<_>, _>>()?;
        parts.push(second(call, 5)?);
        Ok(Scalar::kernel(&TIME, parts))
    },
};

pub(crate) const MAKE_TIMESPAN: Function = Function {
    name: "make_timespan",
    aliases: &[],
    signature: "make_timespan([day: long], hour: long, minute: long, [second: real]) -> timespan",
    summary: "The span of these parts, of which four begin with days, or what `totimespan` makes of one argument. Null where one is out of range.",
    naming: Naming::Numbered,
    bind: |call| {
        call.arity(1..=4)?;
        match call.arguments.len() {
            1 => cast(call, KqlType::Timespan),
            4 => Ok(Scalar::kernel(
                &SPAN,
                vec![call.long(0)?, call.long(1)?, call.long(2)?, second(call, 3)?],
            )),
            _ => Ok(Scalar::kernel(
                &SPAN,
                vec![Scalar::long(0), call.long(0)?, call.long(1)?, second(call, 2)?],
            )),
        }
    },
};

fn cast(call: &Call<'_>, to: KqlType) -> Result<Scalar, Diagnostic> {
    let value = call.scalar(0)?;
    let given = value.kind;
    convert(value, to).ok_or_else(|| {
        call.wrong(0, &format!("a value that converts to `{to}`"), &format!("`{given}`"))
    })
}

fn second(call: &Call<'_>, index: usize) -> Result<Scalar, Diagnostic> {
    let value = if call.has(index) { call.typed(index, KqlType::Real)? } else { Scalar::long(0) };
    Ok(convert(value, KqlType::Real).expect("a long converts to real"))
}

/// Nanoseconds of a time of day, in whole ticks.
fn clock(hour: i64, minute: i64, second: f64) -> Option<i64> {
    let fits =
        (0..24).contains(&hour) && (0..60).contains(&minute) && (0.0..60.0).contains(&second);
    // A second has ten million ticks.
    let ticks = (second * 1e7).round().min(599_999_999.0);
    fits.then(|| (hour * 60 + minute) * 60 * SECOND + ticks as i64 * TICK)
}

const TIME: Kernel = Kernel {
    name: "kql_make_datetime",
    returns: KqlType::Datetime,
    evaluate: |arguments| {
        let whole = (0..5)
            .map(|index| arguments.primitive::<Int64Type>(index))
            .collect::<Result<Vec<_>, _>>()?;
        let second = arguments.primitive::<Float64Type>(5)?;
        arguments.primitive_column::<TimestampNanosecondType>(KqlType::Datetime, |row| {
            let part = |index: usize| whole[index].get(row);
            let year = i32::try_from(part(0)?).ok()?;
            let (month, day) = (u32::try_from(part(1)?).ok()?, u32::try_from(part(2)?).ok()?);
            let date = NaiveDate::from_ymd_opt(year, month, day)?.and_hms_opt(0, 0, 0)?;
            let clock = clock(part(3)?, part(4)?, second.get(row)?)?;
            date.and_utc().timestamp_nanos_opt()?.checked_add(clock)
        })
    },
};
const SPAN: Kernel = Kernel {
    name: "kql_make_timespan",
    returns: KqlType::Timespan,
    evaluate: |arguments| {
        let day = arguments.primitive::<Int64Type>(0)?;
        let hour = arguments.primitive::<Int64Type>(1)?;
        let minute = arguments.primitive::<Int64Type>(2)?;
        let second = arguments.primitive::<Float64Type>(3)?;
        arguments.primitive_column::<DurationNanosecondType>(KqlType::Timespan, |row| {
            let clock = clock(hour.get(row)?, minute.get(row)?, second.get(row)?)?;
            day.get(row).filter(|day| *day >= 0)?.checked_mul(DAY)?.checked_add(clock)
        })
    },
};

/// The kernels of this file, for the registry.
pub(crate) const KERNELS: &[&Kernel] = &[&TIME, &SPAN];
