//! `top count by key`: the first rows in the order of the key.

use huntbook_kql_syntax::ast::{Expr, SortKey as Written};

use super::{sort, take};
use crate::bind::{Binder, Row, Scope};
use crate::ir::Relation;

pub(crate) fn bind(
    binder: &mut Binder<'_>,
    input: Relation,
    count: &Expr,
    written: &Written,
    scope: &Scope,
) -> Relation {
    let count = take::row_count(binder, count, scope);
    let key = sort::key(binder, Row::of(&input, scope), written);
    match (count, key) {
        (Some(count), Some(key)) => take::first_rows(sort::sorted(input, vec![key]), count),
        _ => input,
    }
}
