//! `stdev`: the standard deviation of a sample.

use datafusion::functions_aggregate::stddev::stddev_udaf;

use super::{Accumulation, Aggregate};
use crate::bind::BoundAggregate;
use crate::functions::Naming;
use crate::ir::{Node, Scalar, Value};
use crate::types::KqlType;

const DEVIATION: Accumulation = Accumulation::plain(stddev_udaf);

pub(crate) const STDEV: Aggregate = Aggregate {
    name: "stdev",
    aliases: &[],
    signature: "stdev(value: real) -> real",
    summary: "The standard deviation of the values as a sample; 0 of fewer than two.",
    naming: Naming::Prefix("stdev"),
    bind: |call| {
        call.arity(1..=1)?;
        let value = call.typed(0, KqlType::Real)?;
        let bound =
            BoundAggregate::single(&DEVIATION, vec![value], KqlType::Real, call.prefixed("stdev"));
        Ok(bound.finished(|deviation| {
            let zero = Scalar::literal(Value::Real(0.0), KqlType::Real);
            Scalar { node: Node::Coalesce(vec![deviation, zero]), kind: KqlType::Real }
        }))
    },
};
