//! `huntbook obfuscate`.

use std::fmt::Write as _;
use std::time::Instant;

use huntbook::HuntbookError;
use huntbook::diagnostics::visible;
use huntbook::obfuscate::Obfuscator;
use huntbook::obfuscate::files::{FileReport, FilesOptions, FilesReport, obfuscate_files};

use crate::args::ObfuscateArguments;
use crate::commands::watch::TerminalWatch;
use crate::console::Console;

/// So many files are told one by one.
const MOST_FILES: usize = 20;
/// So many columns of a file are told.
const MOST_COLUMNS: usize = 8;

pub(crate) fn execute(
    arguments: &ObfuscateArguments,
    console: &Console,
) -> Result<(), HuntbookError> {
    let how = &arguments.how;
    let key = how.values.key_or_new()?;
    let obfuscator = Obfuscator::new(&key, &how.values.realm, how.policy()?);
    let options =
        FilesOptions { overwrite: arguments.overwrite, skip_unknown: arguments.skip_unknown };
    let watch = TerminalWatch::new(console);
    let start = Instant::now();
    let report =
        obfuscate_files(&obfuscator, &arguments.sources, &arguments.destination, options, &watch);
    watch.finish();
    let (report, seconds) = (report?, start.elapsed().as_secs_f64());
    if arguments.json {
        return Console::print(report.to_json() + "\n");
    }
    Console::print(summary(&report, seconds))
}

fn summary(report: &FilesReport, seconds: f64) -> String {
    let mut text = String::new();
    for file in report.files.iter().take(MOST_FILES) {
        let _ = writeln!(text, "{}", line(file));
    }
    if let Some(more) = report.files.len().checked_sub(MOST_FILES).filter(|more| *more > 0) {
        let _ = writeln!(text, "... and {more} more; `--json` tells all");
    }
    let megabytes = report.bytes_in as f64 / 1e6;
    let _ = writeln!(
        text,
        "{} files, {} rows, {megabytes:.1} MB in {seconds:.1} s ({:.0} MB/s), realm `{}`, key {}",
        report.files.len(),
        report.rows,
        megabytes / seconds.max(1e-9),
        visible(&report.realm),
        report.key_fingerprint,
    );
    text
}

/// What happened to one file, and what stays in clear in it.
fn line(file: &FileReport) -> String {
    let mut text = format!("{}: {} rows", visible(&file.file), file.rows);
    let clear: Vec<String> =
        file.left_in_clear().map(|column| format!("`{}`", visible(&column.column))).collect();
    if !file.columns.is_empty() {
        let shown = clear.iter().take(MOST_COLUMNS).cloned().collect::<Vec<_>>().join(", ");
        text += &match clear.len() {
            0 => ", no text in clear".to_owned(),
            many if many > MOST_COLUMNS => {
                format!(", in clear: {shown} and {} more", many - MOST_COLUMNS)
            }
            _ => format!(", in clear: {shown}"),
        };
    }
    if file.lines_as_text > 0 {
        let _ = write!(text, ", {} lines are no JSON and became free text", file.lines_as_text);
    }
    text
}
