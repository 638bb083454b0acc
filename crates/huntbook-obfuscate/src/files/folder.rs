//! Sources: which files there are, and where each goes.

use std::fs::{self, Metadata};
use std::path::{Path, PathBuf};

use super::format::{self, Format};
use super::names::Names;
use super::progress::Watch;
use super::report::LeftOut;
use super::run::{FilesOptions, refused, unreadable};
use crate::{ObfuscationError, Obfuscator};

/// One file to write.
pub(super) struct Entry {
    pub(super) source: PathBuf,
    /// Obfuscated names, one a folder, the file last; empty if the destination itself is the file.
    pub(super) place: Vec<String>,
    pub(super) format: Format,
    pub(super) bytes: u64,
}

impl Entry {
    /// The path in reports.
    pub(super) fn shown(&self, destination: &Path) -> String {
        if self.place.is_empty() {
            destination.file_name().unwrap_or_default().to_string_lossy().into_owned()
        } else {
            self.place.join("/")
        }
    }
}

/// All files to write.
pub(super) struct Layout {
    pub(super) entries: Vec<Entry>,
    pub(super) left_out: Vec<LeftOut>,
    /// Whether the destination is a folder.
    pub(super) is_folder: bool,
}

impl Layout {
    pub(super) fn bytes(&self) -> u64 {
        self.entries.iter().map(|entry| entry.bytes).sum()
    }
}

/// Finds all files of `sources`, in the order of their names.
pub(super) fn layout(
    obfuscator: &Obfuscator,
    sources: &[PathBuf],
    options: FilesOptions,
    watch: &dyn Watch,
) -> Result<Layout, ObfuscationError> {
    let mut search = Search { found: Vec::new(), left_out: Vec::new() };
    let mut is_folder = sources.len() > 1;
    for source in sources {
        let metadata = fs::metadata(source).map_err(|error| unreadable(source, error))?;
        let name = file_name(source);
        if metadata.is_dir() {
            is_folder = true;
            let place = if sources.len() > 1 { vec![name] } else { Vec::new() };
            search.folder(source, &place)?;
        } else {
            search.file(source, vec![name], &metadata);
        }
    }
    let mut names = Names::default();
    let (mut entries, mut left_out) = (Vec::new(), Vec::new());
    for (source, reason) in search.left_out {
        watch.left_out(&source.path, reason);
        let place = names.file(obfuscator, &source.place);
        left_out.push(LeftOut { file: place.join("/"), reason: reason.to_owned() });
    }
    for found in search.found {
        let mut place = names.file(obfuscator, &found.place);
        if !is_folder {
            place.clear();
        }
        match format::of(&found.path) {
            Ok(format) => {
                entries.push(Entry { source: found.path, place, format, bytes: found.bytes });
            }
            Err(reason) if options.skip_unknown => {
                watch.left_out(&found.path, &reason);
                left_out.push(LeftOut { file: place.join("/"), reason });
            }
            Err(reason) => return Err(refused(&found.path, &reason)),
        }
    }
    Ok(Layout { entries, left_out, is_folder })
}

struct Found {
    path: PathBuf,
    place: Vec<String>,
    bytes: u64,
}

struct Search {
    found: Vec<Found>,
    left_out: Vec<(Found, &'static str)>,
}

impl Search {
    fn folder(&mut self, folder: &Path, place: &[String]) -> Result<(), ObfuscationError> {
        let failed = |error| unreadable(folder, error);
        let mut entries: Vec<_> =
            fs::read_dir(folder).map_err(failed)?.collect::<Result<_, _>>().map_err(failed)?;
        entries.sort_by_key(fs::DirEntry::file_name);
        for entry in entries {
            let path = entry.path();
            let name = file_name(&path);
            let metadata = fs::symlink_metadata(&path).map_err(|error| unreadable(&path, error))?;
            let mut place = place.to_vec();
            place.push(name.clone());
            let reason = if name.starts_with('.') {
                Some("it is hidden")
            } else if metadata.is_symlink() {
                Some("it is a symbolic link")
            } else if !metadata.is_dir() && !metadata.is_file() {
                Some("it is no regular file")
            } else {
                None
            };
            if let Some(reason) = reason {
                let found = Found { path, place, bytes: metadata.len() };
                self.left_out.push((found, reason));
            } else if metadata.is_dir() {
                self.folder(&path, &place)?;
            } else {
                self.file(&path, place, &metadata);
            }
        }
        Ok(())
    }

    fn file(&mut self, path: &Path, place: Vec<String>, metadata: &Metadata) {
        self.found.push(Found { path: path.to_owned(), place, bytes: metadata.len() });
    }
}

fn file_name(path: &Path) -> String {
    let resolved;
    let name = if let Some(name) = path.file_name() {
        name
    } else {
        // `.` and `..` have no name of their own.
        resolved = fs::canonicalize(path).unwrap_or_default();
        resolved.file_name().unwrap_or_default()
    };
    name.to_string_lossy().into_owned()
}
