//! `+ - * / %` and the signs.

use huntbook_diagnostics::{Diagnostic, Span};
use huntbook_kql_syntax::ast::BinaryOperator;

use super::call::implicit;
use super::compare::undefined;
use crate::convert::convert;
use crate::functions::arithmetic as kernels;
use crate::ir::{Scalar, Value};
use crate::types::KqlType;

/// `left operator right`.
pub(crate) fn bind(
    operator: BinaryOperator,
    left: &Scalar,
    right: &Scalar,
    span: Span,
) -> Result<Scalar, Diagnostic> {
    let wrong = || undefined(operator.symbol(), left.kind, right.kind, span);
    let (left_kind, right_kind) =
        operand_kinds(operator, left.kind, right.kind).ok_or_else(wrong)?;
    let kernel = kernels::find(operator, left_kind, right_kind).ok_or_else(wrong)?;
    let operands = implicit(left.clone(), left_kind).zip(implicit(right.clone(), right_kind));
    let (left, right) = operands.ok_or_else(wrong)?;
    Ok(Scalar::kernel(kernel, vec![left, right]))
}

/// The types that both sides are cast to: whole numbers are computed as long, mixed ones as real, and a
/// dynamic is read as the type of the other side.
fn operand_kinds(
    operator: BinaryOperator,
    left: KqlType,
    right: KqlType,
) -> Option<(KqlType, KqlType)> {
    use KqlType::{Decimal, Dynamic, Int, Long, Real, Timespan};
    let widened = |kind| if kind == Int { Long } else { kind };
    Some(match (widened(left), widened(right)) {
        (Dynamic, Dynamic) => return None,
        (Dynamic, other) | (other, Dynamic) => (other, other),
        (Long, Real) | (Real, Long) => (Real, Real),
        (Decimal, Long | Real) | (Long | Real, Decimal) => (Decimal, Decimal),
        // A span is scaled by a real.
        (Timespan, Long) if operator != BinaryOperator::Add => (Timespan, Real),
        (Long, Timespan) => (Real, Timespan),
        other => other,
    })
}

/// `-value`.
pub(crate) fn negate(value: &Scalar, span: Span) -> Result<Scalar, Diagnostic> {
    match value.as_literal() {
        Some(Value::Long(number)) => {
            return Ok(Scalar::literal(
                number.checked_neg().map_or(Value::Null, Value::Long),
                KqlType::Long,
            ));
        }
        Some(Value::Int(number)) => return Ok(Scalar::long(-i64::from(*number))),
        Some(Value::Real(number)) => {
            return Ok(Scalar::literal(Value::Real(-number), KqlType::Real));
        }
        Some(Value::Decimal(number)) => {
            return Ok(Scalar::literal(Value::Decimal(number.wrapping_neg()), KqlType::Decimal));
        }
        Some(Value::Timespan(span)) => {
            let negated = span.checked_neg().map_or(Value::Null, Value::Timespan);
            return Ok(Scalar::literal(negated, KqlType::Timespan));
        }
        _ => {}
    }
    match value.kind {
        KqlType::Int | KqlType::Long | KqlType::Real | KqlType::Decimal | KqlType::Timespan => {}
        other => {
            let message = format!("operator `-` is not defined for `{other}`");
            return Err(Diagnostic::error(crate::codes::WRONG_OPERAND_TYPE, message).at(span));
        }
    }
    let kind = value.kind;
    let zero = match kind {
        KqlType::Timespan => Scalar::literal(Value::Timespan(0), kind),
        // -0.0 - x keeps the sign of a real zero.
        KqlType::Real => Scalar::literal(Value::Real(-0.0), kind),
        _ => convert(Scalar::long(0), kind).expect("zero fits each whole number"),
    };
    bind(BinaryOperator::Subtract, &zero, value, span)
}
