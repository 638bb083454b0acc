//! `series_decompose` and what is built on it: a series as season, trend and rest.

use arrow::array::ArrayRef;
use arrow::datatypes::{Float64Type, Int64Type};
use datafusion::common::Result;
use huntbook_diagnostics::Diagnostic;
use serde_json::Value;

use super::fit_line::Line;
use super::outliers::Fences;
use super::periods::Periods;
use super::{Series, mean, real, reals};
use crate::bind::Call;
use crate::functions::several::{Several, unpacked};
use crate::functions::{Function, Naming};
use crate::ir::{self, Scalar};
use crate::kernel::{Arguments, Kernel};
use crate::types::KqlType;

pub(crate) const SERIES_DECOMPOSE: Several = Several {
    name: "series_decompose",
    signature: "series_decompose(series: dynamic, [seasonality: long], [trend: string], [test_points: long], [threshold: real]) -> baseline, seasonal, trend, residual",
    summary: "The series as the sum of what repeats (the median of each phase), of its trend (`avg`, `linefit` or `none`) and of the rest. The seasonality is the period, 0 for none, or -1 to look for it, where its score must reach the threshold, 0.6 by default. The last `test_points` elements are not learnt from.",
    bind: |call| {
        call.arity(1..=5)?;
        let arguments = vec![
            call.dynamic(0)?,
            long(call, 1, -1)?,
            trend(call, 2, "avg")?,
            long(call, 3, 0)?,
            real_or(call, 4, 0.6)?,
        ];
        let packed = Scalar::kernel(&PARTS, arguments);
        let columns = ["baseline", "seasonal", "trend", "residual"];
        Ok(unpacked(call, &packed, &columns.map(|name| (name, KqlType::Dynamic))))
    },
};

pub(crate) const SERIES_DECOMPOSE_ANOMALIES: Several = Several {
    name: "series_decompose_anomalies",
    signature: "series_decompose_anomalies(series: dynamic, [threshold: real], [seasonality: long], [trend: string], [test_points: long], [method: string], [seasonality_threshold: real]) -> ad_flag, ad_score, baseline",
    summary: "Which elements stand out of what `series_decompose` expects: 1 above, -1 below, 0 within the threshold, 1.5 by default; with the scores of `series_outliers` (`ctukey`, or `tukey`) and the expected numbers.",
    bind: |call| {
        call.arity(1..=7)?;
        let method = if call.has(5) {
            one_of(call, 5, &["ctukey", "tukey"])?
        } else {
            Scalar::text("ctukey")
        };
        let arguments = vec![
            call.dynamic(0)?,
            long(call, 2, -1)?,
            trend(call, 3, "avg")?,
            long(call, 4, 0)?,
            real_or(call, 6, 0.6)?,
            real_or(call, 1, 1.5)?,
            method,
        ];
        let packed = Scalar::kernel(&ANOMALIES, arguments);
        let columns = ["ad_flag", "ad_score", "baseline"];
        Ok(unpacked(call, &packed, &columns.map(|name| (name, KqlType::Dynamic))))
    },
};

pub(crate) const SERIES_DECOMPOSE_FORECAST: Function = Function {
    name: "series_decompose_forecast",
    aliases: &[],
    signature: "series_decompose_forecast(series: dynamic, points: long, [seasonality: long], [trend: string], [threshold: real]) -> dynamic",
    summary: "The series as `series_decompose` expects it, learnt without its last `points` elements; the trend is `linefit` by default.",
    naming: Naming::Numbered,
    bind: |call| {
        call.arity(2..=5)?;
        let arguments = vec![
            call.dynamic(0)?,
            long(call, 2, -1)?,
            trend(call, 3, "linefit")?,
            call.long(1)?,
            real_or(call, 4, 0.6)?,
        ];
        Ok(Scalar::kernel(&FORECAST, arguments))
    },
};

pub(crate) const SERIES_SEASONAL: Function = Function {
    name: "series_seasonal",
    aliases: &[],
    signature: "series_seasonal(series: dynamic, [period: long]) -> dynamic",
    summary: "The part of the series that repeats: the median of each phase of the period, which is looked for where it is -1, the default; zeros where there is none.",
    naming: Naming::Numbered,
    bind: |call| {
        call.arity(1..=2)?;
        Ok(Scalar::kernel(&SEASONAL, vec![call.dynamic(0)?, long(call, 1, -1)?]))
    },
};

fn long(call: &Call<'_>, index: usize, default: i64) -> std::result::Result<Scalar, Diagnostic> {
    if call.has(index) { call.long(index) } else { Ok(Scalar::long(default)) }
}

fn real_or(call: &Call<'_>, index: usize, default: f64) -> std::result::Result<Scalar, Diagnostic> {
    if call.has(index) {
        call.typed(index, KqlType::Real)
    } else {
        Ok(Scalar::literal(ir::Value::Real(default), KqlType::Real))
    }
}

fn trend(call: &Call<'_>, index: usize, default: &str) -> std::result::Result<Scalar, Diagnostic> {
    if call.has(index) {
        one_of(call, index, &["avg", "linefit", "none"])
    } else {
        Ok(Scalar::text(default))
    }
}

/// A string that must be one of these where it is constant.
fn one_of(
    call: &Call<'_>,
    index: usize,
    allowed: &[&str],
) -> std::result::Result<Scalar, Diagnostic> {
    let value = call.string(index)?;
    match value.as_literal() {
        Some(ir::Value::Text(text)) if !allowed.contains(&text.as_str()) => {
            let wanted: Vec<String> = allowed.iter().map(|name| format!("\"{name}\"")).collect();
            Err(call.wrong(index, &format!("one of {}", wanted.join(", ")), &format!("\"{text}\"")))
        }
        _ => Ok(value),
    }
}

/// The parts of a series.
struct Parts {
    baseline: Vec<f64>,
    seasonal: Vec<f64>,
    trend: Vec<f64>,
    residual: Vec<f64>,
}

/// The median of each phase of the period, over the numbers that are learnt from.
fn phases(learnt: &[f64], period: usize) -> Vec<f64> {
    let median = |phase: usize| {
        let mut numbers: Vec<f64> = learnt.iter().skip(phase).step_by(period).copied().collect();
        numbers.sort_by(f64::total_cmp);
        super::quantile(&numbers, 0.5).unwrap_or(0.0)
    };
    (0..period.min(learnt.len())).map(median).collect()
}

/// What repeats in a series of `count` numbers.
fn seasonal(learnt: &[f64], count: usize, seasonality: i64, threshold: f64) -> Option<Vec<f64>> {
    let period = match seasonality {
        -1 => {
            let found = Periods::of(learnt)?.detect(0.0, f64::INFINITY, 1);
            found
                .first()
                .filter(|(_, score)| *score >= threshold)
                .map_or(0, |(period, _)| *period as usize)
        }
        period => usize::try_from(period).unwrap_or(0),
    };
    let phases = if period == 0 { vec![0.0] } else { phases(learnt, period) };
    Some(phases.iter().copied().cycle().take(count).collect())
}

fn decompose(
    numbers: &[f64],
    seasonality: i64,
    trend: &str,
    test_points: i64,
    threshold: f64,
) -> Option<Parts> {
    let count = numbers.len();
    let known = count.checked_sub(usize::try_from(test_points).ok()?).filter(|known| *known > 0)?;
    let learnt = &numbers[..known];
    let seasonal = seasonal(learnt, count, seasonality, threshold)?;
    let rest: Vec<f64> =
        learnt.iter().zip(&seasonal).map(|(number, season)| number - season).collect();
    let trend: Vec<f64> = match trend {
        "avg" => vec![mean(&rest); count],
        "linefit" => {
            let line = Line::of(&rest)?;
            (0..count).map(|position| line.at(position)).collect()
        }
        "none" => vec![0.0; count],
        _ => return None,
    };
    let baseline: Vec<f64> =
        seasonal.iter().zip(&trend).map(|(season, trend)| season + trend).collect();
    let residual =
        numbers.iter().zip(&baseline).map(|(number, expected)| number - expected).collect();
    Some(Parts { baseline, seasonal, trend, residual })
}

/// The parts of the series in each row, by the first five arguments.
fn each(
    arguments: &Arguments<'_>,
    show: impl Fn(usize, Parts) -> Option<String>,
) -> Result<ArrayRef> {
    let series = arguments.text(0)?;
    let seasonality = arguments.primitive::<Int64Type>(1)?;
    let trend = arguments.text(2)?;
    let test_points = arguments.primitive::<Int64Type>(3)?;
    let threshold = arguments.primitive::<Float64Type>(4)?;
    arguments.text_column(|row| {
        let numbers = Series::complete(series.value(row))?;
        let parts = decompose(
            &numbers,
            seasonality.get(row)?,
            trend.get(row),
            test_points.get(row)?,
            threshold.get(row)?,
        )?;
        show(row, parts)
    })
}

const PARTS: Kernel = Kernel {
    name: "kql_series_decompose",
    returns: KqlType::Dynamic,
    evaluate: |arguments| {
        each(arguments, |_, parts| {
            let column = |numbers: Vec<f64>| numbers.into_iter().map(real).collect::<Value>();
            let columns = [parts.baseline, parts.seasonal, parts.trend, parts.residual];
            Some(columns.into_iter().map(column).collect::<Value>().to_string())
        })
    },
};
const ANOMALIES: Kernel = Kernel {
    name: "kql_series_decompose_anomalies",
    returns: KqlType::Dynamic,
    evaluate: |arguments| {
        let limit = arguments.primitive::<Float64Type>(5)?;
        let method = arguments.text(6)?;
        each(arguments, |row, parts| {
            let limit = limit.get(row)?;
            let residual: Vec<Option<f64>> = parts.residual.into_iter().map(Some).collect();
            let scores = Fences::of(method.get(row), None, None)?.scores(&residual);
            let flag = |score: &f64| {
                Value::from(if *score > limit {
                    1
                } else if *score < -limit {
                    -1
                } else {
                    0
                })
            };
            let flags: Value = scores.iter().map(flag).collect();
            let scores = reals(scores.into_iter().map(Some));
            Some(format!("[{flags},{scores},{}]", reals(parts.baseline.into_iter().map(Some))))
        })
    },
};
const FORECAST: Kernel = Kernel {
    name: "kql_series_decompose_forecast",
    returns: KqlType::Dynamic,
    evaluate: |arguments| {
        each(arguments, |_, parts| Some(reals(parts.baseline.into_iter().map(Some))))
    },
};
const SEASONAL: Kernel = Kernel {
    name: "kql_series_seasonal",
    returns: KqlType::Dynamic,
    evaluate: |arguments| {
        let (series, period) = (arguments.text(0)?, arguments.primitive::<Int64Type>(1)?);
        arguments.text_column(|row| {
            let numbers = Series::complete(series.value(row))?;
            let seasonal = seasonal(&numbers, numbers.len(), period.get(row)?, 0.6)?;
            Some(reals(seasonal.into_iter().map(Some)))
        })
    },
};

/// The kernels of this file, for the registry.
pub(crate) const KERNELS: &[&Kernel] = &[&PARTS, &ANOMALIES, &FORECAST, &SEASONAL];
