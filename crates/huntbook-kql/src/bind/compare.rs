//! Comparison operators: how the types of both sides are brought together.

use huntbook_diagnostics::{Diagnostic, Span};

use super::call::implicit;
use crate::codes;
use crate::convert::convert;
use crate::ir::{Comparison, Scalar};
use crate::types::KqlType;

/// `left symbol right`.
pub(crate) fn bind(
    comparison: Comparison,
    symbol: &str,
    left: Scalar,
    right: Scalar,
    span: Span,
) -> Result<Scalar, Diagnostic> {
    let (left, right) =
        unify(left, right).map_err(|(left, right)| undefined(symbol, left, right, span))?;
    let orders = !matches!(comparison, Comparison::Equal | Comparison::NotEqual);
    if left.kind == KqlType::Decimal {
        return Err(super::unsupported("comparison of `decimal` values", span));
    }
    if orders && matches!(left.kind, KqlType::String | KqlType::Guid) {
        return Err(undefined(symbol, left.kind, right.kind, span));
    }
    Ok(Scalar::compare(comparison, left, right))
}

/// Both sides as one type, or their types where there is none.
///
/// A dynamic is compared by the value inside of it, read as the type of the other side.
pub(crate) fn unify(left: Scalar, right: Scalar) -> Result<(Scalar, Scalar), (KqlType, KqlType)> {
    use KqlType::{Datetime, Dynamic, Guid, Int, Long, Real, String};
    let kinds = (left.kind, right.kind);
    let common = match kinds {
        (Dynamic, Dynamic) => return Err(kinds),
        (Dynamic, other) | (other, Dynamic) => other,
        (a, b) if a == b => a,
        (Int | Long, Int | Long) => Long,
        (Int | Long | Real, Int | Long | Real) => Real,
        // A guid or time may be compared with its text, which is a constant as a rule.
        (Guid, String) | (String, Guid) => Guid,
        (Datetime, String) | (String, Datetime) => Datetime,
        _ => return Err(kinds),
    };
    let cast = |side: Scalar| match (side.kind, common) {
        (Guid | String, Guid) | (String, Datetime) => convert(side, common),
        _ => implicit(side, common),
    };
    match (cast(left), cast(right)) {
        (Some(left), Some(right)) => Ok((left, right)),
        _ => Err(kinds),
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
