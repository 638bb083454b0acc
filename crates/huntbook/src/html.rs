//! Results as HTML that is escaped by construction: every cell may have been written by an attacker.

use arrow::array::RecordBatch;
use arrow::datatypes::{DataType, SchemaRef};
use huntbook_diagnostics::visible;
use maud::{Markup, html};

use crate::rows::head;

/// The first `most` rows as a `<table>`, with a line that counts all of them.
#[must_use]
pub fn table(schema: &SchemaRef, batches: &[RecordBatch], most: usize) -> Markup {
    let total: usize = batches.iter().map(RecordBatch::num_rows).sum();
    let rows = head(batches, most);
    html! {
        div class="huntbook-table" {
            table {
                thead {
                    tr {
                        @for field in schema.fields() {
                            th style=(alignment(field.data_type())) { (visible(field.name())) }
                        }
                    }
                }
                tbody {
                    @for row in &rows {
                        tr {
                            @for (cell, field) in row.iter().zip(schema.fields()) {
                                td style=(alignment(field.data_type())) { (visible(cell)) }
                            }
                        }
                    }
                }
            }
            p class="huntbook-count" {
                (total) @if total == 1 { " row" } @else { " rows" }
                @if rows.len() < total { ", the first " (rows.len()) " shown" }
            }
        }
    }
}

/// Remarks on a result, as they stand: lines and carets keep their places. Nothing where there is none.
#[must_use]
pub fn notes(notes: &[String]) -> Markup {
    html! {
        @for note in notes {
            pre class="huntbook-note" { (note.lines().map(visible).collect::<Vec<_>>().join("\n")) }
        }
    }
}

/// Notebooks align every cell to the right unless told otherwise.
fn alignment(data_type: &DataType) -> &'static str {
    if data_type.is_numeric() { "text-align: right" } else { "text-align: left" }
}

#[cfg(test)]
mod tests {
    use super::*;
    use arrow::array::StringArray;
    use arrow::datatypes::{Field, Schema};
    use std::sync::Arc;

    #[test]
    fn names_and_cells_are_text_never_markup() {
        let hostile = "</td><script>alert(1)</script>";
        let schema = Arc::new(Schema::new(vec![Field::new(hostile, DataType::Utf8, true)]));
        let column = Arc::new(StringArray::from(vec![hostile]));
        let batch = RecordBatch::try_new(Arc::clone(&schema), vec![column]).unwrap();
        let page = table(&schema, &[batch], 10).into_string();
        assert!(!page.contains("<script>"));
        assert_eq!(page.matches("&lt;script&gt;").count(), 2);
    }
}
