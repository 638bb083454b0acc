//! `evaluate pivot(column, aggregate, keys...) : (schema)`: the values of a column become columns.
//!
//! Each holds the aggregate, `count()` where none is given, over the rows of its value. The data decides which there
//! are, unless a schema says so. Rows are grouped by the keys, or by all other columns.

use huntbook_diagnostics::Diagnostic;
use huntbook_kql_syntax::ast::{Expr, ExprKind, Ident};

use super::super::find::mentioned;
use super::Plugin;
use crate::aggregates;
use crate::bind::{Binder, Names, Row};
use crate::codes;
use crate::convert::convert;
use crate::ir::{Column, Comparison, Relation, Scalar};
use crate::types::KqlType;

/// More columns than this are an error.
const MOST_COLUMNS: usize = 2_000;

pub(super) fn bind(
    binder: &mut Binder<'_>,
    input: Relation,
    plugin: &Plugin<'_>,
) -> Option<Relation> {
    let Some(first) = plugin.arguments.first() else {
        plugin.lacks(binder, "the column whose values become columns");
        return None;
    };
    let pivot = plugin.column(binder, &input, &first.value)?;
    let aggregate = plugin.arguments.get(1).map(|argument| &argument.value);
    let rest = plugin.arguments.get(2..).unwrap_or_default();
    let mut keys: Vec<Column> = Vec::new();
    if rest.is_empty() {
        let mut used = Vec::new();
        if let Some(aggregate) = aggregate {
            mentioned(aggregate, &mut used);
        }
        let is_key = |column: &&Column| {
            !column.is_hidden() && column.name != pivot.name && !used.contains(&column.name)
        };
        keys.extend(input.columns.iter().filter(is_key).cloned());
    }
    for key in rest {
        keys.push(plugin.column(binder, &input, &key.value)?);
    }
    let Some(text) = convert(pivot_value(&input, &pivot), KqlType::String) else {
        plugin.wrong(binder, "a column that has a text form", first.value.span);
        return None;
    };
    let schema = match plugin.schema {
        Some(schema) => Some(binder.declared(&schema.columns)?),
        None => None,
    };
    let (values, is_open) = match &schema {
        Some(columns) => {
            let is_key = |name: &str| keys.iter().any(|key| key.name == name);
            let values = columns.iter().filter(|column| !is_key(&column.name));
            (values.map(|column| column.name.clone()).collect(), false)
        }
        None => (values(binder, &input, &text, plugin)?, true),
    };
    let mut names = Names::default();
    for key in &keys {
        names.claim(&key.name);
    }
    let mut result: Vec<(String, Scalar)> =
        keys.iter().map(|key| (key.name.clone(), key.value())).collect();
    let row = Row::of(&input, plugin.scope);
    let (bound, calls) = binder.collecting(|binder| {
        let mut bound = Vec::with_capacity(values.len());
        let mut calls = 0;
        for value in &values {
            bound.push(cell(binder, aggregate, row, plugin)?);
            let is_value =
                Scalar::compare(Comparison::Equal, text.clone(), Scalar::text(value.clone()));
            calls = binder.filter_aggregates(calls, &is_value);
        }
        Some(bound)
    });
    for (value, cell) in values.iter().zip(bound?) {
        let plain = !value.is_empty() && !value.contains(|one: char| one.is_control());
        result.push((names.invent(plain.then(|| value.clone())), cell));
    }
    let parts = super::super::part_values(&input);
    let grouped = parts.iter().cloned().chain(keys.iter().map(|key| {
        let own = input.columns.iter().any(|column| column.name == key.name);
        let value = if own { key.value() } else { Scalar::null(key.kind) };
        (key.name.clone(), value)
    }));
    let grouped = grouped.collect();
    let grouped = Relation::aggregate(input, grouped, calls);
    let shown =
        parts.iter().map(|(name, value)| (name.clone(), Scalar::column(name.clone(), value.kind)));
    let rows = Relation::project(grouped, shown.chain(result).collect());
    let Some(schema) = schema else { return Some(Relation { open: is_open, ..rows }) };
    let mut shaped = super::super::hidden_values(&rows);
    for column in schema {
        let own = rows.columns.iter().find(|own| own.name == column.name)?;
        let Some(value) = convert(own.value(), column.kind) else {
            plugin.wrong(binder, "a type that fits the column", plugin.span);
            return None;
        };
        shaped.push((column.name, value));
    }
    Some(Relation::project(rows, shaped))
}

fn pivot_value(input: &Relation, pivot: &Column) -> Scalar {
    if input.columns.iter().any(|column| column.name == pivot.name) {
        pivot.value()
    } else {
        Scalar::null(pivot.kind)
    }
}

/// One cell: the aggregate, or the number of rows.
fn cell(
    binder: &mut Binder<'_>,
    aggregate: Option<&Expr>,
    row: Row<'_>,
    plugin: &Plugin<'_>,
) -> Option<Scalar> {
    let Some(aggregate) = aggregate else {
        let name = Ident { name: "count".to_owned(), span: plugin.span };
        return Some(binder.aggregate(&name, &[], plugin.span, row)?.into_iter().next()?.1);
    };
    match &aggregate.kind {
        ExprKind::Call { name, arguments } if aggregates::find(&name.name).is_some() => {
            Some(binder.aggregate(name, arguments, aggregate.span, row)?.into_iter().next()?.1)
        }
        _ => {
            plugin.wrong(binder, "an aggregate such as `count()`", aggregate.span);
            None
        }
    }
}

/// The different values; none where the data has not been looked at.
fn values(
    binder: &mut Binder<'_>,
    input: &Relation,
    text: &Scalar,
    plugin: &Plugin<'_>,
) -> Option<Vec<String>> {
    let keys = vec![("value".to_owned(), text.clone())];
    let distinct = Relation::aggregate(input.clone(), keys, Vec::new());
    let Some(rows) = binder.observe(Relation::limit(distinct, MOST_COLUMNS + 1)) else {
        return Some(Vec::new());
    };
    if rows.len() > MOST_COLUMNS {
        let message = format!("the column has more than {MOST_COLUMNS} values, too many columns");
        binder.report(
            Diagnostic::error(codes::TOO_COMPLEX, message)
                .at(plugin.span)
                .hint("filter the rows before, or declare the columns: `pivot(x) : (a:long)`"),
        );
        return None;
    }
    let mut values: Vec<String> =
        rows.into_iter().filter_map(|row| row.into_iter().next().flatten()).collect();
    values.sort_unstable();
    Some(values)
}
