//! Plain text, and every file of unknown format: each line as free text.

use std::io::{Read, Write};

use super::lines::{self, Line};
use super::report::FileReport;
use super::run::Job;
use crate::{Kind, ObfuscationError};

pub(super) fn obfuscate(
    job: &Job<'_>,
    input: &mut (dyn Read + Send),
    output: &mut (dyn Write + Send),
) -> Result<FileReport, ObfuscationError> {
    let mut report = FileReport::new("text");
    let (_, input) = job.text(input)?;
    lines::obfuscate(job, input, output, &mut report, |line, out| {
        out.extend_from_slice(job.obfuscator.value(Kind::Text, line).as_bytes());
        Line::Read
    })?;
    Ok(report)
}
