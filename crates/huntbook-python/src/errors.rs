//! Errors as the Python exceptions of `huntbook.errors`, with code, span and hints.

use huntbook::drivers::DriverError;
use huntbook::{HuntbookError, TextKind};
use pyo3::exceptions::{PyKeyboardInterrupt, PyRuntimeError};
use pyo3::prelude::*;
use pyo3::types::PyDict;

/// The exception for `error`.
pub(crate) fn to_python(py: Python<'_>, error: &HuntbookError) -> PyErr {
    let class = match error {
        HuntbookError::Text { kind: TextKind::Kql, .. } => "KqlError",
        HuntbookError::Text { kind: TextKind::Query, .. } | HuntbookError::Query(_) => "QueryError",
        HuntbookError::Driver(DriverError::Limit { .. }) => "LimitError",
        HuntbookError::Driver(_) => "RemoteError",
        HuntbookError::Intel(_) => "IndicatorError",
        HuntbookError::Obfuscation(_) => "ObfuscationError",
        HuntbookError::Config { .. } => "ConfigError",
        HuntbookError::Interrupted => return PyKeyboardInterrupt::new_err(()),
        _ => "HuntbookError",
    };
    let first = error.diagnostics().first();
    let span = first.and_then(|diagnostic| diagnostic.span).map(|span| (span.start, span.end));
    raise(py, class, &error.to_string(), error.code(), span, &error.hints())
}

/// The exception for a fault of huntbook itself.
pub(crate) fn internal(py: Python<'_>, message: &str) -> PyErr {
    let message = format!("internal error, please report it: {message}");
    raise(py, "HuntbookError", &message, None, None, &[])
}

/// The exception `class` of `huntbook.errors`.
pub(crate) fn raise(
    py: Python<'_>,
    class: &str,
    message: &str,
    code: Option<&str>,
    span: Option<(usize, usize)>,
    hints: &[&str],
) -> PyErr {
    let made = || -> PyResult<PyErr> {
        let extras = PyDict::new(py);
        extras.set_item("code", code)?;
        extras.set_item("span", span)?;
        extras.set_item("hints", hints)?;
        let class = py.import("huntbook.errors")?.getattr(class)?;
        Ok(PyErr::from_value(class.call((message,), Some(&extras))?))
    };
    // Without the package beside it the module still says what happened.
    made().unwrap_or_else(|_| PyRuntimeError::new_err(message.to_owned()))
}
