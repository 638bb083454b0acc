//! Suggestions for a file: what its columns would be, and rules for those that no rule names, by its first rows.
//!
//! Lines of NDJSON and JSON documents are a table whose columns are the keys at the top.

use std::fs::File;
use std::io::{BufReader, Read};
use std::path::Path;
use std::sync::Arc;

use arrow::array::{ArrayRef, RecordBatch, StringArray};
use serde::Serialize;
use serde_json::Value;

use super::format::{self, Content, Format};
use super::progress::{Meter, Unwatched};
use super::run::{self, Job, SAMPLE_ROWS, refused, unwritable};
use super::{csv, gzip, json, parquet};
use crate::{ColumnReport, Key, ObfuscationError, Obfuscator, Plan, Policy, Suggestion};

/// How many bytes of lines are looked at.
const HEAD: u64 = 32 << 20;

/// What a policy and the first rows of a file say of its columns. Holds no value of the file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FileSuggestions {
    /// How many rows were looked at.
    pub rows: u64,
    /// What each column would be, and why.
    pub columns: Vec<ColumnReport>,
    /// A rule for each column or path that no rule names.
    pub suggestions: Vec<Suggestion>,
}

impl FileSuggestions {
    /// The suggestions as JSON text.
    #[expect(
        clippy::missing_panics_doc,
        reason = "it does not: the invariant is named at the place"
    )]
    #[must_use]
    pub fn to_json(&self) -> String {
        serde_json::to_string_pretty(self).expect("a report has string keys only")
    }
}

/// What `policy` makes of the columns of the file at `path`, and rules for those that it does not name, by the
/// first 8192 rows.
///
/// # Errors
///
/// [`File`](ObfuscationError::File) if the file cannot be read,
/// [`FileFormat`](ObfuscationError::FileFormat) if it has no columns, as text and archives,
/// [`FileContent`](ObfuscationError::FileContent) if it is damaged.
pub fn suggest_file(policy: &Policy, path: &Path) -> Result<FileSuggestions, ObfuscationError> {
    let format = format::of(path).map_err(|reason| refused(path, &reason))?;
    let Format::File { content, gzip } = format else {
        return Err(refused(path, "an archive is not looked into; unpack it first"));
    };
    // A plan is the same under every key.
    let obfuscator = Obfuscator::new(&Key::from_bytes([0; 32]), "", policy.clone());
    let scratch = tempfile::tempdir().map_err(|error| unwritable(path, error))?;
    let meter = Meter::new(&Unwatched, 0);
    let job = Job {
        obfuscator: &obfuscator,
        path,
        destination: path,
        scratch: scratch.path(),
        meter: &meter,
        skip_unknown: false,
    };
    let (batch, plan) = if content == Content::Parquet && !gzip {
        parquet_head(&job, path)?
    } else {
        let file = File::open(path).map_err(|error| job.unreadable(error))?;
        if gzip {
            head(&job, content, &mut gzip::unpack(file))?
        } else {
            head(&job, content, &mut BufReader::new(file))?
        }
    };
    let batches = [batch];
    Ok(FileSuggestions {
        rows: batches[0].num_rows() as u64,
        columns: plan.report(&batches),
        suggestions: policy.suggest(&batches[0].schema(), &batches),
    })
}

fn head(
    job: &Job<'_>,
    content: Content,
    input: &mut (dyn Read + Send),
) -> Result<(RecordBatch, Plan), ObfuscationError> {
    let batch = match content {
        Content::Parquet => return parquet_head(job, run::unpack(job, input)?.path()),
        Content::Csv { delimiter } => {
            let mut rows = csv::Rows::open(job, delimiter, input)?;
            let first = rows.next(job)?;
            first.unwrap_or_else(|| RecordBatch::new_empty(Arc::clone(&rows.schema)))
        }
        Content::Ndjson | Content::Json => documents_head(job, content, input)?,
        Content::Text => {
            return Err(job.refused("it is text without columns: each line is free text"));
        }
    };
    let plan = job.obfuscator.plan(&batch.schema(), &batch);
    Ok((batch, plan))
}

fn parquet_head(job: &Job<'_>, path: &Path) -> Result<(RecordBatch, Plan), ObfuscationError> {
    let source = parquet::Source::open(job, path)?;
    let sample = source.sample(job)?;
    let plan = job.obfuscator.plan(&sample.schema(), &sample);
    Ok((sample, plan))
}

fn documents_head(
    job: &Job<'_>,
    content: Content,
    input: &mut (dyn Read + Send),
) -> Result<RecordBatch, ObfuscationError> {
    let (head, mut input) = job.text(input)?;
    let mut columns = Columns::default();
    if content == Content::Json && !json::is_ndjson(&head) {
        let text = json::read_whole(job, &mut input)?;
        match serde_json::from_str(&text) {
            Ok(Value::Array(items)) => {
                items.iter().take(SAMPLE_ROWS).for_each(|item| columns.add(item));
            }
            Ok(document) => columns.add(&document),
            Err(_) => columns.add_lines(text.as_bytes()),
        }
    } else {
        let mut bytes = Vec::new();
        input.take(HEAD).read_to_end(&mut bytes).map_err(|error| job.unreadable(error))?;
        columns.add_lines(&bytes);
    }
    Ok(columns.batch())
}

/// The keys at the top of documents, in the order in which they come, and their texts.
#[derive(Default)]
struct Columns(Vec<(String, Vec<String>)>);

impl Columns {
    /// Adds each line that is a document.
    fn add_lines(&mut self, lines: &[u8]) {
        for line in lines.split(|byte| *byte == b'\n').take(SAMPLE_ROWS) {
            if let Ok(document) = serde_json::from_slice(line) {
                self.add(&document);
            }
        }
    }

    /// Adds the texts in `document`. Numbers pass in JSON, so they are no matter for a rule.
    fn add(&mut self, document: &Value) {
        let Value::Object(members) = document else { return };
        for (key, value) in members {
            let text = match value {
                Value::String(text) => text.clone(),
                Value::Object(_) | Value::Array(_) => value.to_string(),
                Value::Null | Value::Bool(_) | Value::Number(_) => continue,
            };
            match self.0.iter_mut().find(|(name, _)| name == key) {
                Some((_, texts)) => texts.push(text),
                None => self.0.push((key.clone(), vec![text])),
            }
        }
    }

    /// A table in which each column has its texts first and nulls after them.
    fn batch(self) -> RecordBatch {
        let rows = self.0.iter().map(|(_, texts)| texts.len()).max().unwrap_or(0);
        let columns = self.0.into_iter().map(|(name, texts)| {
            let mut texts: Vec<Option<String>> = texts.into_iter().map(Some).collect();
            texts.resize(rows, None);
            (name, Arc::new(StringArray::from(texts)) as ArrayRef, true)
        });
        RecordBatch::try_from_iter_with_nullable(columns)
            .unwrap_or_else(|_| RecordBatch::new_empty(Arc::new(arrow::datatypes::Schema::empty())))
    }
}
