//! `isnull`, `isempty` and their opposites. A string is never null; it may be empty.

use super::{Function, Naming};
use crate::bind::Call;
use crate::ir::{Comparison, Scalar, Value};
use crate::types::KqlType;
use huntbook_diagnostics::Diagnostic;

macro_rules! functions {
    ($($constant:ident, $name:literal, [$($alias:literal),*], $summary:literal, $bind:expr;)+) => {
        $(pub(crate) const $constant: Function = Function {
            name: $name,
            aliases: &[$($alias),*],
            signature: concat!($name, "(value) -> bool"),
            summary: $summary,
            naming: Naming::Numbered,
            bind: $bind,
        };)+
    };
}

functions! {
    ISNULL, "isnull", [], "Whether the value is null; never of a string.", is_null;
    ISNOTNULL, "isnotnull", ["notnull"], "Whether the value is not null.", |call| Ok(is_null(call)?.not());
    ISEMPTY, "isempty", [], "Whether the value is null, or as text empty.", is_empty;
    ISNOTEMPTY, "isnotempty", ["notempty"], "Whether the value is neither null nor as text empty.",
        |call| Ok(is_empty(call)?.not());
}

fn is_null(call: &Call<'_>) -> Result<Scalar, Diagnostic> {
    call.arity(1..=1)?;
    let value = call.scalar(0)?;
    if value.kind == KqlType::String {
        return Ok(Scalar::literal(Value::Bool(false), KqlType::Bool));
    }
    Ok(value.is_null())
}

fn is_empty(call: &Call<'_>) -> Result<Scalar, Diagnostic> {
    call.arity(1..=1)?;
    let value = call.scalar(0)?;
    match value.kind {
        KqlType::String | KqlType::Dynamic => {
            Ok(Scalar::compare(Comparison::Equal, call.as_string(0)?, Scalar::text("")))
        }
        _ => Ok(value.is_null()),
    }
}
