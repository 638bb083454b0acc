//! The geospatial functions: GeoJSON in, GeoJSON, numbers and cell tokens out.
//!
//! # Brief overview
//!
//! Everything is computed on a sphere of [`sphere::RADIUS`], with Google's S2 for predicates and cells and
//! `h3o` for H3. [`geojson`] reads and checks what a query or its data holds: a shape that is not valid, a
//! coordinate out of range and a number that is none give null (or the empty text for a cell token), never
//! an error. [`shapes`] has the measures of lines and polygons, [`overlay`] their set operations.

pub(crate) mod buffers;
pub(crate) mod cells;
pub(crate) mod coverings;
pub(crate) mod densify;
pub(crate) mod distances;
pub(crate) mod geohash;
mod geojson;
pub(crate) mod h3;
pub(crate) mod intersections;
pub(crate) mod lookups;
pub(crate) mod measures;
mod overlay;
pub(crate) mod points;
mod shapes;
pub(crate) mod simplify;
mod sphere;
pub(crate) mod unions;
pub(crate) mod wkt;

use arrow::array::ArrayRef;
use arrow::datatypes::Float64Type;
use huntbook_diagnostics::Diagnostic;

use crate::bind::Call;
use crate::ir::{Scalar, Value};
use crate::kernel::Arguments;
use crate::types::KqlType;

/// A function of this folder: constant, name, signature, summary, binding.
macro_rules! function {
    ($constant:ident, $signature:literal, $summary:literal, $name:literal, $bind:expr) => {
        pub(crate) const $constant: crate::functions::Function = crate::functions::Function {
            name: $name,
            aliases: &[],
            signature: $signature,
            summary: $summary,
            naming: crate::functions::Naming::Numbered,
            bind: $bind,
        };
    };
}
use function;

/// The arguments `first` to `last` as numbers.
fn reals(call: &Call<'_>, range: std::ops::Range<usize>) -> Result<Vec<Scalar>, Diagnostic> {
    range.map(|index| call.typed(index, KqlType::Real)).collect()
}

/// An argument that is a whole number, or its default.
fn long_or(call: &Call<'_>, index: usize, default: i64) -> Result<Scalar, Diagnostic> {
    if call.has(index) { call.long(index) } else { Ok(Scalar::long(default)) }
}

/// An argument that is a number, or its default.
fn real_or(call: &Call<'_>, index: usize, default: f64) -> Result<Scalar, Diagnostic> {
    if call.has(index) {
        call.typed(index, KqlType::Real)
    } else {
        Ok(Scalar::literal(Value::Real(default), KqlType::Real))
    }
}

/// A text for each row from what may fail; the first error is that of the whole.
fn try_text_column(
    arguments: &Arguments<'_>,
    mut value: impl FnMut(usize) -> datafusion::common::Result<Option<String>>,
) -> datafusion::common::Result<ArrayRef> {
    let mut failure = None;
    let column = arguments.text_column(|row| {
        if failure.is_some() {
            return None;
        }
        value(row).unwrap_or_else(|error| {
            failure = Some(error);
            None
        })
    })?;
    failure.map_or(Ok(column), Err)
}

/// A number for each row from what may fail; the first error is that of the whole.
fn try_real_column(
    arguments: &Arguments<'_>,
    mut value: impl FnMut(usize) -> datafusion::common::Result<Option<f64>>,
) -> datafusion::common::Result<ArrayRef> {
    let mut failure = None;
    let column = arguments.primitive_column::<Float64Type>(KqlType::Real, |row| {
        if failure.is_some() {
            return None;
        }
        value(row).unwrap_or_else(|error| {
            failure = Some(error);
            None
        })
    })?;
    failure.map_or(Ok(column), Err)
}
