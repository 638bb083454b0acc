//! Plans: what will be done with each column of one table.
//!
//! A *leaf* is a column without inner columns, or the innermost part of a nested one, known by its dotted
//! path. Numbers, booleans and times pass. A rule whose kind has a form for their type, such as `number`,
//! `timestamp` or `geo`, is followed; any other rule that names such a column nulls it, since it cannot
//! carry a token. Bytes become tokens or other bytes, whatever kind a rule gives them.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, RecordBatch};
use arrow::datatypes::{DataType, Field, Schema};
use serde::Serialize;

use crate::leaves::{self, LeafType};
use crate::obfuscator::Obfuscator;
use crate::settings::Times;
use crate::timestamp::is_time_type;
use crate::transform::is_placeholder;
use crate::{Kind, Settings, account, content, host, ip, mac, sid, uuid};

/// How many values decide what a column without a rule holds.
const SAMPLE_VALUES: usize = 1000;

/// Longer values without a rule are free text.
const LONGEST_NAME: usize = 128;

/// Longer digit strings are no numbers.
const LONGEST_NUMBER: usize = 38;

/// What is done with one leaf, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ColumnPlan {
    /// The column, or the dotted path of a leaf inside it.
    pub column: String,
    /// Its Arrow type.
    pub data_type: DataType,
    /// What is done with it.
    pub kind: Kind,
    /// Why.
    pub reason: String,
    /// Whether a `keep` comes from a rule, and not from the type.
    pub(crate) is_named: bool,
    /// For kind `string`: each part between these characters is a token, and they stay.
    pub(crate) delimiters: Option<Arc<str>>,
}

/// What was done with one column, and how much of it there was.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ColumnReport {
    /// The column, or the dotted path of a leaf inside it.
    pub column: String,
    /// Its Arrow type.
    pub data_type: String,
    /// What was done with it.
    pub kind: Kind,
    /// Why.
    pub reason: String,
    /// Whether a rule of the policy names the column; otherwise its type or its content decided.
    pub by_rule: bool,
    /// How many values it has that are not null.
    pub values: u64,
    /// How many nulls it has.
    pub nulls: u64,
}

/// What will be done with each leaf of a table; the same for all its batches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    columns: Vec<ColumnPlan>,
}

impl Plan {
    pub(crate) fn new(obfuscator: &Obfuscator, schema: &Schema, sample: &RecordBatch) -> Self {
        let mut samples: BTreeMap<String, ArrayRef> = BTreeMap::new();
        for (field, column) in sample.schema().fields().iter().zip(sample.columns()) {
            for (path, leaf) in leaves::of_array(field.name(), column) {
                samples.insert(path, leaf);
            }
        }
        let columns = schema
            .fields()
            .iter()
            .flat_map(leaves::of_field)
            .map(|(path, field)| plan_leaf(obfuscator, path, &field, &samples))
            .collect();
        Self { columns }
    }

    /// The plan of a file whose lines or documents are the column `column` of `kind`.
    pub(crate) fn of_lines(column: &str, kind: Kind) -> Self {
        let plan = ColumnPlan {
            column: column.to_owned(),
            data_type: DataType::Utf8,
            kind,
            reason: "lines of text or documents".to_owned(),
            is_named: false,
            delimiters: None,
        };
        Self { columns: vec![plan] }
    }

    /// One plan for each column of `schema`, which was planned.
    pub(crate) fn by_column(&self, schema: &Schema) -> Vec<Self> {
        let mut columns = self.columns.iter().cloned();
        let fields = schema.fields().iter();
        fields
            .map(|field| {
                let leaves = leaves::of_field(field).len();
                Self { columns: columns.by_ref().take(leaves).collect() }
            })
            .collect()
    }

    /// Each leaf in the order of the schema.
    #[must_use]
    pub fn columns(&self) -> &[ColumnPlan] {
        &self.columns
    }

    /// What was done with each leaf of `batches`, which are of the planned table, obfuscated or not.
    #[must_use]
    pub fn report(&self, batches: &[RecordBatch]) -> Vec<ColumnReport> {
        let mut reports: Vec<ColumnReport> = self
            .columns
            .iter()
            .map(|plan| ColumnReport {
                column: plan.column.clone(),
                data_type: plan.data_type.to_string(),
                kind: plan.kind,
                reason: plan.reason.clone(),
                by_rule: plan.is_named,
                values: 0,
                nulls: 0,
            })
            .collect();
        for batch in batches {
            for (report, (_, leaf)) in reports.iter_mut().zip(leaves::of_batch(batch)) {
                let nulls = leaf.logical_null_count() as u64;
                report.nulls += nulls;
                report.values += leaf.len() as u64 - nulls;
            }
        }
        reports
    }
}

fn plan_leaf(
    obfuscator: &Obfuscator,
    column: String,
    field: &Field,
    samples: &BTreeMap<String, ArrayRef>,
) -> ColumnPlan {
    let data_type = field.data_type().clone();
    let verdict = obfuscator.policy().verdict(&column);
    let is_named = verdict.is_some();
    let delimiters = verdict.as_ref().and_then(|verdict| verdict.delimiters.clone());
    let values = leaves::value_type(&data_type);
    let moves_times = obfuscator.policy().settings().times == Times::Shift;
    let (kind, reason) = match (leaves::leaf_type(&data_type), verdict) {
        (LeafType::Text, Some(verdict)) => (verdict.kind, verdict.reason),
        (LeafType::Text, None) => {
            type_by_content(obfuscator.policy().settings(), samples.get(&column))
        }
        (_, Some(verdict)) if matches!(verdict.kind, Kind::Keep | Kind::Null) => {
            (verdict.kind, verdict.reason)
        }
        (LeafType::Binary, verdict) => plan_bytes(values, verdict.map(|verdict| verdict.reason)),
        (LeafType::Plain, Some(verdict))
            if obfuscator.transform(verdict.kind).is_some_and(|kind| kind.takes(values)) =>
        {
            (verdict.kind, verdict.reason)
        }
        (LeafType::Plain, Some(verdict))
            if verdict.kind == Kind::Timestamp && values.is_temporal() =>
        {
            (Kind::Keep, format!("{}, but a {data_type} is no point in time", verdict.reason))
        }
        (LeafType::Plain, Some(verdict)) if verdict.is_exact => (
            Kind::Null,
            format!("{}, but a {data_type} cannot carry a token: nulled", verdict.reason),
        ),
        (LeafType::Plain, _) if moves_times && is_time_type(values) => {
            (Kind::Timestamp, "all times move".to_owned())
        }
        (LeafType::Plain, _) => (Kind::Keep, format!("{data_type} passes")),
        (LeafType::Opaque, _) => (Kind::String, "cannot be obfuscated".to_owned()),
    };
    ColumnPlan { column, data_type, kind, reason, is_named, delimiters }
}

/// What becomes of bytes, whatever a rule calls them.
fn plan_bytes(data_type: &DataType, because: Option<String>) -> (Kind, String) {
    let because = because.map_or_else(String::new, |reason| format!("{reason}; "));
    match data_type {
        DataType::FixedSizeBinary(16) => (Kind::Uuid, format!("{because}16 bytes, as a UUID")),
        DataType::FixedSizeBinary(_) => (Kind::String, format!("{because}as many keyed bytes")),
        _ => (Kind::String, format!("{because}bytes: one token for the whole")),
    }
}

/// The kind that all sampled values agree on; free text if some have blanks or are long, or `string`.
fn type_by_content(settings: Settings, sample: Option<&ArrayRef>) -> (Kind, String) {
    let mut left = CONTENT_TESTS.to_vec();
    let mut values = 0;
    let mut is_prose = false;
    if let Some(texts) = sample.and_then(leaves::texts) {
        for text in texts.iter().flatten().filter(|text| !is_placeholder(text)).take(SAMPLE_VALUES)
        {
            values += 1;
            left.retain(|test| (test.holds)(text));
            is_prose |= text.len() > LONGEST_NAME || text.bytes().any(|byte| byte <= b' ');
        }
    }
    match left.first() {
        _ if values == 0 => {
            (Kind::String, "no rule names it and the sample holds no value".to_owned())
        }
        Some(test) => {
            let kind = match test.kind {
                Kind::Timestamp if settings.times == Times::Keep => Kind::Text,
                kind => kind,
            };
            (kind, format!("all {values} sampled values are {}", test.what))
        }
        None if is_prose => {
            (Kind::Text, "no rule names it and its values are words and other text".to_owned())
        }
        None => (Kind::String, "no rule names it and its values are of no one kind".to_owned()),
    }
}

#[derive(Clone, Copy)]
struct ContentTest {
    kind: Kind,
    what: &'static str,
    holds: fn(&str) -> bool,
}

/// Earlier tests go before later ones. Times and short numbers are free text, in which they stay as the settings say;
/// so what comes later and is neither does not.
const CONTENT_TESTS: [ContentTest; 13] = [
    ContentTest { kind: Kind::Ip, what: "IP addresses", holds: ip::is_ip },
    ContentTest { kind: Kind::Uuid, what: "UUIDs", holds: |text| uuid::parse(text).is_some() },
    ContentTest { kind: Kind::Sid, what: "security identifiers", holds: sid::is_sid },
    ContentTest { kind: Kind::Account, what: "user principal names", holds: account::is_upn },
    ContentTest { kind: Kind::Host, what: "domain names", holds: host::is_fqdn },
    ContentTest { kind: Kind::Mac, what: "hardware addresses", holds: mac::is_separated },
    ContentTest { kind: Kind::Hash, what: "hashes", holds: content::is_hash },
    ContentTest { kind: Kind::Url, what: "URLs", holds: content::is_url },
    ContentTest { kind: Kind::Path, what: "paths", holds: content::is_path },
    ContentTest { kind: Kind::Timestamp, what: "times", holds: content::is_time },
    ContentTest { kind: Kind::Json, what: "JSON documents", holds: content::is_document_like },
    ContentTest { kind: Kind::Text, what: "short numbers", holds: is_short_number },
    ContentTest { kind: Kind::Number, what: "numbers", holds: is_number },
];

fn is_number(text: &str) -> bool {
    text.len() <= LONGEST_NUMBER && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_short_number(text: &str) -> bool {
    text.len() <= 6 && is_number(text)
}
