//! The leaves of nested columns.
//!
//! A list has one leaf or more under its own name, a struct one or more for each child under a dotted
//! path, a map `name.key` and `name.value`. Dictionaries and runs are leaves themselves.

use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, AsArray, FixedSizeListArray, LargeStringArray, RecordBatch, StringArray,
};
use arrow::datatypes::{DataType, Field, FieldRef};

/// What can be done with a leaf.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LeafType {
    /// Text: can be obfuscated.
    Text,
    /// Numbers, booleans, times: pass, unless a rule says what they are.
    Plain,
    /// Bytes: can be obfuscated.
    Binary,
    /// Anything else, such as a union: can only be kept or nulled by a rule.
    Opaque,
}

/// What can be done with a leaf of `data_type`.
pub(crate) fn leaf_type(data_type: &DataType) -> LeafType {
    match data_type {
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => LeafType::Text,
        DataType::Dictionary(_, values) => leaf_type(values),
        DataType::RunEndEncoded(_, values) => leaf_type(values.data_type()),
        DataType::Binary
        | DataType::LargeBinary
        | DataType::BinaryView
        | DataType::FixedSizeBinary(_) => LeafType::Binary,
        DataType::Null | DataType::Boolean => LeafType::Plain,
        other if other.is_numeric() || other.is_temporal() => LeafType::Plain,
        _ => LeafType::Opaque,
    }
}

/// The type of the values that a dictionary or runs hold; of another leaf, its own.
pub(crate) fn value_type(data_type: &DataType) -> &DataType {
    match data_type {
        DataType::Dictionary(_, values) => value_type(values),
        DataType::RunEndEncoded(_, values) => value_type(values.data_type()),
        other => other,
    }
}

/// The children of a nested type, each with its path; `None` for a leaf.
fn children(path: &str, data_type: &DataType) -> Option<Vec<(String, FieldRef)>> {
    match data_type {
        DataType::List(item) | DataType::LargeList(item) | DataType::FixedSizeList(item, _) => {
            Some(vec![(path.to_owned(), Arc::clone(item))])
        }
        DataType::Struct(fields) => Some(
            fields
                .iter()
                .map(|field| (format!("{path}.{}", field.name()), Arc::clone(field)))
                .collect(),
        ),
        DataType::Map(entries, _) => match entries.data_type() {
            DataType::Struct(fields) if fields.len() == 2 => Some(vec![
                (format!("{path}.key"), Arc::clone(&fields[0])),
                (format!("{path}.value"), Arc::clone(&fields[1])),
            ]),
            _ => None,
        },
        _ => None,
    }
}

/// Each leaf of a field with its path.
pub(crate) fn of_field(field: &FieldRef) -> Vec<(String, FieldRef)> {
    fn collect(path: String, field: &FieldRef, out: &mut Vec<(String, FieldRef)>) {
        match children(&path, field.data_type()) {
            Some(children) => {
                for (path, child) in children {
                    collect(path, &child, out);
                }
            }
            None => out.push((path, Arc::clone(field))),
        }
    }
    let mut out = Vec::new();
    collect(field.name().clone(), field, &mut out);
    out
}

/// Each leaf array of a column with its path, in the order of [`of_field`].
pub(crate) fn of_array(name: &str, array: &ArrayRef) -> Vec<(String, ArrayRef)> {
    fn collect(path: String, array: &ArrayRef, out: &mut Vec<(String, ArrayRef)>) {
        let Some(children) = children(&path, array.data_type()) else {
            out.push((path, Arc::clone(array)));
            return;
        };
        for ((path, _), array) in children.into_iter().zip(child_arrays(array)) {
            collect(path, &array, out);
        }
    }
    let mut out = Vec::new();
    collect(name.to_owned(), array, &mut out);
    out
}

/// Each leaf array of a batch with its path.
pub(crate) fn of_batch(batch: &RecordBatch) -> Vec<(String, ArrayRef)> {
    let schema = batch.schema();
    let columns = schema.fields().iter().zip(batch.columns());
    columns.flat_map(|(field, column)| of_array(field.name(), column)).collect()
}

/// The child arrays of a nested array, without what lies outside its rows.
fn child_arrays(array: &ArrayRef) -> Vec<ArrayRef> {
    match array.data_type() {
        DataType::List(_) => {
            let list = array.as_list::<i32>();
            vec![within(list.values(), list.value_offsets())]
        }
        DataType::LargeList(_) => {
            let list = array.as_list::<i64>();
            let offsets = list.value_offsets();
            let (start, end) = (first(offsets) as usize, last(offsets) as usize);
            vec![list.values().slice(start, end - start)]
        }
        DataType::FixedSizeList(_, _) => {
            let list: &FixedSizeListArray = array.as_fixed_size_list();
            vec![Arc::clone(list.values())]
        }
        DataType::Struct(_) => array.as_struct().columns().to_vec(),
        DataType::Map(_, _) => {
            let map = array.as_map();
            vec![within(map.keys(), map.value_offsets()), within(map.values(), map.value_offsets())]
        }
        _ => Vec::new(),
    }
}

fn within(values: &ArrayRef, offsets: &[i32]) -> ArrayRef {
    let (start, end) = (first(offsets) as usize, last(offsets) as usize);
    values.slice(start, end - start)
}

fn first<T: Copy + Default>(offsets: &[T]) -> T {
    offsets.first().copied().unwrap_or_default()
}

fn last<T: Copy + Default>(offsets: &[T]) -> T {
    offsets.last().copied().unwrap_or_default()
}

/// The values of a text leaf, whatever its encoding.
pub(crate) enum LeafTexts {
    Small(StringArray),
    Large(LargeStringArray),
}

impl LeafTexts {
    /// Each value in order.
    pub(crate) fn iter(&self) -> Box<dyn Iterator<Item = Option<&str>> + '_> {
        match self {
            Self::Small(texts) => Box::new(texts.iter()),
            Self::Large(texts) => Box::new(texts.iter()),
        }
    }
}

/// The values of a leaf array; `None` if it is not text.
pub(crate) fn texts(array: &ArrayRef) -> Option<LeafTexts> {
    if leaf_type(array.data_type()) != LeafType::Text {
        return None;
    }
    if let Some(texts) = array.as_string_opt::<i32>() {
        return Some(LeafTexts::Small(texts.clone()));
    }
    let large = arrow::compute::cast(array, &DataType::LargeUtf8).ok()?;
    Some(LeafTexts::Large(large.as_string_opt::<i64>()?.clone()))
}

/// The key of the field metadata that says what a column of text is to KQL, and the values that it may have.
const KQL_TYPE: &str = "kql.type";
const KQL_TYPES: [&str; 11] = [
    "bool", "datetime", "decimal", "dynamic", "guid", "int", "long", "null", "real", "string",
    "timespan",
];

/// A field of the same name and type without metadata, except what names an Arrow extension type or a type of KQL.
pub(crate) fn without_metadata(field: &Field) -> Field {
    let metadata = field
        .metadata()
        .iter()
        .filter(|(name, value)| {
            name.starts_with("ARROW:extension:")
                || *name == KQL_TYPE && KQL_TYPES.contains(&value.as_str())
        })
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect();
    field.clone().with_metadata(metadata)
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::*;

    #[test]
    fn metadata_of_a_field_is_dropped_but_for_the_types_of_kql() {
        let field = Field::new("details", DataType::Utf8, true).with_metadata(HashMap::from([
            (KQL_TYPE.to_owned(), "dynamic".to_owned()),
            ("note".to_owned(), "bob".to_owned()),
        ]));
        let bare = without_metadata(&field);
        assert_eq!(bare.metadata(), &HashMap::from([(KQL_TYPE.to_owned(), "dynamic".to_owned())]));
        let other = field.with_metadata([(KQL_TYPE.to_owned(), "bob".to_owned())].into());
        assert!(without_metadata(&other).metadata().is_empty());
    }
}
