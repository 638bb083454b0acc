//! `make_bag`: the members of the group's objects in one; of a key that stands in several, any counts.

use std::mem::size_of;
use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray};
use arrow::datatypes::{DataType, Field, FieldRef, Int64Type};
use datafusion::common::{Result, ScalarValue};
use datafusion::logical_expr::function::{AccumulatorArgs, StateFieldsArgs};
use datafusion::logical_expr::utils::{AggregateOrderSensitivity, format_state_name};
use datafusion::logical_expr::{
    Accumulator, AggregateUDF, AggregateUDFImpl, Signature, Volatility,
};
use huntbook_diagnostics::Diagnostic;
use serde_json::{Map, Value};

use super::{Accumulation, Aggregate};
use crate::bind::{BoundAggregate, Call};
use crate::dynamic;
use crate::functions::Naming;
use crate::ir::Scalar;
use crate::types::KqlType;

pub(super) const BAG: Accumulation =
    Accumulation::plain(|| Arc::new(AggregateUDF::from(Merge::new())));

/// The most members of a result, as in KQL.
const MOST: i64 = 1_048_576;

pub(crate) const MAKE_BAG: Aggregate = Aggregate {
    name: "make_bag",
    aliases: &["make_dictionary"],
    signature: "make_bag(bag: dynamic, [most: long]) -> dynamic",
    summary: "One object with the members of all objects of the group; other values are passed over. At most 1048576 members.",
    naming: Naming::Prefix("bag"),
    bind: |call| {
        call.arity(1..=2)?;
        bag(call, 1)
    },
};

pub(crate) const MAKE_BAG_IF: Aggregate = Aggregate {
    name: "make_bag_if",
    aliases: &[],
    signature: "make_bag_if(bag: dynamic, condition: bool, [most: long]) -> dynamic",
    summary: "The same over the rows for which the condition is true.",
    naming: Naming::Prefix("bag"),
    bind: |call| {
        call.arity(2..=3)?;
        Ok(bag(call, 2)?.filtered(call.boolean(1)?))
    },
};

fn bag(call: &Call<'_>, most: usize) -> std::result::Result<BoundAggregate, Diagnostic> {
    // The old name has a limit of its own.
    let usual = if call.name == "make_dictionary" { 128 } else { MOST };
    let most = if call.has(most) { call.constant_long(most)?.clamp(0, MOST) } else { usual };
    let arguments = vec![call.dynamic(0)?, Scalar::long(most)];
    Ok(BoundAggregate::single(&BAG, arguments, KqlType::Dynamic, call.prefixed("bag")))
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct Merge {
    signature: Signature,
}

impl Merge {
    fn new() -> Self {
        Self {
            signature: Signature::exact(
                vec![DataType::Utf8View, DataType::Int64],
                Volatility::Immutable,
            ),
        }
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
        Ok(Box::new(Bag { members: Map::new(), most: usize::MAX, bytes: 0 }))
    }

    fn state_fields(&self, arguments: StateFieldsArgs<'_>) -> Result<Vec<FieldRef>> {
        let field = |part, data_type| {
            Arc::new(Field::new(format_state_name(arguments.name, part), data_type, true))
        };
        Ok(vec![field("members", DataType::Utf8View), field("most", DataType::Int64)])
    }

    fn order_sensitivity(&self) -> AggregateOrderSensitivity {
        AggregateOrderSensitivity::Insensitive
    }
}

#[derive(Debug)]
struct Bag {
    members: Map<String, Value>,
    most: usize,
    bytes: usize,
}

impl Accumulator for Bag {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        if let Some(most) = values[1].as_primitive::<Int64Type>().iter().flatten().min() {
            self.most = self.most.min(usize::try_from(most).unwrap_or(0));
        }
        for cell in values[0].as_string_view().iter().flatten() {
            let Value::Object(members) = dynamic::parse(cell) else { continue };
            self.bytes += cell.len();
            for (key, value) in members {
                if self.members.len() < self.most {
                    self.members.entry(key).or_insert(value);
                }
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
        let most = i64::try_from(self.most).unwrap_or(i64::MAX);
        Ok(vec![self.evaluate()?, ScalarValue::Int64(Some(most))])
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        self.update_batch(states)
    }
}
