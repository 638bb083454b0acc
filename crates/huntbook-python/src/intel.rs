//! Indicators and verdicts.

use std::path::PathBuf;
use std::sync::Arc;

use arrow::array::{ArrayRef, Int64Array, RecordBatch, StringArray};
use arrow::datatypes::{DataType, Field, Schema};
use chrono::{DateTime, Utc};
use huntbook::intel::{self, extract_batches};
use huntbook::read_feeds;
use pyo3::prelude::*;

use crate::enter::enter;
use crate::table::Table;

/// The indicators in the text columns of `table`, the most frequent first.
#[pyfunction]
#[pyo3(signature = (table, columns))]
pub(crate) fn extract(
    py: Python<'_>,
    table: &Table,
    columns: Option<Vec<String>>,
) -> PyResult<Table> {
    let batches = table.batches.clone();
    enter(py, move |_| {
        let names: Option<Vec<&str>> =
            columns.as_ref().map(|names| names.iter().map(String::as_str).collect());
        let located = extract_batches(&batches, names.as_deref())?;
        let schema = Arc::new(Schema::new(vec![
            Field::new("IoCType", DataType::Utf8, false),
            Field::new("Observable", DataType::Utf8, false),
            Field::new("Column", DataType::Utf8, false),
            Field::new("SourceIndex", DataType::Int64, false),
            Field::new("Count", DataType::Int64, false),
        ]));
        let text = |make: &dyn Fn(&intel::Located) -> String| -> ArrayRef {
            Arc::new(located.iter().map(|one| Some(make(one))).collect::<StringArray>())
        };
        let number = |make: &dyn Fn(&intel::Located) -> u64| -> ArrayRef {
            Arc::new(located.iter().map(|one| make(one) as i64).collect::<Int64Array>())
        };
        let columns = vec![
            text(&|one| one.indicator.kind.ioc_type().to_owned()),
            text(&|one| one.indicator.value.clone()),
            text(&|one| one.column.clone()),
            number(&|one| one.row),
            number(&|one| one.count),
        ];
        let batch = RecordBatch::try_new(Arc::clone(&schema), columns)
            .expect("five columns of one length, made from the schema's types");
        Ok(Table::new(schema, vec![batch]))
    })
}

/// A set of feeds that can be asked.
#[pyclass(frozen, module = "huntbook._native")]
#[derive(Debug)]
pub(crate) struct Lookup {
    feeds: intel::Lookup,
    problems: Vec<String>,
}

#[pymethods]
impl Lookup {
    #[new]
    fn new(py: Python<'_>, feeds: Vec<PathBuf>, now: DateTime<Utc>) -> PyResult<Self> {
        enter(py, move |_| {
            let read = read_feeds(&feeds)?;
            Ok(Self { feeds: intel::Lookup::new(read.feeds, now), problems: read.problems })
        })
    }

    #[getter]
    fn names(&self) -> Vec<String> {
        self.feeds.feeds().map(str::to_owned).collect()
    }

    #[getter]
    fn problems(&self) -> Vec<String> {
        self.problems.clone()
    }

    #[pyo3(signature = (pairs, feeds))]
    fn ask(
        &self,
        py: Python<'_>,
        pairs: Vec<(String, Option<String>)>,
        feeds: Option<Vec<String>>,
    ) -> PyResult<Table> {
        enter(py, |_| {
            let answers = self.feeds.ask_texts(&pairs, feeds.as_deref())?;
            let batch = intel::Lookup::answers_to_batch(&answers);
            Ok(Table::new(batch.schema(), vec![batch]))
        })
    }
}
