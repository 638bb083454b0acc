//! Agreement with Microsoft's parser on which texts are KQL.
//!
//! `verdicts.jsonl` holds what it says to changed queries of our own, so that the comparison needs no Node. The
//! comparison with the parser itself is `#[ignore]`d: see [`microsofts_parser_agrees`].

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use huntbook_diagnostics::Diagnostic;
use huntbook_kql_syntax::parse;

use crate::corpus::corpus;
use crate::mutation::{Random, mutated};
use crate::queries::QUERIES;

/// How many changed queries of our own are kept with their verdicts.
const KEPT: usize = 2_000;

/// `verdicts.jsonl` by line: `{"query": ..., "error": null}` or the first error in place of the null.
const VERDICTS: &str = "tests/syntax/verdicts.jsonl";

fn path(relative: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(relative)
}

/// The number in an environment variable.
fn number(variable: &str) -> Option<usize> {
    std::env::var_os(variable)?.to_str()?.parse().ok()
}

/// What Microsoft's parser says to each of `queries`: nothing, or its first error.
fn verdicts(queries: &[String]) -> Vec<Option<String>> {
    let mut node = Command::new("node")
        .arg(path("../../scripts/kusto_oracle.mjs"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("node starts");
    let mut input = node.stdin.take().expect("it is piped");
    let lines: Vec<String> = queries
        .iter()
        .enumerate()
        .map(|(id, query)| format!("{}\n", serde_json::json!({ "id": id, "query": query })))
        .collect();
    let writer = std::thread::spawn(move || input.write_all(lines.concat().as_bytes()));
    let output = node.wait_with_output().expect("node ends");
    writer.join().expect("no panic").expect("node reads");
    let text = String::from_utf8(output.stdout).expect("JSON is UTF-8");
    let read = |line: &str| {
        let verdict: serde_json::Value = serde_json::from_str(line).expect("JSON lines");
        let error = &verdict["error"];
        let start = error["start"].as_u64()?;
        Some(format!("{} {} at {start}", error["code"].as_str()?, error["message"].as_str()?))
    };
    text.lines().map(read).collect()
}

/// Why the two parsers differ on a text on purpose; `None` where they should not.
fn reason(ours: Option<&Diagnostic>, theirs: Option<&str>) -> Option<&'static str> {
    match (ours.map(|problem| (problem.code, problem.message.as_str())), theirs) {
        (Some(("KQL0008", _)), None) => Some("a condition is a bool, so `=` in it is an error"),
        (Some(("KQL0013", _)), None) => Some("a constant has a value"),
        (Some(("KQL0016", _)), None) => Some("an operator at the start of a line lacks its `|`"),
        (Some(("KQL0017", message)), None) if message.contains("`print`") => {
            Some("`print` takes no table")
        }
        (Some(("KQL0005", message)), None) if message.contains("found `[`") => {
            Some("a value in square brackets means nothing without a value before it")
        }
        (Some(("KQL0005" | "KQL0007", message)), None)
            if message.starts_with("expected a value, found")
                || message.starts_with("expected a column") =>
        {
            Some("an operator that lists columns lists at least one")
        }
        (Some(("KQL0007", message)), None) if message.starts_with("expected a type") => {
            Some("`typeof` names a type")
        }
        (Some(("KQL0019", _)), None) => Some("an operator that needs a table has none before it"),
        (None, Some(theirs)) if theirs.starts_with("KS160") => Some("the binder knows the types"),
        _ => None,
    }
}

/// The kept queries as they are made from [`QUERIES`]: each whole, and changed.
fn own_queries() -> Vec<String> {
    let mut random = Random::new(2_026);
    let mut queries: Vec<String> = QUERIES.iter().map(|&query| query.to_owned()).collect();
    while queries.len() < KEPT {
        let query = QUERIES[queries.len() % QUERIES.len()];
        queries.push(mutated(query, &mut random));
    }
    queries
}

#[test]
fn the_verdicts_of_microsofts_parser_are_ours() {
    let lines = fs::read_to_string(path(VERDICTS)).expect("it is part of the crate");
    let mut reasons: BTreeMap<&str, usize> = BTreeMap::new();
    let mut failures = Vec::new();
    for line in lines.lines() {
        let kept: serde_json::Value = serde_json::from_str(line).expect("JSON lines");
        let query = kept["query"].as_str().expect("each line has a query");
        let theirs = kept["error"].as_str();
        let parsed = parse(query);
        let ours = parsed.diagnostics.iter().find(|problem| problem.is_error());
        if ours.is_some() == theirs.is_some() {
            continue;
        }
        match reason(ours, theirs) {
            Some(reason) => *reasons.entry(reason).or_default() += 1,
            None => failures.push(format!("{query}\n  ours: {ours:?}\n  theirs: {theirs:?}")),
        }
    }
    for (reason, count) in &reasons {
        eprintln!("{count:4} differ: {reason}");
    }
    assert!(failures.is_empty(), "{} differ:\n{}", failures.len(), failures.join("\n"));
    assert_eq!(lines.lines().count(), KEPT);
}

/// Writes `verdicts.jsonl` anew.
#[test]
#[ignore = "needs Node and the packages of package.json"]
fn write_the_verdicts_of_microsofts_parser() {
    let queries = own_queries();
    let verdicts = verdicts(&queries);
    let line = |(query, error): (&String, &Option<String>)| {
        format!("{}\n", serde_json::json!({ "query": query, "error": error }))
    };
    let lines: Vec<String> = queries.iter().zip(&verdicts).map(line).collect();
    fs::write(path(VERDICTS), lines.concat()).expect("the file can be written");
}

/// Compares with the parser itself on the real queries and on `HUNTBOOK_MUTATIONS` (6) changes of each, and says where
/// the two differ; `HUNTBOOK_SEED` (1) gives others. `HUNTBOOK_DIFFERENCES` names a file for all of them.
#[test]
#[ignore = "needs Node, the packages of package.json and the corpus; a minute"]
fn microsofts_parser_agrees() {
    let Some(real) = corpus() else { return };
    let each = number("HUNTBOOK_MUTATIONS").unwrap_or(6);
    let seed = number("HUNTBOOK_SEED").unwrap_or(1);
    let mut random = Random::new(seed as u64);
    let texts = real.iter().map(|query| query.text.as_str()).chain(QUERIES.iter().copied());
    let mut queries: Vec<String> = texts.map(str::to_owned).collect();
    let whole = queries.len();
    for index in 0..whole {
        // Queries of our own are few, and use more of the grammar.
        let count = if index < real.len() { each } else { 50 * each };
        queries.extend(
            (0..count).map(|_| mutated(&queries[index].clone(), &mut random)).collect::<Vec<_>>(),
        );
    }
    let verdicts = verdicts(&queries);
    assert_eq!(verdicts.len(), queries.len());
    let mut differences = Vec::new();
    let mut classes: BTreeMap<String, usize> = BTreeMap::new();
    for (index, (query, theirs)) in queries.iter().zip(&verdicts).enumerate() {
        let parsed = parse(query);
        let ours = parsed.diagnostics.iter().find(|problem| problem.is_error());
        if ours.is_some() == theirs.is_some() {
            continue;
        }
        let class = match (ours, theirs) {
            _ if reason(ours, theirs.as_deref()).is_some() => {
                format!("on purpose: {}", reason(ours, theirs.as_deref()).unwrap_or_default())
            }
            (Some(ours), _) => format!("only ours: {} {}", ours.code, ours.message),
            (_, Some(theirs)) => {
                format!("only theirs: {}", theirs.split(" at ").next().unwrap_or_default())
            }
            _ => continue,
        };
        *classes.entry(class.clone()).or_default() += 1;
        let place = ours.and_then(|problem| problem.span).map(|span| span.start);
        differences.push(serde_json::json!({
            "index": index, "class": class, "ours": place, "theirs": theirs, "query": query,
        }));
    }
    if let Some(file) = std::env::var_os("HUNTBOOK_DIFFERENCES") {
        let lines: Vec<String> = differences.iter().map(|line| format!("{line}\n")).collect();
        fs::write(file, lines.concat()).expect("the file can be written");
    }
    let mut classes: Vec<(String, usize)> = classes.into_iter().collect();
    classes.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    for (class, count) in classes.iter().take(60) {
        eprintln!("{count:6} {class}");
    }
    let refused = verdicts[whole..].iter().filter(|verdict| verdict.is_some()).count();
    let of_real =
        differences.iter().filter(|line| line["index"].as_u64() < Some(whole as u64)).count();
    let of_changed = differences.len() - of_real;
    let changed = queries.len() - whole;
    eprintln!(
        "{of_real} of {whole} real queries and {of_changed} of {changed} changed ones differ; {refused} of these are refused"
    );
}
