//! Structure, keyed image and position: each value of a column beside its output.

use std::collections::BTreeMap;
use std::hash::BuildHasher;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, LargeStringArray, StringArray};
use arrow::compute::{cast, concat};
use arrow::datatypes::DataType;
use foldhash::quality::FixedState;
use hashbrown::HashMap;
use rayon::prelude::*;

use super::structure::{self, Counts, Shape};
use super::{Check, Finding, LeafPair, ProofColumn, ProofRule};
use crate::leaves::{self, LeafTexts, LeafType};
use crate::obfuscator::Obfuscator;
use crate::transform::{CHUNK, NEVER, Texts, Transform};
use crate::{Kind, column};

/// Overlap is judged from so many different values on.
const ENOUGH_VALUES: u64 = 64;

/// So many pairs of value and output are kept for the attacks.
const SAMPLE: usize = 200;

type TextMap<'t, V> = HashMap<&'t str, V, FixedState>;

/// What the checks of one column hand on.
pub(super) struct Checked {
    pub(super) column: ProofColumn,
    pub(super) shape: Option<Shape>,
    /// Values and their outputs, for the attacks.
    pub(super) sample: Vec<(String, String)>,
}

/// Checks one column.
pub(super) fn check(leaf: &LeafPair<'_>, obfuscator: &Obfuscator, check: &mut Check) -> Checked {
    let nulls = leaf.original.iter().map(|array| array.logical_null_count() as u64).sum();
    let length: u64 = leaf.original.iter().map(|array| array.len() as u64).sum();
    let mut column = ProofColumn {
        column: leaf.plan.column.clone(),
        data_type: leaf.plan.data_type.to_string(),
        kind: leaf.plan.kind,
        reason: leaf.plan.reason.clone(),
        values: length - nulls,
        nulls,
        distinct: None,
        distinct_outputs: None,
        most_frequent: None,
        public: 0,
        fixed_points: 0,
        overlap: 0,
        expected_overlap: 0.0,
    };
    let checked = |column| Checked { column, shape: None, sample: Vec::new() };
    match leaf.plan.kind {
        Kind::Keep => {
            check_kept(leaf, check);
            column.distinct = distinct(leaf);
            checked(column)
        }
        Kind::Null => {
            check_nulled(leaf, check);
            checked(column)
        }
        kind => {
            let Some(transform) = obfuscator.transform_at(kind, &leaf.plan.column) else {
                return checked(column);
            };
            let transform = &*transform;
            let is_text = leaves::leaf_type(&leaf.plan.data_type) == LeafType::Text;
            let read = |arrays: &[ArrayRef]| -> Option<Vec<LeafTexts>> {
                arrays.iter().map(as_texts).collect()
            };
            let images = || {
                let image = |array| column::image(obfuscator, leaf.plan, array).ok();
                let images = leaf.original.iter().map(image);
                read(&images.collect::<Option<Vec<ArrayRef>>>()?)
            };
            let images = if is_text { Some(Vec::new()) } else { images() };
            let (Some(original), Some(obfuscated), Some(images)) =
                (read(&leaf.original), read(&leaf.obfuscated), images)
            else {
                check.findings.push(Finding::new(
                    ProofRule::KeyedImage,
                    Some(&leaf.plan.column),
                    column.values,
                    "the outputs cannot be compared with what key and realm give for this type",
                ));
                return checked(column);
            };
            let images = (!is_text).then_some(images.as_slice());
            let texts = Pairs { kind, transform, obfuscator, leaf, column, check };
            texts.check(&original, &obfuscated, images)
        }
    }
}

/// The values of an array as texts, one to one; `None` if they have no spelling.
pub(super) fn as_texts(array: &ArrayRef) -> Option<LeafTexts> {
    match leaves::leaf_type(array.data_type()) {
        LeafType::Text => leaves::texts(array),
        LeafType::Plain => leaves::texts(&cast(array, &DataType::Utf8).ok()?),
        LeafType::Binary | LeafType::Opaque => {
            let binary = cast(array, &DataType::LargeBinary).ok()?;
            let binary = arrow::array::AsArray::as_binary_opt::<i64>(&binary)?;
            let texts: LargeStringArray =
                binary.iter().map(|bytes| bytes.map(hex::encode)).collect();
            leaves::texts(&(Arc::new(texts) as ArrayRef))
        }
    }
}

/// How many different values a kept text column has.
fn distinct(leaf: &LeafPair<'_>) -> Option<u64> {
    let texts: Option<Vec<LeafTexts>> = leaf.original.iter().map(leaves::texts).collect();
    let texts = texts?;
    let mut counts = Counts::default();
    for text in texts.iter().flat_map(LeafTexts::iter).flatten() {
        counts.add(text);
    }
    Some(counts.distinct())
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

/// One column that is obfuscated.
struct Pairs<'a, 'p> {
    kind: Kind,
    transform: &'a dyn Transform,
    obfuscator: &'a Obfuscator,
    leaf: &'a LeafPair<'p>,
    column: ProofColumn,
    check: &'a mut Check,
}

/// What is known of one distinct value.
pub(super) struct Seen<'t> {
    pub(super) output: &'t str,
    first_row: u64,
    /// In how many rows the value stands.
    pub(super) count: u64,
    /// What the key gives, where that is not made of the text.
    image: Option<&'t str>,
    /// Whether the value says nothing about anyone; known once its image is.
    is_public: bool,
}

/// How often a rule was broken, and where first.
#[derive(Default)]
struct Tally {
    count: u64,
    first_row: Option<u64>,
}

impl Tally {
    fn add(&mut self, row: u64) {
        self.merge(&Self { count: 1, first_row: Some(row) });
    }

    fn merge(&mut self, other: &Self) {
        self.count += other.count;
        self.first_row = self.first_row.into_iter().chain(other.first_row).min();
    }
}

/// What the images of some values say of their outputs.
#[derive(Default)]
struct Images {
    wrong: Tally,
    unchanged: Tally,
    public: u64,
    fixed_points: u64,
}

impl Images {
    /// Compares outputs with what `transform` gives; `is_free` says that a value is public if that is the value.
    fn of(pairs: &mut [(&str, &mut Seen<'_>)], transform: &dyn Transform, is_free: bool) -> Self {
        let mut found = Self::default();
        let mut images = Texts::default();
        if pairs.iter().any(|(_, known)| known.image.is_none()) {
            let values: Vec<&str> = pairs.iter().map(|(value, _)| *value).collect();
            transform.write(&values, &mut images);
        }
        for (place, (value, known)) in pairs.iter_mut().enumerate() {
            let image = if let Some(image) = known.image {
                image.as_bytes()
            } else {
                let start = place.checked_sub(1).map_or(0, |before| images.ends[before]);
                &images.bytes[start..images.ends[place]]
            };
            let is_image = image == known.output.as_bytes();
            known.is_public =
                if is_free { image == value.as_bytes() } else { transform.is_public(value) };
            if !is_image {
                found.wrong.add(known.first_row);
            }
            if known.output != *value {
                continue;
            }
            if known.is_public {
                found.public += 1;
            } else if is_image && transform.domain_bits(value) < NEVER {
                found.fixed_points += 1;
            } else {
                found.unchanged.add(known.first_row);
            }
        }
        found
    }
}

impl Pairs<'_, '_> {
    fn check(
        mut self,
        original: &[LeafTexts],
        obfuscated: &[LeafTexts],
        images: Option<&[LeafTexts]>,
    ) -> Checked {
        let values = original.iter().flat_map(LeafTexts::iter);
        let mut outputs = obfuscated.iter().flat_map(LeafTexts::iter);
        let mut images = images.map(|images| images.iter().flat_map(LeafTexts::iter));
        let mut seen: TextMap<'_, Seen<'_>> = TextMap::default();
        let (mut nulls, mut unstable) = (Tally::default(), Tally::default());
        let mut output_counts = Counts::default();
        for (row, value) in (0_u64..).zip(values) {
            // Missing rows are a finding of their own.
            let output = outputs.next();
            let image = images.as_mut().and_then(Iterator::next).flatten();
            match (value, output) {
                (Some(value), Some(Some(output))) => {
                    output_counts.add(output);
                    let known = seen.entry(value).or_insert(Seen {
                        output,
                        first_row: row,
                        count: 0,
                        image,
                        is_public: false,
                    });
                    known.count += 1;
                    if known.output != output {
                        unstable.add(row);
                    }
                }
                (Some(_), Some(None)) | (None, Some(Some(_))) => nulls.add(row),
                (_, None) | (None, _) => {}
            }
        }
        self.report(ProofRule::Nulls, &nulls, "nulls are not where the original has them");
        self.report(ProofRule::OneOutputPerValue, &unstable, "equal values have different outputs");
        let mut value_counts = Counts::default();
        for (value, known) in &seen {
            value_counts.add_many(value, known.count);
        }
        self.column.distinct = Some(value_counts.distinct());
        self.column.distinct_outputs = Some(output_counts.distinct());
        self.column.most_frequent = (self.column.values > 0)
            .then(|| value_counts.most() as f64 / self.column.values as f64);
        self.check_injective(&seen);
        self.check_image(&mut seen);
        self.check_overlap(&seen);
        structure::check_column(
            &seen,
            self.kind,
            self.transform,
            self.obfuscator.policy().settings(),
            &self.leaf.plan.column,
            self.check,
        );
        let shape = Shape { kind: self.kind, values: value_counts, outputs: output_counts };
        shape.check_counts(&self.leaf.plan.column, self.check);
        let sample = self.sample(&seen);
        Checked { column: self.column, shape: Some(shape), sample }
    }

    /// Some values and their outputs, spread over the column.
    fn sample(&self, seen: &TextMap<'_, Seen<'_>>) -> Vec<(String, String)> {
        let is_text = leaves::leaf_type(&self.leaf.plan.data_type) == LeafType::Text;
        let values = seen.iter().filter(|(_, known)| is_text && !known.is_public);
        let mut pairs: Vec<(&str, &str)> =
            values.map(|(value, known)| (*value, known.output)).collect();
        let hasher = FixedState::default();
        if pairs.len() > SAMPLE {
            pairs.select_nth_unstable_by_key(SAMPLE, |(value, _)| hasher.hash_one(value));
            pairs.truncate(SAMPLE);
        }
        pairs.into_iter().map(|(value, output)| (value.to_owned(), output.to_owned())).collect()
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

    fn check_image(&mut self, seen: &mut TextMap<'_, Seen<'_>>) {
        let mut pairs: Vec<(&str, &mut Seen<'_>)> =
            seen.iter_mut().map(|(value, known)| (*value, known)).collect();
        let (transform, is_free) = (self.transform, matches!(self.kind, Kind::Text | Kind::Json));
        let judge = |pairs: &mut [(&str, &mut Seen<'_>)]| Images::of(pairs, transform, is_free);
        let images: Vec<Images> = pairs.par_chunks_mut(CHUNK).map(judge).collect();
        let (mut wrong, mut unchanged) = (Tally::default(), Tally::default());
        for found in images {
            wrong.merge(&found.wrong);
            unchanged.merge(&found.unchanged);
            self.column.public += found.public;
            self.column.fixed_points += found.fixed_points;
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
            if known.is_public {
                continue;
            }
            judged += 1;
            *values_by_domain.entry(self.transform.domain_bits(value)).or_default() += 1;
            self.column.overlap +=
                u64::from(known.output != *value && seen.contains_key(known.output));
        }
        self.column.expected_overlap = expected_overlap(&values_by_domain);
        if is_excess(self.column.overlap, self.column.expected_overlap, judged) {
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

/// How many outputs are originals of other rows by chance, given how many values there are by the bits of their domain.
pub(super) fn expected_overlap(values_by_domain: &BTreeMap<u32, u64>) -> f64 {
    let expected = |(bits, count): (&u32, &u64)| (*count as f64).powi(2) / f64::from(*bits).exp2();
    values_by_domain.iter().map(expected).sum()
}

/// Whether so many of the `judged` outputs are originals of other rows that chance does not explain it.
pub(super) fn is_excess(overlap: u64, expected: f64, judged: u64) -> bool {
    // Prefixes move whole subnets at once, so chance alone may well give many times the mean.
    overlap * 2 > judged && expected * 10.0 < judged as f64 && judged >= ENOUGH_VALUES
}

/// The distinct texts of a plain text array, for the search set.
pub(super) fn values_of(array: &ArrayRef) -> Option<LeafTexts> {
    match leaves::leaf_type(array.data_type()) {
        LeafType::Text => leaves::texts(array),
        LeafType::Plain => as_texts(array),
        LeafType::Binary | LeafType::Opaque => {
            let binary = cast(array, &DataType::LargeBinary).ok()?;
            let binary = arrow::array::AsArray::as_binary_opt::<i64>(&binary)?;
            let texts: StringArray = binary
                .iter()
                .map(|bytes| {
                    let bytes = bytes?;
                    Some(
                        std::str::from_utf8(bytes)
                            .map_or_else(|_| hex::encode(bytes), str::to_owned),
                    )
                })
                .collect();
            leaves::texts(&(Arc::new(texts) as ArrayRef))
        }
    }
}
