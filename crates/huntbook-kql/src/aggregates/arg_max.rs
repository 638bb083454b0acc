//! `arg_max`, `arg_min`: the row of the greatest or least value. Nulls are passed over; a group of nothing
//! but nulls gives any of its rows. Of equal values any row is kept.

use huntbook_diagnostics::Diagnostic;

use super::extremes::{Kept, keep};
use super::{Accumulation, Aggregate};
use crate::bind::{ArgumentValue, BoundAggregate, Call};
use crate::functions::Naming;
use crate::ir::{AggregateCall, Column, Node, Scalar};
use crate::types::KqlType;

const GREATEST: Accumulation =
    Accumulation { structured: true, ..Accumulation::plain(|| keep(Kept::Greatest)) };
const LEAST: Accumulation =
    Accumulation { structured: true, ..Accumulation::plain(|| keep(Kept::Least)) };

pub(crate) const ARG_MAX: Aggregate = Aggregate {
    name: "arg_max",
    aliases: &[],
    signature: "arg_max(value, column, ...)",
    summary: "The greatest value and, from its row, the columns named; `*` stands for all that are no group keys.",
    naming: Naming::FirstArgument,
    bind: |call| row_of(call, "max", &GREATEST),
};

pub(crate) const ARG_MIN: Aggregate = Aggregate {
    name: "arg_min",
    aliases: &[],
    signature: "arg_min(value, column, ...)",
    summary: "The least value and, from its row, the columns named; `*` stands for all that are no group keys.",
    naming: Naming::FirstArgument,
    bind: |call| row_of(call, "min", &LEAST),
};

pub(crate) const ARGMAX: Aggregate = Aggregate {
    name: "argmax",
    aliases: &[],
    signature: "argmax(value, column, ...)",
    summary: "The old name of `arg_max`; its columns are named `max_value`, `max_value_column`.",
    naming: Naming::Prefix("max"),
    bind: |call| Ok(renamed(row_of(call, "max", &GREATEST)?, "max")),
};

pub(crate) const ARGMIN: Aggregate = Aggregate {
    name: "argmin",
    aliases: &[],
    signature: "argmin(value, column, ...)",
    summary: "The old name of `arg_min`; its columns are named `min_value`, `min_value_column`.",
    naming: Naming::Prefix("min"),
    bind: |call| Ok(renamed(row_of(call, "min", &LEAST)?, "min")),
};

/// The columns with their old names.
fn renamed(mut bound: BoundAggregate, prefix: &str) -> BoundAggregate {
    if let Some((first, others)) = bound.call.outputs.split_first_mut() {
        first.name = format!("{prefix}_{}", first.name.trim_start_matches(&format!("{prefix}_")));
        for other in others {
            other.name = format!("{}_{}", first.name, other.name);
        }
    }
    bound
}

fn row_of(
    call: &Call<'_>,
    prefix: &str,
    accumulation: &'static Accumulation,
) -> Result<BoundAggregate, Diagnostic> {
    call.arity(1..=usize::MAX)?;
    let key = call.scalar(0)?;
    if matches!(key.kind, KqlType::Dynamic | KqlType::Guid | KqlType::Decimal) {
        let wanted = "a number, a string, a bool, a datetime or a timespan";
        return Err(call.wrong(0, wanted, &format!("`{}`", key.kind)));
    }
    let key_column = match &key.node {
        Node::Column(name) => Some(name.clone()),
        _ => None,
    };
    let suggestion =
        |index: usize| call.arguments.get(index).and_then(|argument| argument.suggestion.clone());
    let key_name = suggestion(0).unwrap_or_else(|| format!("{prefix}_"));
    let mut outputs = vec![Column::new(key_name, key.kind)];
    let mut arguments = vec![key];
    for (index, argument) in call.arguments.iter().enumerate().skip(1) {
        if matches!(argument.value, ArgumentValue::Star) {
            for column in
                call.columns.iter().filter(|column| Some(&column.name) != key_column.as_ref())
            {
                outputs.push(column.clone());
                arguments.push(Scalar::column(column.name.clone(), column.kind));
            }
            continue;
        }
        let value = call.scalar(index)?;
        let name = suggestion(index).unwrap_or_else(|| format!("{prefix}__arg{index}"));
        outputs.push(Column::new(name, value.kind));
        arguments.push(value);
    }
    Ok(BoundAggregate::new(AggregateCall { accumulation, arguments, filter: None, outputs }))
}
