//! The values of literals.

use huntbook_diagnostics::{Diagnostic, Span};
use huntbook_kql_syntax::ast::{Literal, TypeName};

use crate::codes;
use crate::convert::parse_guid;
use crate::decimal;
use crate::dynamic;
use crate::ir::{Scalar, Value};
use crate::time::{parse_datetime, parse_timespan};
use crate::types::KqlType;

/// The constant that a literal stands for.
pub(crate) fn bind(literal: &Literal, span: Span) -> Result<Scalar, Diagnostic> {
    let or_null = |value: Option<Value>| value.unwrap_or(Value::Null);
    let (value, kind) = match literal {
        Literal::Bool(flag) => (or_null(flag.map(Value::Bool)), KqlType::Bool),
        Literal::Int(number) => (or_null(number.map(Value::Int)), KqlType::Int),
        Literal::Long(number) => (or_null(number.map(Value::Long)), KqlType::Long),
        Literal::Real(number) => (or_null(number.map(Value::Real)), KqlType::Real),
        Literal::Decimal(text) => {
            let value = inner(text, |text| decimal::parse(text).map(Value::Decimal));
            (value.ok_or_else(|| bad(KqlType::Decimal, text, span))?, KqlType::Decimal)
        }
        Literal::String { value, .. } => (Value::Text(value.clone()), KqlType::String),
        Literal::Datetime(text) => (datetime(text, span)?, KqlType::Datetime),
        Literal::Timespan(text) => {
            let value = inner(text, |text| parse_timespan(text).map(Value::Timespan));
            (value.ok_or_else(|| bad(KqlType::Timespan, text, span))?, KqlType::Timespan)
        }
        Literal::Guid(text) => {
            let value = inner(text, |text| parse_guid(text).map(Value::Text));
            (value.ok_or_else(|| bad(KqlType::Guid, text, span))?, KqlType::Guid)
        }
        Literal::Dynamic(text) => {
            let value =
                dynamic::parse_literal(text).ok_or_else(|| bad(KqlType::Dynamic, text, span))?;
            (or_null(dynamic::to_cell(&value).map(Value::Text)), KqlType::Dynamic)
        }
    };
    Ok(Scalar::literal(value, kind))
}

/// A date that nanoseconds cannot hold, such as `datetime(9999-12-31)`, is an error that says so: as a null it would
/// make a condition that is never true.
fn datetime(text: &str, span: Span) -> Result<Value, Diagnostic> {
    let unquoted = unquote(text);
    if let Some(value) = inner(unquoted, |text| parse_datetime(text).map(Value::Datetime)) {
        return Ok(value);
    }
    let year = unquoted.get(..4).and_then(|year| year.parse::<u16>().ok());
    match year {
        Some(year) if !(1678..=2261).contains(&year) => {
            let message = format!("`{text}` is not a datetime that can be held here");
            let hint =
                "times lie in the years 1678 to 2261; without an end, leave the condition out";
            Err(Diagnostic::error(codes::BAD_LITERAL, message).at(span).hint(hint))
        }
        _ => Err(bad(KqlType::Datetime, text, span)),
    }
}

fn inner(text: &str, parse: impl Fn(&str) -> Option<Value>) -> Option<Value> {
    let text = unquote(text);
    if text.eq_ignore_ascii_case("null") { Some(Value::Null) } else { parse(text) }
}

fn unquote(text: &str) -> &str {
    let text = text.trim();
    ['"', '\'']
        .iter()
        .find_map(|quote| text.strip_prefix(*quote)?.strip_suffix(*quote))
        .unwrap_or(text)
}

fn bad(kind: KqlType, text: &str, span: Span) -> Diagnostic {
    Diagnostic::error(codes::BAD_LITERAL, format!("`{text}` is not a {kind}")).at(span)
}

/// The type of this name.
pub(crate) fn type_of(name: &TypeName) -> Result<KqlType, Diagnostic> {
    name.name.parse().map_err(|_| {
        let names = KqlType::ALL.iter().map(|kind| kind.name());
        Diagnostic::error(codes::UNKNOWN_TYPE, format!("type `{}` not found", name.name))
            .at(name.span)
            .maybe_hint(huntbook_diagnostics::near_hint("type", &name.name, names))
            .hint("the types are `bool`, `int`, `long`, `real`, `string`, `datetime`, `timespan`, `guid`, `dynamic`")
    })
}
