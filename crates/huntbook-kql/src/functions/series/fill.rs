//! Functions that fill the gaps of a series: elements that are null or equal to a placeholder.

use arrow::array::ArrayRef;
use datafusion::common::Result;
use serde_json::Value;

use super::{number, real};
use crate::bind::Call;
use crate::dynamic;
use crate::functions::arrays::elements;
use crate::functions::{Function, Naming};
use crate::ir::{self, Scalar};
use crate::kernel::{Arguments, Kernel};
use crate::types::KqlType;
use huntbook_diagnostics::Diagnostic;

pub(crate) const SERIES_FILL_LINEAR: Function = Function {
    name: "series_fill_linear",
    aliases: &[],
    signature: "series_fill_linear(series: dynamic, [placeholder], [fill_edges: bool], [constant]) -> dynamic",
    summary: "The series with its gaps on the line between their neighbours; at the edges the nearest number, unless `fill_edges` is false. A series of nothing but gaps becomes the constant, 0 by default. Whole numbers stay whole.",
    naming: Naming::Numbered,
    bind: |call| {
        call.arity(1..=4)?;
        let edges = if call.has(2) {
            call.boolean(2)?
        } else {
            Scalar::literal(ir::Value::Bool(true), KqlType::Bool)
        };
        let constant = if call.has(3) {
            call.as_dynamic(3)?
        } else {
            Scalar::literal(ir::Value::Text("0.0".to_owned()), KqlType::Dynamic)
        };
        let arguments = vec![call.dynamic(0)?, placeholder(call, 1)?, edges, constant];
        Ok(Scalar::kernel(&LINEAR, arguments))
    },
};

pub(crate) const SERIES_FILL_CONST: Function = Function {
    name: "series_fill_const",
    aliases: &[],
    signature: "series_fill_const(series: dynamic, constant, [placeholder]) -> dynamic",
    summary: "The series with the constant in its gaps: elements that are null or the placeholder.",
    naming: Naming::Numbered,
    bind: |call| {
        call.arity(2..=3)?;
        let arguments = vec![call.dynamic(0)?, placeholder(call, 2)?, call.as_dynamic(1)?];
        Ok(Scalar::kernel(&CONSTANT, arguments))
    },
};

pub(crate) const SERIES_FILL_FORWARD: Function = Function {
    name: "series_fill_forward",
    aliases: &[],
    signature: "series_fill_forward(series: dynamic, [placeholder]) -> dynamic",
    summary: "The series with the last element before it in each gap; a gap at the start stays.",
    naming: Naming::Numbered,
    bind: |call| {
        call.arity(1..=2)?;
        Ok(Scalar::kernel(&FORWARD, vec![call.dynamic(0)?, placeholder(call, 1)?]))
    },
};

pub(crate) const SERIES_FILL_BACKWARD: Function = Function {
    name: "series_fill_backward",
    aliases: &[],
    signature: "series_fill_backward(series: dynamic, [placeholder]) -> dynamic",
    summary: "The series with the first element behind it in each gap; a gap at the end stays.",
    naming: Naming::Numbered,
    bind: |call| {
        call.arity(1..=2)?;
        Ok(Scalar::kernel(&BACKWARD, vec![call.dynamic(0)?, placeholder(call, 1)?]))
    },
};

fn placeholder(call: &Call<'_>, index: usize) -> std::result::Result<Scalar, Diagnostic> {
    if call.has(index) { call.as_dynamic(index) } else { Ok(Scalar::null(KqlType::Dynamic)) }
}

/// The elements of a cell, `None` for the gaps.
fn with_gaps(cell: Option<&str>, placeholder: Option<&str>) -> Option<Vec<Option<Value>>> {
    let placeholder = placeholder.map(dynamic::parse);
    let is_gap = |item: &Value| {
        item.is_null()
            || placeholder.as_ref().is_some_and(|placeholder| {
                item == placeholder
                    || matches!((number(item), number(placeholder)), (Some(left), Some(right)) if left.total_cmp(&right).is_eq())
            })
    };
    let items = elements(cell)?.into_iter();
    Some(items.map(|item| if is_gap(&item) { None } else { Some(item) }).collect())
}

fn joined(items: impl Iterator<Item = Option<Value>>) -> String {
    items.map(Option::unwrap_or_default).collect::<Value>().to_string()
}

const LINEAR: Kernel = Kernel {
    name: "kql_series_fill_linear",
    returns: KqlType::Dynamic,
    evaluate: |arguments| {
        let (series, placeholder) = (arguments.text(0)?, arguments.text(1)?);
        let (edges, constant) = (arguments.boolean(2)?, arguments.text(3)?);
        arguments.text_column(|row| {
            let items = with_gaps(series.value(row), placeholder.value(row))?;
            let constant = constant.value(row).map_or(Value::Null, dynamic::parse);
            Some(joined(linear(items, edges.get(row) != Some(false), &constant).into_iter()))
        })
    },
};

/// The gaps between numbers on a line; those at the edges, where wanted, as the nearest number.
fn linear(mut items: Vec<Option<Value>>, edges: bool, constant: &Value) -> Vec<Option<Value>> {
    let known: Vec<(usize, f64)> = items
        .iter()
        .enumerate()
        .filter_map(|(position, item)| Some((position, number(item.as_ref()?)?)))
        .collect();
    let (Some(first), Some(last)) = (known.first(), known.last()) else {
        return items.into_iter().map(|item| item.or_else(|| Some(constant.clone()))).collect();
    };
    let whole = items.iter().flatten().all(Value::is_i64);
    let value = |number: f64| if whole { Value::from(number.trunc() as i64) } else { real(number) };
    if edges {
        items[..first.0].fill(Some(value(first.1)));
        items[last.0 + 1..].fill(Some(value(last.1)));
    }
    for pair in known.windows(2) {
        let ((from, low), (to, high)) = (pair[0], pair[1]);
        for (step, item) in items[from + 1..to].iter_mut().enumerate() {
            let share = (step + 1) as f64 / (to - from) as f64;
            if item.is_none() {
                *item = Some(value(low + (high - low) * share));
            }
        }
    }
    items
}

const CONSTANT: Kernel = Kernel {
    name: "kql_series_fill_const",
    returns: KqlType::Dynamic,
    evaluate: |arguments| {
        let constant = arguments.text(2)?;
        let (series, placeholder) = (arguments.text(0)?, arguments.text(1)?);
        arguments.text_column(|row| {
            let items = with_gaps(series.value(row), placeholder.value(row))?;
            let constant = constant.value(row).map_or(Value::Null, dynamic::parse);
            Some(joined(items.into_iter().map(|item| item.or_else(|| Some(constant.clone())))))
        })
    },
};
const FORWARD: Kernel = Kernel {
    name: "kql_series_fill_forward",
    returns: KqlType::Dynamic,
    evaluate: |arguments| carried(arguments, false),
};
const BACKWARD: Kernel = Kernel {
    name: "kql_series_fill_backward",
    returns: KqlType::Dynamic,
    evaluate: |arguments| carried(arguments, true),
};

fn carried(arguments: &Arguments<'_>, backward: bool) -> Result<ArrayRef> {
    let (series, placeholder) = (arguments.text(0)?, arguments.text(1)?);
    arguments.text_column(|row| {
        let mut items = with_gaps(series.value(row), placeholder.value(row))?;
        // A gap that stays keeps its placeholder.
        let left = placeholder.value(row).map_or(Value::Null, dynamic::parse);
        if backward {
            items.reverse();
        }
        let mut last = left;
        for item in &mut items {
            match item {
                Some(item) => last.clone_from(item),
                None => *item = Some(last.clone()),
            }
        }
        if backward {
            items.reverse();
        }
        Some(joined(items.into_iter()))
    })
}

/// The kernels of this file, for the registry.
pub(crate) const KERNELS: &[&Kernel] = &[&LINEAR, &CONSTANT, &FORWARD, &BACKWARD];
