//! The sum and the mean of whole numbers and of timespans. Sums are kept in 128 bits, which no number of rows fills;
//! what does not fit into the type at the end is null, as with `+`.

use std::mem::size_of;
use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, AsArray, BooleanArray, Decimal128Array, Int64Array, PrimitiveArray,
};
use arrow::buffer::NullBuffer;
use arrow::datatypes::{
    DataType, Decimal128Type, DurationNanosecondType, Field, FieldRef, Int64Type, TimeUnit,
};
use datafusion::common::{DataFusionError, Result, ScalarValue};
use datafusion::logical_expr::function::{AccumulatorArgs, StateFieldsArgs};
use datafusion::logical_expr::utils::{AggregateOrderSensitivity, format_state_name};
use datafusion::logical_expr::{
    Accumulator, AggregateUDF, AggregateUDFImpl, EmitTo, GroupsAccumulator, Signature, Volatility,
};

/// What is computed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Wanted {
    /// The sum; of no values it is zero.
    Sum,
    /// The sum divided by the number of values; of no values it is null.
    Mean,
}

/// The aggregate over one column of `long` or `timespan`.
pub(super) fn wide(wanted: Wanted) -> Arc<AggregateUDF> {
    let signature = Signature::any(1, Volatility::Immutable);
    Arc::new(AggregateUDF::from(Wide { wanted, signature }))
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct Wide {
    wanted: Wanted,
    signature: Signature,
}

/// Any 128-bit number; nothing is checked against the digits.
const SUMS: DataType = DataType::Decimal128(38, 0);

impl AggregateUDFImpl for Wide {
    fn name(&self) -> &str {
        match self.wanted {
            Wanted::Sum => "kql_sum",
            Wanted::Mean => "kql_avg",
        }
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, types: &[DataType]) -> Result<DataType> {
        types.first().cloned().ok_or_else(no_column)
    }

    fn accumulator(&self, arguments: AccumulatorArgs<'_>) -> Result<Box<dyn Accumulator>> {
        Ok(Box::new(OneGroup(Sums::new(self.wanted, arguments.return_field.data_type()))))
    }

    fn groups_accumulator_supported(&self, _: AccumulatorArgs<'_>) -> bool {
        true
    }

    fn create_groups_accumulator(
        &self,
        arguments: AccumulatorArgs<'_>,
    ) -> Result<Box<dyn GroupsAccumulator>> {
        Ok(Box::new(Sums::new(self.wanted, arguments.return_field.data_type())))
    }

    fn state_fields(&self, arguments: StateFieldsArgs<'_>) -> Result<Vec<FieldRef>> {
        let sum = Field::new(format_state_name(arguments.name, "sum"), SUMS, false);
        let count = Field::new(format_state_name(arguments.name, "count"), DataType::Int64, false);
        Ok(match self.wanted {
            Wanted::Sum => vec![Arc::new(sum)],
            Wanted::Mean => vec![Arc::new(sum), Arc::new(count)],
        })
    }

    fn order_sensitivity(&self) -> AggregateOrderSensitivity {
        AggregateOrderSensitivity::Insensitive
    }
}

fn no_column() -> DataFusionError {
    DataFusionError::Internal("a sum has one column".to_owned())
}

/// The sums of all groups so far.
#[derive(Debug)]
struct Sums {
    wanted: Wanted,
    data_type: DataType,
    totals: Vec<i128>,
    /// The values of each group; not kept for sums.
    counts: Vec<i64>,
}

impl Sums {
    fn new(wanted: Wanted, data_type: &DataType) -> Self {
        Self { wanted, data_type: data_type.clone(), totals: Vec::new(), counts: Vec::new() }
    }

    fn grow(&mut self, groups: usize) {
        self.totals.resize(groups, 0);
        if self.wanted == Wanted::Mean {
            self.counts.resize(groups, 0);
        }
    }

    /// The values in 64 bits, and which of them count.
    fn numbers(
        column: &ArrayRef,
        filter: Option<&BooleanArray>,
    ) -> Result<(Int64Array, Option<NullBuffer>)> {
        let numbers = match column.data_type() {
            DataType::Int64 => column.as_primitive::<Int64Type>().clone(),
            DataType::Duration(TimeUnit::Nanosecond) => {
                column.as_primitive::<DurationNanosecondType>().reinterpret_cast::<Int64Type>()
            }
            other => return Err(DataFusionError::Internal(format!("a sum over {other}"))),
        };
        let wanted = filter.map(|filter| match filter.nulls() {
            Some(nulls) => NullBuffer::new(filter.values() & nulls.inner()),
            None => NullBuffer::new(filter.values().clone()),
        });
        let counted = NullBuffer::union(numbers.nulls(), wanted.as_ref());
        Ok((numbers, counted))
    }

    fn add(&mut self, group: usize, number: i64) {
        self.totals[group] += i128::from(number);
        if let Some(count) = self.counts.get_mut(group) {
            *count += 1;
        }
    }

    fn results(&self, sums: &[i128], counts: &[i64]) -> ArrayRef {
        let result = |(group, sum): (usize, &i128)| match self.wanted {
            Wanted::Sum => i64::try_from(*sum).ok(),
            Wanted::Mean => {
                let count = i128::from(*counts.get(group)?);
                sum.checked_div(count).and_then(|mean| i64::try_from(mean).ok())
            }
        };
        let numbers: PrimitiveArray<Int64Type> = sums.iter().enumerate().map(result).collect();
        match &self.data_type {
            DataType::Int64 => Arc::new(numbers),
            _ => Arc::new(numbers.reinterpret_cast::<DurationNanosecondType>()),
        }
    }

    fn states(&self, sums: Vec<i128>, counts: Vec<i64>) -> Result<Vec<ArrayRef>> {
        let sums: ArrayRef = Arc::new(Decimal128Array::from(sums).with_precision_and_scale(38, 0)?);
        Ok(match self.wanted {
            Wanted::Sum => vec![sums],
            Wanted::Mean => vec![sums, Arc::new(Int64Array::from(counts))],
        })
    }
}

impl GroupsAccumulator for Sums {
    fn update_batch(
        &mut self,
        values: &[ArrayRef],
        group_indices: &[usize],
        filter: Option<&BooleanArray>,
        total_num_groups: usize,
    ) -> Result<()> {
        self.grow(total_num_groups);
        let (numbers, counted) = Self::numbers(values.first().ok_or_else(no_column)?, filter)?;
        let rows = group_indices.iter().zip(numbers.values());
        match counted {
            None => rows.for_each(|(group, number)| self.add(*group, *number)),
            Some(counted) => {
                for ((group, number), _) in rows.zip(&counted).filter(|(_, counts)| *counts) {
                    self.add(*group, *number);
                }
            }
        }
        Ok(())
    }

    fn evaluate(&mut self, emit_to: EmitTo) -> Result<ArrayRef> {
        let sums = emit_to.take_needed(&mut self.totals);
        let counts = match self.wanted {
            Wanted::Sum => Vec::new(),
            Wanted::Mean => emit_to.take_needed(&mut self.counts),
        };
        Ok(self.results(&sums, &counts))
    }

    fn state(&mut self, emit_to: EmitTo) -> Result<Vec<ArrayRef>> {
        let sums = emit_to.take_needed(&mut self.totals);
        let counts = match self.wanted {
            Wanted::Sum => Vec::new(),
            Wanted::Mean => emit_to.take_needed(&mut self.counts),
        };
        self.states(sums, counts)
    }

    fn merge_batch(
        &mut self,
        values: &[ArrayRef],
        group_indices: &[usize],
        total_num_groups: usize,
    ) -> Result<()> {
        self.grow(total_num_groups);
        let sums = values.first().ok_or_else(no_column)?.as_primitive::<Decimal128Type>();
        for (group, sum) in group_indices.iter().zip(sums.values()) {
            self.totals[*group] += *sum;
        }
        if self.wanted == Wanted::Mean {
            let counts = values.get(1).ok_or_else(no_column)?.as_primitive::<Int64Type>();
            for (group, count) in group_indices.iter().zip(counts.values()) {
                self.counts[*group] += *count;
            }
        }
        Ok(())
    }

    fn convert_to_state(
        &self,
        values: &[ArrayRef],
        filter: Option<&BooleanArray>,
    ) -> Result<Vec<ArrayRef>> {
        let (numbers, counted) = Self::numbers(values.first().ok_or_else(no_column)?, filter)?;
        let counts = |row: usize| counted.as_ref().is_none_or(|counted| counted.is_valid(row));
        let rows = numbers.values().iter().enumerate();
        let sums = rows.map(|(row, number)| if counts(row) { i128::from(*number) } else { 0 });
        let each = (0..numbers.len()).map(|row| i64::from(counts(row)));
        self.states(sums.collect(), each.collect())
    }

    fn size(&self) -> usize {
        self.totals.capacity() * size_of::<i128>() + self.counts.capacity() * size_of::<i64>()
    }
}

/// The sum of rows that are not grouped.
#[derive(Debug)]
struct OneGroup(Sums);

impl Accumulator for OneGroup {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        self.0.grow(1);
        let (numbers, counted) = Sums::numbers(values.first().ok_or_else(no_column)?, None)?;
        let sum: i128 = match &counted {
            None => numbers.values().iter().map(|number| i128::from(*number)).sum(),
            Some(_) => numbers.iter().flatten().map(i128::from).sum(),
        };
        self.0.totals[0] += sum;
        if let Some(count) = self.0.counts.first_mut() {
            let nulls = counted.as_ref().map_or(0, NullBuffer::null_count);
            *count += i64::try_from(numbers.len() - nulls).unwrap_or(i64::MAX);
        }
        Ok(())
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        self.0.grow(1);
        ScalarValue::try_from_array(&self.0.results(&self.0.totals, &self.0.counts), 0)
    }

    fn size(&self) -> usize {
        size_of::<Self>() + GroupsAccumulator::size(&self.0)
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        self.0.grow(1);
        let states = self.0.states(self.0.totals.clone(), self.0.counts.clone())?;
        states.iter().map(|state| ScalarValue::try_from_array(state, 0)).collect()
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        let rows = states.first().map_or(0, Array::len);
        GroupsAccumulator::merge_batch(&mut self.0, states, &vec![0; rows], 1)
    }
}
