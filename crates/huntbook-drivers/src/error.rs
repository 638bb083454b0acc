//! Why a query has no answer.

use huntbook_diagnostics::Diagnostic;
use huntbook_kql::KqlError;

/// Why a driver could not give an answer.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DriverError {
    /// The text of the query is at fault; every finding, with spans into the text that was run.
    #[error("query has {} problem(s): {}", .0.len(), .0.first().map_or("", |first| &first.message))]
    Query(Vec<Diagnostic>),
    /// The source has no table of this name.
    #[error("table `{table}` not found{}", similar(.near))]
    NoTable {
        /// The name asked for.
        table: String,
        /// Names it may have meant, best first.
        near: Vec<String>,
    },
    /// The source's data cannot be read; the message names the file and the place.
    #[error("{message}")]
    Data {
        /// What is wrong, and where.
        message: String,
        /// The cause.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// Only a part of the answer could be had.
    #[error("the answer is not complete: {}; a run that keeps parts would give what there is", .reasons.join("; "))]
    Partial {
        /// Why the rest is missing.
        reasons: Vec<String>,
    },
    /// The query would take more memory or time than it may.
    #[error("{message}")]
    Limit {
        /// Which limit it hit, where, and what would help.
        message: String,
        /// The code of the limit, as `KQL0401`.
        code: &'static str,
        /// The cause.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// The caller stopped the query.
    #[error("query was cancelled")]
    Cancelled,
    /// The query was well formed and began, and then failed.
    #[error("query failed while running: {message}")]
    Failed {
        /// What happened.
        message: String,
        /// The cause.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// The driver could not be started.
    #[error("driver `{driver}` cannot start: {source}")]
    Start {
        /// The driver's name.
        driver: &'static str,
        /// The cause.
        source: std::io::Error,
    },
}

impl DriverError {
    /// What is wrong with the text, in source order; empty where something else is at fault.
    #[must_use]
    pub fn diagnostics(&self) -> &[Diagnostic] {
        match self {
            Self::Query(diagnostics) => diagnostics,
            _ => &[],
        }
    }
}

impl From<KqlError> for DriverError {
    fn from(error: KqlError) -> Self {
        match error {
            KqlError::Invalid(diagnostics) | KqlError::Unsupported(diagnostics) => {
                Self::Query(diagnostics)
            }
            KqlError::UnknownTable { table, near } => Self::NoTable { table, near },
            KqlError::Execution { source } => Self::Failed { message: source.to_string(), source },
            other => {
                let message = other.to_string();
                match other.code() {
                    Some(code) => Self::Limit { message, code, source: Box::new(other) },
                    None => Self::Data { message, source: Box::new(other) },
                }
            }
        }
    }
}

fn similar(near: &[String]) -> String {
    match near {
        [] => String::new(),
        names => {
            let names: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
            format!("; similar: {}", names.join(", "))
        }
    }
}
