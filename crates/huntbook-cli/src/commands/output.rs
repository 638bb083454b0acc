//! A result on standard output, as the person or the program asked for it.

use arrow::array::RecordBatch;
use arrow::csv::WriterBuilder;
use arrow::datatypes::SchemaRef;
use arrow::json::LineDelimitedWriter;
use huntbook::HuntbookError;
use huntbook::rows::{Drawing, draw};

use crate::args::Output;
use crate::console::Console;

/// Writes the rows: drawn, as CSV, or as one JSON object a line.
pub(crate) fn write(
    console: &Console,
    schema: &SchemaRef,
    batches: &[RecordBatch],
    output: Output,
    most_rows: usize,
) -> Result<(), HuntbookError> {
    match output {
        Output::Table => {
            let width = console.attended().then(terminal_width).flatten();
            let drawing = Drawing { rows: most_rows, width };
            Console::print(draw(schema, batches, drawing) + "\n")
        }
        Output::Csv => {
            let mut bytes = Vec::new();
            let mut writer = WriterBuilder::new().with_header(true).build(&mut bytes);
            if batches.is_empty() {
                writer.write(&RecordBatch::new_empty(schema.clone())).map_err(unwritable)?;
            }
            for batch in batches {
                writer.write(batch).map_err(unwritable)?;
            }
            drop(writer);
            Console::print(bytes)
        }
        Output::Ndjson => {
            let mut bytes = Vec::new();
            let mut writer = LineDelimitedWriter::new(&mut bytes);
            for batch in batches {
                writer.write(batch).map_err(unwritable)?;
            }
            writer.finish().map_err(unwritable)?;
            drop(writer);
            Console::print(bytes)
        }
    }
}

fn unwritable(error: arrow::error::ArrowError) -> HuntbookError {
    HuntbookError::Write { path: "standard output".into(), source: error.into() }
}

/// The width that the shell gives, where it does.
pub(crate) fn terminal_width() -> Option<u16> {
    std::env::var_os("COLUMNS")?.to_str()?.parse().ok()
}
