//! `series_fit_line`, `series_fit_line_dynamic`: the line that is nearest to a series.

use serde_json::{Value, json};

use super::{Series, mean, real, reals};
use crate::functions::several::{Several, unpacked};
use crate::functions::{Function, Naming};
use crate::ir::Scalar;
use crate::kernel::Kernel;
use crate::types::KqlType;

const COLUMNS: [(&str, KqlType); 6] = [
    ("rsquare", KqlType::Real),
    ("slope", KqlType::Real),
    ("variance", KqlType::Real),
    ("rvariance", KqlType::Real),
    ("interception", KqlType::Real),
    ("line_fit", KqlType::Dynamic),
];

pub(crate) const SERIES_FIT_LINE: Several = Several {
    name: "series_fit_line",
    signature: "series_fit_line(series: dynamic) -> rsquare, slope, variance, rvariance, interception, line_fit",
    summary: "The line through the series by least squares: how well it fits (from 0 to 1), its slope and start, the variance of the numbers and of what the line leaves, and its own values.",
    bind: |call| {
        call.arity(1..=1)?;
        let packed = Scalar::kernel(&LIST, vec![call.dynamic(0)?]);
        Ok(unpacked(call, &packed, &COLUMNS))
    },
};

pub(crate) const SERIES_FIT_LINE_DYNAMIC: Function = Function {
    name: "series_fit_line_dynamic",
    aliases: &[],
    signature: "series_fit_line_dynamic(series: dynamic) -> dynamic",
    summary: "What `series_fit_line` gives as one object.",
    naming: Naming::Numbered,
    bind: |call| {
        call.arity(1..=1)?;
        Ok(Scalar::kernel(&BAG, vec![call.dynamic(0)?]))
    },
};

/// A line through numbers at 0, 1, 2 and so on.
#[derive(Debug, Clone, Copy)]
pub(super) struct Line {
    pub(super) slope: f64,
    pub(super) start: f64,
    /// Of the numbers, as a sample.
    pub(super) variance: f64,
    /// Of the distances from the line.
    pub(super) left: f64,
}

impl Line {
    /// The line nearest to the numbers; `None` where there are none.
    pub(super) fn of(numbers: &[f64]) -> Option<Self> {
        let count = numbers.len() as f64;
        if numbers.is_empty() {
            return None;
        }
        let (centre, mean) = ((count - 1.0) / 2.0, mean(numbers));
        let (mut across, mut together, mut along) = (0.0, 0.0, 0.0);
        for (position, number) in numbers.iter().enumerate() {
            let (x, y) = (position as f64 - centre, number - mean);
            across += x * x;
            together += x * y;
            along += y * y;
        }
        let slope = if across > 0.0 { together / across } else { 0.0 };
        let freedom = (count - 1.0).max(1.0);
        let left = (along - slope * together).max(0.0);
        Some(Self {
            slope,
            start: mean - slope * centre,
            variance: along / freedom,
            left: left / freedom,
        })
    }

    pub(super) fn at(&self, position: usize) -> f64 {
        self.start + self.slope * position as f64
    }

    /// Where the line would be at 0 if the first number stood at 1, as KQL counts here.
    pub(super) fn interception(&self) -> f64 {
        self.start - self.slope
    }

    /// The share of the variance that the line explains.
    pub(super) fn rsquare(&self) -> f64 {
        if self.variance > 0.0 { 1.0 - self.left / self.variance } else { 1.0 }
    }

    /// The line's values at the first `count` positions.
    pub(super) fn values(&self, count: usize) -> Value {
        (0..count).map(|position| real(self.at(position))).collect()
    }
}

fn fitted(cell: Option<&str>) -> Option<(Line, usize)> {
    let numbers = Series::complete(cell)?;
    Some((Line::of(&numbers)?, numbers.len()))
}

const LIST: Kernel = Kernel {
    name: "kql_series_fit_line",
    returns: KqlType::Dynamic,
    evaluate: |arguments| {
        let series = arguments.text(0)?;
        arguments.text_column(|row| {
            let (line, count) = fitted(series.value(row))?;
            let parts = [line.rsquare(), line.slope, line.variance, line.left, line.interception()]
                .map(Some);
            let mut text = reals(parts);
            text.truncate(text.len() - 1);
            Some(format!("{text},{}]", line.values(count)))
        })
    },
};
const BAG: Kernel = Kernel {
    name: "kql_series_fit_line_dynamic",
    returns: KqlType::Dynamic,
    evaluate: |arguments| {
        let series = arguments.text(0)?;
        arguments.text_column(|row| {
            let (line, count) = fitted(series.value(row))?;
            let bag = json!({
                "rsquare": real(line.rsquare()),
                "slope": real(line.slope),
                "variance": real(line.variance),
                "rvariance": real(line.left),
                "interception": real(line.interception()),
                "line_fit": line.values(count),
            });
            Some(bag.to_string())
        })
    },
};

/// The kernels of this file, for the registry.
pub(crate) const KERNELS: &[&Kernel] = &[&LIST, &BAG];
