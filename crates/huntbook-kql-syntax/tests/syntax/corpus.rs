//! Real hunting queries, where the corpus is beside the workspace.

#![expect(clippy::print_stderr, reason = "a skipped test and a rate are said aloud")]

use std::fs;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use huntbook_diagnostics::{Source, Style, render_all};
use huntbook_kql_syntax::{parse, print, tokenize};

pub(crate) struct RealQuery {
    pub(crate) id: String,
    pub(crate) text: String,
}

/// The corpus; `None`, said aloud, where it is absent.
pub(crate) fn corpus() -> Option<Vec<RealQuery>> {
    let path = PathBuf::from(std::env::var_os("CARGO_MANIFEST_DIR").expect("cargo sets it"))
        .join("../../../shared/kql/queries.jsonl");
    let Ok(lines) = fs::read_to_string(&path) else {
        eprintln!("skipped: no corpus at {}", path.display());
        return None;
    };
    let query = |line: &str| {
        let json: serde_json::Value = serde_json::from_str(line).expect("the corpus is JSON lines");
        let field = |name: &str| json[name].as_str().map(str::to_owned).unwrap_or_default();
        RealQuery { id: field("id"), text: field("query") }
    };
    Some(lines.lines().map(query).collect())
}

#[test]
fn real_queries_parse_without_an_error_and_print_stably() {
    let Some(queries) = corpus() else { return };
    let mut failures = Vec::new();
    let mut times: Vec<Duration> = Vec::new();
    for RealQuery { id, text } in &queries {
        let started = Instant::now();
        let parsed = parse(text);
        times.push(started.elapsed());
        if parsed.has_errors() {
            failures.push(render_all(&parsed.diagnostics, &Source::new(id, text), Style::Plain));
            continue;
        }
        let once = print(&parsed.query);
        let again = parse(&once);
        if again.has_errors() || print(&again.query) != once {
            failures.push(format!("{id} does not print stably:\n{once}"));
        }
    }
    times.sort_unstable();
    let parsed = queries.len() - failures.len();
    let at = |percent: usize| times[(times.len() - 1) * percent / 100];
    eprintln!(
        "{parsed} of {} real queries parse: median {:?}, p99 {:?}, slowest {:?}",
        queries.len(),
        at(50),
        at(99),
        at(100)
    );
    assert!(failures.is_empty(), "{}", failures.join("\n\n"));
}

#[test]
fn tokens_of_real_queries_cover_every_byte() {
    let Some(queries) = corpus() else { return };
    for RealQuery { id, text } in &queries {
        let mut end = 0;
        for token in tokenize(text) {
            assert_eq!(token.span.start, end, "{id}");
            end = token.span.end;
        }
        assert_eq!(end, text.len(), "{id}");
    }
}
