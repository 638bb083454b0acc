//! `dcount`, `dcountif`, `count_distinct`: how many different values there are; nulls do not count, the empty
//! string does. KQL's `dcount` is an estimate; this one is exact.

use datafusion::functions_aggregate::count::count_udaf;
use huntbook_diagnostics::Diagnostic;

use super::{Accumulation, Aggregate};
use crate::bind::{BoundAggregate, Call};
use crate::functions::Naming;
use crate::types::KqlType;

const DISTINCT: Accumulation =
    Accumulation { function: count_udaf, distinct: true, ordered: false, structured: false };

pub(crate) const DCOUNT: Aggregate = Aggregate {
    name: "dcount",
    aliases: &[],
    signature: "dcount(value, [accuracy: long]) -> long",
    summary: "The number of different values. The accuracy is taken but has no effect: the number is exact.",
    naming: Naming::Prefix("dcount"),
    bind: |call| {
        call.arity(1..=2)?;
        distinct(call, "dcount")
    },
};

pub(crate) const DCOUNTIF: Aggregate = Aggregate {
    name: "dcountif",
    aliases: &[],
    signature: "dcountif(value, condition: bool, [accuracy: long]) -> long",
    summary: "The number of different values in the rows for which the condition is true.",
    naming: Naming::Prefix("dcountif"),
    bind: |call| {
        call.arity(2..=3)?;
        Ok(distinct(call, "dcountif")?.filtered(call.boolean(1)?))
    },
};

pub(crate) const COUNT_DISTINCT: Aggregate = Aggregate {
    name: "count_distinct",
    aliases: &[],
    signature: "count_distinct(value) -> long",
    summary: "The number of different values.",
    naming: Naming::Prefix("count_distinct"),
    bind: |call| {
        call.arity(1..=1)?;
        distinct(call, "count_distinct")
    },
};

pub(crate) const COUNT_DISTINCTIF: Aggregate = Aggregate {
    name: "count_distinctif",
    aliases: &[],
    signature: "count_distinctif(value, condition: bool) -> long",
    summary: "The number of different values in the rows for which the condition is true.",
    naming: Naming::Prefix("count_distinctif"),
    bind: |call| {
        call.arity(2..=2)?;
        Ok(distinct(call, "count_distinctif")?.filtered(call.boolean(1)?))
    },
};

fn distinct(call: &Call<'_>, prefix: &str) -> Result<BoundAggregate, Diagnostic> {
    let value = call.scalar(0)?;
    Ok(BoundAggregate::single(&DISTINCT, vec![value], KqlType::Long, call.prefixed(prefix)))
}
