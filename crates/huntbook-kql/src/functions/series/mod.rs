//! Functions over series: dynamic arrays of numbers.
//!
//! # Brief overview
//!
//! [`Series`] is the array of a cell as numbers, null where an element is none. What a function gives is written as
//! JSON by [`reals`]; a number that JSON has no form for stands as a string, as everywhere in `dynamic`.

pub(crate) mod decompose;
pub(crate) mod elementwise;
pub(crate) mod fill;
pub(crate) mod filters;
pub(crate) mod fit_2lines;
pub(crate) mod fit_line;
pub(crate) mod fit_poly;
pub(crate) mod fourier;
pub(crate) mod outliers;
pub(crate) mod periods;
pub(crate) mod products;
pub(crate) mod stats;

use super::arrays::elements;
use crate::convert::json_real;
use crate::dynamic::{number, real};

/// The array of a cell as numbers.
struct Series {
    numbers: Vec<Option<f64>>,
}

impl Series {
    /// The series of a cell; `None` where it holds no array.
    fn of(cell: Option<&str>) -> Option<Self> {
        Some(Self { numbers: elements(cell)?.iter().map(number).collect() })
    }

    /// The numbers, where every element is one.
    fn complete(cell: Option<&str>) -> Option<Vec<f64>> {
        Self::of(cell)?.numbers.into_iter().collect()
    }
}

/// An array of numbers as JSON.
fn reals(numbers: impl IntoIterator<Item = Option<f64>>) -> String {
    let mut text = String::from("[");
    for (position, number) in numbers.into_iter().enumerate() {
        if position > 0 {
            text.push(',');
        }
        text.push_str(&number.and_then(json_real).unwrap_or_else(|| "null".to_owned()));
    }
    text.push(']');
    text
}

/// The value below which a fraction of the sorted numbers lies, between two of them by proportion.
fn quantile(sorted: &[f64], fraction: f64) -> Option<f64> {
    let position = fraction.clamp(0.0, 1.0) * sorted.len().checked_sub(1)? as f64;
    let (below, share) = (position.floor(), position.fract());
    let low = sorted[below as usize];
    let high = sorted.get(below as usize + 1).copied().unwrap_or(low);
    Some(low + (high - low) * share)
}

fn mean(numbers: &[f64]) -> f64 {
    numbers.iter().sum::<f64>() / numbers.len() as f64
}
