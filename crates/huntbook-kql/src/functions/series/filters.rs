//! `series_fir`, `series_iir`: linear filters.

use datafusion::common::{DataFusionError, Result};

use super::{Series, reals};
use crate::functions::{Function, Naming};
use crate::ir::{Scalar, Value};
use crate::kernel::Kernel;
use crate::types::KqlType;

/// The most coefficients of a filter: the work is their number times that of the elements.
const MOST_COEFFICIENTS: usize = 4096;

pub(crate) const SERIES_FIR: Function = Function {
    name: "series_fir",
    aliases: &[],
    signature: "series_fir(series: dynamic, filter: dynamic, [normalize: bool], [center: bool]) -> dynamic",
    summary: "Each element as the weighted sum of itself and those before it, by the coefficients of the filter; around it where `center` is true. The coefficients are divided by their sum where `normalize` is true, which it is by default unless one is negative.",
    naming: Naming::Numbered,
    bind: |call| {
        call.arity(2..=4)?;
        let normalize = if call.has(2) { call.boolean(2)? } else { Scalar::null(KqlType::Bool) };
        let center = if call.has(3) {
            call.boolean(3)?
        } else {
            Scalar::literal(Value::Bool(false), KqlType::Bool)
        };
        let arguments = vec![call.dynamic(0)?, call.dynamic(1)?, normalize, center];
        Ok(Scalar::kernel(&FIR, arguments))
    },
};

pub(crate) const SERIES_IIR: Function = Function {
    name: "series_iir",
    aliases: &[],
    signature: "series_iir(series: dynamic, numerators: dynamic, denominators: dynamic) -> dynamic",
    summary: "The series behind a recursive filter: each result is the sum of elements by the numerators less that of earlier results by the denominators, divided by the first denominator.",
    naming: Naming::Numbered,
    bind: |call| {
        call.arity(3..=3)?;
        Ok(Scalar::kernel(&IIR, vec![call.dynamic(0)?, call.dynamic(1)?, call.dynamic(2)?]))
    },
};

/// The weighted sum of the elements at `position` and before it.
fn weighted(numbers: &[f64], coefficients: &[f64], position: usize) -> f64 {
    let terms = coefficients.iter().enumerate().take(position + 1);
    terms.filter_map(|(back, weight)| Some(numbers.get(position - back)? * weight)).sum()
}

fn checked(coefficients: Vec<f64>) -> Result<Vec<f64>> {
    if coefficients.len() > MOST_COEFFICIENTS {
        let message = format!("a filter has at most {MOST_COEFFICIENTS} coefficients");
        return Err(DataFusionError::Execution(message));
    }
    Ok(coefficients)
}

const FIR: Kernel = Kernel {
    name: "kql_series_fir",
    returns: KqlType::Dynamic,
    evaluate: |arguments| {
        let (series, filter) = (arguments.text(0)?, arguments.text(1)?);
        let (normalize, center) = (arguments.boolean(2)?, arguments.boolean(3)?);
        let mut failure = None;
        let column = arguments.text_column(|row| {
            let numbers = Series::complete(series.value(row))?;
            let filter = checked(Series::complete(filter.value(row))?);
            let mut filter = filter.map_err(|error| failure = Some(error)).ok()?;
            let negative = filter.iter().any(|weight| *weight < 0.0);
            match normalize.get(row) {
                Some(true) if negative => return None,
                Some(false) => {}
                None if negative => {}
                _ => {
                    let sum: f64 = filter.iter().sum();
                    for weight in &mut filter {
                        *weight /= sum;
                    }
                }
            }
            let centred = center.get(row) == Some(true);
            let ahead = if centred { filter.len().saturating_sub(1) / 2 } else { 0 };
            let filtered = (0..numbers.len())
                .map(|position| Some(weighted(&numbers, &filter, position + ahead)));
            Some(reals(filtered))
        })?;
        failure.map_or(Ok(column), Err)
    },
};
const IIR: Kernel = Kernel {
    name: "kql_series_iir",
    returns: KqlType::Dynamic,
    evaluate: |arguments| {
        let series = arguments.text(0)?;
        let (numerators, denominators) = (arguments.text(1)?, arguments.text(2)?);
        let mut failure = None;
        let column = arguments.text_column(|row| {
            let numbers = Series::complete(series.value(row))?;
            let numerators = checked(Series::complete(numerators.value(row))?);
            let denominators = checked(Series::complete(denominators.value(row))?);
            let both = numerators.and_then(|numerators| Ok((numerators, denominators?)));
            let (numerators, denominators) = both.map_err(|error| failure = Some(error)).ok()?;
            let (first, earlier) = denominators.split_first()?;
            let mut results: Vec<f64> = Vec::with_capacity(numbers.len());
            for position in 0..numbers.len() {
                let forward = weighted(&numbers, &numerators, position);
                let back: f64 =
                    position.checked_sub(1).map_or(0.0, |last| weighted(&results, earlier, last));
                results.push((forward - back) / first);
            }
            Some(reals(results.into_iter().map(Some)))
        })?;
        failure.map_or(Ok(column), Err)
    },
};

/// The kernels of this file, for the registry.
pub(crate) const KERNELS: &[&Kernel] = &[&FIR, &IIR];
