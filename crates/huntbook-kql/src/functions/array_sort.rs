//! `array_sort_asc`, `array_sort_desc`: the first array sorted, and others in the order that this gives.

use std::cmp::Ordering;

use arrow::array::ArrayRef;
use datafusion::common::Result;
use huntbook_diagnostics::Diagnostic;
use serde_json::Value;

use super::arrays::elements;
use super::several::{Output, Several, part};
use crate::bind::Call;
use crate::ir::Scalar;
use crate::kernel::{Arguments, Kernel};
use crate::types::KqlType;

pub(crate) const ARRAY_SORT_ASC: Several = Several {
    name: "array_sort_asc",
    signature: "array_sort_asc(array: dynamic, ..., [nulls_last: bool]) -> dynamic, ...",
    summary: "The elements of the first array in ascending order, nulls last unless that is false, and those of the others in the same order. An array of another length gives null. Columns are named after the arrays: `x_sorted`.",
    bind: |call| sorted(call, &SORT_ASC),
};

pub(crate) const ARRAY_SORT_DESC: Several = Several {
    name: "array_sort_desc",
    signature: "array_sort_desc(array: dynamic, ..., [nulls_last: bool]) -> dynamic, ...",
    summary: "The elements of the first array in descending order, nulls last unless that is false, and those of the others in the same order. An array of another length gives null.",
    bind: |call| sorted(call, &SORT_DESC),
};

fn sorted(
    call: &Call<'_>,
    kernel: &'static Kernel,
) -> std::result::Result<Vec<Output>, Diagnostic> {
    call.arity(1..=65)?;
    let last = call.arguments.len() - 1;
    let flagged = last > 0 && call.scalar(last)?.kind == KqlType::Bool;
    let count = if flagged { last } else { last + 1 };
    let nulls_last = if flagged {
        call.boolean(last)?
    } else {
        Scalar::literal(crate::ir::Value::Bool(true), KqlType::Bool)
    };
    let mut arguments = vec![nulls_last];
    for index in 0..count {
        arguments.push(call.dynamic(index)?);
    }
    let packed = Scalar::kernel(kernel, arguments);
    let column = |index: usize| {
        let name = call.arguments[index].suggestion.as_ref();
        (name.map(|name| format!("{name}_sorted")), part(&packed, index, KqlType::Dynamic))
    };
    Ok((0..count).map(column).collect())
}

const SORT_ASC: Kernel = Kernel {
    name: "kql_array_sort_asc",
    returns: KqlType::Dynamic,
    evaluate: |arguments| sort(arguments, false),
};
const SORT_DESC: Kernel = Kernel {
    name: "kql_array_sort_desc",
    returns: KqlType::Dynamic,
    evaluate: |arguments| sort(arguments, true),
};

/// Behind the place of nulls, the arrays; the result is an array of the sorted ones.
fn sort(arguments: &Arguments<'_>, descending: bool) -> Result<ArrayRef> {
    let nulls_last = arguments.boolean(0)?;
    let arrays =
        (1..arguments.len()).map(|index| arguments.text(index)).collect::<Result<Vec<_>>>()?;
    arguments.text_column(|row| {
        let keys = elements(arrays.first()?.value(row))?;
        let mut order: Vec<usize> = (0..keys.len()).collect();
        order.sort_by(|left, right| compare(&keys[*left], &keys[*right], descending));
        if nulls_last.get(row) == Some(false) {
            let nulls = keys.iter().filter(|item| item.is_null()).count();
            order.rotate_right(nulls);
        }
        let arranged = |items: &[Value]| -> Value {
            order.iter().map(|position| items[*position].clone()).collect()
        };
        let mut result = vec![arranged(&keys)];
        for array in &arrays[1..] {
            let items = elements(array.value(row)).filter(|items| items.len() == keys.len());
            result.push(items.map_or(Value::Null, |items| arranged(&items)));
        }
        Some(Value::Array(result).to_string())
    })
}

/// Numbers before text before the rest, null last; elements of one kind by their value.
fn compare(left: &Value, right: &Value, descending: bool) -> Ordering {
    let rank = |value: &Value| match value {
        Value::Number(_) => 0,
        Value::String(_) => 1,
        Value::Bool(_) => 2,
        Value::Null => 4,
        _ => 3,
    };
    rank(left).cmp(&rank(right)).then_with(|| {
        let by_value = match (left, right) {
            (Value::Number(a), Value::Number(b)) => match (a.as_i64(), b.as_i64()) {
                (Some(a), Some(b)) => a.cmp(&b),
                _ => a.as_f64().partial_cmp(&b.as_f64()).unwrap_or(Ordering::Equal),
            },
            (Value::String(a), Value::String(b)) => a.cmp(b),
            (Value::Bool(a), Value::Bool(b)) => a.cmp(b),
            _ => Ordering::Equal,
        };
        if descending { by_value.reverse() } else { by_value }
    })
}

/// The kernels of this file, for the registry.
pub(crate) const KERNELS: &[&Kernel] = &[&SORT_ASC, &SORT_DESC];
