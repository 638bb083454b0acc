//! Definition files: YAML in the shape of `MSTICPy` to query definitions.
//!
//! `metadata` and `defaults` of the file are laid under each entry of `sources`, at every depth: file metadata,
//! then `defaults.metadata`, then the entry's own; `defaults.parameters`, then the entry's own. An entry with
//! an error is left out and reported; the other entries are read.

use std::collections::{BTreeMap, BTreeSet};

use chrono::DateTime;
use huntbook_diagnostics::{Diagnostic, Span, near, near_hint};

use crate::argument::coerce;
use crate::codes::{
    BAD_DEFAULT, DUPLICATE, NOT_YAML, PART_MISSING, UNKNOWN_ENVIRONMENT, UNKNOWN_KEY, UNKNOWN_TYPE,
    WRONG_SHAPE,
};
use crate::definition::{QuerySeverity, SourcePlace};
use crate::fault::FileDiagnostic;
use crate::lexed::{lex, used_as};
use crate::locate::Outline;
use crate::node::Node;
use crate::{
    Dialect, Environment, Parameter, ParameterType, QueryDefinition, QueryError, Value, macros,
    template,
};

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

    fn parameters(&mut self, name: &str, declared: &Node) -> Vec<Parameter> {
        let mut seen = BTreeSet::new();
        let mut parameters = Vec::new();
        for (parameter, node) in declared.entries() {
            if seen.insert(parameter) {
                parameters.extend(self.parameter(name, parameter, node));
            }
        }
        parameters
    }

    fn parameter(&mut self, query: &str, name: &str, node: &Node) -> Option<Parameter> {
        let here = ["sources", query, "parameters", name];
        if !matches!(node, Node::Map(_)) {
            let message =
                format!("parameter `{name}` of query `{query}` is a mapping, not {}", node.kind());
            self.report(Diagnostic::error(WRONG_SHAPE, message), &here, 0);
            return None;
        }
        self.unknown_keys(node, &here, &["description", "type", "default", "aliases", "format"]);
        let Some(written) = node.get("type").and_then(Node::scalar) else {
            let message = format!("parameter `{name}` of query `{query}` has no `type`");
            self.report(Diagnostic::error(PART_MISSING, message), &here, 0);
            return None;
        };
        let kind = ParameterType::from_name(&written).unwrap_or_else(|| {
            let known = ParameterType::ALL.map(ParameterType::name);
            let message = format!(
                "parameter `{name}` of query `{query}` has the unknown type `{written}`, read as `str`"
            );
            let fault = Diagnostic::warning(UNKNOWN_TYPE, message)
                .maybe_hint(near_hint("type", &written, known));
            self.report(fault, &here, 0);
            ParameterType::Str
        });
        Some(Parameter {
            name: name.to_owned(),
            kind,
            description: node
                .get("description")
                .and_then(Node::scalar)
                .unwrap_or_default()
                .trim()
                .to_owned(),
            default: node.get("default").and_then(|default| default_value(kind, default)),
            aliases: texts(node, "aliases"),
            format: node.get("format").and_then(Node::scalar),
        })
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

/// A default as written. Nothing at all is empty text or an empty list where the type has such a value,
/// and no default elsewhere.
fn default_value(kind: ParameterType, node: &Node) -> Option<Value> {
    Some(match node {
        Node::Null => match kind {
            ParameterType::Str | ParameterType::Clause => Value::Text(String::new()),
            ParameterType::List => Value::List(Vec::new()),
            _ => return None,
        },
        Node::Bool(truth) => Value::Bool(*truth),
        Node::Int(number) => Value::Int(*number),
        Node::Float(number) => Value::Float(*number),
        Node::Text(text) => Value::Text(text.clone()),
        Node::List(items) => {
            Value::List(items.iter().filter_map(|item| default_value(kind, item)).collect())
        }
        Node::Map(_) => return None,
    })
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
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(path: &str, text: &str) -> (Vec<QueryDefinition>, Vec<FileDiagnostic>) {
        super::read(path, text, |_| None)
    }

    const PEER: &str = r#"
metadata:
  version: 1
  description: Host queries
  data_environments: [LogAnalytics, DataEnvironment.Kusto]
  data_families: [WindowsSecurity, DataFamily.Host]
  tags: [process]
  database: logs
defaults:
  metadata:
    data_source: security_event
  parameters:
    table:
      description: Table name
      type: str
      default: SecurityEvent
    start:
      description: Query start time
      type: datetime
    end:
      type: datetime
    query_project:
      type: str
      default: "| project TimeGenerated, Computer"
    add_query_items:
      description: Additional query clauses
      type: str
      default: ""
sources:
  list_events:
    description: Lists events
    metadata:
      tags: [event]
      aliases: [events]
    args:
      query: >
        {table}
        $<filter>$
        | where TimeGenerated >= datetime({start})
        | where TimeGenerated <= datetime({end})
        | where EventID in ({ids})
        | take {limit}
        {query_project}
        {add_query_items}
      uri: None
    query_macros:
      filter:
        description: by host
        value: "| where Computer has '{host_name}'"
    parameters:
      host_name:
        description: Name of host
        type: str
        aliases: [hostname]
      ids:
        type: list
        default: [4624, 4625]
      limit:
        type: str
        default: "100"
  get_host:
    description: One host
    args:
      query: "{table} | where Computer == '{host_name}' {add_query_items}"
    parameters:
      host_name: {type: str}
      table: {default: Heartbeat}
"#;

    fn names(definitions: &[QueryDefinition]) -> Vec<String> {
        definitions.iter().map(|definition| definition.name.clone()).collect()
    }

    fn faults(text: &str) -> Vec<(&'static str, usize)> {
        read("q.yaml", text)
            .1
            .iter()
            .map(|fault| (fault.diagnostic.code, fault.position.map_or(0, |at| at.line)))
            .collect()
    }

    #[test]
    fn the_peers_shape_is_read_with_inheritance_macros_and_aliases() {
        let (definitions, faults) = read("peer.yaml", PEER);
        assert_eq!(faults, []);
        assert_eq!(names(&definitions), ["list_events", "get_host"]);
        let events = &definitions[0];
        assert_eq!(events.qualified_name(), "WindowsSecurity.list_events");
        assert_eq!(events.families, ["WindowsSecurity", "Host"]);
        assert_eq!(events.environments, ["MSSentinel", "Kusto"]);
        assert_eq!(
            (events.tags.as_slice(), events.aliases.as_slice()),
            (&["event".to_owned()][..], &["events".to_owned()][..])
        );
        assert_eq!(events.metadata.get("database").map(String::as_str), Some("logs"));
        assert_eq!(events.metadata.get("data_source").map(String::as_str), Some("security_event"));
        assert!(events.template.contains("| where Computer has '{host_name}'"));
        assert_eq!(events.place.as_ref().map(|place| place.line), Some(30));
        let host = events.parameter("hostname").unwrap();
        assert_eq!((host.name.as_str(), host.required()), ("host_name", true));
        assert_eq!(definitions[1].parameter("table").unwrap().default, Some("Heartbeat".into()));
        assert_eq!(definitions[1].parameter("table").unwrap().description, "Table name");
    }

    #[test]
    fn a_str_outside_literals_has_the_type_that_its_default_shows() {
        let (definitions, _) = read("peer.yaml", PEER);
        let kind = |name: &str| definitions[0].parameter(name).unwrap().kind;
        assert_eq!(kind("table"), ParameterType::Table);
        assert_eq!(kind("limit"), ParameterType::Int);
        assert_eq!(kind("query_project"), ParameterType::Clause);
        assert_eq!(kind("add_query_items"), ParameterType::Clause);
        assert_eq!(kind("host_name"), ParameterType::Str);
    }

    #[test]
    fn the_peers_query_renders_with_a_hostile_host() {
        let (definitions, _) = read("peer.yaml", PEER);
        let now = "2026-11-20T00:00:00Z".parse().unwrap();
        let arguments = crate::Arguments::from([
            ("hostname".to_owned(), Value::from("x' | union Secret //")),
            ("start".to_owned(), Value::from("-30m")),
            ("end".to_owned(), Value::from("now")),
        ]);
        let rendered = crate::render(&definitions[0], &arguments, now).unwrap();
        assert_eq!(
            rendered.text.split_whitespace().collect::<Vec<_>>().join(" "),
            r"SecurityEvent | where Computer has 'x\' | union Secret //' | where TimeGenerated >= datetime(2026-11-19T23:30:00Z) | where TimeGenerated <= datetime(2026-11-20T00:00:00Z) | where EventID in (4624, 4625) | take 100 | project TimeGenerated, Computer"
        );
    }

    #[test]
    fn a_bad_definition_is_reported_and_the_others_are_kept() {
        let text = "metadata:\n  data_environments: [MSSentinel]\n  data_families: [A]\nsources:\n  bad:\n    args:\n      query: \"T | where a == '{hots}'\"\n    parameters:\n      host:\n        type: str\n  worse: text\n  untyped:\n    args: {query: T}\n    parameters:\n      host: {}\n  empty:\n    args: {}\n  unmacroed:\n    args:\n      query: \"T $<x>$\"\n  late:\n    args:\n      query: \"T | take {n}\"\n    parameters:\n      n:\n        type: int\n        default: many\n  good:\n    args:\n      query: T\n  good:\n    args:\n      query: U\n";
        let (definitions, _) = read("q.yaml", text);
        assert_eq!(names(&definitions), ["good"]);
        assert_eq!(
            faults(text),
            [
                ("QRY0050", 7),
                ("QRY0013", 11),
                ("QRY0012", 15),
                ("QRY0012", 17),
                ("QRY0016", 20),
                ("QRY0019", 25),
                ("QRY0014", 31),
            ]
        );
    }

    #[test]
    fn a_fault_in_a_template_is_placed_at_its_placeholder() {
        let text = "metadata: {data_environments: [MSSentinel], data_families: [A]}\nsources:\n  q:\n    args:\n      query: |\n        T\n        | where a == '{oops}'\n";
        let fault = &read("q.yaml", text).1[0];
        let position = fault.position.unwrap();
        assert_eq!((position.line, position.column), (7, 23));
        assert!(
            fault.to_string().starts_with("q.yaml:7:23: error[QRY0050]: query `q`: "),
            "{fault}"
        );
    }

    #[test]
    fn a_file_that_is_no_definition_file_is_one_fault() {
        assert_eq!(faults("sources: [\n"), [("QRY0011", 2)]);
        assert_eq!(faults("a: b: c\n"), [("QRY0011", 1)]);
        assert_eq!(faults("- a\n"), [("QRY0013", 0)]);
        assert_eq!(faults(""), [("QRY0013", 0)]);
        assert_eq!(faults("metadata: {}\n"), [("QRY0012", 0)]);
        assert_eq!(faults("sources: 5\n"), [("QRY0013", 1)]);
    }

    #[test]
    fn missing_metadata_is_reported_for_each_query() {
        let text = "sources:\n  q:\n    args:\n      query: T\n";
        assert_eq!(faults(text), [("QRY0012", 2), ("QRY0012", 2)]);
    }

    #[test]
    fn an_alias_that_is_another_querys_name_is_reported() {
        let text = "metadata: {data_environments: [Kusto], data_families: [A]}\nsources:\n  one:\n    metadata: {aliases: [two]}\n    args: {query: T}\n  two:\n    args: {query: U}\n";
        let (definitions, found) = read("q.yaml", text);
        assert_eq!(names(&definitions), ["one"]);
        assert_eq!(
            found[0].to_string(),
            "q.yaml:6:3: error[QRY0014]: query `A.two` is already defined at q.yaml:3; the first one is kept"
        );
    }

    #[test]
    fn slips_are_warnings_with_near_names() {
        let text = "metadata:\n  data_environments: [MSSentinel, MSSentinal]\n  data_families: [A]\nsources:\n  q:\n    args:\n      query: T | where a == '{p}'\n    paramters: {}\n    parameters:\n      p:\n        type: strng\n";
        let (definitions, found) = read("q.yaml", text);
        assert_eq!(names(&definitions), ["q"]);
        let hints: Vec<&str> = found
            .iter()
            .flat_map(|fault| fault.diagnostic.hints.iter().map(String::as_str))
            .collect();
        assert!(hints.contains(&"similar key: `parameters`"), "{hints:?}");
        assert!(found.iter().all(|fault| !fault.diagnostic.is_error()));
        assert_eq!(definitions[0].parameters[0].kind, ParameterType::Str);
    }

    proptest! {
        #[test]
        fn no_file_panics(text in "\\PC*") {
            let _ = read("q.yaml", &text);
        }

        #[test]
        fn no_query_of_a_file_panics(query in "\\PC*", default in "\\PC*") {
            let quoted = |text: &str| serde_json::to_string(text).unwrap();
            let text = format!(
                "metadata: {{data_environments: [Kusto], data_families: [A]}}\nsources:\n  q:\n    args:\n      query: {}\n    parameters:\n      p: {{type: str, default: {}}}\n",
                quoted(&query), quoted(&default),
            );
            let _ = read("q.yaml", &text);
        }
    }
}
