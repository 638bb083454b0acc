//! What `make-series` computes with.

use arrow::array::ArrayRef;
use arrow::datatypes::{Float64Type, Int64Type};
use datafusion::common::{DataFusionError, Result};
use serde_json::Value as Json;

use crate::convert::{format_real, ticks_to_datetime};
use crate::dynamic;
use crate::kernel::{Arguments, Kernel};
use crate::time::{TICK, format_datetime, format_timespan};
use crate::types::KqlType;

/// The most values that a series may have.
const MOST: i64 = 1 << 20;

/// The number of the bin in which a value lies.
fn index(value: i64, base: i64, step: i64) -> Option<i64> {
    if step <= 0 {
        return None;
    }
    let bin = (i128::from(value) - i128::from(base)).div_euclid(i128::from(step));
    i64::try_from(bin).ok()
}

fn index_real(value: f64, base: f64, step: f64) -> Option<i64> {
    let bin = ((value - base) / step).floor();
    (step > 0.0 && bin.abs() < 1e15).then_some(bin as i64)
}

fn whole(
    arguments: &Arguments<'_>,
    compute: impl Fn(i64, i64, i64) -> Option<i64>,
) -> Result<ArrayRef> {
    let part = |index: usize| arguments.primitive::<Int64Type>(index);
    let (value, base, step) = (part(0)?, part(1)?, part(2)?);
    arguments.primitive_column::<Int64Type>(KqlType::Long, |row| {
        compute(value.get(row)?, base.get(row)?, step.get(row)?)
    })
}

fn real(
    arguments: &Arguments<'_>,
    compute: impl Fn(f64, f64, f64) -> Option<i64>,
) -> Result<ArrayRef> {
    let part = |index: usize| arguments.primitive::<Float64Type>(index);
    let (value, base, step) = (part(0)?, part(1)?, part(2)?);
    arguments.primitive_column::<Int64Type>(KqlType::Long, |row| {
        compute(value.get(row)?, base.get(row)?, step.get(row)?)
    })
}

/// Value, base and step to the number of the bin.
pub(super) const INDEX: Kernel = Kernel {
    name: "kql_series_bin",
    returns: KqlType::Long,
    evaluate: |arguments| whole(arguments, index),
};
pub(super) const INDEX_REAL: Kernel = Kernel {
    name: "kql_series_bin_real",
    returns: KqlType::Long,
    evaluate: |arguments| real(arguments, index_real),
};

/// End, base and step to the number of the last bin that begins before the end.
pub(super) const END: Kernel = Kernel {
    name: "kql_series_last",
    returns: KqlType::Long,
    evaluate: |arguments| {
        whole(arguments, |end, base, step| index(end.checked_sub(1)?, base, step))
    },
};
pub(super) const END_REAL: Kernel = Kernel {
    name: "kql_series_last_real",
    returns: KqlType::Long,
    evaluate: |arguments| {
        real(arguments, |end, base, step| {
            let bins = ((end - base) / step).ceil();
            (step > 0.0 && bins.abs() < 1e15).then_some(bins as i64 - 1)
        })
    },
};

/// Bin and value as an array of two.
pub(super) const PAIR: Kernel = Kernel {
    name: "kql_series_pair",
    returns: KqlType::Dynamic,
    evaluate: |arguments| {
        let (bin, value) = (arguments.primitive::<Int64Type>(0)?, arguments.text(1)?);
        arguments.text_column(|row| {
            let bin = bin.get(row)?;
            let value = value.value(row).map_or(Json::Null, dynamic::parse);
            Some(Json::Array(vec![Json::from(bin), value]).to_string())
        })
    },
};

/// A series: bins with their values, the first bin and the last.
type Series = (Vec<(i64, Json)>, i64, i64);

/// The pairs of a list, and the bins from the first to the last: those stated, or those that have values.
fn series(pairs: &str, first: Option<i64>, last: Option<i64>) -> Result<Series> {
    let mut filled = Vec::new();
    if let Json::Array(items) = dynamic::parse(pairs) {
        for item in items {
            if let Json::Array(pair) = item
                && let [bin, value] = pair.as_slice()
                && let Some(bin) = bin.as_i64()
            {
                filled.push((bin, value.clone()));
            }
        }
    }
    let bins = || filled.iter().map(|(bin, _)| *bin);
    let first = first.or_else(|| bins().min()).unwrap_or(0);
    let last = last.or_else(|| bins().max()).unwrap_or_else(|| first.saturating_sub(1));
    if last.saturating_sub(first) >= MOST {
        let message = format!("`make-series` would make more than {MOST} values a series");
        return Err(DataFusionError::ResourcesExhausted(message));
    }
    Ok((filled, first, last))
}

/// Pairs, first bin, last bin and default to the array of the values.
pub(super) const FILL: Kernel = Kernel {
    name: "kql_series_fill",
    returns: KqlType::Dynamic,
    evaluate: |arguments| {
        let (list, default) = (arguments.text(0)?, arguments.text(3)?);
        let (first, last) =
            (arguments.primitive::<Int64Type>(1)?, arguments.primitive::<Int64Type>(2)?);
        let mut failure = None;
        let filled = arguments.text_column(|row| {
            match series(list.value(row).unwrap_or_default(), first.get(row), last.get(row)) {
                Ok((pairs, first, last)) => {
                    let default = default.value(row).map_or(Json::Null, dynamic::parse);
                    let count = usize::try_from(last - first + 1).unwrap_or(0);
                    let mut values = vec![default; count];
                    for (bin, value) in pairs {
                        let place = usize::try_from(bin - first).ok();
                        if let Some(slot) = place.and_then(|place| values.get_mut(place)) {
                            *slot = value;
                        }
                    }
                    Some(Json::Array(values).to_string())
                }
                Err(error) => {
                    failure.get_or_insert(error);
                    None
                }
            }
        });
        failure.map_or(filled, Err)
    },
};

/// Pairs, first bin, last bin, base, step and type to the array of the bins' beginnings.
pub(super) const AXIS: Kernel = Kernel {
    name: "kql_series_axis",
    returns: KqlType::Dynamic,
    evaluate: |arguments| {
        let kind = arguments.text(5)?;
        let (base, step) =
            (arguments.primitive::<Int64Type>(3)?, arguments.primitive::<Int64Type>(4)?);
        axis(arguments, |row, bin| {
            let value = i128::from(bin) * i128::from(step.get(row)?) + i128::from(base.get(row)?);
            let value = i64::try_from(value).ok()?;
            Some(match kind.get(row) {
                "datetime" => dynamic::quote(&format_datetime(ticks_to_datetime(value)?)),
                "timespan" => dynamic::quote(&format_timespan(value.checked_mul(TICK)?)),
                _ => value.to_string(),
            })
        })
    },
};
pub(super) const AXIS_REAL: Kernel = Kernel {
    name: "kql_series_axis_real",
    returns: KqlType::Dynamic,
    evaluate: |arguments| {
        let (base, step) =
            (arguments.primitive::<Float64Type>(3)?, arguments.primitive::<Float64Type>(4)?);
        axis(arguments, |row, bin| Some(format_real(bin as f64 * step.get(row)? + base.get(row)?)))
    },
};

fn axis(
    arguments: &Arguments<'_>,
    value: impl Fn(usize, i64) -> Option<String>,
) -> Result<ArrayRef> {
    let pairs = arguments.text(0)?;
    let (first, last) =
        (arguments.primitive::<Int64Type>(1)?, arguments.primitive::<Int64Type>(2)?);
    let mut failure = None;
    let column = arguments.text_column(|row| {
        match series(pairs.value(row).unwrap_or_default(), first.get(row), last.get(row)) {
            Ok((_, first, last)) => {
                let mut text = String::from("[");
                for bin in first..=last {
                    if bin > first {
                        text.push(',');
                    }
                    text.push_str(value(row, bin).as_deref().unwrap_or("null"));
                }
                text.push(']');
                Some(text)
            }
            Err(error) => {
                failure.get_or_insert(error);
                None
            }
        }
    });
    failure.map_or(column, Err)
}

/// The kernels of this file, for the registry.
pub(crate) const KERNELS: &[&Kernel] =
    &[&INDEX, &INDEX_REAL, &END, &END_REAL, &PAIR, &FILL, &AXIS, &AXIS_REAL];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bins_of_values_below_the_base_are_negative() {
        assert_eq!(index(-1, 0, 10), Some(-1));
        assert_eq!(index(i64::MIN, i64::MAX, 1), None);
        assert_eq!(index(5, 0, 0), None);
        assert_eq!(index_real(0.5, 0.0, 0.0), None);
    }

    #[test]
    fn a_series_has_a_bound() {
        assert!(series("[]", Some(0), Some(MOST)).is_err());
        assert!(series("[]", Some(i64::MIN), Some(i64::MAX)).is_err());
        assert!(matches!(series("[[3,1]]", None, None), Ok((_, 3, 3))));
    }
}
