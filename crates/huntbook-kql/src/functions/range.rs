//! `range`, `repeat`: arrays of equal steps, and of one value.

use std::fmt::Write;

use arrow::array::ArrayRef;
use arrow::datatypes::{
    ArrowPrimitiveType, DurationNanosecondType, Float64Type, Int64Type, TimestampNanosecondType,
};
use datafusion::common::{DataFusionError, Result};
use huntbook_diagnostics::Diagnostic;

use super::{Function, Naming};
use crate::bind::Call;
use crate::dynamic;
use crate::ir::{Scalar, Value};
use crate::kernel::{Arguments, Kernel};
use crate::time::{SECOND, format_datetime, format_timespan};
use crate::types::KqlType;

/// The most elements of a result, as in KQL.
const MOST: i64 = 1_048_576;
/// The most text that the arrays of one batch of rows may take, in bytes.
const MOST_TEXT: usize = 1 << 30;

pub(crate) const RANGE: Function = Function {
    name: "range",
    aliases: &[],
    signature: "range(start, stop, [step]) -> dynamic",
    summary: "An array of `start`, `start + step` and so on up to `stop`, at most 1048576 elements: numbers, datetimes or timespans. The step is 1 by default, 1h for times and spans.",
    naming: Naming::Numbered,
    bind: |call| {
        call.arity(2..=3)?;
        range(call)
    },
};

pub(crate) const REPEAT: Function = Function {
    name: "repeat",
    aliases: &[],
    signature: "repeat(value, count: long) -> dynamic",
    summary: "An array of so many times the value, at most 1048576; null where the count is negative.",
    naming: Naming::Numbered,
    bind: |call| {
        call.arity(2..=2)?;
        Ok(Scalar::kernel(&REPEATED, vec![call.as_dynamic(0)?, call.long(1)?]))
    },
};

fn range(call: &Call<'_>) -> std::result::Result<Scalar, Diagnostic> {
    use KqlType::{Datetime, Dynamic, Int, Long, Real, Timespan};
    let mut kinds = Vec::new();
    for value in call.scalars(0)? {
        kinds.push(value.kind);
    }
    let (kind, step_kind, kernel) = match (kinds[0], kinds[1]) {
        (Datetime, _) => (Datetime, Timespan, &TIMES),
        (Timespan, _) => (Timespan, Timespan, &SPANS),
        _ if kinds.contains(&Real) => (Real, Real, &REALS),
        (Int | Long | Dynamic, _) => (Long, Long, &LONGS),
        (other, _) => {
            let wanted = "a number, a datetime or a timespan";
            return Err(call.wrong(0, wanted, &format!("`{other}`")));
        }
    };
    let step = if call.has(2) {
        call.typed(2, step_kind)?
    } else {
        let step = match step_kind {
            Timespan => Value::Timespan(3600 * SECOND),
            Real => Value::Real(1.0),
            _ => Value::Long(1),
        };
        Scalar::literal(step, step_kind)
    };
    Ok(Scalar::kernel(kernel, vec![call.typed(0, kind)?, call.typed(1, kind)?, step]))
}

const LONGS: Kernel = Kernel {
    name: "kql_range_long",
    returns: KqlType::Dynamic,
    evaluate: |arguments| {
        steps::<Int64Type, Int64Type>(arguments, |number, text| {
            let _ = write!(text, "{number}");
        })
    },
};
const TIMES: Kernel = Kernel {
    name: "kql_range_datetime",
    returns: KqlType::Dynamic,
    evaluate: |arguments| {
        steps::<TimestampNanosecondType, DurationNanosecondType>(arguments, |time, text| {
            let _ = write!(text, "\"{}\"", format_datetime(time));
        })
    },
};
const SPANS: Kernel = Kernel {
    name: "kql_range_timespan",
    returns: KqlType::Dynamic,
    evaluate: |arguments| {
        steps::<DurationNanosecondType, DurationNanosecondType>(arguments, |span, text| {
            let _ = write!(text, "\"{}\"", format_timespan(span));
        })
    },
};

fn steps<T, S>(arguments: &Arguments<'_>, show: fn(i64, &mut String)) -> Result<ArrayRef>
where
    T: ArrowPrimitiveType<Native = i64>,
    S: ArrowPrimitiveType<Native = i64>,
{
    let (start, stop) = (arguments.primitive::<T>(0)?, arguments.primitive::<T>(1)?);
    let width = arguments.primitive::<S>(2)?;
    bounded(arguments, |row| {
        let (start, stop, width) = (start.get(row)?, stop.get(row)?, width.get(row)?);
        let mut text = String::from("[");
        let (mut value, mut count) = (start, 0);
        while width != 0 && count < MOST && (if width > 0 { value <= stop } else { value >= stop })
        {
            if count > 0 {
                text.push(',');
            }
            show(value, &mut text);
            count += 1;
            let Some(next) = value.checked_add(width) else { break };
            value = next;
        }
        text.push(']');
        (width != 0).then_some(text)
    })
}

const REALS: Kernel = Kernel {
    name: "kql_range_real",
    returns: KqlType::Dynamic,
    evaluate: |arguments| {
        let (start, stop) =
            (arguments.primitive::<Float64Type>(0)?, arguments.primitive::<Float64Type>(1)?);
        let width = arguments.primitive::<Float64Type>(2)?;
        bounded(arguments, |row| {
            let (start, stop, width) = (start.get(row)?, stop.get(row)?, width.get(row)?);
            if width == 0.0 || !(start.is_finite() && stop.is_finite() && width.is_finite()) {
                return None;
            }
            let value = |count: i64| start + width * count as f64;
            let inside = |value: &f64| if width > 0.0 { *value <= stop } else { *value >= stop };
            let values = (0..MOST).map(value).take_while(inside);
            Some(values.collect::<serde_json::Value>().to_string())
        })
    },
};
const REPEATED: Kernel = Kernel {
    name: "kql_repeat",
    returns: KqlType::Dynamic,
    evaluate: |arguments| {
        let (value, count) = (arguments.text(0)?, arguments.primitive::<Int64Type>(1)?);
        let mut too_long = false;
        let column = bounded(arguments, |row| {
            let count = usize::try_from(count.get(row)?.min(MOST)).ok()?;
            let item = value
                .value(row)
                .map_or_else(|| "null".to_owned(), |cell| dynamic::parse(cell).to_string());
            too_long |= (item.len() + 1) * count > MOST_TEXT;
            if too_long {
                return None;
            }
            Some(format!("[{}]", vec![item; count].join(",")))
        })?;
        if too_long { Err(too_much()) } else { Ok(column) }
    },
};

/// A column of texts that are not too long together.
fn bounded(
    arguments: &Arguments<'_>,
    mut value: impl FnMut(usize) -> Option<String>,
) -> Result<ArrayRef> {
    let mut length = 0;
    let column = arguments.text_column(|row| {
        let text = if length > MOST_TEXT { None } else { value(row) };
        length += text.as_ref().map_or(0, String::len);
        text
    })?;
    if length > MOST_TEXT { Err(too_much()) } else { Ok(column) }
}

fn too_much() -> DataFusionError {
    DataFusionError::ResourcesExhausted(
        "the arrays made of these rows take more than 1 GiB together; make shorter ones, or fewer"
            .to_owned(),
    )
}

/// The kernels of this file, for the registry.
pub(crate) const KERNELS: &[&Kernel] = &[&LONGS, &TIMES, &SPANS, &REALS, &REPEATED];
