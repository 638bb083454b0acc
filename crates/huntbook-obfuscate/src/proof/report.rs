//! What a proof says: columns, findings, notes; never a value.

use serde::Serialize;

use super::{Attack, html};
use crate::Kind;

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
    /// How many pairs of columns of one kind were joined, with as many rows in both tables.
    pub joins: u64,
    /// What was tried without the key.
    pub attack: Attack,
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

    /// The proof as a fragment of HTML that needs nothing else: verdict, findings, columns, attack.
    ///
    /// It has its own style for light and dark pages, and all texts are escaped.
    #[must_use]
    pub fn to_html(&self) -> String {
        html::fragment(self)
    }

    /// The columns that pass as they are, and the values that stay in others.
    #[must_use]
    pub fn left_in_clear(&self) -> Vec<LeftInClear<'_>> {
        self.columns
            .iter()
            .filter(|column| column.kind == Kind::Keep || column.public > 0)
            .map(|column| LeftInClear {
                column: &column.column,
                reason: if column.kind == Kind::Keep {
                    &column.reason
                } else {
                    "built-in names and reserved addresses, the same everywhere"
                },
                distinct: if column.kind == Kind::Keep {
                    column.distinct
                } else {
                    Some(column.public)
                },
            })
            .collect()
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
    /// How many different values the original has; `None` where they are not counted.
    pub distinct: Option<u64>,
    /// How many different outputs there are; equal to `distinct` unless spellings of one value were
    /// made one.
    pub distinct_outputs: Option<u64>,
    /// The share of the most frequent value, which anyone can see.
    pub most_frequent: Option<f64>,
    /// How many different values stay because they say nothing about anyone, such as `SYSTEM`.
    pub public: u64,
    /// How many different values a permutation leaves in place by chance.
    pub fixed_points: u64,
    /// How many different outputs are also originals of other rows.
    pub overlap: u64,
    /// How many of those chance gives.
    pub expected_overlap: f64,
}

/// A column whose values, or some of them, stay as they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct LeftInClear<'p> {
    /// The column.
    pub column: &'p str,
    /// Why.
    pub reason: &'p str,
    /// How many different values stay; `None` where they are not counted.
    pub distinct: Option<u64>,
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
    /// Values and outputs are counted alike.
    Counts,
    /// Joins between columns of one kind have as many rows.
    Joins,
    /// Networks have as many addresses.
    Networks,
    /// Times keep their intervals.
    Intervals,
    /// Outputs can be read as their kind where the values could.
    Readable,
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
    /// Nobody without the key gets an output from its value.
    Attack,
}

impl ProofRule {
    /// The rule in a few words.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Columns => "same columns",
            Self::Rows => "same rows",
            Self::Nulls => "same nulls",
            Self::OneOutputPerValue => "one output per value",
            Self::OneValuePerOutput => "one value per output",
            Self::Counts => "same counts",
            Self::Joins => "same joins",
            Self::Networks => "same networks",
            Self::Intervals => "same intervals",
            Self::Readable => "same kind",
            Self::KeyedImage => "keyed image",
            Self::Unchanged => "nothing unchanged",
            Self::Kept => "kept as planned",
            Self::Survival => "no survivor",
            Self::Overlap => "no excess overlap",
            Self::Metadata => "metadata",
            Self::Attack => "no match without the key",
        }
    }
}

impl Finding {
    pub(super) fn new(
        rule: ProofRule,
        column: Option<&str>,
        count: u64,
        message: impl Into<String>,
    ) -> Self {
        Self {
            rule,
            column: column.map(str::to_owned),
            count,
            first_row: None,
            message: message.into(),
        }
    }

    pub(super) fn at_row(mut self, row: Option<u64>) -> Self {
        self.first_row = row;
        self
    }
}
