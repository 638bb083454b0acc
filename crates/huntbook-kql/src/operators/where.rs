//! `where predicate`: the rows for which the predicate is true; null counts as false.

use huntbook_kql_syntax::ast::Expr;

use crate::bind::{Binder, Row, Scope};
use crate::ir::Relation;

pub(crate) fn bind(
    binder: &mut Binder<'_>,
    input: Relation,
    predicate: &Expr,
    scope: &Scope,
) -> Relation {
    match binder.predicate(predicate, Row::of(&input, scope)) {
        Some(predicate) => {
            let columns = input.column_values();
            let below = binder.with_windows(input);
            let added = below.columns.len() > columns.len();
            let rows = Relation::filter(below, predicate);
            if added { Relation::project(rows, columns) } else { rows }
        }
        None => input,
    }
}
