//! The functions that yield several columns: what `extend`, `project` and `print` unpack.
//!
//! # Brief overview
//!
//! A [`Several`] binds to one value for each of its columns. Most compute all of them at once: their kernel
//! gives an array of the columns' values, and [`unpacked`] takes it apart. Inside of a larger expression such a
//! call stands for its first column; `call[1]` is the second.

use huntbook_diagnostics::Diagnostic;

use super::path::PATH;
use super::{array_sort, series};
use crate::bind::Call;
use crate::convert::convert;
use crate::ir::Scalar;
use crate::types::KqlType;

/// A column with the name that it has where the query gives none; without one it is named as any other value.
pub(crate) type Output = (Option<String>, Scalar);

/// A function of KQL that yields several columns.
#[derive(Debug)]
pub(crate) struct Several {
    pub(crate) name: &'static str,
    /// Parameters and result, as the reference page shows them.
    pub(crate) signature: &'static str,
    /// What comes back, in a sentence or two.
    pub(crate) summary: &'static str,
    /// Checks a call and gives its columns, at least one.
    pub(crate) bind: fn(&Call<'_>) -> Result<Vec<Output>, Diagnostic>,
}

/// Every function of several columns.
pub(crate) const SEVERAL: &[&Several] = &[
    &array_sort::ARRAY_SORT_ASC,
    &array_sort::ARRAY_SORT_DESC,
    &series::stats::SERIES_STATS,
    &series::fit_line::SERIES_FIT_LINE,
    &series::fit_2lines::SERIES_FIT_2LINES,
    &series::fit_poly::SERIES_FIT_POLY,
    &series::decompose::SERIES_DECOMPOSE,
    &series::decompose::SERIES_DECOMPOSE_ANOMALIES,
    &series::periods::SERIES_PERIODS_DETECT,
    &series::periods::SERIES_PERIODS_VALIDATE,
    &series::fourier::SERIES_FFT,
    &series::fourier::SERIES_IFFT,
];

/// The function of this name; case counts.
pub(crate) fn find(name: &str) -> Option<&'static Several> {
    SEVERAL.iter().find(|function| function.name == name).copied()
}

/// The columns of a call whose kernel gives an array of them, named after the function and its first argument.
pub(crate) fn unpacked(
    call: &Call<'_>,
    packed: &Scalar,
    columns: &[(&str, KqlType)],
) -> Vec<Output> {
    let column = |(position, (name, kind)): (usize, &(&str, KqlType))| {
        let name = format!("{}_{name}", call.prefixed(call.name));
        (Some(name), part(packed, position, *kind))
    };
    columns.iter().enumerate().map(column).collect()
}

/// The part of an array at `position`, as a value of type `kind`.
pub(crate) fn part(packed: &Scalar, position: usize, kind: KqlType) -> Scalar {
    let steps = Scalar::text(format!("[{position}]"));
    let part = Scalar::kernel(&PATH, vec![packed.clone(), steps]);
    convert(part, kind).expect("dynamic converts to every type that columns have")
}
