//! Functions over dynamic arrays.

use std::cmp::Ordering;

use arrow::datatypes::Int64Type;
use datafusion::common::Result;
use serde_json::Value;

use super::{Function, Naming};
use crate::dynamic;
use crate::ir::Scalar;
use crate::kernel::Kernel;
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
    signature: "array_index_of(array: dynamic, value) -> long",
    summary: "The position of the value in the array, from 0, or -1.",
    naming: Naming::Numbered,
    bind: |call| {
        call.arity(2..=2)?;
        Ok(Scalar::kernel(&INDEX_OF, vec![call.dynamic(0)?, call.as_dynamic(1)?]))
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
    signature: "array_sort_asc(array: dynamic) -> dynamic",
    summary: "The elements in ascending order, nulls last.",
    naming: Naming::Numbered,
    bind: |call| {
        call.arity(1..=1)?;
        Ok(Scalar::kernel(&SORT_ASC, vec![call.dynamic(0)?]))
    },
};

pub(crate) const ARRAY_SORT_DESC: Function = Function {
    name: "array_sort_desc",
    aliases: &[],
    signature: "array_sort_desc(array: dynamic) -> dynamic",
    summary: "The elements in descending order, nulls last.",
    naming: Naming::Numbered,
    bind: |call| {
        call.arity(1..=1)?;
        Ok(Scalar::kernel(&SORT_DESC, vec![call.dynamic(0)?]))
    },
};

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
        let values = (0..arguments.len()).map(|index| arguments.text(index)).collect::<Result<Vec<_>>>()?;
        arguments.text_column(|row| {
            let items = values.iter().map(|value| value.value(row).map_or(Value::Null, dynamic::parse));
            Some(items.collect::<Value>().to_string())
        })
    },
};
const CONCAT: Kernel = Kernel {
    name: "kql_array_concat",
    returns: KqlType::Dynamic,
    evaluate: |arguments| {
        let arrays = (0..arguments.len()).map(|index| arguments.text(index)).collect::<Result<Vec<_>>>()?;
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
        arguments.primitive_column::<Int64Type>(KqlType::Long, |row| {
            let items = elements(array.value(row))?;
            let wanted = value.value(row).map_or(Value::Null, dynamic::parse);
            Some(items.iter().position(|item| *item == wanted).map_or(-1, |position| position as i64))
        })
    },
};
const SLICE: Kernel = Kernel {
    name: "kql_array_slice",
    returns: KqlType::Dynamic,
    evaluate: |arguments| {
        let array = arguments.text(0)?;
        let (start, end) = (arguments.primitive::<Int64Type>(1)?, arguments.primitive::<Int64Type>(2)?);
        arguments.text_column(|row| {
            let items = elements(array.value(row))?;
            let count = items.len() as i64;
            let absolute = |position: i64| if position < 0 { position.saturating_add(count) } else { position };
            let (start, end) = (absolute(start.get(row)?).max(0), absolute(end.get(row)?).min(count - 1));
            let part = if start > end { &[] } else { &items[start as usize..=end as usize] };
            Some(Value::from(part).to_string())
        })
    },
};
const SORT_ASC: Kernel = Kernel {
    name: "kql_array_sort_asc",
    returns: KqlType::Dynamic,
    evaluate: |arguments| {
        let array = arguments.text(0)?;
        arguments.text_column(|row| {
            let mut items = elements(array.value(row))?;
            items.sort_by(|left, right| order(left, right, false));
            Some(Value::Array(items).to_string())
        })
    },
};
const SORT_DESC: Kernel = Kernel {
    name: "kql_array_sort_desc",
    returns: KqlType::Dynamic,
    evaluate: |arguments| {
        let array = arguments.text(0)?;
        arguments.text_column(|row| {
            let mut items = elements(array.value(row))?;
            items.sort_by(|left, right| order(left, right, true));
            Some(Value::Array(items).to_string())
        })
    },
};

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
