//! `row_window_session`: the beginning of the session to which a row's time belongs.

use std::sync::Arc;

use arrow::array::{Array, AsArray, TimestampNanosecondArray};
use arrow::datatypes::{DurationNanosecondType, TimestampNanosecondType};

use super::{Window, WindowFunction};
use crate::functions::Naming;
use crate::ir::{Scalar, Value};
use crate::types::KqlType;

pub(crate) const ROW_WINDOW_SESSION: Window = Window {
    name: "row_window_session",
    signature: "row_window_session(time: datetime, longest: timespan, gap: timespan, [restart: bool]) -> datetime",
    summary: "The time of the first row of the session; a new one begins where `longest` has passed since then, or `gap` since the row before, or where `restart` is true.",
    naming: Naming::Numbered,
    bind: |call| {
        call.arity(3..=4)?;
        let restart = if call.has(3) {
            call.boolean(3)?
        } else {
            Scalar::literal(Value::Bool(false), KqlType::Bool)
        };
        let span = |index| call.typed(index, KqlType::Timespan);
        let arguments = vec![call.datetime(0)?, span(1)?, span(2)?, restart];
        Ok((&SESSION, arguments, KqlType::Datetime))
    },
};

pub(super) const SESSION: WindowFunction = WindowFunction {
    name: "kql_row_window_session",
    returns: Some(KqlType::Datetime),
    evaluate: |arguments, rows| {
        let times = arguments[0].as_primitive::<TimestampNanosecondType>();
        let longest = arguments[1].as_primitive::<DurationNanosecondType>();
        let gaps = arguments[2].as_primitive::<DurationNanosecondType>();
        let restarts = arguments[3].as_boolean();
        // The beginning of the session, and the time of the row before.
        let mut session: Option<(i64, i64)> = None;
        let beginnings = (0..rows).map(|row| {
            if times.is_null(row) {
                session = None;
                return None;
            }
            let time = times.value(row);
            let within = |since: i64, limits: &arrow::array::PrimitiveArray<_>| {
                let passed = i128::from(time) - i128::from(since);
                limits.is_valid(row) && passed <= i128::from(limits.value(row)) && passed >= 0
            };
            let restarted = restarts.is_valid(row) && restarts.value(row);
            let start = match session {
                Some((start, before))
                    if !restarted && within(start, longest) && within(before, gaps) =>
                {
                    start
                }
                _ => time,
            };
            session = Some((start, time));
            Some(start)
        });
        let beginnings: TimestampNanosecondArray = beginnings.collect();
        Ok(Arc::new(beginnings.with_data_type(KqlType::Datetime.data_type())))
    },
};
