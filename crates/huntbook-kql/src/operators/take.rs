//! `take count`: at most so many rows, any of them unless they have an order.

use huntbook_diagnostics::Diagnostic;
use huntbook_kql_syntax::ast::Expr;

use crate::bind::{Binder, Row, Scope};
use crate::codes;
use crate::ir::{Relation, Value};

pub(crate) fn bind(
    binder: &mut Binder<'_>,
    input: Relation,
    count: &Expr,
    scope: &Scope,
) -> Relation {
    match row_count(binder, count, scope) {
        Some(count) => Relation::limit(input, count),
        None => input,
    }
}

/// A number of rows, which must be a constant.
pub(super) fn row_count(binder: &mut Binder<'_>, count: &Expr, scope: &Scope) -> Option<usize> {
    let bound = binder.scalar(count, Row::new(&[], scope))?;
    let number = match bound.as_literal() {
        Some(Value::Long(number)) => usize::try_from(*number).ok(),
        Some(Value::Int(number)) => usize::try_from(*number).ok(),
        _ => None,
    };
    if number.is_none() {
        let message = "the number of rows must be a constant whole number, not negative";
        binder.report(Diagnostic::error(codes::NOT_CONSTANT, message).at(count.span));
    }
    number
}
