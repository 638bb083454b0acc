//! Structure: what a query counts is the same in both tables.
//!
//! Counts of equal values, joins between columns of one kind, the sizes of networks, intervals of time,
//! and that outputs are still of their kind.

use std::hash::BuildHasher;
use std::net::Ipv4Addr;

use arrow::compute::kernels::cast_utils::string_to_timestamp_nanos;
use foldhash::quality::FixedState;
use hashbrown::HashMap;

use super::pairs::Seen;
use super::{Check, Finding, ProofRule};
use crate::transform::Transform;
use crate::{IpMode, Kind, Settings};

/// So many pairs of columns are joined at most.
const MOST_JOINS: usize = 400;

/// So many different values are read again as their kind at most.
const MOST_READ: usize = 10_000;

type TextMap<'t, V> = HashMap<&'t str, V, FixedState>;

/// How often each value stands in a column, by hash.
#[derive(Default)]
pub(super) struct Counts {
    hasher: FixedState,
    counts: HashMap<u64, u64, FixedState>,
}

impl Counts {
    pub(super) fn add(&mut self, text: &str) {
        self.add_many(text, 1);
    }

    pub(super) fn add_many(&mut self, text: &str, count: u64) {
        *self.counts.entry(self.hasher.hash_one(text)).or_default() += count;
    }

    pub(super) fn distinct(&self) -> u64 {
        self.counts.len() as u64
    }

    /// How often the most frequent value stands.
    pub(super) fn most(&self) -> u64 {
        self.counts.values().copied().max().unwrap_or_default()
    }

    fn sorted(&self) -> Vec<u64> {
        sorted(self.counts.values().copied())
    }

    /// How many rows an inner join of two columns has.
    fn join(&self, other: &Self) -> u128 {
        let (few, many) =
            if self.counts.len() < other.counts.len() { (self, other) } else { (other, self) };
        few.counts
            .iter()
            .filter_map(|(hash, count)| {
                Some(u128::from(*count) * u128::from(*many.counts.get(hash)?))
            })
            .sum()
    }
}

fn sorted(counts: impl Iterator<Item = u64>) -> Vec<u64> {
    let mut counts: Vec<u64> = counts.collect();
    counts.sort_unstable();
    counts
}

/// How often each value and each output of a column stands in it.
pub(super) struct Shape {
    pub(super) kind: Kind,
    pub(super) values: Counts,
    pub(super) outputs: Counts,
}

impl Shape {
    /// Whether spellings of one value were made one, so that outputs join more often.
    fn is_merged(&self) -> bool {
        self.outputs.distinct() < self.values.distinct()
    }

    pub(super) fn check_counts(&self, column: &str, check: &mut Check) {
        if !self.is_merged() && self.values.sorted() != self.outputs.sorted() {
            check.findings.push(Finding::new(
                ProofRule::Counts,
                Some(column),
                self.values.distinct().abs_diff(self.outputs.distinct()).max(1),
                "values and outputs are not counted alike",
            ));
        }
    }
}

/// Joins columns of one kind in pairs; tells how many pairs there were.
pub(super) fn check_joins(shapes: &[(&str, &Shape)], check: &mut Check) -> u64 {
    let pairs = shapes
        .iter()
        .enumerate()
        .flat_map(|(place, left)| shapes[place + 1..].iter().map(move |right| (left, right)))
        .filter(|((_, left), (_, right))| left.kind == right.kind);
    let mut joined = 0;
    for ((left_name, left), (right_name, right)) in pairs.take(MOST_JOINS) {
        joined += 1;
        let (values, outputs) =
            (left.values.join(&right.values), left.outputs.join(&right.outputs));
        if values == outputs {
            continue;
        }
        let message = format!(
            "its join with `{right_name}` has {values} rows, that of the outputs {outputs}"
        );
        let finding = Finding::new(ProofRule::Joins, Some(left_name), 1, message);
        // Outputs join more often where spellings of one value, such as `::1`, were made one.
        if outputs > values { &mut check.notes } else { &mut check.findings }.push(finding);
    }
    joined
}

/// Checks what is particular to the kind of a column.
pub(super) fn check_column(
    seen: &TextMap<'_, Seen<'_>>,
    kind: Kind,
    transform: &dyn Transform,
    settings: Settings,
    column: &str,
    check: &mut Check,
) {
    if kind.is_reversible() {
        check_readable(seen, transform, column, check);
    }
    match kind {
        Kind::Ip if settings.ip == IpMode::Prefix => check_networks(seen, column, check),
        Kind::Timestamp => check_intervals(seen, column, check),
        _ => {}
    }
}

/// As many outputs as values are of the kind.
fn check_readable(
    seen: &TextMap<'_, Seen<'_>>,
    transform: &dyn Transform,
    column: &str,
    check: &mut Check,
) {
    let (mut values, mut outputs) = (0_u64, 0_u64);
    for (value, known) in seen.iter().take(MOST_READ) {
        values += u64::from(transform.reveal(value).is_some());
        outputs += u64::from(transform.reveal(known.output).is_some());
    }
    if values != outputs {
        check.findings.push(Finding::new(
            ProofRule::Readable,
            Some(column),
            values.abs_diff(outputs),
            format!("{values} different values are of the kind, but {outputs} outputs"),
        ));
    }
}

/// Networks of IPv4 have as many addresses and rows as before.
fn check_networks(seen: &TextMap<'_, Seen<'_>>, column: &str, check: &mut Check) {
    let address = |text: &str| text.parse::<Ipv4Addr>().ok().map(u32::from);
    let pairs: Vec<(u32, u32, u64)> = seen
        .iter()
        .filter_map(|(value, known)| Some((address(value)?, address(known.output)?, known.count)))
        .collect();
    for length in [8, 16, 24] {
        let mut values: HashMap<u32, u64, FixedState> = HashMap::default();
        let mut outputs: HashMap<u32, u64, FixedState> = HashMap::default();
        for (value, output, count) in &pairs {
            *values.entry(value >> (32 - length)).or_default() += count;
            *outputs.entry(output >> (32 - length)).or_default() += count;
        }
        if sorted(values.into_values()) == sorted(outputs.into_values()) {
            continue;
        }
        let message = format!("networks of length /{length} do not have the sizes that they had");
        let finding = Finding::new(ProofRule::Networks, Some(column), 1, message);
        // Public blocks shorter than /12 make way for the classes that stay.
        if length < 12 { &mut check.notes } else { &mut check.findings }.push(finding);
    }
}

/// All times are moved by one interval.
fn check_intervals(seen: &TextMap<'_, Seen<'_>>, column: &str, check: &mut Check) {
    let time = |text: &str| string_to_timestamp_nanos(text).ok();
    let mut shifts: HashMap<i64, u64, FixedState> = HashMap::default();
    for (value, known) in seen {
        if let (Some(value), Some(output)) = (time(value), time(known.output)) {
            *shifts.entry(output.wrapping_sub(value)).or_default() += 1;
        }
    }
    if shifts.len() > 1 {
        check.findings.push(Finding::new(
            ProofRule::Intervals,
            Some(column),
            shifts.len() as u64,
            "times are not all moved by one interval",
        ));
    }
}
