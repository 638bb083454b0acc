//! Why a scenario could not be generated.

use std::path::PathBuf;

use chrono::{DateTime, Utc};

/// Why a scenario could not be generated.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ScenarioError {
    /// [`Options::days`](crate::Options::days) is outside 1 to 3660.
    #[error("the time range is {days} days long; 1 to 3660 can be generated")]
    Days {
        /// The days asked for.
        days: u32,
    },
    /// The range does not lie between the years 1700 and 2200.
    #[error("the time range ends at {end}; it must lie between the years 1700 and 2200")]
    End {
        /// The end asked for.
        end: DateTime<Utc>,
    },
    /// A file or folder could not be written.
    #[error("cannot write `{}`", path.display())]
    Write {
        /// The file or folder.
        path: PathBuf,
        /// What the operating system said.
        #[source]
        source: std::io::Error,
    },
    /// A Parquet file could not be written.
    #[error("cannot write `{}` as Parquet", path.display())]
    Parquet {
        /// The file.
        path: PathBuf,
        /// What the Parquet writer said.
        #[source]
        source: parquet::errors::ParquetError,
    },
    /// The progress function asked to stop; no half-written file is left.
    #[error("generating the scenario was interrupted")]
    Interrupted,
}
