//! `top-hitters n of x by y`: the values that stand in most rows, or whose sum of `y` is greatest. They are counted
//! exactly.

use huntbook_kql_syntax::ast::{Expr, ExprKind, Ident, NamedExpr};

use super::summarize;
use super::{sort, take};
use crate::bind::{Binder, Names, Row, Scope, suggestion};
use crate::ir::{Relation, Scalar, SortKey};

pub(crate) fn bind(
    binder: &mut Binder<'_>,
    input: Relation,
    count: &Expr,
    (of, by): (&NamedExpr, Option<&NamedExpr>),
    scope: &Scope,
) -> Option<Relation> {
    let count = take::row_count(binder, count, scope);
    let row = Row::of(&input, scope);
    let mut names = Names::default();
    let keys = summarize::keys(binder, row, std::slice::from_ref(of), &mut names)?;
    let (value, calls) = binder.collecting(|binder| {
        let (function, arguments, span) = match by {
            Some(by) => ("sum", vec![NamedExpr { names: Vec::new(), ..by.clone() }], by.span),
            None => ("count", Vec::new(), of.span),
        };
        let name = Ident { name: function.to_owned(), span };
        binder.aggregate(&name, &arguments, span, row)?.into_iter().next()
    });
    let measured = match by {
        Some(by) => format!("approximate_sum_{}", suggestion(&by.value).unwrap_or_default()),
        None => format!("approximate_count_{}", keys.first().map_or("", |(name, _)| name)),
    };
    let stated = by.and_then(|by| by.names.first()).map(|name: &Ident| name.name.clone());
    let measured = names.invent(Some(stated.unwrap_or(measured)));
    let (_, value) = value?;
    let parts = super::part_values(&input);
    let grouping: Vec<(String, Scalar)> = parts.into_iter().chain(keys).collect();
    let own =
        grouping.iter().map(|(name, key)| (name.clone(), Scalar::column(name.clone(), key.kind)));
    let mut result: Vec<(String, Scalar)> = own.collect();
    let kind = value.kind;
    result.push((measured.clone(), value));
    let grouped = Relation::aggregate(binder.with_windows(input), grouping, calls);
    let rows = Relation::project(grouped, result);
    debug_assert!(!matches!(of.value.kind, ExprKind::Star));
    let key =
        SortKey { value: Scalar::column(measured, kind), ascending: false, nulls_first: false };
    Some(take::first_rows(sort::sorted(rows, vec![key]), count?))
}
