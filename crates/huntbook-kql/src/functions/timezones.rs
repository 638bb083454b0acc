//! `datetime_utc_to_local`, `datetime_local_to_utc`, `datetime_list_timezones`: the zones of the IANA database,
//! as it was when this was built.

use arrow::datatypes::TimestampNanosecondType;
use chrono::{DateTime, Duration, NaiveDateTime, Offset, TimeZone};
use chrono_tz::{TZ_VARIANTS, Tz};

use super::{Function, Naming};
use crate::bind::Call;
use crate::ir::{Scalar, Value};
use crate::kernel::{Kernel, Prepared};
use crate::types::KqlType;
use huntbook_diagnostics::Diagnostic;

pub(crate) const UTC_TO_LOCAL: Function = Function {
    name: "datetime_utc_to_local",
    aliases: &[],
    signature: "datetime_utc_to_local(time: datetime, zone: string) -> datetime",
    summary: "What clocks of the zone, such as `Europe/Paris`, show at the time in UTC. Null where there is no such zone.",
    naming: Naming::Numbered,
    bind: |call| bind(call, &TO_LOCAL),
};

pub(crate) const LOCAL_TO_UTC: Function = Function {
    name: "datetime_local_to_utc",
    aliases: &[],
    signature: "datetime_local_to_utc(time: datetime, zone: string) -> datetime",
    summary: "The time in UTC at which clocks of the zone, such as `Europe/Paris`, show the time: the first of two such times; a time that clocks skip is read with the offset that they have then. Null where there is no such zone.",
    naming: Naming::Numbered,
    bind: |call| bind(call, &TO_UTC),
};

pub(crate) const LIST_TIMEZONES: Function = Function {
    name: "datetime_list_timezones",
    aliases: &[],
    signature: "datetime_list_timezones() -> dynamic",
    summary: "The names of the zones that `datetime_utc_to_local` and `datetime_local_to_utc` know.",
    naming: Naming::Numbered,
    bind: |call| {
        call.arity(0..=0)?;
        let names: serde_json::Value = TZ_VARIANTS.iter().map(|zone| zone.name()).collect();
        Ok(Scalar::literal(Value::Text(names.to_string()), KqlType::Dynamic))
    },
};

fn bind(call: &Call<'_>, kernel: &'static Kernel) -> Result<Scalar, Diagnostic> {
    call.arity(2..=2)?;
    if let Ok(name) = call.constant_string(1)
        && zone(&name).is_none()
    {
        return Err(call.wrong(1, "a zone such as `\"Europe/Paris\"`", &format!("`{name}`")));
    }
    Ok(Scalar::kernel(kernel, vec![call.datetime(0)?, call.string(1)?]))
}

fn zone(name: &str) -> Option<Tz> {
    name.parse().ok()
}

fn to_local(time: i64, zone: Tz) -> Option<i64> {
    let utc = DateTime::from_timestamp_nanos(time).naive_utc();
    let offset = zone.offset_from_utc_datetime(&utc).fix().local_minus_utc();
    time.checked_add(i64::from(offset) * 1_000_000_000)
}

fn to_utc(time: i64, zone: Tz) -> Option<i64> {
    let local = DateTime::from_timestamp_nanos(time).naive_utc();
    if let Some(found) = zone.from_local_datetime(&local).earliest() {
        return found.timestamp_nanos_opt();
    }
    // Clocks skip the time: with the offset of before, it lies behind the moment at which they are put forward.
    let offset = |utc: NaiveDateTime| zone.offset_from_utc_datetime(&utc).fix().local_minus_utc();
    let before = offset(local.checked_sub_signed(Duration::days(1))?);
    let behind = offset(local.checked_sub_signed(Duration::seconds(i64::from(before)))?);
    time.checked_sub(i64::from(behind) * 1_000_000_000)
}

const TO_LOCAL: Kernel = Kernel {
    name: "kql_datetime_utc_to_local",
    returns: KqlType::Datetime,
    evaluate: |arguments| {
        let time = arguments.primitive::<TimestampNanosecondType>(0)?;
        let mut zone = Prepared::new(arguments.text(1)?, zone);
        arguments.primitive_column::<TimestampNanosecondType>(KqlType::Datetime, |row| {
            to_local(time.get(row)?, (*zone.get(row))?)
        })
    },
};
const TO_UTC: Kernel = Kernel {
    name: "kql_datetime_local_to_utc",
    returns: KqlType::Datetime,
    evaluate: |arguments| {
        let time = arguments.primitive::<TimestampNanosecondType>(0)?;
        let mut zone = Prepared::new(arguments.text(1)?, zone);
        arguments.primitive_column::<TimestampNanosecondType>(KqlType::Datetime, |row| {
            to_utc(time.get(row)?, (*zone.get(row))?)
        })
    },
};

/// The kernels of this file, for the registry.
pub(crate) const KERNELS: &[&Kernel] = &[&TO_LOCAL, &TO_UTC];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::{format_datetime, parse_datetime};

    #[test]
    fn a_skipped_time_is_read_with_the_offset_of_after() {
        let zone = zone("Europe/Brussels").unwrap();
        for (local, utc) in [
            ("2022-03-27 01:00", "2022-03-27T00:00:00.0000000Z"),
            ("2022-03-27 02:00", "2022-03-27T00:00:00.0000000Z"),
            ("2022-03-27 02:30", "2022-03-27T00:30:00.0000000Z"),
            ("2022-03-27 03:00", "2022-03-27T01:00:00.0000000Z"),
            ("2022-10-30 02:30", "2022-10-30T00:30:00.0000000Z"),
        ] {
            let found = to_utc(parse_datetime(local).unwrap(), zone).map(format_datetime);
            assert_eq!(found.as_deref(), Some(utc), "{local}");
        }
        assert_eq!(to_utc(i64::MAX, zone), Some(i64::MAX - 3_600_000_000_000));
        let _ = (to_local(i64::MAX, zone), to_local(i64::MIN, zone), to_utc(i64::MIN, zone));
    }
}
