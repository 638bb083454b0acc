//! Comparison operators: how the types of both sides are brought together.

use huntbook_diagnostics::{Diagnostic, Span};

use super::call::implicit;
use crate::codes;
use crate::convert::{convert, exact_long};
use crate::ir::{Comparison, Scalar, Value};
use crate::types::KqlType;

/// `left symbol right`.
pub(crate) fn bind(
    comparison: Comparison,
    symbol: &str,
    left: Scalar,
    right: Scalar,
    span: Span,
) -> Result<Scalar, Diagnostic> {
    let orders = !matches!(comparison, Comparison::Equal | Comparison::NotEqual);
    let fit = if orders { order(left, right) } else { unify(left, right) };
    let (left, right) = fit.map_err(|(left, right)| undefined(symbol, left, right, span))?;
    Ok(Scalar::compare(comparison, left, right))
}

type Kinds = (KqlType, KqlType);

/// Both sides of `<` and its kin as one type, or their types where there is none. Text has no order.
pub(super) fn order(left: Scalar, right: Scalar) -> Result<(Scalar, Scalar), Kinds> {
    use KqlType::{Decimal, Dynamic, Int, Long, Real};
    let kinds = (left.kind, right.kind);
    let common = match kinds {
        (Decimal, Int | Long | Real) | (Int | Long | Real, Decimal) => Decimal,
        // A fraction inside of a dynamic value must not be cut off.
        (Dynamic, Int | Long) | (Int | Long, Dynamic) => Real,
        (Dynamic, other) | (other, Dynamic) => other,
        (left, right) if left == right => left,
        (Int | Long, Int | Long) => Long,
        (Int | Long | Real, Int | Long | Real) => Real,
        _ => return Err(kinds),
    };
    if matches!(common, KqlType::String | KqlType::Guid | KqlType::Dynamic) {
        return Err(kinds);
    }
    implicit(left, common).zip(implicit(right, common)).ok_or(kinds)
}

/// Both sides of `==` as one type, or their types where there is none.
///
/// A dynamic is compared by the value inside of it, read as the type of the other side. Text is compared
/// with a number, a bool, a time or a guid by what it stands for, and a bool with a number as 0 or 1.
pub(crate) fn unify(left: Scalar, right: Scalar) -> Result<(Scalar, Scalar), Kinds> {
    use KqlType::{Bool, Datetime, Decimal, Dynamic, Guid, Int, Long, Real, String};
    let kinds = (left.kind, right.kind);
    let is_constant = |side: &Scalar| side.as_literal().is_some();
    let common = match kinds {
        (Dynamic, Dynamic) => return Err(kinds),
        (Dynamic, other) | (other, Dynamic) => other,
        (left, right) if left == right => left,
        (Decimal, Int | Long | Real) | (Int | Long | Real, Decimal) => Decimal,
        (Int, Long) if fits_int(&right) => Int,
        (Long, Int) if fits_int(&left) => Int,
        (Int | Long | Bool, Int | Long) | (Int | Long, Bool) => Long,
        (Int | Long | Real, Int | Long | Real) => Real,
        (Guid, String) | (String, Guid) => Guid,
        (Datetime, String) | (String, Datetime) => Datetime,
        (Bool, String) | (String, Bool) => Bool,
        // A constant takes the type of the other side, so that a plain column stays one.
        (number @ (Int | Long | Real), String) if is_constant(&right) => number,
        (String, number @ (Int | Long | Real)) if is_constant(&left) => number,
        (Int | Long | Real, String) | (String, Int | Long | Real) => String,
        _ => return Err(kinds),
    };
    if common == Long
        && let Some(bools) = as_bools(&left, &right)
    {
        return Ok(bools);
    }
    let cast = |side: Scalar| match (side.kind, common) {
        (Dynamic, Int | Long) => Some(exact_long(side, common)),
        _ => convert(side, common),
    };
    cast(left).zip(cast(right)).ok_or(kinds)
}

/// Whether this is a constant that 32 bits hold, so that the other side needs no cast.
fn fits_int(side: &Scalar) -> bool {
    matches!(side.as_literal(), Some(Value::Long(number)) if i32::try_from(*number).is_ok())
}

/// A bool and the constant 0 or 1, as two bools.
fn as_bools(left: &Scalar, right: &Scalar) -> Option<(Scalar, Scalar)> {
    let flag = |side: &Scalar| match side.as_literal() {
        Some(Value::Long(number @ (0 | 1))) => {
            Some(Scalar::literal(Value::Bool(*number == 1), KqlType::Bool))
        }
        _ => None,
    };
    match (left.kind, right.kind) {
        (KqlType::Bool, _) => Some((left.clone(), flag(right)?)),
        (_, KqlType::Bool) => Some((flag(left)?, right.clone())),
        _ => None,
    }
}

/// The diagnostic for an operator between types that do not fit.
pub(crate) fn undefined(symbol: &str, left: KqlType, right: KqlType, span: Span) -> Diagnostic {
    let hint = match (left, right) {
        (KqlType::Dynamic, KqlType::Dynamic) => {
            Some("cast both sides, for example with `tostring`".to_owned())
        }
        (KqlType::String, other) | (other, KqlType::String) => {
            Some(format!("cast one side, for example with `to{other}` or `tostring`"))
        }
        (KqlType::Dynamic, other) | (other, KqlType::Dynamic) => {
            Some(format!("cast the dynamic value with `to{other}`"))
        }
        _ => None,
    };
    let message = format!("operator `{symbol}` is not defined between `{left}` and `{right}`");
    Diagnostic::error(codes::WRONG_OPERAND_TYPE, message).at(span).maybe_hint(hint)
}
