//! The demo's logs.

use std::ops::ControlFlow;
use std::path::PathBuf;

use huntbook::HuntbookError;
use huntbook::scenario::{Format, Options, write_folder};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;

use crate::enter::enter;

/// Writes the scenario and returns its ground truth as JSON.
#[pyfunction]
pub(crate) fn write_scenario(
    py: Python<'_>,
    folder: PathBuf,
    seed: u64,
    rows: u64,
    format: &str,
) -> PyResult<String> {
    let format = match format {
        "parquet" => Format::Parquet,
        "ndjson" => Format::Ndjson,
        other => {
            let message = format!("format {other:?} does not exist; there are: parquet, ndjson");
            return Err(PyValueError::new_err(message));
        }
    };
    let options = Options { seed, rows, ..Options::default() };
    enter(py, |cancel| {
        let truth = write_folder(&folder, &options, format, &mut |_| {
            if cancel.is_cancelled() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        })?;
        serde_json::to_string(&truth).map_err(|error| HuntbookError::Config {
            message: format!("the ground truth cannot be written as JSON: {error}"),
            hints: Vec::new(),
        })
    })
}
