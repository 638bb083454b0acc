//! `huntbook prove`.

use std::fmt::Write as _;

use huntbook::HuntbookError;
use huntbook::diagnostics::visible;
use huntbook::obfuscate::files::{FilesProof, prove_files};

use crate::args::ProveArguments;
use crate::commands::watch::TerminalWatch;
use crate::console::Console;

pub(crate) fn execute(arguments: &ProveArguments, console: &Console) -> Result<(), HuntbookError> {
    let key = arguments.how.known_key()?;
    let policy = arguments.how.policy()?;
    let watch = TerminalWatch::new(console)?;
    let proof = prove_files(
        &arguments.original,
        &arguments.obfuscated,
        &key,
        &arguments.how.realm,
        &policy,
        &watch,
    );
    watch.finish();
    let proof = proof?;
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
    for name in &proof.missing {
        let _ = writeln!(text, "{}: MISSING", visible(name));
    }
    if proof.unexpected > 0 {
        let _ = writeln!(text, "{} files that no original gives", proof.unexpected);
    }
    text
}
