//! `tdigest`, `tdigest_merge`: how the values of a group are distributed, kept for `percentile_tdigest`.

use super::merged::{Merged, merged};
use super::percentile::value;
use super::quantiles::{Form, quantiles};
use super::{Accumulation, Aggregate};
use crate::bind::BoundAggregate;
use crate::functions::Naming;
use crate::ir::Scalar;
use crate::types::KqlType;

const DIGEST: Accumulation = Accumulation::plain(|| quantiles(Form::Digest));
const DIGESTS: Accumulation = Accumulation::plain(|| merged(Merged::Digests));

pub(crate) const TDIGEST: Aggregate = Aggregate {
    name: "tdigest",
    aliases: &[],
    signature: "tdigest(value, [weight: long]) -> dynamic",
    summary: "How the values are distributed, in a form that can be kept and merged; `percentile_tdigest` reads it. Exact for some thousand values. The form is that of this engine alone.",
    naming: Naming::Prefix("tdigest"),
    bind: |call| {
        call.arity(1..=2)?;
        let weight = if call.has(1) { call.long(1)? } else { Scalar::long(1) };
        let name = call.prefixed("tdigest");
        Ok(BoundAggregate::single(&DIGEST, vec![value(call)?, weight], KqlType::Dynamic, name))
    },
};

pub(crate) const TDIGEST_MERGE: Aggregate = Aggregate {
    name: "tdigest_merge",
    aliases: &["merge_tdigest"],
    signature: "tdigest_merge(tdigest: dynamic) -> dynamic",
    summary: "The distribution of all `tdigest` of the group together; those of another type than the first are passed over.",
    naming: Naming::Prefix("tdigest_merge"),
    bind: |call| {
        call.arity(1..=1)?;
        let name = call.prefixed("tdigest_merge");
        Ok(BoundAggregate::single(&DIGESTS, vec![call.dynamic(0)?], KqlType::Dynamic, name))
    },
};
