//! `print a = 1, 2`: one row of values; those without a name are `print_0`, `print_1`, ... by position.

use huntbook_kql_syntax::ast::NamedExpr;

use super::{Named, values as bound_values};
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
        let bound = bound_values(binder, column, Row::new(&[], scope), true);
        let several = bound.len() > 1;
        for Named { stated, suggested, value } in bound {
            let name = if let Some(name) = stated {
                if !names.claim(&name.name) {
                    binder.report(duplicate(&name.name, name.span));
                    sound = false;
                }
                name.name.clone()
            } else {
                let suggested = suggested.filter(|_| several);
                names.invent(suggested.or_else(|| Some(format!("print_{position}"))))
            };
            match value {
                Some(value) => {
                    printed.push(Column::new(name, value.kind));
                    values.push(value);
                }
                None => sound = false,
            }
        }
    }
    sound.then(|| Relation::unordered(Step::Rows(vec![values]), printed))
}
