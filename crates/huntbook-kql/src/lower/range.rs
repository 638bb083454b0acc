//! `range`: the values of a table of one column, unnested from one list.

use std::sync::Arc;

use arrow::array::{ArrayRef, ArrowPrimitiveType, AsArray, ListArray, PrimitiveArray};
use arrow::buffer::OffsetBuffer;
use arrow::datatypes::{
    DataType, DurationNanosecondType, Field, Float64Type, Int32Type, Int64Type,
    TimestampNanosecondType,
};
use datafusion::common::{Column as PlanColumn, DataFusionError, Result};
use datafusion::logical_expr::{
    ColumnarValue, LogicalPlan, LogicalPlanBuilder, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl,
    Signature, Volatility,
};

use super::names::Names;
use super::{Failure, scalar};
use crate::ir::{Column, Scalar};

/// More values than this are an error: they would not fit in memory.
const MOST: u64 = 200_000_000;

/// The plan of the values from the first up to the second, the third apart.
pub(super) fn range(
    ends: [&Scalar; 3],
    column: &Column,
    names: &Names<'_>,
) -> Result<LogicalPlan, Failure> {
    let values = ends.iter().map(|end| scalar::value(end, names));
    let values = values.collect::<Result<Vec<_>, _>>()?;
    let list = series().call(values).alias(column.name.clone());
    let plan = LogicalPlanBuilder::empty(true).project([list])?;
    Ok(plan.unnest_column(PlanColumn::new_unqualified(column.name.clone()))?.build()?)
}

/// The list of the values as a DataFusion function.
pub(super) fn series() -> ScalarUDF {
    ScalarUDF::from(Series { signature: Signature::any(3, Volatility::Immutable) })
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct Series {
    signature: Signature,
}

impl ScalarUDFImpl for Series {
    fn name(&self) -> &'static str {
        "kql_range"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, types: &[DataType]) -> Result<DataType> {
        let item = types.first().cloned().unwrap_or(DataType::Null);
        Ok(DataType::List(Arc::new(Field::new_list_field(item, true))))
    }

    fn invoke_with_args(&self, arguments: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let arrays = ColumnarValue::values_to_arrays(&arguments.args)?;
        let list = match arrays[0].data_type() {
            DataType::Int32 => whole::<Int32Type, Int32Type>(&arrays)?,
            DataType::Int64 => whole::<Int64Type, Int64Type>(&arrays)?,
            DataType::Timestamp(..) => {
                whole::<TimestampNanosecondType, DurationNanosecondType>(&arrays)?
            }
            DataType::Duration(_) => {
                whole::<DurationNanosecondType, DurationNanosecondType>(&arrays)?
            }
            DataType::Float64 => real(&arrays)?,
            other => return Err(DataFusionError::Internal(format!("range over {other}"))),
        };
        Ok(ColumnarValue::Array(Arc::new(list)))
    }
}

/// One list of all values; an end that is null gives none.
fn whole<V: ArrowPrimitiveType, S: ArrowPrimitiveType>(arrays: &[ArrayRef]) -> Result<ListArray>
where
    V::Native: Into<i64> + TryFrom<i64>,
    S::Native: Into<i64>,
{
    let ends = arrays[0].as_primitive::<V>().iter().zip(arrays[1].as_primitive::<V>());
    let steps = arrays[2].as_primitive::<S>().iter();
    let mut values: Vec<V::Native> = Vec::new();
    if let Some(((Some(from), Some(to)), Some(step))) = ends.zip(steps).next() {
        let (from, to, step): (i64, i64, i64) = (from.into(), to.into(), step.into());
        let span = if step > 0 {
            i128::from(to) - i128::from(from)
        } else {
            i128::from(from) - i128::from(to)
        };
        if step != 0 && span >= 0 {
            let count = span / i128::from(step).abs() + 1;
            let count = within_limit(count)?;
            values.reserve_exact(count);
            let value = |position: usize| from + step * position as i64;
            values.extend(
                (0..count).filter_map(|position| V::Native::try_from(value(position)).ok()),
            );
        }
    }
    let array =
        PrimitiveArray::<V>::from_iter_values(values).with_data_type(arrays[0].data_type().clone());
    one_list(Arc::new(array))
}

fn real(arrays: &[ArrayRef]) -> Result<ListArray> {
    let end = |index: usize| arrays[index].as_primitive::<Float64Type>().iter().next().flatten();
    let mut values = Vec::new();
    if let (Some(from), Some(to), Some(step)) = (end(0), end(1), end(2)) {
        let steps = (to - from) / step;
        if steps.is_finite() && steps >= 0.0 {
            // Rounding must not take the last value away.
            let count = within_limit((steps * (1.0 + f64::EPSILON)).floor() as i128 + 1)?;
            values.extend((0..count).map(|position| from + step * position as f64));
        }
    }
    one_list(Arc::new(PrimitiveArray::<Float64Type>::from_iter_values(values)))
}

fn within_limit(count: i128) -> Result<usize> {
    if count > i128::from(MOST) {
        let message = format!("`range` would make {count} rows; at most {MOST} are made");
        return Err(DataFusionError::ResourcesExhausted(message));
    }
    Ok(usize::try_from(count).unwrap_or(0))
}

fn one_list(values: ArrayRef) -> Result<ListArray> {
    let field = Arc::new(Field::new_list_field(values.data_type().clone(), true));
    let offsets = OffsetBuffer::from_lengths([values.len()]);
    Ok(ListArray::try_new(field, offsets, values, None)?)
}
