//! `huntbook prove`.

use std::fmt::Write as _;
use std::fs;

use huntbook::HuntbookError;
use huntbook::diagnostics::visible;
use huntbook::obfuscate::files::{FilesProof, prove_files};

use crate::args::ProveArguments;
use crate::commands::watch::TerminalWatch;
use crate::console::Console;

pub(crate) fn execute(arguments: &ProveArguments, console: &Console) -> Result<(), HuntbookError> {
    let key = arguments.how.values.known_key()?;
    let policy = arguments.how.policy()?;
    let watch = TerminalWatch::new(console);
    let proof = prove_files(
        &arguments.original,
        &arguments.obfuscated,
        &key,
        &arguments.how.values.realm,
        &policy,
        &watch,
    );
    watch.finish();
    let proof = proof?;
    if let Some(file) = &arguments.html {
        fs::write(file, page(&proof))
            .map_err(|error| HuntbookError::Write { path: file.clone(), source: error.into() })?;
    }
    let text = if arguments.json { proof.to_json() + "\n" } else { summary(&proof) };
    Console::print(text)?;
    if proof.ok {
        return Ok(());
    }
    Err(HuntbookError::Config {
        message: "the proof has findings: these files must not be shared".into(),
        hints: vec!["obfuscate again, with the same key, realm and policy as here".into()],
    })
}

/// All proofs on one page that needs nothing else.
fn page(proof: &FilesProof) -> String {
    let head =
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Proof</title><body>";
    format!("{head}{}</body></html>\n", proof.to_html())
}

fn summary(proof: &FilesProof) -> String {
    let mut text = String::new();
    for file in &proof.files {
        let name = visible(&file.file);
        if file.proof.ok {
            let _ = writeln!(text, "{name}: {} rows, nothing found", file.proof.rows);
            continue;
        }
        let _ = writeln!(
            text,
            "{name}: {} rows, {} FINDINGS",
            file.proof.rows,
            file.proof.findings.len()
        );
        for finding in &file.proof.findings {
            let place = finding.column.as_deref().map_or_else(String::new, |column| {
                if column.is_empty() {
                    String::new()
                } else {
                    format!("column `{}`, ", visible(column))
                }
            });
            let row =
                finding.first_row.map_or_else(String::new, |row| format!(", first in row {row}"));
            let _ = writeln!(text, "  {place}{} times{row}: {}", finding.count, finding.message);
        }
    }
    for finding in &proof.findings {
        let _ = writeln!(text, "names of files: {}", finding.message);
    }
    for name in &proof.missing {
        let _ = writeln!(text, "{}: MISSING", visible(name));
    }
    if proof.unexpected > 0 {
        let _ = writeln!(text, "{} files that no original gives", proof.unexpected);
    }
    let verdict = if proof.ok { "nothing found" } else { "FINDINGS, do not share" };
    let rows: u64 = proof.files.iter().map(|file| file.proof.rows).sum();
    let _ = writeln!(
        text,
        "{} files, {rows} rows: {verdict}; realm `{}`, key {}",
        proof.files.len(),
        visible(&proof.realm),
        proof.key_fingerprint
    );
    text
}
