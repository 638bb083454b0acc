//! What the reader makes of good and bad files.

use proptest::prelude::*;

use super::*;
use crate::{ParameterType, Value};

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
    assert!(fault.to_string().starts_with("q.yaml:7:23: error[QRY0050]: query `q`: "), "{fault}");
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
    let hints: Vec<&str> =
        found.iter().flat_map(|fault| fault.diagnostic.hints.iter().map(String::as_str)).collect();
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
