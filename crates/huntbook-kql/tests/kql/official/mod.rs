//! Everything that the language has by name: each is supported, or refused by name at its place.
//!
//! The lists are those of Microsoft's language service (`@kusto/language-service-next` 12.4.1), without names that begin
//! with two underscores; the operators are those of the language's reference.

use std::collections::BTreeSet;

use huntbook_diagnostics::Diagnostic;
use huntbook_kql::{Database, Engine, OPERATORS, aggregates, functions, window_functions};

fn lines(text: &'static str) -> Vec<&'static str> {
    text.lines().filter(|line| !line.is_empty()).collect()
}

fn engine() -> Engine {
    Engine::new(Database::new(), "2024-05-01T12:30:00Z".parse().expect("it is a time"))
}

/// Why a query that uses an unsupported name is not refused as it should be.
fn not_refused(query: &str, name: &str) -> Option<String> {
    let found = engine().check(query);
    let refused = |diagnostic: &Diagnostic| {
        let place = diagnostic.span.and_then(|span| span.slice(query));
        diagnostic.is_error()
            && diagnostic.code.starts_with("KQL02")
            && place.is_some_and(|place| place.contains(name) || name.starts_with(place))
    };
    (!found.iter().any(refused)).then(|| format!("{query}: {found:?}"))
}

fn supported() -> BTreeSet<&'static str> {
    let all = functions().chain(aggregates()).chain(window_functions());
    all.flat_map(|one| std::iter::once(one.name).chain(one.aliases.iter().copied())).collect()
}

#[test]
fn each_function_and_aggregate_is_supported_or_refused_by_name() {
    let supported = supported();
    // What the binder itself takes apart.
    let special = ["toscalar", "materialize", "table", "column_names_of", "view"];
    let (mut refused, mut wrong) = (Vec::new(), Vec::new());
    for name in lines(include_str!("functions.txt")) {
        if supported.contains(name) || special.contains(&name) {
            continue;
        }
        refused.push(name);
        wrong.extend(not_refused(&format!("print x = {name}(1)"), name));
    }
    for name in lines(include_str!("aggregates.txt")) {
        if supported.contains(name) {
            continue;
        }
        refused.push(name);
        let query = format!("datatable(a:long) [1] | summarize x = {name}(a)");
        wrong.extend(not_refused(&query, name));
    }
    println!("functions and aggregates: {} refused: {}", refused.len(), refused.join(", "));
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn each_plugin_is_supported_or_refused_by_name() {
    let (mut refused, mut wrong) = (Vec::new(), Vec::new());
    for name in lines(include_str!("plugins.txt")) {
        let query = format!("datatable(a:dynamic) [1] | evaluate {name}(a)");
        let found = engine().check(&query);
        if !found.iter().any(Diagnostic::is_error) {
            continue;
        }
        // A plugin that is there complains of its arguments, and of nothing else.
        let known =
            found.iter().all(|one| one.code.starts_with("KQL01") && !one.code.ends_with("103"));
        if known {
            assert!(found.iter().all(|one| one.span.is_some()), "{query}");
            continue;
        }
        refused.push(name);
        wrong.extend(not_refused(&query, name));
    }
    println!("plugins: {} refused: {}", refused.len(), refused.join(", "));
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn each_operator_is_supported_or_refused_by_name() {
    let (mut refused, mut wrong) = (Vec::new(), Vec::new());
    for name in lines(include_str!("operators.txt")) {
        if OPERATORS.contains(&name) || name == "filter" {
            continue;
        }
        refused.push(name);
        let body = match name {
            "make-graph" => "a --> b",
            "graph-match" => "(a)-->(b) project a.x",
            "graph-shortest-paths" => "(a)-[e*1..3]->(b) project a.x",
            "graph-to-table" => "nodes",
            "graph-where-nodes" | "graph-where-edges" => "x == 1",
            "fork" => "(count) (take 1)",
            "facet" | "reduce" => "by a",
            "project-by-names" => "dynamic(['a'])",
            "assert-schema" => "(a:long)",
            "evaluate" => "bag_unpack(a)",
            "make-series" => "count() on a step 1",
            "mv-apply" => "a on (count)",
            "parse" | "parse-where" => "a with 'x' b",
            "parse-kv" => "a as (b:long)",
            "partition" => "by a (count)",
            "top-hitters" => "1 of a",
            "top-nested" => "1 of a by count()",
            "scan" => "with (step s: true;)",
            _ => "",
        };
        let query = if name == "macro-expand" {
            "macro-expand entity_group [database('a')] as Y (Y.T)".to_owned()
        } else {
            format!("datatable(a:long) [1] | {name} {body}")
        };
        wrong.extend(not_refused(query.trim_end(), name));
    }
    println!("operators: {} refused: {}", refused.len(), refused.join(", "));
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
