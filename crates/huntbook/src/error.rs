//! Everything that can go wrong, in one tree, with the words for people and the code for programs.

use std::fmt::Display;
use std::path::PathBuf;

use huntbook_diagnostics::{Diagnostic, Source, Style, render_all};
use huntbook_drivers::DriverError;
use huntbook_intel::IntelError;
use huntbook_obfuscate::ObfuscationError;
use huntbook_queries::QueryError;
use huntbook_scenario::ScenarioError;

/// Why something could not be asked, judged or shared.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum HuntbookError {
    /// A text is wrong: a query, or the values for one. Every problem is listed.
    #[error("{}", render_all(diagnostics, &Source::new(name, text), Style::Plain))]
    Text {
        /// What the text is.
        kind: TextKind,
        /// The name shown before line and column.
        name: String,
        /// The text that the spans point into.
        text: String,
        /// What is wrong, in source order.
        diagnostics: Vec<Diagnostic>,
    },
    /// A catalogue query was not found.
    #[error(transparent)]
    Query(#[from] QueryError),
    /// The data source failed.
    #[error(transparent)]
    Driver(DriverError),
    /// A feed or a column of indicators cannot be read.
    #[error("{error}{hints}", error = .0, hints = hint_lines(.0.hint()))]
    Intel(#[from] IntelError),
    /// A key, policy or table cannot be used for obfuscation.
    #[error(transparent)]
    Obfuscation(#[from] ObfuscationError),
    /// The demo's logs could not be written.
    #[error(transparent)]
    Scenario(#[from] ScenarioError),
    /// A setting is wrong.
    #[error("{message}{}", hint_lines(hints))]
    Config {
        /// What is wrong.
        message: String,
        /// What would help.
        hints: Vec<String>,
    },
    /// A file could not be written.
    #[error("cannot write `{}`: {source}", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// The cause.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// The work was interrupted; nothing half-done was left.
    #[error("interrupted")]
    Interrupted,
}

/// What kind of text is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TextKind {
    /// KQL.
    Kql,
    /// A query template and the values for its parameters.
    Query,
}

impl HuntbookError {
    /// The first code among what is wrong, where there is one.
    #[must_use]
    pub fn code(&self) -> Option<&str> {
        match self {
            Self::Text { diagnostics, .. } => diagnostics.first().map(|first| first.code),
            Self::Driver(DriverError::Limit { code, .. }) => Some(code),
            Self::Obfuscation(error) => Some(error.code()),
            _ => None,
        }
    }

    /// What is wrong with a text; empty for every other error.
    #[must_use]
    pub fn diagnostics(&self) -> &[Diagnostic] {
        match self {
            Self::Text { diagnostics, .. } => diagnostics,
            _ => &[],
        }
    }

    /// What would help, one suggestion each; of a text, those of the first problem.
    #[must_use]
    pub fn hints(&self) -> Vec<&str> {
        match self {
            Self::Text { diagnostics, .. } => {
                diagnostics.first().map_or_else(Vec::new, |first| strs(&first.hints))
            }
            Self::Config { hints, .. } => strs(hints),
            Self::Intel(error) => error.hint().into_iter().collect(),
            _ => Vec::new(),
        }
    }

    /// The error for a terminal: with colours where `style` says so.
    #[must_use]
    pub fn render(&self, style: Style) -> String {
        match self {
            Self::Text { name, text, diagnostics, .. } => {
                render_all(diagnostics, &Source::new(name, text), style)
            }
            other => format!("error: {other}"),
        }
    }

    pub(crate) fn write(
        path: impl Into<PathBuf>,
        source: impl Into<Box<dyn std::error::Error + Send + Sync>>,
    ) -> Self {
        Self::Write { path: path.into(), source: source.into() }
    }
}

fn strs(texts: &[String]) -> Vec<&str> {
    texts.iter().map(String::as_str).collect()
}

fn hint_lines<H: Display>(hints: impl IntoIterator<Item = H>) -> String {
    hints.into_iter().fold(String::new(), |lines, hint| lines + &format!("\nhint: {hint}"))
}
