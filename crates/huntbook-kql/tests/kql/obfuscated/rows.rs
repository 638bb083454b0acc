//! Results as text cells, obfuscated and compared.

use std::collections::BTreeMap;
use std::fmt::Write;

use arrow::array::{Array, ArrayRef, AsArray, RecordBatch};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Schema};
use arrow::util::display::{ArrayFormatter, FormatOptions};
use huntbook_obfuscate::{Kind, Obfuscator};
use serde_json::Value;

/// How the description of a difference between rows begins.
pub(super) const DIFFERENT: &str = "rows differ";

/// How many rows of a difference are shown.
const SHOWN: usize = 5;

type Cell = Option<String>;

/// A result.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Rows {
    /// Names, and whether the cells are text.
    pub(super) columns: Vec<(String, bool)>,
    pub(super) rows: Vec<Vec<Cell>>,
}

/// What a column of a result holds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Shape {
    /// No text.
    Keep,
    /// Values of this kind.
    Value(Kind),
    /// JSON arrays of values of this kind, in no order.
    Set(Kind),
}

impl Rows {
    pub(super) fn of(schema: &Schema, batches: &[RecordBatch]) -> Self {
        let columns = schema.fields().iter().map(|field| {
            let data_type = match field.data_type() {
                DataType::Dictionary(_, values) => values,
                other => other,
            };
            let is_text = data_type.is_string() || matches!(data_type, DataType::List(_));
            (field.name().clone(), is_text)
        });
        let columns = columns.collect();
        let mut rows = Vec::new();
        for batch in batches {
            let cells: Vec<Vec<Cell>> = batch.columns().iter().map(cells).collect();
            rows.extend(
                (0..batch.num_rows()).map(|row| {
                    cells.iter().map(|column| column[row].clone()).collect::<Vec<Cell>>()
                }),
            );
        }
        Self { columns, rows }
    }

    /// What `obfuscator` makes of the cells.
    pub(super) fn obfuscated(&self, obfuscator: &Obfuscator, shapes: &[Shape]) -> Self {
        let mut rows = self.clone();
        for row in &mut rows.rows {
            for ((cell, shape), (column, _)) in row.iter_mut().zip(shapes).zip(&self.columns) {
                let Some(text) = cell.take() else { continue };
                *cell = match shape {
                    Shape::Keep => Some(text),
                    Shape::Value(Kind::Null) => None,
                    Shape::Value(Kind::Json) => Some(
                        obfuscator
                            .document(column, &text)
                            .unwrap_or_else(|| obfuscator.value(Kind::Json, &text)),
                    ),
                    Shape::Value(kind) => Some(obfuscator.value(*kind, &text)),
                    Shape::Set(kind) => {
                        Some(set(&text, |element| obfuscator.value(*kind, element)))
                    }
                };
            }
        }
        rows
    }

    /// The same rows with the elements of sets in one order.
    pub(super) fn with_sets(mut self, shapes: &[Shape]) -> Self {
        for row in &mut self.rows {
            for (cell, _) in
                row.iter_mut().zip(shapes).filter(|(_, shape)| matches!(shape, Shape::Set(_)))
            {
                *cell = cell.take().map(|text| set(&text, str::to_owned));
            }
        }
        self
    }

    /// The first rows that differ; `None` if none does.
    pub(super) fn difference(&self, found: &Self, ordered: bool) -> Option<String> {
        let names = |rows: &Self| -> Vec<String> {
            rows.columns.iter().map(|(name, _)| name.clone()).collect()
        };
        if names(self) != names(found) {
            return Some(format!("columns differ: {:?}, {:?}", names(self), names(found)));
        }
        let mut text = format!(
            "{DIFFERENT}: {} expected, {} found\n  {}",
            self.rows.len(),
            found.rows.len(),
            names(self).join(" | ")
        );
        if ordered {
            let pairs = self.rows.iter().zip(&found.rows).enumerate();
            let mut differing = pairs.filter(|(_, (left, right))| left != right).peekable();
            if differing.peek().is_none() && self.rows.len() == found.rows.len() {
                return None;
            }
            for (row, (left, right)) in differing.take(SHOWN) {
                let _ = write!(text, "\n- {row}: {}\n+ {row}: {}", line(left), line(right));
            }
            return Some(text);
        }
        let mut counts: BTreeMap<&Vec<Cell>, i64> = BTreeMap::new();
        for row in &self.rows {
            *counts.entry(row).or_default() += 1;
        }
        for row in &found.rows {
            *counts.entry(row).or_default() -= 1;
        }
        counts.retain(|_, count| *count != 0);
        if counts.is_empty() {
            return None;
        }
        for (sign, is_missing) in [('-', true), ('+', false)] {
            let rows = counts.iter().filter(|(_, count)| (**count > 0) == is_missing);
            for (row, count) in rows.take(SHOWN) {
                let _ = write!(text, "\n{sign} {}x {}", count.abs(), line(row));
            }
        }
        Some(text)
    }
}

fn line(row: &[Cell]) -> String {
    let cells: Vec<&str> = row.iter().map(|cell| cell.as_deref().unwrap_or("null")).collect();
    cells.join(" | ")
}

/// A JSON array with each element mapped, in one order; other text as one element.
fn set(text: &str, map: impl Fn(&str) -> String) -> String {
    let Ok(Value::Array(elements)) = serde_json::from_str(text) else { return map(text) };
    let mut elements: Vec<String> =
        elements.iter().map(|element| element.as_str().map_or(element.to_string(), &map)).collect();
    elements.sort();
    Value::from(elements).to_string()
}

fn cells(column: &ArrayRef) -> Vec<Cell> {
    if let DataType::List(_) = column.data_type() {
        let lists = column.as_list::<i32>();
        let texts = |row| Value::from(cells(&lists.value(row))).to_string();
        return (0..lists.len()).map(|row| lists.is_valid(row).then(|| texts(row))).collect();
    }
    let column = match column.data_type() {
        DataType::Dictionary(_, values) => &cast(column, values).expect("a dictionary's values"),
        _ => column,
    };
    let options = FormatOptions::default();
    let format = ArrayFormatter::try_new(column, &options).expect("results are printable");
    (0..column.len())
        .map(|row| column.is_valid(row).then(|| format.value(row).to_string()))
        .collect()
}
