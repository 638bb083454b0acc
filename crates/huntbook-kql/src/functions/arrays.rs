//! Functions over dynamic arrays.

use std::cmp::Ordering;

use arrow::array::ArrayRef;
use arrow::datatypes::Int64Type;
use datafusion::common::Result;
use huntbook_diagnostics::Diagnostic;
use serde_json::Value;

use super::{Function, Naming};
use crate::bind::Call;
use crate::dynamic;
use crate::ir::Scalar;
use crate::kernel::{Arguments, Kernel};
use crate::types::KqlType;

pub(crate) const ARRAY_LENGTH: Function = Function {
    name: "array_length",
    aliases: &["arraylength"],
    signature: "array_length(array: dynamic) -> long",
    summary: "The number of elements; null where the value is no array.",
    naming: Naming::Numbered,
    bind: |call| {
        call.arity(1..=1)?;
        Ok(Scalar::kernel(&LENGTH, vec![call.dynamic(0)?]))
    },
};

pub(crate) const PACK_ARRAY: Function = Function {
    name: "pack_array",
    aliases: &[],
    signature: "pack_array(value, ...) -> dynamic",
    summary: "An array of the values.",
    naming: Naming::Numbered,
    bind: |call| {
        call.arity(1..=usize::MAX)?;
        let values = (0..call.arguments.len()).map(|index| call.as_dynamic(index));
        Ok(Scalar::kernel(&PACK, values.collect::<std::result::Result<_, _>>()?))
    },
};

pub(crate) const ARRAY_CONCAT: Function = Function {
    name: "array_concat",
    aliases: &[],
    signature: "array_concat(array: dynamic, ...) -> dynamic",
    summary: "The elements of all arrays in one; a value that is no array is passed over.",
    naming: Naming::Numbered,
    bind: |call| {
        call.arity(1..=64)?;
        let values = (0..call.arguments.len()).map(|index| call.dynamic(index));
        Ok(Scalar::kernel(&CONCAT, values.collect::<std::result::Result<_, _>>()?))
    },
};

pub(crate) const ARRAY_INDEX_OF: Function = Function {
    name: "array_index_of",
    aliases: &[],
    signature: "array_index_of(array: dynamic, value, [start: long], [length: long], [occurrence: long]) -> long",
    summary: "The position of the value in the array, from 0, or -1. The search may begin at `start` (from the end where negative), span `length` elements, and ask for a later occurrence.",
    naming: Naming::Numbered,
    bind: |call| {
        call.arity(2..=5)?;
        let or = |index: usize, default| {
            if call.has(index) { call.long(index) } else { Ok(Scalar::long(default)) }
        };
        let arguments =
            vec![call.dynamic(0)?, call.as_dynamic(1)?, or(2, 0)?, or(3, -1)?, or(4, 1)?];
        Ok(Scalar::kernel(&INDEX_OF, arguments))
    },
};

pub(crate) const ARRAY_SLICE: Function = Function {
    name: "array_slice",
    aliases: &[],
    signature: "array_slice(array: dynamic, start: long, end: long) -> dynamic",
    summary: "The elements from `start` to `end`, both included and from the end where negative.",
    naming: Naming::Numbered,
    bind: |call| {
        call.arity(3..=3)?;
        Ok(Scalar::kernel(&SLICE, vec![call.dynamic(0)?, call.long(1)?, call.long(2)?]))
    },
};

pub(crate) const ARRAY_SORT_ASC: Function = Function {
    name: "array_sort_asc",
    aliases: &[],
    signature: "array_sort_asc(array: dynamic, [nulls_last: bool]) -> dynamic",
    summary: "The elements in ascending order, nulls last unless that is false.",
    naming: Naming::Numbered,
    bind: |call| sorted(call, &SORT_ASC),
};

pub(crate) const ARRAY_SORT_DESC: Function = Function {
    name: "array_sort_desc",
    aliases: &[],
    signature: "array_sort_desc(array: dynamic, [nulls_last: bool]) -> dynamic",
    summary: "The elements in descending order, nulls last unless that is false.",
    naming: Naming::Numbered,
    bind: |call| sorted(call, &SORT_DESC),
};

fn sorted(call: &Call<'_>, kernel: &'static Kernel) -> std::result::Result<Scalar, Diagnostic> {
    call.arity(1..=usize::MAX)?;
    if call.has(1) && call.scalar(1)?.kind != KqlType::Bool {
        return Err(crate::bind::unsupported("sorting several arrays alike", call.span));
    }
    let last = if call.has(1) {
        call.boolean(1)?
    } else {
        Scalar::literal(crate::ir::Value::Bool(true), KqlType::Bool)
    };
    Ok(Scalar::kernel(kernel, vec![call.dynamic(0)?, last]))
}

fn elements(cell: Option<&str>) -> Option<Vec<Value>> {
    match dynamic::parse(cell?) {
        Value::Array(items) => Some(items),
        _ => None,
    }
}

const LENGTH: Kernel = Kernel {
    name: "kql_array_length",
    returns: KqlType::Long,
    evaluate: |arguments| {
        let array = arguments.text(0)?;
        arguments.primitive_column::<Int64Type>(KqlType::Long, |row| {
            elements(array.value(row)).map(|items| items.len() as i64)
        })
    },
};
const PACK: Kernel = Kernel {
    name: "kql_pack_array",
    returns: KqlType::Dynamic,
    evaluate: |arguments| {
        let values =
            (0..arguments.len()).map(|index| arguments.text(index)).collect::<Result<Vec<_>>>()?;
        arguments.text_column(|row| {
            let items =
                values.iter().map(|value| value.value(row).map_or(Value::Null, dynamic::parse));
            Some(items.collect::<Value>().to_string())
        })
    },
};
const CONCAT: Kernel = Kernel {
    name: "kql_array_concat",
    returns: KqlType::Dynamic,
    evaluate: |arguments| {
        let arrays =
            (0..arguments.len()).map(|index| arguments.text(index)).collect::<Result<Vec<_>>>()?;
        arguments.text_column(|row| {
            let items = arrays.iter().filter_map(|array| elements(array.value(row))).flatten();
            Some(items.collect::<Value>().to_string())
        })
    },
};
const INDEX_OF: Kernel = Kernel {
    name: "kql_array_index_of",
    returns: KqlType::Long,
    evaluate: |arguments| {
        let (array, value) = (arguments.text(0)?, arguments.text(1)?);
        let start = arguments.primitive::<Int64Type>(2)?;
        let length = arguments.primitive::<Int64Type>(3)?;
        let occurrence = arguments.primitive::<Int64Type>(4)?;
        arguments.primitive_column::<Int64Type>(KqlType::Long, |row| {
            let items = elements(array.value(row))?;
            let wanted = value.value(row).map_or(Value::Null, dynamic::parse);
            let count = items.len() as i64;
            let (start, length) = (start.get(row)?, length.get(row)?);
            let start = if start < 0 { start.saturating_add(count).max(0) } else { start };
            let end = if length < 0 { count } else { start.saturating_add(length).min(count) };
            let nth = usize::try_from(occurrence.get(row)?.checked_sub(1)?).ok()?;
            let found =
                (start..end).filter(|position| items[*position as usize] == wanted).nth(nth);
            Some(found.unwrap_or(-1))
        })
    },
};
const SLICE: Kernel = Kernel {
    name: "kql_array_slice",
    returns: KqlType::Dynamic,
    evaluate: |arguments| {
        let array = arguments.text(0)?;
        let (start, end) =
            (arguments.primitive::<Int64Type>(1)?, arguments.primitive::<Int64Type>(2)?);
        arguments.text_column(|row| {
            let items = elements(array.value(row))?;
            let count = items.len() as i64;
            let absolute = |position: i64| {
                if position < 0 { position.saturating_add(count) } else { position }
            };
            let (start, end) =
                (absolute(start.get(row)?).max(0), absolute(end.get(row)?).min(count - 1));
            let part = if start > end { &[] } else { &items[start as usize..=end as usize] };
            Some(Value::from(part).to_string())
        })
    },
};
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

fn sort(arguments: &Arguments<'_>, descending: bool) -> Result<ArrayRef> {
    let (array, nulls_last) = (arguments.text(0)?, arguments.boolean(1)?);
    arguments.text_column(|row| {
        let mut items = elements(array.value(row))?;
        items.sort_by(|left, right| order(left, right, descending));
        if nulls_last.get(row) == Some(false) {
            let nulls = items.iter().filter(|item| item.is_null()).count();
            items.rotate_right(nulls);
        }
        Some(Value::Array(items).to_string())
    })
}

/// Numbers before text before the rest, null last; elements of one kind by their value.
fn order(left: &Value, right: &Value, descending: bool) -> Ordering {
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
