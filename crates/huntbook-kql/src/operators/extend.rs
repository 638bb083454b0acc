//! `extend name = value, ...`: adds columns at the end, or replaces those of the same name in place.
//!
//! Every value sees the input's columns, not those that the same `extend` adds.

use huntbook_kql_syntax::ast::NamedExpr;

use super::{Named, values};
use crate::bind::{Binder, Names, Row, Scope, duplicate};
use crate::ir::Relation;

pub(crate) fn bind(
    binder: &mut Binder<'_>,
    input: Relation,
    columns: &[NamedExpr],
    scope: &Scope,
) -> Option<Relation> {
    let row = Row::of(&input, scope);
    let mut names = Names::default();
    let mut sound = true;
    let mut added = Vec::new();
    for Named { stated, suggested, value } in
        columns.iter().flat_map(|column| values(binder, column, row, false)).collect::<Vec<_>>()
    {
        let name = match stated {
            Some(name) => {
                if !names.claim(&name.name) {
                    binder.report(duplicate(&name.name, name.span));
                    sound = false;
                }
                name.name.clone()
            }
            None => {
                if let Some(suggested) = suggested {
                    names.invent(Some(suggested))
                } else {
                    let fresh =
                        |name: &str| !input.columns.iter().any(|column| column.name == name);
                    let mut name = names.invent(None);
                    while !fresh(&name) {
                        name = names.invent(None);
                    }
                    name
                }
            }
        };
        match value {
            Some(value) => added.push((name, value)),
            None => sound = false,
        }
    }
    if !sound {
        return None;
    }
    let mut result = input.column_values();
    for (name, value) in added {
        match result.iter_mut().find(|(known, _)| *known == name) {
            Some(replaced) => replaced.1 = value,
            None => result.push((name, value)),
        }
    }
    Some(Relation::project(binder.with_windows(input), result))
}
