//! The contract that every data source keeps.

use std::fmt::Debug;

use chrono::{DateTime, Utc};
use huntbook_diagnostics::Diagnostic;
use huntbook_kql::{Completion, Limits, Stage};

use crate::{Cancel, DriverError, QueryResult};

/// A data source that queries run on.
///
/// Calls block until the answer is there; a driver that waits for a network or for threads does so on a
/// runtime of its own. One driver may be used from several threads at once.
pub trait Driver: Send + Sync + Debug {
    /// The name in [`DRIVERS`](crate::DRIVERS), such as `local`.
    fn name(&self) -> &str;

    /// The names of the tables, sorted, without opening them.
    ///
    /// # Errors
    ///
    /// Whatever keeps the source from being asked.
    fn tables(&self) -> Result<Vec<String>, DriverError>;

    /// The columns of one table, in order.
    ///
    /// # Errors
    ///
    /// [`DriverError::NoTable`] where there is none of the name, otherwise what keeps it from being opened.
    fn columns(&self, table: &str) -> Result<Vec<Column>, DriverError>;

    /// Every table with its columns. Opens all of them; one that cannot be opened says so in
    /// [`Table::problem`].
    ///
    /// # Errors
    ///
    /// Those of [`tables`](Self::tables).
    fn schema(&self) -> Result<Schema, DriverError> {
        let describe = |name: String| match self.columns(&name) {
            Ok(columns) => Table { name, columns, problem: None },
            Err(error) => Table { name, columns: Vec::new(), problem: Some(error.to_string()) },
        };
        Ok(Schema { tables: self.tables()?.into_iter().map(describe).collect() })
    }

    /// What a user should know about the source, such as files that were passed over.
    fn warnings(&self) -> Vec<String> {
        Vec::new()
    }

    /// The answer to the query `text`, in the language of the source.
    ///
    /// # Errors
    ///
    /// [`DriverError::Query`] where the text is at fault, [`DriverError::Cancelled`] soon after
    /// [`Run::cancel`] was pulled, [`DriverError::Limit`] where it would take more than [`Run::limits`] allow,
    /// [`DriverError::Partial`] where only a part of the answer could be had
    /// and `run` does not take parts, otherwise what went wrong at the source.
    fn run(&self, text: &str, run: &Run) -> Result<QueryResult, DriverError>;

    /// The query `text` at a stage of its way, for people. `None` where the source keeps that to itself.
    ///
    /// # Errors
    ///
    /// [`DriverError::Query`] where the text is at fault.
    fn explain(&self, text: &str, stage: Stage, run: &Run) -> Result<Option<String>, DriverError> {
        let _ = (text, stage, run);
        Ok(None)
    }

    /// The problems of the query `text`, without running it; none where the source cannot tell.
    fn check(&self, text: &str, run: &Run) -> Vec<Diagnostic> {
        let _ = (text, run);
        Vec::new()
    }

    /// What may stand at byte `offset` of a query that is being written; nothing where the source cannot tell.
    fn complete(&self, text: &str, offset: usize, run: &Run) -> Vec<Completion> {
        let _ = (text, offset, run);
        Vec::new()
    }
}

/// What belongs to one call of [`Driver::run`].
#[derive(Debug, Clone)]
pub struct Run {
    /// What `now()` means, where the source lets the caller say it; a service uses its own clock.
    pub now: DateTime<Utc>,
    /// Stops the query.
    pub cancel: Cancel,
    /// What to do when only a part of the answer can be had.
    pub partial: Partial,
    /// How much the query may take. An answer of more rows is cut there and is not
    /// [`complete`](QueryResult::complete).
    pub limits: Limits,
}

impl Run {
    /// A run at `now` without limits, of which all rows are wanted, and only all of them.
    #[must_use]
    pub fn at(now: DateTime<Utc>) -> Self {
        Self { now, cancel: Cancel::new(), partial: Partial::Refuse, limits: Limits::default() }
    }

    /// The same run, which `cancel` stops.
    #[must_use]
    pub fn with_cancel(mut self, cancel: &Cancel) -> Self {
        self.cancel = cancel.clone();
        self
    }
}

/// What to do with a part of an answer that the source could not give in full.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Partial {
    /// Fail: half an answer must not pass for a whole one.
    #[default]
    Refuse,
    /// Keep it; the result says that it is not complete, and why.
    Keep,
}

/// The tables of a source.
#[derive(Debug, Clone, PartialEq, Eq, Default, serde::Serialize)]
pub struct Schema {
    /// The tables, by name.
    pub tables: Vec<Table>,
}

/// One table of a source.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Table {
    /// The name that queries use.
    pub name: String,
    /// The columns, in order; none where there is a problem.
    pub columns: Vec<Column>,
    /// Why the table cannot be opened.
    pub problem: Option<String>,
}

/// One column of a table.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Column {
    /// The name that queries use.
    pub name: String,
    /// The type, in the words of the source's query language: `datetime`, `long`.
    pub kind: String,
}
