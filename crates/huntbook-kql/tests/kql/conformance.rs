//! The Markdown files of `conformance/kql`.
//!
//! A case is a `## title` with a `kql` fence and a `result` fence. The result's first line names the columns
//! and types, `a:long | b:string`; each further line is a row. `null` is a null, `""` the empty text, and
//! text that would be misread stands as a JSON string. Rows are compared in order where the query sorts or
//! says `order: kept` above the fence, otherwise as a set with repeats. Instead of `result` a fence `error`
//! holds the code of an expected diagnostic and, behind it, the text under its span. `xfail: reason` marks
//! what does not work yet: it must fail. `set: name` says that a dynamic column's elements have no order.

use std::fs;
use std::path::{Path, PathBuf};

use huntbook_kql::{Database, Engine};

use crate::table::{Table, run};

#[derive(Debug, Default)]
struct Case {
    title: String,
    query: String,
    result: Option<String>,
    error: Option<String>,
    xfail: Option<String>,
    sets: Vec<String>,
    ordered: bool,
}

fn folder() -> PathBuf {
    Path::new(&std::env::var_os("CARGO_MANIFEST_DIR").expect("cargo sets it"))
        .join("../../conformance/kql")
}

fn cases(text: &str) -> Vec<Case> {
    let mut cases: Vec<Case> = Vec::new();
    let mut fence: Option<(String, String)> = None;
    for line in text.lines() {
        if let Some((kind, mut body)) = fence.take() {
            if line.trim() == "```" {
                if let Some(case) = cases.last_mut() {
                    match kind.as_str() {
                        "kql" => case.query = body,
                        "result" => case.result = Some(body),
                        "error" => case.error = Some(body),
                        other => panic!("unknown fence `{other}` in case `{}`", case.title),
                    }
                }
            } else {
                if !body.is_empty() {
                    body.push('\n');
                }
                body.push_str(line);
                fence = Some((kind, body));
            }
            continue;
        }
        if let Some(kind) = line.trim().strip_prefix("```") {
            fence = Some((kind.to_owned(), String::new()));
        } else if let Some(title) = line.strip_prefix("## ") {
            cases.push(Case { title: title.to_owned(), ..Case::default() });
        } else if let Some(case) = cases.last_mut() {
            if let Some(reason) = line.strip_prefix("xfail:") {
                case.xfail = Some(reason.trim().to_owned());
            } else if let Some(column) = line.strip_prefix("set:") {
                case.sets.push(column.trim().to_owned());
            } else if line.trim() == "order: kept" {
                case.ordered = true;
            }
        }
    }
    cases
}

/// Why a case does not hold, or `None`.
fn problem(engine: &Engine, case: &Case) -> Option<String> {
    let answer = run(engine, &case.query);
    if let Some(expected) = &case.error {
        let error = match answer {
            Ok(answer) => {
                return Some(format!(
                    "an error was expected, not\n{}",
                    Table::of(&answer).render()
                ));
            }
            Err(error) => error,
        };
        let found: Vec<String> = error
            .diagnostics()
            .iter()
            .map(|diagnostic| {
                let under = diagnostic.span.and_then(|span| span.slice(&case.query)).unwrap_or("");
                format!("{} {under}", diagnostic.code)
            })
            .collect();
        let found = found.join("\n");
        return (found.trim() != expected.trim())
            .then(|| format!("expected\n{expected}\nfound\n{found}\n{error}"));
    }
    let Some(expected) = &case.result else { return Some("the case expects nothing".to_owned()) };
    let mut table = match answer {
        Ok(answer) => Table::of(&answer),
        Err(error) => return Some(error.to_string()),
    };
    for (column, (name, _)) in table.columns.iter().enumerate() {
        if case.sets.contains(name) {
            for cell in table.rows.iter_mut().filter_map(|row| row[column].as_mut()) {
                *cell = sorted_array(cell);
            }
        }
    }
    let ordered = case.ordered
        || ["sort by", "order by", "top "].iter().any(|word| case.query.contains(word));
    if !ordered {
        table = table.sorted();
    }
    let found = table.render();
    let wanted = if ordered { normalised(expected) } else { sorted_lines(&normalised(expected)) };
    let found = if ordered { found } else { sorted_lines(&found) };
    (found != wanted).then(|| format!("expected\n{wanted}\nfound\n{found}"))
}

fn sorted_array(text: &str) -> String {
    match serde_json::from_str(text) {
        Ok(serde_json::Value::Array(mut items)) => {
            items.sort_by_key(ToString::to_string);
            serde_json::Value::Array(items).to_string()
        }
        _ => text.to_owned(),
    }
}

fn normalised(table: &str) -> String {
    let lines =
        table.lines().map(|line| line.split(" | ").map(str::trim).collect::<Vec<_>>().join(" | "));
    lines.collect::<Vec<_>>().join("\n")
}

fn sorted_lines(table: &str) -> String {
    let mut lines: Vec<&str> = table.lines().collect();
    if lines.len() > 1 {
        lines[1..].sort_unstable();
    }
    lines.join("\n")
}

#[test]
fn each_conformance_case_holds_and_each_expected_failure_fails() {
    let now = "2024-05-01T12:30:00Z".parse().unwrap();
    let engine = Engine::new(Database::new(), now);
    let mut files: Vec<PathBuf> =
        fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|path| path.extension().is_some_and(|extension| extension == "md"));
    files.sort();
    let (mut held, mut expected_failures, mut problems) = (0, 0, Vec::new());
    for file in &files {
        let name = file.file_stem().unwrap().to_string_lossy().into_owned();
        let text = fs::read_to_string(file).unwrap();
        assert!(text.contains("\nsource: "), "{name}.md does not name its source");
        for case in cases(&text) {
            match (problem(&engine, &case), &case.xfail) {
                (None, None) => held += 1,
                (Some(_), Some(_)) => expected_failures += 1,
                (None, Some(_)) => {
                    problems.push(format!("{name}: {}\nholds, though marked xfail", case.title));
                }
                (Some(problem), None) => {
                    problems.push(format!("{name}: {}\n{}\n{problem}", case.title, case.query));
                }
            }
        }
    }
    println!(
        "conformance: {held} hold, {expected_failures} fail as expected, {} files",
        files.len()
    );
    assert!(problems.is_empty(), "{} problem(s)\n\n{}", problems.len(), problems.join("\n\n"));
    assert!(held > 0);
}

/// `conformance/traps.md` names the cases that hold the rules which translations of KQL are known to miss.
#[test]
fn each_trap_has_its_cases() {
    let traps = fs::read_to_string(folder().join("../traps.md")).unwrap();
    let rows = traps.lines().filter(|line| line.starts_with("| ")).skip(1);
    let (mut missing, mut seen) = (Vec::new(), 0);
    for row in rows {
        let cells: Vec<&str> = row.trim_matches('|').split(" | ").map(str::trim).collect();
        let [trap, _rule, named] = cells[..] else { panic!("three cells: {row}") };
        for one in named.split(" · ") {
            let (file, title) = one.split_once(": ").expect("a file and a title");
            let text = fs::read_to_string(folder().join(file)).unwrap_or_default();
            let holds = |case: &Case| case.title == title.trim() && case.xfail.is_none();
            if !cases(&text).iter().any(holds) {
                missing.push(format!("{trap}: {one}"));
            }
            seen += 1;
        }
    }
    println!("traps: {seen} cases");
    assert!(missing.is_empty(), "not there, or marked xfail:\n{}", missing.join("\n"));
    assert!(seen > 60, "{seen}");
}
