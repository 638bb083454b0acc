//! `series_stats`, `series_stats_dynamic`: extremes, average and spread of a series.

use serde_json::{Value, json};

use super::{mean, real};
use crate::bind::Call;
use crate::functions::several::{Several, unpacked};
use crate::functions::{Function, Naming};
use crate::ir::{self, Scalar};
use crate::kernel::Kernel;
use crate::types::KqlType;
use huntbook_diagnostics::Diagnostic;

const COLUMNS: [(&str, KqlType); 7] = [
    ("min", KqlType::Real),
    ("min_idx", KqlType::Long),
    ("max", KqlType::Real),
    ("max_idx", KqlType::Long),
    ("avg", KqlType::Real),
    ("stdev", KqlType::Real),
    ("variance", KqlType::Real),
];

pub(crate) const SERIES_STATS: Several = Several {
    name: "series_stats",
    signature: "series_stats(series: dynamic, [ignore_nonfinite: bool]) -> min, min_idx, max, max_idx, avg, stdev, variance",
    summary: "The least and greatest numbers of the series with their positions, the average, the standard deviation and the variance of a sample. Null where an element is no finite number, unless those are ignored.",
    bind: |call| {
        let packed = Scalar::kernel(&LIST, arguments(call)?);
        Ok(unpacked(call, &packed, &COLUMNS))
    },
};

pub(crate) const SERIES_STATS_DYNAMIC: Function = Function {
    name: "series_stats_dynamic",
    aliases: &[],
    signature: "series_stats_dynamic(series: dynamic, [ignore_nonfinite: bool]) -> dynamic",
    summary: "What `series_stats` gives as one object, with the sum and the length.",
    naming: Naming::Numbered,
    bind: |call| Ok(Scalar::kernel(&BAG, arguments(call)?)),
};

fn arguments(call: &Call<'_>) -> Result<Vec<Scalar>, Diagnostic> {
    call.arity(1..=2)?;
    let ignore = if call.has(1) {
        call.boolean(1)?
    } else {
        Scalar::literal(ir::Value::Bool(false), KqlType::Bool)
    };
    Ok(vec![call.dynamic(0)?, ignore])
}

struct Statistics {
    least: (usize, f64),
    greatest: (usize, f64),
    mean: f64,
    variance: f64,
    sum: f64,
    count: usize,
}

fn statistics(cell: Option<&str>, ignore: Option<bool>) -> Option<Statistics> {
    let mut numbers = super::Series::of(cell)?.numbers;
    for number in &mut numbers {
        *number = number.filter(|number| number.is_finite());
    }
    if ignore != Some(true) && numbers.iter().any(Option::is_none) {
        return None;
    }
    let placed: Vec<(usize, f64)> = numbers
        .iter()
        .enumerate()
        .filter_map(|(position, number)| Some((position, (*number)?)))
        .collect();
    let values: Vec<f64> = placed.iter().map(|(_, number)| *number).collect();
    // Of equal numbers the first one counts.
    let least = *placed.iter().min_by(|left, right| left.1.total_cmp(&right.1))?;
    let greatest = *placed.iter().rev().max_by(|left, right| left.1.total_cmp(&right.1))?;
    let mean = mean(&values);
    let squares: f64 = values.iter().map(|number| (number - mean).powi(2)).sum();
    let variance = if values.len() > 1 { squares / (values.len() - 1) as f64 } else { 0.0 };
    Some(Statistics {
        least,
        greatest,
        mean,
        variance,
        sum: values.iter().sum(),
        count: values.len(),
    })
}

const LIST: Kernel = Kernel {
    name: "kql_series_stats",
    returns: KqlType::Dynamic,
    evaluate: |arguments| {
        let (series, ignore) = (arguments.text(0)?, arguments.boolean(1)?);
        arguments.text_column(|row| {
            let found = statistics(series.value(row), ignore.get(row))?;
            let list = [
                real(found.least.1),
                Value::from(found.least.0),
                real(found.greatest.1),
                Value::from(found.greatest.0),
                real(found.mean),
                real(found.variance.sqrt()),
                real(found.variance),
            ];
            Some(Value::from(list.as_slice()).to_string())
        })
    },
};
const BAG: Kernel = Kernel {
    name: "kql_series_stats_dynamic",
    returns: KqlType::Dynamic,
    evaluate: |arguments| {
        let (series, ignore) = (arguments.text(0)?, arguments.boolean(1)?);
        arguments.text_column(|row| {
            let found = statistics(series.value(row), ignore.get(row))?;
            let bag = json!({
                "min": real(found.least.1),
                "min_idx": found.least.0,
                "max": real(found.greatest.1),
                "max_idx": found.greatest.0,
                "avg": real(found.mean),
                "stdev": real(found.variance.sqrt()),
                "variance": real(found.variance),
                "sum": real(found.sum),
                "len": found.count,
            });
            Some(bag.to_string())
        })
    },
};

/// The kernels of this file, for the registry.
pub(crate) const KERNELS: &[&Kernel] = &[&LIST, &BAG];
