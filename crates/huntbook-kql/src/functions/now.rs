//! `now` and `ago`: one time for the whole query, given by the caller.

use huntbook_kql_syntax::ast::BinaryOperator;

use super::{Function, Naming};
use crate::bind::{Call, arithmetic};
use crate::ir::{Scalar, Value};
use crate::types::KqlType;

pub(crate) const NOW: Function = Function {
    name: "now",
    aliases: &[],
    signature: "now([offset: timespan]) -> datetime",
    summary: "The time of the query in UTC, the same in all its rows, plus the offset.",
    naming: Naming::Numbered,
    bind: |call| {
        call.arity(0..=1)?;
        if !call.has(0) {
            return Ok(time(call));
        }
        let offset = call.typed(0, KqlType::Timespan)?;
        moved(call, BinaryOperator::Add, &offset)
    },
};

pub(crate) const AGO: Function = Function {
    name: "ago",
    aliases: &[],
    signature: "ago(span: timespan) -> datetime",
    summary: "The time of the query less the span.",
    naming: Naming::Numbered,
    bind: |call| {
        call.arity(1..=1)?;
        let span = call.typed(0, KqlType::Timespan)?;
        moved(call, BinaryOperator::Subtract, &span)
    },
};

fn time(call: &Call<'_>) -> Scalar {
    Scalar::literal(Value::Datetime(call.now), KqlType::Datetime)
}

fn moved(
    call: &Call<'_>,
    operator: BinaryOperator,
    span: &Scalar,
) -> Result<Scalar, huntbook_diagnostics::Diagnostic> {
    // A constant stays one, so that a filter on time reaches the files.
    if let Some(Value::Timespan(length)) = span.as_literal() {
        let time = match operator {
            BinaryOperator::Add => call.now.checked_add(*length),
            _ => call.now.checked_sub(*length),
        };
        return Ok(Scalar::literal(time.map_or(Value::Null, Value::Datetime), KqlType::Datetime));
    }
    arithmetic::bind(operator, &time(call), span, call.span)
}
