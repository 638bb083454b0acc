//! `series_outliers`: how far each number lies outside of the usual range, by Tukey's fences.
//!
//! The score of a number outside of two percentiles is its distance from the nearer one, measured in their
//! distance. The scale of `ctukey` is such that 1.5 means as much as with the quartiles of `tukey`.

use super::{Series, quantile, reals};
use crate::functions::{Function, Naming};
use crate::ir::Scalar;
use crate::kernel::Kernel;
use crate::types::KqlType;

pub(crate) const SERIES_OUTLIERS: Function = Function {
    name: "series_outliers",
    aliases: &[],
    signature: "series_outliers(series: dynamic, [kind: string], [ignore: real], [low: real], [high: real]) -> dynamic",
    summary: "A score for each number, 0 where it lies between the percentiles `low` and `high` (10 and 90 for the kind `ctukey`, the default; 25 and 75 for `tukey`). More than 1.5 is a rise, less than -1.5 a fall. Nulls and the number to ignore score 0.",
    naming: Naming::Numbered,
    bind: |call| {
        call.arity(1..=5)?;
        let kind = if call.has(1) { call.string(1)? } else { Scalar::text("ctukey") };
        let or_null = |index: usize| {
            if call.has(index) {
                call.typed(index, KqlType::Real)
            } else {
                Ok(Scalar::null(KqlType::Real))
            }
        };
        let arguments = vec![call.dynamic(0)?, kind, or_null(2)?, or_null(3)?, or_null(4)?];
        Ok(Scalar::kernel(&SCORES, arguments))
    },
};

/// What the usual range is, and the scale of the distances from it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Fences {
    low: f64,
    high: f64,
    scale: f64,
}

impl Fences {
    /// Of `tukey` or `ctukey`; `None` for another kind, or percentiles outside of 2 to 98.
    pub(super) fn of(kind: &str, low: Option<f64>, high: Option<f64>) -> Option<Self> {
        match kind {
            "tukey" => Some(Self { low: 0.25, high: 0.75, scale: 1.0 }),
            "ctukey" | "" => {
                let (low, high) = (low.unwrap_or(10.0), high.unwrap_or(90.0));
                let inside = |percent: f64| (2.0..=98.0).contains(&percent);
                (inside(low) && inside(high) && low < high).then(|| Self {
                    low: low / 100.0,
                    high: high / 100.0,
                    scale: scale(low, high),
                })
            }
            _ => None,
        }
    }

    /// The score of each number; gaps score 0.
    pub(super) fn scores(self, numbers: &[Option<f64>]) -> Vec<f64> {
        let mut sorted: Vec<f64> =
            numbers.iter().flatten().copied().filter(|number| number.is_finite()).collect();
        sorted.sort_by(f64::total_cmp);
        let (Some(low), Some(high)) = (quantile(&sorted, self.low), quantile(&sorted, self.high))
        else {
            return vec![0.0; numbers.len()];
        };
        let width = high - low;
        let score = |number: f64| {
            let outside = if number > high {
                number - high
            } else if number < low {
                number - low
            } else {
                return 0.0;
            };
            outside / width * self.scale
        };
        numbers.iter().map(|number| number.map_or(0.0, score)).collect()
    }
}

/// The scale of `ctukey` for the percentiles 10 and 90.
const USUAL_SCALE: f64 = 2.772_605_606_5;

/// The factor that makes 1.5 of a normal distribution the same point as with quartiles.
fn scale(low: f64, high: f64) -> f64 {
    let for_percent = |low: f64, high: f64| {
        let quartile = normal_quantile(0.75);
        let (below, above) = (normal_quantile(low / 100.0), normal_quantile(high / 100.0));
        1.5 * (above - below) / (4.0 * quartile - above)
    };
    USUAL_SCALE * for_percent(low, high) / for_percent(10.0, 90.0)
}

/// Where a share of the normal distribution lies below, to four digits (Abramowitz and Stegun 26.2.23).
fn normal_quantile(share: f64) -> f64 {
    let tail = share.min(1.0 - share);
    let t = (-2.0 * tail.ln()).sqrt();
    let upper = 2.515_517 + t * (0.802_853 + t * 0.010_328);
    let lower = 1.0 + t * (1.432_788 + t * (0.189_269 + t * 0.001_308));
    let distance = t - upper / lower;
    if share < 0.5 { -distance } else { distance }
}

const SCORES: Kernel = Kernel {
    name: "kql_series_outliers",
    returns: KqlType::Dynamic,
    evaluate: |arguments| {
        use arrow::datatypes::Float64Type;
        let (series, kind) = (arguments.text(0)?, arguments.text(1)?);
        let ignore = arguments.primitive::<Float64Type>(2)?;
        let (low, high) =
            (arguments.primitive::<Float64Type>(3)?, arguments.primitive::<Float64Type>(4)?);
        arguments.text_column(|row| {
            let fences = Fences::of(kind.get(row), low.get(row), high.get(row))?;
            let mut numbers = Series::of(series.value(row))?.numbers;
            if let Some(ignore) = ignore.get(row) {
                for number in &mut numbers {
                    *number = number.filter(|number| number.total_cmp(&ignore).is_ne());
                }
            }
            Some(reals(fences.scores(&numbers).into_iter().map(Some)))
        })
    },
};

/// The kernels of this file, for the registry.
pub(crate) const KERNELS: &[&Kernel] = &[&SCORES];
