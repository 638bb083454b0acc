//! Functions that move the elements of an array: reverse, rotate, shift, split.

use arrow::array::ArrayRef;
use arrow::datatypes::Int64Type;
use datafusion::common::Result;
use serde_json::Value;

use super::arrays::elements;
use super::{Function, Naming};
use crate::dynamic;
use crate::ir::Scalar;
use crate::kernel::{Arguments, Kernel};
use crate::types::KqlType;

pub(crate) const ARRAY_REVERSE: Function = Function {
    name: "array_reverse",
    aliases: &[],
    signature: "array_reverse(array: dynamic) -> dynamic",
    summary: "The elements from the last to the first; null where the value is no array.",
    naming: Naming::Numbered,
    bind: |call| {
        call.arity(1..=1)?;
        Ok(Scalar::kernel(&REVERSE, vec![call.dynamic(0)?]))
    },
};

macro_rules! rotations {
    ($($constant:ident, $name:literal, $kernel:ident, $summary:literal;)+) => {
        $(pub(crate) const $constant: Function = Function {
            name: $name,
            aliases: &[],
            signature: concat!($name, "(array: dynamic, count: long) -> dynamic"),
            summary: $summary,
            naming: Naming::Numbered,
            bind: |call| {
                call.arity(2..=2)?;
                Ok(Scalar::kernel(&$kernel, vec![call.dynamic(0)?, call.long(1)?]))
            },
        };)+
    };
}

rotations! {
    ARRAY_ROTATE_LEFT, "array_rotate_left", TURN_LEFT,
        "The array with so many elements moved from its start to its end; the other way where the count is negative.";
    ARRAY_ROTATE_RIGHT, "array_rotate_right", TURN_RIGHT,
        "The array with so many elements moved from its end to its start; the other way where the count is negative.";
}

macro_rules! shifts {
    ($($constant:ident, $name:literal, $kernel:ident, $summary:literal;)+) => {
        $(pub(crate) const $constant: Function = Function {
            name: $name,
            aliases: &[],
            signature: concat!($name, "(array: dynamic, count: long, [fill]) -> dynamic"),
            summary: $summary,
            naming: Naming::Numbered,
            bind: |call| {
                call.arity(2..=3)?;
                let fill =
                    if call.has(2) { call.as_dynamic(2)? } else { Scalar::null(KqlType::Dynamic) };
                Ok(Scalar::kernel(&$kernel, vec![call.dynamic(0)?, call.long(1)?, fill]))
            },
        };)+
    };
}

shifts! {
    ARRAY_SHIFT_LEFT, "array_shift_left", PUSH_LEFT,
        "The array without its first `count` elements and as many times `fill`, null by default, behind the rest.";
    ARRAY_SHIFT_RIGHT, "array_shift_right", PUSH_RIGHT,
        "The array without its last `count` elements and as many times `fill`, null by default, before the rest.";
}

pub(crate) const ARRAY_SPLIT: Function = Function {
    name: "array_split",
    aliases: &[],
    signature: "array_split(array: dynamic, position) -> dynamic",
    summary: "An array of the parts between the positions: one whole number or an array of them, from the end where negative.",
    naming: Naming::Numbered,
    bind: |call| {
        call.arity(2..=2)?;
        let position = call.scalar(1)?.kind;
        if !matches!(position, KqlType::Int | KqlType::Long | KqlType::Dynamic) {
            return Err(call.wrong(1, "a whole number or an array", &format!("`{position}`")));
        }
        Ok(Scalar::kernel(&SPLIT, vec![call.dynamic(0)?, call.as_dynamic(1)?]))
    },
};

const REVERSE: Kernel = Kernel {
    name: "kql_array_reverse",
    returns: KqlType::Dynamic,
    evaluate: |arguments| {
        let array = arguments.text(0)?;
        arguments.text_column(|row| {
            let items = elements(array.value(row))?;
            Some(items.into_iter().rev().collect::<Value>().to_string())
        })
    },
};
const TURN_LEFT: Kernel = Kernel {
    name: "kql_array_rotate_left",
    returns: KqlType::Dynamic,
    evaluate: |arguments| rotate(arguments, 1),
};
const TURN_RIGHT: Kernel = Kernel {
    name: "kql_array_rotate_right",
    returns: KqlType::Dynamic,
    evaluate: |arguments| rotate(arguments, -1),
};
const PUSH_LEFT: Kernel = Kernel {
    name: "kql_array_shift_left",
    returns: KqlType::Dynamic,
    evaluate: |arguments| shift(arguments, 1),
};
const PUSH_RIGHT: Kernel = Kernel {
    name: "kql_array_shift_right",
    returns: KqlType::Dynamic,
    evaluate: |arguments| shift(arguments, -1),
};

fn rotate(arguments: &Arguments<'_>, sign: i64) -> Result<ArrayRef> {
    let (array, count) = (arguments.text(0)?, arguments.primitive::<Int64Type>(1)?);
    arguments.text_column(|row| {
        let mut items = elements(array.value(row))?;
        let count = count.get(row)?;
        if !items.is_empty() {
            let length = items.len() as i64;
            items.rotate_left((count % length * sign).rem_euclid(length) as usize);
        }
        Some(Value::Array(items).to_string())
    })
}

fn shift(arguments: &Arguments<'_>, sign: i64) -> Result<ArrayRef> {
    let (array, count) = (arguments.text(0)?, arguments.primitive::<Int64Type>(1)?);
    let fill = arguments.text(2)?;
    arguments.text_column(|row| {
        let mut items = elements(array.value(row))?;
        let fill = fill.value(row).map_or(Value::Null, dynamic::parse);
        let length = items.len();
        let count = count.get(row)?.saturating_mul(sign);
        let moved = usize::try_from(count.unsigned_abs()).unwrap_or(length).min(length);
        if count >= 0 {
            items.drain(..moved);
            items.resize(length, fill);
        } else {
            items.truncate(length - moved);
            items.splice(0..0, std::iter::repeat_n(fill, moved));
        }
        Some(Value::Array(items).to_string())
    })
}

const SPLIT: Kernel = Kernel {
    name: "kql_array_split",
    returns: KqlType::Dynamic,
    evaluate: |arguments| {
        let (array, positions) = (arguments.text(0)?, arguments.text(1)?);
        arguments.text_column(|row| {
            let items = elements(array.value(row))?;
            let positions = match dynamic::parse(positions.value(row)?) {
                Value::Array(positions) => positions,
                position => vec![position],
            };
            let length = items.len() as i64;
            let (mut parts, mut from) = (Vec::with_capacity(positions.len() + 1), 0);
            for position in positions {
                let position = position.as_i64()?;
                let position =
                    if position < 0 { position.saturating_add(length) } else { position };
                let to = position.clamp(from, length);
                parts.push(Value::from(&items[from as usize..to as usize]));
                from = to;
            }
            parts.push(Value::from(&items[from as usize..]));
            Some(Value::Array(parts).to_string())
        })
    },
};

/// The kernels of this file, for the registry.
pub(crate) const KERNELS: &[&Kernel] =
    &[&REVERSE, &TURN_LEFT, &TURN_RIGHT, &PUSH_LEFT, &PUSH_RIGHT, &SPLIT];
