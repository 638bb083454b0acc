//! Definition files: YAML in the shape of `MSTICPy` to query definitions.
//!
//! `metadata` and `defaults` of the file are laid under each entry of `sources`, at every depth: file metadata,
//! then `defaults.metadata`, then the entry's own; `defaults.parameters`, then the entry's own. An entry with
//! an error is left out and reported; the other entries are read.

mod parameters;

use std::collections::BTreeMap;

use chrono::DateTime;
use huntbook_diagnostics::{Diagnostic, Span, near, near_hint};

use crate::argument::coerce;
use crate::codes::{
    BAD_DEFAULT, DUPLICATE, NOT_YAML, PART_MISSING, UNKNOWN_ENVIRONMENT, UNKNOWN_KEY, WRONG_SHAPE,
};
use crate::definition::{QuerySeverity, SourcePlace};
use crate::fault::FileDiagnostic;
use crate::lexed::{lex, used_as};
use crate::locate::Outline;
use crate::node::Node;
use crate::{Dialect, Environment, QueryDefinition, QueryError, macros, template};

/// The definitions of the file at `path` with content `text`, and every fault of it. A definition for which
/// `taken` has a reason is a fault, too.
pub(crate) fn read(
    path: &str,
    text: &str,
    taken: impl Fn(&QueryDefinition) -> Option<QueryError>,
) -> (Vec<QueryDefinition>, Vec<FileDiagnostic>) {
    let mut file = File { path, text, outline: Outline::new(text), faults: Vec::new(), errors: 0 };
    let mut definitions = file.read();
    let mut seen: BTreeMap<String, String> = BTreeMap::new();
    definitions.retain(|definition| {
        let Some(reason) = taken(definition).or_else(|| taken_by(&seen, definition)) else {
            let line = definition.place.as_ref().map_or(1, |place| place.line);
            seen.extend(definition.qualified_names().map(|name| (name, format!("{path}:{line}"))));
            return true;
        };
        let fault = Diagnostic::error(DUPLICATE, format!("{reason}; the first one is kept"));
        file.report(fault, &["sources", &definition.name], 0);
        false
    });
    (definitions, file.faults)
}

/// The error of a definition one of whose names an earlier one of the same file has.
fn taken_by(seen: &BTreeMap<String, String>, definition: &QueryDefinition) -> Option<QueryError> {
    definition.qualified_names().find_map(|name| {
        let place = seen.get(&name)?.clone();
        Some(QueryError::Duplicate { name, place: Some(place) })
    })
}

struct File<'t> {
    path: &'t str,
    text: &'t str,
    outline: Outline<'t>,
    faults: Vec<FileDiagnostic>,
    errors: usize,
}

impl File<'_> {
    fn read(&mut self) -> Vec<QueryDefinition> {
        let root: Node = match serde_norway::from_str(self.text) {
            Ok(root) => root,
            Err(error) => {
                self.not_yaml(&error);
                return Vec::new();
            }
        };
        if !matches!(root, Node::Map(_)) {
            let message = format!("a definition file is a mapping, not {}", root.kind());
            self.report(Diagnostic::error(WRONG_SHAPE, message), &[], 0);
            return Vec::new();
        }
        self.unknown_keys(&root, &[], &["metadata", "defaults", "sources"]);
        let sources = match root.get("sources") {
            Some(sources @ Node::Map(entries)) if !entries.is_empty() => sources,
            Some(Node::Map(_) | Node::Null) | None => {
                self.report(
                    Diagnostic::error(PART_MISSING, "the file has no `sources`"),
                    &["sources"],
                    0,
                );
                return Vec::new();
            }
            Some(other) => {
                let message = format!("`sources` is a mapping, not {}", other.kind());
                self.report(Diagnostic::error(WRONG_SHAPE, message), &["sources"], 0);
                return Vec::new();
            }
        };
        let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
        let mut definitions = Vec::new();
        for (name, entry) in sources.entries() {
            let occurrence = *seen.entry(name).and_modify(|count| *count += 1).or_insert(0);
            if occurrence > 0 {
                let message = format!("query `{name}` is defined twice; the first one is kept");
                self.report(Diagnostic::error(DUPLICATE, message), &["sources", name], occurrence);
                continue;
            }
            definitions.extend(self.definition(&root, name, entry));
        }
        definitions
    }

    fn not_yaml(&mut self, error: &serde_norway::Error) {
        let fault = Diagnostic::error(NOT_YAML, format!("not valid YAML: {error}"));
        let fault = match error.location() {
            Some(location) => {
                let start = location.index().min(self.text.len());
                fault.at(Span::new(start, start + 1))
            }
            None => fault,
        };
        self.push(fault);
    }

    fn push(&mut self, fault: Diagnostic) {
        self.errors += usize::from(fault.is_error());
        let position = fault.span.map(|span| self.outline.position(span.start));
        let path = self.path.to_owned();
        self.faults.push(FileDiagnostic { path, position, diagnostic: fault });
    }

    /// Reports `fault` at the key at the end of `keys`.
    fn report(&mut self, fault: Diagnostic, keys: &[&str], occurrence: usize) {
        let fault = match self.outline.locate(keys, occurrence) {
            Some(span) => fault.at(span),
            None => fault,
        };
        self.push(fault);
    }

    /// Warns of keys that are one slip away from one that is known here; others are the author's own.
    fn unknown_keys(&mut self, node: &Node, keys: &[&str], known: &[&str]) {
        for (key, _) in node.entries() {
            if known.contains(&key.as_str()) || near(key, known.iter().copied()).is_empty() {
                continue;
            }
            let message = format!("key `{key}` is not known here");
            let fault = Diagnostic::warning(UNKNOWN_KEY, message).maybe_hint(near_hint(
                "key",
                key,
                known.iter().copied(),
            ));
            let mut place = keys.to_vec();
            place.push(key);
            self.report(fault, &place, 0);
        }
    }

    fn definition(&mut self, root: &Node, name: &str, entry: &Node) -> Option<QueryDefinition> {
        let before = self.errors;
        let here = ["sources", name];
        if !matches!(entry, Node::Map(_)) {
            let message = format!("query `{name}` is a mapping, not {}", entry.kind());
            self.report(Diagnostic::error(WRONG_SHAPE, message), &here, 0);
            return None;
        }
        self.unknown_keys(
            entry,
            &here,
            &["description", "metadata", "args", "parameters", "query_macros"],
        );
        let none = Node::Map(Vec::new());
        let defaults = root.get("defaults").unwrap_or(&none);
        let metadata = entry.get("metadata").unwrap_or(&none).over(
            &defaults.get("metadata").unwrap_or(&none).over(root.get("metadata").unwrap_or(&none)),
        );
        let parameters = entry
            .get("parameters")
            .unwrap_or(&none)
            .over(defaults.get("parameters").unwrap_or(&none));
        let description = [entry.get("description"), metadata.get("description")]
            .into_iter()
            .flatten()
            .find_map(Node::scalar)
            .unwrap_or_default();
        let mut definition = QueryDefinition {
            name: name.to_owned(),
            families: self.families(name, &metadata),
            environments: self.environments(name, &metadata),
            description: description.trim().to_owned(),
            parameters: self.parameters(name, &parameters),
            template: self.template(name, entry),
            tables: texts(&metadata, "tables"),
            techniques: texts(&metadata, "techniques"),
            tags: texts(&metadata, "tags"),
            aliases: entry.get("metadata").map(|own| texts(own, "aliases")).unwrap_or_default(),
            severity: self.severity(name, &metadata),
            metadata: other_metadata(&metadata),
            place: Some(self.place(name)),
        };
        if self.errors == before {
            settle_types(&mut definition);
            self.check(&definition);
        }
        (self.errors == before).then_some(definition)
    }

    fn place(&self, name: &str) -> SourcePlace {
        let name = self.outline.locate(&["sources", name], 0);
        let line = name.map_or(1, |span| self.outline.position(span.start).line);
        SourcePlace { path: self.path.to_owned(), line }
    }

    fn families(&mut self, name: &str, metadata: &Node) -> Vec<String> {
        let families: Vec<String> = texts(metadata, "data_families")
            .iter()
            .map(|family| family.strip_prefix("DataFamily.").unwrap_or(family).trim().to_owned())
            .filter(|family| !family.is_empty())
            .collect();
        if families.is_empty() {
            let message = format!("query `{name}` has no `data_families`");
            self.report(
                Diagnostic::error(PART_MISSING, message),
                &["sources", name, "metadata"],
                0,
            );
        }
        families
    }

    fn environments(&mut self, name: &str, metadata: &Node) -> Vec<String> {
        let here = ["sources", name, "metadata", "data_environments"];
        let mut known = Vec::new();
        for written in texts(metadata, "data_environments") {
            match Environment::named(&written) {
                Ok(environment) if known.iter().any(|name| name == environment.name) => {}
                Ok(environment) => known.push(environment.name.to_owned()),
                Err(error) => {
                    let message = format!("query `{name}`: {error}");
                    self.report(Diagnostic::warning(UNKNOWN_ENVIRONMENT, message), &here, 0);
                }
            }
        }
        if known.is_empty() {
            let message = format!("query `{name}` has no known `data_environments`");
            self.report(Diagnostic::error(PART_MISSING, message), &here, 0);
        }
        known
    }

    fn severity(&mut self, name: &str, metadata: &Node) -> Option<QuerySeverity> {
        let written = metadata.get("severity")?.scalar()?;
        let severity = QuerySeverity::from_name(&written);
        if severity.is_none() {
            let message = format!("query `{name}` has the unknown severity `{written}`");
            let fault = Diagnostic::warning(WRONG_SHAPE, message)
                .hint("severities: informational, low, medium, high");
            self.report(fault, &["sources", name, "metadata", "severity"], 0);
        }
        severity
    }

    fn template(&mut self, name: &str, entry: &Node) -> String {
        let here = ["sources", name, "args", "query"];
        let query = entry.get("args").and_then(|args| args.get("query"));
        let Some(written) = query.and_then(Node::scalar).filter(|query| !query.trim().is_empty())
        else {
            let message = format!("query `{name}` has no `args.query`");
            self.report(Diagnostic::error(PART_MISSING, message), &here, 0);
            return String::new();
        };
        let known: Vec<(String, String)> = entry
            .get("query_macros")
            .map_or(&[][..], Node::entries)
            .iter()
            .filter_map(|(name, value)| {
                let value = value.get("value").unwrap_or(value).scalar()?;
                Some((name.clone(), value))
            })
            .collect();
        let (expanded, faults) = macros::expand(written.trim(), &known);
        for fault in faults {
            self.report(in_query(name, fault), &here, 0);
        }
        expanded
    }

    /// Reports what is wrong with the template and with the defaults.
    fn check(&mut self, definition: &QueryDefinition) {
        let name = &definition.name;
        let here = ["sources", name.as_str(), "args", "query"];
        for fault in definition.check() {
            let fault = self.in_file(in_query(name, fault), &definition.template, &here);
            self.push(fault);
        }
        // Any instant will do: only the shape of a relative time is looked at.
        let now = DateTime::UNIX_EPOCH;
        for parameter in &definition.parameters {
            let Some(default) = &parameter.default else { continue };
            if let Err(refusal) = coerce(parameter.kind, default, now) {
                let message =
                    format!("default of parameter `{}` {}", parameter.name, refusal.reason);
                let fault = in_query(name, Diagnostic::error(BAD_DEFAULT, message));
                self.report(fault, &["sources", name, "parameters", &parameter.name], 0);
            }
        }
    }

    /// The fault with its span moved from the template to the file, where the same text stands in both.
    fn in_file(&self, fault: Diagnostic, template: &str, keys: &[&str]) -> Diagnostic {
        let Some(key) = self.outline.locate(keys, 0) else { return fault };
        let moved = fault
            .span
            .and_then(|span| span.slice(template))
            .filter(|written| !written.is_empty())
            .and_then(|written| {
                let start = key.end + self.text[key.end..].find(written)?;
                Some(Span::new(start, start + written.len()))
            });
        fault.at(moved.unwrap_or(key))
    }
}

fn in_query(name: &str, mut fault: Diagnostic) -> Diagnostic {
    fault.message = format!("query `{name}`: {}", fault.message);
    fault
}

fn texts(node: &Node, key: &str) -> Vec<String> {
    node.get(key).map(Node::scalars).unwrap_or_default()
}

fn other_metadata(metadata: &Node) -> BTreeMap<String, String> {
    const READ: [&str; 8] = [
        "description",
        "data_environments",
        "data_families",
        "tags",
        "tables",
        "techniques",
        "aliases",
        "severity",
    ];
    metadata
        .entries()
        .iter()
        .filter(|(key, _)| !READ.contains(&key.as_str()))
        .filter_map(|(key, value)| Some((key.clone(), value.scalar()?)))
        .collect()
}

/// Gives each `str` parameter that stands outside literals the type that it is used as, and finds the
/// table where the file does not name it.
fn settle_types(definition: &mut QueryDefinition) {
    if definition.dialect() != Dialect::Kql {
        return;
    }
    let (pieces, _) = template::parse(&definition.template, &definition.parameters);
    let (lexed, _) = lex(&pieces, &definition.parameters);
    for index in 0..definition.parameters.len() {
        definition.parameters[index].kind = used_as(&definition.parameters[index], &lexed, index);
    }
    if definition.tables.is_empty() {
        definition.tables.extend(lexed.first_table().map(str::to_owned));
    }
}

#[cfg(test)]
mod tests;
