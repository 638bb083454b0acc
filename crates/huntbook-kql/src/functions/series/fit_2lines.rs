//! `series_fit_2lines`, `series_fit_2lines_dynamic`: a series as two lines, cut where they fit best.

use serde_json::{Value, json};

use super::fit_line::Line;
use super::{Series, real};
use crate::functions::several::{Several, unpacked};
use crate::functions::{Function, Naming};
use crate::ir::Scalar;
use crate::kernel::Kernel;
use crate::types::KqlType;

const COLUMNS: [(&str, KqlType); 15] = [
    ("rsquare", KqlType::Real),
    ("split_idx", KqlType::Long),
    ("variance", KqlType::Real),
    ("rvariance", KqlType::Real),
    ("line_fit", KqlType::Dynamic),
    ("right_rsquare", KqlType::Real),
    ("right_slope", KqlType::Real),
    ("right_interception", KqlType::Real),
    ("right_variance", KqlType::Real),
    ("right_rvariance", KqlType::Real),
    ("left_rsquare", KqlType::Real),
    ("left_slope", KqlType::Real),
    ("left_interception", KqlType::Real),
    ("left_variance", KqlType::Real),
    ("left_rvariance", KqlType::Real),
];

pub(crate) const SERIES_FIT_2LINES: Several = Several {
    name: "series_fit_2lines",
    signature: "series_fit_2lines(series: dynamic) -> rsquare, split_idx, variance, rvariance, line_fit, right_rsquare, right_slope, right_interception, right_variance, right_rvariance, left_rsquare, left_slope, left_interception, left_variance, left_rvariance",
    summary: "Two lines through the series, each by least squares, with the cut between them where together they fit best.",
    bind: |call| {
        call.arity(1..=1)?;
        let packed = Scalar::kernel(&LIST, vec![call.dynamic(0)?]);
        Ok(unpacked(call, &packed, &COLUMNS))
    },
};

pub(crate) const SERIES_FIT_2LINES_DYNAMIC: Function = Function {
    name: "series_fit_2lines_dynamic",
    aliases: &[],
    signature: "series_fit_2lines_dynamic(series: dynamic) -> dynamic",
    summary: "What `series_fit_2lines` gives as one object, the lines as objects inside of it.",
    naming: Naming::Numbered,
    bind: |call| {
        call.arity(1..=1)?;
        Ok(Scalar::kernel(&BAG, vec![call.dynamic(0)?]))
    },
};

struct TwoLines {
    rsquare: f64,
    split: usize,
    variance: f64,
    left_over: f64,
    fit: Value,
    right: Line,
    left: Line,
}

/// Sums over the numbers up to each position: of the numbers, of their squares, and of them times their position.
fn running(numbers: &[f64]) -> Vec<[f64; 3]> {
    let mut sums = Vec::with_capacity(numbers.len() + 1);
    let mut sum = [0.0; 3];
    sums.push(sum);
    for (position, number) in numbers.iter().enumerate() {
        sum[0] += number;
        sum[1] += number * number;
        sum[2] += number * position as f64;
        sums.push(sum);
    }
    sums
}

/// The squares that the nearest line leaves of the numbers from `from` to `to`.
fn left_over(sums: &[[f64; 3]], from: usize, to: usize) -> f64 {
    let count = (to - from) as f64;
    let part = |index: usize| sums[to][index] - sums[from][index];
    let (total, squares) = (part(0), part(1));
    let placed = part(2) - total * from as f64;
    let along = squares - total * total / count;
    let across = count * (count * count - 1.0) / 12.0;
    let together = placed - total * (count - 1.0) / 2.0;
    if across > 0.0 { (along - together * together / across).max(0.0) } else { along.max(0.0) }
}

fn fitted(cell: Option<&str>) -> Option<TwoLines> {
    let numbers = Series::complete(cell)?;
    let count = numbers.len();
    // Each line takes two numbers at least.
    if count < 4 {
        return None;
    }
    let whole = super::mean(&numbers);
    let centred: Vec<f64> = numbers.iter().map(|number| number - whole).collect();
    let sums = running(&centred);
    let cost = |cut: usize| left_over(&sums, 0, cut) + left_over(&sums, cut, count);
    let cut = (2..=count - 2).min_by(|one, other| cost(*one).total_cmp(&cost(*other)))?;
    let (left, right) = (Line::of(&numbers[..cut])?, Line::of(&numbers[cut..])?);
    let variance = Line::of(&numbers)?.variance;
    let rest = cost(cut) / (count - 1) as f64;
    let values = (0..cut).map(|position| left.at(position));
    let values = values.chain((0..count - cut).map(|position| right.at(position)));
    Some(TwoLines {
        rsquare: if variance > 0.0 { 1.0 - rest / variance } else { 1.0 },
        split: cut,
        variance,
        left_over: rest,
        fit: values.map(real).collect(),
        right,
        left,
    })
}

const LIST: Kernel = Kernel {
    name: "kql_series_fit_2lines",
    returns: KqlType::Dynamic,
    evaluate: |arguments| {
        let series = arguments.text(0)?;
        arguments.text_column(|row| {
            let found = fitted(series.value(row))?;
            let mut parts = vec![
                real(found.rsquare),
                Value::from(found.split),
                real(found.variance),
                real(found.left_over),
                found.fit,
            ];
            for line in [found.right, found.left] {
                let of_line =
                    [line.rsquare(), line.slope, line.interception(), line.variance, line.left];
                parts.extend(of_line.map(real));
            }
            Some(Value::Array(parts).to_string())
        })
    },
};
const BAG: Kernel = Kernel {
    name: "kql_series_fit_2lines_dynamic",
    returns: KqlType::Dynamic,
    evaluate: |arguments| {
        let series = arguments.text(0)?;
        arguments.text_column(|row| {
            let found = fitted(series.value(row))?;
            let line = |line: Line| {
                json!({
                    "rsquare": real(line.rsquare()),
                    "slope": real(line.slope),
                    "interception": real(line.interception()),
                    "variance": real(line.variance),
                    "rvariance": real(line.left),
                })
            };
            let bag = json!({
                "rsquare": real(found.rsquare),
                "split_idx": found.split,
                "variance": real(found.variance),
                "rvariance": real(found.left_over),
                "line_fit": found.fit,
                "right": line(found.right),
                "left": line(found.left),
            });
            Some(bag.to_string())
        })
    },
};

/// The kernels of this file, for the registry.
pub(crate) const KERNELS: &[&Kernel] = &[&LIST, &BAG];
