//! Public rules over recordings of real attacks, where copies of both are at hand (`kql/queries.jsonl`,
//! `kql/table-schemas.json` and `logs/*.zip` in the folder `shared` beside the checkout; otherwise nothing is run).
//!
//! `recordings/expected.tsv` says which rule finds something in which recording: id, recording, technique. A rule
//! that can be bound must find something there, and nothing in another recording or in a week of a company's
//! ordinary life. A recording `*` stands for a query that finds something in any recording of Windows events.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use huntbook_kql::{Database, Engine, KqlError, local};
use huntbook_scenario::{Format, Options, Table, write_folder};
use serde_json::Value;

use crate::corpus;
use crate::table::run;

const EXPECTED: &str = include_str!("recordings/expected.tsv");

/// Where the recordings and the rules lie.
struct Shared {
    schemas: String,
    queries: BTreeMap<String, String>,
    recordings: Vec<PathBuf>,
}

fn shared() -> Option<Shared> {
    let folder = Path::new(&std::env::var_os("CARGO_MANIFEST_DIR").expect("cargo sets it"))
        .join("../../../shared");
    let schemas = fs::read_to_string(folder.join("kql/table-schemas.json")).ok()?;
    let queries = fs::read_to_string(folder.join("kql/queries.jsonl")).ok()?;
    let queries = queries.lines().map(|line| {
        let line: Value = serde_json::from_str(line).expect("the copy is JSON");
        let member = |name: &str| line[name].as_str().expect("a text").to_owned();
        (member("id"), member("query"))
    });
    let mut recordings: Vec<PathBuf> = fs::read_dir(folder.join("logs"))
        .ok()?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|extension| extension == "zip"))
        .collect();
    recordings.sort();
    Some(Shared { schemas, queries: queries.collect(), recordings })
}

/// The recording as a workspace, in which all public tables exist, as of a minute behind its newest event.
fn recording(path: &Path, schemas: &str) -> Engine {
    let recorded = local::open(&[path.to_owned()]).expect("a recording is readable");
    let table = ["WindowsEvent", "AWSCloudTrail", "conn"]
        .into_iter()
        .find(|name| recorded.table(name).is_some())
        .expect("a recording is of a kind that is known");
    let query = format!("{table} | summarize t = tostring(max(TimeGenerated) + 1m)");
    let mut workspace = corpus::database(schemas);
    for name in recorded.names() {
        workspace.add(recorded.table(name).expect("named").clone());
    }
    let engine = Engine::new(workspace, "2024-05-01T00:00:00Z".parse().expect("a constant"));
    let answer = run(&engine, &query).expect("a recording has times");
    let newest = arrow::array::AsArray::as_string::<i32>(answer.batches[0].column(0)).value(0);
    engine.at(newest.parse().expect("a time as the engine writes it"))
}

/// The ordinary life of a company, up to the first trace of its intruder.
fn quiet_week(schemas: &str) -> Engine {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let options = Options { rows: 20_000, ..Options::default() };
    let mut go_on = |_| ControlFlow::Continue(());
    let truth = write_folder(folder.path(), &options, Format::Parquet, &mut go_on)
        .expect("a folder to write to");
    let whole = local::open(&[folder.path().join("logs")]).expect("the scenario is readable");
    let engine = Engine::new(whole, truth.start);
    let mut workspace = corpus::database(schemas);
    let tables = Table::ALL.iter().filter(|table| engine.database().table(table.name()).is_some());
    let tables = tables.map(|table| {
        let query = format!(
            "{} | where TimeGenerated < datetime({})",
            table.name(),
            truth.start.to_rfc3339()
        );
        let answer = run(&engine, &query).expect("the scenario's tables have times");
        (table.name().to_owned(), answer.schema, answer.batches)
    });
    let tables = Database::from_batches(tables.collect::<Vec<_>>()).expect("one schema each");
    for name in tables.names() {
        workspace.add(tables.table(name).expect("named").clone());
    }
    Engine::new(workspace, truth.start)
}

/// What a rule found.
enum Outcome {
    Rows(usize),
    /// The rule needs what is not supported yet.
    Unbound(String),
}

fn outcome(engine: &Engine, id: &str, query: &str) -> Outcome {
    match run(engine, query) {
        Ok(answer) => Outcome::Rows(answer.row_count()),
        Err(KqlError::Invalid(found) | KqlError::Unsupported(found)) => {
            let words = found.first().map_or_else(String::new, |one| one.message.clone());
            Outcome::Unbound(words)
        }
        Err(error) => panic!("{id}: {error}"),
    }
}

#[test]
fn rules_find_the_attacks_that_they_were_written_for() {
    let Some(shared) = shared() else {
        println!("recordings: skipped, no copy of them beside the checkout");
        return;
    };
    let mut expected: BTreeMap<&str, BTreeMap<&str, &str>> = BTreeMap::new();
    for line in EXPECTED.lines().filter(|line| !line.starts_with('#')) {
        let mut fields = line.split('\t');
        let mut field = || fields.next().expect("three fields a line");
        expected.entry(field()).or_default().insert(field(), field());
    }
    let name = |path: &Path| path.file_stem().map(|stem| stem.to_string_lossy().into_owned());
    let engines: BTreeMap<String, Engine> = shared
        .recordings
        .iter()
        .map(|path| (name(path).expect("a file"), recording(path, &shared.schemas)))
        .collect();
    let quiet = quiet_week(&shared.schemas);
    let (mut fired, mut unbound, mut wrong) = (BTreeSet::new(), Vec::new(), Vec::new());
    for (id, recordings) in &expected {
        let query = &shared.queries[*id];
        for (name, engine) in &engines {
            let technique = recordings.get(name.as_str());
            match (outcome(engine, id, query), technique) {
                (Outcome::Rows(0), Some(words)) => {
                    wrong.push(format!("{id} does not find {words} in {name}"));
                }
                (Outcome::Rows(rows), Some(words)) => {
                    println!("  {id} finds {words} in {name}: {rows} row(s)");
                    fired.insert(*id);
                }
                (Outcome::Rows(0), None) => {}
                (Outcome::Rows(_), None) if recordings.contains_key("*") => {
                    fired.insert(*id);
                }
                (Outcome::Rows(rows), None) => {
                    wrong.push(format!("{id} finds {rows} row(s) in {name}"));
                }
                (Outcome::Unbound(words), _) => {
                    unbound.push(format!("  {id} not yet: {words}"));
                    break;
                }
            }
        }
        let is_bound = !unbound.iter().any(|line| line.starts_with(&format!("  {id} ")));
        if recordings.contains_key("*") && is_bound && !fired.contains(id) {
            wrong.push(format!("{id} finds nothing anywhere"));
        }
        if !recordings.contains_key("*")
            && let Outcome::Rows(rows @ 1..) = outcome(&quiet, id, query)
        {
            wrong.push(format!("{id} finds {rows} row(s) in a quiet week"));
        }
    }
    println!("{}", unbound.join("\n"));
    println!("recordings: {} of {} rules find their attacks", fired.len(), expected.len());
    let named = fired.iter().filter(|id| !expected[*id].contains_key("*")).count();
    assert!(named >= 15, "{named} rules find an attack and stay quiet elsewhere");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Which query of the corpus finds what in which recording, to choose from for the list. The environment variables
/// `RULES` and `RECORDINGS`, lists with commas, take a piece of either.
#[test]
#[ignore = "takes a minute a recording and asserts nothing"]
fn every_query_over_every_recording() {
    let Some(shared) = shared() else { return };
    let chosen = |variable: &str, name: &str| match std::env::var_os(variable) {
        Some(list) => list.to_string_lossy().split(',').any(|one| name == one),
        None => true,
    };
    let stem = |path: &Path| path.file_stem().map(|stem| stem.to_string_lossy().into_owned());
    for path in shared
        .recordings
        .iter()
        .filter(|path| stem(path).is_some_and(|name| chosen("RECORDINGS", &name)))
    {
        let engine = recording(path, &shared.schemas);
        for (id, query) in shared.queries.iter().filter(|(id, _)| chosen("RULES", id)) {
            if let Ok(answer) = run(&engine, query)
                && answer.row_count() > 0
            {
                println!("{id}\t{}\t{}", path.display(), answer.row_count());
            }
        }
    }
}
