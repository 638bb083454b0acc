//! One run over files: find, obfuscate one after the other, move to the destination.

use std::fs::File;
use std::io::{self, BufReader, BufWriter, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::folder::{self, Entry};
use super::format::{self, Content, Format};
use super::output::{self, Staging};
use super::progress::{Counted, Meter, Unwatched, Watch};
use super::report::{FileReport, FilesReport, LeftOut};
use super::{csv, gzip, json, learn, ndjson, parquet, text, vault, zip};
use crate::{ObfuscationError, Obfuscator, VaultWriter};

/// How many rows decide what a column without a rule holds, and how many make a block.
pub(super) const SAMPLE_ROWS: usize = 8192;

/// Choices of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct FilesOptions {
    /// An existing destination is replaced; in a folder, files of the same names are.
    pub overwrite: bool,
    /// What cannot be read is left out and listed; otherwise it ends the run.
    pub skip_unknown: bool,
}

/// Obfuscates files and folders into `destination`: a file for one file, else a folder with the same layout.
///
/// The format of a file is told by the end of its name; each line of a file of unknown format is free text. The
/// destination gets all outputs at the end of the run, or none.
///
/// # Errors
///
/// [`File`](ObfuscationError::File) if a file cannot be read or written,
/// [`FileFormat`](ObfuscationError::FileFormat) for one that is not read unless it may be left out,
/// [`FileContent`](ObfuscationError::FileContent) for a damaged one,
/// [`Destination`](ObfuscationError::Destination) if the destination exists or overlaps a source,
/// [`Cancelled`](ObfuscationError::Cancelled) if `watch` wants that,
/// [`InFile`](ObfuscationError::InFile) around every error of a table.
///
/// # Complexity
///
/// O(bytes) time on all cores; memory for some blocks of 4 MB a core and 64 MB of packed Parquet columns.
pub fn obfuscate_files(
    obfuscator: &Obfuscator,
    sources: &[PathBuf],
    destination: &Path,
    options: FilesOptions,
    watch: &dyn Watch,
) -> Result<FilesReport, ObfuscationError> {
    run(obfuscator, sources, destination, options, None, watch)
}

/// The same as [`obfuscate_files`], and `vault` records what the tokens stand for: each value of a one-way column and
/// each label in it, of free text and JSON the labels.
///
/// # Errors
///
/// Those of [`obfuscate_files`] and of [`VaultWriter::record`].
///
/// # Complexity
///
/// Each file is read once more, with memory for the largest table.
pub fn obfuscate_files_with_vault(
    obfuscator: &Obfuscator,
    sources: &[PathBuf],
    destination: &Path,
    options: FilesOptions,
    vault: &mut VaultWriter,
    watch: &dyn Watch,
) -> Result<FilesReport, ObfuscationError> {
    run(obfuscator, sources, destination, options, Some(vault), watch)
}

fn run(
    obfuscator: &Obfuscator,
    sources: &[PathBuf],
    destination: &Path,
    options: FilesOptions,
    mut vault: Option<&mut VaultWriter>,
    watch: &dyn Watch,
) -> Result<FilesReport, ObfuscationError> {
    let found = folder::layout(obfuscator, sources, options, &Unwatched)?;
    output::check(sources, destination, found.is_folder, options)?;
    if let ([entry], false) = (found.entries.as_slice(), found.is_folder) {
        check_ending(&entry.source, destination)?;
    }
    let passes = if vault.is_some() { 3 } else { 2 };
    let meter = Meter::new(watch, passes * found.bytes());
    let staging = Staging::new(destination, found.is_folder)?;
    let scratch = staging.scratch();
    let learned = learn::learn(obfuscator, &found, destination, &scratch, options, &meter)?;
    let learned = obfuscator.informed(Arc::new(learned));
    let obfuscator = &learned;
    // Names are free text, so they may change with what was learnt.
    let layout = folder::layout(obfuscator, sources, options, watch)?;
    let mut report = FilesReport::new(obfuscator);
    report.left_out.extend_from_slice(&layout.left_out);
    report.bytes_in = layout.bytes();
    for entry in &layout.entries {
        let job = Job {
            obfuscator,
            path: &entry.source,
            destination,
            scratch: &scratch,
            meter: &meter,
            skip_unknown: options.skip_unknown,
        };
        let shown = entry.shown(destination);
        match obfuscate_entry(&job, entry, &staging) {
            Ok(written) => {
                if let Some(vault) = vault.as_deref_mut() {
                    vault::record(&job, entry, vault)
                        .map_err(|error| error.in_file(&entry.source))?;
                }
                report.bytes_out += written.bytes;
                let is_archive = entry.format == Format::Zip;
                for mut file in written.files {
                    file.file =
                        if is_archive { format!("{shown}!{}", file.file) } else { shown.clone() };
                    report.add(file);
                }
                report.left_out.extend(written.left_out.into_iter().map(|left_out| LeftOut {
                    file: format!("{shown}!{}", left_out.file),
                    reason: left_out.reason,
                }));
            }
            Err(ObfuscationError::FileFormat { reason, .. })
                if options.skip_unknown && layout.is_folder =>
            {
                staging.remove(&entry.place).map_err(|error| job.unwritable(error))?;
                watch.left_out(&entry.source, &reason);
                report.left_out.push(LeftOut { file: shown, reason });
            }
            Err(error) => return Err(error.in_file(&entry.source)),
        }
    }
    meter.go_on()?;
    staging.commit(destination)?;
    Ok(report)
}

/// One file gives a file of the same format, so its name has to end so.
fn check_ending(source: &Path, destination: &Path) -> Result<(), ObfuscationError> {
    let (from, to) =
        (source.file_name().unwrap_or_default(), destination.file_name().unwrap_or_default());
    if format::same_ending(from, to) {
        return Ok(());
    }
    let ending = source.extension().unwrap_or_default().to_string_lossy().into_owned();
    Err(ObfuscationError::Destination {
        path: destination.to_owned(),
        problem: format!("the format stays, so the name has to end in `.{ending}`"),
    })
}

struct Written {
    files: Vec<FileReport>,
    left_out: Vec<LeftOut>,
    bytes: u64,
}

fn obfuscate_entry(
    job: &Job<'_>,
    entry: &Entry,
    staging: &Staging,
) -> Result<Written, ObfuscationError> {
    job.meter.go_on()?;
    let (path, output) = staging.create(&entry.place).map_err(|error| job.unwritable(error))?;
    let (mut files, left_out) = match entry.format {
        Format::Zip => zip::obfuscate(job, output)?,
        Format::File { content, gzip } => {
            let report = obfuscate_file(job, content, gzip, output)?;
            (vec![report], Vec::new())
        }
    };
    let bytes = std::fs::metadata(&path).map_err(|error| job.unwritable(error))?.len();
    if entry.format != Format::Zip {
        for file in &mut files {
            file.bytes_in = entry.bytes;
            file.bytes_out = bytes;
        }
    }
    Ok(Written { files, left_out, bytes })
}

fn obfuscate_file(
    job: &Job<'_>,
    content: Content,
    gzip: bool,
    output: File,
) -> Result<FileReport, ObfuscationError> {
    let failed = |error| job.unwritable(error);
    if content == Content::Parquet && !gzip {
        let mut output = BufWriter::new(output);
        let report = parquet::obfuscate(job, job.path, &mut output)?;
        output.flush().map_err(failed)?;
        return Ok(report);
    }
    let input = File::open(job.path).map_err(|error| job.unreadable(error))?;
    let input = Counted::new(input, job.meter);
    if gzip {
        let mut output = gzip::pack(BufWriter::new(output));
        let mut input = gzip::unpack(input);
        let report = obfuscate_content(job, content, &mut input, &mut output)?;
        output.finish().and_then(|mut output| output.flush()).map_err(failed)?;
        Ok(report)
    } else {
        let mut output = BufWriter::with_capacity(1 << 16, output);
        let mut input = BufReader::with_capacity(1 << 16, input);
        let report = obfuscate_content(job, content, &mut input, &mut output)?;
        output.flush().map_err(failed)?;
        Ok(report)
    }
}

/// Obfuscates a stream of known content.
pub(super) fn obfuscate_content(
    job: &Job<'_>,
    content: Content,
    input: &mut (dyn Read + Send),
    output: &mut (dyn Write + Send),
) -> Result<FileReport, ObfuscationError> {
    match content {
        Content::Csv { delimiter } => csv::obfuscate(job, delimiter, input, output),
        Content::Ndjson => ndjson::obfuscate(job, input, output),
        Content::Json => json::obfuscate(job, input, output),
        Content::Text => text::obfuscate(job, input, output),
        Content::Parquet => {
            let unpacked = unpack(job, input)?;
            parquet::obfuscate(job, unpacked.path(), output)
        }
    }
}

/// `input` as a file, which goes when it is no longer needed.
pub(super) fn unpack(
    job: &Job<'_>,
    input: &mut (dyn Read + Send),
) -> Result<tempfile::NamedTempFile, ObfuscationError> {
    let mut file =
        tempfile::NamedTempFile::new_in(job.scratch).map_err(|error| job.unwritable(error))?;
    let mut buffer = vec![0; 1 << 16];
    loop {
        job.meter.go_on()?;
        let read = input.read(&mut buffer).map_err(|error| job.unreadable(error))?;
        if read == 0 {
            return Ok(file);
        }
        file.write_all(&buffer[..read]).map_err(|error| job.unwritable(error))?;
    }
}

/// One file to obfuscate, and who is told about it.
#[derive(Clone, Copy)]
pub(super) struct Job<'a> {
    pub(super) obfuscator: &'a Obfuscator,
    /// The source, or the member of an archive.
    pub(super) path: &'a Path,
    pub(super) destination: &'a Path,
    /// A folder for files that go again.
    pub(super) scratch: &'a Path,
    pub(super) meter: &'a Meter<'a>,
    pub(super) skip_unknown: bool,
}

impl Job<'_> {
    /// The head of a text, and all of it.
    pub(super) fn text<'r>(
        &self,
        input: &'r mut (dyn Read + Send),
    ) -> Result<(Vec<u8>, impl Read + Send + use<'r>), ObfuscationError> {
        format::text(input)
            .map_err(|error| self.unreadable(error))?
            .map_err(|reason| self.refused(reason))
    }

    pub(super) fn refused(&self, reason: &str) -> ObfuscationError {
        refused(self.path, reason)
    }

    pub(super) fn unreadable(&self, error: io::Error) -> ObfuscationError {
        unreadable(self.path, error)
    }

    pub(super) fn unwritable(&self, error: io::Error) -> ObfuscationError {
        unwritable(self.destination, error)
    }

    pub(super) fn damaged(&self, line: Option<u64>, problem: String) -> ObfuscationError {
        ObfuscationError::FileContent { path: self.path.to_owned(), line, problem }
    }
}

pub(super) fn refused(path: &Path, reason: &str) -> ObfuscationError {
    ObfuscationError::FileFormat { path: path.to_owned(), reason: reason.to_owned() }
}

pub(super) fn unreadable(path: &Path, source: io::Error) -> ObfuscationError {
    ObfuscationError::File { action: "read", path: path.to_owned(), source }
}

pub(super) fn unwritable(path: &Path, source: io::Error) -> ObfuscationError {
    ObfuscationError::File { action: "write", path: path.to_owned(), source }
}
