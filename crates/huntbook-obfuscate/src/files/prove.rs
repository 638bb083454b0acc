//! The proof of files: each original beside the file that was made of it.
//!
//! Files are paired by the layout that the originals give under this key. A file without its partner is found, on
//! either side. All originals are learnt before any output is checked: a name in one file must not stand in another.

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::Serialize;

use super::folder::{self, Layout};
use super::format::Format;
use super::names::Names;
use super::progress::{Meter, Unwatched, Watch};
use super::run::{FilesOptions, Job, unreadable};
use super::tables::{self, Table};
use super::{learn, zip};
use crate::proof::html;
use crate::{Finding, Key, ObfuscationError, Obfuscator, Policy, Proof, Prover, SCHEME};

/// What was checked over all files, and what was found. Holds obfuscated names only.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FilesProof {
    /// Whether nothing was found in any file.
    pub ok: bool,
    /// The scheme that was checked against.
    pub scheme: String,
    /// The realm that was checked against.
    pub realm: String,
    /// The fingerprint of the key.
    pub key_fingerprint: String,
    /// Each pair of files.
    pub files: Vec<FileProof>,
    /// What stands in names of files.
    pub findings: Vec<Finding>,
    /// Obfuscated files that should be there and are not.
    pub missing: Vec<String>,
    /// How many files are there that no original gives.
    pub unexpected: u64,
}

/// The proof of one file or one member of an archive.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FileProof {
    /// Its obfuscated path; a member stands behind the `!` of its archive.
    pub file: String,
    /// What was found.
    pub proof: Proof,
}

impl FilesProof {
    /// The proof as JSON text.
    #[expect(
        clippy::missing_panics_doc,
        reason = "it does not: the invariant is named at the place"
    )]
    #[must_use]
    pub fn to_json(&self) -> String {
        serde_json::to_string_pretty(self).expect("a proof has string keys only")
    }

    /// The proof as a fragment of HTML that needs nothing else; all text is escaped.
    #[must_use]
    pub fn to_html(&self) -> String {
        html::files_fragment(self)
    }
}

/// Checks that the file or folder `obfuscated` holds nothing of `original` that `policy` does not keep.
///
/// # Errors
///
/// What reading a file gives: see [`obfuscate_files`](super::obfuscate_files).
///
/// # Complexity
///
/// O(bytes) time; memory for both forms of the largest table.
pub fn prove_files(
    original: &Path,
    obfuscated: &Path,
    key: &Key,
    realm: &str,
    policy: &Policy,
    watch: &dyn Watch,
) -> Result<FilesProof, ObfuscationError> {
    let options = FilesOptions { skip_unknown: true, ..FilesOptions::default() };
    let sources = [original.to_owned()];
    let scratch = tempfile::tempdir().map_err(|error| unreadable(original, error))?;
    let obfuscator = Obfuscator::new(key, realm, policy.clone());
    let found = folder::layout(&obfuscator, &sources, options, &Unwatched)?;
    let meter = Meter::new(watch, 3 * found.bytes());
    let learned = learn::learn(&obfuscator, &found, obfuscated, scratch.path(), options, &meter)?;
    let obfuscator = obfuscator.with_learned(Arc::new(learned));
    let layout = folder::layout(&obfuscator, &sources, options, watch)?;
    let job = Job {
        obfuscator: &obfuscator,
        path: original,
        destination: obfuscated,
        scratch: scratch.path(),
        meter: &meter,
        skip_unknown: true,
    };
    let mut prover = Prover::new(&obfuscator);
    for entry in &layout.entries {
        read_original(&job, entry, &mut |table| {
            prover.learn(&table.plan, &table.batches);
            Ok(())
        })?;
        meter.advance(entry.bytes, 0);
    }
    let mut proof = FilesProof {
        ok: true,
        scheme: SCHEME.to_owned(),
        realm: realm.to_owned(),
        key_fingerprint: key.fingerprint(),
        files: Vec::new(),
        findings: Vec::new(),
        missing: Vec::new(),
        unexpected: unexpected(&layout, obfuscated)?,
    };
    let check = Check { job: &job, prover: &prover };
    for entry in &layout.entries {
        meter.go_on()?;
        let mut path = obfuscated.to_owned();
        path.extend(&entry.place);
        let shown = entry.shown(obfuscated);
        if path.is_file() {
            check.file(entry, &path, &shown, &mut proof).map_err(|error| error.in_file(&path))?;
        } else {
            proof.missing.push(shown);
        }
        meter.advance(entry.bytes, 0);
    }
    let is_proved = proof.files.iter().all(|file| file.proof.ok) && proof.findings.is_empty();
    proof.ok = is_proved && proof.missing.is_empty() && proof.unexpected == 0;
    Ok(proof)
}

/// Calls `found` with each table of an original; returns whether it could be read at all.
fn read_original(
    job: &Job<'_>,
    entry: &folder::Entry,
    found: &mut dyn FnMut(Table) -> Result<(), ObfuscationError>,
) -> Result<bool, ObfuscationError> {
    let job = Job { path: &entry.source, ..*job };
    match tables::read(&job, &entry.source, entry.format, found) {
        Ok(()) => Ok(true),
        Err(ObfuscationError::FileFormat { .. }) => Ok(false),
        Err(error) => Err(error.in_file(&entry.source)),
    }
}

/// How many files of the folder no original gives.
fn unexpected(layout: &Layout, folder: &Path) -> Result<u64, ObfuscationError> {
    fn count(folder: &Path, known: &HashSet<PathBuf>) -> std::io::Result<u64> {
        let mut found = 0;
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            if path.is_dir() {
                found += count(&path, known)?;
            } else if !known.contains(&path) {
                found += 1;
            }
        }
        Ok(found)
    }
    if !layout.is_folder {
        return Ok(0);
    }
    let known = layout.entries.iter().map(|entry| {
        let mut path = folder.to_owned();
        path.extend(&entry.place);
        path
    });
    count(folder, &known.collect()).map_err(|error| unreadable(folder, error))
}

struct Check<'a> {
    job: &'a Job<'a>,
    prover: &'a Prover<'a>,
}

impl Check<'_> {
    fn file(
        &self,
        entry: &folder::Entry,
        path: &Path,
        shown: &str,
        proof: &mut FilesProof,
    ) -> Result<(), ObfuscationError> {
        let mut originals = Vec::new();
        let is_read = read_original(self.job, entry, &mut |table| {
            originals.push(table);
            Ok(())
        })?;
        if !is_read {
            // It was left out, so its output should not be there.
            proof.unexpected += 1;
            return Ok(());
        }
        let mut obfuscated = Vec::new();
        tables::read(self.job, path, entry.format, &mut |table| {
            obfuscated.push(table);
            Ok(())
        })?;
        let mut names = Names::default();
        for original in &originals {
            let name = if entry.format == Format::Zip {
                names.file(self.job.obfuscator, &zip::components(&original.member)).join("/")
            } else {
                String::new()
            };
            let shown = if name.is_empty() { shown.to_owned() } else { format!("{shown}!{name}") };
            proof.findings.extend(self.prover.check_text("name of a file", &shown));
            let partner = obfuscated.iter().position(|table| table.member == name);
            match partner.map(|place| obfuscated.swap_remove(place)) {
                Some(partner) => {
                    let (before, after) = (&original.batches, &partner.batches);
                    let found = self.prover.check(&original.plan, before, after);
                    proof.files.push(FileProof { file: shown, proof: found });
                }
                None => proof.missing.push(shown),
            }
        }
        proof.unexpected += obfuscated.len() as u64;
        Ok(())
    }
}
