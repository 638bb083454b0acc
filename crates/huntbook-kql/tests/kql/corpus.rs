//! Real hunting queries over empty tables of public schemas, where a copy is at hand (`kql/queries.jsonl` and
//! `kql/table-schemas.json` in the folder `shared` beside the checkout; otherwise nothing is run).
//!
//! No query may panic, and none that is bound may fail to run. How many are bound is reported.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::Arc;

use arrow::datatypes::Schema;
use huntbook_kql::{Database, Engine, KqlError, KqlType, local};
use serde_json::Value;

use crate::table::run;

pub(crate) fn database(schemas: &str) -> Database {
    let schemas: BTreeMap<String, BTreeMap<String, String>> =
        serde_json::from_str(schemas).expect("the copy is JSON");
    let tables = schemas.into_iter().map(|(name, columns)| {
        let mut fields: Vec<_> = columns
            .iter()
            .map(|(column, kind)| {
                kind.parse::<KqlType>().unwrap_or(KqlType::String).to_arrow(column)
            })
            .collect();
        for (missing, known) in [("Timestamp", "TimeGenerated"), ("TimeGenerated", "Timestamp")] {
            if columns.contains_key(known) && !columns.contains_key(missing) {
                fields.push(KqlType::Datetime.to_arrow(missing));
            }
        }
        for (column, kind) in local::public_columns(&name) {
            if !fields.iter().any(|field| *field.name() == column) {
                fields.push(kind.to_arrow(&column));
            }
        }
        (name, Arc::new(Schema::new(fields)), Vec::new())
    });
    Database::from_batches(tables).expect("no batch differs from its schema")
}

fn beside(name: &str) -> Option<String> {
    let folder = Path::new(&std::env::var_os("CARGO_MANIFEST_DIR").expect("cargo sets it"))
        .join("../../../shared/kql");
    fs::read_to_string(folder.join(name)).ok()
}

/// The public tables, all empty, where a copy of their schemas is at hand.
pub(crate) fn public_tables() -> Option<Database> {
    beside("table-schemas.json").map(|schemas| database(&schemas))
}

/// The queries of the corpus, where a copy is at hand.
pub(crate) fn queries() -> Option<Vec<String>> {
    let line = |line: &str| {
        let line: Value = serde_json::from_str(line).expect("the copy is JSON lines");
        line["query"].as_str().unwrap_or_default().to_owned()
    };
    beside("queries.jsonl").map(|text| text.lines().map(line).collect())
}

/// How many queries are bound today; what is added raises it.
const AT_LEAST: usize = 1_431;

#[test]
fn real_queries_run_or_are_refused_with_a_reason() {
    let (Some(queries), Some(schemas)) = (beside("queries.jsonl"), beside("table-schemas.json"))
    else {
        println!("corpus: skipped, no copy of the queries beside the checkout");
        return;
    };
    let engine = Engine::new(database(&schemas), "2024-05-01T12:30:00Z".parse().unwrap());
    let (mut answered, mut unmapped, mut total) = (0, 0, 0);
    let mut causes: BTreeMap<String, usize> = BTreeMap::new();
    let mut failures = Vec::new();
    for line in queries.lines() {
        let line: Value = serde_json::from_str(line).unwrap();
        let query = line["query"].as_str().unwrap();
        total += 1;
        // What stands before a cut is often wrong, and must be refused calmly.
        for part in [3, 2] {
            let cut = query.floor_char_boundary(query.len() / part);
            let _ = engine.check(&query[..cut]);
        }
        match run(&engine, query) {
            Ok(_) => answered += 1,
            Err(KqlError::Invalid(diagnostics) | KqlError::Unsupported(diagnostics)) => {
                let unsupported = diagnostics.iter().find(|one| one.code.starts_with("KQL02"));
                let cause = unsupported.or(diagnostics.first()).unwrap();
                *causes.entry(format!("{} {}", cause.code, cause.message)).or_default() += 1;
            }
            // Nothing is fetched: an address without a local file is known by name only.
            Err(KqlError::Table { source, .. })
                if source.to_string().starts_with("no local file") =>
            {
                unmapped += 1;
            }
            Err(error) => failures.push(format!("{}\n{query}\n{error}", line["id"])),
        }
    }
    println!(
        "corpus: {answered} of {total} queries run over empty tables, {unmapped} more need a file for an address"
    );
    let mut causes: Vec<_> = causes.into_iter().collect();
    causes.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    for (cause, count) in causes.iter().take(60) {
        println!("  {count:4} {cause}");
    }
    let bound = answered + unmapped;
    assert!(bound >= AT_LEAST, "only {bound} are bound, where {AT_LEAST} were");
    assert!(failures.is_empty(), "{} failure(s)\n{}", failures.len(), failures.join("\n\n"));
}
