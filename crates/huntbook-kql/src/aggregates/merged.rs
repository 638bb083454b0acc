//! Aggregates whose state is one cell of JSON text: `hll`, `hll_merge`, `tdigest_merge`, `buildschema`.

use std::fmt::Debug;
use std::mem::size_of;
use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray};
use arrow::datatypes::{DataType, Int64Type};
use datafusion::common::{Result, ScalarValue};
use datafusion::logical_expr::function::AccumulatorArgs;
use datafusion::logical_expr::utils::AggregateOrderSensitivity;
use datafusion::logical_expr::{
    Accumulator, AggregateUDF, AggregateUDFImpl, Signature, Volatility,
};

use super::schema::Schema;
use crate::sketch::{Digest, Distinct};

/// What is made of a group's cells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Merged {
    /// The different values; the second argument is the accuracy.
    Values,
    /// The different values of several `hll`.
    Sketches,
    /// The values of several digests.
    Digests,
    /// The schema that all values have.
    Schema,
}

/// The aggregate over cells of text.
pub(super) fn merged(merged: Merged) -> Arc<AggregateUDF> {
    Arc::new(AggregateUDF::from(Merge {
        merged,
        signature: Signature::variadic_any(Volatility::Immutable),
    }))
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct Merge {
    merged: Merged,
    signature: Signature,
}

impl AggregateUDFImpl for Merge {
    fn name(&self) -> &str {
        match self.merged {
            Merged::Values => "kql_hll",
            Merged::Sketches => "kql_hll_merge",
            Merged::Digests => "kql_tdigest_merge",
            Merged::Schema => "kql_buildschema",
        }
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(DataType::Utf8View)
    }

    fn accumulator(&self, _: AccumulatorArgs<'_>) -> Result<Box<dyn Accumulator>> {
        let summary = match self.merged {
            Merged::Values | Merged::Sketches => Summary::Distinct(None),
            Merged::Digests => Summary::Digest(None),
            Merged::Schema => Summary::Schema(Schema::default()),
        };
        Ok(Box::new(State { merged: self.merged, summary, bytes: 0 }))
    }

    fn order_sensitivity(&self) -> AggregateOrderSensitivity {
        AggregateOrderSensitivity::Insensitive
    }
}

#[derive(Debug)]
enum Summary {
    Distinct(Option<Distinct>),
    Digest(Option<Digest>),
    Schema(Schema),
}

/// The summary of one group so far.
#[derive(Debug)]
struct State {
    merged: Merged,
    summary: Summary,
    /// How much text went into a schema.
    bytes: usize,
}

impl State {
    /// Adds a summary of the same form; cells that are none are passed over.
    fn add(&mut self, cell: &str) {
        match &mut self.summary {
            Summary::Distinct(known) => {
                let Some(other) = Distinct::parse(cell) else { return };
                match known {
                    Some(known) => known.merge(&other),
                    None => *known = Some(other),
                }
            }
            Summary::Digest(known) => {
                let Some(other) = Digest::parse(cell) else { return };
                *known = match known.take() {
                    Some(known) => known.clone().merged(other).or(Some(known)),
                    None => Some(other),
                };
            }
            Summary::Schema(schema) => {
                self.bytes += cell.len();
                schema.merge(cell);
            }
        }
    }
}

impl Accumulator for State {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        let cells = values[0].as_string_view();
        match (&mut self.summary, self.merged) {
            (Summary::Distinct(known), Merged::Values) => {
                let accuracy = values[1].as_primitive::<Int64Type>().iter().flatten().next();
                let known = known.get_or_insert_with(|| Distinct::new(accuracy.unwrap_or(1)));
                cells.iter().flatten().for_each(|cell| known.add(cell));
            }
            (Summary::Schema(schema), _) => {
                for cell in cells.iter().flatten() {
                    self.bytes += cell.len().min(256);
                    schema.add(&crate::dynamic::parse(cell));
                }
            }
            _ => cells.iter().flatten().for_each(|cell| self.add(cell)),
        }
        Ok(())
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        let text = match &mut self.summary {
            Summary::Distinct(known) => known.as_mut().map(Distinct::write),
            Summary::Digest(known) => known.as_ref().map(Digest::to_json),
            Summary::Schema(schema) => schema.shown(),
        };
        Ok(ScalarValue::Utf8View(text))
    }

    fn size(&self) -> usize {
        let inside = match &self.summary {
            Summary::Distinct(known) => known.as_ref().map_or(0, Distinct::size),
            Summary::Digest(known) => known.as_ref().map_or(0, Digest::size),
            Summary::Schema(_) => self.bytes,
        };
        size_of::<Self>() + inside
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        let text = match &self.summary {
            Summary::Schema(schema) => Some(schema.to_json()),
            _ => return Ok(vec![self.evaluate()?]),
        };
        Ok(vec![ScalarValue::Utf8View(text)])
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        let cells = states[0].as_string_view();
        cells.iter().flatten().for_each(|cell| self.add(cell));
        Ok(())
    }
}
