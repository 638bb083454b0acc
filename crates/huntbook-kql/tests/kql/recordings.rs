//! Public rules over recordings of real attacks, where copies of both are at hand (`kql/queries.jsonl` and
//! `logs/*.zip` in the folder `shared` beside the checkout; otherwise nothing is run).
//!
//! `recordings/expected.tsv` says which rule finds something in which recording. A rule that is bound must
//! find something there, and nothing in the recordings of other attacks, but for those in its third column.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use huntbook_kql::{Engine, KqlError, local};
use serde_json::Value;

use crate::table::run;

const EXPECTED: &str = include_str!("recordings/expected.tsv");

/// The folder `shared` beside the checkout.
fn shared() -> PathBuf {
    Path::new(&std::env::var_os("CARGO_MANIFEST_DIR").expect("cargo sets it"))
        .join("../../../shared")
}

/// The recording as a database, as of one minute behind its newest event.
fn recording(path: &Path) -> Engine {
    let database = local::open(&[path.to_owned()]).expect("a recording is readable");
    let table = ["WindowsEvent", "AWSCloudTrail", "conn"]
        .into_iter()
        .find(|name| database.table(name).is_some())
        .expect("a recording is of a kind that is known");
    let query = format!("{table} | summarize t = tostring(max(TimeGenerated) + 1m)");
    let engine = Engine::new(database, "2024-05-01T00:00:00Z".parse().expect("a constant"));
    let answer = run(&engine, &query).expect("a recording has times");
    let newest = arrow::array::AsArray::as_string::<i32>(answer.batches[0].column(0)).value(0);
    engine.at(newest.parse().expect("a time as the engine writes it"))
}

fn recordings() -> Option<BTreeMap<String, Engine>> {
    let mut paths: Vec<PathBuf> = fs::read_dir(shared().join("logs"))
        .ok()?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|extension| extension == "zip"))
        .collect();
    paths.sort();
    let name = |path: &Path| path.file_stem().map(|stem| stem.to_string_lossy().into_owned());
    paths.iter().map(|path| Some((name(path)?, recording(path)))).collect()
}

fn queries() -> Option<BTreeMap<String, (String, String)>> {
    let text = fs::read_to_string(shared().join("kql/queries.jsonl")).ok()?;
    let entries = text.lines().map(|line| {
        let line: Value = serde_json::from_str(line).expect("the copy is JSON");
        let member = |name: &str| line[name].as_str().expect("a text").to_owned();
        (member("id"), (member("path"), member("query")))
    });
    Some(entries.collect())
}

/// What one rule found in one recording.
enum Outcome {
    Rows(usize),
    /// The rule needs what is not supported, or a table that the recording does not have.
    Unbound(String),
    Failed(String),
}

fn outcome(engine: &Engine, query: &str) -> Outcome {
    match run(engine, query) {
        Ok(answer) => Outcome::Rows(answer.row_count()),
        Err(KqlError::Invalid(found) | KqlError::Unsupported(found)) => {
            let words = found.first().map_or_else(String::new, |one| one.message.clone());
            Outcome::Unbound(words)
        }
        Err(error) => Outcome::Failed(error.to_string()),
    }
}

#[test]
fn rules_find_the_attacks_that_they_were_written_for() {
    let (Some(recordings), Some(queries)) = (recordings(), queries()) else {
        println!("recordings: skipped, no copy of them beside the checkout");
        return;
    };
    if std::env::var_os("EXPLORE").is_some() {
        for (id, (path, query)) in &queries {
            if !["SecurityEvent", "Event", "Sysmon", "WindowsEvent", "AWSCloudTrail", "Device"]
                .iter()
                .any(|t| query.contains(t))
            {
                continue;
            }
            for (name, engine) in &recordings {
                match outcome(engine, query) {
                    Outcome::Rows(0) => {}
                    Outcome::Rows(n) => println!("FIRE\t{id}\t{name}\t{n}\t{path}"),
                    Outcome::Unbound(w) => println!("UNBOUND\t{id}\t{name}\t{w}\t{path}"),
                    Outcome::Failed(w) => println!("FAILED\t{id}\t{name}\t{w}\t{path}"),
                }
            }
        }
    }
}
