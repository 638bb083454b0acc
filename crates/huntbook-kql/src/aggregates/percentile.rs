//! The percentiles: the least value that a share of the rows does not exceed (nearest rank). KQL's are an
//! estimate; these are exact.

use huntbook_diagnostics::Diagnostic;

use super::quantiles::{Form, quantiles};
use super::{Accumulation, Aggregate};
use crate::bind::{BoundAggregate, Call};
use crate::codes;
use crate::dynamic;
use crate::functions::Naming;
use crate::ir::{AggregateCall, Column, Scalar, Value};
use crate::types::KqlType;

const COLUMNS: Accumulation =
    Accumulation { structured: true, ..Accumulation::plain(|| quantiles(Form::Columns)) };
const LIST: Accumulation = Accumulation::plain(|| quantiles(Form::List));

pub(crate) const PERCENTILE: Aggregate = Aggregate {
    name: "percentile",
    aliases: &[],
    signature: "percentile(value, percent: real)",
    summary: "The least value of the group that so many percent of the values do not exceed; of numbers, datetimes or timespans.",
    naming: Naming::Prefix("percentile"),
    bind: |call| {
        call.arity(2..=2)?;
        columns(call, Scalar::long(1), 1)
    },
};

pub(crate) const PERCENTILES: Aggregate = Aggregate {
    name: "percentiles",
    aliases: &[],
    signature: "percentiles(value, percent: real, ...)",
    summary: "The same for several percentages, one column each, such as `percentile_x_95`.",
    naming: Naming::Prefix("percentile"),
    bind: |call| {
        call.arity(2..=usize::MAX)?;
        columns(call, Scalar::long(1), 1)
    },
};

pub(crate) const PERCENTILEW: Aggregate = Aggregate {
    name: "percentilew",
    aliases: &[],
    signature: "percentilew(value, weight: long, percent: real)",
    summary: "The percentile where each value counts as often as its weight says.",
    naming: Naming::Prefix("percentile"),
    bind: |call| {
        call.arity(3..=3)?;
        columns(call, call.long(1)?, 2)
    },
};

pub(crate) const PERCENTILESW: Aggregate = Aggregate {
    name: "percentilesw",
    aliases: &[],
    signature: "percentilesw(value, weight: long, percent: real, ...)",
    summary: "The same for several percentages, one column each.",
    naming: Naming::Prefix("percentile"),
    bind: |call| {
        call.arity(3..=usize::MAX)?;
        columns(call, call.long(1)?, 2)
    },
};

pub(crate) const PERCENTILES_ARRAY: Aggregate = Aggregate {
    name: "percentiles_array",
    aliases: &[],
    signature: "percentiles_array(value, percent, ...) -> dynamic",
    summary: "An array of the percentiles; the percentages may be one array.",
    naming: Naming::Prefix("percentiles"),
    bind: |call| {
        call.arity(2..=usize::MAX)?;
        list(call, "percentiles", Scalar::long(1), 1)
    },
};

pub(crate) const PERCENTILESW_ARRAY: Aggregate = Aggregate {
    name: "percentilesw_array",
    aliases: &[],
    signature: "percentilesw_array(value, weight: long, percent, ...) -> dynamic",
    summary: "An array of the percentiles where each value counts as often as its weight says.",
    naming: Naming::Prefix("percentile"),
    bind: |call| {
        call.arity(3..=usize::MAX)?;
        list(call, "percentile", call.long(1)?, 2)
    },
};

/// The first argument as what percentiles are taken of.
pub(super) fn value(call: &Call<'_>) -> Result<Scalar, Diagnostic> {
    match call.scalar(0)?.kind {
        KqlType::Int | KqlType::Long => call.long(0),
        KqlType::Real | KqlType::Dynamic => call.typed(0, KqlType::Real),
        KqlType::Datetime | KqlType::Timespan => call.scalar(0),
        other => Err(call.wrong(0, "a number, a datetime or a timespan", &format!("`{other}`"))),
    }
}

/// The percentages from `first` on.
fn percentages(call: &Call<'_>, first: usize) -> Result<Vec<f64>, Diagnostic> {
    let mut found = Vec::new();
    for index in first..call.arguments.len() {
        let wrong = || {
            let message = format!(
                "argument {} of `{}` must be a constant number from 0 to 100",
                index + 1,
                call.name
            );
            Diagnostic::error(codes::NOT_CONSTANT, message).at(call.span_of(index))
        };
        let scalar = call.scalar(index)?;
        match scalar.as_literal() {
            Some(Value::Long(number)) => found.push(*number as f64),
            Some(Value::Int(number)) => found.push(f64::from(*number)),
            Some(Value::Real(number)) => found.push(*number),
            Some(Value::Text(text)) if scalar.kind == KqlType::Dynamic => {
                let serde_json::Value::Array(items) = dynamic::parse(text) else {
                    return Err(wrong());
                };
                for item in &items {
                    found.push(dynamic::number(item).ok_or_else(wrong)?);
                }
            }
            _ => return Err(wrong()),
        }
        if found.iter().any(|percent| !(0.0..=100.0).contains(percent)) {
            return Err(wrong());
        }
    }
    Ok(found)
}

fn arguments(value: Scalar, weight: Scalar, percentages: &[f64]) -> Vec<Scalar> {
    let percent = |percent: &f64| Scalar::literal(Value::Real(*percent), KqlType::Real);
    [value, weight].into_iter().chain(percentages.iter().map(percent)).collect()
}

fn columns(call: &Call<'_>, weight: Scalar, first: usize) -> Result<BoundAggregate, Diagnostic> {
    let value = value(call)?;
    if let Some(index) = (first..call.arguments.len())
        .find(|index| call.scalar(*index).is_ok_and(|one| one.kind == KqlType::Dynamic))
    {
        return Err(call.wrong(index, "a number", "an array"));
    }
    let percentages = percentages(call, first)?;
    let output = |percent: &f64| {
        let percent = percent.to_string().replace('.', "_");
        Column::new(format!("{}_{percent}", call.prefixed("percentile")), value.kind)
    };
    let outputs = percentages.iter().map(output).collect();
    let arguments = arguments(value.clone(), weight, &percentages);
    Ok(BoundAggregate::new(AggregateCall {
        accumulation: &COLUMNS,
        arguments,
        filter: None,
        outputs,
    }))
}

fn list(
    call: &Call<'_>,
    prefix: &str,
    weight: Scalar,
    first: usize,
) -> Result<BoundAggregate, Diagnostic> {
    let arguments = arguments(value(call)?, weight, &percentages(call, first)?);
    let name = call.prefixed(prefix);
    Ok(BoundAggregate::single(&LIST, arguments, KqlType::Dynamic, name))
}
