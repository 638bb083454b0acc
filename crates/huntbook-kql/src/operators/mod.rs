//! The tabular operators: one file each, named as the user writes it.
//!
//! Each binds its syntax over an input relation. Where a problem leaves the columns of the result known, the
//! input is given back, so that the rest of the pipeline is checked as well.

pub(crate) mod as_name;
pub(crate) mod count;
pub(crate) mod distinct;
pub(crate) mod evaluate;
pub(crate) mod extend;
#[path = "where.rs"]
pub(crate) mod filter;
pub(crate) mod find;
pub(crate) mod getschema;
pub(crate) mod invoke;
pub(crate) mod join;
pub(crate) mod lookup;
pub(crate) mod make_series;
pub(crate) mod mv_apply;
pub(crate) mod mv_expand;
mod options;
pub(crate) mod parse;
pub(crate) mod parse_kv;
pub(crate) mod partition;
pub(crate) mod print;
pub(crate) mod project;
pub(crate) mod project_away;
pub(crate) mod project_by_names;
pub(crate) mod project_rename;
pub(crate) mod project_reorder;
pub(crate) mod range;
pub(crate) mod render;
pub(crate) mod sample;
pub(crate) mod scan;
pub(crate) mod search;
pub(crate) mod serialize;
pub(crate) mod sort;
pub(crate) mod summarize;
pub(crate) mod take;
pub(crate) mod top;
pub(crate) mod top_hitters;
pub(crate) mod top_nested;
pub(crate) mod union;

use huntbook_diagnostics::Diagnostic;
use huntbook_kql_syntax::ast::{Ident, NamedExpr};

use crate::bind::{Binder, Row, suggestion};
use crate::codes;
use crate::ir::{Relation, Scalar};

/// The columns that have one value in each part inside of `mv-apply` and `partition`: groups are groups of a part.
fn part_values(input: &Relation) -> Vec<(String, Scalar)> {
    input.of_parts().map(|column| (column.name.clone(), column.value())).collect()
}

/// The columns of `mv-apply` and `partition` that no query can name, which every operator passes on.
fn hidden_values(input: &Relation) -> Vec<(String, Scalar)> {
    input.hidden().map(|column| (column.name.clone(), column.value())).collect()
}

/// A value of an operator's list, and what the query and the value say about its name.
struct Named<'a> {
    stated: Option<&'a Ident>,
    suggested: Option<String>,
    /// `None`: the problem is reported.
    value: Option<Scalar>,
}

/// Binds `name = value`, and `(names) = call` of a function that yields several columns. Columns behind the names
/// are dropped, or `kept` where there are several names.
fn values<'a>(
    binder: &mut Binder<'_>,
    column: &'a NamedExpr,
    row: Row<'_>,
    kept: bool,
) -> Vec<Named<'a>> {
    let Some(outputs) = binder.outputs(&column.value, row) else {
        let value = single_value(binder, column, row);
        let (stated, suggested) = (column.names.first(), suggestion(&column.value));
        return vec![Named { stated, suggested, value }];
    };
    let nothing = || vec![Named { stated: None, suggested: None, value: None }];
    let Ok(mut outputs) = outputs else { return nothing() };
    if column.names.len() > outputs.len() {
        let message = format!("{} names for {} column(s)", column.names.len(), outputs.len());
        binder.report(Diagnostic::error(codes::WRONG_NAMES, message).at(column.span));
        return nothing();
    }
    match column.names.len() {
        0 => {}
        several if several > 1 && kept => {}
        count => outputs.truncate(count),
    }
    let named = |(position, (suggested, value)): (usize, (Option<String>, Scalar))| Named {
        stated: column.names.get(position),
        suggested,
        value: Some(value),
    };
    outputs.into_iter().enumerate().map(named).collect()
}

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
