//! `partition by x (...)`: operators over the rows of each value as if they were a table of their own.
//!
//! `partition by x { T | ... }` runs a query for each value, which stands there as `toscalar(x)`.

use std::rc::Rc;

use huntbook_diagnostics::{Diagnostic, Span};
use huntbook_kql_syntax::ast::{Expr, ExprKind, Operator, PartitionBody};

use super::mv_apply::over_parts;
use super::union;
use crate::bind::{Binder, Binding, Row, Scope};
use crate::codes;
use crate::convert::convert;
use crate::ir::{Column, HIDDEN, PART, Relation, Scalar};
use crate::types::KqlType;

/// More values than this are an error where each runs a query, as in KQL.
const MOST_QUERIES: usize = 64;

pub(crate) fn bind(
    binder: &mut Binder<'_>,
    input: Relation,
    by: &Expr,
    body: &PartitionBody,
    operator: &Operator,
    scope: &Scope,
) -> Option<Relation> {
    let value = binder.scalar(by, Row::of(&input, scope))?;
    let operators = match body {
        PartitionBody::Operators(operators) => operators,
        PartitionBody::Query(query) => {
            return queries(binder, &input, by, value, query, scope);
        }
    };
    let level = input.parts().count();
    let part = Column::new(format!("{HIDDEN}{PART}{level}"), value.kind);
    let (shown, serialized) = (input.columns.clone(), input.serialized);
    let values = input.column_values().into_iter().chain([(part.name, value)]).collect();
    let rows = Relation::project(input, values);
    let result = over_parts(binder, rows, operators, operator.span, scope)?;
    let stays = |column: &&Column| {
        !column.is_hidden() || shown.iter().any(|known| known.name == column.name)
    };
    let kept = result.columns.iter().filter(stays);
    let kept = kept.map(|column| (column.name.clone(), column.value())).collect();
    Some(Relation { serialized, ..Relation::project(result, kept) })
}

/// A query for each value.
fn queries(
    binder: &mut Binder<'_>,
    input: &Relation,
    by: &Expr,
    value: Scalar,
    query: &Expr,
    scope: &Scope,
) -> Option<Relation> {
    let ExprKind::Name(name) = &by.kind else {
        wrong(binder, "the name of a column is expected here by `partition`", by.span);
        return None;
    };
    let kind = value.kind;
    let Some(text) = convert(value, KqlType::String) else {
        wrong(binder, "the column of `partition` has no text form", by.span);
        return None;
    };
    let keys = vec![("value".to_owned(), text)];
    let distinct = Relation::aggregate(input.clone(), keys, Vec::new());
    let values = match binder.observe(Relation::limit(distinct, MOST_QUERIES + 1)) {
        None => vec![Scalar::null(kind)],
        Some(rows) if rows.len() > MOST_QUERIES => {
            let message = format!("the column has more than {MOST_QUERIES} values");
            let diagnostic = Diagnostic::error(codes::TOO_COMPLEX, message).at(by.span);
            binder.report(diagnostic.hint("put operators in parentheses: `partition by x (...)`"));
            return None;
        }
        Some(mut rows) => {
            rows.sort_unstable();
            let texts = rows.into_iter().filter_map(|row| row.into_iter().next().flatten());
            let mut values: Vec<Scalar> =
                texts.filter_map(|text| convert(Scalar::text(text), kind)).collect();
            if values.is_empty() {
                values.push(Scalar::null(kind));
            }
            values
        }
    };
    let mut legs = Vec::with_capacity(values.len());
    for (position, value) in values.into_iter().enumerate() {
        let scope = scope.with(&name.name, Binding::Scalar(Rc::new(value), 1));
        let relation = binder.relation(query, &scope)?;
        legs.push((format!("partition{position}"), relation));
    }
    union::combine(binder, legs, false, None, query.span)
}

fn wrong(binder: &mut Binder<'_>, message: &str, span: Span) {
    binder.report(Diagnostic::error(codes::WRONG_ARGUMENT_TYPE, message).at(span));
}
