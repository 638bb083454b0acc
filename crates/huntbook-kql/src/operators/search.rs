//! `search`: rows in which a term stands, whatever the column.
//!
//! A bare string is a term to look for in every column of text; `*` at its ends makes it the start, the end or any part
//! of a term. `column:"x"` looks in one column. Without tables all tables of the database are searched, and `$table`
//! names the one that a row comes from.

use huntbook_kql_syntax::ast::{
    BinaryOperator, Expr, ExprKind, Literal, NamedExpr, OperatorParameter,
};

use super::options::Options;
use super::union::combine;
use crate::bind::{Binder, Row, Scope};
use crate::ir::Relation;

pub(crate) fn bind(
    binder: &mut Binder<'_>,
    input: Option<Relation>,
    tables: &[Expr],
    predicate: &Expr,
    parameters: &[OperatorParameter],
    scope: &Scope,
) -> Option<Relation> {
    let mut options = Options::new("search", parameters);
    let kind = options.word("kind", &["case_insensitive", "case_sensitive", "default"]);
    options.finish(binder)?;
    let predicate = with_terms(predicate, kind == Some("case_sensitive"));
    let all = matches!(predicate.kind, ExprKind::Star);
    let filtered = |binder: &mut Binder<'_>, rows: Relation| {
        if all {
            return Some(rows);
        }
        let bound = binder.predicate(&predicate, Row::new(&rows.columns, scope))?;
        Some(Relation::filter(rows, bound))
    };
    if let Some(input) = input {
        return filtered(binder, input);
    }
    let legs = binder.searched(tables, scope)?;
    let mut found = Vec::with_capacity(legs.len());
    for (name, leg) in legs {
        // A table that lacks a column of the predicate has no row to find.
        if binder.lacks_columns(&predicate, &leg, scope) {
            continue;
        }
        found.push((name, filtered(binder, leg)?));
    }
    if found.is_empty() {
        // The first table's problem is what the user needs to see.
        let (_, leg) = binder.searched(tables, scope)?.into_iter().next()?;
        return filtered(binder, leg);
    }
    combine(binder, found, false, Some("$table"), predicate.span)
}

/// The predicate with bare strings as a search in all columns.
pub(super) fn with_terms(expression: &Expr, sensitive: bool) -> Expr {
    let span = expression.span;
    let kind = match &expression.kind {
        ExprKind::Literal(Literal::String { value, hidden }) => {
            let (text, operator) = term(value, sensitive);
            let text = ExprKind::Literal(Literal::String { value: text, hidden: *hidden });
            return searching(
                Expr { kind: ExprKind::Star, span },
                Expr { kind: text, span },
                operator,
            );
        }
        ExprKind::Binary { operator: BinaryOperator::Term, left, right, .. } => {
            let (right, operator) = match &right.kind {
                ExprKind::Literal(Literal::String { value, hidden }) => {
                    let (text, operator) = term(value, sensitive);
                    let kind = ExprKind::Literal(Literal::String { value: text, hidden: *hidden });
                    (Expr { kind, span: right.span }, operator)
                }
                _ => (right.as_ref().clone(), BinaryOperator::Equal),
            };
            return searching(left.as_ref().clone(), right, operator);
        }
        ExprKind::Binary {
            operator: operator @ (BinaryOperator::And | BinaryOperator::Or),
            operator_span,
            left,
            right,
        } => ExprKind::Binary {
            operator: *operator,
            operator_span: *operator_span,
            left: Box::new(with_terms(left, sensitive)),
            right: Box::new(with_terms(right, sensitive)),
        },
        ExprKind::Call { name, arguments } if name.name == "not" => {
            let inner = |argument: &NamedExpr| NamedExpr {
                value: with_terms(&argument.value, sensitive),
                ..argument.clone()
            };
            ExprKind::Call { name: name.clone(), arguments: arguments.iter().map(inner).collect() }
        }
        other => other.clone(),
    };
    Expr { kind, span }
}

fn searching(left: Expr, right: Expr, operator: BinaryOperator) -> Expr {
    let span = left.span.to(right.span);
    let operator_span = right.span;
    let (left, right) = (Box::new(left), Box::new(right));
    Expr { kind: ExprKind::Binary { operator, operator_span, left, right }, span }
}

/// The text to look for, and how.
fn term(value: &str, sensitive: bool) -> (String, BinaryOperator) {
    use BinaryOperator as B;
    let inner = value.trim_start_matches('*').trim_end_matches('*').to_owned();
    let operator = match (value.starts_with('*'), value.ends_with('*') && !value.is_empty()) {
        (true, true) if sensitive => B::ContainsCs,
        (true, true) => B::Contains,
        (true, false) if sensitive => B::HasSuffixCs,
        (true, false) => B::HasSuffix,
        (false, true) if sensitive => B::HasPrefixCs,
        (false, true) => B::HasPrefix,
        (false, false) if sensitive => B::HasCs,
        (false, false) => B::Has,
    };
    (inner, operator)
}
