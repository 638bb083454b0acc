//! Reading batches: rows as JSON objects, whatever the table.

use std::collections::HashMap;
use std::sync::OnceLock;

use arrow::array::{Array, AsArray};
use arrow::datatypes::{DataType, Int32Type, Int64Type, TimestampNanosecondType};
use huntbook_scenario::{Options, Scenario, Table};

/// A row: column name to value; nulls and empty texts are left out.
pub(crate) type Row = HashMap<String, Value>;

/// A value of a row.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Value {
    Text(String),
    Number(i64),
    /// Nanoseconds since 1970.
    Time(i64),
    Bool(bool),
}

/// The rows of `table` in `scenario`.
pub(crate) fn rows(scenario: &Scenario, table: Table) -> Vec<Row> {
    let mut rows = Vec::new();
    for batch in scenario.batches(table) {
        let first = rows.len();
        rows.resize_with(first + batch.num_rows(), Row::new);
        for (field, column) in batch.schema().fields().iter().zip(batch.columns()) {
            for index in 0..batch.num_rows() {
                if column.is_null(index) {
                    continue;
                }
                let value = match field.data_type() {
                    DataType::Int32 => {
                        Value::Number(i64::from(column.as_primitive::<Int32Type>().value(index)))
                    }
                    DataType::Int64 => {
                        Value::Number(column.as_primitive::<Int64Type>().value(index))
                    }
                    DataType::Boolean => Value::Bool(column.as_boolean().value(index)),
                    DataType::Timestamp(..) => {
                        Value::Time(column.as_primitive::<TimestampNanosecondType>().value(index))
                    }
                    _ => match column.as_string::<i32>().value(index) {
                        "" => continue,
                        text => Value::Text(text.to_owned()),
                    },
                };
                rows[first + index].insert(field.name().clone(), value);
            }
        }
    }
    rows
}

/// The text of a column; empty if there is none.
pub(crate) fn text<'r>(row: &'r Row, column: &str) -> &'r str {
    match row.get(column) {
        Some(Value::Text(text)) => text,
        _ => "",
    }
}

/// The number in a column, or the time in nanoseconds.
pub(crate) fn number(row: &Row, column: &str) -> i64 {
    match row.get(column) {
        Some(Value::Number(number) | Value::Time(number)) => *number,
        other => panic!("`{column}` holds {other:?}"),
    }
}

/// A scenario of 40 000 rows.
pub(crate) fn scenario(seed: u64) -> Scenario {
    Scenario::new(Options { seed, rows: 40_000, ..Options::default() }).unwrap()
}

/// The rows of `table` in the scenario of seed 7, generated once for all tests.
pub(crate) fn seven(table: Table) -> &'static [Row] {
    static TABLES: OnceLock<HashMap<Table, Vec<Row>>> = OnceLock::new();
    let tables = TABLES.get_or_init(|| {
        let scenario = scenario(7);
        Table::ALL.iter().map(|&table| (table, rows(&scenario, table))).collect()
    });
    &tables[&table]
}
