//! Functions that make one number of one or two series.

use arrow::array::ArrayRef;
use arrow::datatypes::Float64Type;
use datafusion::common::Result;

use super::{Series, mean};
use crate::dynamic;
use crate::functions::{Function, Naming};
use crate::ir::Scalar;
use crate::kernel::{Arguments, Kernel};
use crate::types::KqlType;

macro_rules! of_one {
    ($($constant:ident, $kernel:ident, $name:literal, $kernel_name:literal, $summary:literal, $compute:expr;)+) => {
        $(pub(crate) const $constant: Function = Function {
            name: $name,
            aliases: &[],
            signature: concat!($name, "(series: dynamic) -> real"),
            summary: concat!($summary, " Null where an element is no number."),
            naming: Naming::Numbered,
            bind: |call| {
                call.arity(1..=1)?;
                Ok(Scalar::kernel(&$kernel, vec![call.dynamic(0)?]))
            },
        };
        const $kernel: Kernel = Kernel {
            name: $kernel_name,
            returns: KqlType::Real,
            evaluate: |arguments| one(arguments, $compute),
        };)+
    };
}

of_one! {
    SERIES_SUM, SUM, "series_sum", "kql_series_sum", "The sum of the numbers.", |numbers| numbers.iter().fold(0.0, |sum, number| sum + number);
    SERIES_PRODUCT, PRODUCT, "series_product", "kql_series_product", "The product of the numbers.", |numbers| numbers.iter().product();
    SERIES_MAGNITUDE, MAGNITUDE, "series_magnitude", "kql_series_magnitude", "The length of the series as a vector.", |numbers| dot(numbers, numbers).sqrt();
}

fn one(arguments: &Arguments<'_>, compute: fn(&[f64]) -> f64) -> Result<ArrayRef> {
    let series = arguments.text(0)?;
    arguments.primitive_column::<Float64Type>(KqlType::Real, |row| {
        Some(compute(&Series::complete(series.value(row))?))
    })
}

macro_rules! of_two {
    ($($constant:ident, $kernel:ident, $name:literal, $kernel_name:literal, $most:literal, $signature:literal, $summary:literal, $lengths:expr, $compute:expr;)+) => {
        $(pub(crate) const $constant: Function = Function {
            name: $name,
            aliases: &[],
            signature: $signature,
            summary: $summary,
            naming: Naming::Numbered,
            bind: |call| {
                call.arity(2..=$most)?;
                let mut arguments = vec![call.as_dynamic(0)?, call.as_dynamic(1)?];
                for index in 2..call.arguments.len() {
                    arguments.push(call.typed(index, KqlType::Real)?);
                }
                Ok(Scalar::kernel(&$kernel, arguments))
            },
        };
        const $kernel: Kernel = Kernel {
            name: $kernel_name,
            returns: KqlType::Real,
            evaluate: |arguments| two(arguments, $lengths, $compute),
        };)+
    };
}

of_two! {
    SERIES_DOT_PRODUCT, DOT_PRODUCT, "series_dot_product", "kql_series_dot_product", 2,
        "series_dot_product(series, series) -> real",
        "The sum of the products of the elements; a number stands for a series of itself. The longer series is cut, elements that are no numbers count 0, and an empty series gives null.",
        Lengths::Cut,
        |left, right, _, _| dot(left, right);
    SERIES_COSINE_SIMILARITY, COSINE_SIMILARITY, "series_cosine_similarity", "kql_series_cosine_similarity", 4,
        "series_cosine_similarity(series: dynamic, series: dynamic, [magnitude: real], [magnitude: real]) -> real",
        "The cosine of the angle between two series as vectors; their magnitudes need not be computed where they are given. The longer series is cut, and elements that are no numbers count 0.",
        Lengths::Cut,
        |left, right, of_left, of_right| {
            let of_left = of_left.unwrap_or_else(|| dot(left, left).sqrt());
            let of_right = of_right.unwrap_or_else(|| dot(right, right).sqrt());
            dot(left, right) / (of_left * of_right)
        };
    SERIES_PEARSON_CORRELATION, PEARSON_CORRELATION, "series_pearson_correlation", "kql_series_pearson_correlation", 2,
        "series_pearson_correlation(series: dynamic, series: dynamic) -> real",
        "Pearson's coefficient of the correlation, from -1 to 1; NaN where all numbers of a series are equal.",
        Lengths::Equal,
        |left, right, _, _| correlation(left, right);
}

pub(super) fn dot(left: &[f64], right: &[f64]) -> f64 {
    left.iter().zip(right).map(|(left, right)| left * right).sum()
}

fn correlation(left: &[f64], right: &[f64]) -> f64 {
    let centred = |numbers: &[f64]| -> Vec<f64> {
        let mean = mean(numbers);
        numbers.iter().map(|number| number - mean).collect()
    };
    let (left, right) = (centred(left), centred(right));
    let (of_left, of_right) = (dot(&left, &left), dot(&right, &right));
    // One root is more exact than two, as long as the product is a number.
    let product = of_left * of_right;
    let length =
        if product.is_normal() { product.sqrt() } else { of_left.sqrt() * of_right.sqrt() };
    // A coefficient beyond 1 would be an error of rounding.
    (dot(&left, &right) / length).clamp(-1.0, 1.0)
}

/// What is done with series of different lengths.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Lengths {
    /// They have no result.
    Equal,
    /// The longer one is cut, and elements that are no numbers count 0.
    Cut,
}

type Combine = fn(&[f64], &[f64], Option<f64>, Option<f64>) -> f64;

fn two(arguments: &Arguments<'_>, lengths: Lengths, compute: Combine) -> Result<ArrayRef> {
    let (left, right) = (arguments.text(0)?, arguments.text(1)?);
    let given = |index: usize| {
        (index < arguments.len()).then(|| arguments.primitive::<Float64Type>(index)).transpose()
    };
    let (of_left, of_right) = (given(2)?, given(3)?);
    let read = |cell: &str| match dynamic::number(&dynamic::parse(cell)) {
        Some(number) => Some(vec![number]),
        None if lengths == Lengths::Equal => Series::complete(Some(cell)),
        None => {
            let numbers = Series::of(Some(cell))?.numbers;
            Some(numbers.into_iter().map(|number| number.unwrap_or(0.0)).collect())
        }
    };
    let is_alone = |cell: &str| !cell.trim_start().starts_with('[');
    arguments.primitive_column::<Float64Type>(KqlType::Real, |row| {
        let (left_cell, right_cell) = (left.value(row)?, right.value(row)?);
        let (mut left, mut right) = (read(left_cell)?, read(right_cell)?);
        if is_alone(left_cell) {
            left.resize(right.len(), left[0]);
        } else if is_alone(right_cell) {
            right.resize(left.len(), right[0]);
        }
        if lengths == Lengths::Cut {
            let shorter = left.len().min(right.len());
            left.truncate(shorter);
            right.truncate(shorter);
        }
        (left.len() == right.len() && !left.is_empty()).then(|| {
            let magnitude = |given: &Option<crate::kernel::Primitive<'_, Float64Type>>| {
                given.as_ref().and_then(|given| given.get(row))
            };
            compute(&left, &right, magnitude(&of_left), magnitude(&of_right))
        })
    })
}

/// The kernels of this file, for the registry.
pub(crate) const KERNELS: &[&Kernel] =
    &[&SUM, &PRODUCT, &MAGNITUDE, &DOT_PRODUCT, &COSINE_SIMILARITY, &PEARSON_CORRELATION];
