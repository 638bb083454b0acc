//! Local tables: a folder, a file or an archive as a database.
//!
//! # Brief overview
//!
//! [`open`] looks at what stands at some paths and makes a [`Database`] of it. Parquet, CSV, TSV, JSON,
//! Zeek's logs and Windows' event logs (EVTX) are read, each plain, gzipped (`.gz`) or as a member of a `.zip`; nothing is unpacked to
//! disk. A table is named after its file or folder (`name.rs` has the rule); several files of one name are
//! one table, whatever their formats.
//!
//! Opening reads names and the first bytes of each file. A table's own files are read when a query first
//! asks for it, so that a damaged one is in nobody else's way. Parquet stays on disk: a scan reads the
//! columns and row groups that a query needs. The other formats become Arrow batches in memory, typed by
//! what is publicly known of well-known tables, otherwise by looking at every value.
//!
//! Windows events in JSON and EVTX appear as `SecurityEvent`, `Event`, `WindowsEvent`, `Sysmon` and Defender's
//! `Device*` tables, AWS's audit trail as `AWSCloudTrail`, both also as they were recorded. Wherever a table has a time, it has it as
//! `TimeGenerated` and as `Timestamp`.

mod assemble;
mod cloudtrail;
mod columns;
mod csv;
mod error;
mod evtx;
mod external;
mod file;
mod folder;
mod json;
mod name;
mod parallel;
mod parquet;
mod parquet_files;
mod partitions;
mod record;
mod rows;
mod schemas;
mod table;
#[cfg(test)]
mod tests;
mod timestamp;
mod value;
mod watchlist;
mod windows;
mod zeek;

use std::path::PathBuf;
use std::sync::Arc;

pub use error::{LocalError, Origin};
pub(crate) use external::{Registry, without_secret};

/// Whether `name` is a table of Log Analytics or Defender whose columns are publicly known.
#[must_use]
pub fn is_public_table(name: &str) -> bool {
    schemas::known(name).is_some()
}

/// The names of all public tables, sorted.
#[must_use]
pub fn public_tables() -> Vec<&'static str> {
    schemas::names()
}

/// The columns that the public table `name` has, as far as they are known; none where it is not.
#[must_use]
pub fn public_columns(name: &str) -> Vec<(String, KqlType)> {
    let columns = schemas::known(name).into_iter().flat_map(schemas::Known::columns);
    columns.map(|(name, kind)| (name.to_owned(), kind)).collect()
}

use crate::{Database, KqlError, KqlType};

/// The tables in `paths`: files, folders and archives, in any mixture.
///
/// What was passed over and why is in [`Database::warnings`].
///
/// # Errors
///
/// [`KqlError::Local`] where a path does not exist, holds nothing that can be read
/// as a table, or is itself a damaged file. A damaged file inside a folder is an error of its table only.
pub fn open(paths: &[PathBuf]) -> Result<Database, KqlError> {
    let mut findings = folder::Findings::default();
    for path in paths {
        findings.add(path)?;
    }
    let (tables, warnings) = findings.into_tables();
    let mut database = Database::new();
    for table in tables {
        database.add(Arc::new(table));
    }
    for warning in warnings {
        database.warn(warning);
    }
    Ok(database)
}
