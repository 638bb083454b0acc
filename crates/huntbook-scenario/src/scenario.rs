//! The scenario: a company and the intrusion planned against it, ready to be played.

use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;
use chrono::{DateTime, Utc};

use crate::chronicle::Chronicle;
use crate::company::Company;
use crate::intrusion::Intrusion;
use crate::tables::Recorded;
use crate::{Options, ScenarioError, Table};

/// A company and the intrusion planned against it.
#[derive(Debug)]
pub struct Scenario {
    pub(crate) options: Options,
    pub(crate) company: Company,
    pub(crate) intrusion: Intrusion,
}

impl Scenario {
    /// The scenario that `options` describe.
    ///
    /// # Errors
    ///
    /// [`ScenarioError::Days`] or [`ScenarioError::End`] if the time range cannot be generated.
    pub fn new(options: Options) -> Result<Self, ScenarioError> {
        options.validate()?;
        let company = Company::found(options.seed, options.rows);
        let intrusion = Intrusion::plan(&options, &company);
        Ok(Self { options, company, intrusion })
    }

    /// The options that the scenario was made from.
    #[must_use]
    pub fn options(&self) -> &Options {
        &self.options
    }

    /// The rows of `table` in batches of up to 8192, ordered by `TimeGenerated`.
    #[must_use]
    pub fn batches(&self, table: Table) -> TableBatches<'_> {
        TableBatches {
            schema: table.schema(),
            recorded: table.recorder(self.chronicle(), &self.company),
            intruder: IntruderRows::default(),
        }
    }

    pub(crate) fn chronicle(&self) -> Chronicle<'_> {
        Chronicle::new(&self.options, &self.company, &self.intrusion)
    }
}

/// The rows of `table` in `scenario`; the same as [`Scenario::batches`].
#[must_use]
pub fn table_batches(scenario: &Scenario, table: Table) -> TableBatches<'_> {
    scenario.batches(table)
}

/// The rows of one table, in batches.
pub struct TableBatches<'s> {
    schema: SchemaRef,
    recorded: Box<dyn Iterator<Item = Recorded> + 's>,
    intruder: IntruderRows,
}

/// How many of the rows so far are the intruder's, and when the first and last of them were.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct IntruderRows {
    pub(crate) rows: u64,
    pub(crate) first: Option<DateTime<Utc>>,
    pub(crate) last: Option<DateTime<Utc>>,
}

impl TableBatches<'_> {
    /// The schema of every batch.
    #[must_use]
    pub fn schema(&self) -> SchemaRef {
        SchemaRef::clone(&self.schema)
    }

    /// How many rows of the batches returned so far are the intruder's.
    #[must_use]
    pub fn attack_rows(&self) -> u64 {
        self.intruder.rows
    }

    pub(crate) fn intruder(&self) -> IntruderRows {
        self.intruder
    }
}

impl Iterator for TableBatches<'_> {
    type Item = RecordBatch;

    fn next(&mut self) -> Option<RecordBatch> {
        let Recorded { batch, intruder } = self.recorded.next()?;
        self.intruder.rows += intruder.len() as u64;
        self.intruder.first = self.intruder.first.or(intruder.first().copied());
        self.intruder.last = intruder.last().copied().or(self.intruder.last);
        Some(batch)
    }
}

impl std::fmt::Debug for TableBatches<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("TableBatches").field("intruder", &self.intruder).finish()
    }
}
