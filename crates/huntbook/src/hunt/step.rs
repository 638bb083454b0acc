//! One question with its answer, and the cells of the answer as text.

use std::collections::BTreeSet;

use arrow::array::RecordBatch;
use arrow::compute::concat_batches;
use huntbook_drivers::QueryResult;

use crate::HuntbookError;
use crate::rows::{distinct, texts};

/// One question with its answer.
#[derive(Debug, Clone)]
pub struct Step {
    /// Part of file names: `password-spray`.
    pub slug: &'static str,
    /// The question in a few words.
    pub title: &'static str,
    /// Why it is asked.
    pub reason: &'static str,
    /// The catalogue query that asked it.
    pub query: &'static str,
    /// ATT&CK techniques that the query looks for.
    pub techniques: Vec<String>,
    /// The rows.
    pub result: QueryResult,
}

impl Step {
    /// All rows as one batch.
    pub(crate) fn batch(&self) -> RecordBatch {
        concat_batches(&self.result.schema, &self.result.batches)
            .expect("the batches of one result have its schema")
    }

    /// The number of rows.
    #[must_use]
    pub fn row_count(&self) -> usize {
        self.result.batches.iter().map(RecordBatch::num_rows).sum()
    }

    pub(crate) fn texts(&self, column: &str) -> Result<Vec<String>, HuntbookError> {
        texts(&self.result.schema, &self.result.batches, column)
    }

    pub(crate) fn distinct(&self, column: &str) -> Result<BTreeSet<String>, HuntbookError> {
        distinct(&self.result.schema, &self.result.batches, column)
    }

    /// The texts of several columns, row by row.
    pub(crate) fn rows<const N: usize>(
        &self,
        columns: [&str; N],
    ) -> Result<Vec<[String; N]>, HuntbookError> {
        let mut cells = Vec::with_capacity(N);
        for column in columns {
            cells.push(self.texts(column)?);
        }
        let row = |index: usize| std::array::from_fn(|column| cells[column][index].clone());
        Ok((0..self.row_count()).map(row).collect())
    }
}
