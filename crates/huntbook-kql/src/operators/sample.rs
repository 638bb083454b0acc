//! `sample n`: any `n` rows. `sample-distinct n of x`: any `n` different values.

use huntbook_kql_syntax::ast::{Expr, NamedExpr};

use super::project::named_values;
use super::take;
use crate::bind::{Binder, Row, Scope};
use crate::ir::Relation;

pub(crate) fn rows(
    binder: &mut Binder<'_>,
    input: Relation,
    count: &Expr,
    scope: &Scope,
) -> Relation {
    match take::row_count(binder, count, scope) {
        Some(count) => take::first_rows(input, count),
        None => input,
    }
}

pub(crate) fn values(
    binder: &mut Binder<'_>,
    input: Relation,
    count: &Expr,
    of: &NamedExpr,
    scope: &Scope,
) -> Option<Relation> {
    let count = take::row_count(binder, count, scope);
    let keys = named_values(binder, Row::of(&input, scope), std::slice::from_ref(of))?;
    let keys = super::part_values(&input).into_iter().chain(keys).collect();
    let values = Relation::aggregate(binder.with_windows(input), keys, Vec::new());
    Some(take::first_rows(values, count?))
}
