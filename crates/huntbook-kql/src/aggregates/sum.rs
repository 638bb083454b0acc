//! `sum`, `sumif`. The sum of no values is zero; one that does not fit into its type is null.

use datafusion::functions_aggregate::sum::sum_udaf;
use huntbook_diagnostics::Diagnostic;

use super::wide_sum::{Wanted, wide};
use super::{Accumulation, Aggregate};
use crate::bind::{BoundAggregate, Call};
use crate::functions::Naming;
use crate::ir::{Node, Scalar, Value};
use crate::types::KqlType;

const SUM_OF_REALS: Accumulation = Accumulation::plain(sum_udaf);
const SUM_OF_WHOLE: Accumulation = Accumulation::plain(|| wide(Wanted::Sum));

pub(crate) const SUM: Aggregate = Aggregate {
    name: "sum",
    aliases: &[],
    signature: "sum(value)",
    summary: "The sum of the numbers or timespans; nulls are passed over. Null where it does not fit.",
    naming: Naming::Prefix("sum"),
    bind: |call| {
        call.arity(1..=1)?;
        sum(call, "sum")
    },
};

pub(crate) const SUMIF: Aggregate = Aggregate {
    name: "sumif",
    aliases: &[],
    signature: "sumif(value, condition: bool)",
    summary: "The sum over the rows for which the condition is true.",
    naming: Naming::Prefix("sumif"),
    bind: |call| {
        call.arity(2..=2)?;
        Ok(sum(call, "sumif")?.filtered(call.boolean(1)?))
    },
};

fn sum(call: &Call<'_>, prefix: &str) -> Result<BoundAggregate, Diagnostic> {
    let value = call.scalar(0)?;
    let value = match value.kind {
        KqlType::Real | KqlType::Timespan => value,
        KqlType::Int | KqlType::Long => call.long(0)?,
        other => return Err(call.wrong(0, "a number or a timespan", &format!("`{other}`"))),
    };
    let kind = value.kind;
    let name = call.prefixed(prefix);
    Ok(if kind == KqlType::Real {
        BoundAggregate::single(&SUM_OF_REALS, vec![value], kind, name).finished(or_zero)
    } else {
        BoundAggregate::single(&SUM_OF_WHOLE, vec![value], kind, name)
    })
}

fn or_zero(sum: Scalar) -> Scalar {
    let zero = Scalar::literal(Value::Real(0.0), KqlType::Real);
    Scalar { node: Node::Coalesce(vec![sum, zero]), kind: KqlType::Real }
}
