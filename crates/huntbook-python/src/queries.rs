//! Databases of files, and the query catalogue on them.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{PoisonError, RwLock};

use chrono::{DateTime, TimeDelta, Utc};
use huntbook::diagnostics::{Diagnostic, Source, Style, render_all};
use huntbook::drivers::{Cancel, LocalData, QueryResult, Run, Schema, WatchlistFile};
use huntbook::kql::{Completion, UnknownStage};
use huntbook::queries::{Arguments, QueryDefinition, Value, stand_ins};
use huntbook::{HuntbookError, QueryProvider, TextKind, limits};
use pyo3::prelude::*;
use serde_json::json;

use crate::enter::enter;
use crate::errors;
use crate::table::{About, Table};

/// Table -> column -> type.
type Columns = BTreeMap<String, BTreeMap<String, String>>;

/// URLs, each with its file.
type Urls = Vec<(String, PathBuf)>;

/// Watchlists by alias, each with its file and the column of its keys.
type Watchlists = Vec<(String, PathBuf, Option<String>)>;

fn local_data(
    paths: Vec<PathBuf>,
    urls: Urls,
    watchlists: Watchlists,
    geo: Option<PathBuf>,
    functions: Vec<PathBuf>,
) -> LocalData {
    let watchlists = watchlists
        .into_iter()
        .map(|(alias, path, search_key)| WatchlistFile { alias, path, search_key })
        .collect();
    LocalData { paths, urls, watchlists, geo, functions }
}

/// The tables in files and folders.
#[pyclass(frozen, module = "huntbook._native")]
#[derive(Debug)]
pub(crate) struct Database {
    provider: QueryProvider,
}

#[pymethods]
impl Database {
    #[new]
    #[pyo3(signature = (paths, urls=Vec::new(), watchlists=Vec::new(), geo=None, functions=Vec::new()))]
    fn new(
        py: Python<'_>,
        paths: Vec<PathBuf>,
        urls: Urls,
        watchlists: Watchlists,
        geo: Option<PathBuf>,
        functions: Vec<PathBuf>,
    ) -> PyResult<Self> {
        let data = local_data(paths, urls, watchlists, geo, functions);
        enter(py, |_| {
            let mut provider = QueryProvider::new("LocalData")?;
            provider.connect_data(&data)?;
            Ok(Self { provider })
        })
    }

    #[pyo3(signature = (text, now, rows=None, time=None, memory=None))]
    fn query(
        &self,
        py: Python<'_>,
        text: &str,
        now: DateTime<Utc>,
        rows: Option<usize>,
        time: Option<&str>,
        memory: Option<&str>,
    ) -> PyResult<Table> {
        enter(py, |cancel| {
            let limits = limits(memory, time, rows)?;
            let run = Run { limits, ..Run::at(now).with_cancel(cancel) };
            self.provider.exec_within(text, &run).map(|result| table(result, text))
        })
    }

    /// The query at a stage: `syntax`, `bound`, `plan` or `sql`.
    fn explain(
        &self,
        py: Python<'_>,
        text: &str,
        stage: &str,
        now: DateTime<Utc>,
    ) -> PyResult<String> {
        enter(py, |_| {
            let stage = stage.parse().map_err(|error: UnknownStage| HuntbookError::Config {
                message: error.to_string(),
                hints: Vec::new(),
            })?;
            self.provider.explain(text, stage, now)
        })
    }

    /// What may stand at character `offset`: `(label, kind, detail, characters that it replaces)`.
    fn complete(
        &self,
        py: Python<'_>,
        text: &str,
        offset: usize,
        now: DateTime<Utc>,
    ) -> PyResult<Vec<(String, &'static str, String, usize)>> {
        enter(py, |_| {
            let text = stand_ins(text);
            let byte = text.char_indices().nth(offset).map_or(text.len(), |(byte, _)| byte);
            let found = self.provider.complete(&text, byte, now)?;
            let item = |item: Completion| {
                let replaced = item.replace.slice(&text).unwrap_or_default().chars().count();
                (item.label, item.kind.name(), item.detail, replaced)
            };
            Ok(found.into_iter().map(item).collect())
        })
    }

    fn schema(&self, py: Python<'_>) -> PyResult<Columns> {
        enter(py, |_| self.provider.schema().map(columns))
    }
}

/// The catalogue of one environment, and the data it runs on.
#[pyclass(frozen, module = "huntbook._native")]
#[derive(Debug)]
pub(crate) struct Provider {
    provider: RwLock<QueryProvider>,
}

impl Provider {
    fn read<T>(&self, look: impl FnOnce(&QueryProvider) -> T) -> T {
        look(&self.provider.read().unwrap_or_else(PoisonError::into_inner))
    }

    fn write<T>(&self, change: impl FnOnce(&mut QueryProvider) -> T) -> T {
        change(&mut self.provider.write().unwrap_or_else(PoisonError::into_inner))
    }

    fn with<T: Send>(
        &self,
        py: Python<'_>,
        work: impl FnOnce(&QueryProvider, &Cancel) -> Result<T, HuntbookError> + Send,
    ) -> PyResult<T> {
        enter(py, |cancel| self.read(|provider| work(provider, cancel)))
    }
}

#[pymethods]
impl Provider {
    #[new]
    fn new(py: Python<'_>, environment: &str) -> PyResult<Self> {
        enter(py, |_| Ok(Self { provider: RwLock::new(QueryProvider::new(environment)?) }))
    }

    #[getter]
    fn environment(&self) -> String {
        self.read(|provider| provider.environment().to_owned())
    }

    #[getter]
    fn connected(&self) -> bool {
        self.read(QueryProvider::connected)
    }

    /// Adds query files; returns what is wrong in them, rendered.
    fn load(&self, py: Python<'_>, paths: Vec<PathBuf>) -> PyResult<Vec<String>> {
        enter(py, |_| {
            let problems = self.write(|provider| provider.load(&paths));
            Ok(problems.iter().map(ToString::to_string).collect())
        })
    }

    #[pyo3(signature = (paths, urls=Vec::new(), watchlists=Vec::new(), geo=None, functions=Vec::new()))]
    fn connect(
        &self,
        py: Python<'_>,
        paths: Vec<PathBuf>,
        urls: Urls,
        watchlists: Watchlists,
        geo: Option<PathBuf>,
        functions: Vec<PathBuf>,
    ) -> PyResult<()> {
        let data = local_data(paths, urls, watchlists, geo, functions);
        enter(py, |_| self.write(|provider| provider.connect_data(&data)))
    }

    fn schema(&self, py: Python<'_>) -> PyResult<Columns> {
        self.with(py, |provider, _| provider.schema().map(columns))
    }

    #[pyo3(signature = (filter))]
    fn list(&self, filter: Option<&str>) -> Vec<String> {
        self.read(|provider| {
            provider.list(filter).into_iter().map(QueryDefinition::qualified_name).collect()
        })
    }

    /// The definition of one query as JSON.
    fn get(&self, py: Python<'_>, name: &str) -> PyResult<String> {
        self.with(py, |provider, _| provider.get(name).map(described))
    }

    fn render(
        &self,
        py: Python<'_>,
        name: &str,
        arguments: &str,
        now: DateTime<Utc>,
    ) -> PyResult<String> {
        self.with(py, |provider, _| Ok(provider.render(name, &read(arguments)?, now)?.text))
    }

    fn run(
        &self,
        py: Python<'_>,
        name: &str,
        arguments: &str,
        now: DateTime<Utc>,
    ) -> PyResult<Table> {
        self.with(py, |provider, cancel| {
            let text = provider.render(name, &read(arguments)?, now)?.text;
            provider.exec(&text, now, cancel).map(|result| table(result, &text))
        })
    }

    fn exec(&self, py: Python<'_>, text: &str, now: DateTime<Utc>) -> PyResult<Table> {
        self.with(py, |provider, cancel| {
            provider.exec(text, now, cancel).map(|result| table(result, text))
        })
    }
}

/// Longest text that the message for a time shows with a caret below it.
const SHOWN_CHARACTERS: usize = 100;

/// The instant that `text` means, seen from `now`; in the spellings that queries accept.
#[pyfunction]
pub(crate) fn parse_time(
    py: Python<'_>,
    text: &str,
    now: DateTime<Utc>,
) -> PyResult<DateTime<Utc>> {
    huntbook::queries::parse_time(text, now).map_err(|mut problem| {
        let shown: String = text.chars().take(SHOWN_CHARACTERS).collect();
        if shown.len() < text.len() {
            problem.span = None;
        }
        let problem = HuntbookError::Text {
            kind: TextKind::Query,
            name: "time".into(),
            text: shown,
            diagnostics: vec![problem],
        };
        errors::to_python(py, &problem)
    })
}

/// The names for which a cell wants values: `{name}`.
#[pyfunction]
pub(crate) fn cell_names(cell: &str) -> Vec<String> {
    huntbook::queries::cell_names(cell)
}

/// A cell with values in it, and what went in, in words; `known` are the names that there are.
#[pyfunction]
pub(crate) fn fill_cell(
    py: Python<'_>,
    cell: &str,
    values: &str,
    known: Vec<String>,
    now: DateTime<Utc>,
) -> PyResult<(String, Vec<(String, String)>)> {
    enter(py, |_| {
        let filled = huntbook::queries::fill_cell(cell, &read(values)?, &known, now);
        let filled = filled.map_err(|diagnostics| HuntbookError::Text {
            kind: TextKind::Query,
            name: "cell".into(),
            text: cell.to_owned(),
            diagnostics,
        })?;
        let shown = filled.parameters.into_iter().map(|one| (one.name, one.value_text));
        Ok((filled.text, shown.collect()))
    })
}

/// The answer to `text` as a table.
fn table(result: QueryResult, text: &str) -> Table {
    let source = Source::new("query", text);
    let draw =
        |warning: &Diagnostic| render_all(std::slice::from_ref(warning), &source, Style::Plain);
    let warnings = result.warnings.iter().map(draw).collect();
    let about = About { chart: result.chart, reasons: result.reasons, warnings };
    Table::new(result.schema, result.batches).about(about)
}

fn columns(schema: Schema) -> Columns {
    let tables = schema.tables.into_iter();
    tables
        .map(|table| {
            let columns = table.columns.into_iter().map(|column| (column.name, column.kind));
            (table.name, columns.collect())
        })
        .collect()
}

fn described(query: &QueryDefinition) -> String {
    let parameters: Vec<_> = query
        .parameters
        .iter()
        .map(|parameter| {
            json!({
                "name": parameter.name,
                "type": parameter.kind.name(),
                "description": parameter.description,
                "default": parameter.default.as_ref().map(ToString::to_string),
                "required": parameter.required(),
                "aliases": parameter.aliases,
            })
        })
        .collect();
    json!({
        "name": query.name,
        "qualified_name": query.qualified_name(),
        "description": query.description,
        "template": query.template,
        "techniques": query.techniques,
        "tables": query.tables,
        "parameters": parameters,
    })
    .to_string()
}

/// The arguments that Python wrote as a JSON object; `{"datetime": "..."}` marks an instant, `{"timespan": microseconds}` a
/// length of time.
fn read(arguments: &str) -> Result<Arguments, HuntbookError> {
    let odd = |problem: String| HuntbookError::Config { message: problem, hints: Vec::new() };
    let values: serde_json::Map<String, serde_json::Value> =
        serde_json::from_str(arguments).map_err(|error| odd(error.to_string()))?;
    values.into_iter().map(|(name, value)| Ok((name, argument(value).map_err(odd)?))).collect()
}

fn argument(value: serde_json::Value) -> Result<Value, String> {
    Ok(match value {
        serde_json::Value::String(text) => Value::Text(text),
        serde_json::Value::Bool(truth) => Value::Bool(truth),
        serde_json::Value::Number(number) => match (number.as_i64(), number.as_f64()) {
            (Some(whole), _) => Value::Int(whole),
            (None, Some(real)) => Value::Float(real),
            (None, None) => return Err(format!("{number} is no number")),
        },
        serde_json::Value::Array(items) => {
            Value::List(items.into_iter().map(argument).collect::<Result<_, _>>()?)
        }
        serde_json::Value::Object(marked) => {
            if let Some(microseconds) = marked.get("timespan").and_then(serde_json::Value::as_i64) {
                return Ok(Value::Timespan(TimeDelta::microseconds(microseconds)));
            }
            let text = marked.get("datetime").and_then(serde_json::Value::as_str);
            let instant = text.and_then(|text| DateTime::parse_from_rfc3339(text).ok());
            instant.map(|instant| Value::Datetime(instant.to_utc())).ok_or("no instant")?
        }
        serde_json::Value::Null => return Err("a parameter's value is None".into()),
    })
}
