//! `distinct a, b` and `distinct *`: each combination of values once.

use huntbook_kql_syntax::ast::{ExprKind, NamedExpr};

use super::project::named_values;
use crate::bind::{Binder, Row, Scope};
use crate::ir::Relation;

pub(crate) fn bind(
    binder: &mut Binder<'_>,
    input: Relation,
    columns: &[NamedExpr],
    scope: &Scope,
) -> Option<Relation> {
    let keys = match columns {
        [single] if matches!(single.value.kind, ExprKind::Star) => input.column_values(),
        _ => named_values(binder, Row::of(&input, scope), columns)?,
    };
    let keys = match columns {
        [single] if matches!(single.value.kind, ExprKind::Star) => keys,
        _ => super::part_values(&input).into_iter().chain(keys).collect(),
    };
    Some(Relation::aggregate(binder.with_windows(input), keys, Vec::new()))
}
