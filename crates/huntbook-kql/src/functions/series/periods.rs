//! `series_periods_detect`, `series_periods_validate`: what a series repeats after.
//!
//! A period is a hill of the autocorrelation near a strong line of the spectrum. Its score is the autocorrelation
//! there, from 0 to 1, the least one over the multiples that fit into half of the series.

use num_complex::Complex64;

use super::fit_line::Line;
use super::fourier::{autocovariance, transform};
use super::{Series, reals};
use crate::functions::several::{Several, unpacked};
use crate::ir::Scalar;
use crate::kernel::Kernel;
use crate::types::KqlType;
use arrow::datatypes::{Float64Type, Int64Type};

pub(crate) const SERIES_PERIODS_DETECT: Several = Several {
    name: "series_periods_detect",
    signature: "series_periods_detect(series: dynamic, min_period: real, max_period: real, num_periods: long) -> periods, scores",
    summary: "The strongest periods of the series between the two lengths, and a score from 0 to 1 for each; 0 where there are fewer. A period has 4 elements at least, and at most half of the series.",
    bind: |call| {
        call.arity(4..=4)?;
        let arguments = vec![
            call.dynamic(0)?,
            call.typed(1, KqlType::Real)?,
            call.typed(2, KqlType::Real)?,
            call.long(3)?,
        ];
        let packed = Scalar::kernel(&DETECT, arguments);
        let columns = [("periods", KqlType::Dynamic), ("periods_scores", KqlType::Dynamic)];
        Ok(unpacked(call, &packed, &columns))
    },
};

pub(crate) const SERIES_PERIODS_VALIDATE: Several = Several {
    name: "series_periods_validate",
    signature: "series_periods_validate(series: dynamic, period: real, ...) -> periods, scores",
    summary: "The periods, up to 16 of them, and for each a score from 0 to 1 that says how well the series repeats after it; 0 for fewer than 4 elements or more than half of the series.",
    bind: |call| {
        call.arity(2..=17)?;
        let mut arguments = vec![call.dynamic(0)?];
        for index in 1..call.arguments.len() {
            arguments.push(call.typed(index, KqlType::Real)?);
        }
        let packed = Scalar::kernel(&VALIDATE, arguments);
        let columns = [("periods", KqlType::Dynamic), ("scores", KqlType::Dynamic)];
        Ok(unpacked(call, &packed, &columns))
    },
};

/// The fewest elements of a period.
const LEAST: usize = 4;

/// A series as its periods are looked for.
pub(super) struct Periods {
    centred: Vec<f64>,
    /// 1 at 0.
    correlation: Vec<f64>,
}

impl Periods {
    pub(super) fn of(numbers: &[f64]) -> Option<Self> {
        // A trend would hide what repeats.
        let line = Line::of(numbers)?;
        let centred: Vec<f64> = numbers
            .iter()
            .enumerate()
            .map(|(position, number)| number - line.at(position))
            .collect();
        let sums = autocovariance(&centred);
        let count = numbers.len();
        let whole = sums[0] / count as f64;
        // What is left of a straight line is noise of the arithmetic.
        if whole.partial_cmp(&(line.variance * 1e-20)) != Some(std::cmp::Ordering::Greater) {
            return Some(Self { centred, correlation: vec![0.0; count] });
        }
        let each = |(lag, sum): (usize, &f64)| sum / (count - lag) as f64 / whole;
        let correlation = sums.iter().enumerate().map(each).collect();
        Some(Self { centred, correlation })
    }

    fn longest(&self) -> usize {
        self.centred.len() / 2
    }

    /// Whether the series resembles itself more at `lag` than at its neighbours.
    fn is_hill(&self, lag: usize) -> bool {
        let at = |lag: usize| self.correlation.get(lag).copied().unwrap_or(f64::NEG_INFINITY);
        lag > 0 && at(lag) >= at(lag - 1) && at(lag) >= at(lag + 1)
    }

    /// How well the series repeats after `period` elements.
    fn score(&self, period: f64) -> f64 {
        if !(period >= LEAST as f64 && period <= self.longest() as f64) {
            return 0.0;
        }
        if !self.is_hill(period.round() as usize) {
            return 0.0;
        }
        let multiples = (1..).map(|times: usize| (period * times as f64).round() as usize);
        let scores =
            multiples.take_while(|lag| *lag <= self.longest()).map(|lag| self.correlation[lag]);
        scores.fold(1.0, f64::min).max(0.0)
    }

    /// The periods between two lengths with their scores, the best one first.
    pub(super) fn detect(&self, least: f64, most: f64, wanted: usize) -> Vec<(f64, f64)> {
        let count = self.centred.len();
        let spectrum: Vec<Complex64> =
            self.centred.iter().map(|number| Complex64::new(*number, 0.0)).collect();
        let spectrum = transform(&spectrum, false);
        let power: Vec<f64> =
            spectrum[..=count / 2].iter().skip(1).map(Complex64::norm_sqr).collect();
        let usual = power.iter().sum::<f64>() / power.len().max(1) as f64;
        let mut found: Vec<(f64, f64)> = Vec::new();
        for (position, power) in power.iter().enumerate() {
            if *power < 2.0 * usual {
                continue;
            }
            // A line of the spectrum stands for the lengths between its neighbours'.
            let line = position + 1;
            let from = (count as f64 / (line + 1) as f64).floor().max(LEAST as f64) as usize;
            let to = if line == 1 {
                self.longest()
            } else {
                count.div_ceil(line - 1).min(self.longest())
            };
            let hills = (from..=to).filter(|lag| self.is_hill(*lag));
            let best = hills
                .max_by(|one, other| self.correlation[*one].total_cmp(&self.correlation[*other]));
            let Some(lag) = best.map(|lag| lag as f64) else { continue };
            let known = found.iter().any(|(period, _)| period.total_cmp(&lag).is_eq());
            if lag >= least && lag <= most && !known {
                found.push((lag, self.score(lag)));
            }
        }
        found.retain(|(_, score)| *score > 0.0);
        found.sort_by(|one, other| other.1.total_cmp(&one.1).then(one.0.total_cmp(&other.0)));
        found.truncate(wanted);
        found
    }
}

fn packed(periods: &[(f64, f64)]) -> String {
    let column = |part: fn(&(f64, f64)) -> f64| reals(periods.iter().map(part).map(Some));
    format!("[{},{}]", column(|(period, _)| *period), column(|(_, score)| *score))
}

const DETECT: Kernel = Kernel {
    name: "kql_series_periods_detect",
    returns: KqlType::Dynamic,
    evaluate: |arguments| {
        let series = arguments.text(0)?;
        let (least, most) =
            (arguments.primitive::<Float64Type>(1)?, arguments.primitive::<Float64Type>(2)?);
        let wanted = arguments.primitive::<Int64Type>(3)?;
        arguments.text_column(|row| {
            let periods = Periods::of(&Series::complete(series.value(row))?)?;
            let wanted = usize::try_from(wanted.get(row)?.clamp(0, 1024)).ok()?;
            let mut found = periods.detect(least.get(row)?, most.get(row)?, wanted);
            found.resize(wanted, (0.0, 0.0));
            Some(packed(&found))
        })
    },
};
const VALIDATE: Kernel = Kernel {
    name: "kql_series_periods_validate",
    returns: KqlType::Dynamic,
    evaluate: |arguments| {
        let series = arguments.text(0)?;
        let lengths = (1..arguments.len())
            .map(|index| arguments.primitive::<Float64Type>(index))
            .collect::<datafusion::common::Result<Vec<_>>>()?;
        arguments.text_column(|row| {
            let periods = Periods::of(&Series::complete(series.value(row))?)?;
            let scored = lengths.iter().map(|length| {
                let length = length.get(row).unwrap_or(f64::NAN);
                (length, periods.score(length))
            });
            Some(packed(&scored.collect::<Vec<_>>()))
        })
    },
};

/// The kernels of this file, for the registry.
pub(crate) const KERNELS: &[&Kernel] = &[&DETECT, &VALIDATE];
