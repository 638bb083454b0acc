//! Files read back as tables, to be proved or revealed: all rows of a file at once.
//!
//! A file of lines or documents is a table of one text column, [`LINE`].

use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow::array::{ArrayRef, RecordBatch, StringArray};
use zip::ZipArchive;

use super::format::{Content, Format};
use super::run::{self, Job, SAMPLE_ROWS};
use super::{csv, gzip, json, parquet};
use crate::{Kind, ObfuscationError, Plan};

/// The only column of a file of lines: without a name, so that keys at the top of a document are columns.
pub(super) const LINE: &str = "";

/// The rows of one file, or of one member of an archive.
pub(super) struct Table {
    /// The path inside the archive; empty for a file.
    pub(super) member: String,
    pub(super) content: Content,
    /// What is done with each column when the file is obfuscated.
    pub(super) plan: Plan,
    pub(super) batches: Vec<RecordBatch>,
}

/// Calls `found` with each table of the file at `path`, one for each member of an archive.
pub(super) fn read(
    job: &Job<'_>,
    path: &Path,
    format: Format,
    found: &mut dyn FnMut(Table) -> Result<(), ObfuscationError>,
) -> Result<(), ObfuscationError> {
    let job = Job { path, ..*job };
    match format {
        Format::File { content, gzip } => {
            let file = File::open(path).map_err(|error| job.unreadable(error))?;
            let table = if gzip {
                read_content(&job, content, &mut gzip::unpack(file))?
            } else {
                read_content(&job, content, &mut BufReader::new(file))?
            };
            found(table)
        }
        Format::Zip => {
            let file = File::open(path).map_err(|error| job.unreadable(error))?;
            let failed = |error| super::zip::damaged(&job, error);
            let mut archive = ZipArchive::new(BufReader::new(file)).map_err(failed)?;
            for index in 0..archive.len() {
                let mut member = archive.by_index(index).map_err(failed)?;
                if member.is_dir() || member.is_symlink() {
                    continue;
                }
                let name = String::from_utf8_lossy(member.name_raw()).into_owned();
                let shown = PathBuf::from(format!("{}!{name}", path.display()));
                let job = Job { path: &shown, ..job };
                let content = match super::zip::content(&job, Path::new(&name)) {
                    Ok(content) => content,
                    Err(_) if job.skip_unknown => continue,
                    Err(error) => return Err(error),
                };
                match read_content(&job, content, &mut member) {
                    Ok(mut table) => {
                        table.member = name;
                        found(table)?;
                    }
                    Err(ObfuscationError::FileFormat { .. }) if job.skip_unknown => {}
                    Err(error) => return Err(error),
                }
            }
            Ok(())
        }
    }
}

fn read_content(
    job: &Job<'_>,
    content: Content,
    input: &mut (dyn Read + Send),
) -> Result<Table, ObfuscationError> {
    let mut batches = Vec::new();
    let mut content = content;
    let mut plan = None;
    match content {
        Content::Parquet => {
            let unpacked = run::unpack(job, input)?;
            let source = parquet::Source::open(job, unpacked.path())?;
            plan = Some(source.plan(job)?);
            let reader = source
                .builder(job, source.metadata.clone())?
                .with_batch_size(SAMPLE_ROWS)
                .build()
                .map_err(|error| job.damaged(None, error.to_string()))?;
            for batch in reader {
                job.meter.go_on()?;
                batches.push(batch.map_err(|error| job.damaged(None, error.to_string()))?);
            }
            if batches.is_empty() {
                batches.push(RecordBatch::new_empty(Arc::clone(source.metadata.schema())));
            }
        }
        Content::Csv { delimiter } => {
            let mut rows = csv::Rows::open(job, delimiter, input)?;
            while let Some(batch) = rows.next(job)? {
                job.meter.go_on()?;
                batches.push(batch);
            }
            if batches.is_empty() {
                batches.push(RecordBatch::new_empty(Arc::clone(&rows.schema)));
            }
        }
        Content::Json | Content::Ndjson | Content::Text => {
            let (head, input) = job.text(input)?;
            if content == Content::Json && json::is_ndjson(&head) {
                content = Content::Ndjson;
            }
            (content, batches) = read_lines(job, content, input)?;
            let kind = if content == Content::Text { Kind::Text } else { Kind::Json };
            plan = Some(Plan::of_lines(LINE, kind));
        }
    }
    let first = batches.first().expect("a table has a batch, if an empty one");
    let plan = plan.unwrap_or_else(|| job.obfuscator.plan(&first.schema(), first));
    Ok(Table { member: String::new(), content, plan, batches })
}

fn read_lines(
    job: &Job<'_>,
    content: Content,
    input: impl Read,
) -> Result<(Content, Vec<RecordBatch>), ObfuscationError> {
    if content != Content::Json {
        return Ok((content, lines(job, BufReader::new(input))?));
    }
    let mut bytes = Vec::new();
    let mut input = input;
    input.read_to_end(&mut bytes).map_err(|error| job.unreadable(error))?;
    let text = String::from_utf8_lossy(&bytes);
    if json::document(job.obfuscator, &text).is_some() {
        return Ok((content, vec![batch_of(&[text.into_owned()])]));
    }
    Ok((Content::Ndjson, lines(job, bytes.as_slice())?))
}

fn lines(job: &Job<'_>, mut input: impl BufRead) -> Result<Vec<RecordBatch>, ObfuscationError> {
    let mut batches = Vec::new();
    let mut lines = Vec::new();
    let mut line = Vec::new();
    loop {
        line.clear();
        if input.read_until(b'\n', &mut line).map_err(|error| job.unreadable(error))? == 0 {
            break;
        }
        let text = line.strip_suffix(b"\n").unwrap_or(&line);
        let text = text.strip_suffix(b"\r").unwrap_or(text);
        if !text.trim_ascii().is_empty() {
            lines.push(String::from_utf8_lossy(text).into_owned());
        }
        if lines.len() == SAMPLE_ROWS {
            job.meter.go_on()?;
            batches.push(batch_of(&lines));
            lines.clear();
        }
    }
    if !lines.is_empty() || batches.is_empty() {
        batches.push(batch_of(&lines));
    }
    Ok(batches)
}

fn batch_of(lines: &[String]) -> RecordBatch {
    let lines: ArrayRef = Arc::new(StringArray::from_iter_values(lines));
    RecordBatch::try_from_iter_with_nullable([(LINE, lines, true)])
        .expect("one column has as many rows as itself")
}
