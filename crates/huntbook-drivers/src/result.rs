//! What a query gave.

use std::time::Duration;

use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;
use huntbook_diagnostics::Diagnostic;
use huntbook_kql::Chart;

/// The rows of an answer, and whether they are all of it.
#[derive(Debug, Clone)]
pub struct QueryResult {
    /// The columns, also where there is no row.
    pub schema: SchemaRef,
    /// The rows, in order; every batch has the schema.
    pub batches: Vec<RecordBatch>,
    /// Whether the rows are the whole answer.
    pub complete: bool,
    /// Why they are not, one reason each; empty where they are.
    pub reasons: Vec<String>,
    /// Findings about the text that did not keep it from running.
    pub warnings: Vec<Diagnostic>,
    /// The chart that the text asks for.
    pub chart: Option<Chart>,
    /// What the answer took.
    pub statistics: Statistics,
}

/// What an answer took.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Statistics {
    /// From the call to the last row.
    pub elapsed: Duration,
}

impl QueryResult {
    /// A whole answer.
    #[must_use]
    pub fn whole(schema: SchemaRef, batches: Vec<RecordBatch>, statistics: Statistics) -> Self {
        Self {
            schema,
            batches,
            complete: true,
            reasons: Vec::new(),
            warnings: Vec::new(),
            chart: None,
            statistics,
        }
    }

    /// How many rows there are.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.batches.iter().map(RecordBatch::num_rows).sum()
    }
}
