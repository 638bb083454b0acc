//! NDJSON: one JSON object a row, in the spelling of Log Analytics exports.
//!
//! A datetime is RFC 3339 with seven digits of a second and `Z`; a `dynamic` column stands as
//! nested JSON; nulls are left out.

use std::io::{self, Write};

use arrow::array::{Array, AsArray, RecordBatch};
use arrow::datatypes::{DataType, Field, Int32Type, Int64Type, TimestampNanosecondType};
use chrono::DateTime;

use crate::KQL_TYPE;

/// Writes every row of `batch` as one line.
///
/// # Errors
///
/// Whatever `out` says.
pub(crate) fn write_batch(out: &mut impl Write, batch: &RecordBatch) -> io::Result<()> {
    let schema = batch.schema();
    for row in 0..batch.num_rows() {
        out.write_all(b"{")?;
        let mut first = true;
        for (field, column) in schema.fields().iter().zip(batch.columns()) {
            if column.is_null(row) {
                continue;
            }
            if !first {
                out.write_all(b",")?;
            }
            first = false;
            write!(out, "\"{}\":", field.name())?;
            write_value(out, field, column.as_ref(), row)?;
        }
        out.write_all(b"}\n")?;
    }
    Ok(())
}

fn write_value(
    out: &mut impl Write,
    field: &Field,
    column: &dyn Array,
    row: usize,
) -> io::Result<()> {
    match field.data_type() {
        DataType::Int32 => write!(out, "{}", column.as_primitive::<Int32Type>().value(row)),
        DataType::Int64 => write!(out, "{}", column.as_primitive::<Int64Type>().value(row)),
        DataType::Boolean => write!(out, "{}", column.as_boolean().value(row)),
        DataType::Timestamp(..) => {
            let nanoseconds = column.as_primitive::<TimestampNanosecondType>().value(row);
            let time = DateTime::from_timestamp_nanos(nanoseconds);
            let ticks = time.timestamp_subsec_nanos() / 100;
            write!(out, "\"{}.{ticks:07}Z\"", time.format("%Y-%m-%dT%H:%M:%S"))
        }
        _ => {
            let text = column.as_string::<i32>().value(row);
            if field.metadata().get(KQL_TYPE).is_some_and(|kind| kind == "dynamic") {
                return out.write_all(text.as_bytes());
            }
            serde_json::to_writer(out, text).map_err(io::Error::from)
        }
    }
}
