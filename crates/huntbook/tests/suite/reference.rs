//! The reference pages are made from the code; they are never edited by hand.
//!
//! `HUNTBOOK_WRITE_REFERENCE=1 cargo test -p huntbook --test suite reference` rewrites them.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use huntbook::QueryProvider;
use huntbook::kql::{FunctionDoc, OPERATORS, aggregates, functions, plugins, window_functions};

const MADE: &str =
    "<!-- Made by `cargo test -p huntbook`; see crates/huntbook/tests/suite/reference.rs. -->";

fn kql() -> String {
    let mut page = format!(
        "{MADE}\n\n# KQL on files\n\nWhat the local engine supports today. Everything else of KQL is refused with its place in \
         the query. The meaning of each is held by the cases in `conformance/kql/`.\n\n## Operators\n\n"
    );
    let names: Vec<String> = OPERATORS.iter().map(|name| format!("`{name}`")).collect();
    let _ = writeln!(page, "{}, and `let`.", names.join(", "));
    for (title, docs) in [
        ("Functions", functions().collect::<Vec<_>>()),
        ("Functions over rows in an order", window_functions().collect()),
        ("Aggregates", aggregates().collect()),
        ("Plugins of `evaluate`", plugins().collect()),
    ] {
        let _ =
            write!(page, "\n## {title}\n\n| name | signature | what comes back |\n|---|---|---|\n");
        for FunctionDoc { name, aliases, signature, summary } in docs {
            let names: Vec<String> =
                [&[name], aliases].concat().iter().map(|name| format!("`{name}`")).collect();
            let names = names.join(", ");
            let _ = writeln!(page, "| {names} | `{}` | {} |", cell(signature), cell(summary));
        }
    }
    page
}

fn codes() -> String {
    let mut page = format!(
        "{MADE}\n\n# Codes\n\n`huntbook explain CODE` says the same.\n\n| code | what | why, and what to do |\n|---|---|---|\n"
    );
    for code in huntbook::codes() {
        let _ =
            writeln!(page, "| {} | {} | {} |", code.code, cell(code.title), cell(code.explanation));
    }
    page
}

fn queries() -> String {
    let mut page = format!("{MADE}\n\n# The built-in queries\n");
    for environment in ["MSSentinel", "M365D"] {
        let provider = QueryProvider::new(environment).unwrap();
        let _ = write!(
            page,
            "\n## {environment}\n\n| query | what it finds | ATT&CK |\n|---|---|---|\n"
        );
        for query in provider.list(None) {
            let (text, _) =
                query.description.split_once("Sample:").unwrap_or((&query.description, ""));
            let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
            let techniques = query.techniques.join(", ");
            let _ =
                writeln!(page, "| `{}` | {} | {techniques} |", query.qualified_name(), cell(&text));
        }
    }
    page
}

/// Text in a cell of a Markdown table.
fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace('\n', " ")
}

#[test]
fn reference_pages_are_what_the_code_says() {
    let folder = Path::new(&std::env::var_os("CARGO_MANIFEST_DIR").expect("cargo sets it"))
        .join("../../docs/reference");
    for (name, made) in [("kql.md", kql()), ("codes.md", codes()), ("queries.md", queries())] {
        let path = folder.join(name);
        if std::env::var_os("HUNTBOOK_WRITE_REFERENCE").is_some() {
            fs::write(&path, &made).unwrap();
        }
        let kept = fs::read_to_string(&path).unwrap_or_default();
        assert!(kept == made, "{name} is not what the code says: see the head of this file");
    }
}
