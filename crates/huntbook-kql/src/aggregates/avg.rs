//! `avg`, `avgif`. Nulls are passed over; the average of no numbers is NaN.

use datafusion::functions_aggregate::average::avg_udaf;
use huntbook_diagnostics::Diagnostic;

use super::wide_sum::{Wanted, wide};
use super::{Accumulation, Aggregate};
use crate::bind::{BoundAggregate, Call};
use crate::convert::convert;
use crate::functions::Naming;
use crate::ir::{Node, Scalar, Value};
use crate::types::KqlType;

const MEAN: Accumulation = Accumulation::plain(avg_udaf);
const MEAN_OF_SPANS: Accumulation = Accumulation::plain(|| wide(Wanted::Mean));

pub(crate) const AVG: Aggregate = Aggregate {
    name: "avg",
    aliases: &[],
    signature: "avg(value)",
    summary: "The average of the numbers, as real, or of the timespans.",
    naming: Naming::Prefix("avg"),
    bind: |call| {
        call.arity(1..=1)?;
        average(call, "avg")
    },
};

pub(crate) const AVGIF: Aggregate = Aggregate {
    name: "avgif",
    aliases: &[],
    signature: "avgif(value, condition: bool)",
    summary: "The average over the rows for which the condition is true.",
    naming: Naming::Prefix("avgif"),
    bind: |call| {
        call.arity(2..=2)?;
        Ok(average(call, "avgif")?.filtered(call.boolean(1)?))
    },
};

fn average(call: &Call<'_>, prefix: &str) -> Result<BoundAggregate, Diagnostic> {
    let value = call.scalar(0)?;
    let given = value.kind;
    let value = match given {
        KqlType::Timespan => Some(value),
        KqlType::Int | KqlType::Long | KqlType::Real => convert(value, KqlType::Real),
        _ => None,
    };
    let value =
        value.ok_or_else(|| call.wrong(0, "a number or a timespan", &format!("`{given}`")))?;
    let kind = value.kind;
    let name = call.prefixed(prefix);
    Ok(if kind == KqlType::Real {
        BoundAggregate::single(&MEAN, vec![value], kind, name).finished(or_nan)
    } else {
        BoundAggregate::single(&MEAN_OF_SPANS, vec![value], kind, name)
    })
}

fn or_nan(mean: Scalar) -> Scalar {
    let nan = Scalar::literal(Value::Real(f64::NAN), KqlType::Real);
    Scalar { node: Node::Coalesce(vec![mean, nan]), kind: KqlType::Real }
}
