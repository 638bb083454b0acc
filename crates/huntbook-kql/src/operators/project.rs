//! `project name = value, ...`: exactly these columns, in this order.

use huntbook_kql_syntax::ast::{ExprKind, NamedExpr};

use super::{Named, values as bound_values};
use crate::bind::{Binder, Names, Row, Scope, duplicate};
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
        for Named { stated, suggested, value } in bound_values(binder, column, row, true) {
            let stated = stated.or(match &column.value.kind {
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
                None => names.invent(suggested),
            };
            match value {
                Some(value) => result.push((name, value)),
                None => sound = false,
            }
        }
    }
    sound.then_some(result)
}
