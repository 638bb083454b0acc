//! Query definitions: a name, a template, and what a reader should know about them.

use std::collections::BTreeMap;

use huntbook_diagnostics::Diagnostic;
use serde::Serialize;

use crate::lexed::{lex, misplaced};
use crate::{Dialect, Environment, Parameter, template};

/// A named query with typed parameters.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct QueryDefinition {
    /// The name within its families.
    pub name: String,
    /// The families it is listed in; the first one is part of the qualified name.
    pub families: Vec<String>,
    /// Canonical names of the environments it is written for.
    pub environments: Vec<String>,
    /// What the query finds and how to use it.
    pub description: String,
    /// The parameters, in the order of the file.
    pub parameters: Vec<Parameter>,
    /// The query with `{name}` placeholders, macros already put in.
    pub template: String,
    /// The tables it reads, where known.
    pub tables: Vec<String>,
    /// MITRE ATT&CK technique identifiers, such as `T1110.003`.
    pub techniques: Vec<String>,
    /// Free labels.
    pub tags: Vec<String>,
    /// Other names of the query within its families.
    pub aliases: Vec<String>,
    /// How bad a row of its result is.
    pub severity: Option<QuerySeverity>,
    /// Other scalars of the metadata, such as `cluster` and `database`.
    pub metadata: BTreeMap<String, String>,
    /// Where it was read from; `None` for one that a program added.
    pub place: Option<SourcePlace>,
}

/// How bad a row of a query's result is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum QuerySeverity {
    /// Context for other findings.
    Informational,
    /// Often benign.
    Low,
    /// Worth a look each time.
    Medium,
    /// Rarely benign.
    High,
}

impl QuerySeverity {
    /// The severity called `name`, case ignored.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Some(match name.trim().to_ascii_lowercase().as_str() {
            "informational" | "information" | "info" => Self::Informational,
            "low" => Self::Low,
            "medium" => Self::Medium,
            "high" => Self::High,
            _ => return None,
        })
    }

    /// The name in lower case.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Informational => "informational",
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
        }
    }
}

/// Where a definition was read from.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
pub struct SourcePlace {
    /// The file, as the caller named it; `builtin:...` for the catalogue that ships.
    pub path: String,
    /// The line of the query's name, from 1.
    pub line: usize,
}

impl QueryDefinition {
    /// `Family.name`, with the first family.
    #[must_use]
    pub fn qualified_name(&self) -> String {
        match self.families.first() {
            Some(family) => format!("{family}.{}", self.name),
            None => self.name.clone(),
        }
    }

    /// Every name the query answers to: each family with the name and each alias.
    pub fn qualified_names(&self) -> impl Iterator<Item = String> {
        let names = || std::iter::once(&self.name).chain(&self.aliases);
        self.families
            .iter()
            .flat_map(move |family| names().map(move |name| format!("{family}.{name}")))
    }

    /// The language of the template: that of the first environment.
    #[must_use]
    pub fn dialect(&self) -> Dialect {
        self.environments
            .first()
            .and_then(|name| Environment::named(name).ok())
            .map_or(Dialect::Other, |environment| environment.dialect)
    }

    /// The parameter that the caller may call `name`.
    #[must_use]
    pub fn parameter(&self, name: &str) -> Option<&Parameter> {
        self.parameters.iter().find(|parameter| parameter.answers_to(name))
    }

    /// Everything wrong with the template and its placeholders, in source order; spans point into the
    /// template. A definition without errors renders whenever its arguments fit their types.
    #[must_use]
    pub fn check(&self) -> Vec<Diagnostic> {
        let (pieces, mut faults) = template::parse(&self.template, &self.parameters);
        if self.dialect() == Dialect::Kql {
            let (lexed, misread) = lex(&pieces, &self.parameters);
            faults.extend(misread);
            faults.extend(misplaced(&lexed, &self.parameters));
        }
        faults.sort_by_key(|fault| fault.span);
        faults
    }

    /// A call with every required parameter, such as `Azure.list_signins_from_ip(ip_address=...)`.
    #[must_use]
    pub fn sample_call(&self) -> String {
        let required: Vec<String> = self
            .parameters
            .iter()
            .filter(|parameter| parameter.required())
            .map(|parameter| format!("{}=...", parameter.name))
            .collect();
        format!("{}({})", self.qualified_name(), required.join(", "))
    }
}
