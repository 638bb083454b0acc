//! The proof: does the obfuscated table hold anything of the original?
//!
//! Five layers, each of which can find what the others miss:
//!
//! 1. *structure*: same rows, columns, types and nulls; one output for each value and one value for
//!    each output; equal counts, joins, sizes of networks and intervals;
//! 2. *keyed image*: every output is what key and realm give for its own row's value;
//! 3. *survival*: no sensitive original value, and none of its labels of four characters or more,
//!    stands in an output cell, a column name or metadata, kept columns included, in clear or under a
//!    usual encoding (see `views`);
//! 4. *position*: the permutation of a dense range such as 10/8 gives outputs that are the originals
//!    of *other* rows. Row by row no sensitive value may stay, and the overlap may not exceed by far
//!    what chance gives;
//! 5. *attack*: functions without a key and guessed keys give none of the outputs.
//!
//! In documents *survival* and *position* go from value to value: each is learnt by its path and kind, and judged beside the
//! original in its place (see `documents`).
//!
//! A proof holds counts, names of columns and numbers of rows, never a value.

mod attack;
mod documents;
pub(crate) mod html;
mod numbers;
mod pairs;
mod prover;
mod report;
mod scan;
mod sensitive;
mod structure;
mod survival;
mod tokens;
mod views;

pub use attack::Attack;
pub use prover::{Prover, prove};
pub use report::{Finding, LeftInClear, Proof, ProofColumn, ProofRule};

use arrow::array::{ArrayRef, RecordBatch};

use crate::leaves;
use crate::obfuscator::{Obfuscator, SCHEME};
use crate::{ColumnPlan, KEY_METADATA, Plan, REALM_METADATA, SCHEME_METADATA};

/// A leaf column of both tables.
struct LeafPair<'p> {
    plan: &'p ColumnPlan,
    original: Vec<ArrayRef>,
    obfuscated: Vec<ArrayRef>,
}

/// What has been found so far.
#[derive(Default)]
struct Check {
    findings: Vec<Finding>,
    notes: Vec<Finding>,
}

impl Check {
    fn extend(&mut self, other: Self) {
        self.findings.extend(other.findings);
        self.notes.extend(other.notes);
    }

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

#[cfg(test)]
mod planted;
#[cfg(test)]
mod planted_documents;
#[cfg(test)]
mod tests;
