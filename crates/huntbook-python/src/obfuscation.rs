//! Keys, obfuscators, proofs.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use arrow::array::RecordBatch;
use arrow::compute::concat_batches;
use huntbook::HuntbookError;
use huntbook::obfuscate::{self, Kind, Plan, Policy, prove};
use pyo3::prelude::*;
use pyo3::types::{PyList, PyString};

use crate::cells::{Odd, with_text};
use crate::enter::enter;
use crate::errors;
use crate::frame;
use crate::jobs::{self, Direction};
use crate::parallel;
use crate::table::Table;

/// How many values are worked on at once.
const VALUES: usize = 4096;

/// The 32 bytes that make tokens; shown by their fingerprint alone.
#[pyclass(frozen, module = "huntbook._native")]
#[derive(Debug)]
pub(crate) struct Key {
    key: obfuscate::Key,
}

#[pymethods]
impl Key {
    #[staticmethod]
    fn generate(py: Python<'_>) -> PyResult<Self> {
        enter(py, |_| Ok(Self { key: obfuscate::Key::generate()? }))
    }

    #[staticmethod]
    fn from_bytes(py: Python<'_>, raw: &[u8]) -> PyResult<Self> {
        let bytes: [u8; 32] = raw.try_into().map_err(|_| {
            let message = format!("a key has 32 bytes, not {}", raw.len());
            errors::raise(py, "ObfuscationError", &message, None, None, &[])
        })?;
        Ok(Self { key: obfuscate::Key::from_bytes(bytes) })
    }

    #[staticmethod]
    fn load_or_create(py: Python<'_>, path: PathBuf) -> PyResult<Self> {
        enter(py, move |_| Ok(Self { key: obfuscate::Key::load_or_create(&path)? }))
    }

    #[getter]
    fn fingerprint(&self) -> String {
        self.key.fingerprint()
    }
}

/// One key, one realm, one policy.
#[pyclass(frozen, module = "huntbook._native")]
#[derive(Debug)]
pub(crate) struct Obfuscator {
    obfuscator: obfuscate::Obfuscator,
    key: Py<Key>,
}

#[pymethods]
impl Obfuscator {
    #[new]
    fn new(
        py: Python<'_>,
        key: Py<Key>,
        realm: &str,
        column_map: BTreeMap<String, String>,
    ) -> PyResult<Self> {
        let mut policy = Policy::builtin();
        for (column, kind) in &column_map {
            let kind = kind.parse().map_err(|error| raised(py, error))?;
            policy = policy.with_rule(column, kind);
        }
        let obfuscator = obfuscate::Obfuscator::new(&key.get().key, realm, policy);
        Ok(Self { obfuscator, key })
    }

    /// Quick: a notebook may call it for every cell of a column.
    fn value(&self, py: Python<'_>, kind: &str, text: &str) -> PyResult<String> {
        let kind: Kind = kind.parse().map_err(|error| raised(py, error))?;
        Ok(self.obfuscator.value(kind, text))
    }

    /// The obfuscated forms of many values of one kind.
    fn values<'py>(
        &self,
        py: Python<'py>,
        kind: &str,
        texts: &Bound<'py, PyList>,
    ) -> PyResult<Bound<'py, PyList>> {
        let kind: Kind = kind.parse().map_err(|error| raised(py, error))?;
        let mut read = Vec::with_capacity(texts.len());
        for text in texts.iter() {
            with_text(text.cast::<PyString>()?, |text| read.push(text.to_owned()))?;
        }
        let parts: Vec<&[String]> = read.chunks(VALUES).collect();
        let made = enter(py, |cancel| {
            parallel::map(&parts, cancel, |part| {
                Ok(part.iter().map(|text| self.obfuscator.value(kind, text)).collect::<Vec<_>>())
            })
        })?;
        let out = PyList::empty(py);
        for text in made.iter().flatten() {
            out.append(PyString::new(py, text))?;
        }
        Ok(out)
    }

    fn reveal(&self, py: Python<'_>, kind: &str, text: &str) -> PyResult<String> {
        let kind: Kind = kind.parse().map_err(|error| raised(py, error))?;
        self.obfuscator.reveal(kind, text).map_err(|error| raised(py, error))
    }

    /// The obfuscated table, and what was done to each column as JSON.
    fn obfuscate(&self, py: Python<'_>, table: &Table) -> PyResult<(Table, String)> {
        self.transform(py, table, Direction::Obfuscate)
    }

    /// The table with all reversible columns revealed, and what was done to each column as JSON.
    fn reveal_table(&self, py: Python<'_>, table: &Table) -> PyResult<(Table, String)> {
        self.transform(py, table, Direction::Reveal)
    }

    /// The columns of a data frame: see [`frame::transform`].
    fn columns<'py>(
        &self,
        columns: &Bound<'py, PyList>,
        unpack: Bound<'py, PyAny>,
        repack: Bound<'py, PyAny>,
        reveal: bool,
    ) -> PyResult<(Bound<'py, PyList>, String)> {
        let direction = if reveal { Direction::Reveal } else { Direction::Obfuscate };
        frame::transform(&self.obfuscator, columns, &Odd { unpack, repack }, direction)
    }

    /// A table with a column for each leaf of the columns of a data frame: see [`frame::flatten`].
    fn flatten<'py>(
        &self,
        columns: &Bound<'py, PyList>,
        unpack: Bound<'py, PyAny>,
        repack: Bound<'py, PyAny>,
        rows: usize,
    ) -> PyResult<Table> {
        frame::flatten(&self.obfuscator, columns, &Odd { unpack, repack }, rows)
    }

    /// What would be done to each column, as JSON; nothing is obfuscated.
    fn plan_report(&self, py: Python<'_>, table: &Table) -> PyResult<String> {
        enter(py, |_| {
            let report = self.plan(table)?.report(&table.batches);
            Ok(serde_json::to_string(&report).expect("reports serialise"))
        })
    }

    /// The leak report of `obfuscated` against `original`, as JSON.
    fn prove(&self, py: Python<'_>, original: &Table, obfuscated: &Table) -> PyResult<String> {
        enter(py, |_| {
            let plan = self.plan(original)?;
            Ok(prove(&original.batches, &obfuscated.batches, &plan, &self.obfuscator).to_json())
        })
    }
}

impl Obfuscator {
    fn transform(
        &self,
        py: Python<'_>,
        table: &Table,
        direction: Direction,
    ) -> PyResult<(Table, String)> {
        enter(py, |cancel| {
            let plan = self.plan(table)?;
            let slices = jobs::slices_of_batches(&table.batches);
            let batches = parallel::map(&slices, cancel, |batch| {
                Ok(match direction {
                    Direction::Obfuscate => self.obfuscator.batch(&plan, batch)?,
                    Direction::Reveal => self.obfuscator.reveal_batch(&plan, batch)?,
                })
            })?;
            let report = serde_json::to_string(&plan.report(&batches)).expect("reports serialise");
            let schema =
                batches.first().map_or_else(|| Arc::clone(&table.schema), RecordBatch::schema);
            Ok((Table::new(schema, batches), report))
        })
    }

    /// The plan for the whole table: the content of all its rows decides.
    fn plan(&self, table: &Table) -> Result<Plan, HuntbookError> {
        if let [only] = table.batches.as_slice() {
            return Ok(self.obfuscator.plan(&table.schema, only));
        }
        let sample = concat_batches(&table.schema, &table.batches).map_err(|error| {
            HuntbookError::Config {
                message: format!("the table is odd: {error}"),
                hints: Vec::new(),
            }
        })?;
        Ok(self.obfuscator.plan(&table.schema, &sample))
    }
}

fn raised(py: Python<'_>, error: obfuscate::ObfuscationError) -> PyErr {
    errors::to_python(py, &HuntbookError::Obfuscation(error))
}
