//! Functions that take dynamic arrays as sets.

use std::collections::HashSet;

use arrow::datatypes::Float64Type;
use datafusion::common::Result;
use serde_json::Value;

use super::{Function, Naming};
use crate::bind::Call;
use crate::dynamic;
use crate::ir::Scalar;
use crate::kernel::{Arguments, Kernel};
use crate::types::KqlType;
use arrow::array::ArrayRef;
use huntbook_diagnostics::Diagnostic;

pub(crate) const SET_HAS_ELEMENT: Function = Function {
    name: "set_has_element",
    aliases: &[],
    signature: "set_has_element(set: dynamic, value) -> bool",
    summary: "Whether the array has the value as an element.",
    naming: Naming::Numbered,
    bind: |call| {
        call.arity(2..=2)?;
        Ok(Scalar::kernel(&HAS_ELEMENT, vec![call.dynamic(0)?, call.as_dynamic(1)?]))
    },
};

macro_rules! sets {
    ($($constant:ident, $kernel:ident, $name:literal, $kernel_name:literal, $summary:literal, $combine:expr;)+) => {
        $(pub(crate) const $constant: Function = Function {
            name: $name,
            aliases: &[],
            signature: concat!($name, "(set: dynamic, set: dynamic, ...) -> dynamic"),
            summary: $summary,
            naming: Naming::Numbered,
            bind: |call| bind(call, &$kernel),
        };
        const $kernel: Kernel = Kernel {
            name: $kernel_name,
            returns: KqlType::Dynamic,
            evaluate: |arguments| combined(arguments, $combine),
        };)+
    };
}

sets! {
    SET_UNION, UNION, "set_union", "kql_set_union", "Each element of any of the arrays once.", |mut known, more| {
        known.extend(more);
        known
    };
    SET_INTERSECT, INTERSECT, "set_intersect", "kql_set_intersect", "Each element that all arrays have, once.",
        |known, more| among(known, &more, true);
    SET_DIFFERENCE, DIFFERENCE, "set_difference", "kql_set_difference",
        "Each element of the first array that no other has, once.",
        |known, more| among(known, &more, false);
}

pub(crate) const SET_EQUALS: Function = Function {
    name: "set_equals",
    aliases: &[],
    signature: "set_equals(set: dynamic, set: dynamic) -> bool",
    summary: "Whether each element of either array is one of the other.",
    naming: Naming::Numbered,
    bind: |call| {
        call.arity(2..=2)?;
        Ok(Scalar::kernel(&EQUALS, vec![call.dynamic(0)?, call.dynamic(1)?]))
    },
};

pub(crate) const JACCARD_INDEX: Function = Function {
    name: "jaccard_index",
    aliases: &[],
    signature: "jaccard_index(set: dynamic, set: dynamic) -> real",
    summary: "How many different elements both arrays have, divided by how many either has; NaN where both are empty.",
    naming: Naming::Numbered,
    bind: |call| {
        call.arity(2..=2)?;
        Ok(Scalar::kernel(&JACCARD, vec![call.dynamic(0)?, call.dynamic(1)?]))
    },
};

/// The different elements of the array in a cell.
fn distinct(cell: Option<&str>) -> Option<HashSet<String>> {
    let items = super::arrays::elements(cell)?;
    Some(items.iter().map(Value::to_string).collect())
}

const EQUALS: Kernel = Kernel {
    name: "kql_set_equals",
    returns: KqlType::Bool,
    evaluate: |arguments| {
        let (left, right) = (arguments.text(0)?, arguments.text(1)?);
        arguments.bool_column(|row| Some(distinct(left.value(row))? == distinct(right.value(row))?))
    },
};
const JACCARD: Kernel = Kernel {
    name: "kql_jaccard_index",
    returns: KqlType::Real,
    evaluate: |arguments| {
        let (left, right) = (arguments.text(0)?, arguments.text(1)?);
        arguments.primitive_column::<Float64Type>(KqlType::Real, |row| {
            let (left, right) = (distinct(left.value(row))?, distinct(right.value(row))?);
            let (both, either) = (left.intersection(&right).count(), left.union(&right).count());
            Some(both as f64 / either as f64)
        })
    },
};

fn bind(call: &Call<'_>, kernel: &'static Kernel) -> std::result::Result<Scalar, Diagnostic> {
    call.arity(2..=64)?;
    let sets = (0..call.arguments.len()).map(|index| call.dynamic(index));
    Ok(Scalar::kernel(kernel, sets.collect::<std::result::Result<_, _>>()?))
}

fn elements(cell: &str) -> Vec<Value> {
    match dynamic::parse(cell) {
        Value::Array(items) => items,
        _ => Vec::new(),
    }
}

/// The values that are among the others, or those that are not.
fn among(values: Vec<Value>, others: &[Value], wanted: bool) -> Vec<Value> {
    let others: HashSet<String> = others.iter().map(Value::to_string).collect();
    values.into_iter().filter(|value| others.contains(&value.to_string()) == wanted).collect()
}

fn combined(
    arguments: &Arguments<'_>,
    combine: fn(Vec<Value>, Vec<Value>) -> Vec<Value>,
) -> Result<ArrayRef> {
    let sets =
        (0..arguments.len()).map(|index| arguments.text(index)).collect::<Result<Vec<_>>>()?;
    arguments.text_column(|row| {
        let mut known = elements(sets.first()?.get(row));
        for set in &sets[1..] {
            known = combine(known, elements(set.get(row)));
        }
        Some(Value::Array(crate::dynamic::without_repeats(known)).to_string())
    })
}

const HAS_ELEMENT: Kernel = Kernel {
    name: "kql_set_has_element",
    returns: KqlType::Bool,
    evaluate: |arguments| {
        let (set, value) = (arguments.text(0)?, arguments.text(1)?);
        arguments.bool_column(|row| {
            let wanted = value.value(row).map_or(Value::Null, dynamic::parse);
            Some(elements(set.get(row)).contains(&wanted))
        })
    },
};

/// The kernels of this file, for the registry.
pub(crate) const KERNELS: &[&Kernel] =
    &[&EQUALS, &JACCARD, &HAS_ELEMENT, &UNION, &INTERSECT, &DIFFERENCE];
