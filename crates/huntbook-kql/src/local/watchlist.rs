//! Watchlists: what `_GetWatchlist` shows of a CSV.
//!
//! Its columns are text, as Sentinel keeps them, behind the three that each watchlist has: `_DTItemId`, the number
//! of the item as a GUID; `LastUpdatedTimeUTC`, when the file was last written; `SearchKey`.
//!
//! Source: <https://learn.microsoft.com/azure/sentinel/watchlists-queries>

use std::hash::BuildHasher;
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};
use std::time::UNIX_EPOCH;

use datafusion::catalog::TableProvider;
use datafusion::datasource::MemTable;
use foldhash::fast::FixedState;

use super::columns::BatchBuilder;
use super::csv;
use super::error::{LocalError, Origin};
use super::external::data_files;
use super::record::Record;
use super::rows::Stop;
use super::value::Value;
use crate::database::{TableError, TableScan, TableSource};
use crate::types::KqlType;

const SEARCH_KEY: &str = "SearchKey";
const ITEM: &str = "_DTItemId";
const UPDATED: &str = "LastUpdatedTimeUTC";

/// A watchlist in a file.
#[derive(Debug)]
pub(super) struct Watchlist {
    alias: String,
    path: PathBuf,
    /// The column that is also the search key.
    key: Option<String>,
    read: OnceLock<Result<Read, LocalError>>,
}

#[derive(Debug, Clone)]
struct Read {
    columns: Vec<(String, KqlType)>,
    provider: Arc<dyn TableProvider>,
}

impl Watchlist {
    pub(super) fn new(alias: &str, path: PathBuf, key: Option<String>) -> Self {
        Self { alias: alias.to_owned(), path, key, read: OnceLock::new() }
    }

    fn opened(&self) -> Result<&Read, LocalError> {
        self.read.get_or_init(|| self.read()).as_ref().map_err(Clone::clone)
    }

    fn read(&self) -> Result<Read, LocalError> {
        let build = |reason: String| LocalError::Build { origin: Origin::file(&self.path), reason };
        let files = data_files(&self.path, false)?;
        let mut texts = Vec::with_capacity(files.len());
        let mut names: Vec<String> = Vec::new();
        for file in &files {
            let text = file.text()?.content;
            // The header names the columns even where no line follows it; a longer line adds more.
            for name in csv::header(&text) {
                add(&mut names, &name);
            }
            csv::for_each_record::<Stop>(&text, None, &mut |record| {
                record.iter().for_each(|(name, _)| add(&mut names, name));
                Ok(())
            })
            .map_err(|stop| stop.into_error(file.origin.clone(), &text))?;
            texts.push((file, text));
        }
        let key = match &self.key {
            Some(key) if !names.contains(key) => {
                let reason = format!("it has no column `{key}`, which is to be its search key");
                return Err(build(reason));
            }
            Some(key) => Some(key.clone()),
            None if names.iter().any(|name| name == SEARCH_KEY) => Some(SEARCH_KEY.to_owned()),
            None => names.first().cloned(),
        };
        let own =
            [(ITEM, KqlType::String), (UPDATED, KqlType::Datetime), (SEARCH_KEY, KqlType::String)];
        let mut columns: Vec<_> =
            own.iter().map(|(name, kind)| ((*name).to_owned(), *kind)).collect();
        let others = names.iter().filter(|name| own.iter().all(|(known, _)| known != name));
        columns.extend(others.map(|name| (name.clone(), KqlType::String)));

        let updated = self.updated();
        let alias = FixedState::default().hash_one(&self.alias);
        let mut number = 0_u64;
        let mut builder = BatchBuilder::of(&columns);
        for (file, text) in &texts {
            csv::for_each_record::<Stop>(text, None, &mut |record| {
                number += 1;
                let mut row: Record<'_> = Record::default();
                for (name, value) in record.iter().filter(|(name, _)| *name != UPDATED) {
                    row.push(name.to_owned(), value.borrowed());
                }
                if let Some(value) = key.as_ref().and_then(|key| record.get(key)) {
                    row.push(SEARCH_KEY, value.borrowed());
                }
                row.push(ITEM, Value::text(uuid::Uuid::from_u64_pair(alias, number).to_string()));
                row.push(UPDATED, updated.map_or(Value::Null, Value::Time));
                Ok(builder.append(&row)?)
            })
            .map_err(|stop| stop.into_error(file.origin.clone(), text))?;
        }
        let batches = builder.finish().map_err(|error| build(error.to_string()))?;
        let table = MemTable::try_new(batches.schema, vec![batches.rows])
            .map_err(|error| build(error.to_string()))?;
        Ok(Read { columns, provider: Arc::new(table) })
    }

    fn updated(&self) -> Option<i64> {
        let modified = std::fs::metadata(&self.path).ok()?.modified().ok()?;
        i64::try_from(modified.duration_since(UNIX_EPOCH).ok()?.as_nanos()).ok()
    }
}

fn add(names: &mut Vec<String>, name: &str) {
    if !names.iter().any(|known| known == name) {
        names.push(name.to_owned());
    }
}

impl TableSource for Watchlist {
    fn name(&self) -> &str {
        &self.alias
    }

    fn columns(&self) -> Result<Vec<(String, KqlType)>, TableError> {
        Ok(self.opened()?.columns.clone())
    }

    fn scan(&self) -> Result<TableScan, TableError> {
        Ok(TableScan::new(Arc::clone(&self.opened()?.provider)))
    }
}
