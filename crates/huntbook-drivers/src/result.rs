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

    /// The same answer cut to `most` rows. An answer that was longer is not complete and says so.
    #[must_use]
    pub fn cut_to(mut self, most: usize) -> Self {
        if self.rows() <= most {
            return self;
        }
        let mut left = most;
        for batch in &mut self.batches {
            let taken = left.min(batch.num_rows());
            *batch = batch.slice(0, taken);
            left -= taken;
        }
        self.batches.retain(|batch| batch.num_rows() > 0);
        self.complete = false;
        let noun = if most == 1 { "row" } else { "rows" };
        self.reasons.push(format!("cut to the {most} {noun} asked for at most"));
        self
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow::array::{ArrayRef, Int64Array};

    use super::*;

    fn result() -> QueryResult {
        let batch = |values: Vec<i64>| {
            let array: ArrayRef = Arc::new(Int64Array::from(values));
            RecordBatch::try_from_iter([("x", array)]).expect("one column")
        };
        let batches = vec![batch(vec![1, 2, 3]), batch(vec![4, 5])];
        QueryResult::whole(batches[0].schema(), batches, Statistics::default())
    }

    #[test]
    fn a_cut_answer_is_not_complete_and_says_why() {
        for (most, batches) in [(4, 2), (3, 1), (0, 0)] {
            let cut = result().cut_to(most);
            assert_eq!((cut.rows(), cut.batches.len(), cut.complete), (most, batches, false));
            assert_eq!(cut.reasons.len(), 1);
        }
    }

    #[test]
    fn an_answer_that_is_short_enough_is_left_alone() {
        let whole = result().cut_to(5);
        assert!(whole.complete && whole.reasons.is_empty());
        assert_eq!(whole.rows(), 5);
    }
}
