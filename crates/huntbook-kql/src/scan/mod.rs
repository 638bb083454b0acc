//! `scan`: what its steps are once they are bound ([`Program`]), and what runs over the rows ([`machine`]).
//!
//! # Brief overview
//!
//! An expression of a step stands over the columns of the row at hand and over those of the state, which
//! [`state_name`] gives names that no query can write. What does not look at the state is computed for all rows
//! at once, below; only the rest is computed row by row.

pub(crate) mod machine;

use crate::ir::{Column, HIDDEN, Scalar, Value};

/// How the name of a column of the state goes on behind [`HIDDEN`].
const STATE: &str = "step.";

/// The steps, bound.
#[derive(Debug)]
pub(crate) struct Program {
    /// Rows that differ in these are apart.
    pub(crate) partition: Vec<Scalar>,
    /// The columns of the input that are read.
    pub(crate) read: Vec<Column>,
    /// The columns that steps assign, with their defaults.
    pub(crate) declared: Vec<(Column, Value)>,
    pub(crate) steps: Vec<Step>,
}

/// One step.
#[derive(Debug)]
pub(crate) struct Step {
    pub(crate) name: String,
    pub(crate) output: Output,
    /// The column of the input, of type bool, that is true where the row may match.
    pub(crate) filter: Option<String>,
    /// What must be true as well, over the row and the state.
    pub(crate) condition: Option<Scalar>,
    /// A value for each declared column; the default where there is none.
    pub(crate) assignments: Vec<Option<Scalar>>,
}

/// Which rows of a step come out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Output {
    All,
    /// The last one of each series of rows that match the step.
    Last,
    None,
}

/// The name of a column of a step's row in the state.
pub(crate) fn state_name(step: &str, column: &str) -> String {
    format!("{HIDDEN}{STATE}{step}{HIDDEN}{column}")
}

/// The step and the column of such a name.
pub(crate) fn state_parts(name: &str) -> Option<(&str, &str)> {
    name.strip_prefix(HIDDEN)?.strip_prefix(STATE)?.split_once(HIDDEN)
}
