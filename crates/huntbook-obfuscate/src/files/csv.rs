//! CSV and TSV: a header, then rows of as many fields. Every field is text; an empty one stays empty.
//!
//! A first line that holds addresses, UUIDs, security identifiers or user principal names is no header: a
//! file without one is refused, since its first row would be taken for names of columns and stay in clear.

use std::io::{self, Read, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use arrow::array::{Array, ArrayRef, AsArray, RecordBatch, RecordBatchOptions, StringBuilder};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use csv::{ByteRecord, ErrorKind, Reader, ReaderBuilder, Terminator, Writer, WriterBuilder};

use super::pipeline;
use super::report::FileReport;
use super::run::{Job, SAMPLE_ROWS};
use crate::{ColumnReport, ObfuscationError, Plan, account, ip, sid, uuid};

/// A block ends behind the row with which its text reaches this size.
const BLOCK: usize = 4 << 20;

/// A longer row is refused: a quote that is never closed would make the rest of the file one field.
const LONGEST_ROW: u64 = 64 << 20;

pub(super) fn obfuscate(
    job: &Job<'_>,
    delimiter: u8,
    input: &mut (dyn Read + Send),
    output: &mut (dyn Write + Send),
) -> Result<FileReport, ObfuscationError> {
    let mut report = FileReport::new("csv");
    let mut rows = Rows::open(job, delimiter, input)?;
    if rows.schema.fields().is_empty() {
        return Ok(report);
    }
    let style = rows.style;
    let header = style.write(|writer| {
        writer.write_record(rows.schema.fields().iter().map(|field| field.name().as_bytes()))
    });
    output.write_all(&header).map_err(|error| job.unwritable(error))?;
    report.bytes_out += header.len() as u64;
    let mut first = rows.next(job)?;
    let sample = first.clone().unwrap_or_else(|| RecordBatch::new_empty(Arc::clone(&rows.schema)));
    let plan = job.obfuscator.plan(&rows.schema, &sample);
    report.count(plan.report(&[]));
    pipeline::run(
        || {
            job.meter.go_on()?;
            if let Some(first) = first.take() { Ok(Some(first)) } else { rows.next(job) }
        },
        |batch| obfuscate_block(job, &plan, style, &batch),
        |block| {
            output.write_all(&block.bytes).map_err(|error| job.unwritable(error))?;
            job.meter.advance(0, block.rows);
            report.rows += block.rows;
            report.text_bytes += block.bytes_in;
            report.bytes_out += block.bytes.len() as u64;
            report.count(block.columns);
            Ok(())
        },
    )?;
    Ok(report)
}

struct Obfuscated {
    bytes: Vec<u8>,
    bytes_in: u64,
    rows: u64,
    columns: Vec<ColumnReport>,
}

fn obfuscate_block(
    job: &Job<'_>,
    plan: &Plan,
    style: Style,
    batch: &RecordBatch,
) -> Result<Obfuscated, ObfuscationError> {
    let out = job.obfuscator.batch(plan, batch)?;
    let columns: Vec<_> = out.columns().iter().map(AsArray::as_string::<i32>).collect();
    let bytes = style.write(|writer| {
        for row in 0..out.num_rows() {
            for column in &columns {
                writer.write_field(if column.is_null(row) { "" } else { column.value(row) })?;
            }
            writer.write_record(None::<&[u8]>)?;
        }
        Ok(())
    });
    let bytes_in = batch.columns().iter().map(|column| column.as_string::<i32>().values().len());
    Ok(Obfuscated {
        bytes,
        bytes_in: bytes_in.sum::<usize>() as u64,
        rows: batch.num_rows() as u64,
        columns: plan.report(std::slice::from_ref(batch)),
    })
}

/// How the file is written: as it was.
#[derive(Clone, Copy)]
pub(super) struct Style {
    delimiter: u8,
    terminator: Terminator,
}

impl Style {
    fn write(self, rows: impl FnOnce(&mut Writer<Vec<u8>>) -> csv::Result<()>) -> Vec<u8> {
        let mut writer = WriterBuilder::new()
            .delimiter(self.delimiter)
            .terminator(self.terminator)
            .from_writer(Vec::new());
        rows(&mut writer).expect("rows of as many fields as columns are written to memory");
        writer.into_inner().expect("memory takes all bytes")
    }
}

/// The rows of a file, in blocks.
pub(super) struct Rows<R> {
    reader: Reader<Fence<R>>,
    row_bytes: Arc<AtomicU64>,
    record: ByteRecord,
    pub(super) schema: SchemaRef,
    pub(super) style: Style,
}

impl<'r> Rows<Box<dyn Read + Send + 'r>> {
    /// Reads the header.
    pub(super) fn open(
        job: &Job<'_>,
        delimiter: u8,
        input: &'r mut (dyn Read + Send),
    ) -> Result<Self, ObfuscationError> {
        let (head, input) = job.text(input)?;
        let is_crlf = memchr::memchr(b'\n', &head)
            .is_some_and(|end| head[..end].last().is_some_and(|byte| *byte == b'\r'));
        let terminator = if is_crlf { Terminator::CRLF } else { Terminator::Any(b'\n') };
        let row_bytes = Arc::new(AtomicU64::new(0));
        let input: Box<dyn Read + Send + 'r> = Box::new(input);
        let fence = Fence { inner: input, row_bytes: Arc::clone(&row_bytes) };
        let mut reader = ReaderBuilder::new().delimiter(delimiter).from_reader(fence);
        let header = reader.byte_headers().map_err(|error| problem(job, error))?;
        let names: Vec<String> =
            header.iter().map(|name| String::from_utf8_lossy(name).into_owned()).collect();
        if names.iter().any(|name| is_value(name)) {
            return Err(job.damaged(
                Some(1),
                "the first line holds values, not names of columns; add a header".to_owned(),
            ));
        }
        let fields: Vec<Field> =
            names.into_iter().map(|name| Field::new(name, DataType::Utf8, true)).collect();
        Ok(Self {
            reader,
            row_bytes,
            record: ByteRecord::new(),
            schema: Arc::new(Schema::new(fields)),
            style: Style { delimiter, terminator },
        })
    }
}

impl<R: Read> Rows<R> {
    /// The next block; a field that is not UTF-8 is mended with replacement characters.
    pub(super) fn next(&mut self, job: &Job<'_>) -> Result<Option<RecordBatch>, ObfuscationError> {
        let mut columns: Vec<StringBuilder> =
            self.schema.fields().iter().map(|_| StringBuilder::new()).collect();
        let (mut rows, mut bytes) = (0, 0);
        while rows < SAMPLE_ROWS
            && bytes < BLOCK
            && self
                .reader
                .read_byte_record(&mut self.record)
                .map_err(|error| problem(job, error))?
        {
            self.row_bytes.store(0, Ordering::Relaxed);
            for (column, field) in columns.iter_mut().zip(&self.record) {
                match std::str::from_utf8(field) {
                    Ok("") => column.append_null(),
                    Ok(text) => column.append_value(text),
                    Err(_) => column.append_value(String::from_utf8_lossy(field)),
                }
            }
            bytes += self.record.as_slice().len();
            rows += 1;
        }
        if rows == 0 {
            return Ok(None);
        }
        let columns =
            columns.iter_mut().map(|column| Arc::new(column.finish()) as ArrayRef).collect();
        let options = RecordBatchOptions::new().with_row_count(Some(rows));
        RecordBatch::try_new_with_options(Arc::clone(&self.schema), columns, &options)
            .map(Some)
            .map_err(|source| ObfuscationError::Arrow { column: "*".to_owned(), source })
    }
}

fn is_value(name: &str) -> bool {
    ip::is_ip(name) || uuid::parse(name).is_some() || sid::is_sid(name) || account::is_upn(name)
}

fn problem(job: &Job<'_>, error: csv::Error) -> ObfuscationError {
    let line = error.position().map(csv::Position::line);
    match error.into_kind() {
        ErrorKind::Io(error) => job.unreadable(error),
        ErrorKind::UnequalLengths { expected_len, len, .. } => job.damaged(
            line,
            format!("the row has {len} fields, the header {expected_len}; mend or remove it"),
        ),
        _ => job.damaged(line, "the row cannot be read".to_owned()),
    }
}

/// Stops the reader in a row that does not end.
struct Fence<R> {
    inner: R,
    row_bytes: Arc<AtomicU64>,
}

impl<R: Read> Read for Fence<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        if self.row_bytes.fetch_add(read as u64, Ordering::Relaxed) > LONGEST_ROW {
            let words = format!(
                "a row is longer than {} MB; a quote is probably not closed",
                LONGEST_ROW >> 20
            );
            return Err(io::Error::new(io::ErrorKind::InvalidData, words));
        }
        Ok(read)
    }
}
