//! Cells of a result as text, for the hunt, the report and the terminal.

use std::collections::BTreeSet;

use arrow::array::{Array, ArrayRef, RecordBatch};
use arrow::datatypes::{DataType, SchemaRef};
use arrow::util::display::{ArrayFormatter, FormatOptions};
use comfy_table::{ContentArrangement, Table, presets};
use huntbook_diagnostics::{near_hint, visible};

use crate::HuntbookError;

/// Times as KQL prints them, in UTC.
const FORMAT: FormatOptions<'_> = FormatOptions::new()
    .with_timestamp_tz_format(Some("%Y-%m-%dT%H:%M:%S%.fZ"))
    .with_timestamp_format(Some("%Y-%m-%dT%H:%M:%S%.fZ"));

/// The text of every cell of `column`, row by row; a null is the empty text.
///
/// # Errors
///
/// Where there is no such column.
pub fn texts(
    schema: &SchemaRef,
    batches: &[RecordBatch],
    column: &str,
) -> Result<Vec<String>, HuntbookError> {
    let index = schema.index_of(column).map_err(|_| {
        let names = schema.fields().iter().map(|field| field.name().as_str());
        HuntbookError::Config {
            message: format!("the result has no column `{column}`"),
            hints: near_hint("column", column, names).into_iter().collect(),
        }
    })?;
    Ok(batches.iter().flat_map(|batch| column_texts(batch.column(index))).collect())
}

/// The distinct texts of `column`, sorted, without the empty one. The elements of a `dynamic` array
/// (a `make_set`, say) count one by one.
///
/// # Errors
///
/// Where there is no such column.
pub fn distinct(
    schema: &SchemaRef,
    batches: &[RecordBatch],
    column: &str,
) -> Result<BTreeSet<String>, HuntbookError> {
    let mut values = BTreeSet::new();
    for text in texts(schema, batches, column)? {
        match serde_json::from_str::<Vec<serde_json::Value>>(&text) {
            Ok(items) => values.extend(items.into_iter().map(|item| match item {
                serde_json::Value::String(text) => text,
                other => other.to_string(),
            })),
            Err(_) => drop(values.insert(text)),
        }
    }
    values.remove("");
    Ok(values)
}

pub(crate) fn column_texts(column: &ArrayRef) -> Vec<String> {
    let Ok(formatter) = ArrayFormatter::try_new(column, &FORMAT) else {
        return vec![format!("<{}>", column.data_type()); column.len()];
    };
    (0..column.len())
        .map(
            |row| {
                if column.is_null(row) { String::new() } else { formatter.value(row).to_string() }
            },
        )
        .collect()
}

/// The first `most` rows as text, row by row.
#[must_use]
pub fn head(batches: &[RecordBatch], most: usize) -> Vec<Vec<String>> {
    let mut rows: Vec<Vec<String>> = Vec::new();
    for batch in batches {
        let wanted = batch.num_rows().min(most - rows.len());
        let part = batch.slice(0, wanted);
        let columns: Vec<Vec<String>> = part.columns().iter().map(column_texts).collect();
        rows.extend((0..wanted).map(|row| columns.iter().map(|one| one[row].clone()).collect()));
        if rows.len() == most {
            break;
        }
    }
    rows
}

/// How a result is drawn in a terminal.
#[derive(Debug, Clone, Copy)]
pub struct Drawing {
    /// At most this many rows; the rest is counted in a last line.
    pub rows: usize,
    /// Width in characters; `None` lets lines be as long as they are.
    pub width: Option<u16>,
}

/// The result as a table of text. Control characters of the data are shown as `·`.
#[must_use]
pub fn draw(schema: &SchemaRef, batches: &[RecordBatch], drawing: Drawing) -> String {
    let mut table = Table::new();
    table.load_preset(presets::UTF8_HORIZONTAL_ONLY);
    if let Some(width) = drawing.width {
        table.set_content_arrangement(ContentArrangement::Dynamic).set_width(width);
    }
    table.set_header(schema.fields().iter().map(|field| visible(field.name())));
    for row in head(batches, drawing.rows) {
        table.add_row(row.iter().map(|cell| visible(cell)));
    }
    for (index, field) in schema.fields().iter().enumerate() {
        if matches!(field.data_type(), DataType::Int32 | DataType::Int64 | DataType::Float64)
            && let Some(column) = table.column_mut(index)
        {
            column.set_cell_alignment(comfy_table::CellAlignment::Right);
        }
    }
    let total: usize = batches.iter().map(RecordBatch::num_rows).sum();
    let noun = if total == 1 { "row" } else { "rows" };
    let shown = total.min(drawing.rows);
    if shown < total {
        format!("{table}\n{total} {noun}, the first {shown} shown")
    } else {
        format!("{table}\n{total} {noun}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use arrow::array::StringArray;
    use arrow::datatypes::{Field, Schema};
    use std::sync::Arc;

    fn result() -> (SchemaRef, Vec<RecordBatch>) {
        let schema = Arc::new(Schema::new(vec![Field::new("Users", DataType::Utf8, true)]));
        let column = StringArray::from(vec![Some(r#"["ada","bob"]"#), None, Some("ada")]);
        let batch = RecordBatch::try_new(Arc::clone(&schema), vec![Arc::new(column)]).unwrap();
        (schema, vec![batch])
    }

    #[test]
    fn distinct_counts_the_elements_of_an_array() {
        let (schema, batches) = result();
        let users = distinct(&schema, &batches, "Users").unwrap();
        assert_eq!(users.into_iter().collect::<Vec<_>>(), ["ada", "bob"]);
    }

    #[test]
    fn a_missing_column_is_named_with_its_near_names() {
        let (schema, batches) = result();
        let error = texts(&schema, &batches, "User").unwrap_err().to_string();
        assert!(error.contains("`User`") && error.contains("`Users`"), "{error}");
    }

    #[test]
    fn a_drawing_counts_what_it_does_not_show() {
        let (schema, batches) = result();
        let drawn = draw(&schema, &batches, Drawing { rows: 1, width: None });
        assert!(drawn.ends_with("3 rows, the first 1 shown"), "{drawn}");
    }
}
