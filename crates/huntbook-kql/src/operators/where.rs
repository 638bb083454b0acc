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
    match binder.predicate(predicate, Row::new(&input.columns, scope)) {
        Some(predicate) => Relation::filter(input, predicate),
        None => input,
    }
}
