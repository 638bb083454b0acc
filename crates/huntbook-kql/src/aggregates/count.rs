//! `count`, `countif`.

use datafusion::functions_aggregate::count::count_udaf;

use super::{Accumulation, Aggregate};
use crate::bind::BoundAggregate;
use crate::functions::Naming;
use crate::types::KqlType;

/// The number of rows.
pub(crate) const COUNT: Accumulation = Accumulation::plain(count_udaf);

pub(crate) const COUNT_FUNCTION: Aggregate = Aggregate {
    name: "count",
    aliases: &[],
    signature: "count() -> long",
    summary: "The number of rows.",
    naming: Naming::Prefix("count"),
    bind: |call| {
        // KQL takes an argument, which changes nothing but the name.
        call.arity(0..=1)?;
        Ok(BoundAggregate::single(&COUNT, Vec::new(), KqlType::Long, call.prefixed("count")))
    },
};

pub(crate) const COUNTIF: Aggregate = Aggregate {
    name: "countif",
    aliases: &[],
    signature: "countif(condition: bool) -> long",
    summary: "The number of rows for which the condition is true.",
    naming: Naming::Prefix("countif"),
    bind: |call| {
        call.arity(1..=1)?;
        let bound =
            BoundAggregate::single(&COUNT, Vec::new(), KqlType::Long, call.prefixed("countif"));
        Ok(bound.filtered(call.boolean(0)?))
    },
};
