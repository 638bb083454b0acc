//! The best row of every group at once: `arg_max`, `arg_min` and `take_any` over many groups.
//!
//! The rows that win are copied out of each batch into chunks, and a group points at its row. Chunks are brought
//! together when most of their rows have lost since, so that memory follows the number of groups.

use std::mem::size_of;
use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, AsArray, BooleanArray, StringViewArray, StructArray, UInt32Array,
    new_null_array,
};
use arrow::buffer::NullBuffer;
use arrow::compute::{interleave, take};
use arrow::datatypes::{
    DataType, DurationNanosecondType, Fields, Float64Type, Int32Type, Int64Type, TimeUnit,
    TimestampNanosecondType,
};
use datafusion::common::{DataFusionError, Result};
use datafusion::logical_expr::{EmitTo, GroupsAccumulator};

use super::extremes::{Kept, counts};
use crate::sketch::key_of_real;

/// Whether the rows' first values can be compared here.
pub(super) fn supports(kept: Kept, key: &DataType) -> bool {
    kept == Kept::Any
        || matches!(
            key,
            DataType::Boolean
                | DataType::Int32
                | DataType::Int64
                | DataType::Float64
                | DataType::Utf8View
                | DataType::Timestamp(TimeUnit::Nanosecond, _)
                | DataType::Duration(TimeUnit::Nanosecond)
        )
}

/// The row of a group.
#[derive(Debug, Clone, Copy, Default)]
struct Place {
    /// 0 holds one row of nulls, for groups that have had no row.
    chunk: u32,
    row: u32,
    /// Whether the first value is one that counts.
    keyed: bool,
}

/// The first values of the groups' rows, where they must be compared.
#[derive(Debug)]
enum Keys {
    Unneeded,
    /// Integers that order as the values do.
    Integers(Vec<i64>),
    Texts(Vec<Box<str>>),
}

/// The first values of a batch in the form in which they are compared.
enum BatchKeys<'a> {
    Unneeded,
    Integers(Vec<i64>),
    Texts(&'a StringViewArray),
}

pub(super) struct BestRows {
    kept: Kept,
    fields: Fields,
    places: Vec<Place>,
    keys: Keys,
    text_bytes: usize,
    /// The columns of the rows kept.
    chunks: Vec<Vec<ArrayRef>>,
    /// How many rows all chunks have, and how many bytes they take.
    rows: usize,
    chunk_bytes: usize,
}

impl BestRows {
    pub(super) fn new(kept: Kept, fields: Fields) -> Self {
        let keys = match (kept, fields.first().map(|field| field.data_type())) {
            (Kept::Any, _) | (_, None) => Keys::Unneeded,
            (_, Some(DataType::Utf8View)) => Keys::Texts(Vec::new()),
            _ => Keys::Integers(Vec::new()),
        };
        let nulls = fields.iter().map(|field| new_null_array(field.data_type(), 1)).collect();
        Self {
            kept,
            fields,
            places: Vec::new(),
            keys,
            text_bytes: 0,
            chunks: vec![nulls],
            rows: 1,
            chunk_bytes: 0,
        }
    }

    fn resize(&mut self, groups: usize) {
        self.places.resize(groups, Place::default());
        match &mut self.keys {
            Keys::Unneeded => {}
            Keys::Integers(keys) => keys.resize(groups, 0),
            Keys::Texts(keys) => keys.resize(groups, Box::default()),
        }
    }

    fn update(
        &mut self,
        columns: &[ArrayRef],
        groups: &[usize],
        wanted: impl Fn(usize) -> bool,
        group_count: usize,
    ) -> Result<()> {
        self.resize(group_count);
        let first = columns.first().ok_or_else(no_column)?;
        let given = batch_keys(&self.keys, first)?;
        let chunk = u32::try_from(self.chunks.len())
            .map_err(|_| DataFusionError::Internal("too many chunks".to_owned()))?;
        // The groups whose row is one of this batch.
        let mut touched: Vec<usize> = Vec::new();
        for (row, group) in groups.iter().copied().enumerate() {
            if !wanted(row) {
                continue;
            }
            let keyed = counts(self.kept, first, row);
            let place = &mut self.places[group];
            let wins = match (place.chunk == 0, place.keyed, keyed) {
                (true, ..) | (_, false, true) => true,
                (_, _, false) => false,
                (_, true, true) => beats(self.kept, &self.keys, group, &given, row),
            };
            if !wins {
                continue;
            }
            if place.chunk != chunk {
                touched.push(group);
            }
            *place = Place { chunk, row: u32::try_from(row).unwrap_or(u32::MAX), keyed };
            if keyed {
                self.text_bytes += keep_key(&mut self.keys, group, &given, row);
            }
        }
        if touched.is_empty() {
            return Ok(());
        }
        let rows: UInt32Array = touched.iter().map(|group| self.places[*group].row).collect();
        for (row, group) in touched.iter().enumerate() {
            self.places[*group].row = u32::try_from(row).unwrap_or(u32::MAX);
        }
        let copied = columns.iter().map(|column| Ok(owned(take(column, &rows, None)?)));
        let copied = copied.collect::<Result<Vec<_>>>()?;
        self.chunk_bytes += bytes(&copied);
        self.chunks.push(copied);
        self.rows += touched.len();
        if self.rows > 2 * self.places.len() + 65_536 {
            self.tidy()?;
        }
        Ok(())
    }

    /// Brings all chunks together.
    fn tidy(&mut self) -> Result<()> {
        let (live, places): (Vec<usize>, Vec<Place>) =
            self.places.iter().copied().enumerate().filter(|(_, place)| place.chunk > 0).unzip();
        let columns = self.gathered(&places)?;
        self.chunks.truncate(1);
        self.chunk_bytes = bytes(&columns);
        self.chunks.push(columns);
        for (row, group) in live.iter().enumerate() {
            let place = &mut self.places[*group];
            (place.chunk, place.row) = (1, u32::try_from(row).unwrap_or(u32::MAX));
        }
        self.rows = live.len() + 1;
        Ok(())
    }

    /// The rows at these places as columns.
    fn gathered(&self, places: &[Place]) -> Result<Vec<ArrayRef>> {
        let indices: Vec<(usize, usize)> =
            places.iter().map(|place| (place.chunk as usize, place.row as usize)).collect();
        let column = |position: usize| {
            let parts: Vec<&dyn Array> =
                self.chunks.iter().map(|chunk| chunk[position].as_ref()).collect();
            Ok(owned(interleave(&parts, &indices)?))
        };
        (0..self.fields.len()).map(column).collect()
    }

    /// The rows of the groups to give out, and which of them have one.
    fn emitted(&mut self, emit_to: EmitTo) -> Result<(Vec<ArrayRef>, NullBuffer)> {
        let places = emit_to.take_needed(&mut self.places);
        match &mut self.keys {
            Keys::Unneeded => {}
            Keys::Integers(keys) => drop(emit_to.take_needed(keys)),
            Keys::Texts(keys) => {
                let texts = emit_to.take_needed(keys);
                let bytes: usize = texts.iter().map(|text| text.len()).sum();
                self.text_bytes = self.text_bytes.saturating_sub(bytes);
            }
        }
        let columns = self.gathered(&places)?;
        if self.places.is_empty() {
            self.chunks.truncate(1);
            (self.rows, self.chunk_bytes) = (1, 0);
        }
        Ok((columns, places.iter().map(|place| place.chunk > 0).collect()))
    }
}

fn bytes(columns: &[ArrayRef]) -> usize {
    columns.iter().map(Array::get_array_memory_size).sum()
}

fn no_column() -> DataFusionError {
    DataFusionError::Internal("a row without columns".to_owned())
}

/// A column that does not hold on to the batch that it was taken from.
fn owned(column: ArrayRef) -> ArrayRef {
    match column.as_string_view_opt() {
        Some(texts) => Arc::new(texts.gc()),
        None => column,
    }
}

fn batch_keys<'a>(keys: &Keys, column: &'a ArrayRef) -> Result<BatchKeys<'a>> {
    Ok(match keys {
        Keys::Unneeded => BatchKeys::Unneeded,
        Keys::Texts(_) => BatchKeys::Texts(column.as_string_view()),
        Keys::Integers(_) => BatchKeys::Integers(match column.data_type() {
            DataType::Boolean => column.as_boolean().values().iter().map(i64::from).collect(),
            DataType::Int32 => {
                column.as_primitive::<Int32Type>().values().iter().copied().map(i64::from).collect()
            }
            DataType::Int64 => column.as_primitive::<Int64Type>().values().to_vec(),
            DataType::Float64 => {
                let numbers = column.as_primitive::<Float64Type>().values();
                numbers.iter().copied().map(key_of_real).collect()
            }
            DataType::Timestamp(TimeUnit::Nanosecond, _) => {
                column.as_primitive::<TimestampNanosecondType>().values().to_vec()
            }
            DataType::Duration(TimeUnit::Nanosecond) => {
                column.as_primitive::<DurationNanosecondType>().values().to_vec()
            }
            other => return Err(DataFusionError::Internal(format!("arg_max of {other}"))),
        }),
    })
}

/// Whether a row of the batch is better than the group's.
fn beats(kept: Kept, keys: &Keys, group: usize, given: &BatchKeys<'_>, row: usize) -> bool {
    let order = match (keys, given) {
        (Keys::Integers(keys), BatchKeys::Integers(given)) => given[row].cmp(&keys[group]),
        (Keys::Texts(keys), BatchKeys::Texts(given)) => given.value(row).cmp(&*keys[group]),
        _ => return false,
    };
    if kept == Kept::Least { order.is_lt() } else { order.is_gt() }
}

/// Remembers the key of a row, and gives by how many bytes texts have grown.
fn keep_key(keys: &mut Keys, group: usize, given: &BatchKeys<'_>, row: usize) -> usize {
    match (keys, given) {
        (Keys::Integers(keys), BatchKeys::Integers(given)) => keys[group] = given[row],
        (Keys::Texts(keys), BatchKeys::Texts(given)) => {
            let grown = given.value(row).len().saturating_sub(keys[group].len());
            keys[group] = given.value(row).into();
            return grown;
        }
        _ => {}
    }
    0
}

impl GroupsAccumulator for BestRows {
    fn update_batch(
        &mut self,
        values: &[ArrayRef],
        group_indices: &[usize],
        filter: Option<&BooleanArray>,
        total_num_groups: usize,
    ) -> Result<()> {
        let wanted =
            |row: usize| filter.is_none_or(|filter| filter.is_valid(row) && filter.value(row));
        self.update(values, group_indices, wanted, total_num_groups)
    }

    fn evaluate(&mut self, emit_to: EmitTo) -> Result<ArrayRef> {
        let (columns, _) = self.emitted(emit_to)?;
        Ok(Arc::new(StructArray::try_new(self.fields.clone(), columns, None)?))
    }

    fn state(&mut self, emit_to: EmitTo) -> Result<Vec<ArrayRef>> {
        let (columns, found) = self.emitted(emit_to)?;
        Ok(vec![Arc::new(StructArray::try_new(self.fields.clone(), columns, Some(found))?)])
    }

    fn merge_batch(
        &mut self,
        values: &[ArrayRef],
        group_indices: &[usize],
        total_num_groups: usize,
    ) -> Result<()> {
        let rows = values.first().ok_or_else(no_column)?.as_struct();
        self.update(rows.columns(), group_indices, |row| rows.is_valid(row), total_num_groups)
    }

    fn convert_to_state(
        &self,
        values: &[ArrayRef],
        filter: Option<&BooleanArray>,
    ) -> Result<Vec<ArrayRef>> {
        let kept = filter.map(|filter| {
            (0..filter.len())
                .map(|row| filter.is_valid(row) && filter.value(row))
                .collect::<NullBuffer>()
        });
        Ok(vec![Arc::new(StructArray::try_new(self.fields.clone(), values.to_vec(), kept)?)])
    }

    fn size(&self) -> usize {
        let keys = match &self.keys {
            Keys::Unneeded => 0,
            Keys::Integers(keys) => keys.capacity() * size_of::<i64>(),
            Keys::Texts(keys) => keys.capacity() * size_of::<Box<str>>() + self.text_bytes,
        };
        size_of::<Self>() + self.places.capacity() * size_of::<Place>() + keys + self.chunk_bytes
    }
}
