//! `print a = 1, 2`: one row of values; those without a name are `print_0`, `print_1`, ... by position.

use huntbook_kql_syntax::ast::NamedExpr;

use super::single_value;
use crate::bind::{Binder, Names, Row, Scope, duplicate};
use crate::ir::{Column, Relation, Step};

pub(crate) fn bind(
    binder: &mut Binder<'_>,
    columns: &[NamedExpr],
    scope: &Scope,
) -> Option<Relation> {
    let mut names = Names::default();
    let mut sound = true;
    let (mut values, mut printed) = (Vec::new(), Vec::new());
    for (position, column) in columns.iter().enumerate() {
        let value = single_value(binder, column, Row::new(&[], scope));
        let name = match column.names.first() {
            Some(name) => {
                if !names.claim(&name.name) {
                    binder.report(duplicate(&name.name, name.span));
                    sound = false;
                }
                name.name.clone()
            }
            None => names.invent(Some(format!("print_{position}"))),
        };
        match value {
            Some(value) => {
                printed.push(Column::new(name, value.kind));
                values.push(value);
            }
            None => sound = false,
        }
    }
    sound.then(|| Relation::unordered(Step::Rows(vec![values]), printed))
}
