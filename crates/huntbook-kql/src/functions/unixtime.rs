//! `unixtime_seconds_todatetime` and its kin.

use arrow::datatypes::{Int64Type, TimestampNanosecondType};

use super::{Function, Naming};
use crate::ir::Scalar;
use crate::kernel::Kernel;
use crate::types::KqlType;

macro_rules! units {
    ($($constant:ident, $kernel:ident, $unit:literal, $nanoseconds:literal;)+) => {
        $(pub(crate) const $constant: Function = Function {
            name: concat!("unixtime_", $unit, "_todatetime"),
            aliases: &[],
            signature: concat!("unixtime_", $unit, "_todatetime(", $unit, ": long) -> datetime"),
            summary: concat!("The time so many ", $unit, " after 1970-01-01; a fraction is dropped."),
            naming: Naming::Numbered,
            bind: |call| {
                call.arity(1..=1)?;
                let value = call.scalar(0)?;
                let value = match value.kind {
                    KqlType::Real => crate::convert::convert(value, KqlType::Long).expect("a real converts to long"),
                    _ => call.long(0)?,
                };
                Ok(Scalar::kernel(&$kernel, vec![value]))
            },
        };
        const $kernel: Kernel = Kernel {
            name: concat!("kql_unixtime_", $unit),
            returns: KqlType::Datetime,
            evaluate: |arguments| {
                let number = arguments.primitive::<Int64Type>(0)?;
                arguments.primitive_column::<TimestampNanosecondType>(KqlType::Datetime, |row| {
                    number.get(row)?.checked_mul($nanoseconds)
                })
            },
        };)+
    };
}

units! {
    SECONDS, SECONDS_KERNEL, "seconds", 1_000_000_000;
    MILLISECONDS, MILLISECONDS_KERNEL, "milliseconds", 1_000_000;
    MICROSECONDS, MICROSECONDS_KERNEL, "microseconds", 1_000;
    NANOSECONDS, NANOSECONDS_KERNEL, "nanoseconds", 1;
}

/// The kernels of this file, for the registry.
pub(crate) const KERNELS: &[&Kernel] =
    &[&SECONDS_KERNEL, &MILLISECONDS_KERNEL, &MICROSECONDS_KERNEL, &NANOSECONDS_KERNEL];
