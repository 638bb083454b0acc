//! `take count`: at most so many rows, any of them unless they have an order.

use huntbook_diagnostics::Diagnostic;
use huntbook_kql_syntax::ast::Expr;

use crate::bind::{Binder, Row, Scope};
use crate::codes;
use crate::ir::{Column, Comparison, HIDDEN, Relation, Scalar, Value, WindowCall};
use crate::types::KqlType;
use crate::windows::NUMBER;

pub(crate) fn bind(
    binder: &mut Binder<'_>,
    input: Relation,
    count: &Expr,
    scope: &Scope,
) -> Relation {
    match row_count(binder, count, scope) {
        Some(count) => first_rows(input, count),
        None => input,
    }
}

/// The first rows, of each part where there are parts.
pub(super) fn first_rows(input: Relation, count: usize) -> Relation {
    let partition: Vec<Scalar> = input.parts().map(Column::value).collect();
    if partition.is_empty() {
        return Relation::limit(input, count);
    }
    let columns = input.column_values();
    let number = Column::new(format!("{HIDDEN}number"), KqlType::Long);
    let arguments = vec![Scalar::long(1), Scalar::literal(Value::Bool(false), KqlType::Bool)];
    let call = WindowCall { function: &NUMBER, arguments, partition };
    let most = Scalar::long(i64::try_from(count).unwrap_or(i64::MAX));
    let within = Scalar::compare(Comparison::LessEqual, number.value(), most);
    let numbered = Relation::window(input, vec![(call, number)]);
    Relation::project(Relation::filter(numbered, within), columns)
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
