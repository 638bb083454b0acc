//! `serialize`: the rows keep the order in which they stand, so that functions over rows may follow.

use huntbook_kql_syntax::ast::NamedExpr;

use super::extend;
use crate::bind::{Binder, Scope};
use crate::ir::Relation;

pub(crate) fn bind(
    binder: &mut Binder<'_>,
    mut input: Relation,
    columns: &[NamedExpr],
    scope: &Scope,
) -> Option<Relation> {
    input.serialized = true;
    if columns.is_empty() { Some(input) } else { extend::bind(binder, input, columns, scope) }
}
