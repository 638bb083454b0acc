//! Writing a scenario to a folder.
//!
//! `logs/<Table>.parquet` or `logs/<Table>.ndjson`, `feed/indicators.csv`,
//! `feed/indicators.stix.json` and `ground-truth.json`.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;
use parquet::arrow::ArrowWriter;
use parquet::basic::Compression;
use parquet::errors::ParquetError;
use parquet::file::properties::WriterProperties;

use crate::ground_truth::Tally;
use crate::{GroundTruth, Options, Scenario, ScenarioError, Table, feed, ndjson};

/// Rows of a Parquet row group: bounds what a writer holds in memory.
const GROUP_ROWS: usize = 131_072;

/// The kind of file that holds a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Parquet, Snappy-compressed.
    Parquet,
    /// One JSON object a line.
    Ndjson,
}

impl Format {
    /// The suffix of a table's file, without the dot.
    #[must_use]
    pub fn suffix(self) -> &'static str {
        match self {
            Self::Parquet => "parquet",
            Self::Ndjson => "ndjson",
        }
    }
}

/// How far the writing has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// The table that is being written.
    pub table: Table,
    /// Rows written so far, over all tables.
    pub rows: u64,
    /// The rows asked for; the intruder's come on top.
    pub of: u64,
}

/// Writes a scenario's logs, feed and ground truth into `folder` and returns the ground truth.
///
/// Rows of a table are ordered by `TimeGenerated`. `progress` is called after every batch of up to
/// 8192 rows. A file appears under its name when it is whole; files of the same name are replaced.
///
/// # Errors
///
/// [`ScenarioError::Interrupted`] if `progress` breaks; the options' errors of [`Scenario::new`];
/// [`ScenarioError::Write`] and [`ScenarioError::Parquet`] with the path of the file.
pub fn write_folder(
    folder: &Path,
    options: &Options,
    format: Format,
    progress: &mut dyn FnMut(Progress) -> ControlFlow<()>,
) -> Result<GroundTruth, ScenarioError> {
    let scenario = Scenario::new(options.clone())?;
    let logs = make_folder(folder.join("logs"))?;
    let feeds = make_folder(folder.join("feed"))?;
    let mut tally = Tally::default();
    let mut written = 0;
    for &table in Table::ALL {
        let path = logs.join(format!("{table}.{}", format.suffix()));
        let mut partial = PartialFile::create(path, table.schema(), format)?;
        let mut batches = scenario.batches(table);
        let before = written;
        for batch in batches.by_ref() {
            partial.write(&batch)?;
            written += batch.num_rows() as u64;
            if progress(Progress { table, rows: written, of: options.rows }).is_break() {
                return Err(ScenarioError::Interrupted);
            }
        }
        partial.finish()?;
        let intruder = batches.intruder();
        tally.rows.insert(table.to_string(), written - before);
        tally.attack_rows.insert(table.to_string(), intruder.rows);
        tally.first = tally.first.into_iter().chain(intruder.first).min();
        tally.last = tally.last.into_iter().chain(intruder.last).max();
    }
    let indicators = feed::indicators(&scenario);
    write_text(feeds.join("indicators.csv"), &feed::csv(&indicators))?;
    write_text(feeds.join("indicators.stix.json"), &feed::stix(&scenario, &indicators))?;
    let truth = GroundTruth::new(&scenario, tally);
    write_text(folder.join("ground-truth.json"), &truth.to_json())?;
    Ok(truth)
}

fn make_folder(path: PathBuf) -> Result<PathBuf, ScenarioError> {
    match fs::create_dir_all(&path) {
        Ok(()) => Ok(path),
        Err(source) => Err(ScenarioError::Write { path, source }),
    }
}

fn write_text(path: PathBuf, text: &str) -> Result<(), ScenarioError> {
    let partial = Unfinished::beside(&path);
    fs::write(&partial.0, text)
        .and_then(|()| fs::rename(&partial.0, &path))
        .map_err(|source| ScenarioError::Write { path, source })
}

/// A file under a temporary name, removed when it is dropped unless it was renamed.
struct Unfinished(PathBuf);

impl Unfinished {
    fn beside(path: &Path) -> Self {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        Self(path.with_file_name(format!(".{name}.partial")))
    }
}

impl Drop for Unfinished {
    fn drop(&mut self) {
        // Nothing is there once the file has been renamed, and nothing more can be done if not.
        let _ = fs::remove_file(&self.0);
    }
}

enum Writer {
    Parquet(Box<ArrowWriter<File>>),
    Ndjson(BufWriter<File>),
}

/// A table's file while it is written.
struct PartialFile {
    // Before `unfinished`, so that the file is closed before it is removed.
    writer: Writer,
    unfinished: Unfinished,
    path: PathBuf,
}

impl PartialFile {
    fn create(path: PathBuf, schema: SchemaRef, format: Format) -> Result<Self, ScenarioError> {
        let unfinished = Unfinished::beside(&path);
        let file = match File::create(&unfinished.0) {
            Ok(file) => file,
            Err(source) => return Err(ScenarioError::Write { path, source }),
        };
        let writer = match format {
            Format::Ndjson => Writer::Ndjson(BufWriter::with_capacity(1 << 18, file)),
            Format::Parquet => {
                let properties = WriterProperties::builder()
                    .set_compression(Compression::SNAPPY)
                    .set_max_row_group_row_count(Some(GROUP_ROWS))
                    .build();
                match ArrowWriter::try_new(file, schema, Some(properties)) {
                    Ok(writer) => Writer::Parquet(Box::new(writer)),
                    Err(source) => return Err(ScenarioError::Parquet { path, source }),
                }
            }
        };
        Ok(Self { writer, unfinished, path })
    }

    fn write(&mut self, batch: &RecordBatch) -> Result<(), ScenarioError> {
        match &mut self.writer {
            Writer::Parquet(writer) => {
                writer.write(batch).map_err(|source| parquet_error(&self.path, source))
            }
            Writer::Ndjson(writer) => {
                ndjson::write_batch(writer, batch).map_err(|source| io_error(&self.path, source))
            }
        }
    }

    fn finish(self) -> Result<(), ScenarioError> {
        let Self { writer, unfinished, path } = self;
        match writer {
            Writer::Parquet(writer) => {
                writer.close().map_err(|source| parquet_error(&path, source))?;
            }
            Writer::Ndjson(mut writer) => {
                writer.flush().map_err(|source| io_error(&path, source))?;
            }
        }
        fs::rename(&unfinished.0, &path).map_err(|source| io_error(&path, source))
    }
}

fn io_error(path: &Path, source: io::Error) -> ScenarioError {
    ScenarioError::Write { path: path.to_owned(), source }
}

fn parquet_error(path: &Path, source: ParquetError) -> ScenarioError {
    ScenarioError::Parquet { path: path.to_owned(), source }
}
