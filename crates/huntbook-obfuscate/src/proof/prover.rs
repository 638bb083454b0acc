//! The prover: learns the originals of all tables, then checks the outputs of each.

use arrow::array::RecordBatch;
use rayon::prelude::*;

use super::attack::{self, Guesses};
use super::pairs::{self, Checked};
use super::scan::{Hit, Scanner};
use super::sensitive::{Lessons, Sensitive};
use super::{Check, Finding, Proof, count_rows, structure, survival};
use crate::json::{Role, Values};
use crate::leaves::{self, LeafTexts};
use crate::obfuscator::{Obfuscator, SCHEME};
use crate::transform::CHUNK;
use crate::{Kind, Plan};

/// Checks obfuscated tables, and what is shared with them, against originals.
///
/// [`learn`](Self::learn) the originals of all tables that are shared together first: a name in one
/// must not stand in the outputs of another. Of the originals, hashes are kept.
///
/// ```
/// use std::sync::Arc;
/// use arrow::array::{ArrayRef, RecordBatch, StringArray};
/// use huntbook_obfuscate::{Key, Obfuscator, Policy, Prover};
///
/// let names: ArrayRef = Arc::new(StringArray::from(vec!["CONTOSO\\\\ada", "CONTOSO\\\\grace"]));
/// let original = RecordBatch::try_from_iter([("Account", names)])?;
/// let obfuscator = Obfuscator::new(&Key::from_bytes([7; 32]), "report", Policy::builtin());
/// let plan = obfuscator.plan(&original.schema(), &original);
/// let obfuscated = obfuscator.batch(&plan, &original)?;
///
/// let mut prover = Prover::new(&obfuscator);
/// prover.learn(&plan, std::slice::from_ref(&original));
/// assert!(prover.check(&plan, &[original], &[obfuscated]).ok);
/// assert!(!prover.check_text("title", "Logons of Grace").is_empty());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Prover<'o> {
    obfuscator: &'o Obfuscator,
    sensitive: Sensitive,
    guesses: Guesses,
}

/// So many documents are read at once until their values are learnt.
const DOCUMENTS_AT_ONCE: usize = 1 << 13;

/// What some documents teach.
#[derive(Default)]
struct DocumentLessons<'d> {
    values: Lessons,
    /// Values that become a fixed text.
    secrets: Vec<String>,
    /// The documents in which anything is replaced.
    changed: Vec<&'d str>,
}

impl<'o> Prover<'o> {
    /// A prover that has learnt nothing yet, for the outputs of `obfuscator`.
    #[must_use]
    pub fn new(obfuscator: &'o Obfuscator) -> Self {
        Self { obfuscator, sensitive: Sensitive::default(), guesses: Guesses::Few }
    }

    /// The same prover with some hundred guessed keys instead of a few; takes a second or so a table.
    #[must_use]
    pub const fn thorough(mut self) -> Self {
        self.guesses = Guesses::All;
        self
    }

    /// The same prover without attacks, for the further parts of a large table.
    #[must_use]
    pub const fn without_attacks(mut self) -> Self {
        self.guesses = Guesses::None;
        self
    }

    /// Learns what must not survive of an original table, or of some of its rows.
    pub fn learn(&mut self, plan: &Plan, original: &[RecordBatch]) {
        for batch in original {
            for ((_, leaf), column) in leaves::of_batch(batch).into_iter().zip(plan.columns()) {
                let Some(transform) = self.obfuscator.transform_at(column.kind, &column.column)
                else {
                    continue;
                };
                let Some(texts) = pairs::values_of(&leaf) else { continue };
                if column.kind == Kind::Json {
                    self.learn_documents(&column.column, &texts);
                    continue;
                }
                // Neighbouring rows often have one value.
                let mut texts: Vec<&str> = texts.iter().flatten().collect();
                texts.dedup();
                self.sensitive.learn(column.kind, &*transform, &texts);
            }
        }
    }

    /// Learns each value of the documents at `path` as one of the kind that its own path or its content gives it.
    fn learn_documents(&mut self, path: &str, documents: &LeafTexts) {
        let mut documents: Vec<&str> = documents.iter().flatten().collect();
        documents.dedup();
        for documents in documents.chunks(DOCUMENTS_AT_ONCE) {
            let found: Vec<DocumentLessons<'_>> = documents
                .par_chunks(CHUNK)
                .map(|documents| self.lessons_of(path, documents))
                .collect();
            for found in found {
                for lesson in found.values.lessons {
                    if let Some(transform) = self.obfuscator.transform(lesson.kind) {
                        self.sensitive.learn_lesson(transform, lesson);
                    }
                }
                found.secrets.iter().for_each(|secret| self.sensitive.learn_secret(secret));
                found.changed.iter().for_each(|document| self.sensitive.learn_whole(document));
            }
        }
    }

    /// What the documents at `path` teach.
    fn lessons_of<'d>(&self, path: &str, documents: &[&'d str]) -> DocumentLessons<'d> {
        let at = self.obfuscator.documents_at(path);
        let mut found = DocumentLessons::default();
        let mut values = Values::default();
        for document in documents {
            let mut learn = |kind: Kind, text: &str| {
                let transform = self.obfuscator.transform(kind);
                transform.is_some_and(|transform| {
                    found.values.add(&self.sensitive, kind, transform, text)
                })
            };
            if !at.values(document, &mut values) {
                learn(Kind::Text, document);
                continue;
            }
            let mut is_changed = false;
            for value in values.iter() {
                is_changed |= match value.role {
                    Role::Key | Role::Kept => false,
                    Role::Nulled => value.text != "null",
                    Role::Redacted => {
                        found.secrets.push(value.text.to_owned());
                        true
                    }
                    Role::KeyOf(kind) | Role::Of(kind) => learn(kind, value.text),
                };
            }
            if is_changed {
                found.changed.push(document);
            }
        }
        found
    }

    /// Checks that `obfuscated` holds nothing of what was learnt, and is `original` under key and plan.
    ///
    /// Both tables are given as all of their batches, in row order; how rows are cut into batches may
    /// differ. A table that is too large for memory may be checked some rows at a time: that equal
    /// values have equal outputs follows from the keyed image. The plan is the one that was obfuscated
    /// by, or the same made again.
    ///
    /// # Complexity
    ///
    /// O(bytes of text) time; memory for the distinct values of a few columns at a time.
    #[must_use]
    pub fn check(
        &self,
        plan: &Plan,
        original: &[RecordBatch],
        obfuscated: &[RecordBatch],
    ) -> Proof {
        let mut check = Check::default();
        let rows = count_rows(original);
        check.rows(rows, count_rows(obfuscated));
        check.metadata(obfuscated, self.obfuscator);
        let leaves = check.leaves(plan, original, obfuscated);
        let checked: Vec<(Checked, Check)> = leaves
            .par_iter()
            .map(|leaf| {
                let (mut found, mut survived) = (Check::default(), Check::default());
                let (checked, ()) = rayon::join(
                    || pairs::check(leaf, self.obfuscator, &mut found),
                    || survival::scan(leaf, self.obfuscator, &self.sensitive, &mut survived),
                );
                found.extend(survived);
                (checked, found)
            })
            .collect();
        let mut columns = Vec::with_capacity(checked.len());
        for (checked, found) in checked {
            columns.push(checked);
            check.extend(found);
        }
        let shapes: Vec<_> = columns
            .iter()
            .filter_map(|checked| Some((checked.column.column.as_str(), checked.shape.as_ref()?)))
            .collect();
        let joins = structure::check_joins(&shapes, &mut check);
        survival::scan_schema(obfuscated, &self.sensitive, &mut check);
        let attack = attack::attack(&columns, self.obfuscator, self.guesses, &mut check);
        Proof {
            ok: check.findings.is_empty(),
            scheme: SCHEME.to_owned(),
            realm: self.obfuscator.realm().to_owned(),
            key_fingerprint: self.obfuscator.key_fingerprint().to_owned(),
            rows,
            columns: columns.into_iter().map(|checked| checked.column).collect(),
            findings: check.findings,
            notes: check.notes,
            joins,
            attack,
        }
    }

    /// What of the originals stands in a text that is shared with the tables: a file name, a report.
    ///
    /// `name` says in the findings what the text is. Images of addresses may stand there: a report
    /// repeats what its tables hold.
    #[must_use]
    pub fn check_text(&self, name: &str, text: &str) -> Vec<Finding> {
        self.other(name, |scanner, found| scanner.text(text, found))
    }

    /// What of the originals stands in bytes that are shared with the tables, such as a file.
    ///
    /// What is compressed in them is not seen.
    #[must_use]
    pub fn check_bytes(&self, name: &str, bytes: &[u8]) -> Vec<Finding> {
        self.other(name, |scanner, found| scanner.bytes(bytes, found))
    }

    fn other(
        &self,
        name: &str,
        scan: impl FnOnce(&mut Scanner<'_>, &mut dyn FnMut(&Hit<'_>)),
    ) -> Vec<Finding> {
        survival::scan_other(name, &self.sensitive, scan).findings
    }
}

impl std::fmt::Debug for Prover<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Prover").field("obfuscator", self.obfuscator).finish_non_exhaustive()
    }
}

/// Checks that `obfuscated` holds nothing of `original` that `plan` does not keep: [`Prover`] for one
/// table.
///
/// `obfuscator` has the key, realm and policy that the table was obfuscated under.
#[must_use]
pub fn prove(
    original: &[RecordBatch],
    obfuscated: &[RecordBatch],
    plan: &Plan,
    obfuscator: &Obfuscator,
) -> Proof {
    let mut prover = Prover::new(obfuscator);
    prover.learn(plan, original);
    prover.check(plan, original, obfuscated)
}
