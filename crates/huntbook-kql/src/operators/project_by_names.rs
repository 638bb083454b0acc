//! `project-by-names "a", "b*", dynamic(["c", "d"])`: the columns of these names in the order in which they are named.
//! Names of no column are passed over.

use huntbook_diagnostics::{Diagnostic, Span};
use huntbook_kql_syntax::ast::{Expr, ExprKind, Ident, NamePattern};

use crate::bind::pattern::matches;
use crate::bind::{Binder, Row, Scope, unsupported};
use crate::codes;
use crate::dynamic;
use crate::ir::{Relation, Value};
use crate::types::KqlType;

pub(crate) fn bind(
    binder: &mut Binder<'_>,
    input: Relation,
    names: &[Expr],
    span: Span,
    scope: &Scope,
) -> Option<Relation> {
    let patterns: Vec<Option<Vec<NamePattern>>> =
        names.iter().map(|names| patterns(binder, &input, names, scope)).collect();
    let patterns = patterns.into_iter().collect::<Option<Vec<_>>>()?;
    let mut order: Vec<usize> = Vec::with_capacity(input.columns.len());
    for pattern in patterns.iter().flatten() {
        for (position, column) in input.columns.iter().enumerate() {
            let fits = !column.is_hidden() && matches(pattern, &column.name);
            if fits && !order.contains(&position) {
                order.push(position);
            }
        }
    }
    if order.is_empty() {
        let message = "`project-by-names` names no column that is there";
        binder.report(Diagnostic::error(codes::UNKNOWN_COLUMN, message).at(span));
        return None;
    }
    let mut columns = super::hidden_values(&input);
    columns.extend(order.into_iter().map(|position| {
        let column = &input.columns[position];
        (column.name.clone(), column.value())
    }));
    Some(Relation::project(input, columns))
}

/// What a text, an array of texts or a plain name stands for.
fn patterns(
    binder: &mut Binder<'_>,
    input: &Relation,
    names: &Expr,
    scope: &Scope,
) -> Option<Vec<NamePattern>> {
    let pattern =
        |name: String, wildcard| NamePattern { name: Ident { name, span: names.span }, wildcard };
    if let ExprKind::Name(name) = &names.kind
        && scope.get(&name.name).is_none()
        && input.columns.iter().any(|column| column.name == name.name)
    {
        return Some(vec![pattern(name.name.clone(), false)]);
    }
    let value = binder.scalar(names, Row::new(&[], scope))?;
    let text = match (value.as_literal(), value.kind) {
        (Some(Value::Text(text)), KqlType::String | KqlType::Dynamic) => text.clone(),
        (Some(_), _) => {
            wrong(binder, names.span);
            return None;
        }
        (None, _) => {
            let message = "names of columns are constant";
            binder.report(Diagnostic::error(codes::NOT_CONSTANT, message).at(names.span));
            return None;
        }
    };
    if value.kind == KqlType::String {
        let wildcard = text.contains('*');
        return Some(vec![pattern(text, wildcard)]);
    }
    let serde_json::Value::Array(listed) = dynamic::parse(&text) else {
        wrong(binder, names.span);
        return None;
    };
    let mut patterns = Vec::with_capacity(listed.len());
    for name in listed {
        let serde_json::Value::String(name) = name else {
            wrong(binder, names.span);
            return None;
        };
        let is_column = input.columns.iter().any(|column| column.name == name);
        if name.contains('*') && !is_column {
            binder.report(unsupported("a `*` in an array of names", names.span));
            return None;
        }
        patterns.push(pattern(name, false));
    }
    Some(patterns)
}

fn wrong(binder: &mut Binder<'_>, span: Span) {
    let message = "the name of a column, or an array of names, is expected here";
    binder.report(
        Diagnostic::error(codes::WRONG_ARGUMENT_TYPE, message)
            .at(span)
            .hint("as in `project-by-names \"a\", \"b*\", dynamic([\"c\"])`"),
    );
}
