//! NDJSON (JSON lines): each line is a document of its own, whose top-level keys are columns.
//!
//! A line that is not JSON is obfuscated as free text and counted.

use std::io::{Read, Write};

use super::lines::{self, Line};
use super::report::FileReport;
use super::run::Job;
use crate::{Kind, ObfuscationError, Obfuscator};

pub(super) fn obfuscate(
    job: &Job<'_>,
    input: &mut (dyn Read + Send),
    output: &mut (dyn Write + Send),
) -> Result<FileReport, ObfuscationError> {
    let (_, input) = job.text(input)?;
    obfuscate_text(job, input, output)
}

/// The same for text that was looked at before.
pub(super) fn obfuscate_text(
    job: &Job<'_>,
    input: impl Read + Send,
    output: &mut (dyn Write + Send),
) -> Result<FileReport, ObfuscationError> {
    let mut report = FileReport::new("ndjson");
    lines::obfuscate(job, input, output, &mut report, |line, out| {
        write_line(job.obfuscator, line, out)
    })?;
    Ok(report)
}

fn write_line(obfuscator: &Obfuscator, line: &str, out: &mut Vec<u8>) -> Line {
    if let Some(document) = super::json::document(obfuscator, line) {
        out.extend_from_slice(document.as_bytes());
        return Line::Read;
    }
    out.extend_from_slice(obfuscator.value(Kind::Text, line).as_bytes());
    Line::AsText
}
