//! Zip archives: each member by the end of its name, packed again under an obfuscated one.
//!
//! Times, comments, permissions and extra fields of the archive are not taken along.

use std::fs::File;
use std::io::{BufReader, BufWriter, Write};
use std::path::{Path, PathBuf};

use zip::result::ZipError;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipArchive, ZipWriter};

use super::format::{self, Format};
use super::names::Names;
use super::progress::Counted;
use super::report::{FileReport, LeftOut};
use super::run::{self, Job};
use crate::ObfuscationError;

/// Members from this size on are written with 64-bit sizes.
const LARGE: u64 = 1 << 31;

/// Obfuscates the archive at `job.path` into `output`; reports each member.
pub(super) fn obfuscate(
    job: &Job<'_>,
    output: File,
) -> Result<(Vec<FileReport>, Vec<LeftOut>), ObfuscationError> {
    let file = File::open(job.path).map_err(|error| job.unreadable(error))?;
    let mut archive = ZipArchive::new(BufReader::new(Counted::new(file, job.meter)))
        .map_err(|error| damaged(job, error))?;
    let mut writer = ZipWriter::new(BufWriter::new(output));
    let mut names = Names::default();
    let (mut reports, mut left_out) = (Vec::new(), Vec::new());
    for index in 0..archive.len() {
        let mut member = archive.by_index(index).map_err(|error| damaged(job, error))?;
        if member.is_dir() {
            continue;
        }
        let original = String::from_utf8_lossy(member.name_raw()).into_owned();
        let components = components(&original);
        let name = names.file(job.obfuscator, &components).join("/");
        let shown = PathBuf::from(format!("{}!{original}", job.path.display()));
        let job = Job { path: &shown, ..*job };
        let size = member.size();
        let outcome = if member.is_symlink() {
            Err(job.refused("it is a symbolic link"))
        } else {
            content(&job, Path::new(&original)).and_then(|content| {
                let options = SimpleFileOptions::default()
                    .compression_method(CompressionMethod::Deflated)
                    .last_modified_time(DateTime::default())
                    .large_file(size >= LARGE / 4);
                writer.start_file(&name, options).map_err(|error| unwritable(&job, error))?;
                run::obfuscate_content(&job, content, &mut member, &mut writer).inspect_err(|_| {
                    // What was begun is not part of the archive; on any other error all of it goes.
                    let _ = writer.abort_file();
                })
            })
        };
        match outcome {
            Ok(mut report) => {
                report.file = name;
                report.bytes_in = size;
                reports.push(report);
            }
            Err(ObfuscationError::FileFormat { reason, .. }) if job.skip_unknown => {
                job.meter.left_out(&shown, &reason);
                left_out.push(LeftOut { file: name, reason });
            }
            Err(error) => return Err(error),
        }
    }
    let mut output = writer.finish().map_err(|error| unwritable(job, error))?;
    output.flush().map_err(|error| job.unwritable(error))?;
    Ok((reports, left_out))
}

pub(super) fn content(job: &Job<'_>, name: &Path) -> Result<format::Content, ObfuscationError> {
    match format::of(name).map_err(|reason| job.refused(&reason))? {
        Format::File { content, gzip: false } => Ok(content),
        Format::File { gzip: true, .. } => {
            Err(job.refused("a gzip file inside a zip archive is not read; unpack it first"))
        }
        Format::Zip => {
            Err(job.refused("a zip archive inside a zip archive is not read; unpack it first"))
        }
    }
}

/// The names in a member's path, without what leads out of the archive.
pub(super) fn components(name: &str) -> Vec<String> {
    let parts = name.split(['/', '\\']);
    let parts: Vec<String> =
        parts.filter(|part| !matches!(*part, "" | "." | "..")).map(str::to_owned).collect();
    if parts.is_empty() { vec!["_".to_owned()] } else { parts }
}

pub(super) fn damaged(job: &Job<'_>, error: ZipError) -> ObfuscationError {
    match error {
        ZipError::Io(error) => job.unreadable(error),
        ZipError::UnsupportedArchive(reason) => job.refused(reason),
        _ => job.damaged(
            None,
            "it is no readable zip archive; it was probably cut off on its way".to_owned(),
        ),
    }
}

fn unwritable(job: &Job<'_>, error: ZipError) -> ObfuscationError {
    match error {
        ZipError::Io(error) => job.unwritable(error),
        other => job.unwritable(std::io::Error::other(other)),
    }
}
