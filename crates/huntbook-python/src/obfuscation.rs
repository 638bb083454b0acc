//! Keys, obfuscators, proofs.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use arrow::array::RecordBatch;
use arrow::compute::concat_batches;
use huntbook::HuntbookError;
use huntbook::drivers::Cancel;
use huntbook::obfuscate::files::{FilesOptions, Watch, obfuscate_files, prove_files};
use huntbook::obfuscate::{self, Kind, Learned, Plan, Policy, Settings, prove};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyList};

use crate::cells::Odd;
use crate::enter::enter;
use crate::errors;
use crate::frame;
use crate::jobs::{self, Direction};
use crate::masks::{self, Mask};
use crate::parallel;
use crate::table::Table;

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

    /// The key written as text, as the environment or a keyring holds it.
    #[staticmethod]
    fn from_text(py: Python<'_>, text: &str) -> PyResult<Self> {
        let key = obfuscate::Key::from_env_value(text).map_err(|error| raised(py, error))?;
        Ok(Self { key })
    }

    #[staticmethod]
    fn from_passphrase(py: Python<'_>, passphrase: &str, salt: &str) -> PyResult<Self> {
        enter(py, |_| Ok(Self { key: obfuscate::Key::from_passphrase(passphrase, salt)? }))
    }

    /// The bytes, for a function that Spark ships to its executors.
    fn secret<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        PyBytes::new(py, self.key.secret())
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
    inner: obfuscate::Obfuscator,
    policy: Policy,
    key: Py<Key>,
    /// What was learnt from tables before they are obfuscated.
    learned: Mutex<Arc<Learned>>,
}

#[pymethods]
impl Obfuscator {
    /// `policy` is the name of a built-in policy, a path, or YAML of more than one line.
    #[new]
    #[pyo3(signature = (key, realm, policy="default", column_map=None, settings=None))]
    fn new(
        py: Python<'_>,
        key: Py<Key>,
        realm: &str,
        policy: &str,
        column_map: Option<BTreeMap<String, String>>,
        settings: Option<BTreeMap<String, String>>,
    ) -> PyResult<Self> {
        let fails = |error| raised(py, error);
        let policy = read_policy(policy).map_err(fails)?;
        let policy = policy.with_column_map(column_map.unwrap_or_default()).map_err(fails)?;
        let settings = read_settings(py, policy.settings(), settings.unwrap_or_default())?;
        let policy = policy.with_settings(settings);
        let obfuscator = obfuscate::Obfuscator::new(&key.get().key, realm, policy.clone());
        Ok(Self { inner: obfuscator, policy, key, learned: Mutex::default() })
    }

    /// Quick: a notebook may call it for every cell of a column.
    fn value(&self, py: Python<'_>, kind: &str, text: &str) -> PyResult<String> {
        let kind: Kind = kind.parse().map_err(|error| raised(py, error))?;
        let learned = self.learned();
        if matches!(kind, Kind::Text | Kind::Json) && !learned.is_empty() {
            return Ok(self.inner.informed(learned).value(kind, text));
        }
        Ok(self.inner.value(kind, text))
    }

    /// The cells of a list or an array of objects in the forms that existing notebooks know: see [`masks`]. `how` is the
    /// name of a form or of a kind.
    fn mask<'py>(
        &self,
        values: &Bound<'py, PyAny>,
        how: &str,
        delimiters: &str,
        unpack: Bound<'py, PyAny>,
        repack: Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let mask = match how {
            "strings" => Mask::Strings,
            "accounts" => Mask::Accounts,
            "found" => Mask::Found,
            "items" => Mask::Items(delimiters.to_owned()),
            kind => Mask::Kind(kind.parse().map_err(|error| raised(values.py(), error))?),
        };
        masks::cells(&self.inner, &mask, values, &Odd { unpack, repack })
    }

    fn reveal(&self, py: Python<'_>, kind: &str, text: &str) -> PyResult<String> {
        let kind: Kind = kind.parse().map_err(|error| raised(py, error))?;
        self.inner.reveal(kind, text).map_err(|error| raised(py, error))
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
        frame::transform(&self.inner, &self.learned(), columns, &Odd { unpack, repack }, direction)
    }

    /// A table with a column for each leaf of the columns of a data frame: see [`frame::flatten`].
    #[pyo3(signature = (columns, unpack, repack, rows, like=None))]
    fn flatten<'py>(
        &self,
        columns: &Bound<'py, PyList>,
        unpack: Bound<'py, PyAny>,
        repack: Bound<'py, PyAny>,
        rows: usize,
        like: Option<&Table>,
    ) -> PyResult<Table> {
        frame::flatten(&self.inner, columns, &Odd { unpack, repack }, rows, like)
    }

    /// What would be done to each column, as JSON; nothing is obfuscated.
    fn plan_report(&self, py: Python<'_>, table: &Table) -> PyResult<String> {
        enter(py, |_| {
            let report = self.plan(table)?.report(&table.batches);
            Ok(serde_json::to_string(&report).expect("reports serialise"))
        })
    }

    /// Learns the names in a table, so that free text of other tables hides them, too.
    fn learn(&self, py: Python<'_>, table: &Table) -> PyResult<()> {
        let learned = enter(py, |cancel| {
            let plan = self.plan(table)?;
            self.learn_from(&plan, &jobs::slices_of_batches(&table.batches), true, cancel)
        })?;
        *self.learned.lock().unwrap_or_else(PoisonError::into_inner) = Arc::new(learned);
        Ok(())
    }

    /// Obfuscates files and folders into `destination`; what was done, as JSON.
    fn files(
        &self,
        py: Python<'_>,
        sources: Vec<PathBuf>,
        destination: PathBuf,
        overwrite: bool,
        skip_unknown: bool,
    ) -> PyResult<String> {
        enter(py, |cancel| {
            let options = FilesOptions { overwrite, skip_unknown };
            let watch = Interruptible(cancel);
            let report = obfuscate_files(&self.inner, &sources, &destination, options, &watch)
                .map_err(|error| stopped(cancel, error))?;
            Ok(report.to_json())
        })
    }

    /// The leak report of the file or folder `obfuscated` against `original`, as JSON and as HTML.
    fn prove_files(
        &self,
        py: Python<'_>,
        original: PathBuf,
        obfuscated: PathBuf,
    ) -> PyResult<(String, String)> {
        enter(py, |cancel| {
            let key = &self.key.get().key;
            let watch = Interruptible(cancel);
            let realm = self.inner.realm();
            let proof = prove_files(&original, &obfuscated, key, realm, &self.policy, &watch)
                .map_err(|error| stopped(cancel, error))?;
            Ok((proof.to_json(), proof.to_html()))
        })
    }

    /// The leak report of `obfuscated` against `original`, as JSON and as HTML.
    fn prove(
        &self,
        py: Python<'_>,
        original: &Table,
        obfuscated: &Table,
    ) -> PyResult<(String, String)> {
        enter(py, |cancel| {
            let plan = self.plan(original)?;
            let slices = jobs::slices_of_batches(&original.batches);
            let learned = self.learn_from(&plan, &slices, jobs::has_json(&plan), cancel)?;
            let informed = self.inner.informed(Arc::new(learned));
            let proof = prove(&original.batches, &obfuscated.batches, &plan, &informed);
            Ok((proof.to_json(), proof.to_html()))
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
            let informed = if direction == Direction::Obfuscate && jobs::is_free_text(&plan) {
                let learned = self.learn_from(&plan, &slices, jobs::has_json(&plan), cancel)?;
                Some(self.inner.informed(Arc::new(learned)))
            } else {
                None
            };
            let obfuscator = informed.as_ref().unwrap_or(&self.inner);
            let batches = parallel::map(&slices, cancel, |batch| {
                Ok(match direction {
                    Direction::Obfuscate => obfuscator.batch(&plan, batch)?,
                    Direction::Reveal => obfuscator.reveal_batch(&plan, batch)?,
                })
            })?;
            let report = serde_json::to_string(&plan.report(&batches)).expect("reports serialise");
            let schema =
                batches.first().map_or_else(|| Arc::clone(&table.schema), RecordBatch::schema);
            Ok((Table::new(schema, batches), report))
        })
    }

    fn learned(&self) -> Arc<Learned> {
        Arc::clone(&self.learned.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// What is known, with the names in `batches`; if not in full, then only what changes free text.
    fn learn_from(
        &self,
        plan: &Plan,
        batches: &[RecordBatch],
        in_full: bool,
        cancel: &Cancel,
    ) -> Result<Learned, HuntbookError> {
        let parts = parallel::map(batches, cancel, |batch| {
            let mut learned = if in_full { Learned::new() } else { Learned::brief() };
            self.inner.learn(plan, batch, &mut learned);
            Ok(learned)
        })?;
        let mut all = Learned::clone(&self.learned());
        for part in &parts {
            all.merge(part);
        }
        Ok(all)
    }

    /// The plan for the whole table: the content of all its rows decides.
    fn plan(&self, table: &Table) -> Result<Plan, HuntbookError> {
        if let [only] = table.batches.as_slice() {
            return Ok(self.inner.plan(&table.schema, only));
        }
        let sample = concat_batches(&table.schema, &table.batches).map_err(|error| {
            HuntbookError::Config {
                message: format!("the table is odd: {error}"),
                hints: Vec::new(),
            }
        })?;
        Ok(self.inner.plan(&table.schema, &sample))
    }
}

/// Hands Ctrl-C on to work on files.
struct Interruptible<'a>(&'a Cancel);

impl Watch for Interruptible<'_> {
    fn is_cancelled(&self) -> bool {
        self.0.is_cancelled()
    }
}

fn stopped(cancel: &Cancel, error: obfuscate::ObfuscationError) -> HuntbookError {
    if cancel.is_cancelled() { HuntbookError::Interrupted } else { error.into() }
}

fn read_policy(policy: &str) -> Result<Policy, obfuscate::ObfuscationError> {
    if policy.contains('\n') {
        return Policy::from_yaml(policy);
    }
    let path = Path::new(policy);
    // A name has no dot and no separator; what has one is a path, also where there is no such file.
    if path.extension().is_some() || path.components().count() > 1 {
        return Policy::load(path);
    }
    Policy::named(policy)
}

fn read_settings(
    py: Python<'_>,
    settings: Settings,
    changes: BTreeMap<String, String>,
) -> PyResult<Settings> {
    let mut all = serde_json::to_value(settings).expect("settings serialise");
    for (name, value) in changes {
        all[&name] = value.into();
    }
    serde_json::from_value(all).map_err(|error| {
        errors::raise(py, "ObfuscationError", &error.to_string(), Some("OBF0006"), None, &[])
    })
}

fn raised(py: Python<'_>, error: obfuscate::ObfuscationError) -> PyErr {
    errors::to_python(py, &HuntbookError::Obfuscation(error))
}
