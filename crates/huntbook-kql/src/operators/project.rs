//! `project name = value, ...`: exactly these columns, in this order.

use huntbook_kql_syntax::ast::{ExprKind, NamedExpr};

use super::single_value;
use crate::bind::{Binder, Names, Row, Scope, duplicate, suggestion};
use crate::ir::{Relation, Scalar};

pub(crate) fn bind(
    binder: &mut Binder<'_>,
    input: Relation,
    columns: &[NamedExpr],
    scope: &Scope,
) -> Option<Relation> {
    let columns = named_values(binder, Row::of(&input, scope), columns)?;
    let columns = super::hidden_values(&input).into_iter().chain(columns).collect();
    Some(Relation::project(binder.with_windows(input), columns))
}

/// The values with their names: a stated name and a plain column's own name stand once, others get a number.
pub(super) fn named_values(
    binder: &mut Binder<'_>,
    row: Row<'_>,
    columns: &[NamedExpr],
) -> Option<Vec<(String, Scalar)>> {
    let mut names = Names::default();
    let mut sound = true;
    let mut result = Vec::with_capacity(columns.len());
    for column in columns {
        let value = single_value(binder, column, row);
        let stated = column.names.first().or(match &column.value.kind {
            ExprKind::Name(name) => Some(name),
            _ => None,
        });
        let name = match stated {
            Some(name) => {
                if !names.claim(&name.name) {
                    binder.report(duplicate(&name.name, name.span));
                    sound = false;
                }
                name.name.clone()
            }
            None => names.invent(suggestion(&column.value)),
        };
        match value {
            Some(value) => result.push((name, value)),
            None => sound = false,
        }
    }
    sound.then_some(result)
}
