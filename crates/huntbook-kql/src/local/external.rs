//! What `externaldata` reads: local files that stand for URLs. Nothing is fetched.
//!
//! Columns are declared by the query. Separated values are taken by their place, objects of JSON and columns of
//! Parquet by their name; a value that cannot be read as its column's type is null.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::{Component, Path, PathBuf};
use std::sync::{Arc, OnceLock};

use datafusion::catalog::TableProvider;
use datafusion::common::TableReference;
use datafusion::datasource::{MemTable, ViewTable, provider_as_source};
use datafusion::logical_expr::LogicalPlanBuilder;

use super::assemble::{Source, column_of};
use super::columns::BatchBuilder;
use super::error::{FORMATS, LocalError, Origin};
use super::file::{DataFile, Format as FileFormat, strip_extension, zip_members};
use super::record::Record;
use super::rows::Stop;
use super::value::Value;
use super::watchlist::Watchlist;
use super::{json, parquet};
use crate::database::{TableError, TableScan, TableSource};
use crate::types::KqlType;

/// Which files stand for URLs and watchlists.
#[derive(Debug, Clone, Default)]
pub(crate) struct Registry {
    urls: BTreeMap<String, PathBuf>,
    watchlists: BTreeMap<String, (PathBuf, Option<String>)>,
}

impl Registry {
    pub(crate) fn map_url(&mut self, url: &str, path: PathBuf) {
        self.urls.insert(without_secret(url).to_owned(), path);
    }

    pub(crate) fn add_watchlist(&mut self, alias: &str, path: PathBuf, search_key: Option<&str>) {
        self.watchlists.insert(alias.to_owned(), (path, search_key.map(str::to_owned)));
    }

    pub(crate) fn watchlist_aliases(&self) -> impl Iterator<Item = &str> {
        self.watchlists.keys().map(String::as_str)
    }

    pub(crate) fn watchlist(&self, alias: &str) -> Option<Arc<dyn TableSource>> {
        let (path, key) = self.watchlists.get(alias)?;
        Some(Arc::new(Watchlist::new(alias, path.clone(), key.clone())))
    }

    pub(crate) fn external(
        &self,
        url: &str,
        columns: &[(String, KqlType)],
        format: Option<&str>,
        ignore_first_record: bool,
    ) -> Option<Result<Arc<dyn TableSource>, LocalError>> {
        let url = without_secret(url);
        let path = self.path_of(url)?;
        let format = match format {
            Some(name) => Format::named(name)
                .ok_or_else(|| LocalError::UnknownFormat { format: name.to_owned() }),
            None => Ok(Format::of_name(url)),
        };
        let columns = columns.to_vec();
        Some(format.map(|format| -> Arc<dyn TableSource> {
            let read = OnceLock::new();
            Arc::new(External { path, columns, format, ignore_first_record, read })
        }))
    }

    /// The file that stands for `url`: its own, or that of the longest beginning that is mapped.
    fn path_of(&self, url: &str) -> Option<PathBuf> {
        if let Some(path) = self.urls.get(url) {
            return Some(path.clone());
        }
        let (start, folder) = self
            .urls
            .iter()
            .filter(|(start, _)| url.starts_with(start.as_str()))
            .max_by_key(|(start, _)| start.len())?;
        let rest = &url[start.len()..];
        if !start.ends_with('/') && !rest.starts_with('/') {
            return None;
        }
        // A query must not leave the folder that it was given.
        let rest = Path::new(rest.trim_start_matches('/'));
        let inside = rest.components().all(|part| matches!(part, Component::Normal(_)));
        inside.then(|| folder.join(rest))
    }
}

/// The URL without its query and without the key that Kusto's connection strings put behind a semicolon: both may
/// be secrets.
pub(crate) fn without_secret(url: &str) -> &str {
    url.split(['?', ';', '#']).next().unwrap_or(url).trim()
}

/// How external data are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Format {
    /// Values between separators, in quotes where they hold one.
    Separated(u8),
    /// Values between tabs, with backslashes before what is no separator.
    Escaped,
    Json,
    /// Each line is a value of the first column; empty ones are skipped.
    Lines,
    /// The whole file is one value.
    Raw,
    Parquet,
}

impl Format {
    fn named(name: &str) -> Option<Self> {
        let name = name.to_ascii_lowercase();
        FORMATS.contains(&name.as_str()).then_some(match name.as_str() {
            "tsv" => Self::Separated(b'\t'),
            "tsve" => Self::Escaped,
            "psv" => Self::Separated(b'|'),
            "scsv" => Self::Separated(b';'),
            "sohsv" => Self::Separated(1),
            "json" | "multijson" => Self::Json,
            "txt" => Self::Lines,
            "raw" => Self::Raw,
            "parquet" => Self::Parquet,
            _ => Self::Separated(b','),
        })
    }

    /// The format that the end of a URL tells.
    fn of_name(url: &str) -> Self {
        let name =
            ["gz", "zip"].iter().find_map(|packed| strip_extension(url, packed)).unwrap_or(url);
        let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
        match extension.to_ascii_lowercase().as_str() {
            "ndjson" | "jsonl" => Self::Json,
            known => Self::named(known).unwrap_or(Self::Separated(b',')),
        }
    }
}

/// A file with the columns that a query declares for it.
#[derive(Debug)]
struct External {
    path: PathBuf,
    columns: Vec<(String, KqlType)>,
    format: Format,
    ignore_first_record: bool,
    read: OnceLock<Result<Arc<dyn TableProvider>, LocalError>>,
}

impl External {
    fn read(&self) -> Result<Arc<dyn TableProvider>, LocalError> {
        let files = data_files(&self.path, self.format == Format::Parquet)?;
        if self.format == Format::Parquet {
            return self.read_parquet(&files);
        }
        let mut builder = BatchBuilder::of(&self.columns);
        for file in &files {
            let text = file.text()?.content;
            self.for_each_record(&text, &mut |record| Ok(builder.append(record)?))
                .map_err(|stop| stop.into_error(file.origin.clone(), &text))?;
        }
        let build = |reason: String| LocalError::Build { origin: Origin::file(&self.path), reason };
        let batches = builder.finish().map_err(|error| build(error.to_string()))?;
        let table = MemTable::try_new(batches.schema, vec![batches.rows])
            .map_err(|error| build(error.to_string()))?;
        Ok(Arc::new(table))
    }

    fn read_parquet(&self, files: &[DataFile]) -> Result<Arc<dyn TableProvider>, LocalError> {
        let origin = || Origin::file(&self.path);
        let Some(file) = files.first().filter(|_| files.len() == 1) else {
            let reason = format!("it holds {} files, and Parquet is read from one", files.len());
            return Err(LocalError::Build { origin: origin(), reason });
        };
        let (schema, provider) = parquet::unpacked(file)?;
        let source = Source { schema, provider };
        let columns = self.columns.iter().map(|(name, kind)| column_of(&source, name, *kind, true));
        let plan = LogicalPlanBuilder::scan(
            TableReference::bare("externaldata"),
            provider_as_source(Arc::clone(&source.provider)),
            None,
        )
        .and_then(|scan| scan.project(columns.collect::<Vec<_>>())?.build())
        .map_err(|error| LocalError::Build { origin: origin(), reason: error.to_string() })?;
        Ok(Arc::new(ViewTable::new(plan, None)))
    }

    /// Calls `visit` for each record of `text` but, where that is asked for, the first.
    fn for_each_record(
        &self,
        text: &str,
        visit: &mut dyn FnMut(&Record<'_>) -> Result<(), Stop>,
    ) -> Result<(), Stop> {
        let mut skip = self.ignore_first_record;
        let mut visit = |record: &Record<'_>| {
            if std::mem::take(&mut skip) { Ok(()) } else { visit(record) }
        };
        match self.format {
            Format::Separated(separator) => self.separated(text, separator, false, &mut visit),
            Format::Escaped => self.separated(text, b'\t', true, &mut visit),
            Format::Json => json::for_each_record(text, &mut |record| visit(&record)),
            Format::Lines => text
                .lines()
                .filter(|line| !line.is_empty())
                .try_for_each(|line| visit(&self.first(line))),
            Format::Raw => visit(&self.first(text)),
            Format::Parquet => Ok(()),
        }
    }

    fn first<'a>(&'a self, text: &'a str) -> Record<'a> {
        let name = self.columns.first().map(|(name, _)| Cow::Borrowed(name.as_str()));
        name.map(|name| (name, Value::Text(Cow::Borrowed(text)))).into_iter().collect()
    }

    fn separated(
        &self,
        text: &str,
        separator: u8,
        escaped: bool,
        visit: &mut dyn FnMut(&Record<'_>) -> Result<(), Stop>,
    ) -> Result<(), Stop> {
        let mut reader = csv::ReaderBuilder::new()
            .delimiter(separator)
            .quoting(!escaped)
            .has_headers(false)
            .flexible(true)
            .from_reader(text.as_bytes());
        let mut line = csv::StringRecord::new();
        // The text is UTF-8 and lines may have any length, so that reading cannot fail.
        while reader.read_record(&mut line).unwrap_or(false) {
            let cells = self.columns.iter().zip(&line).map(|((name, _), cell)| {
                let cell = if escaped { unescape(cell) } else { Cow::Borrowed(cell) };
                (Cow::Borrowed(name.as_str()), Value::Cell(cell))
            });
            visit(&cells.collect())?;
        }
        Ok(())
    }
}

fn unescape(cell: &str) -> Cow<'_, str> {
    if !cell.contains('\\') {
        return Cow::Borrowed(cell);
    }
    let mut text = String::with_capacity(cell.len());
    let mut letters = cell.chars();
    while let Some(letter) = letters.next() {
        text.push(match letter {
            '\\' => match letters.next() {
                Some('t') => '\t',
                Some('n') => '\n',
                Some('r') => '\r',
                Some(other) => other,
                None => '\\',
            },
            other => other,
        });
    }
    Cow::Owned(text)
}

/// The files at `path`: itself, or the members of an archive.
pub(super) fn data_files(path: &Path, parquet: bool) -> Result<Vec<DataFile>, LocalError> {
    let format = if parquet { FileFormat::Parquet } else { FileFormat::Csv };
    let name = path.to_string_lossy();
    let one = |origin: Origin, name: &str| {
        DataFile::new(origin, format, strip_extension(name, "gz").is_some())
    };
    if strip_extension(&name, "zip").is_none() {
        return Ok(vec![one(Origin::file(path), &name)]);
    }
    let members = zip_members(path)?.into_iter().map(|member| {
        let origin = Origin { path: path.to_owned(), member: Some(member.clone()) };
        one(origin, &member)
    });
    Ok(members.collect())
}

impl TableSource for External {
    fn name(&self) -> &'static str {
        "externaldata"
    }

    fn columns(&self) -> Result<Vec<(String, KqlType)>, TableError> {
        Ok(self.columns.clone())
    }

    fn scan(&self) -> Result<TableScan, TableError> {
        let provider = self.read.get_or_init(|| self.read()).clone()?;
        Ok(TableScan::new(provider))
    }
}
