//! Functions over rows in their order, such as `row_number` and `prev`: one file each, one line of [`WINDOWS`].
//!
//! They stand in expressions over rows that are in an order: behind `sort`, `top`, `serialize` and their kin.

mod neighbour;
mod row_cumsum;
mod row_number;
mod row_rank;
mod row_window_session;

use arrow::array::ArrayRef;
use datafusion::common::Result;
use huntbook_diagnostics::Diagnostic;

use crate::bind::Call;
use crate::functions::Naming;
use crate::ir::Scalar;
use crate::types::KqlType;

pub(crate) use row_number::NUMBER;

/// What runs over the rows.
pub(crate) struct WindowFunction {
    /// Unique among all.
    pub(crate) name: &'static str,
    /// The type of the result; that of the first argument where it is not given.
    pub(crate) returns: Option<KqlType>,
    /// The result of all rows of a part; each argument has a value a row.
    pub(crate) evaluate: fn(&[ArrayRef], usize) -> Result<ArrayRef>,
}

impl std::fmt::Debug for WindowFunction {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(self.name)
    }
}

/// A function of KQL over rows.
#[derive(Debug)]
pub(crate) struct Window {
    pub(crate) name: &'static str,
    /// Parameters and result, as the reference page shows them.
    pub(crate) signature: &'static str,
    /// What comes back, in a sentence or two.
    pub(crate) summary: &'static str,
    /// How a column of this function is named.
    pub(crate) naming: Naming,
    /// Checks a call and gives what runs, with its arguments and the type of the result.
    pub(crate) bind: fn(&Call<'_>) -> std::result::Result<Bound, Diagnostic>,
}

/// What runs, with its arguments and the type of the result.
pub(crate) type Bound = (&'static WindowFunction, Vec<Scalar>, KqlType);

/// Every window function.
pub(crate) const WINDOWS: &[&Window] = &[
    &row_number::ROW_NUMBER,
    &neighbour::PREV,
    &neighbour::NEXT,
    &row_cumsum::ROW_CUMSUM,
    &row_rank::ROW_RANK_DENSE,
    &row_rank::ROW_RANK_MIN,
    &row_window_session::ROW_WINDOW_SESSION,
];

/// What runs behind them, for the registry.
pub(crate) const RUNNING: &[&WindowFunction] = &[
    &row_number::NUMBER,
    &neighbour::BEFORE,
    &neighbour::BEHIND,
    &row_cumsum::SUM,
    &row_rank::DENSE,
    &row_rank::LEAST,
    &row_window_session::SESSION,
];

/// The window function of this name; case counts.
pub(crate) fn find(name: &str) -> Option<&'static Window> {
    WINDOWS.iter().find(|window| window.name == name).copied()
}

/// All names.
pub(crate) fn names() -> impl Iterator<Item = &'static str> {
    WINDOWS.iter().map(|window| window.name)
}
