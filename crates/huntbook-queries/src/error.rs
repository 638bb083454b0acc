//! Why a query cannot be found.

/// Why a query cannot be found or added.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum QueryError {
    /// No query has this name.
    #[error("query `{name}` not found{}", listed("; similar: ", near))]
    UnknownQuery {
        /// As asked for.
        name: String,
        /// Qualified names that may have been meant, best first.
        near: Vec<String>,
    },
    /// The bare name stands in several families.
    #[error("query `{name}` is in several families{}", listed(": ", candidates))]
    AmbiguousQuery {
        /// As asked for.
        name: String,
        /// The qualified names, in catalogue order.
        candidates: Vec<String>,
    },
    /// No environment has this name.
    #[error("environment `{name}` not found{}", listed("; similar: ", near))]
    UnknownEnvironment {
        /// As asked for.
        name: String,
        /// Names that may have been meant, best first.
        near: Vec<String>,
    },
    /// The catalogue already holds a query of this name.
    #[error("query `{name}` is already defined{}", defined_at(place.as_deref()))]
    Duplicate {
        /// The qualified name.
        name: String,
        /// `file:line` of the one that is kept.
        place: Option<String>,
    },
    /// The definition cannot be used; every problem is listed.
    #[error("query `{name}` has {} error(s)", diagnostics.len())]
    Invalid {
        /// The qualified name.
        name: String,
        /// What is wrong with it, placed in its template where that is known.
        diagnostics: Vec<huntbook_diagnostics::Diagnostic>,
    },
}

impl QueryError {
    /// The stable code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::UnknownQuery { .. } => "QRY0001",
            Self::AmbiguousQuery { .. } => "QRY0002",
            Self::UnknownEnvironment { .. } => "QRY0003",
            Self::Duplicate { .. } => "QRY0014",
            Self::Invalid { .. } => "QRY0004",
        }
    }

    /// The names that may have been meant.
    #[must_use]
    pub fn suggestions(&self) -> &[String] {
        match self {
            Self::UnknownQuery { near, .. } | Self::UnknownEnvironment { near, .. } => near,
            Self::AmbiguousQuery { candidates, .. } => candidates,
            Self::Duplicate { .. } | Self::Invalid { .. } => &[],
        }
    }
}

fn listed(lead: &str, names: &[String]) -> String {
    if names.is_empty() {
        return String::new();
    }
    let quoted: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    format!("{lead}{}", quoted.join(", "))
}

fn defined_at(place: Option<&str>) -> String {
    place.map(|place| format!(" at {place}")).unwrap_or_default()
}
