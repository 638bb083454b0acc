//! Files and folders, obfuscated as streams: Parquet, CSV, NDJSON, JSON and plain text, each also gzipped
//! or as a member of a zip archive.
//!
//! A *source* is a file or folder that was named; an *entry* is one file to write, with its place under the
//! destination. Names of files, folders and members are obfuscated, too, apart from words that are public. All
//! entries are written into a *staging* folder beside the destination and moved at the end, so that the
//! destination has all of them or none. Memory is bounded by blocks of rows, whatever the size of a file;
//! only a JSON document is read as a whole.

mod csv;
mod folder;
mod format;
mod gzip;
mod json;
mod learn;
mod lines;
mod names;
mod ndjson;
mod output;
mod parquet;
mod pipeline;
mod progress;
mod prove;
mod report;
mod reveal;
mod run;
mod suggest;
mod tables;
mod text;
mod vault;
mod zip;

pub use progress::{Progress, Unwatched, Watch};
pub use prove::{FileProof, FilesProof, prove_files};
pub use report::{FileReport, FilesReport, LeftOut};
pub use reveal::reveal_column;
pub use run::{FilesOptions, obfuscate_files, obfuscate_files_with_vault};
pub use suggest::{FileSuggestions, suggest_file};

#[cfg(test)]
mod tests;
