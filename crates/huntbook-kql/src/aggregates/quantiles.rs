//! All values of a group with their weights: what runs behind the percentiles and `tdigest`.

use std::mem::size_of;
use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, AsArray, DurationNanosecondArray, Float64Array, Int64Array, StructArray,
    TimestampNanosecondArray,
};
use arrow::datatypes::{
    DataType, DurationNanosecondType, Field, FieldRef, Fields, Float64Type, Int64Type,
    TimestampNanosecondType,
};
use datafusion::common::{DataFusionError, Result, ScalarValue};
use datafusion::logical_expr::function::{AccumulatorArgs, StateFieldsArgs};
use datafusion::logical_expr::utils::{AggregateOrderSensitivity, format_state_name};
use datafusion::logical_expr::{
    Accumulator, AggregateUDF, AggregateUDFImpl, Signature, Volatility,
};
use serde_json::Value;

use super::extremes::field_name;
use crate::sketch::{Digest, key_of_real, real_of_key, shown};
use crate::types::KqlType;

/// What comes out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Form {
    /// A struct with one field for each percentile.
    Columns,
    /// An array of the percentiles as dynamic.
    List,
    /// A digest as dynamic.
    Digest,
}

/// The aggregate over a value, its weight, and the percentiles wanted.
pub(super) fn quantiles(form: Form) -> Arc<AggregateUDF> {
    Arc::new(AggregateUDF::from(Quantiles {
        form,
        signature: Signature::variadic_any(Volatility::Immutable),
    }))
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct Quantiles {
    form: Form,
    signature: Signature,
}

impl AggregateUDFImpl for Quantiles {
    fn name(&self) -> &str {
        match self.form {
            Form::Columns => "kql_percentiles",
            Form::List => "kql_percentiles_array",
            Form::Digest => "kql_tdigest",
        }
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, types: &[DataType]) -> Result<DataType> {
        if self.form != Form::Columns {
            return Ok(DataType::Utf8View);
        }
        let value = types.first().cloned().unwrap_or(DataType::Null);
        Ok(DataType::Struct(fields(&value, types.len().saturating_sub(2))))
    }

    fn accumulator(&self, arguments: AccumulatorArgs<'_>) -> Result<Box<dyn Accumulator>> {
        let data_type = arguments.expr_fields[0].data_type().clone();
        let kind = match &data_type {
            DataType::Int64 => KqlType::Long,
            DataType::Float64 => KqlType::Real,
            DataType::Timestamp(..) => KqlType::Datetime,
            DataType::Duration(_) => KqlType::Timespan,
            other => {
                return Err(DataFusionError::Internal(format!("percentiles of {other}")));
            }
        };
        let wanted = arguments.expr_fields.len().saturating_sub(2);
        Ok(Box::new(Values {
            form: self.form,
            kind,
            data_type,
            wanted: vec![0.0; wanted],
            keys: Vec::new(),
            weights: Vec::new(),
        }))
    }

    fn state_fields(&self, arguments: StateFieldsArgs<'_>) -> Result<Vec<FieldRef>> {
        let list = |part: &str, of: DataType| {
            let item = Arc::new(Field::new_list_field(of, true));
            let name = format_state_name(arguments.name, part);
            Arc::new(Field::new(name, DataType::List(item), true))
        };
        Ok(vec![
            list("keys", DataType::Int64),
            list("weights", DataType::Int64),
            list("percentiles", DataType::Float64),
        ])
    }

    fn order_sensitivity(&self) -> AggregateOrderSensitivity {
        AggregateOrderSensitivity::Insensitive
    }
}

fn fields(value: &DataType, count: usize) -> Fields {
    (0..count).map(|position| Field::new(field_name(position), value.clone(), true)).collect()
}

/// The values of one group so far.
#[derive(Debug)]
struct Values {
    form: Form,
    kind: KqlType,
    data_type: DataType,
    /// The percentiles wanted.
    wanted: Vec<f64>,
    /// Integers that order as the values do.
    keys: Vec<i64>,
    /// One for each key; empty while all are 1.
    weights: Vec<i64>,
}

impl Values {
    fn add(&mut self, key: i64, weight: i64) {
        if weight <= 0 {
            return;
        }
        if weight != 1 && self.weights.is_empty() {
            self.weights = vec![1; self.keys.len()];
        }
        self.keys.push(key);
        if weight != 1 || !self.weights.is_empty() {
            self.weights.push(weight);
        }
    }

    fn weighted(&self) -> Vec<(i64, i64)> {
        let weights = self.weights.iter().copied().chain(std::iter::repeat(1));
        self.keys.iter().copied().zip(weights).collect()
    }

    /// For each percentile the least value of which no smaller share lies at or below it.
    fn percentiles(&mut self) -> Vec<Option<i64>> {
        if self.weights.is_empty() {
            self.keys.sort_unstable();
            let count = self.keys.len();
            let nth = |percent: &f64| {
                let rank = (percent * count as f64 / 100.0).ceil() as usize;
                self.keys.get(rank.clamp(1, count.max(1)) - 1).copied()
            };
            return self.wanted.iter().map(nth).collect();
        }
        let mut values = self.weighted();
        values.sort_unstable();
        let mut sums = Vec::with_capacity(values.len());
        let mut sum = 0_i64;
        for (_, weight) in &values {
            sum = sum.saturating_add(*weight);
            sums.push(sum);
        }
        let nth = |percent: &f64| {
            let rank = percent * sum as f64 / 100.0;
            let position = sums.partition_point(|sum| (*sum as f64) < rank);
            values.get(position.min(values.len().saturating_sub(1))).map(|(key, _)| *key)
        };
        self.wanted.iter().map(nth).collect()
    }

    /// Keys as a column of the values' own type.
    fn column(&self, keys: Vec<Option<i64>>) -> ArrayRef {
        match self.kind {
            KqlType::Real => {
                Arc::new(keys.into_iter().map(|key| key.map(real_of_key)).collect::<Float64Array>())
            }
            KqlType::Datetime => Arc::new(
                TimestampNanosecondArray::from(keys).with_data_type(self.data_type.clone()),
            ),
            KqlType::Timespan => Arc::new(DurationNanosecondArray::from(keys)),
            _ => Arc::new(Int64Array::from(keys)),
        }
    }
}

impl Accumulator for Values {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        let weights = values[1].as_primitive::<Int64Type>();
        for (wanted, column) in self.wanted.iter_mut().zip(&values[2..]) {
            if let Some(percent) = column.as_primitive::<Float64Type>().iter().flatten().next() {
                *wanted = percent;
            }
        }
        let column = &values[0];
        let weight = |row: usize| if weights.is_valid(row) { weights.value(row) } else { 0 };
        let rows = (0..column.len()).filter(|row| column.is_valid(*row));
        match self.kind {
            KqlType::Real => {
                let numbers = column.as_primitive::<Float64Type>();
                rows.for_each(|row| self.add(key_of_real(numbers.value(row)), weight(row)));
            }
            KqlType::Datetime => {
                let times = column.as_primitive::<TimestampNanosecondType>();
                rows.for_each(|row| self.add(times.value(row), weight(row)));
            }
            KqlType::Timespan => {
                let spans = column.as_primitive::<DurationNanosecondType>();
                rows.for_each(|row| self.add(spans.value(row), weight(row)));
            }
            _ => {
                let numbers = column.as_primitive::<Int64Type>();
                rows.for_each(|row| self.add(numbers.value(row), weight(row)));
            }
        }
        Ok(())
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        match self.form {
            Form::Columns => {
                let keys = self.percentiles();
                let columns: Vec<ArrayRef> =
                    keys.into_iter().map(|key| self.column(vec![key])).collect();
                let fields = fields(&self.data_type, columns.len());
                let row = StructArray::try_new(fields, columns, None)?;
                Ok(ScalarValue::Struct(Arc::new(row)))
            }
            Form::List => {
                let kind = self.kind;
                let value = |key: Option<i64>| key.map_or(Value::Null, |key| shown(kind, key));
                if self.keys.is_empty() {
                    return Ok(ScalarValue::Utf8View(None));
                }
                let keys = self.percentiles();
                let list: Value = keys.into_iter().map(value).collect();
                Ok(ScalarValue::Utf8View(Some(list.to_string())))
            }
            Form::Digest if self.keys.is_empty() => Ok(ScalarValue::Utf8View(None)),
            Form::Digest => {
                let digest = Digest::new(self.kind, self.weighted());
                Ok(ScalarValue::Utf8View(Some(digest.to_json())))
            }
        }
    }

    fn size(&self) -> usize {
        let slots = self.keys.capacity() + self.weights.capacity() + self.wanted.capacity();
        size_of::<Self>() + slots * size_of::<i64>()
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        let longs = |numbers: &[i64]| {
            let column: ArrayRef = Arc::new(Int64Array::from(numbers.to_vec()));
            ScalarValue::List(Arc::new(arrow::array::ListArray::new(
                Arc::new(Field::new_list_field(DataType::Int64, true)),
                arrow::buffer::OffsetBuffer::from_lengths([numbers.len()]),
                column,
                None,
            )))
        };
        let wanted: ArrayRef = Arc::new(Float64Array::from(self.wanted.clone()));
        let wanted = arrow::array::ListArray::new(
            Arc::new(Field::new_list_field(DataType::Float64, true)),
            arrow::buffer::OffsetBuffer::from_lengths([self.wanted.len()]),
            wanted,
            None,
        );
        Ok(vec![longs(&self.keys), longs(&self.weights), ScalarValue::List(Arc::new(wanted))])
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        let (keys, weights) = (states[0].as_list::<i32>(), states[1].as_list::<i32>());
        let wanted = states[2].as_list::<i32>();
        for row in 0..keys.len() {
            let (keys, weights) = (keys.value(row), weights.value(row));
            let keys = keys.as_primitive::<Int64Type>();
            if keys.is_empty() {
                continue;
            }
            self.wanted = wanted.value(row).as_primitive::<Float64Type>().values().to_vec();
            let weights = weights.as_primitive::<Int64Type>();
            for (position, key) in keys.values().iter().enumerate() {
                self.add(*key, weights.values().get(position).copied().unwrap_or(1));
            }
        }
        Ok(())
    }
}
