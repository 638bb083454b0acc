//! The cells of an answer, as far as charts tell them apart.

use arrow::array::{Array, AsArray, RecordBatch};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Float64Type, SchemaRef, TimestampNanosecondType};
use chrono::DateTime;
use huntbook_diagnostics::visible;
use huntbook_kql::KqlType;

use super::{Shape, X, number_text};
use crate::rows::column_texts;

/// A column with its cells.
pub(super) struct Column {
    pub(super) name: String,
    pub(super) kind: Option<KqlType>,
    pub(super) cells: Vec<Cell>,
}

/// One cell.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Cell {
    Null,
    /// Nanoseconds since 1970.
    Time(i64),
    Number(f64),
    Text(String),
    /// The elements of a dynamic array.
    List(Vec<Cell>),
}

impl Cell {
    pub(super) fn label(&self) -> String {
        match self {
            Self::Null | Self::List(_) => String::new(),
            Self::Time(time) => X::Time(*time).label(),
            Self::Number(number) => number_text(*number),
            Self::Text(text) => visible(text),
        }
    }

    pub(super) const fn as_number(&self) -> Option<f64> {
        match self {
            Self::Number(number) if number.is_finite() => Some(*number),
            _ => None,
        }
    }

    /// The cell as a place on the x axis; a bar may stand at any text, a line at times and numbers only.
    pub(super) fn as_x(&self, shape: Shape) -> Option<X> {
        let takes_text = matches!(shape, Shape::Bar | Shape::Column | Shape::Pie);
        match self {
            Self::Time(time) => Some(X::Time(*time)),
            Self::Number(number) if number.is_finite() => Some(X::Number(*number)),
            Self::Text(text) if takes_text => Some(X::Text(visible(text))),
            Self::Null if takes_text => Some(X::Text("(empty)".to_owned())),
            _ => None,
        }
    }
}

impl Column {
    /// The first cell with a value, or the first element of the first list.
    fn sample(&self) -> Option<&Cell> {
        let cell = self.cells.iter().find(|cell| **cell != Cell::Null)?;
        match cell {
            Cell::List(items) => items.iter().find(|item| **item != Cell::Null),
            other => Some(other),
        }
    }

    pub(super) fn is_time(&self) -> bool {
        self.kind == Some(KqlType::Datetime) || matches!(self.sample(), Some(Cell::Time(_)))
    }

    pub(super) fn is_number(&self) -> bool {
        let declared = matches!(
            self.kind,
            Some(KqlType::Int | KqlType::Long | KqlType::Real | KqlType::Decimal)
        );
        declared || matches!(self.sample(), Some(Cell::Number(_)))
    }

    pub(super) const fn is_text(&self) -> bool {
        matches!(self.kind, Some(KqlType::String | KqlType::Guid | KqlType::Bool))
    }
}

/// The columns of the first `most` rows.
pub(super) fn read(schema: &SchemaRef, batches: &[RecordBatch], most: usize) -> Vec<Column> {
    let column = |(index, field): (usize, &std::sync::Arc<arrow::datatypes::Field>)| {
        let kind = KqlType::from_arrow(field);
        let mut cells = Vec::new();
        for batch in batches {
            let wanted = batch.num_rows().min(most - cells.len());
            cells.extend(read_column(&batch.column(index).slice(0, wanted), kind));
        }
        Column { name: field.name().clone(), kind, cells }
    };
    schema.fields().iter().enumerate().map(column).collect()
}

fn read_column(column: &arrow::array::ArrayRef, kind: Option<KqlType>) -> Vec<Cell> {
    let converted = match kind {
        Some(KqlType::Datetime) => {
            let wanted = KqlType::Datetime.data_type();
            cast(column, &wanted).ok().map(|times| {
                let times = times.as_primitive::<TimestampNanosecondType>();
                times.iter().map(|time| time.map_or(Cell::Null, Cell::Time)).collect()
            })
        }
        Some(KqlType::Int | KqlType::Long | KqlType::Real | KqlType::Decimal) => {
            cast(column, &DataType::Float64).ok().map(|numbers| {
                let numbers = numbers.as_primitive::<Float64Type>();
                numbers.iter().map(|number| number.map_or(Cell::Null, Cell::Number)).collect()
            })
        }
        _ => None,
    };
    converted.unwrap_or_else(|| {
        let is_dynamic = kind == Some(KqlType::Dynamic);
        let cell = |(row, text): (usize, String)| match () {
            () if column.is_null(row) => Cell::Null,
            () if is_dynamic => dynamic(text),
            () => Cell::Text(text),
        };
        column_texts(column).into_iter().enumerate().map(cell).collect()
    })
}

/// A dynamic value: a number, a list, or text.
fn dynamic(text: String) -> Cell {
    match serde_json::from_str::<serde_json::Value>(&text) {
        Ok(serde_json::Value::Array(items)) => Cell::List(items.into_iter().map(element).collect()),
        Ok(value @ (serde_json::Value::Number(_) | serde_json::Value::String(_))) => element(value),
        _ => Cell::Text(text),
    }
}

fn element(value: serde_json::Value) -> Cell {
    match value {
        serde_json::Value::Null => Cell::Null,
        serde_json::Value::Number(number) => number.as_f64().map_or(Cell::Null, Cell::Number),
        serde_json::Value::String(text) => DateTime::parse_from_rfc3339(&text)
            .ok()
            .and_then(|time| time.timestamp_nanos_opt())
            .map_or(Cell::Text(text), Cell::Time),
        other => Cell::Text(other.to_string()),
    }
}
