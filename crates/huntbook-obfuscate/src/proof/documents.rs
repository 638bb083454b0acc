//! Documents: each value of an output beside the value of the original that stood in its place.
//!
//! Both are read by the walk that obfuscates. A document keeps its syntax, so that what stands at one place in the
//! one stands there in the other. Where that is not so, nothing is paired and the output is judged as a whole.

use std::collections::BTreeMap;
use std::hash::BuildHasher;

use foldhash::quality::RandomState;
use hashbrown::{HashMap, HashSet};

use super::pairs::{expected_overlap, is_excess};
use crate::json::{DocumentsAt, Role, Values};

/// So many pairs are remembered; more are judged again when they come again.
const MOST_PAIRS: usize = 1 << 22;

/// One value of an output and what stood there.
pub(super) struct Pair<'v> {
    pub(super) original: &'v str,
    pub(super) output: &'v str,
    /// What is done with values there.
    pub(super) role: Role,
    pub(super) path: u64,
}

/// Pairs the values of the documents of one column; keeps its buffers.
pub(super) struct Documents<'o> {
    at: DocumentsAt<'o>,
    originals: Values,
    outputs: Values,
    hasher: RandomState,
    seen: HashSet<u64, RandomState>,
}

impl<'o> Documents<'o> {
    pub(super) fn new(at: DocumentsAt<'o>) -> Self {
        Self {
            at,
            originals: Values::default(),
            outputs: Values::default(),
            hasher: RandomState::default(),
            seen: HashSet::default(),
        }
    }

    /// The pairs of two documents that did not come before; `None` if they do not pair.
    pub(super) fn of(
        &mut self,
        original: &str,
        output: &str,
    ) -> Option<impl Iterator<Item = Pair<'_>>> {
        let is_paired = self.at.values(original, &mut self.originals)
            && self.at.values(output, &mut self.outputs)
            && self.originals.len() == self.outputs.len()
            && self
                .originals
                .iter()
                .zip(self.outputs.iter())
                .all(|(original, output)| original.role.is_key() == output.role.is_key());
        if !is_paired {
            return None;
        }
        if self.seen.len() > MOST_PAIRS {
            self.seen.clear();
        }
        let (hasher, seen) = (&self.hasher, &mut self.seen);
        let pairs = self.originals.iter().zip(self.outputs.iter());
        Some(pairs.filter_map(move |(original, output)| {
            let pair = Pair {
                original: original.text,
                output: output.text,
                role: original.role,
                path: original.path,
            };
            let hash = hasher.hash_one((pair.path, pair.role, pair.original, pair.output));
            seen.insert(hash).then_some(pair)
        }))
    }
}

/// The values of each path and their outputs, as hashes: outputs that are originals of other documents.
#[derive(Default)]
pub(super) struct Overlaps {
    hasher: RandomState,
    paths: HashMap<u64, PathValues, RandomState>,
    values: usize,
}

#[derive(Default)]
struct PathValues {
    outputs: HashMap<u64, u64, RandomState>,
    values_by_domain: BTreeMap<u32, u64>,
}

impl Overlaps {
    /// Adds a value that is not public, whose outputs are of a domain of `bits`.
    pub(super) fn add(&mut self, pair: &Pair<'_>, bits: u32) {
        if self.values >= MOST_PAIRS {
            return;
        }
        let hash = |text: &str| self.hasher.hash_one(text);
        let known = self.paths.entry(pair.path).or_default();
        if known.outputs.insert(hash(pair.original), hash(pair.output)).is_none() {
            self.values += 1;
            *known.values_by_domain.entry(bits).or_default() += 1;
        }
    }

    /// How many outputs are originals of other documents at paths where chance does not explain it.
    pub(super) fn excess(&self) -> u64 {
        let excess = |path: &PathValues| {
            let is_other =
                |pair: &(&u64, &u64)| pair.0 != pair.1 && path.outputs.contains_key(pair.1);
            let overlap = path.outputs.iter().filter(is_other).count() as u64;
            let expected = expected_overlap(&path.values_by_domain);
            if is_excess(overlap, expected, path.outputs.len() as u64) { overlap } else { 0 }
        };
        self.paths.values().map(excess).sum()
    }
}
