//! `max`, `min`, `maxif`, `minif`. Nulls are passed over; of no values the result is null.

use datafusion::functions_aggregate::min_max::{max_udaf, min_udaf};
use huntbook_diagnostics::Diagnostic;

use super::{Accumulation, Aggregate};
use crate::bind::{BoundAggregate, Call};
use crate::functions::Naming;
use crate::types::KqlType;

const GREATEST: Accumulation = Accumulation::plain(max_udaf);
const LEAST: Accumulation = Accumulation::plain(min_udaf);

macro_rules! extremes {
    ($($constant:ident, $name:literal, $accumulation:ident, $summary:literal;)+) => {
        $(pub(crate) const $constant: Aggregate = Aggregate {
            name: $name,
            aliases: &[],
            signature: concat!($name, "(value)"),
            summary: $summary,
            naming: Naming::Prefix($name),
            bind: |call| {
                call.arity(1..=1)?;
                extreme(call, $name, &$accumulation)
            },
        };)+
    };
}

extremes! {
    MAX, "max", GREATEST, "The greatest value of the group.";
    MIN, "min", LEAST, "The least value of the group.";
}

macro_rules! conditional_extremes {
    ($($constant:ident, $name:literal, $accumulation:ident, $summary:literal;)+) => {
        $(pub(crate) const $constant: Aggregate = Aggregate {
            name: $name,
            aliases: &[],
            signature: concat!($name, "(value, condition: bool)"),
            summary: $summary,
            naming: Naming::Prefix($name),
            bind: |call| {
                call.arity(2..=2)?;
                Ok(extreme(call, $name, &$accumulation)?.filtered(call.boolean(1)?))
            },
        };)+
    };
}

conditional_extremes! {
    MAXIF, "maxif", GREATEST, "The greatest value in the rows for which the condition is true.";
    MINIF, "minif", LEAST, "The least value in the rows for which the condition is true.";
}

fn extreme(
    call: &Call<'_>,
    prefix: &str,
    accumulation: &'static Accumulation,
) -> Result<BoundAggregate, Diagnostic> {
    let value = call.scalar(0)?;
    if matches!(value.kind, KqlType::Dynamic | KqlType::Guid) {
        let wanted = "a number, a string, a bool, a datetime or a timespan";
        return Err(call.wrong(0, wanted, &format!("`{}`", value.kind)));
    }
    let kind = value.kind;
    Ok(BoundAggregate::single(accumulation, vec![value], kind, call.prefixed(prefix)))
}
