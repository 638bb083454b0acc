//! `project-away` and `project-keep`: columns left out or kept, by name and by pattern. Those that stay keep their
//! order.

use huntbook_kql_syntax::ast::NamePattern;

use crate::bind::Binder;
use crate::ir::{Column, Relation};

/// Whether the columns of the patterns go or stay.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Named {
    Away,
    Kept,
}

pub(crate) fn bind(
    binder: &mut Binder<'_>,
    input: Relation,
    patterns: &[NamePattern],
    named: Named,
) -> Relation {
    let found: Vec<Option<Vec<usize>>> =
        patterns.iter().map(|pattern| binder.matching(pattern, &input)).collect();
    let Some(found) = found.into_iter().collect::<Option<Vec<_>>>() else { return input };
    let found: Vec<usize> = found.into_iter().flatten().collect();
    let stays = |(position, column): &(usize, &Column)| {
        column.is_hidden() || found.contains(position) == (named == Named::Kept)
    };
    let columns = input.columns.iter().enumerate().filter(stays);
    let columns = columns.map(|(_, column)| (column.name.clone(), column.value())).collect();
    Relation::project(input, columns)
}
