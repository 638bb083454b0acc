//! Destinations: written whole or not at all.
//!
//! Everything is written into a *staging* folder on the same disk and moved at the end. Whatever ends the work
//! before that, the staging folder goes and the destination is as it was.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use super::run::{FilesOptions, unreadable, unwritable};
use crate::ObfuscationError;

/// Where outputs are kept until all are there.
pub(super) struct Staging {
    folder: TempDir,
    is_folder: bool,
}

impl Staging {
    /// A staging folder for `destination`, which is a folder or a file.
    pub(super) fn new(destination: &Path, is_folder: bool) -> Result<Self, ObfuscationError> {
        let existing = if is_folder && destination.is_dir() {
            destination.to_owned()
        } else {
            nearest_folder(destination)
        };
        let failed = |error| unwritable(destination, error);
        let folder =
            tempfile::Builder::new().prefix(".huntbook-").tempdir_in(existing).map_err(failed)?;
        fs::create_dir(folder.path().join("out")).map_err(failed)?;
        fs::create_dir(folder.path().join("scratch")).map_err(failed)?;
        Ok(Self { folder, is_folder })
    }

    /// Where originals may be unpacked for a moment.
    pub(super) fn scratch(&self) -> PathBuf {
        self.folder.path().join("scratch")
    }

    /// A new file for the output at `place`.
    pub(super) fn create(&self, place: &[String]) -> io::Result<(PathBuf, File)> {
        let mut path = self.folder.path().join("out");
        if place.is_empty() {
            path.push("file");
        } else {
            path.extend(place);
        }
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        let file = File::options().read(true).write(true).create_new(true).open(&path)?;
        Ok((path, file))
    }

    /// Forgets the output at `place`.
    pub(super) fn remove(&self, place: &[String]) -> io::Result<()> {
        let mut path = self.folder.path().join("out");
        path.extend(place);
        fs::remove_file(path)
    }

    /// Moves all outputs to `destination`.
    pub(super) fn commit(self, destination: &Path) -> Result<(), ObfuscationError> {
        let failed = |error| unwritable(destination, error);
        let out = self.folder.path().join("out");
        if let Some(parent) = destination.parent().filter(|parent| !parent.as_os_str().is_empty()) {
            fs::create_dir_all(parent).map_err(failed)?;
        }
        if !self.is_folder {
            fs::rename(out.join("file"), destination).map_err(failed)?;
        } else if destination.is_dir() {
            move_into(&out, destination).map_err(failed)?;
        } else {
            fs::rename(&out, destination).map_err(failed)?;
        }
        self.folder.close().map_err(failed)
    }
}

/// Moves what is in `from` into the folder `to`, over files of the same names.
fn move_into(from: &Path, to: &Path) -> io::Result<()> {
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() && target.is_dir() {
            move_into(&entry.path(), &target)?;
        } else {
            fs::rename(entry.path(), target)?;
        }
    }
    Ok(())
}

/// The nearest folder above `path` that exists.
fn nearest_folder(path: &Path) -> PathBuf {
    let mut folder = path;
    while let Some(parent) = folder.parent() {
        if parent.as_os_str().is_empty() {
            return PathBuf::from(".");
        }
        if parent.is_dir() {
            return parent.to_owned();
        }
        folder = parent;
    }
    PathBuf::from(".")
}

/// Refuses a destination that exists, or that is or contains a source, or lies in one.
pub(super) fn check(
    sources: &[PathBuf],
    destination: &Path,
    is_folder: bool,
    options: FilesOptions,
) -> Result<(), ObfuscationError> {
    let refused = |problem: &str| ObfuscationError::Destination {
        path: destination.to_owned(),
        problem: problem.to_owned(),
    };
    let place = resolve(destination);
    for source in sources {
        let source = fs::canonicalize(source).map_err(|error| unreadable(source, error))?;
        if place == source {
            return Err(refused("it is the source; give another name"));
        }
        if place.starts_with(&source) {
            return Err(refused("it lies inside the source; give a place outside"));
        }
        if source.starts_with(&place) {
            return Err(refused("the source lies inside it; give a place outside"));
        }
    }
    let Ok(metadata) = fs::metadata(destination) else { return Ok(()) };
    if metadata.is_dir() != is_folder {
        return Err(refused(if is_folder {
            "it is a file, and a folder is needed for a folder or several sources"
        } else {
            "it is a folder, and one file becomes a file; name it"
        }));
    }
    let is_empty_folder =
        is_folder && fs::read_dir(destination).is_ok_and(|mut entries| entries.next().is_none());
    if is_empty_folder || options.overwrite {
        return Ok(());
    }
    Err(refused("it exists; give another name, or allow it to be overwritten"))
}

/// `path` without links and dots, as far as it exists.
fn resolve(path: &Path) -> PathBuf {
    if let Ok(path) = fs::canonicalize(path) {
        return path;
    }
    let (Some(parent), Some(name)) = (path.parent(), path.file_name()) else {
        return path.to_owned();
    };
    let parent = if parent.as_os_str().is_empty() { Path::new(".") } else { parent };
    resolve(parent).join(name)
}
