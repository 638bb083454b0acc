//! Why a query has no answer.

use std::time::Duration;

use crate::codes;
use huntbook_diagnostics::Diagnostic;

use crate::database::TableError;
use crate::limits::Bytes;

/// Why a query could not be planned or run.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum KqlError {
    /// The text is wrong; every problem found is listed, in source order.
    #[error("query has {} problem(s): {}", .0.len(), first(.0))]
    Invalid(Vec<Diagnostic>),
    /// The text is good KQL that this engine does not implement yet; each place is listed.
    #[error("query is not supported yet: {}", first(.0))]
    Unsupported(Vec<Diagnostic>),
    /// There is no table of this name.
    #[error("table `{table}` not found")]
    UnknownTable {
        /// The name asked for.
        table: String,
        /// Names it may have meant, best first.
        near: Vec<String>,
    },
    /// The data source failed; the cause is kept.
    #[error("cannot read table `{table}`: {source}")]
    Table {
        /// The table's name.
        table: String,
        /// The cause.
        source: TableError,
    },
    /// Files that were to be the database cannot be.
    #[error(transparent)]
    Local(#[from] crate::local::LocalError),
    /// The file that knows where addresses are cannot be used.
    #[error("cannot read `{path}` for `geo_info_from_ip_address`: {source}")]
    Locations {
        /// The file.
        path: std::path::PathBuf,
        /// The cause.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// The query needs more memory than it may have, in a step that cannot go to disk.
    #[error(
        "query needs more than its {limit} of memory, in {place}: filter rows and drop columns before it, \
         or allow more memory"
    )]
    OutOfMemory {
        /// How much it may have.
        limit: Bytes,
        /// The step that asked for more.
        place: &'static str,
        /// The cause, in the engine's words.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// The query takes longer than it may.
    #[error(
        "query took longer than its {} s: filter by a shorter time first, or allow more time",
        limit.as_secs_f64()
    )]
    TimedOut {
        /// How long it may take.
        limit: Duration,
    },
    /// The plan was made but did not run through.
    #[error("query failed while running: {source}")]
    Execution {
        /// The cause.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
}

impl KqlError {
    /// What is wrong with the text, in source order; empty where the data or the run failed.
    #[must_use]
    pub fn diagnostics(&self) -> &[Diagnostic] {
        match self {
            Self::Invalid(diagnostics) | Self::Unsupported(diagnostics) => diagnostics,
            _ => &[],
        }
    }

    /// The code of a limit that was hit, as `KQL0401`; findings about the text have their own.
    #[must_use]
    pub const fn code(&self) -> Option<&'static str> {
        match self {
            Self::OutOfMemory { .. } => Some(codes::OUT_OF_MEMORY),
            Self::TimedOut { .. } => Some(codes::TIMED_OUT),
            _ => None,
        }
    }
}

fn first(diagnostics: &[Diagnostic]) -> &str {
    diagnostics.first().map_or("", |diagnostic| &diagnostic.message)
}
