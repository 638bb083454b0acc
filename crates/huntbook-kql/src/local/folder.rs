//! From paths to tables: which files there are, what each holds, and what is passed over and why.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use huntbook_diagnostics::near;

use super::error::{LocalError, Origin};
use super::file::{DataFile, split_name, strip_extension, zip_members};
use super::name::table_name;
use super::partitions::Partition;
use super::rows::{Mapping, Shape};
use super::schemas;
use super::table::{LocalTable, Part};
use super::windows::View;

/// How deep folders are followed.
const MOST_DEPTH: usize = 16;

/// The table name of AWS's audit trail.
const CLOUDTRAIL: &str = "AWSCloudTrail";

/// What was found so far.
#[derive(Debug, Default)]
pub(super) struct Findings {
    parts: BTreeMap<String, Vec<Part>>,
    broken: BTreeMap<String, LocalError>,
    warnings: Vec<String>,
}

/// Where in the opened folder a file stands.
#[derive(Debug, Clone, Default)]
struct Place {
    /// The folder that names the tables: the first one below the opened one, or the opened one itself where
    /// its folders are `key=value`.
    top: Option<String>,
    partition: Partition,
    depth: usize,
}

impl Place {
    /// The place of what stands in `name`, a folder in `folder`, which is at this place.
    fn inside(&self, folder: &Path, name: &str) -> Self {
        let depth = self.depth + 1;
        if let Some(partition) = self.partition.with_folder(name) {
            let own = || std::fs::canonicalize(folder).ok().map(|path| file_name(&path));
            Self { top: self.top.clone().or_else(own), partition, depth }
        } else {
            let top = Some(self.top.clone().unwrap_or_else(|| name.to_owned()));
            Self { top, partition: self.partition.clone(), depth }
        }
    }
}

impl Findings {
    /// Looks at a file or folder that the user named.
    ///
    /// What is wrong with a file that was named itself is an error; inside a folder it is kept for the
    /// table that the file belongs to.
    pub(super) fn add(&mut self, path: &Path) -> Result<(), LocalError> {
        let metadata = std::fs::metadata(path).map_err(|error| match error.kind() {
            std::io::ErrorKind::NotFound | std::io::ErrorKind::NotADirectory => {
                LocalError::Missing { path: path.to_owned(), near: similar(path) }
            }
            _ => LocalError::Read { origin: Origin::file(path), reason: error.to_string() },
        })?;
        let (tables, warnings) = (self.tables(), self.warnings.len());
        if metadata.is_dir() {
            self.add_folder(path, &Place::default())?;
        } else {
            self.add_file(path, &Place::default())?;
            if let Some(error) = self.broken.values().find(|error| error_path(error) == Some(path))
            {
                return Err(error.clone());
            }
        }
        if self.tables() == tables {
            let reason = match &self.warnings[warnings..] {
                [] => "it is empty".to_owned(),
                [one] => one.clone(),
                [first, rest @ ..] => format!("{first} (and {} more)", rest.len()),
            };
            return Err(LocalError::Empty { path: path.to_owned(), reason });
        }
        Ok(())
    }

    /// The tables, and what a user should know about what was passed over.
    pub(super) fn into_tables(self) -> (Vec<LocalTable>, Vec<String>) {
        let Self { parts, broken, mut warnings } = self;
        let names: Arc<[String]> = parts.keys().cloned().collect();
        let mut tables = Vec::new();
        for (name, error) in broken {
            warnings.push(format!("table `{name}` cannot be read: {error}"));
            if !parts.contains_key(&name) {
                tables.push(LocalTable::broken(name, error));
            }
        }
        for (name, parts) in parts {
            tables.push(LocalTable::new(name, parts, Arc::clone(&names)));
        }
        (tables, warnings)
    }

    fn tables(&self) -> usize {
        self.parts.values().map(Vec::len).sum::<usize>() + self.broken.len()
    }

    fn add_folder(&mut self, folder: &Path, place: &Place) -> Result<(), LocalError> {
        let read = |error: std::io::Error| LocalError::Read {
            origin: Origin::file(folder),
            reason: error.to_string(),
        };
        let mut paths = Vec::new();
        for entry in std::fs::read_dir(folder).map_err(read)? {
            paths.push(entry.map_err(read)?.path());
        }
        paths.sort();
        for path in paths {
            let name = file_name(&path);
            if name.starts_with(['.', '_']) {
                self.warnings.push(format!("ignored `{}`: hidden by its name", path.display()));
            } else if path.is_dir() {
                if place.depth == MOST_DEPTH {
                    self.warnings
                        .push(format!("ignored `{}`: folders nest too deep", path.display()));
                } else if let Err(error) = self.add_folder(&path, &place.inside(folder, &name)) {
                    self.warnings.push(format!("ignored a folder: {error}"));
                }
            } else if let Err(error) = self.add_file(&path, place) {
                let stem = split_name(&name).map_or(name.as_str(), |(stem, ..)| stem);
                let stem = strip_extension(stem, "zip").unwrap_or(stem);
                self.broken.insert(table_name(stem, place.top.as_deref()), error);
            }
        }
        Ok(())
    }

    fn add_file(&mut self, path: &Path, place: &Place) -> Result<(), LocalError> {
        // Whoever opens a pipe waits for somebody to write into it.
        if std::fs::metadata(path).is_ok_and(|found| !found.is_file()) {
            self.warnings.push(format!("ignored `{}`: it is no ordinary file", path.display()));
            return Ok(());
        }
        let name = file_name(path);
        if strip_extension(&name, "zip").is_some() {
            return self.add_archive(path, place);
        }
        let Some((stem, format, gzipped)) = split_name(&name) else {
            self.warnings.push(format!("ignored `{}`: {}", path.display(), unreadable(&name)));
            return Ok(());
        };
        let file = DataFile::new(Origin::file(path), format, gzipped);
        self.add_data(&file, stem, place)
    }

    fn add_archive(&mut self, path: &Path, place: &Place) -> Result<(), LocalError> {
        // A folder names the tables of an archive in it only where it is named after a well-known one.
        let top = place.top.clone().filter(|folder| schemas::known(folder).is_some());
        let place = &Place { top, ..place.clone() };
        for member in zip_members(path)? {
            let name = member.rsplit('/').next().unwrap_or(&member);
            let origin = Origin { path: path.to_owned(), member: Some(member.clone()) };
            if name.starts_with(['.', '_']) || member.starts_with("__MACOSX/") {
                self.warnings.push(format!("ignored {origin}: hidden by its name"));
                continue;
            }
            let Some((stem, format, gzipped)) = split_name(name) else {
                self.warnings.push(format!("ignored {origin}: {}", unreadable(name)));
                continue;
            };
            let file = DataFile::new(origin, format, gzipped);
            if let Err(error) = self.add_data(&file, stem, place) {
                self.broken.insert(table_name(stem, place.top.as_deref()), error);
            }
        }
        Ok(())
    }

    fn add_data(&mut self, file: &DataFile, stem: &str, place: &Place) -> Result<(), LocalError> {
        let shape = Shape::of(file)?;
        let table = table_name(stem, place.top.as_deref());
        // What is named after a well-known table is that table already.
        let is_known = schemas::known(&table).is_some();
        let mut push = |table: &str, mapping| {
            let partition = place.partition.clone();
            let part = Part { file: file.clone(), shape, mapping, partition };
            self.parts.entry(table.to_owned()).or_default().push(part);
        };
        match shape {
            Shape::Unknown => {
                self.warnings
                    .push(format!("ignored {}: neither JSON nor a log of Zeek's", file.origin));
            }
            // A recording that goes by the name of a well-known table is not in its columns yet.
            Shape::WindowsEvents | Shape::ExportedEvents
                if !is_known || shape == Shape::WindowsEvents =>
            {
                if !is_known {
                    push(&table, Mapping::Windows(View::Recorded));
                }
                for (name, view) in View::NAMED {
                    push(name, Mapping::Windows(view));
                }
            }
            Shape::CloudTrail if !is_known => {
                push(&table, Mapping::Recorded);
                push(CLOUDTRAIL, Mapping::CloudTrail);
            }
            _ => push(&table, Mapping::Recorded),
        }
        Ok(())
    }
}

fn error_path(error: &LocalError) -> Option<&Path> {
    match error {
        LocalError::Damaged { origin, .. }
        | LocalError::Read { origin, .. }
        | LocalError::TooLarge { origin, .. }
        | LocalError::Malformed { origin, .. } => Some(&origin.path),
        _ => None,
    }
}

fn file_name(path: &Path) -> String {
    path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

fn unreadable(name: &str) -> &'static str {
    if strip_extension(name, "zip").is_some() {
        "an archive inside an archive is not read"
    } else {
        "its extension names no format that is read"
    }
}

/// Names like the missing one, in the nearest folder that exists.
fn similar(path: &Path) -> Vec<String> {
    let mut missing: PathBuf = path.to_owned();
    loop {
        let Some(parent) = missing.parent().map(Path::to_owned) else { return Vec::new() };
        let folder = if parent.as_os_str().is_empty() { Path::new(".") } else { parent.as_path() };
        if let Ok(entries) = std::fs::read_dir(folder) {
            let mut names: Vec<String> = entries
                .filter_map(|entry| Some(entry.ok()?.file_name().to_string_lossy().into_owned()))
                .collect();
            names.sort();
            let wanted = file_name(&missing);
            return near(&wanted, names.iter().map(String::as_str))
                .into_iter()
                .map(str::to_owned)
                .collect();
        }
        missing = parent;
    }
}
