//! One local table: its files, opened when a query first asks for it.

use std::borrow::Cow;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock, PoisonError};

use arrow::datatypes::SchemaRef;
use datafusion::catalog::TableProvider;
use datafusion::datasource::MemTable;
use datafusion::error::DataFusionError;
use hashbrown::{HashMap, HashSet};

use super::assemble::{Source, TIMES, assemble};
use super::columns::Survey;
use super::error::{LocalError, Origin};
use super::file::DataFile;
use super::parquet;
use super::parquet_files::{ParquetFile, ParquetFiles, Remarks};
use super::partitions::Partition;
use super::record::Record;
use super::rows::{Mapping, Shape, Stop};
use super::schemas::{self, Known};
use super::value::Value;
use super::windows::{Recording, View};
use super::zeek;
use crate::database::{TableError, TableScan, TableSource};
use crate::types::KqlType;

/// A file, or a part of its rows.
#[derive(Debug, Clone)]
pub(super) struct Part {
    pub(super) file: DataFile,
    pub(super) shape: Shape,
    pub(super) mapping: Mapping,
    /// What the folders that it stands in say.
    pub(super) partition: Partition,
}

/// More files than this are not all looked at for the columns of their table.
const MOST_FOOTERS: usize = 64;

/// A table of local files.
#[derive(Debug)]
pub(super) struct LocalTable {
    name: String,
    parts: Vec<Part>,
    /// All tables of the database, for the error of a table that turns out to be empty.
    siblings: Arc<[String]>,
    /// Why the table can never be read.
    broken: Option<LocalError>,
    opened: OnceLock<Result<Opened, LocalError>>,
}

#[derive(Debug)]
struct Opened {
    columns: Vec<(String, KqlType)>,
    provider: Arc<dyn TableProvider>,
    warnings: Vec<String>,
    /// What scans found out.
    remarks: Remarks,
}

impl LocalTable {
    pub(super) fn new(name: String, parts: Vec<Part>, siblings: Arc<[String]>) -> Self {
        Self { name, parts, siblings, broken: None, opened: OnceLock::new() }
    }

    /// A table that gives `error` to whoever asks for it.
    pub(super) fn broken(name: String, error: LocalError) -> Self {
        Self {
            name,
            parts: Vec::new(),
            siblings: Arc::new([]),
            broken: Some(error),
            opened: OnceLock::new(),
        }
    }

    fn opened(&self) -> Result<&Opened, LocalError> {
        let open = || match &self.broken {
            Some(error) => Err(error.clone()),
            None => self.open(),
        };
        self.opened.get_or_init(open).as_ref().map_err(Clone::clone)
    }

    fn open(&self) -> Result<Opened, LocalError> {
        let known = schemas::known(&self.name);
        let mut warnings = Vec::new();
        let remarks = Remarks::default();
        let mut sources = self.parquet_sources(&remarks, &mut warnings)?;
        if let Some(rows) = self.rows(known, &mut warnings)? {
            sources.push(rows);
        }
        let origin =
            || self.parts.first().map_or_else(|| Origin::file(""), |part| part.file.origin.clone());
        let build = |error: DataFusionError| LocalError::Build {
            origin: origin(),
            reason: error.to_string(),
        };
        let (columns, provider) =
            assemble(&self.name, &sources, known, &mut warnings).map_err(build)?;
        Ok(Opened { columns, provider, warnings, remarks })
    }

    fn parquet_sources(
        &self,
        remarks: &Remarks,
        warnings: &mut Vec<String>,
    ) -> Result<Vec<Source>, LocalError> {
        let mut sources = Vec::new();
        let mut parts: Vec<(&Path, &Partition)> = Vec::new();
        for part in self.parts.iter().filter(|part| part.shape == Shape::Parquet) {
            if let Some(path) = part.file.plain_path() {
                parts.push((path, &part.partition));
                continue;
            }
            if !part.partition.is_empty() {
                warnings.push(format!(
                    "{}: what its folders say is not shown as columns, as it is packed",
                    part.file.origin
                ));
            }
            let (schema, provider) = parquet::unpacked(&part.file)?;
            sources.push(Source { schema, provider });
        }
        let (groups, unread) = schema_groups(&parts)?;
        let many = parts.len() > MOST_FOOTERS;
        for (schema, members) in groups {
            let partitioned = members.iter().any(|(_, partition)| !partition.is_empty());
            if !many && !partitioned {
                let paths: Vec<&Path> = members.iter().map(|(path, _)| *path).collect();
                let provider = parquet::listing(&paths, &schema)?;
                sources.push(Source { schema, provider });
                continue;
            }
            let files = members.into_iter().map(|(path, partition)| ParquetFile {
                path: path.to_owned(),
                partition: partition.clone(),
                span: partition.span(&TIMES),
            });
            let files = ParquetFiles::new(files.collect(), schema, unread.clone(), remarks.clone());
            sources.push(Source { schema: files.table_schema(), provider: Arc::new(files) });
        }
        Ok(sources)
    }

    /// The rows of all parts that are not Parquet, in memory, with the types that hold them all.
    fn rows(
        &self,
        known: Option<Known>,
        warnings: &mut Vec<String>,
    ) -> Result<Option<Source>, LocalError> {
        let parts: Vec<&Part> =
            self.parts.iter().filter(|part| part.shape != Shape::Parquet).collect();
        if parts.is_empty() {
            return Ok(None);
        }
        let mut survey = Survey::new(self.stated_types(known));
        let mut read = Vec::with_capacity(parts.len());
        let mut rows = 0_usize;
        for part in &parts {
            let text = part.file.text()?;
            if text.repaired {
                warnings.push(format!(
                    "{}: bytes that are not UTF-8 were replaced by U+FFFD",
                    part.file.origin
                ));
            }
            warnings.extend(text.losses);
            if part.shape == Shape::Zeek {
                let declared = zeek::declared_types(&text.content);
                for (name, kind) in declared {
                    survey.state(name, kind);
                }
            }
            let recording = part.shape.recording(&text.content, part.mapping);
            if let Some(words) = recording.describe() {
                warnings.push(format!("{}: {words}", part.file.origin));
            }
            part.for_each_row(&text.content, &recording, &mut |row| {
                rows += 1;
                Ok(survey.observe(row)?)
            })?;
            read.push((*part, text.content, recording));
        }
        if rows == 0
            && let Some(wanted) = parts.iter().find_map(|part| part.mapping.wanted())
        {
            let error = LocalError::NoRecords {
                wanted,
                origins: parts.iter().map(|part| part.file.origin.clone()).collect(),
                tables: self.siblings_with_rows(&read),
            };
            if !parts.iter().any(|part| part.mapping.may_be_empty()) {
                return Err(error);
            }
            warnings.push(format!("`{}` is empty: {error}", self.name));
        }
        let mut builder = survey.into_builder();
        for (part, text, recording) in read {
            part.for_each_row(&text, &recording, &mut |row| Ok(builder.append(row)?))?;
        }
        let origin = parts[0].file.origin.clone();
        let build = |reason: String| LocalError::Build { origin: origin.clone(), reason };
        let batches = builder.finish().map_err(|error| build(error.to_string()))?;
        warnings.extend(batches.widened.iter().map(|words| format!("`{}`: {words}", self.name)));
        let provider = MemTable::try_new(Arc::clone(&batches.schema), vec![batches.rows])
            .map_err(|error| build(error.to_string()))?;
        Ok(Some(Source { schema: batches.schema, provider: Arc::new(provider) }))
    }

    /// The other tables that are not as empty as this one turned out to be.
    fn siblings_with_rows(&self, read: &[(&Part, String, Recording)]) -> Vec<String> {
        let mut views: Vec<_> =
            View::NAMED.into_iter().map(|(name, view)| (name, view, false)).collect();
        for (part, text, recording) in read {
            // The text was read through before, so that it holds no mistake.
            let _whole = part.shape.for_each_record(text, &mut |record| {
                for (_, view, seen) in &mut views {
                    *seen = *seen || view.row(record, recording).is_some();
                }
                Ok(())
            });
        }
        let empty = |name: &str| views.iter().any(|(view, _, seen)| *view == name && !seen);
        let others = self.siblings.iter().filter(|name| **name != self.name && !empty(name));
        others.cloned().collect()
    }

    fn stated_types(&self, known: Option<Known>) -> HashMap<String, KqlType> {
        let mut stated: HashMap<String, KqlType> = known
            .into_iter()
            .flat_map(Known::columns)
            .map(|(name, kind)| (name.to_owned(), kind))
            .collect();
        let windows = |part: &Part| matches!(part.mapping, Mapping::Windows(_));
        if self.parts.iter().any(windows) {
            stated.entry("TimeGenerated".to_owned()).or_insert(KqlType::Datetime);
        }
        if self.parts.iter().any(|part| part.mapping == Mapping::Windows(View::Sysmon)) {
            stated.entry("EventID".to_owned()).or_insert(KqlType::Int);
        }
        stated
    }
}

/// Files of one schema.
type Group<'a> = (SchemaRef, Vec<(&'a Path, &'a Partition)>);

/// The files by their columns, and those whose footers were not read: where some of very many files have the
/// same columns, the others are taken to have them, too.
fn schema_groups<'a>(
    parts: &[(&'a Path, &'a Partition)],
) -> Result<(Vec<Group<'a>>, HashSet<PathBuf>), LocalError> {
    if parts.len() > MOST_FOOTERS {
        let step = parts.len() / MOST_FOOTERS;
        let sample: Vec<&Path> =
            parts.iter().step_by(step).chain(parts.last()).map(|(path, _)| *path).collect();
        let schemas = parquet::schemas(&sample)?;
        if let Some(first) = schemas.first().filter(|first| schemas.iter().all(|one| one == *first))
        {
            let read: HashSet<&Path> = sample.into_iter().collect();
            let unread = parts.iter().map(|(path, _)| *path).filter(|path| !read.contains(path));
            let unread = unread.map(Path::to_owned).collect();
            return Ok((vec![(Arc::clone(first), parts.to_vec())], unread));
        }
    }
    let paths: Vec<&Path> = parts.iter().map(|(path, _)| *path).collect();
    let mut groups: Vec<Group<'a>> = Vec::new();
    for (schema, part) in parquet::schemas(&paths)?.into_iter().zip(parts) {
        match groups.iter_mut().find(|(known, _)| *known == schema) {
            Some((_, members)) => members.push(*part),
            None => groups.push((schema, vec![*part])),
        }
    }
    Ok((groups, HashSet::new()))
}

impl Part {
    fn for_each_row(
        &self,
        text: &str,
        recording: &Recording,
        visit: &mut dyn FnMut(&Record<'_>) -> Result<(), Stop>,
    ) -> Result<(), LocalError> {
        let mut visit = |row: &Record<'_>| {
            if self.partition.is_empty() {
                return visit(row);
            }
            let mut whole: Record<'_> =
                row.iter().map(|(name, value)| (Cow::Borrowed(name), value.borrowed())).collect();
            for (key, value) in self.partition.iter().filter(|(key, _)| row.get(key).is_none()) {
                whole.push(key, value.map_or(Value::Null, |text| Value::Cell(Cow::Borrowed(text))));
            }
            visit(&whole)
        };
        self.shape
            .for_each_record(text, &mut |record| {
                self.mapping.with_row(record, recording, &mut visit)
            })
            .map_err(|stop| stop.into_error(self.file.origin.clone(), text))
    }
}

impl TableSource for LocalTable {
    fn name(&self) -> &str {
        &self.name
    }

    fn columns(&self) -> Result<Vec<(String, KqlType)>, TableError> {
        Ok(self.opened()?.columns.clone())
    }

    fn scan(&self) -> Result<TableScan, TableError> {
        Ok(TableScan::new(Arc::clone(&self.opened()?.provider)))
    }

    fn warnings(&self) -> Vec<String> {
        match self.opened.get() {
            Some(Ok(opened)) => {
                let remarks = opened.remarks.lock().unwrap_or_else(PoisonError::into_inner);
                opened.warnings.iter().chain(remarks.iter()).cloned().collect()
            }
            _ => Vec::new(),
        }
    }

    fn diagnose(&self) -> Option<TableError> {
        self.opened.get()?.as_ref().ok()?;
        let parquet = self.parts.iter().filter(|part| part.shape == Shape::Parquet);
        let damage = parquet.filter_map(|part| part.file.plain_path()).find_map(parquet::damage)?;
        Some(Box::new(damage))
    }
}
