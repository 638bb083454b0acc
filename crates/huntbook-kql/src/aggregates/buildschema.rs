//! `buildschema`: the types that dynamic values have.

use super::merged::{Merged, merged};
use super::{Accumulation, Aggregate};
use crate::bind::BoundAggregate;
use crate::functions::Naming;
use crate::types::KqlType;

const SCHEMA: Accumulation = Accumulation::plain(|| merged(Merged::Schema));

pub(crate) const BUILDSCHEMA: Aggregate = Aggregate {
    name: "buildschema",
    aliases: &[],
    signature: "buildschema(value: dynamic) -> dynamic",
    summary: "The least schema that all values of the group have: names of types, objects of members, several in an array; an array's elements stand under `indexer`.",
    naming: Naming::Prefix("schema"),
    bind: |call| {
        call.arity(1..=1)?;
        let arguments = vec![call.dynamic(0)?];
        Ok(BoundAggregate::single(&SCHEMA, arguments, KqlType::Dynamic, call.prefixed("schema")))
    },
};
