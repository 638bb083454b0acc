//! The second walk: new cells, with new texts in the places of the old ones.

use numpy::PyArray1;
use pyo3::exceptions::PyRuntimeError;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList, PyTuple};

use super::{Cells, Node, Odd, Source, Step, entries};
use crate::leaf::Strings;

impl<'py> Cells<'py> {
    /// New cells, with the texts of each node as `outcomes` say; a list if they came as one, else an array.
    ///
    /// # Errors
    ///
    /// `RuntimeError` where the cells are not those any more that were read.
    pub(crate) fn build(
        &self,
        py: Python<'py>,
        odd: &Odd<'py>,
        outcomes: &mut [Outcome],
    ) -> PyResult<Bound<'py, PyAny>> {
        let mut builder = Builder {
            odd,
            outcomes,
            nodes: &self.nodes,
            steps: self.steps.iter(),
            copied: self.copied.iter(),
            unpacked: self.unpacked.iter(),
        };
        let mut out = Vec::with_capacity(self.source.len());
        self.source.each(py, 0..usize::MAX, |_, value| {
            out.push(builder.value(value)?.unbind());
            Ok(())
        })?;
        Ok(match &self.source {
            Source::Array(_) => PyArray1::from_vec(py, out).into_any(),
            Source::List(_) => PyList::new(py, out)?.into_any(),
        })
    }
}

/// What becomes of the texts of a leaf.
pub(crate) enum Outcome {
    Keep,
    Null,
    Replaced(Strings),
}

struct Builder<'a, 'py> {
    odd: &'a Odd<'py>,
    outcomes: &'a mut [Outcome],
    nodes: &'a [Node],
    steps: std::slice::Iter<'a, Step>,
    copied: std::slice::Iter<'a, Py<PyDict>>,
    unpacked: std::slice::Iter<'a, Py<PyAny>>,
}

impl<'py> Builder<'_, 'py> {
    fn value(&mut self, value: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        let py = value.py();
        match self.steps.next().ok_or_else(changed)? {
            Step::Pass => Ok(value.clone()),
            Step::Text(leaf) => Ok(self.text(*leaf, py)?.unwrap_or_else(|| value.clone())),
            Step::Repacked(leaf) => match self.text(*leaf, py)? {
                Some(new) if !new.is_none() => self.odd.repack.call1((value, new)),
                Some(none) => Ok(none),
                None => Ok(value.clone()),
            },
            Step::Dict(len) => {
                let dict = value.cast::<PyDict>().map_err(|_| changed())?;
                if dict.len() != *len as usize {
                    return Err(changed());
                }
                // A copy has the keys in place: what passes need not be put there once more. A subclass may
                // copy itself in a way of its own.
                let out = if value.cast_exact::<PyDict>().is_ok() {
                    dict.copy()?
                } else {
                    PyDict::new(py)
                };
                let is_copy = !out.is_empty();
                for (key, value) in entries(dict) {
                    let new = self.value(&value)?;
                    if !is_copy || !new.is(&value) {
                        out.set_item(key, new)?;
                    }
                }
                Ok(out.into_any())
            }
            Step::Alike(node) => {
                let out = self.copied.next().ok_or_else(changed)?.bind(py);
                for key in self.nodes[*node as usize].first.iter().flatten() {
                    let Step::Text(leaf) = self.steps.next().ok_or_else(changed)? else { continue };
                    if let Some(new) = self.text(*leaf, py)? {
                        out.set_item(key, new)?;
                    }
                }
                Ok(out.clone().into_any())
            }
            Step::List(len) => {
                let list = value.cast::<PyList>().map_err(|_| changed())?;
                if list.len() != *len as usize {
                    return Err(changed());
                }
                let items: Vec<_> =
                    list.iter().map(|item| self.value(&item)).collect::<PyResult<_>>()?;
                Ok(PyList::new(py, items)?.into_any())
            }
            Step::Tuple(len) => {
                let tuple = value.cast::<PyTuple>().map_err(|_| changed())?;
                if tuple.len() != *len as usize {
                    return Err(changed());
                }
                let items: Vec<_> =
                    tuple.iter().map(|item| self.value(&item)).collect::<PyResult<_>>()?;
                Ok(PyTuple::new(py, items)?.into_any())
            }
            Step::Unpacked => {
                let content = self.unpacked.next().ok_or_else(changed)?.bind(py);
                let new = self.value(content)?;
                self.odd.repack.call1((value, new))
            }
        }
    }

    /// What the next text of `leaf` becomes; `None` if it stays.
    fn text(&mut self, leaf: u32, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        match self.outcomes.get_mut(leaf as usize).ok_or_else(changed)? {
            Outcome::Keep => Ok(None),
            Outcome::Null => Ok(Some(py.None().into_bound(py))),
            Outcome::Replaced(strings) => {
                Ok(Some(strings.next(py).ok_or_else(changed)?.into_any()))
            }
        }
    }
}

fn changed() -> PyErr {
    PyRuntimeError::new_err("the table was changed while it was obfuscated")
}
