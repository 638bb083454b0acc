//! The proof of files: each original beside the file that was made of it.
//!
//! Files are paired by the layout that the originals give under this key. A file without its partner is found, on
//! either side. Tables are checked by the proof of tables; each line or document is obfuscated again and compared.

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};

use arrow::array::{AsArray, RecordBatch};
use rayon::iter::{IndexedParallelIterator, IntoParallelRefIterator, ParallelIterator};
use serde::Serialize;

use super::folder::{self, Layout};
use super::format::{Content, Format};
use super::names::Names;
use super::progress::{Meter, Watch};
use super::run::{FilesOptions, Job, unreadable};
use super::tables::{self, LINE, Table};
use super::{json, zip};
use crate::{
    Attack, Finding, Key, Kind, ObfuscationError, Obfuscator, Policy, Proof, ProofRule, SCHEME,
    prove,
};

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
    let obfuscator = Obfuscator::new(key, realm, policy.clone());
    let options = FilesOptions { skip_unknown: true, ..FilesOptions::default() };
    let layout = folder::layout(&obfuscator, &[original.to_owned()], options, watch)?;
    let scratch = tempfile::tempdir().map_err(|error| unreadable(original, error))?;
    let meter = Meter::new(watch, layout.bytes());
    let job = Job {
        obfuscator: &obfuscator,
        path: original,
        destination: obfuscated,
        scratch: scratch.path(),
        meter: &meter,
        skip_unknown: true,
    };
    let mut proof = FilesProof {
        ok: true,
        scheme: SCHEME.to_owned(),
        realm: realm.to_owned(),
        key_fingerprint: key.fingerprint(),
        files: Vec::new(),
        missing: Vec::new(),
        unexpected: unexpected(&layout, obfuscated)?,
    };
    let check = Check { job: &job, key, realm };
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
    let is_proved = proof.files.iter().all(|file| file.proof.ok);
    proof.ok = is_proved && proof.missing.is_empty() && proof.unexpected == 0;
    Ok(proof)
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
    key: &'a Key,
    realm: &'a str,
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
        let source = Job { path: &entry.source, ..*self.job };
        match tables::read(&source, &entry.source, entry.format, &mut |table| {
            originals.push(table);
            Ok(())
        }) {
            // It was left out, so its output should not be there.
            Err(ObfuscationError::FileFormat { .. }) => {
                proof.unexpected += 1;
                return Ok(());
            }
            outcome => outcome?,
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
            let partner = obfuscated.iter().position(|table| table.member == name);
            match partner.map(|place| obfuscated.swap_remove(place)) {
                Some(partner) => {
                    let found = self.table(original, &partner);
                    proof.files.push(FileProof { file: shown, proof: found });
                }
                None => proof.missing.push(shown),
            }
        }
        proof.unexpected += obfuscated.len() as u64;
        Ok(())
    }

    fn table(&self, original: &Table, obfuscated: &Table) -> Proof {
        match original.content {
            Content::Parquet | Content::Csv { .. } => {
                let (plan, obfuscator) = (&original.plan, self.job.obfuscator);
                prove(&original.batches, &obfuscated.batches, plan, obfuscator)
            }
            Content::Ndjson | Content::Json | Content::Text => self.lines(original, obfuscated),
        }
    }

    /// Each line, obfuscated again, is the line of the output.
    fn lines(&self, original: &Table, obfuscated: &Table) -> Proof {
        let (before, after) = (lines(&original.batches), lines(&obfuscated.batches));
        let mut findings = Vec::new();
        if before.len() != after.len() {
            findings.push(Finding {
                rule: ProofRule::Rows,
                column: None,
                count: before.len().abs_diff(after.len()) as u64,
                first_row: None,
                message: format!(
                    "the original has {} lines, the obfuscated file {}",
                    before.len(),
                    after.len()
                ),
            });
        }
        let image = |line: &str| {
            let document = match original.content {
                Content::Text => None,
                _ => json::document(self.job.obfuscator, line),
            };
            document.unwrap_or_else(|| self.job.obfuscator.value(Kind::Text, line))
        };
        let wrong: Vec<usize> = before
            .par_iter()
            .zip(&after)
            .enumerate()
            .filter(|(_, (original, obfuscated))| image(original) != **obfuscated)
            .map(|(row, _)| row)
            .collect();
        if let Some(first) = wrong.first() {
            findings.push(Finding {
                rule: ProofRule::KeyedImage,
                column: Some(LINE.to_owned()),
                count: wrong.len() as u64,
                first_row: Some(*first as u64),
                message: "the line is not what key, realm and policy give".to_owned(),
            });
        }
        Proof {
            ok: findings.is_empty(),
            scheme: SCHEME.to_owned(),
            realm: self.realm.to_owned(),
            key_fingerprint: self.key.fingerprint(),
            rows: before.len() as u64,
            columns: Vec::new(),
            findings,
            notes: Vec::new(),
            joins: 0,
            attack: Attack::default(),
        }
    }
}

fn lines(batches: &[RecordBatch]) -> Vec<&str> {
    batches.iter().flat_map(|batch| batch.column(0).as_string::<i32>().iter().flatten()).collect()
}
