//! Functions over dynamic arrays.

use arrow::datatypes::{Float64Type, Int64Type};
use datafusion::common::Result;
use serde_json::Value;

use super::{Function, Naming};
use crate::bind::ArgumentValue;
use crate::convert::convert;
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
    summary: "An array of the values; `*` stands for all columns of the row.",
    naming: Naming::Numbered,
    bind: |call| {
        call.arity(1..=usize::MAX)?;
        let mut values = Vec::new();
        for (index, argument) in call.arguments.iter().enumerate() {
            if !matches!(argument.value, ArgumentValue::Star) {
                values.push(call.as_dynamic(index)?);
                continue;
            }
            for column in call.columns.iter().filter(|column| !column.is_hidden()) {
                let value = Scalar::column(column.name.clone(), column.kind);
                values.push(convert(value, KqlType::Dynamic).ok_or_else(|| {
                    let wanted = "columns that `dynamic` can hold";
                    call.wrong(
                        index,
                        wanted,
                        &format!("`{}` of type `{}`", column.name, column.kind),
                    )
                })?);
            }
        }
        Ok(Scalar::kernel(&PACK, values))
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

pub(crate) const ARRAY_SUM: Function = Function {
    name: "array_sum",
    aliases: &[],
    signature: "array_sum(array: dynamic) -> real",
    summary: "The sum of the elements; null where one of them is no number.",
    naming: Naming::Numbered,
    bind: |call| {
        call.arity(1..=1)?;
        Ok(Scalar::kernel(&SUM, vec![call.dynamic(0)?]))
    },
};

pub(crate) const ZIP: Function = Function {
    name: "zip",
    aliases: &[],
    signature: "zip(array: dynamic, array: dynamic, ...) -> dynamic",
    summary: "An array of arrays: the first elements of all arrays, their second ones and so on, null where an array is shorter.",
    naming: Naming::Numbered,
    bind: |call| {
        call.arity(2..=16)?;
        let values = (0..call.arguments.len()).map(|index| call.as_dynamic(index));
        Ok(Scalar::kernel(&ZIPPED, values.collect::<std::result::Result<_, _>>()?))
    },
};

pub(crate) const DYNAMIC_TO_JSON: Function = Function {
    name: "dynamic_to_json",
    aliases: &[],
    signature: "dynamic_to_json(value) -> string",
    summary: "The value's JSON text with the members of every object in the order of their keys; the text of a value that is not dynamic.",
    naming: Naming::Numbered,
    bind: |call| {
        call.arity(1..=1)?;
        if call.scalar(0)?.kind == KqlType::Dynamic {
            return Ok(Scalar::kernel(&TO_JSON, vec![call.dynamic(0)?]));
        }
        call.as_string(0)
    },
};

/// The elements of a cell that holds an array.
pub(super) fn elements(cell: Option<&str>) -> Option<Vec<Value>> {
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
const SUM: Kernel = Kernel {
    name: "kql_array_sum",
    returns: KqlType::Real,
    evaluate: |arguments| {
        let array = arguments.text(0)?;
        arguments.primitive_column::<Float64Type>(KqlType::Real, |row| {
            let items = elements(array.value(row))?;
            items.iter().try_fold(0.0, |sum, item| Some(sum + item.as_f64()?))
        })
    },
};
const ZIPPED: Kernel = Kernel {
    name: "kql_zip",
    returns: KqlType::Dynamic,
    evaluate: |arguments| {
        let arrays =
            (0..arguments.len()).map(|index| arguments.text(index)).collect::<Result<Vec<_>>>()?;
        arguments.text_column(|row| {
            let arrays: Vec<Vec<Value>> =
                arrays.iter().map(|array| elements(array.value(row))).collect::<Option<_>>()?;
            let longest = arrays.iter().map(Vec::len).max().unwrap_or(0);
            let nth = |position: usize| -> Value {
                let item = |array: &Vec<Value>| array.get(position).cloned().unwrap_or_default();
                arrays.iter().map(item).collect()
            };
            Some((0..longest).map(nth).collect::<Value>().to_string())
        })
    },
};
const TO_JSON: Kernel = Kernel {
    name: "kql_dynamic_to_json",
    returns: KqlType::String,
    evaluate: |arguments| {
        let value = arguments.text(0)?;
        arguments.text_column(|row| {
            let mut value = dynamic::parse(value.get(row));
            if value.is_null() {
                return Some(String::new());
            }
            value.sort_all_objects();
            Some(value.to_string())
        })
    },
};

/// The kernels of this file, for the registry.
pub(crate) const KERNELS: &[&Kernel] =
    &[&LENGTH, &PACK, &CONCAT, &INDEX_OF, &SLICE, &SUM, &ZIPPED, &TO_JSON];
