//! How many different texts each group has, over all groups at once: what runs behind `dcount` and its kin where
//! DataFusion has only a set for each group.
//!
//! One table holds every text of every group once. A group is known by a number that it keeps when earlier groups are
//! given out, so that nothing is hashed anew.

use std::hash::{BuildHasher, RandomState};
use std::mem::size_of;
use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, AsArray, BooleanArray, Int64Array, ListArray, StringViewArray,
    StringViewBuilder,
};
use arrow::buffer::{OffsetBuffer, ScalarBuffer};
use arrow::datatypes::{DataType, Field, FieldRef};
use datafusion::common::{DataFusionError, Result, ScalarValue};
use datafusion::logical_expr::function::{AccumulatorArgs, StateFieldsArgs};
use datafusion::logical_expr::utils::{AggregateOrderSensitivity, format_state_name};
use datafusion::logical_expr::{
    Accumulator, AggregateUDF, AggregateUDFImpl, EmitTo, GroupsAccumulator, Signature, Volatility,
};
use hashbrown::HashTable;

/// The aggregate over one argument of type string.
pub(crate) fn distinct_texts() -> Arc<AggregateUDF> {
    let signature = Signature::exact(vec![DataType::Utf8View], Volatility::Immutable);
    Arc::new(AggregateUDF::from(Count { signature }))
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct Count {
    signature: Signature,
}

impl AggregateUDFImpl for Count {
    fn name(&self) -> &'static str {
        "kql_dcount"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(DataType::Int64)
    }

    fn accumulator(&self, _: AccumulatorArgs<'_>) -> Result<Box<dyn Accumulator>> {
        Ok(Box::new(Single { texts: Texts::default() }))
    }

    fn groups_accumulator_supported(&self, _: AccumulatorArgs<'_>) -> bool {
        true
    }

    fn create_groups_accumulator(
        &self,
        _: AccumulatorArgs<'_>,
    ) -> Result<Box<dyn GroupsAccumulator>> {
        Ok(Box::new(Texts::default()))
    }

    fn state_fields(&self, arguments: StateFieldsArgs<'_>) -> Result<Vec<FieldRef>> {
        let name = format_state_name(arguments.name, "texts");
        Ok(vec![Arc::new(Field::new(name, DataType::List(item()), true))])
    }

    fn order_sensitivity(&self) -> AggregateOrderSensitivity {
        AggregateOrderSensitivity::Insensitive
    }
}

fn item() -> FieldRef {
    Arc::new(Field::new_list_field(DataType::Utf8View, true))
}

/// A text of a group.
#[derive(Debug, Clone, Copy)]
struct Entry {
    hash: u64,
    /// The number that the group keeps.
    group: u64,
    start: usize,
    length: u32,
}

/// The different texts of all groups.
#[derive(Debug, Default)]
pub(super) struct Texts {
    state: RandomState,
    table: HashTable<Entry>,
    bytes: Vec<u8>,
    /// For each group that is left how many texts it has.
    counts: Vec<i64>,
    /// How many groups have been given out.
    gone: u64,
}

impl Texts {
    fn add(&mut self, group: usize, text: &str) -> Result<()> {
        let number = self.gone + group as u64;
        let hash = self.state.hash_one((number, text));
        let bytes = &self.bytes;
        let known = self.table.find(hash, |entry| {
            entry.group == number
                && bytes.get(entry.start..entry.start + entry.length as usize)
                    == Some(text.as_bytes())
        });
        if known.is_some() {
            return Ok(());
        }
        let length = u32::try_from(text.len())
            .map_err(|_| DataFusionError::Execution("a text of more than 4 GiB".to_owned()))?;
        let entry = Entry { hash, group: number, start: self.bytes.len(), length };
        self.bytes.extend_from_slice(text.as_bytes());
        self.table.insert_unique(hash, entry, |entry| entry.hash);
        self.counts[group] += 1;
        Ok(())
    }

    /// How many texts the groups to give out have.
    fn taken(&mut self, emit_to: EmitTo) -> Vec<i64> {
        let counts = emit_to.take_needed(&mut self.counts);
        self.gone += counts.len() as u64;
        let gone = self.gone;
        if self.counts.is_empty() {
            self.table.clear();
        } else {
            self.table.retain(|entry| entry.group >= gone);
        }
        if self.table.is_empty() {
            self.bytes.clear();
        }
        counts
    }

    /// The texts of the first `groups` groups, one list each.
    fn lists(&self, groups: usize) -> Result<ListArray> {
        let mut places = Vec::with_capacity(groups + 1);
        let mut end = 0_usize;
        for count in &self.counts[..groups] {
            places.push(end);
            end += usize::try_from(*count).unwrap_or(0);
        }
        let mut entries: Vec<Option<Entry>> = vec![None; end];
        for entry in &self.table {
            let group = usize::try_from(entry.group - self.gone).unwrap_or(usize::MAX);
            if let Some(place) = places.get_mut(group) {
                entries[*place] = Some(*entry);
                *place += 1;
            }
        }
        let mut texts = StringViewBuilder::with_capacity(end);
        for entry in entries.into_iter().flatten() {
            let bytes = &self.bytes[entry.start..entry.start + entry.length as usize];
            // The bytes came from a text.
            texts.try_append_value(std::str::from_utf8(bytes).unwrap_or_default())?;
        }
        let lengths =
            self.counts[..groups].iter().map(|count| usize::try_from(*count).unwrap_or(0));
        let offsets = OffsetBuffer::from_lengths(lengths);
        Ok(ListArray::try_new(item(), offsets, Arc::new(texts.finish()), None)?)
    }

    fn memory(&self) -> usize {
        size_of::<Self>()
            + self.table.capacity() * (size_of::<Entry>() + 1)
            + self.bytes.capacity()
            + self.counts.capacity() * size_of::<i64>()
    }
}

impl GroupsAccumulator for Texts {
    fn update_batch(
        &mut self,
        values: &[ArrayRef],
        group_indices: &[usize],
        filter: Option<&BooleanArray>,
        total_num_groups: usize,
    ) -> Result<()> {
        self.counts.resize(total_num_groups, 0);
        let texts = values[0].as_string_view();
        for (row, group) in group_indices.iter().copied().enumerate() {
            let wanted = filter.is_none_or(|filter| filter.is_valid(row) && filter.value(row));
            if wanted && texts.is_valid(row) {
                self.add(group, texts.value(row))?;
            }
        }
        Ok(())
    }

    fn evaluate(&mut self, emit_to: EmitTo) -> Result<ArrayRef> {
        Ok(Arc::new(Int64Array::from(self.taken(emit_to))))
    }

    fn state(&mut self, emit_to: EmitTo) -> Result<Vec<ArrayRef>> {
        let groups = match emit_to {
            EmitTo::All => self.counts.len(),
            EmitTo::First(count) => count,
        };
        let lists = self.lists(groups)?;
        self.taken(emit_to);
        Ok(vec![Arc::new(lists)])
    }

    fn merge_batch(
        &mut self,
        values: &[ArrayRef],
        group_indices: &[usize],
        total_num_groups: usize,
    ) -> Result<()> {
        self.counts.resize(total_num_groups, 0);
        let lists = values[0].as_list::<i32>();
        let texts = lists.values().as_string_view();
        let offsets = lists.value_offsets();
        for (row, group) in group_indices.iter().copied().enumerate() {
            if lists.is_null(row) {
                continue;
            }
            for position in offsets[row] as usize..offsets[row + 1] as usize {
                self.add(group, texts.value(position))?;
            }
        }
        Ok(())
    }

    fn convert_to_state(
        &self,
        values: &[ArrayRef],
        filter: Option<&BooleanArray>,
    ) -> Result<Vec<ArrayRef>> {
        let texts = values[0].as_string_view();
        let counts = |row: usize| {
            let wanted = filter.is_none_or(|filter| filter.is_valid(row) && filter.value(row));
            wanted && texts.is_valid(row)
        };
        let kept: StringViewArray =
            (0..texts.len()).filter(|row| counts(*row)).map(|row| Some(texts.value(row))).collect();
        let mut offsets = Vec::with_capacity(texts.len() + 1);
        let mut end = 0_i32;
        offsets.push(end);
        for row in 0..texts.len() {
            end += i32::from(counts(row));
            offsets.push(end);
        }
        let offsets = OffsetBuffer::new(ScalarBuffer::from(offsets));
        Ok(vec![Arc::new(ListArray::try_new(item(), offsets, Arc::new(kept), None)?)])
    }

    fn size(&self) -> usize {
        self.memory()
    }
}

/// The same of one group.
#[derive(Debug)]
struct Single {
    texts: Texts,
}

impl Accumulator for Single {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        let groups = vec![0; values[0].len()];
        self.texts.update_batch(values, &groups, None, 1)
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        Ok(ScalarValue::Int64(Some(self.texts.counts.first().copied().unwrap_or(0))))
    }

    fn size(&self) -> usize {
        self.texts.memory()
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        self.texts.counts.resize(1, 0);
        Ok(vec![ScalarValue::List(Arc::new(self.texts.lists(1)?))])
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        let groups = vec![0; states[0].len()];
        GroupsAccumulator::merge_batch(&mut self.texts, states, &groups, 1)
    }
}
