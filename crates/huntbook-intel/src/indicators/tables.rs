//! Indicators in the text columns of tables.

use arrow::array::{Array, ArrayRef, AsArray, RecordBatch};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Schema};
use foldhash::fast::RandomState;
use hashbrown::HashMap;
use huntbook_diagnostics::near_hint;

use super::{Indicator, extract};
use crate::IntelError;

/// An indicator, where it stands first, and how often it stands in the table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Located {
    /// What was found.
    pub indicator: Indicator,
    /// The column of the first place.
    pub column: String,
    /// The row of the first place, counted from 0 over all batches.
    pub row: u64,
    /// The number of cells that hold it.
    pub count: u64,
    /// The other columns that hold it, in the order of the table.
    pub other_columns: Vec<String>,
    /// Whether it is written defanged in any cell.
    pub defanged: bool,
    /// Whether it stands in base64 in any cell.
    pub encoded: bool,
}

/// The distinct indicators of a table, most frequent first; equal counts in the order of their first
/// place.
///
/// Looks into `columns`, or, given `None`, into every column of text (plain, large, view or
/// dictionary). Each distinct text of a column in a batch is read once.
///
/// # Errors
///
/// [`IntelError::UnknownColumn`] where no batch has a column of that name (with near names),
/// [`IntelError::NotText`] where a named column holds no text.
pub fn extract_batches(
    batches: &[RecordBatch],
    columns: Option<&[&str]>,
) -> Result<Vec<Located>, IntelError> {
    check_columns(batches, columns)?;
    let mut places: HashMap<Indicator, Place, RandomState> = HashMap::default();
    let mut names: Vec<String> = Vec::new();
    let mut first_row = 0;
    for batch in batches {
        let schema = batch.schema();
        for (field, array) in schema.fields().iter().zip(batch.columns()) {
            let wanted = columns.is_none_or(|columns| columns.contains(&field.name().as_str()));
            if !wanted || !is_text(field.data_type()) {
                continue;
            }
            let column = names.iter().position(|name| name == field.name()).unwrap_or_else(|| {
                names.push(field.name().clone());
                names.len() - 1
            });
            collect(array, column, first_row, &mut places);
        }
        first_row += batch.num_rows() as u64;
    }
    let mut found: Vec<(Indicator, Place)> = places.into_iter().collect();
    found.sort_by(|(one, place), (other, other_place)| {
        let key = |place: &Place| (std::cmp::Reverse(place.count), place.first);
        key(place).cmp(&key(other_place)).then_with(|| one.cmp(other))
    });
    Ok(found.into_iter().map(|(indicator, place)| place.located(indicator, &names)).collect())
}

fn check_columns(batches: &[RecordBatch], columns: Option<&[&str]>) -> Result<(), IntelError> {
    let schemas: Vec<_> = batches.iter().map(RecordBatch::schema).collect();
    for &name in columns.unwrap_or_default() {
        let field = schemas
            .iter()
            .find_map(|schema: &std::sync::Arc<Schema>| schema.field_with_name(name).ok());
        match field {
            Some(field) if is_text(field.data_type()) => {}
            Some(field) => {
                return Err(IntelError::NotText {
                    name: name.to_owned(),
                    data_type: field.data_type().clone(),
                });
            }
            None if batches.is_empty() => {}
            None => {
                let known = schemas
                    .iter()
                    .flat_map(|schema| schema.fields())
                    .map(|field| field.name().as_str());
                return Err(IntelError::UnknownColumn {
                    name: name.to_owned(),
                    hint: near_hint("column", name, known),
                });
            }
        }
    }
    Ok(())
}

/// Whether a column of this type holds text.
pub(crate) fn is_text(data_type: &DataType) -> bool {
    match data_type {
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => true,
        DataType::Dictionary(_, values) => is_text(values),
        _ => false,
    }
}

/// The texts of a column with the row of each, nulls left out.
pub(crate) fn texts(array: &ArrayRef) -> Box<dyn Iterator<Item = (u64, &str)> + '_> {
    fn numbered<'a>(
        values: impl Iterator<Item = Option<&'a str>> + 'a,
    ) -> Box<dyn Iterator<Item = (u64, &'a str)> + 'a> {
        Box::new((0..).zip(values).filter_map(|(row, text)| Some((row, text?))))
    }
    match array.data_type() {
        DataType::Utf8 => numbered(array.as_string::<i32>().iter()),
        DataType::LargeUtf8 => numbered(array.as_string::<i64>().iter()),
        DataType::Utf8View => numbered(array.as_string_view().iter()),
        _ => Box::new(std::iter::empty()),
    }
}

/// `array` as plain text: a dictionary is unpacked.
pub(crate) fn unpacked(array: &ArrayRef) -> Option<ArrayRef> {
    match array.data_type() {
        DataType::Dictionary(_, values) if is_text(values) => cast(array, values).ok(),
        data_type if is_text(data_type) => Some(array.clone()),
        _ => None,
    }
}

/// The places of one indicator.
struct Place {
    /// Row, then column, of the first place.
    first: (u64, usize),
    columns: Vec<usize>,
    count: u64,
    defanged: bool,
    encoded: bool,
}

impl Place {
    fn located(mut self, indicator: Indicator, names: &[String]) -> Located {
        let (row, column) = self.first;
        self.columns.sort_unstable();
        let others = self.columns.into_iter().filter(|other| *other != column);
        Located {
            indicator,
            column: names[column].clone(),
            row,
            count: self.count,
            other_columns: others.map(|other| names[other].clone()).collect(),
            defanged: self.defanged,
            encoded: self.encoded,
        }
    }
}

fn collect(
    array: &ArrayRef,
    column: usize,
    first_row: u64,
    places: &mut HashMap<Indicator, Place, RandomState>,
) {
    let Some(array) = unpacked(array) else { return };
    let mut distinct: HashMap<&str, (u64, u64), RandomState> = HashMap::default();
    for (row, text) in texts(&array) {
        distinct.entry(text).or_insert((row, 0)).1 += 1;
    }
    for (text, (row, count)) in distinct {
        let mut found = extract(text);
        found.sort_by(|one, other| one.indicator.cmp(&other.indicator));
        for same in found.chunk_by(|one, other| one.indicator == other.indicator) {
            let first = (first_row + row, column);
            let place = places.entry_ref(&same[0].indicator).or_insert_with(|| Place {
                first,
                columns: vec![column],
                count: 0,
                defanged: false,
                encoded: false,
            });
            place.first = place.first.min(first);
            place.count += count;
            place.defanged |= same.iter().any(|found| found.defanged);
            place.encoded |= same.iter().any(|found| found.encoded);
            if !place.columns.contains(&column) {
                place.columns.push(column);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow::array::{DictionaryArray, Int64Array, StringArray, StringViewArray};
    use arrow::datatypes::Int32Type;

    use super::*;

    fn table() -> Vec<RecordBatch> {
        let lines: ArrayRef = Arc::new(StringArray::from(vec![
            Some("to evil.example.net and evil.example.net"),
            None,
            Some("to 203.0.113.9"),
        ]));
        let hosts: ArrayRef = Arc::new(
            ["203.0.113.9", "203.0.113.9", "10.0.0.1"]
                .into_iter()
                .collect::<DictionaryArray<Int32Type>>(),
        );
        let numbers: ArrayRef = Arc::new(Int64Array::from(vec![1, 2, 3]));
        let first = RecordBatch::try_from_iter_with_nullable([
            ("Line", lines, true),
            ("RemoteIP", hosts, true),
            ("Count", numbers, true),
        ])
        .unwrap();
        let view: ArrayRef = Arc::new(StringViewArray::from(vec!["evil[.]example[.]net"]));
        let second = RecordBatch::try_from_iter([("Line", view)]).unwrap();
        vec![first, second]
    }

    #[test]
    fn indicators_are_distinct_most_frequent_first_with_their_first_place() {
        let found = extract_batches(&table(), None).unwrap();
        let short: Vec<_> = found
            .iter()
            .map(|l| (l.indicator.value.as_str(), l.column.as_str(), l.row, l.count))
            .collect();
        assert_eq!(
            short,
            [
                ("203.0.113.9", "RemoteIP", 0, 3),
                ("evil.example.net", "Line", 0, 2),
                ("10.0.0.1", "RemoteIP", 2, 1)
            ]
        );
        assert_eq!(found[0].other_columns, ["Line"]);
        assert!(found[1].defanged);
    }

    #[test]
    fn only_the_named_columns_are_read() {
        let found = extract_batches(&table(), Some(&["Line"])).unwrap();
        assert_eq!(found.iter().map(|located| located.count).collect::<Vec<_>>(), [2, 1]);
    }

    #[test]
    fn an_unknown_column_lists_near_names_and_a_number_column_its_type() {
        let error = extract_batches(&table(), Some(&["RemoteIp"])).unwrap_err();
        assert_eq!(error.to_string(), "column `RemoteIp` not found");
        assert_eq!(error.hint().unwrap(), "similar column: `RemoteIP`");
        let error = extract_batches(&table(), Some(&["Count"])).unwrap_err();
        assert_eq!(error.to_string(), "column `Count` is Int64, which holds no text");
    }
}
