//! Functions that change an object: `bag_remove_keys`, `bag_set_key`, `bag_zip`.

use serde_json::{Map, Value};

use super::arrays::elements;
use super::bags::members;
use super::{Function, Naming};
use crate::dynamic;
use crate::ir::Scalar;
use crate::kernel::{Kernel, Prepared};
use crate::types::KqlType;

pub(crate) const BAG_REMOVE_KEYS: Function = Function {
    name: "bag_remove_keys",
    aliases: &[],
    signature: "bag_remove_keys(bag: dynamic, keys: dynamic) -> dynamic",
    summary: "The object without the keys; `$.a.b` is a key inside of the object `a`.",
    naming: Naming::Numbered,
    bind: |call| {
        call.arity(2..=2)?;
        Ok(Scalar::kernel(&REMOVE, vec![call.dynamic(0)?, call.dynamic(1)?]))
    },
};

pub(crate) const BAG_SET_KEY: Function = Function {
    name: "bag_set_key",
    aliases: &[],
    signature: "bag_set_key(bag: dynamic, key: string, value) -> dynamic",
    summary: "The object with the value at the key, a new one or an old; `$.a.b` is a key inside of the object `a`.",
    naming: Naming::Numbered,
    bind: |call| {
        call.arity(3..=3)?;
        Ok(Scalar::kernel(&SET, vec![call.dynamic(0)?, call.string(1)?, call.as_dynamic(2)?]))
    },
};

pub(crate) const BAG_ZIP: Function = Function {
    name: "bag_zip",
    aliases: &[],
    signature: "bag_zip(keys: dynamic, values: dynamic) -> dynamic",
    summary: "An object of the keys and the values at the same positions, null where there are fewer values. Keys that are no strings are passed over; null where either is no array.",
    naming: Naming::Numbered,
    bind: |call| {
        call.arity(2..=2)?;
        Ok(Scalar::kernel(&ZIP, vec![call.dynamic(0)?, call.dynamic(1)?]))
    },
};

/// The steps of a key: itself, or those of a path such as `$.a['b c']`.
pub(super) fn steps(key: &str) -> Vec<String> {
    let Some(mut rest) = key.strip_prefix('$').filter(|rest| rest.starts_with(['.', '['])) else {
        return vec![key.to_owned()];
    };
    let mut steps = Vec::new();
    while !rest.is_empty() {
        if let Some(named) = rest.strip_prefix('.') {
            let end = named.find(['.', '[']).unwrap_or(named.len());
            steps.push(named[..end].to_owned());
            rest = &named[end..];
            continue;
        }
        let quoted = rest.strip_prefix('[').and_then(|inside| {
            let quote = inside.chars().next().filter(|first| matches!(first, '\'' | '"'))?;
            let (step, behind) = inside[1..].split_once(quote)?;
            Some((step, behind.strip_prefix(']')?))
        });
        let Some((step, behind)) = quoted else { return vec![key.to_owned()] };
        steps.push(step.to_owned());
        rest = behind;
    }
    steps
}

/// The object that holds the last of the steps.
fn holder<'a>(
    bag: &'a mut Map<String, Value>,
    steps: &[String],
) -> Option<&'a mut Map<String, Value>> {
    steps.iter().try_fold(bag, |inner, step| inner.get_mut(step)?.as_object_mut())
}

const REMOVE: Kernel = Kernel {
    name: "kql_bag_remove_keys",
    returns: KqlType::Dynamic,
    evaluate: |arguments| {
        let bag = arguments.text(0)?;
        let mut keys = Prepared::new(arguments.text(1)?, |cell| {
            dynamic::strings(cell).iter().map(|key| steps(key)).collect::<Vec<_>>()
        });
        arguments.text_column(|row| {
            let mut bag = members(bag.value(row))?;
            for steps in keys.get(row) {
                let Some((last, outer)) = steps.split_last() else { continue };
                if let Some(holder) = holder(&mut bag, outer) {
                    holder.shift_remove(last);
                }
            }
            Some(Value::Object(bag).to_string())
        })
    },
};
const SET: Kernel = Kernel {
    name: "kql_bag_set_key",
    returns: KqlType::Dynamic,
    evaluate: |arguments| {
        let (bag, value) = (arguments.text(0)?, arguments.text(2)?);
        let mut key = Prepared::new(arguments.text(1)?, steps);
        arguments.text_column(|row| {
            let mut bag = members(bag.value(row))?;
            let (last, outer) = key.get(row).split_last()?;
            let mut holder = &mut bag;
            for step in outer {
                let inner = holder.entry(step.clone()).or_insert_with(|| Value::Object(Map::new()));
                if !inner.is_object() {
                    *inner = Value::Object(Map::new());
                }
                holder = inner.as_object_mut()?;
            }
            holder.insert(last.clone(), value.value(row).map_or(Value::Null, dynamic::parse));
            Some(Value::Object(bag).to_string())
        })
    },
};
const ZIP: Kernel = Kernel {
    name: "kql_bag_zip",
    returns: KqlType::Dynamic,
    evaluate: |arguments| {
        let (keys, values) = (arguments.text(0)?, arguments.text(1)?);
        arguments.text_column(|row| {
            let keys = elements(keys.value(row))?;
            let mut values = elements(values.value(row))?.into_iter();
            let mut bag = Map::new();
            for key in keys {
                let value = values.next().unwrap_or_default();
                if let Value::String(key) = key {
                    bag.insert(key, value);
                }
            }
            Some(Value::Object(bag).to_string())
        })
    },
};

/// The kernels of this file, for the registry.
pub(crate) const KERNELS: &[&Kernel] = &[&REMOVE, &SET, &ZIP];
