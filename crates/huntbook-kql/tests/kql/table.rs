//! Answers and expected tables as text cells, and how they are compared.

use arrow::array::{Array, AsArray, RecordBatch};
use arrow::datatypes::{
    Decimal256Type, DurationNanosecondType, Float64Type, Int32Type, Int64Type,
    TimestampNanosecondType,
};
use huntbook_kql::{Answer, Engine, KqlError, KqlType};
use serde_json::Value;

/// One cell: `None` is null.
pub(crate) type Cell = Option<String>;

/// A table of text.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Table {
    pub(crate) columns: Vec<(String, KqlType)>,
    pub(crate) rows: Vec<Vec<Cell>>,
}

impl Table {
    /// The answer's cells in the notation of conformance files.
    pub(crate) fn of(answer: &Answer) -> Self {
        let kinds: Vec<(String, KqlType)> = answer
            .schema
            .fields()
            .iter()
            .map(|field| {
                (field.name().clone(), KqlType::from_arrow(field).expect("answers have KQL types"))
            })
            .collect();
        let rows = answer.batches.iter().flat_map(|batch| {
            (0..batch.num_rows()).map(|row| {
                kinds
                    .iter()
                    .enumerate()
                    .map(|(column, (_, kind))| cell(batch, column, *kind, row))
                    .collect()
            })
        });
        Self { rows: rows.collect(), columns: kinds.clone() }
    }

    /// The table with its rows in one order, for queries that promise none.
    pub(crate) fn sorted(mut self) -> Self {
        self.rows.sort();
        self
    }

    /// The table as a conformance file writes it.
    pub(crate) fn render(&self) -> String {
        let header: Vec<String> =
            self.columns.iter().map(|(name, kind)| format!("{name}:{kind}")).collect();
        let mut lines = vec![header.join(" | ")];
        for row in &self.rows {
            let cells: Vec<String> = row
                .iter()
                .map(|cell| cell.as_ref().map_or_else(|| "null".to_owned(), |text| escape(text)))
                .collect();
            lines.push(cells.join(" | "));
        }
        lines.join("\n")
    }
}

/// A cell's text as a conformance file writes it: quoted where it would be misread.
fn escape(text: &str) -> String {
    let plain = !text.is_empty()
        && text != "null"
        && !text.contains(['|', '\n', '"'])
        && text.trim() == text;
    if plain || (text.starts_with(['[', '{']) && !text.contains(['|', '\n'])) {
        text.to_owned()
    } else {
        Value::from(text).to_string()
    }
}

fn cell(batch: &RecordBatch, column: usize, kind: KqlType, row: usize) -> Cell {
    let array = batch.column(column);
    if array.is_null(row) {
        return None;
    }
    Some(match kind {
        KqlType::Bool => array.as_boolean().value(row).to_string(),
        KqlType::Int => array.as_primitive::<Int32Type>().value(row).to_string(),
        KqlType::Long => array.as_primitive::<Int64Type>().value(row).to_string(),
        KqlType::Real => format!("{:?}", array.as_primitive::<Float64Type>().value(row)),
        KqlType::Datetime => datetime(array.as_primitive::<TimestampNanosecondType>().value(row)),
        KqlType::Timespan => timespan(array.as_primitive::<DurationNanosecondType>().value(row)),
        KqlType::Decimal => array.as_primitive::<Decimal256Type>().value_as_string(row),
        _ => array.as_string::<i32>().value(row).to_owned(),
    })
}

fn datetime(nanoseconds: i64) -> String {
    let ticks = nanoseconds.rem_euclid(1_000_000_000) / 100;
    let time = chrono::DateTime::from_timestamp_nanos(nanoseconds);
    format!("{}.{ticks:07}Z", time.format("%Y-%m-%dT%H:%M:%S"))
}

fn timespan(nanoseconds: i64) -> String {
    let ticks = nanoseconds.unsigned_abs() / 100;
    let (seconds, fraction) = (ticks / 10_000_000, ticks % 10_000_000);
    let sign = if nanoseconds < 0 { "-" } else { "" };
    let days = if seconds >= 86_400 { format!("{}.", seconds / 86_400) } else { String::new() };
    let fraction = if fraction > 0 { format!(".{fraction:07}") } else { String::new() };
    let clock = seconds % 86_400;
    format!("{sign}{days}{:02}:{:02}:{:02}{fraction}", clock / 3600, clock / 60 % 60, clock % 60)
}

/// Runs a query to its end.
pub(crate) fn run(engine: &Engine, query: &str) -> Result<Answer, KqlError> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .build()
        .expect("the test machine has threads");
    runtime.block_on(engine.query(query))
}
