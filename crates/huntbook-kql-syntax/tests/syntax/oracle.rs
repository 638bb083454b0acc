//! Agreement with Microsoft's parser on which texts are KQL.
//!
//! `verdicts.jsonl` holds what it says to changed queries of our own, so that the comparison needs no Node. The
//! comparison with the parser itself is `#[ignore]`d: see [`microsofts_parser_agrees`].

#![expect(clippy::print_stderr, reason = "the agreement is said aloud")]

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use huntbook_kql_syntax::parse;

use crate::corpus::corpus;
use crate::mutation::{Random, mutated};

fn path(relative: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(relative)
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

/// Compares with the parser itself on the real queries and on `HUNTBOOK_MUTATIONS` (6) changes of each, and says where
/// the two differ. `HUNTBOOK_DIFFERENCES` names a file for all of them.
#[test]
#[ignore = "needs Node, the packages of package.json and the corpus; a minute"]
fn microsofts_parser_agrees() {
    let Some(real) = corpus() else { return };
    let each = std::env::var("HUNTBOOK_MUTATIONS").ok().and_then(|count| count.parse().ok());
    let seed = std::env::var("HUNTBOOK_SEED").ok().and_then(|seed| seed.parse().ok());
    let mut random = Random::new(seed.unwrap_or(1));
    let mut queries: Vec<String> = real.iter().map(|query| query.text.clone()).collect();
    let whole = queries.len();
    for query in &real {
        queries.extend((0..each.unwrap_or(6)).map(|_| mutated(&query.text, &mut random)));
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
