//! The tabular operators: one file each, named as the user writes it.
//!
//! Each binds its syntax over an input relation. Where a problem leaves the columns of the result known, the
//! input is given back, so that the rest of the pipeline is checked as well.

pub(crate) mod count;
pub(crate) mod distinct;
pub(crate) mod extend;
#[path = "where.rs"]
pub(crate) mod filter;
pub(crate) mod print;
pub(crate) mod project;
pub(crate) mod sort;
pub(crate) mod summarize;
pub(crate) mod take;
pub(crate) mod top;

use huntbook_diagnostics::Diagnostic;
use huntbook_kql_syntax::ast::NamedExpr;

use crate::bind::{Binder, Row};
use crate::codes;
use crate::ir::Scalar;

/// Binds `name = value` of an operator whose expressions yield one column each.
fn single_value(binder: &mut Binder<'_>, column: &NamedExpr, row: Row<'_>) -> Option<Scalar> {
    let value = binder.scalar(&column.value, row);
    if column.names.len() > 1 {
        let message = format!("{} names for one value", column.names.len());
        binder.report(Diagnostic::error(codes::WRONG_NAMES, message).at(column.span));
        return None;
    }
    value
}
