//! `hll`, `hll_if`, `hll_merge`: the different values of a group, kept for `dcount_hll`.

use huntbook_diagnostics::Diagnostic;

use super::merged::{Merged, merged};
use super::{Accumulation, Aggregate};
use crate::bind::{BoundAggregate, Call};
use crate::functions::Naming;
use crate::ir::Scalar;
use crate::types::KqlType;

const VALUES: Accumulation = Accumulation::plain(|| merged(Merged::Values));
const SKETCHES: Accumulation = Accumulation::plain(|| merged(Merged::Sketches));

pub(crate) const HLL: Aggregate = Aggregate {
    name: "hll",
    aliases: &[],
    signature: "hll(value, [accuracy: long]) -> dynamic",
    summary: "The different values in a form that can be kept and merged; `dcount_hll` counts them. Exact for some thousand values, an estimate beyond. The form is that of this engine alone.",
    naming: Naming::Prefix("hll"),
    bind: |call| {
        call.arity(1..=2)?;
        values(call, "hll", 1)
    },
};

pub(crate) const HLL_IF: Aggregate = Aggregate {
    name: "hll_if",
    aliases: &[],
    signature: "hll_if(value, condition: bool, [accuracy: long]) -> dynamic",
    summary: "The same over the rows for which the condition is true.",
    naming: Naming::Prefix("hll_if"),
    bind: |call| {
        call.arity(2..=3)?;
        Ok(values(call, "hll_if", 2)?.filtered(call.boolean(1)?))
    },
};

pub(crate) const HLL_MERGE: Aggregate = Aggregate {
    name: "hll_merge",
    aliases: &[],
    signature: "hll_merge(hll: dynamic) -> dynamic",
    summary: "The different values of all `hll` of the group together.",
    naming: Naming::Prefix("hll_merge"),
    bind: |call| {
        call.arity(1..=1)?;
        let arguments = vec![call.dynamic(0)?];
        let name = call.prefixed("hll_merge");
        Ok(BoundAggregate::single(&SKETCHES, arguments, KqlType::Dynamic, name))
    },
};

fn values(call: &Call<'_>, prefix: &str, accuracy: usize) -> Result<BoundAggregate, Diagnostic> {
    let accuracy = if call.has(accuracy) { call.constant_long(accuracy)?.clamp(0, 4) } else { 1 };
    let arguments = vec![call.as_dynamic(0)?, Scalar::long(accuracy)];
    let name = call.prefixed(prefix);
    Ok(BoundAggregate::single(&VALUES, arguments, KqlType::Dynamic, name))
}
