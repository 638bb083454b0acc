//! What can be wrong with files: each error names the file, the place in it and what would help.

use std::fmt;
use std::path::PathBuf;

/// Where some data came from: a file, or a member of an archive.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Origin {
    /// The file on disk.
    pub path: PathBuf,
    /// The member's name where the file is an archive.
    pub member: Option<String>,
}

impl Origin {
    /// The file at `path` itself.
    #[must_use]
    pub fn file(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into(), member: None }
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.member {
            Some(member) => write!(f, "`{member}` in `{}`", self.path.display()),
            None => write!(f, "`{}`", self.path.display()),
        }
    }
}

/// Why a local file cannot be used as a table.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum LocalError {
    /// There is nothing at a path that the user named.
    #[error("no such file or folder: `{}`{}", .path.display(), hints(.near))]
    Missing {
        /// What was asked for.
        path: PathBuf,
        /// Names in the nearest folder that exists which look alike.
        near: Vec<String>,
    },
    /// A path was given that holds nothing readable as a table.
    #[error("no tables in `{}`: {reason}; readable are Parquet, CSV, TSV, NDJSON, JSON and EVTX, plain, gzipped (.gz) or in a .zip", .path.display())]
    Empty {
        /// The file or folder.
        path: PathBuf,
        /// What was found there instead.
        reason: String,
    },
    /// The operating system refused.
    #[error("cannot read {origin}: {reason}")]
    Read {
        /// The file.
        origin: Origin,
        /// The system's words.
        reason: String,
    },
    /// Compressed data ends early or is not what its name says.
    #[error("{origin} is damaged: {reason}; {help}")]
    Damaged {
        /// The file or member.
        origin: Origin,
        /// What is wrong, with the offset where it is known.
        reason: String,
        /// What would help.
        help: &'static str,
    },
    /// Unpacking would take more memory than allowed.
    #[error(
        "{origin} unpacks to more than {limit} bytes, so reading stopped; if the file is to be trusted, unpack it and convert it to Parquet, which is read without holding it in memory"
    )]
    TooLarge {
        /// The file or member.
        origin: Origin,
        /// The bound that was passed, in bytes.
        limit: u64,
    },
    /// Text that is not what its format asks for.
    #[error("{origin}, line {line}, column {column}: {reason}; {help}")]
    Malformed {
        /// The file or member.
        origin: Origin,
        /// Line, from 1.
        line: usize,
        /// Column in bytes, from 1.
        column: usize,
        /// What is wrong.
        reason: String,
        /// What would help.
        help: &'static str,
    },
    /// The files of a mapped table hold no record of its kind.
    #[error("no {wanted} in {}; {}", list_origins(.origins), existing(.tables))]
    NoRecords {
        /// What was looked for, in words.
        wanted: &'static str,
        /// The files that were read.
        origins: Vec<Origin>,
        /// The tables that the same files do hold.
        tables: Vec<String>,
    },
    /// A query names a format that is not read.
    #[error("format `{format}` is not read; read are {}", FORMATS.join(", "))]
    UnknownFormat {
        /// The name in the query.
        format: String,
    },
    /// Arrow or DataFusion would not take the data.
    #[error("cannot build a table from {origin}: {reason}")]
    Build {
        /// The file or member.
        origin: Origin,
        /// Their words.
        reason: String,
    },
}

/// The formats that external data are read in.
pub(super) const FORMATS: [&str; 11] =
    ["csv", "tsv", "tsve", "psv", "scsv", "sohsv", "json", "multijson", "txt", "raw", "parquet"];

fn hints(near: &[String]) -> String {
    match near {
        [] => String::new(),
        names => format!("; similar: {}", ticked(names)),
    }
}

fn existing(tables: &[String]) -> String {
    match tables {
        [] => "no other table was found".to_owned(),
        [one] => format!("the table there is `{one}`"),
        names => format!("the tables there are {}", ticked(names)),
    }
}

fn ticked(names: &[String]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

/// The first few origins in words; a folder may hold thousands.
fn list_origins(origins: &[Origin]) -> String {
    const SHOWN: usize = 3;
    let shown = origins.iter().take(SHOWN).map(ToString::to_string).collect::<Vec<_>>().join(", ");
    match origins.len().saturating_sub(SHOWN) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}
