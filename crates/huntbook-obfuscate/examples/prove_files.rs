//! Obfuscates files or folders, proves the result, and prints what was found and megabytes of text a second.
//!
//! `cargo run -p huntbook-obfuscate --example prove_files PATH...`
//!
//! Each path is a data set of its own. The key is made for this run and forgotten. The exit status is 1 if a proof
//! finds anything.

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Instant;

use huntbook_obfuscate::files::{FilesOptions, Unwatched, obfuscate_files, prove_files};
use huntbook_obfuscate::{Key, Obfuscator, Policy};

const REALM: &str = "prove_files";

#[expect(clippy::print_stdout, reason = "a program that prints its result")]
fn main() -> Result<ExitCode, Box<dyn std::error::Error>> {
    let sources: Vec<PathBuf> = std::env::args_os().skip(1).map(PathBuf::from).collect();
    if sources.is_empty() {
        return Err("usage: prove_files PATH...".into());
    }
    let key = Key::generate()?;
    let policy = Policy::builtin();
    let (mut bytes, mut seconds, mut is_ok) = (0, 0.0, true);
    for source in sources {
        let folder = tempfile::tempdir()?;
        let destination = folder.path().join(source.file_name().ok_or("a path has no name")?);
        let obfuscator = Obfuscator::new(&key, REALM, policy.clone());
        let options = FilesOptions { skip_unknown: true, ..FilesOptions::default() };
        let sources = [source.clone()];
        let report = obfuscate_files(&obfuscator, &sources, &destination, options, &Unwatched)?;
        let start = Instant::now();
        let proof = prove_files(&source, &destination, &key, REALM, &policy, &Unwatched)?;
        let taken = start.elapsed().as_secs_f64();
        println!(
            "{}: {} MB of text, {taken:.2} s, {}",
            source.display(),
            report.text_bytes / 1_000_000,
            if proof.ok { "nothing found" } else { "FOUND" },
        );
        let findings = proof.files.iter().flat_map(|file| &file.proof.findings);
        for finding in findings.chain(&proof.findings) {
            println!("  {finding:?}");
        }
        bytes += report.text_bytes;
        seconds += taken;
        is_ok &= proof.ok;
    }
    println!("{:.1} MB of text a second", bytes as f64 / 1e6 / seconds);
    Ok(if is_ok { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
