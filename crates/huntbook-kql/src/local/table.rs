//! One local table: its files, opened when a query first asks for it.

use std::path::Path;
use std::sync::{Arc, OnceLock};

use arrow::datatypes::SchemaRef;
use datafusion::catalog::TableProvider;
use datafusion::datasource::MemTable;
use datafusion::error::DataFusionError;
use hashbrown::HashMap;

use super::assemble::{Source, assemble};
use super::columns::Survey;
use super::error::{LocalError, Origin};
use super::file::DataFile;
use super::parquet;
use super::rows::{Mapping, Shape, Stop};
use super::schemas::{self, Known};
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
}

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
        let mut sources = self.parquet_sources()?;
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
        Ok(Opened { columns, provider, warnings })
    }

    fn parquet_sources(&self) -> Result<Vec<Source>, LocalError> {
        let mut sources = Vec::new();
        let mut groups: Vec<(SchemaRef, Vec<&Path>)> = Vec::new();
        for part in self.parts.iter().filter(|part| part.shape == Shape::Parquet) {
            let Some(path) = part.file.plain_path() else {
                let (schema, provider) = parquet::unpacked(&part.file)?;
                sources.push(Source { schema, provider });
                continue;
            };
            let schema = parquet::schema(path)?;
            match groups.iter_mut().find(|(known, _)| *known == schema) {
                Some((_, paths)) => paths.push(path),
                None => groups.push((schema, vec![path])),
            }
        }
        for (schema, paths) in groups {
            let provider = parquet::listing(&paths, &schema)?;
            sources.push(Source { schema, provider });
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
                let declared = zeek::declared_types(&text.text);
                for (name, kind) in declared {
                    survey.state(name, kind);
                }
            }
            let recording = part.shape.recording(&text.text, part.mapping);
            if let Some(words) = recording.describe() {
                warnings.push(format!("{}: {words}", part.file.origin));
            }
            part.for_each_row(&text.text, &recording, &mut |row| {
                rows += 1;
                Ok(survey.observe(row)?)
            })?;
            read.push((*part, text.text, recording));
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

impl Part {
    fn for_each_row(
        &self,
        text: &str,
        recording: &Recording,
        visit: &mut dyn FnMut(&super::record::Record<'_>) -> Result<(), Stop>,
    ) -> Result<(), LocalError> {
        self.shape
            .for_each_record(text, &mut |record| self.mapping.with_row(record, recording, visit))
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
            Some(Ok(opened)) => opened.warnings.clone(),
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
