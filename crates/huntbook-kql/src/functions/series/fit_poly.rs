//! `series_fit_poly`: the polynomial that is nearest to a series.

use arrow::datatypes::Int64Type;
use serde_json::Value;

use super::products::dot;
use super::{Series, mean};
use crate::dynamic::real;
use crate::functions::several::{Several, unpacked};
use crate::ir::Scalar;
use crate::kernel::Kernel;
use crate::types::KqlType;

/// The highest degree; reals do not bear more.
const MOST_DEGREE: i64 = 24;

const COLUMNS: [(&str, KqlType); 5] = [
    ("rsquare", KqlType::Real),
    ("coefficients", KqlType::Dynamic),
    ("variance", KqlType::Real),
    ("rvariance", KqlType::Real),
    ("poly_fit", KqlType::Dynamic),
];

pub(crate) const SERIES_FIT_POLY: Several = Several {
    name: "series_fit_poly",
    signature: "series_fit_poly(y: dynamic, [x: dynamic], [degree: long]) -> rsquare, coefficients, variance, rvariance, poly_fit",
    summary: "The polynomial through the points by least squares: how well it fits, its coefficients from the highest power on, the variance of the numbers and of what it leaves, and its own values. `x` is 1, 2, 3 and so on by default, the degree 1, at most 24.",
    bind: |call| {
        call.arity(1..=3)?;
        let x = if call.has(1) { call.dynamic(1)? } else { Scalar::null(KqlType::Dynamic) };
        let degree = if call.has(2) { call.long(2)? } else { Scalar::long(1) };
        let packed = Scalar::kernel(&LIST, vec![call.dynamic(0)?, x, degree]);
        Ok(unpacked(call, &packed, &COLUMNS))
    },
};

struct Fit {
    /// From the lowest power on.
    coefficients: Vec<f64>,
    values: Vec<f64>,
}

/// The nearest polynomial, by powers made orthogonal. `None` where the points do not determine it.
fn fit(x: &[f64], y: &[f64], degree: usize) -> Option<Fit> {
    let (least, most) = x
        .iter()
        .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), x| (low.min(*x), high.max(*x)));
    let (centre, half) =
        (f64::midpoint(least, most), ((most - least) / 2.0).max(f64::MIN_POSITIVE));
    let scaled: Vec<f64> = x.iter().map(|x| (x - centre) / half).collect();
    // Each basis polynomial with its values and its coefficients in the scaled x.
    let mut basis: Vec<(Vec<f64>, Vec<f64>)> = Vec::new();
    let (mut values, mut coefficients) = (vec![0.0; y.len()], vec![0.0; degree + 1]);
    let mut rest = y.to_vec();
    for power in 0..=degree {
        let (mut column, mut parts) = match basis.last() {
            None => (vec![1.0; y.len()], vec![1.0]),
            Some((previous, parts)) => {
                let next = previous.iter().zip(&scaled).map(|(value, x)| value * x).collect();
                (next, std::iter::once(0.0).chain(parts.iter().copied()).collect())
            }
        };
        for (other, other_parts) in basis.iter().rev() {
            let share = dot(&column, other);
            column.iter_mut().zip(other).for_each(|(value, other)| *value -= share * other);
            parts.iter_mut().zip(other_parts).for_each(|(part, other)| *part -= share * other);
        }
        let length = dot(&column, &column).sqrt();
        if power >= y.len() || !length.is_finite() || length < 1e-10 {
            return None;
        }
        for number in column.iter_mut().chain(&mut parts) {
            *number /= length;
        }
        let share = dot(&rest, &column);
        for ((value, rest), column) in values.iter_mut().zip(&mut rest).zip(&column) {
            *value += share * column;
            *rest -= share * column;
        }
        coefficients.iter_mut().zip(&parts).for_each(|(sum, part)| *sum += share * part);
        basis.push((column, parts));
    }
    Some(Fit { coefficients: unscaled(&coefficients, centre, half), values })
}

/// The coefficients in x of a polynomial in `(x - centre) / half`, by Horner's rule.
fn unscaled(coefficients: &[f64], centre: f64, half: f64) -> Vec<f64> {
    let mut result: Vec<f64> = Vec::new();
    for coefficient in coefficients.iter().rev() {
        let mut next = vec![0.0; result.len() + 1];
        for (power, known) in result.iter().enumerate() {
            next[power + 1] += known / half;
            next[power] -= known * centre / half;
        }
        next[0] += coefficient;
        result = next;
    }
    result
}

const LIST: Kernel = Kernel {
    name: "kql_series_fit_poly",
    returns: KqlType::Dynamic,
    evaluate: |arguments| {
        let (y, x) = (arguments.text(0)?, arguments.text(1)?);
        let degree = arguments.primitive::<Int64Type>(2)?;
        arguments.text_column(|row| {
            let y = Series::complete(y.value(row))?;
            let x = match x.value(row) {
                Some(cell) => Series::complete(Some(cell))?,
                None => (1..=y.len()).map(|position| position as f64).collect(),
            };
            let degree = degree.get(row).filter(|degree| (0..=MOST_DEGREE).contains(degree))?;
            if x.len() != y.len() {
                return None;
            }
            let fit = fit(&x, &y, usize::try_from(degree).ok()?)?;
            let mean = mean(&y);
            let freedom = (y.len() - 1).max(1) as f64;
            let squares = |numbers: &mut dyn Iterator<Item = f64>| {
                numbers.map(|number| number * number).sum::<f64>() / freedom
            };
            let variance = squares(&mut y.iter().map(|number| number - mean));
            let left =
                squares(&mut y.iter().zip(&fit.values).map(|(number, value)| number - value));
            let rsquare = if variance > 0.0 { 1.0 - left / variance } else { 1.0 };
            let list = |numbers: &mut dyn Iterator<Item = &f64>| -> Value {
                numbers.copied().map(real).collect()
            };
            let parts = [
                real(rsquare),
                list(&mut fit.coefficients.iter().rev()),
                real(variance),
                real(left),
                list(&mut fit.values.iter()),
            ];
            Some(Value::from(parts.as_slice()).to_string())
        })
    },
};

/// The kernels of this file, for the registry.
pub(crate) const KERNELS: &[&Kernel] = &[&LIST];
