//! Functions over property bags, that is dynamic objects.

use arrow::array::ArrayRef;
use datafusion::common::Result;
use serde_json::{Map, Value};

use super::{Function, Naming};
use crate::dynamic;
use crate::ir::Scalar;
use crate::kernel::{Arguments, Kernel, Prepared};
use crate::types::KqlType;

pub(crate) const BAG_PACK: Function = Function {
    name: "bag_pack",
    aliases: &["pack", "pack_dictionary"],
    signature: "bag_pack(key: string, value, ...) -> dynamic",
    summary: "An object of the keys and values.",
    naming: Naming::Numbered,
    bind: |call| {
        call.arity(2..=usize::MAX)?;
        let count = call.arguments.len();
        if !count.is_multiple_of(2) {
            return Err(call.wrong(count - 1, "a key with a value", "a key alone"));
        }
        let part = |index: usize| {
            if index.is_multiple_of(2) { call.as_string(index) } else { call.as_dynamic(index) }
        };
        Ok(Scalar::kernel(&PACK, (0..count).map(part).collect::<std::result::Result<_, _>>()?))
    },
};

/// An object of these members, whose values are dynamic.
pub(crate) fn packed(members: impl Iterator<Item = (String, Scalar)>) -> Scalar {
    let parts = members.flat_map(|(name, value)| [Scalar::text(name), value]);
    Scalar::kernel(&PACK, parts.collect())
}

pub(crate) const BAG_KEYS: Function = Function {
    name: "bag_keys",
    aliases: &[],
    signature: "bag_keys(bag: dynamic) -> dynamic",
    summary: "An array of the object's keys; null where the value is no object.",
    naming: Naming::Numbered,
    bind: |call| {
        call.arity(1..=1)?;
        Ok(Scalar::kernel(&KEYS, vec![call.dynamic(0)?]))
    },
};

pub(crate) const BAG_MERGE: Function = Function {
    name: "bag_merge",
    aliases: &[],
    signature: "bag_merge(bag: dynamic, bag: dynamic, ...) -> dynamic",
    summary: "One object with the members of all; of a key that stands in several, the first counts.",
    naming: Naming::Numbered,
    bind: |call| {
        call.arity(2..=64)?;
        let bags = (0..call.arguments.len()).map(|index| call.dynamic(index));
        Ok(Scalar::kernel(&MERGE, bags.collect::<std::result::Result<_, _>>()?))
    },
};

pub(crate) const BAG_HAS_KEY: Function = Function {
    name: "bag_has_key",
    aliases: &[],
    signature: "bag_has_key(bag: dynamic, key: string) -> bool",
    summary: "Whether the object has the key; `$.a.b` is a key inside of the object `a`.",
    naming: Naming::Numbered,
    bind: |call| {
        call.arity(2..=2)?;
        Ok(Scalar::kernel(&HAS_KEY, vec![call.dynamic(0)?, call.string(1)?]))
    },
};

/// The members of a cell that holds an object.
pub(super) fn members(cell: Option<&str>) -> Option<Map<String, Value>> {
    match dynamic::parse(cell?) {
        Value::Object(members) => Some(members),
        _ => None,
    }
}

pub(super) const PACK: Kernel = Kernel {
    name: "kql_bag_pack",
    returns: KqlType::Dynamic,
    evaluate: |arguments| pack(arguments, |_| true),
};
/// The same without members that are null or empty.
pub(super) const PACK_FILLED: Kernel = Kernel {
    name: "kql_bag_pack_filled",
    returns: KqlType::Dynamic,
    evaluate: |arguments| pack(arguments, |value| !value.is_null() && value.as_str() != Some("")),
};

fn pack(arguments: &Arguments<'_>, wanted: fn(&Value) -> bool) -> Result<ArrayRef> {
    let parts =
        (0..arguments.len()).map(|index| arguments.text(index)).collect::<Result<Vec<_>>>()?;
    arguments.text_column(|row| {
        let mut bag = Map::new();
        for pair in parts.chunks_exact(2) {
            let value = pair[1].value(row).map_or(Value::Null, dynamic::parse);
            if wanted(&value) {
                bag.insert(pair[0].get(row).to_owned(), value);
            }
        }
        Some(Value::Object(bag).to_string())
    })
}

const KEYS: Kernel = Kernel {
    name: "kql_bag_keys",
    returns: KqlType::Dynamic,
    evaluate: |arguments| {
        let bag = arguments.text(0)?;
        arguments.text_column(|row| {
            let keys = members(bag.value(row))?;
            Some(keys.keys().map(String::as_str).collect::<Value>().to_string())
        })
    },
};
const MERGE: Kernel = Kernel {
    name: "kql_bag_merge",
    returns: KqlType::Dynamic,
    evaluate: |arguments| {
        let bags =
            (0..arguments.len()).map(|index| arguments.text(index)).collect::<Result<Vec<_>>>()?;
        arguments.text_column(|row| {
            let mut merged = Map::new();
            for (key, value) in bags.iter().filter_map(|bag| members(bag.value(row))).flatten() {
                merged.entry(key).or_insert(value);
            }
            Some(Value::Object(merged).to_string())
        })
    },
};
const HAS_KEY: Kernel = Kernel {
    name: "kql_bag_has_key",
    returns: KqlType::Bool,
    evaluate: |arguments| {
        let bag = arguments.text(0)?;
        let mut key = Prepared::new(arguments.text(1)?, super::bag_edit::steps);
        arguments.bool_column(|row| {
            let bag = members(bag.value(row))?;
            let (last, outer) = key.get(row).split_last()?;
            let holder = outer.iter().try_fold(&bag, |inner, step| inner.get(step)?.as_object());
            Some(holder.is_some_and(|holder| holder.contains_key(last)))
        })
    },
};

/// The kernels of this file, for the registry.
pub(crate) const KERNELS: &[&Kernel] = &[&PACK, &PACK_FILLED, &KEYS, &MERGE, &HAS_KEY];
