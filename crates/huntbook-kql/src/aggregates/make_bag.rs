//! `make_bag`: the members of the group's objects in one; of a key that stands in several, any counts.

use std::mem::size_of;
use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray};
use arrow::datatypes::DataType;
use datafusion::common::{Result, ScalarValue};
use datafusion::logical_expr::function::AccumulatorArgs;
use datafusion::logical_expr::utils::AggregateOrderSensitivity;
use datafusion::logical_expr::{
    Accumulator, AggregateUDF, AggregateUDFImpl, Signature, Volatility,
};
use serde_json::{Map, Value};

use super::{Accumulation, Aggregate};
use crate::bind::BoundAggregate;
use crate::dynamic;
use crate::functions::Naming;
use crate::types::KqlType;

const BAG: Accumulation = Accumulation::plain(|| Arc::new(AggregateUDF::from(Merge::new())));

pub(crate) const MAKE_BAG: Aggregate = Aggregate {
    name: "make_bag",
    aliases: &["make_dictionary"],
    signature: "make_bag(bag: dynamic) -> dynamic",
    summary: "One object with the members of all objects of the group; other values are passed over.",
    naming: Naming::Prefix("bag"),
    bind: |call| {
        call.arity(1..=1)?;
        let arguments = vec![call.dynamic(0)?];
        Ok(BoundAggregate::single(&BAG, arguments, KqlType::Dynamic, call.prefixed("bag")))
    },
};

pub(crate) const MAKE_BAG_IF: Aggregate = Aggregate {
    name: "make_bag_if",
    aliases: &[],
    signature: "make_bag_if(bag: dynamic, condition: bool) -> dynamic",
    summary: "The same over the rows for which the condition is true.",
    naming: Naming::Prefix("bag"),
    bind: |call| {
        call.arity(2..=2)?;
        let arguments = vec![call.dynamic(0)?];
        let bound = BoundAggregate::single(&BAG, arguments, KqlType::Dynamic, call.prefixed("bag"));
        Ok(bound.filtered(call.boolean(1)?))
    },
};

#[derive(Debug, PartialEq, Eq, Hash)]
struct Merge {
    signature: Signature,
}

impl Merge {
    fn new() -> Self {
        Self { signature: Signature::exact(vec![DataType::Utf8View], Volatility::Immutable) }
    }
}

impl AggregateUDFImpl for Merge {
    fn name(&self) -> &'static str {
        "kql_make_bag"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(DataType::Utf8View)
    }

    fn accumulator(&self, _: AccumulatorArgs<'_>) -> Result<Box<dyn Accumulator>> {
        Ok(Box::new(Bag::default()))
    }

    fn order_sensitivity(&self) -> AggregateOrderSensitivity {
        AggregateOrderSensitivity::Insensitive
    }
}

#[derive(Debug, Default)]
struct Bag {
    members: Map<String, Value>,
    bytes: usize,
}

impl Accumulator for Bag {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        for cell in values[0].as_string_view().iter().flatten() {
            let Value::Object(members) = dynamic::parse(cell) else { continue };
            self.bytes += cell.len();
            for (key, value) in members {
                self.members.entry(key).or_insert(value);
            }
        }
        Ok(())
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        let bag = Value::Object(std::mem::take(&mut self.members));
        Ok(ScalarValue::Utf8View(Some(bag.to_string())))
    }

    fn size(&self) -> usize {
        size_of::<Self>() + self.bytes
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        Ok(vec![self.evaluate()?])
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        self.update_batch(states)
    }
}
