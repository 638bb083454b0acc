//! Documents: each value of an output beside the value of the original that stood in its place.
//!
//! Both are read by the walk that obfuscates. A document keeps its syntax, so that what stands at one place in the
//! one stands there in the other. Where that is not so, nothing is paired and the output is judged as a whole.

use std::hash::BuildHasher;

use foldhash::quality::FixedState;
use hashbrown::HashSet;

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
    hasher: FixedState,
    seen: HashSet<u64, FixedState>,
}

impl<'o> Documents<'o> {
    pub(super) fn new(at: DocumentsAt<'o>) -> Self {
        Self {
            at,
            originals: Values::default(),
            outputs: Values::default(),
            hasher: FixedState::default(),
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
