//! Structure, keyed image and position: each value of a column beside its output.

use std::collections::BTreeMap;

use arrow::array::{Array, ArrayRef};
use arrow::compute::concat;
use foldhash::quality::FixedState;
use hashbrown::HashMap;

use super::survival::Sensitive;
use super::{Check, Finding, LeafPair, ProofColumn, ProofRule, is_text};
use crate::Kind;
use crate::leaves::{self, LeafTexts};
use crate::obfuscator::Obfuscator;
use crate::transform::{CHUNK, NEVER, Texts, Transform};

/// Overlap is judged from so many different values on.
const ENOUGH_VALUES: u64 = 64;

type TextMap<'t, V> = HashMap<&'t str, V, FixedState>;

/// Checks one column and learns its sensitive values.
pub(super) fn check(
    leaf: &LeafPair<'_>,
    obfuscator: &Obfuscator,
    sensitive: &mut Sensitive,
    check: &mut Check,
) -> ProofColumn {
    let mut column = ProofColumn {
        column: leaf.plan.column.clone(),
        data_type: leaf.plan.data_type.to_string(),
        kind: leaf.plan.kind,
        reason: leaf.plan.reason.clone(),
        values: 0,
        nulls: leaf.original.iter().map(|array| array.logical_null_count() as u64).sum(),
        distinct: None,
        public: 0,
        fixed_points: 0,
        overlap: 0,
        expected_overlap: 0.0,
    };
    let length: u64 = leaf.original.iter().map(|array| array.len() as u64).sum();
    column.values = length - column.nulls;
    match leaf.plan.kind {
        Kind::Keep => check_kept(leaf, check),
        Kind::Null => check_nulled(leaf, check),
        kind if is_text(leaf) => {
            let Some(transform) = obfuscator.transform(kind) else { return column };
            let read = |arrays: &[ArrayRef]| -> Option<Vec<LeafTexts>> {
                arrays.iter().map(leaves::texts).collect()
            };
            if let (Some(original), Some(obfuscated)) =
                (read(&leaf.original), read(&leaf.obfuscated))
            {
                let texts = Pairs { kind, transform, leaf, column: &mut column, check };
                texts.check(&original, &obfuscated, sensitive);
            }
        }
        _ => {}
    }
    column
}

fn check_kept(leaf: &LeafPair<'_>, check: &mut Check) {
    let join = |arrays: &[ArrayRef]| {
        let arrays: Vec<&dyn Array> = arrays.iter().map(AsRef::as_ref).collect();
        concat(&arrays).ok()
    };
    if leaf.original.is_empty() && leaf.obfuscated.is_empty() {
        return;
    }
    match (join(&leaf.original), join(&leaf.obfuscated)) {
        (Some(original), Some(obfuscated)) if *original == *obfuscated => {}
        _ => check.findings.push(Finding::new(
            ProofRule::Kept,
            Some(&leaf.plan.column),
            1,
            "the column is to be kept, but is not what it was",
        )),
    }
}

fn check_nulled(leaf: &LeafPair<'_>, check: &mut Check) {
    let left: u64 =
        leaf.obfuscated.iter().map(|array| (array.len() - array.logical_null_count()) as u64).sum();
    if left > 0 {
        check.findings.push(Finding::new(
            ProofRule::Kept,
            Some(&leaf.plan.column),
            left,
            "the column is to be nulled, but holds values",
        ));
    }
}

/// One text column that is obfuscated.
struct Pairs<'a, 'p> {
    kind: Kind,
    transform: &'a dyn Transform,
    leaf: &'a LeafPair<'p>,
    column: &'a mut ProofColumn,
    check: &'a mut Check,
}

/// What is known of one distinct value.
struct Seen<'t> {
    output: &'t str,
    first_row: u64,
}

/// How often a rule was broken, and where first.
#[derive(Default)]
struct Tally {
    count: u64,
    first_row: Option<u64>,
}

impl Tally {
    fn add(&mut self, row: u64) {
        self.count += 1;
        self.first_row = Some(self.first_row.map_or(row, |first| first.min(row)));
    }
}

impl Pairs<'_, '_> {
    fn check(
        mut self,
        original: &[LeafTexts],
        obfuscated: &[LeafTexts],
        sensitive: &mut Sensitive,
    ) {
        let values = original.iter().flat_map(LeafTexts::iter);
        let mut outputs = obfuscated.iter().flat_map(LeafTexts::iter);
        let mut seen: TextMap<'_, Seen<'_>> = TextMap::default();
        let (mut nulls, mut unstable) = (Tally::default(), Tally::default());
        for (row, value) in (0_u64..).zip(values) {
            // Missing rows are a finding of their own; the values of all rows are sensitive.
            let output = outputs.next();
            match (value, output) {
                (Some(value), Some(Some(output))) => {
                    let known = seen.entry(value).or_insert(Seen { output, first_row: row });
                    if known.output != output {
                        unstable.add(row);
                    }
                }
                (Some(value), None) => {
                    sensitive.learn(self.kind, self.transform, value);
                }
                (Some(value), Some(None)) => {
                    sensitive.learn(self.kind, self.transform, value);
                    nulls.add(row);
                }
                (None, Some(Some(_))) => nulls.add(row),
                (None, _) => {}
            }
        }
        self.report(ProofRule::Nulls, &nulls, "nulls are not where the original has them");
        self.report(ProofRule::OneOutputPerValue, &unstable, "equal values have different outputs");
        self.column.distinct = Some(seen.len() as u64);
        for value in seen.keys() {
            sensitive.learn(self.kind, self.transform, value);
        }
        self.check_injective(&seen);
        self.check_image(&seen);
        self.check_overlap(&seen);
    }

    fn check_injective(&mut self, seen: &TextMap<'_, Seen<'_>>) {
        let mut values: TextMap<'_, &str> = TextMap::default();
        let mut merged = Tally::default();
        for (value, known) in seen {
            let first = values.entry(known.output).or_insert(value);
            if **first != **value && !self.transform.is_same(first, value) {
                merged.add(known.first_row);
            }
        }
        self.report(ProofRule::OneValuePerOutput, &merged, "different values have the same output");
    }

    fn check_image(&mut self, seen: &TextMap<'_, Seen<'_>>) {
        let (mut wrong, mut unchanged) = (Tally::default(), Tally::default());
        let pairs: Vec<(&str, &Seen<'_>)> =
            seen.iter().map(|(value, known)| (*value, known)).collect();
        for pairs in pairs.chunks(CHUNK) {
            let values: Vec<&str> = pairs.iter().map(|(value, _)| *value).collect();
            let mut images = Texts::default();
            self.transform.write(&values, &mut images);
            let mut start = 0;
            for ((value, known), end) in pairs.iter().zip(images.ends) {
                let is_image = images.bytes[start..end] == *known.output.as_bytes();
                start = end;
                if !is_image {
                    wrong.add(known.first_row);
                }
                if known.output != *value {
                    continue;
                }
                if self.transform.is_public(value) {
                    self.column.public += 1;
                } else if is_image && self.transform.domain_bits(value) < NEVER {
                    self.column.fixed_points += 1;
                } else {
                    unchanged.add(known.first_row);
                }
            }
        }
        self.report(
            ProofRule::KeyedImage,
            &wrong,
            "outputs are not what key and realm give for their row",
        );
        self.report(ProofRule::Unchanged, &unchanged, "sensitive values stayed as they were");
    }

    /// Counts outputs that are originals of other rows, beside what chance gives.
    fn check_overlap(&mut self, seen: &TextMap<'_, Seen<'_>>) {
        let mut values_by_domain: BTreeMap<u32, u64> = BTreeMap::new();
        let mut judged = 0;
        for (value, known) in seen {
            if self.transform.is_public(value) {
                continue;
            }
            judged += 1;
            *values_by_domain.entry(self.transform.domain_bits(value)).or_default() += 1;
            self.column.overlap +=
                u64::from(known.output != *value && seen.contains_key(known.output));
        }
        self.column.expected_overlap = values_by_domain
            .iter()
            .map(|(bits, count)| (*count as f64).powi(2) / f64::from(*bits).exp2())
            .sum();
        // Prefixes move whole subnets at once, so chance alone may well give many times the mean.
        let excess = self.column.overlap * 2 > judged
            && self.column.expected_overlap * 10.0 < judged as f64
            && judged >= ENOUGH_VALUES;
        if excess {
            self.check.findings.push(Finding::new(
                ProofRule::Overlap,
                Some(&self.leaf.plan.column),
                self.column.overlap,
                "far more outputs are originals of other rows than chance gives",
            ));
        }
    }

    fn report(&mut self, rule: ProofRule, tally: &Tally, message: &str) {
        if tally.count > 0 {
            let finding = Finding::new(rule, Some(&self.leaf.plan.column), tally.count, message);
            self.check.findings.push(finding.at_row(tally.first_row));
        }
    }
}
