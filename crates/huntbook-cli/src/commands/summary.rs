//! What `huntbook obfuscate` says at its end: each file on a line, then once for all what stays in clear.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::fmt::Write as _;

use huntbook::diagnostics::visible;
use huntbook::obfuscate::Kind;
use huntbook::obfuscate::files::{FileReport, FilesReport};

/// So many files are told one by one.
const MOST_FILES: usize = 20;
/// So many columns are told of each reason.
const MOST_COLUMNS: usize = 24;
/// Longer names stand out of line.
const WIDEST_NAME: usize = 80;
/// Lists of columns are wrapped here.
const LINE_WIDTH: usize = 100;

pub(super) fn of(report: &FilesReport, seconds: f64) -> String {
    let mut text = String::new();
    let lines: Vec<(String, String)> = report
        .files
        .iter()
        .take(MOST_FILES)
        .map(|file| (visible(&file.file), what_became_of(file)))
        .collect();
    let width = lines.iter().map(|(name, _)| name.chars().count()).max().unwrap_or(0);
    let width = width.min(WIDEST_NAME);
    for (name, what) in &lines {
        let _ = writeln!(text, "{name:width$}  {what}");
    }
    if let Some(more) = report.files.len().checked_sub(MOST_FILES).filter(|more| *more > 0) {
        let _ = writeln!(text, "... and {more} more files; `--json` tells all");
    }
    in_clear(report, &mut text);
    let megabytes = report.bytes_in as f64 / 1e6;
    let _ = writeln!(
        text,
        "{}, {}, {megabytes:.1} MB in {seconds:.1} s ({:.0} MB/s), realm `{}`, key {}",
        count(report.files.len() as u64, "file"),
        count(report.rows, "row"),
        megabytes / seconds.max(1e-9),
        visible(&report.realm),
        report.key_fingerprint,
    );
    text
}

fn what_became_of(file: &FileReport) -> String {
    match file.format {
        "json" => return count(file.rows, "document"),
        "ndjson" if file.lines_as_text > 0 => {
            return format!(
                "{} of JSON, {} of them none and free text",
                count(file.rows, "line"),
                file.lines_as_text
            );
        }
        "ndjson" => return count(file.rows, "line") + " of JSON",
        "text" => return count(file.rows, "line") + " of text",
        _ => {}
    }
    let of_kind = |kind: Kind| file.columns.iter().filter(|column| column.kind == kind).count();
    let (all, kept, nulled) = (file.columns.len(), of_kind(Kind::Keep), of_kind(Kind::Null));
    let nulled = if nulled > 0 { format!(", {nulled} of them emptied") } else { String::new() };
    format!("{}, {} of {all} columns obfuscated{nulled}", count(file.rows, "row"), all - kept)
}

/// Tells the columns that stay in clear, of all files at once, by the reason.
fn in_clear(report: &FilesReport, text: &mut String) {
    let mut by_reason: BTreeMap<&str, BTreeMap<String, String>> = BTreeMap::new();
    let mut of_other_types = 0;
    for column in report.files.iter().flat_map(|file| &file.columns) {
        if column.kind != Kind::Keep {
            continue;
        }
        if !is_text(&column.data_type) {
            of_other_types += 1;
            continue;
        }
        // Of a rule by pattern the pattern stands behind the reason.
        let reason = column.reason.split(" (`").next().unwrap_or_default();
        // Spellings of one name are one column.
        if let Entry::Vacant(place) =
            by_reason.entry(reason).or_default().entry(column.column.to_lowercase())
        {
            place.insert(visible(&column.column));
        }
    }
    if !by_reason.is_empty() {
        text.push_str("in clear, since a rule says so:\n");
    }
    for (reason, columns) in by_reason {
        let mut words = vec![format!("{}:", visible(reason))];
        let last = columns.len().min(MOST_COLUMNS) - 1;
        for (place, column) in columns.values().take(MOST_COLUMNS).enumerate() {
            words.push(format!("`{column}`{}", if place < last { "," } else { "" }));
        }
        if let Some(more) = columns.len().checked_sub(MOST_COLUMNS).filter(|more| *more > 0) {
            words.push(format!("and {more} more; `--json` tells all"));
        }
        wrap(&words, text);
    }
    if of_other_types > 0 {
        let columns = count(of_other_types, "column");
        let _ = writeln!(text, "in clear by their type: {columns} of numbers, times and the like");
    }
    if report.files.iter().any(|file| matches!(file.format, "json" | "ndjson")) {
        text.push_str(
            "in JSON, values whose path the policy keeps stay in clear, and so do numbers\n",
        );
    }
}

fn is_text(data_type: &str) -> bool {
    ["Utf8", "LargeUtf8", "Utf8View"].iter().any(|text| data_type.contains(text))
}

/// Appends `words` as indented lines that are not longer than they have to be.
fn wrap(words: &[String], text: &mut String) {
    let mut line = String::from(" ");
    for word in words {
        let is_full = line.chars().count() + 1 + word.chars().count() > LINE_WIDTH;
        if is_full && !line.trim().is_empty() {
            let _ = writeln!(text, "{line}");
            "   ".clone_into(&mut line);
        }
        line.push(' ');
        line += word;
    }
    let _ = writeln!(text, "{line}");
}

/// `1 row`, `2 rows`.
fn count(number: u64, thing: &str) -> String {
    format!("{number} {thing}{}", if number == 1 { "" } else { "s" })
}
