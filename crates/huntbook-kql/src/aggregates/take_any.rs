//! `take_any`: the values of any one row of the group.

use huntbook_diagnostics::Diagnostic;

use super::extremes::{Kept, keep};
use super::{Accumulation, Aggregate};
use crate::bind::{ArgumentValue, BoundAggregate, Call};
use crate::functions::Naming;
use crate::ir::{AggregateCall, Column, Scalar};

const ANY: Accumulation =
    Accumulation { structured: true, ..Accumulation::plain(|| keep(Kept::Any)) };

pub(crate) const TAKE_ANY: Aggregate = Aggregate {
    name: "take_any",
    aliases: &["any"],
    signature: "take_any(column, ...)",
    summary: "The columns of any one row, rather one whose first column is not null; `*` stands for all that are no group keys.",
    naming: Naming::FirstArgument,
    bind: |call| {
        call.arity(1..=usize::MAX)?;
        any_row(call, call.arguments.len())
    },
};

pub(crate) const TAKE_ANYIF: Aggregate = Aggregate {
    name: "take_anyif",
    aliases: &["anyif"],
    signature: "take_anyif(column, condition: bool)",
    summary: "The column of any one row for which the condition is true.",
    naming: Naming::FirstArgument,
    bind: |call| {
        call.arity(2..=2)?;
        Ok(any_row(call, 1)?.filtered(call.boolean(1)?))
    },
};

/// The columns of any one row.
pub(crate) fn whole_row(columns: &[Column]) -> AggregateCall {
    let arguments = columns.iter().map(Column::value).collect();
    AggregateCall { accumulation: &ANY, arguments, filter: None, outputs: columns.to_vec() }
}

fn any_row(call: &Call<'_>, count: usize) -> Result<BoundAggregate, Diagnostic> {
    let (mut outputs, mut arguments) = (Vec::new(), Vec::new());
    for (index, argument) in call.arguments.iter().enumerate().take(count) {
        if matches!(argument.value, ArgumentValue::Star) {
            for column in call.columns {
                outputs.push(column.clone());
                arguments.push(Scalar::column(column.name.clone(), column.kind));
            }
            continue;
        }
        let value = call.scalar(index)?;
        let name = argument.suggestion.clone().unwrap_or_else(|| format!("_arg{index}"));
        let unnamed = argument.suggestion.is_none() && call.name.starts_with("take");
        let name = if unnamed { format!("any_{name}") } else { name };
        outputs.push(Column::new(name, value.kind));
        arguments.push(value);
    }
    // The old name marks its columns.
    if matches!(call.name, "any" | "anyif") {
        for output in &mut outputs {
            output.name = format!("any_{}", output.name);
        }
    }
    Ok(BoundAggregate::new(AggregateCall { accumulation: &ANY, arguments, filter: None, outputs }))
}
