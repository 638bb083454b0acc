//! `summarize aggregates by keys`: one row for each combination of key values.
//!
//! Keys come first in the result. Without keys there is one row, also for an empty input; with keys an empty
//! input gives no row.

use huntbook_diagnostics::Diagnostic;
use huntbook_kql_syntax::ast::{ExprKind, NamedExpr};

use super::single_value;
use crate::aggregates;
use crate::bind::{Binder, Names, Row, Scope, duplicate, suggestion};
use crate::codes;
use crate::ir::{Column, Node, Relation, Scalar};

pub(crate) fn bind(
    binder: &mut Binder<'_>,
    input: Relation,
    aggregates: &[NamedExpr],
    by: &[NamedExpr],
    scope: &Scope,
) -> Option<Relation> {
    let mut names = Names::default();
    let row = Row::of(&input, scope);
    let keys = keys(binder, row, by, &mut names);
    // `*` in an aggregate stands for the columns that are no keys.
    let is_key = |column: &Column| {
        keys.iter()
            .flatten()
            .any(|(_, key)| matches!(&key.node, Node::Column(name) if *name == column.name))
    };
    let rest: Vec<Column> = input
        .columns
        .iter()
        .filter(|column| !is_key(column) && !column.is_hidden())
        .cloned()
        .collect();
    let row = Row { star: Some(&rest), ..row };
    let (values, calls) = binder.collecting(|binder| {
        let bound: Vec<_> =
            aggregates.iter().map(|column| outputs(binder, row, column, &mut names)).collect();
        bound.into_iter().collect::<Option<Vec<_>>>()
    });
    let (keys, values) = (keys?, values?);
    let is_whole = keys.is_empty();
    let keys: Vec<(String, Scalar)> = super::part_values(&input).into_iter().chain(keys).collect();
    let key_columns: Vec<(String, Scalar)> = keys
        .iter()
        .map(|(name, key)| (name.clone(), Scalar::column(name.clone(), key.kind)))
        .collect();
    let input = binder.with_windows(input);
    let grouped = if is_whole {
        binder.aggregate_parts(input, keys, calls)
    } else {
        Relation::aggregate(input, keys, calls)
    };
    let result = key_columns.into_iter().chain(values.into_iter().flatten()).collect();
    Some(Relation::project(grouped, result))
}

pub(super) fn keys(
    binder: &mut Binder<'_>,
    row: Row<'_>,
    by: &[NamedExpr],
    names: &mut Names,
) -> Option<Vec<(String, Scalar)>> {
    let bound: Vec<Option<(String, Scalar)>> = by
        .iter()
        .map(|key| {
            let value = single_value(binder, key, row);
            let stated = key.names.first().or(match &key.value.kind {
                ExprKind::Name(name) => Some(name),
                _ => None,
            });
            let name = match stated {
                Some(name) if names.claim(&name.name) => name.name.clone(),
                Some(name) => {
                    binder.report(duplicate(&name.name, name.span));
                    return None;
                }
                None => names.invent(suggestion(&key.value)),
            };
            Some((name, value?))
        })
        .collect();
    bound.into_iter().collect()
}

/// The columns that one expression between `summarize` and `by` yields.
pub(super) fn outputs(
    binder: &mut Binder<'_>,
    row: Row<'_>,
    column: &NamedExpr,
    names: &mut Names,
) -> Option<Vec<(String, Scalar)>> {
    let call = match &column.value.kind {
        ExprKind::Call { name, arguments } if aggregates::find(&name.name).is_some() => {
            Some((name, arguments))
        }
        _ => None,
    };
    let bound = if let Some((name, arguments)) = call {
        binder
            .aggregate(name, arguments, column.value.span, row)?
            .into_iter()
            .map(|(suggested, value)| (Some(suggested), value))
            .collect::<Vec<_>>()
    } else {
        let value = binder.scalar(&column.value, row)?;
        vec![(suggestion(&column.value), value)]
    };
    if column.names.len() > bound.len() {
        let message = format!("{} names for {} column(s)", column.names.len(), bound.len());
        binder.report(Diagnostic::error(codes::WRONG_NAMES, message).at(column.span));
        return None;
    }
    let mut result = Vec::with_capacity(bound.len());
    for (position, (suggested, value)) in bound.into_iter().enumerate() {
        let name = match column.names.get(position) {
            Some(name) if names.claim(&name.name) => name.name.clone(),
            Some(name) => {
                binder.report(duplicate(&name.name, name.span));
                return None;
            }
            None => names.invent(suggested),
        };
        result.push((name, value));
    }
    Some(result)
}
