//! `make_list`, `make_set` and their conditional forms. Nulls are passed over. `make_set` takes the elements
//! of an array for values of their own.

use std::hash::{BuildHasher, RandomState};
use std::mem::size_of;
use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray};
use arrow::datatypes::{DataType, Field, FieldRef, Int64Type};
use datafusion::common::{Result, ScalarValue};
use datafusion::logical_expr::function::{AccumulatorArgs, StateFieldsArgs};
use datafusion::logical_expr::utils::AggregateOrderSensitivity;
use datafusion::logical_expr::utils::format_state_name;
use datafusion::logical_expr::{
    Accumulator, AggregateUDF, AggregateUDFImpl, Signature, Volatility,
};
use hashbrown::HashTable;
use huntbook_diagnostics::Diagnostic;
use serde_json::Value;

use super::{Accumulation, Aggregate};
use crate::bind::{BoundAggregate, Call};
use crate::dynamic;
use crate::functions::Naming;
use crate::ir::{AggregateCall, Column, Scalar};
use crate::types::KqlType;

/// The most elements of a result, as in KQL.
const MOST: i64 = 1_048_576;
/// The most elements where the old names do not say how many, as in KQL.
const MOST_BY_OLD_NAME: i64 = 128;

pub(super) const LIST: Accumulation = Accumulation {
    function: || Arc::new(AggregateUDF::from(Collect::new(Collected::List))),
    distinct: false,
    ordered: true,
    structured: false,
};
pub(super) const LIST_WITH_NULLS: Accumulation = Accumulation {
    function: || Arc::new(AggregateUDF::from(Collect::new(Collected::ListWithNulls))),
    distinct: false,
    ordered: true,
    structured: false,
};
pub(super) const SET: Accumulation =
    Accumulation::plain(|| Arc::new(AggregateUDF::from(Collect::new(Collected::Set))));

pub(crate) const MAKE_LIST: Aggregate = Aggregate {
    name: "make_list",
    aliases: &["makelist"],
    signature: "make_list(value, [most: long]) -> dynamic",
    summary: "An array of the group's values, in the order of the rows where they have one; at most 1048576, by the old name 128 unless it says how many.",
    naming: Naming::Prefix("list"),
    bind: |call| {
        call.arity(1..=2)?;
        collected(call, "list", &LIST, 1)
    },
};

pub(crate) const MAKE_LIST_IF: Aggregate = Aggregate {
    name: "make_list_if",
    aliases: &[],
    signature: "make_list_if(value, condition: bool, [most: long]) -> dynamic",
    summary: "An array of the values in the rows for which the condition is true.",
    naming: Naming::Prefix("list"),
    bind: |call| {
        call.arity(2..=3)?;
        Ok(collected(call, "list", &LIST, 2)?.filtered(call.boolean(1)?))
    },
};

pub(crate) const MAKE_LIST_WITH_NULLS: Aggregate = Aggregate {
    name: "make_list_with_nulls",
    aliases: &[],
    signature: "make_list_with_nulls(value) -> dynamic",
    summary: "An array of the group's values, nulls included, in the order of the rows where they have one.",
    naming: Naming::Prefix("list"),
    bind: |call| {
        call.arity(1..=1)?;
        collected(call, "list", &LIST_WITH_NULLS, 1)
    },
};

pub(crate) const MAKE_SET: Aggregate = Aggregate {
    name: "make_set",
    aliases: &["makeset"],
    signature: "make_set(value, [most: long]) -> dynamic",
    summary: "An array of the group's different values in no promised order; at most 1048576, by the old name 128 unless it says how many.",
    naming: Naming::Prefix("set"),
    bind: |call| {
        call.arity(1..=2)?;
        collected(call, "set", &SET, 1)
    },
};

pub(crate) const MAKE_SET_IF: Aggregate = Aggregate {
    name: "make_set_if",
    aliases: &[],
    signature: "make_set_if(value, condition: bool, [most: long]) -> dynamic",
    summary: "An array of the different values in the rows for which the condition is true.",
    naming: Naming::Prefix("set"),
    bind: |call| {
        call.arity(2..=3)?;
        Ok(collected(call, "set", &SET, 2)?.filtered(call.boolean(1)?))
    },
};

fn collected(
    call: &Call<'_>,
    prefix: &str,
    accumulation: &'static Accumulation,
    most: usize,
) -> std::result::Result<BoundAggregate, Diagnostic> {
    let usual = if matches!(call.name, "makelist" | "makeset") { MOST_BY_OLD_NAME } else { MOST };
    let most = if call.has(most) { call.constant_long(most)?.clamp(0, MOST) } else { usual };
    let arguments = vec![call.as_dynamic(0)?, Scalar::long(most)];
    Ok(BoundAggregate::single(accumulation, arguments, KqlType::Dynamic, call.prefixed(prefix)))
}

/// The values of a group as one array, however many.
pub(crate) fn make_list(value: Scalar, output: Column) -> AggregateCall {
    let arguments = vec![value, Scalar::long(i64::MAX)];
    AggregateCall { accumulation: &LIST, arguments, filter: None, outputs: vec![output] }
}

/// The different values of a whole table as one array, however many.
pub(crate) fn make_set(value: Scalar) -> AggregateCall {
    let outputs = vec![Column::new("set".to_owned(), KqlType::Dynamic)];
    let arguments = vec![value, Scalar::long(i64::MAX)];
    AggregateCall { accumulation: &SET, arguments, filter: None, outputs }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Collected {
    List,
    ListWithNulls,
    Set,
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct Collect {
    collected: Collected,
    signature: Signature,
}

impl Collect {
    fn new(collected: Collected) -> Self {
        let types = vec![DataType::Utf8View, DataType::Int64];
        Self { collected, signature: Signature::exact(types, Volatility::Immutable) }
    }
}

impl AggregateUDFImpl for Collect {
    fn name(&self) -> &str {
        match self.collected {
            Collected::List => "kql_make_list",
            Collected::ListWithNulls => "kql_make_list_with_nulls",
            Collected::Set => "kql_make_set",
        }
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(DataType::Utf8View)
    }

    fn accumulator(&self, _: AccumulatorArgs<'_>) -> Result<Box<dyn Accumulator>> {
        Ok(Box::new(Collector {
            collected: self.collected,
            items: Vec::new(),
            seen: HashTable::new(),
            hasher: RandomState::new(),
            most: usize::MAX,
            bytes: 0,
        }))
    }

    fn state_fields(&self, arguments: StateFieldsArgs<'_>) -> Result<Vec<FieldRef>> {
        let name = |part| format_state_name(arguments.name, part);
        let item = Arc::new(Field::new_list_field(DataType::Utf8View, true));
        Ok(vec![
            Arc::new(Field::new(name("items"), DataType::List(item), true)),
            Arc::new(Field::new(name("most"), DataType::Int64, true)),
        ])
    }

    fn order_sensitivity(&self) -> AggregateOrderSensitivity {
        match self.collected {
            Collected::List | Collected::ListWithNulls => {
                AggregateOrderSensitivity::HardRequirement
            }
            Collected::Set => AggregateOrderSensitivity::Insensitive,
        }
    }
}

/// The values of one group so far, each as JSON text.
#[derive(Debug)]
struct Collector {
    collected: Collected,
    items: Vec<Box<str>>,
    /// The positions of the items, by their hash; for sets alone.
    seen: HashTable<usize>,
    hasher: RandomState,
    most: usize,
    bytes: usize,
}

impl Collector {
    fn add(&mut self, item: &str) {
        if self.items.len() >= self.most {
            return;
        }
        if self.collected == Collected::Set {
            let (items, hasher) = (&self.items, &self.hasher);
            let hash = hasher.hash_one(item);
            if self.seen.find(hash, |position| &*items[*position] == item).is_some() {
                return;
            }
            self.seen
                .insert_unique(hash, items.len(), |position| hasher.hash_one(&*items[*position]));
        }
        self.bytes += item.len();
        self.items.push(item.into());
    }
}

impl Accumulator for Collector {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        let (cells, most) = (values[0].as_string_view(), values[1].as_primitive::<Int64Type>());
        if let Some(most) = most.iter().flatten().next() {
            self.most = usize::try_from(most).unwrap_or(0);
        }
        if self.collected == Collected::ListWithNulls {
            cells.iter().for_each(|cell| self.add(cell.unwrap_or("null")));
            return Ok(());
        }
        for cell in cells.iter().flatten() {
            match self.collected {
                Collected::Set if cell.starts_with('[') => match dynamic::parse(cell) {
                    Value::Array(items) => {
                        for item in items.iter().filter_map(dynamic::to_cell) {
                            self.add(&item);
                        }
                    }
                    other => self.add(&other.to_string()),
                },
                _ => self.add(cell),
            }
        }
        Ok(())
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        let length: usize = self.items.iter().map(|item| item.len() + 1).sum();
        let mut text = String::with_capacity(length + 2);
        text.push('[');
        for (position, item) in self.items.iter().enumerate() {
            if position > 0 {
                text.push(',');
            }
            // A cell that is no JSON would break the array.
            match serde_json::from_str::<serde::de::IgnoredAny>(item) {
                Ok(_) => text.push_str(item),
                Err(_) => text.push_str(&dynamic::quote(item)),
            }
        }
        text.push(']');
        Ok(ScalarValue::Utf8View(Some(text)))
    }

    fn size(&self) -> usize {
        let places = self.seen.capacity() * (size_of::<usize>() + 1);
        size_of::<Self>() + self.items.capacity() * size_of::<Box<str>>() + places + self.bytes
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        let items: Vec<ScalarValue> =
            self.items.iter().map(|item| ScalarValue::Utf8View(Some(item.to_string()))).collect();
        let most = i64::try_from(self.most).unwrap_or(i64::MAX);
        Ok(vec![
            ScalarValue::List(ScalarValue::new_list(&items, &DataType::Utf8View, true)),
            ScalarValue::Int64(Some(most)),
        ])
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        let (lists, most) = (states[0].as_list::<i32>(), states[1].as_primitive::<Int64Type>());
        if let Some(most) = most.iter().flatten().min() {
            self.most = self.most.min(usize::try_from(most).unwrap_or(0));
        }
        for items in lists.iter().flatten() {
            for item in items.as_string_view().iter().flatten() {
                self.add(item);
            }
        }
        Ok(())
    }
}
