//! The proof: does the obfuscated table hold anything of the original?
//!
//! Four layers, each of which can find what the others miss:
//!
//! 1. *structure*: same rows, columns, types and nulls; one output for each value and one value for
//!    each output, so that counts, joins and group-bys are the same;
//! 2. *keyed image*: every output is what key and realm give for its own row's value;
//! 3. *survival*: no sensitive original value, and none of its labels of four characters or more,
//!    stands in an output cell, a column name or metadata, kept columns included;
//! 4. *position*: the permutation of a dense range such as 10/8 gives outputs that are the originals
//!    of *other* rows. Row by row no sensitive value may stay, and the overlap may not exceed by far
//!    what chance gives.
//!
//! A proof holds counts, names of columns and numbers of rows, never a value.

mod pairs;
mod public_words;
mod survival;

use arrow::array::{Array, ArrayRef, RecordBatch};
use serde::Serialize;

use crate::leaves::{self, LeafType};
use crate::obfuscator::{Obfuscator, SCHEME};
use crate::{ColumnPlan, KEY_METADATA, Key, Kind, Plan, Policy, REALM_METADATA, SCHEME_METADATA};

/// What was checked and what was found.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Proof {
    /// Whether nothing was found.
    pub ok: bool,
    /// The scheme that was checked against.
    pub scheme: String,
    /// The realm that was checked against.
    pub realm: String,
    /// The fingerprint of the key.
    pub key_fingerprint: String,
    /// How many rows the original has.
    pub rows: u64,
    /// What was done with each column, with counts.
    pub columns: Vec<ProofColumn>,
    /// What is wrong: each is a reason not to share the table.
    pub findings: Vec<Finding>,
    /// What is worth a look, but follows from the rules.
    pub notes: Vec<Finding>,
}

impl Proof {
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

/// What was done with one column, with counts.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ProofColumn {
    /// The column, or the dotted path of a leaf inside it.
    pub column: String,
    /// Its Arrow type.
    pub data_type: String,
    /// What was done with it.
    pub kind: Kind,
    /// Why.
    pub reason: String,
    /// How many original values it has that are not null.
    pub values: u64,
    /// How many nulls the original has.
    pub nulls: u64,
    /// How many different values the original has; text only.
    pub distinct: Option<u64>,
    /// How many different values stay because they say nothing about anyone, such as `SYSTEM`.
    pub public: u64,
    /// How many different values a permutation leaves in place by chance.
    pub fixed_points: u64,
    /// How many different outputs are also originals of other rows.
    pub overlap: u64,
    /// How many of those chance gives.
    pub expected_overlap: f64,
}

/// One thing that was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// Which rule was broken.
    pub rule: ProofRule,
    /// In which column; `None` for the table.
    pub column: Option<String>,
    /// How often.
    pub count: u64,
    /// The number of the first row, from 0, where it is about rows.
    pub first_row: Option<u64>,
    /// What it means, in a sentence without values.
    pub message: String,
}

/// The rules of a proof.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ProofRule {
    /// Both tables have the columns of the plan, of the same types.
    Columns,
    /// Both tables have the same number of rows.
    Rows,
    /// A value is null exactly where the original is.
    Nulls,
    /// One value has one output.
    OneOutputPerValue,
    /// One output has one value.
    OneValuePerOutput,
    /// Every output is the keyed image of its own row's value.
    KeyedImage,
    /// No sensitive value stays in its row.
    Unchanged,
    /// A kept column is as it was, a nulled column is null.
    Kept,
    /// No sensitive value stands anywhere in the output.
    Survival,
    /// Outputs are originals of other rows no more often than chance allows.
    Overlap,
    /// The metadata names scheme, realm and key.
    Metadata,
}

impl Finding {
    fn new(rule: ProofRule, column: Option<&str>, count: u64, message: impl Into<String>) -> Self {
        Self {
            rule,
            column: column.map(str::to_owned),
            count,
            first_row: None,
            message: message.into(),
        }
    }

    fn at_row(mut self, row: Option<u64>) -> Self {
        self.first_row = row;
        self
    }
}

/// A leaf column of both tables.
struct LeafPair<'p> {
    plan: &'p ColumnPlan,
    original: Vec<ArrayRef>,
    obfuscated: Vec<ArrayRef>,
}

/// Checks that `obfuscated` holds nothing of `original` that `plan` does not keep.
///
/// Both tables are given as all of their batches, in row order; how rows are cut into batches may
/// differ. The plan is the one that was obfuscated by, or the same made again.
///
/// # Complexity
///
/// O(bytes of text) time; memory for one hash of each different value and label, and for one column's
/// distinct values at a time.
#[must_use]
pub fn prove(
    original: &[RecordBatch],
    obfuscated: &[RecordBatch],
    plan: &Plan,
    key: &Key,
    realm: &str,
) -> Proof {
    let obfuscator = Obfuscator::new(key, realm, Policy::empty());
    let mut check = Check::default();
    let rows = count_rows(original);
    check.rows(rows, count_rows(obfuscated));
    check.metadata(obfuscated, &obfuscator);
    let leaves = check.leaves(plan, original, obfuscated);
    let mut sensitive = survival::Sensitive::default();
    let mut columns = Vec::with_capacity(leaves.len());
    for leaf in &leaves {
        columns.push(pairs::check(leaf, &obfuscator, &mut sensitive, &mut check));
    }
    for leaf in &leaves {
        survival::scan(leaf, &obfuscator, &sensitive, &mut check);
    }
    survival::scan_schema(obfuscated, &sensitive, &mut check);
    Proof {
        ok: check.findings.is_empty(),
        scheme: SCHEME.to_owned(),
        realm: realm.to_owned(),
        key_fingerprint: key.fingerprint(),
        rows,
        columns,
        findings: check.findings,
        notes: check.notes,
    }
}

/// What has been found so far.
#[derive(Default)]
struct Check {
    findings: Vec<Finding>,
    notes: Vec<Finding>,
}

impl Check {
    fn rows(&mut self, original: u64, obfuscated: u64) {
        if original != obfuscated {
            let message =
                format!("the original has {original} rows, the obfuscated table {obfuscated}");
            self.findings.push(Finding::new(
                ProofRule::Rows,
                None,
                original.abs_diff(obfuscated),
                message,
            ));
        }
    }

    fn metadata(&mut self, obfuscated: &[RecordBatch], obfuscator: &Obfuscator) {
        let Some(batch) = obfuscated.first() else { return };
        let schema = batch.schema();
        let expected = [
            (SCHEME_METADATA, SCHEME),
            (REALM_METADATA, obfuscator.realm()),
            (KEY_METADATA, obfuscator.key_fingerprint()),
        ];
        for (name, expected) in expected {
            match schema.metadata().get(name) {
                Some(found) if found == expected => {}
                Some(_) => self.findings.push(Finding::new(
                    ProofRule::Metadata,
                    None,
                    1,
                    format!("`{name}` is not `{expected}`: the table was made with another scheme, realm or key"),
                )),
                None => self.notes.push(Finding::new(
                    ProofRule::Metadata,
                    None,
                    1,
                    format!("the table does not carry `{name}`"),
                )),
            }
        }
    }

    /// Pairs the leaves of both tables; those that do not pair are found.
    fn leaves<'p>(
        &mut self,
        plan: &'p Plan,
        original: &[RecordBatch],
        obfuscated: &[RecordBatch],
    ) -> Vec<LeafPair<'p>> {
        let mut pairs: Vec<LeafPair<'p>> = plan
            .columns()
            .iter()
            .map(|plan| LeafPair { plan, original: Vec::new(), obfuscated: Vec::new() })
            .collect();
        for batch in original {
            self.sort_leaves(batch, "original", &mut pairs, |pair| &mut pair.original);
        }
        for batch in obfuscated {
            self.sort_leaves(batch, "obfuscated", &mut pairs, |pair| &mut pair.obfuscated);
        }
        pairs
    }

    fn sort_leaves<'p>(
        &mut self,
        batch: &RecordBatch,
        which: &str,
        pairs: &mut [LeafPair<'p>],
        side: impl for<'a> Fn(&'a mut LeafPair<'p>) -> &'a mut Vec<ArrayRef>,
    ) {
        let leaves = leaves::of_batch(batch);
        let mut found = leaves.len() == pairs.len();
        for ((path, leaf), pair) in leaves.into_iter().zip(pairs) {
            let plan = pair.plan;
            found &= path == plan.column && *leaf.data_type() == plan.data_type;
            side(pair).push(leaf);
        }
        if !found {
            let message =
                format!("the {which} table does not have the columns and types of the plan");
            let finding = Finding::new(ProofRule::Columns, None, 1, message);
            if !self.findings.contains(&finding) {
                self.findings.push(finding);
            }
        }
    }
}

fn count_rows(batches: &[RecordBatch]) -> u64 {
    batches.iter().map(|batch| batch.num_rows() as u64).sum()
}

fn is_text(leaf: &LeafPair<'_>) -> bool {
    leaves::leaf_type(&leaf.plan.data_type) == LeafType::Text
}

#[cfg(test)]
mod tests;
