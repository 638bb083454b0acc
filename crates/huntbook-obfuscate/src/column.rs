//! Obfuscation of Arrow columns: same type, same length, same nulls.
//!
//! The values of a dictionary or of runs are transformed once each. What lies under a null is left out.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use arrow::array::{
    Array, ArrayRef, AsArray, DictionaryArray, FixedSizeListArray, GenericListArray,
    GenericStringArray, MapArray, OffsetSizeTrait, RecordBatch, RecordBatchOptions,
    StringViewArray, StructArray, make_array, new_null_array,
};
use arrow::buffer::{Buffer, NullBuffer, OffsetBuffer, ScalarBuffer};
use arrow::datatypes::{
    ArrowDictionaryKeyType, DataType, Field, FieldRef, Fields, Int8Type, Int16Type, Int32Type,
    Int64Type, Schema, UInt8Type, UInt16Type, UInt32Type, UInt64Type,
};
use arrow::error::ArrowError;

use crate::delimited::Delimited;
use crate::ff1::Direction;
use crate::learned::{self, Teaching};
use crate::leaves::{self, LeafType};
use crate::obfuscator::{Obfuscator, SCHEME};
use crate::plan::ColumnPlan;
use crate::transform::{CHUNK, Texts, Transform};
use crate::{Kind, Learned, ObfuscationError, Plan};

/// Schema metadata that names the scheme.
pub const SCHEME_METADATA: &str = "huntbook.obfuscation.scheme";
/// Schema metadata that names the realm.
pub const REALM_METADATA: &str = "huntbook.obfuscation.realm";
/// Schema metadata that holds the fingerprint of the key.
pub const KEY_METADATA: &str = "huntbook.obfuscation.key";

/// Obfuscates every column of `batch` as `plan` says; a pupil learns the labels of typed columns.
pub(crate) fn obfuscate_batch(
    obfuscator: &Obfuscator,
    plan: &Plan,
    batch: &RecordBatch,
    pupil: Option<&Pupil>,
) -> Result<RecordBatch, ObfuscationError> {
    let metadata = [
        (SCHEME_METADATA.to_owned(), SCHEME.to_owned()),
        (REALM_METADATA.to_owned(), obfuscator.realm().to_owned()),
        (KEY_METADATA.to_owned(), obfuscator.key_fingerprint().to_owned()),
    ];
    walk_batch(obfuscator, plan, batch, Direction::Forth, pupil, metadata.into())
}

/// Reveals every column of `batch`, obfuscated as `plan` says, that can be revealed.
pub(crate) fn reveal_batch(
    obfuscator: &Obfuscator,
    plan: &Plan,
    batch: &RecordBatch,
) -> Result<RecordBatch, ObfuscationError> {
    walk_batch(obfuscator, plan, batch, Direction::Back, None, HashMap::new())
}

fn walk_batch(
    obfuscator: &Obfuscator,
    plan: &Plan,
    batch: &RecordBatch,
    direction: Direction,
    pupil: Option<&Pupil>,
    metadata: HashMap<String, String>,
) -> Result<RecordBatch, ObfuscationError> {
    let mut plans = plan.columns().iter();
    let mut fields = Vec::with_capacity(batch.num_columns());
    let mut columns = Vec::with_capacity(batch.num_columns());
    for (field, column) in batch.schema().fields().iter().zip(batch.columns()) {
        let leaf_count = leaves::of_field(field).len();
        let plans: Vec<&ColumnPlan> = plans.by_ref().take(leaf_count).collect();
        check_plan(field, &plans)?;
        let plans = plans.into_iter();
        let mut walk = Walk { obfuscator, direction, pupil, plans };
        let (field, column) = walk.column(field, column)?;
        fields.push(field);
        columns.push(column);
    }
    if let Some(missing) = plans.next() {
        return Err(mismatch(&missing.column, "the batch lacks it"));
    }
    let schema = Schema::new_with_metadata(fields, metadata);
    let options = RecordBatchOptions::new().with_row_count(Some(batch.num_rows()));
    RecordBatch::try_new_with_options(Arc::new(schema), columns, &options)
        .map_err(|source| ObfuscationError::Arrow { column: "*".to_owned(), source })
}

fn check_plan(field: &FieldRef, plans: &[&ColumnPlan]) -> Result<(), ObfuscationError> {
    let leaves = leaves::of_field(field);
    if leaves.len() > plans.len() {
        return Err(mismatch(field.name(), "the plan does not have it"));
    }
    for ((path, leaf), plan) in leaves.iter().zip(plans) {
        if *path != plan.column {
            return Err(mismatch(path, &format!("`{}` was planned in its place", plan.column)));
        }
        if *leaf.data_type() != plan.data_type {
            return Err(mismatch(
                path,
                &format!("its type is {}, not {}", leaf.data_type(), plan.data_type),
            ));
        }
    }
    Ok(())
}

fn mismatch(column: &str, problem: &str) -> ObfuscationError {
    ObfuscationError::PlanMismatch { column: column.to_owned(), problem: problem.to_owned() }
}

/// Goes down one column, taking the plan of each leaf as it comes.
struct Walk<'a, P> {
    obfuscator: &'a Obfuscator,
    direction: Direction,
    pupil: Option<&'a Pupil>,
    plans: P,
}

/// What learns from the values that go by.
pub(crate) type Pupil = Mutex<Learned>;

impl<'a, P: Iterator<Item = &'a ColumnPlan>> Walk<'a, P> {
    fn column(
        &mut self,
        field: &FieldRef,
        array: &ArrayRef,
    ) -> Result<(FieldRef, ArrayRef), ObfuscationError> {
        let bare = leaves::without_metadata(field);
        let mut may_null = false;
        let array = match array.data_type() {
            DataType::List(_) => self.list(field, array.as_list::<i32>())?,
            DataType::LargeList(_) => self.list(field, array.as_list::<i64>())?,
            DataType::FixedSizeList(_, _) => {
                self.fixed_size_list(field, array.as_fixed_size_list())?
            }
            DataType::Struct(_) => Arc::new(self.structure(field, array.as_struct())?),
            DataType::Map(_, _) => {
                let (array, has_nullable_keys) = self.map(field, array.as_map())?;
                may_null = has_nullable_keys;
                array
            }
            _ => {
                let plan = self
                    .plans
                    .next()
                    .ok_or_else(|| mismatch(field.name(), "the plan does not have it"))?;
                let array = leaf(self.obfuscator, plan, array, self.direction, self.pupil)?;
                // A number that the kind has no image for becomes null.
                let may_null = plan.kind == Kind::Null
                    || plan.kind != Kind::Keep
                        && leaves::leaf_type(array.data_type()) == LeafType::Plain;
                let nullable = field.is_nullable() || may_null;
                return Ok((Arc::new(bare.with_nullable(nullable)), array));
            }
        };
        let bare = bare.with_data_type(array.data_type().clone());
        Ok((Arc::new(bare.with_nullable(field.is_nullable() || may_null)), array))
    }

    fn list<O: OffsetSizeTrait>(
        &mut self,
        field: &FieldRef,
        list: &GenericListArray<O>,
    ) -> Result<ArrayRef, ObfuscationError> {
        let (item, values) = self.column(item_field(list.data_type(), field), list.values())?;
        let list =
            GenericListArray::try_new(item, list.offsets().clone(), values, list.nulls().cloned());
        Ok(Arc::new(list.map_err(|source| failed(field, source))?))
    }

    fn fixed_size_list(
        &mut self,
        field: &FieldRef,
        list: &FixedSizeListArray,
    ) -> Result<ArrayRef, ObfuscationError> {
        let (item, values) = self.column(item_field(list.data_type(), field), list.values())?;
        let list =
            FixedSizeListArray::try_new(item, list.value_length(), values, list.nulls().cloned());
        Ok(Arc::new(list.map_err(|source| failed(field, source))?))
    }

    fn structure(
        &mut self,
        field: &FieldRef,
        array: &StructArray,
    ) -> Result<StructArray, ObfuscationError> {
        let mut fields = Vec::with_capacity(array.num_columns());
        let mut columns = Vec::with_capacity(array.num_columns());
        for (child, column) in array.fields().iter().zip(array.columns()) {
            let (child, column) = self.column(child, column)?;
            fields.push(child);
            columns.push(column);
        }
        StructArray::try_new_with_length(
            fields.into(),
            columns,
            array.nulls().cloned(),
            array.len(),
        )
        .map_err(|source| failed(field, source))
    }

    /// The maps, and whether their keys are of a kind that may become null. No key of a map may be: where
    /// one would be, all maps become null.
    fn map(
        &mut self,
        field: &FieldRef,
        map: &MapArray,
    ) -> Result<(ArrayRef, bool), ObfuscationError> {
        let entries = self.structure(field, map.entries())?;
        let DataType::Map(entry, ordered) = map.data_type() else {
            return Err(mismatch(field.name(), "it is no map"));
        };
        let (fields, columns, nulls) = entries.into_parts();
        let mut fields: Vec<FieldRef> = fields.iter().cloned().collect();
        let may_null = fields[0].is_nullable();
        fields[0] = Arc::new(fields[0].as_ref().clone().with_nullable(false));
        let fields = Fields::from(fields);
        let data_type = DataType::Struct(fields.clone());
        let entry = Arc::new(leaves::without_metadata(entry).with_data_type(data_type));
        if columns[0].logical_null_count() > 0 {
            return Ok((new_null_array(&DataType::Map(entry, *ordered), map.len()), true));
        }
        let entries =
            StructArray::try_new(fields, columns, nulls).map_err(|source| failed(field, source))?;
        let (offsets, nulls) = (map.offsets().clone(), map.nulls().cloned());
        let map = MapArray::try_new(entry, offsets, entries, nulls, *ordered);
        Ok((Arc::new(map.map_err(|source| failed(field, source))?), may_null))
    }
}

/// The leaf array of the same type that `plan` makes of `array`.
pub(crate) fn image(
    obfuscator: &Obfuscator,
    plan: &ColumnPlan,
    array: &ArrayRef,
) -> Result<ArrayRef, ObfuscationError> {
    leaf(obfuscator, plan, array, Direction::Forth, None)
}

fn leaf(
    obfuscator: &Obfuscator,
    plan: &ColumnPlan,
    array: &ArrayRef,
    direction: Direction,
    pupil: Option<&Pupil>,
) -> Result<ArrayRef, ObfuscationError> {
    let is_back = direction == Direction::Back;
    match plan.kind {
        Kind::Keep => return Ok(Arc::clone(array)),
        kind if is_back && !kind.is_reversible() => return Ok(Arc::clone(array)),
        Kind::Null => return Ok(new_null_array(array.data_type(), array.len())),
        _ => {}
    }
    let transform =
        obfuscator.transform_at(plan.kind, &plan.column).ok_or_else(|| unsupported(plan))?;
    let delimited = plan.delimiters.as_deref().map(|set| Delimited::new(&*transform, set));
    let transform: &dyn Transform = match &delimited {
        Some(delimited) => delimited,
        None => &*transform,
    };
    let teaching = pupil.filter(|_| plan.kind.teaches()).and_then(|pupil| {
        let mut learned = pupil.lock().unwrap_or_else(PoisonError::into_inner);
        if delimited.is_none() && plan.kind.has_labels() && learned.is_brief(obfuscator) {
            return Some(Teaching { kind: plan.kind, transform, pupil });
        }
        learned::learn_leaf(obfuscator, plan, array, &mut learned);
        None
    });
    let transform: &dyn Transform = match &teaching {
        Some(teaching) => teaching,
        None => transform,
    };
    let image = match leaves::leaf_type(array.data_type()) {
        LeafType::Text if is_back => text_array(&Revealing(transform), array),
        LeafType::Text => text_array(transform, array),
        LeafType::Plain if transform.takes(leaves::value_type(array.data_type())) => {
            map_values(array, &|values| {
                let image = if is_back {
                    transform.reveal_array(values)
                } else {
                    transform.write_array(values)
                };
                image.unwrap_or_else(|| Err(not_taken(values)))
            })
        }
        LeafType::Binary => map_values(array, &|values| {
            let binaries = obfuscator.binaries();
            if is_back { binaries.reveal_array(values) } else { binaries.write_array(values) }
        }),
        LeafType::Plain | LeafType::Opaque => return Err(unsupported(plan)),
    };
    image.map_err(|source| ObfuscationError::Arrow { column: plan.column.clone(), source })
}

/// Writes what a text was made from, or the text itself if it was not made by a reversible map.
struct Revealing<'t>(&'t dyn Transform);

impl Transform for Revealing<'_> {
    fn write(&self, texts: &[&str], out: &mut Texts) {
        for text in texts {
            match self.0.reveal(text) {
                Some(original) => out.push(original.as_bytes()),
                None => out.push(text.as_bytes()),
            }
            out.end_row();
        }
    }
}

fn not_taken(array: &ArrayRef) -> ArrowError {
    ArrowError::CastError(format!("{} has no image", array.data_type()))
}

fn item_field<'f>(data_type: &'f DataType, otherwise: &'f FieldRef) -> &'f FieldRef {
    match data_type {
        DataType::List(item) | DataType::LargeList(item) | DataType::FixedSizeList(item, _) => item,
        _ => otherwise,
    }
}

fn failed(field: &Field, source: ArrowError) -> ObfuscationError {
    ObfuscationError::Arrow { column: field.name().clone(), source }
}

fn unsupported(plan: &ColumnPlan) -> ObfuscationError {
    ObfuscationError::UnsupportedType {
        column: plan.column.clone(),
        data_type: plan.data_type.to_string(),
    }
}

/// The text array of the same type whose values are transformed.
pub(crate) fn text_array(
    transform: &dyn Transform,
    array: &ArrayRef,
) -> Result<ArrayRef, ArrowError> {
    match array.data_type() {
        DataType::Utf8 => string_array(transform, array.as_string::<i32>()),
        DataType::LargeUtf8 => string_array(transform, array.as_string::<i64>()),
        DataType::Utf8View => {
            let views = array.as_string_view();
            let out =
                transform_all(transform, views.len(), views.get_buffer_memory_size(), |row| {
                    if views.is_null(row) { "" } else { views.value(row) }
                });
            let large: GenericStringArray<i64> = finish(out, views.nulls().cloned())?;
            Ok(Arc::new(StringViewArray::from(&large)))
        }
        DataType::Dictionary(_, _) | DataType::RunEndEncoded(_, _) => {
            map_values(array, &|values| text_array(transform, values))
        }
        other => Err(ArrowError::CastError(format!("{other} is no text"))),
    }
}

/// A function from the values of an array to as many others of the same type.
type ValueMap<'m> = dyn Fn(&ArrayRef) -> Result<ArrayRef, ArrowError> + 'm;

/// The array whose values, once each if it is a dictionary or runs, went through `map`.
fn map_values(array: &ArrayRef, map: &ValueMap<'_>) -> Result<ArrayRef, ArrowError> {
    match array.data_type() {
        DataType::Dictionary(key, _) => match key.as_ref() {
            DataType::Int8 => dictionary::<Int8Type>(array, map),
            DataType::Int16 => dictionary::<Int16Type>(array, map),
            DataType::Int32 => dictionary::<Int32Type>(array, map),
            DataType::Int64 => dictionary::<Int64Type>(array, map),
            DataType::UInt8 => dictionary::<UInt8Type>(array, map),
            DataType::UInt16 => dictionary::<UInt16Type>(array, map),
            DataType::UInt32 => dictionary::<UInt32Type>(array, map),
            DataType::UInt64 => dictionary::<UInt64Type>(array, map),
            other => {
                Err(ArrowError::CastError(format!("a dictionary has no keys of type {other}")))
            }
        },
        DataType::RunEndEncoded(_, _) => {
            let data = array.to_data();
            let values = map_values(&make_array(data.child_data()[1].clone()), map)?;
            let children = vec![data.child_data()[0].clone(), values.to_data()];
            Ok(make_array(data.into_builder().child_data(children).build()?))
        }
        _ => map(array),
    }
}

fn dictionary<K: ArrowDictionaryKeyType>(
    array: &ArrayRef,
    map: &ValueMap<'_>,
) -> Result<ArrayRef, ArrowError> {
    let dictionary = array.as_dictionary::<K>();
    let values = map_values(dictionary.values(), map)?;
    Ok(Arc::new(DictionaryArray::<K>::try_new(dictionary.keys().clone(), values)?))
}

fn string_array<O: OffsetSizeTrait>(
    transform: &dyn Transform,
    texts: &GenericStringArray<O>,
) -> Result<ArrayRef, ArrowError> {
    let bytes = texts
        .value_offsets()
        .last()
        .map_or(0, |end| end.as_usize() - texts.value_offsets()[0].as_usize());
    let out = if texts.null_count() == 0 {
        transform_all(transform, texts.len(), bytes, |row| texts.value(row))
    } else {
        transform_all(transform, texts.len(), bytes, |row| {
            if texts.is_null(row) { "" } else { texts.value(row) }
        })
    };
    let array: GenericStringArray<O> = finish(out, texts.nulls().cloned())?;
    Ok(Arc::new(array))
}

/// Transforms `rows` texts in chunks; an empty text, also in place of a null, stays empty.
fn transform_all<'t>(
    transform: &dyn Transform,
    rows: usize,
    bytes: usize,
    text: impl Fn(usize) -> &'t str,
) -> Texts {
    let mut out = Texts::with_capacity(rows, bytes + bytes / 4);
    let mut chunk = [""; CHUNK];
    let mut start = 0;
    while start < rows {
        let taken = CHUNK.min(rows - start);
        for (place, slot) in chunk[..taken].iter_mut().enumerate() {
            *slot = text(start + place);
        }
        transform.write(&chunk[..taken], &mut out);
        start += taken;
    }
    out
}

fn finish<O: OffsetSizeTrait>(
    texts: Texts,
    nulls: Option<NullBuffer>,
) -> Result<GenericStringArray<O>, ArrowError> {
    let too_large = || ArrowError::OffsetOverflowError(texts.bytes.len());
    let mut offsets = Vec::with_capacity(texts.ends.len() + 1);
    offsets.push(O::default());
    for end in &texts.ends {
        offsets.push(O::from_usize(*end).ok_or_else(too_large)?);
    }
    let offsets = OffsetBuffer::new(ScalarBuffer::from(offsets));
    GenericStringArray::try_new(offsets, Buffer::from_vec(texts.bytes), nulls)
}

#[cfg(test)]
mod tests {
    use arrow::array::{
        BinaryArray, Int32Array, LargeStringArray, ListArray, RunArray, StringArray, StringBuilder,
    };
    use arrow::compute::cast;

    use super::*;
    use crate::{Key, Policy};

    fn obfuscator(policy: Policy) -> Obfuscator {
        Obfuscator::new(&Key::from_bytes([3; 32]), "tests", policy)
    }

    fn obfuscate(column: ArrayRef, kind: Kind) -> Result<RecordBatch, ObfuscationError> {
        let batch = RecordBatch::try_from_iter_with_nullable([("column", column, true)]).unwrap();
        let obfuscator = obfuscator(Policy::empty().with_rule("column", kind));
        let plan = obfuscator.plan(&batch.schema(), &batch);
        obfuscator.batch(&plan, &batch)
    }

    fn names() -> StringArray {
        StringArray::from(vec![
            Some("bob"),
            None,
            Some(""),
            Some("SYSTEM"),
            Some("bob"),
            Some("alice@contoso.com"),
        ])
    }

    #[test]
    fn every_text_type_keeps_its_type_and_nulls_and_gives_the_same_text() {
        let names: ArrayRef = Arc::new(names());
        let expected = obfuscate(Arc::clone(&names), Kind::Account).unwrap();
        let expected = expected.column(0).as_string::<i32>();
        assert_eq!(expected.value(0).len(), 17);
        assert_eq!(expected.value(0), expected.value(4));
        assert_eq!((expected.value(2), expected.value(3)), ("", "SYSTEM"));
        for data_type in [
            DataType::Utf8,
            DataType::LargeUtf8,
            DataType::Utf8View,
            DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Utf8)),
            DataType::Dictionary(Box::new(DataType::UInt8), Box::new(DataType::LargeUtf8)),
        ] {
            let column = cast(&names, &data_type).unwrap();
            let out = obfuscate(column, Kind::Account).unwrap();
            assert_eq!(out.column(0).data_type(), &data_type);
            assert_eq!(out.column(0).logical_null_count(), 1, "{data_type}");
            let text = cast(out.column(0), &DataType::Utf8).unwrap();
            assert_eq!(text.as_string::<i32>(), expected, "{data_type}");
        }
    }

    #[test]
    fn sliced_column_gives_the_slice() {
        let names: ArrayRef = Arc::new(names());
        let whole = obfuscate(Arc::clone(&names), Kind::Account).unwrap();
        let part = obfuscate(names.slice(3, 3), Kind::Account).unwrap();
        assert_eq!(part.column(0), &whole.column(0).slice(3, 3));
    }

    #[test]
    fn what_lies_under_a_null_is_left_out() {
        let nulls = NullBuffer::from(vec![true, false]);
        let hidden = StringArray::from(vec!["bob", "hidden"]);
        let column =
            StringArray::new(hidden.offsets().clone(), hidden.values().clone(), Some(nulls));
        let out = obfuscate(Arc::new(column), Kind::Keep).unwrap();
        assert_eq!(out.column(0).null_count(), 1);
        let out = obfuscate(Arc::clone(out.column(0)), Kind::String).unwrap();
        assert_eq!(out.column(0).as_string::<i32>().values().len(), 17);
    }

    #[test]
    fn runs_keep_their_ends() {
        let ends = Int32Array::from(vec![2, 5]);
        let runs =
            RunArray::try_new(&ends, &StringArray::from(vec!["10.0.0.1", "10.0.0.2"])).unwrap();
        let out = obfuscate(Arc::new(runs), Kind::Ip).unwrap();
        let runs = out.column(0).as_any().downcast_ref::<RunArray<Int32Type>>().unwrap();
        assert_eq!(runs.run_ends().values(), &[2, 5]);
        assert!(runs.values().as_string::<i32>().value(0).starts_with("10."));
    }

    #[test]
    fn lists_and_structs_are_gone_into() {
        let mut items = arrow::array::ListBuilder::new(StringBuilder::new());
        items.append_value([Some("10.0.0.1"), None]);
        items.append_null();
        items.append_value([Some("10.0.0.2")]);
        let list: ListArray = items.finish();
        let fields = Fields::from(vec![
            Field::new("addresses", list.data_type().clone(), true),
            Field::new("count", DataType::Int32, false),
        ]);
        let columns: Vec<ArrayRef> =
            vec![Arc::new(list), Arc::new(Int32Array::from(vec![2, 0, 1]))];
        let column = StructArray::new(fields, columns, None);
        let batch = RecordBatch::try_from_iter([("detail", Arc::new(column) as ArrayRef)]).unwrap();
        let obfuscator = obfuscator(Policy::empty());
        let plan = obfuscator.plan(&batch.schema(), &batch);
        let kinds: Vec<(&str, Kind)> =
            plan.columns().iter().map(|plan| (plan.column.as_str(), plan.kind)).collect();
        assert_eq!(kinds, [("detail.addresses", Kind::Ip), ("detail.count", Kind::Keep)]);
        let out = obfuscator.batch(&plan, &batch).unwrap();
        assert_eq!(out.column(0).data_type(), batch.column(0).data_type());
        let list = out.column(0).as_struct().column(0).as_list::<i32>();
        assert!(list.is_null(1) && list.value(0).is_null(1));
        assert_eq!(
            list.value(0).as_string::<i32>().value(0),
            obfuscator.value(Kind::Ip, "10.0.0.1")
        );
        let report = plan.report(&[batch]);
        assert_eq!((report[0].values, report[0].nulls), (2, 1));
    }

    #[test]
    fn null_rule_nulls_and_binary_becomes_a_token() {
        let out = obfuscate(Arc::new(names()), Kind::Null).unwrap();
        assert_eq!(out.column(0).null_count(), 6);
        let binary: ArrayRef = Arc::new(BinaryArray::from(vec![b"secret".as_slice()]));
        let out = obfuscate(Arc::clone(&binary), Kind::String).unwrap();
        assert_eq!(out.column(0).as_binary::<i32>().value(0).len(), 17);
        assert_eq!(obfuscate(Arc::clone(&binary), Kind::Null).unwrap().column(0).null_count(), 1);
        assert_eq!(obfuscate(Arc::clone(&binary), Kind::Keep).unwrap().column(0), &binary);
    }

    #[test]
    fn number_that_a_rule_names_is_nulled_and_others_pass() {
        let numbers: ArrayRef = Arc::new(Int32Array::from(vec![1, 2]));
        assert_eq!(
            obfuscate(Arc::clone(&numbers), Kind::Account).unwrap().column(0).null_count(),
            2
        );
        let batch = RecordBatch::try_from_iter([("Count", Arc::clone(&numbers))]).unwrap();
        let obfuscator = obfuscator(Policy::empty().with_rule("C*", Kind::Account));
        let plan = obfuscator.plan(&batch.schema(), &batch);
        assert_eq!(obfuscator.batch(&plan, &batch).unwrap().column(0), &numbers);
    }

    #[test]
    fn number_that_a_rule_calls_a_number_is_permuted_and_comes_back() {
        let numbers: ArrayRef = Arc::new(Int32Array::from(vec![Some(4711), None, Some(-12)]));
        for data_type in [
            DataType::Int32,
            DataType::Dictionary(Box::new(DataType::Int8), Box::new(DataType::Int64)),
        ] {
            let column = cast(&numbers, &data_type).unwrap();
            let batch = RecordBatch::try_from_iter([("AgentId", Arc::clone(&column))]).unwrap();
            let obfuscator = obfuscator(Policy::empty().with_rule("*id", Kind::Number));
            let plan = obfuscator.plan(&batch.schema(), &batch);
            let out = obfuscator.batch(&plan, &batch).unwrap();
            assert_ne!(out.column(0), &column);
            assert_eq!(out.column(0).data_type(), &data_type);
            assert_eq!(obfuscator.reveal_batch(&plan, &out).unwrap().column(0), &column);
        }
    }

    #[test]
    fn times_move_if_the_settings_say_so_and_come_back() {
        let times: ArrayRef =
            Arc::new(arrow::array::TimestampSecondArray::from(vec![Some(1_795_503_977), None]));
        let settings = crate::Settings { times: crate::Times::Shift, ..Default::default() };
        for (policy, is_moved) in [
            (Policy::empty(), false),
            (Policy::empty().with_settings(settings), true),
            (Policy::empty().with_rule("T*", Kind::Timestamp), true),
            (Policy::empty().with_rule("T*", Kind::Keep).with_settings(settings), false),
        ] {
            let batch = RecordBatch::try_from_iter([("Time", Arc::clone(&times))]).unwrap();
            let obfuscator = obfuscator(policy);
            let plan = obfuscator.plan(&batch.schema(), &batch);
            let out = obfuscator.batch(&plan, &batch).unwrap();
            assert_eq!(out.column(0) != &times, is_moved);
            assert_eq!(obfuscator.reveal_batch(&plan, &out).unwrap().column(0), &times);
        }
    }

    #[test]
    fn revealed_batch_has_the_originals_of_reversible_columns_and_no_metadata_of_ours() {
        let column = |texts: &[&str]| -> ArrayRef { Arc::new(StringArray::from(texts.to_vec())) };
        let batch = RecordBatch::try_from_iter([
            ("Ip", column(&["10.0.0.1", "-", "no address"])),
            ("Name", column(&["bob", "alice", ""])),
        ])
        .unwrap();
        let policy = Policy::empty().with_rule("Ip", Kind::Ip).with_rule("Name", Kind::Account);
        let obfuscator = obfuscator(policy);
        let plan = obfuscator.plan(&batch.schema(), &batch);
        let out = obfuscator.batch(&plan, &batch).unwrap();
        let back = obfuscator.reveal_batch(&plan, &out).unwrap();
        assert!(back.schema().metadata().is_empty());
        assert_eq!(back.column(1), out.column(1));
        let addresses = back.column(0).as_string::<i32>();
        assert_eq!((addresses.value(0), addresses.value(1)), ("10.0.0.1", "-"));
        assert_eq!(addresses.value(2), obfuscator.value(Kind::Ip, "no address"));
    }

    #[test]
    fn columns_without_a_rule_are_typed_by_content_for_the_whole_table() {
        let column = |texts: &[&str]| -> ArrayRef { Arc::new(StringArray::from(texts.to_vec())) };
        let sample = RecordBatch::try_from_iter([
            ("a", column(&["10.0.0.1", "-", ""])),
            ("b", column(&["bob@contoso.com", "alice@contoso.com", "x@y.org"])),
            ("c", column(&["www.contoso.com", "a.org", "b.net"])),
            ("d", column(&["10.0.0.1", "words", ""])),
            ("e", column(&["", "", ""])),
        ])
        .unwrap();
        let obfuscator = obfuscator(Policy::empty());
        let plan = obfuscator.plan(&sample.schema(), &sample);
        let kinds: Vec<Kind> = plan.columns().iter().map(|plan| plan.kind).collect();
        assert_eq!(kinds, [Kind::Ip, Kind::Account, Kind::Host, Kind::String, Kind::String]);
        let later =
            RecordBatch::try_new(sample.schema(), vec![column(&["no address"]); 5]).unwrap();
        let out = obfuscator.batch(&plan, &later).unwrap();
        assert_eq!(out.column(0).as_string::<i32>().value(0).len(), 17);
    }

    #[test]
    fn kinds_of_text_are_told_by_content_and_prose_is_free_text() {
        let cases: &[(&[&str], Kind)] = &[
            (&["https://contoso.com/a", "http://fabrikam.com"], Kind::Url),
            (&["C:\\Users\\bob\\a.exe", "\\\\server\\share", "/usr/bin/ls"], Kind::Path),
            (&["da39a3ee5e6b4b0d3255bfef95601890afd80709"], Kind::Hash),
            (&["00:1a:2b:3c:4d:5e"], Kind::Mac),
            (&["{\"a\":1}", "[1,2]"], Kind::Json),
            (&["2024-01-31T23:59:59Z"], Kind::Text),
            (&["4624", "17"], Kind::Text),
            (&["4624", "1234567890"], Kind::Number),
            (&["net user", "whoami"], Kind::Text),
            (&["bob", "alice"], Kind::String),
        ];
        let obfuscator = obfuscator(Policy::empty());
        for (texts, kind) in cases {
            let column: ArrayRef = Arc::new(StringArray::from(texts.to_vec()));
            let batch = RecordBatch::try_from_iter([("a", column)]).unwrap();
            let plan = obfuscator.plan(&batch.schema(), &batch);
            assert_eq!(plan.columns()[0].kind, *kind, "{texts:?}");
        }
    }

    #[test]
    fn labels_of_typed_columns_are_hidden_in_free_text() {
        let column = |texts: &[&str]| -> ArrayRef { Arc::new(StringArray::from(texts.to_vec())) };
        let batch = RecordBatch::try_from_iter([
            ("Account", column(&["CORP\\april", "al", "SYSTEM"])),
            ("CommandLine", column(&["net user april /add", "run as al", "run as SYSTEM"])),
        ])
        .unwrap();
        let obfuscator = obfuscator(Policy::builtin());
        let plan = obfuscator.plan(&batch.schema(), &batch);
        let mut learned = crate::Learned::new();
        obfuscator.learn(&plan, &batch, &mut learned);
        let obfuscator = obfuscator.with_learned(Arc::new(learned));
        let out = obfuscator.batch(&plan, &batch).unwrap();
        let texts = out.column(1).as_string::<i32>();
        let token = |name| obfuscator.value(Kind::Account, name);
        assert_eq!(texts.value(0), format!("net user {} /add", token("april")));
        assert_eq!(texts.value(1), format!("run as {}", token("al")));
        assert_eq!(texts.value(2), "run as SYSTEM");
    }

    #[test]
    fn batch_of_another_table_is_refused() {
        let batch =
            |name: &str, column: ArrayRef| RecordBatch::try_from_iter([(name, column)]).unwrap();
        let planned = batch("a", Arc::new(names()));
        let obfuscator = obfuscator(Policy::empty());
        let plan = obfuscator.plan(&planned.schema(), &planned);
        let large: LargeStringArray = names().iter().collect();
        for other in [batch("b", Arc::new(names())), batch("a", Arc::new(large))] {
            assert_eq!(obfuscator.batch(&plan, &other).unwrap_err().code(), "OBF0010");
        }
        let empty = planned.project(&[]).unwrap();
        assert_eq!(obfuscator.batch(&plan, &empty).unwrap_err().code(), "OBF0010");
    }

    #[test]
    fn metadata_names_scheme_realm_and_key_and_drops_the_rest() {
        let batch = RecordBatch::try_from_iter([("a", Arc::new(names()) as ArrayRef)]).unwrap();
        let schema = Schema::new_with_metadata(
            vec![
                Field::new("a", DataType::Utf8, true)
                    .with_metadata([("note".to_owned(), "bob".to_owned())].into()),
            ],
            [("pandas".to_owned(), "bob".to_owned())].into(),
        );
        let batch = RecordBatch::try_new(Arc::new(schema), batch.columns().to_vec()).unwrap();
        let obfuscator = obfuscator(Policy::empty());
        let out = obfuscator.batch(&obfuscator.plan(&batch.schema(), &batch), &batch).unwrap();
        let schema = out.schema();
        assert_eq!(schema.metadata()[SCHEME_METADATA], "huntbook-v1");
        assert_eq!(schema.metadata()[REALM_METADATA], "tests");
        assert_eq!(schema.metadata()[KEY_METADATA], obfuscator.key_fingerprint());
        assert_eq!(schema.metadata().len(), 3);
        assert!(schema.field(0).metadata().is_empty());
    }
}
