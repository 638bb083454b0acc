//! Where the cells of a column stand: in an array of numpy, or in a list.

use std::ops::Range;

use numpy::{PyArray1, PyArrayMethods};
use pyo3::prelude::*;
use pyo3::types::PyList;

/// How many rows are walked with the interpreter held.
const ROWS_IN_ONE_BREATH: usize = 50_000;

/// The cells of a column: an array of numpy that holds objects.
pub(crate) type Objects = PyArray1<Py<PyAny>>;

/// Where the cells of a column stand.
#[derive(Clone)]
pub(crate) enum Source<'py> {
    Array(Bound<'py, Objects>),
    List(Bound<'py, PyList>),
}

impl<'py> Source<'py> {
    pub(crate) fn len(&self) -> usize {
        match self {
            Self::Array(array) => array.len().unwrap_or_default(),
            Self::List(list) => list.len(),
        }
    }

    /// Calls `work` with each of `rows` that there is and its cell.
    pub(super) fn each(
        &self,
        py: Python<'py>,
        rows: Range<usize>,
        mut work: impl FnMut(usize, &Bound<'py, PyAny>) -> PyResult<()>,
    ) -> PyResult<()> {
        match self {
            Self::Array(array) => {
                let objects = array.try_readonly()?;
                let objects = objects.as_slice()?;
                let cells = objects.iter().enumerate().take(rows.end).skip(rows.start);
                for (row, cell) in cells {
                    work(row, cell.bind(py))?;
                    breathe(py, row)?;
                }
            }
            Self::List(list) => {
                for row in rows.start..rows.end.min(list.len()) {
                    work(row, &list.get_item(row)?)?;
                    breathe(py, row)?;
                }
            }
        }
        Ok(())
    }
}

/// Lets other threads of Python run, and Ctrl-C through, every so many rows.
fn breathe(py: Python<'_>, row: usize) -> PyResult<()> {
    if row % ROWS_IN_ONE_BREATH == ROWS_IN_ONE_BREATH - 1 {
        py.detach(std::thread::yield_now);
        py.check_signals()?;
    }
    Ok(())
}
