//! Nothing of the original stands in obfuscated tables: of the scenario, and of real recordings.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use chrono::DateTime;
use huntbook_kql::{Engine, local};
use huntbook_kql_syntax::quote_name;
use huntbook_obfuscate::{Key, Obfuscator, Plan, Policy, Prover};

use super::world::{Recipe, Tables, World, obfuscated, prepared};

#[test]
fn the_proof_of_the_scenario_finds_nothing_under_the_default_policy() {
    let world = World::new(Recipe::all().swap_remove(0));
    let World { plain, obfuscated, plans, obfuscator, .. } = &world;
    let problems = findings("scenario", &plain.tables, &obfuscated.tables, plans, obfuscator);
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

#[test]
fn the_proof_of_recordings_of_attacks_finds_nothing_under_the_default_policy() {
    let recordings = recordings();
    if recordings.is_empty() {
        eprintln!("left out: there are no recordings beside the checkout");
    }
    let mut problems = Vec::new();
    for path in recordings {
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        let tables = tables(&path);
        let key = Key::from_bytes([5; 32]);
        let obfuscator = Obfuscator::new(&key, "recordings", Policy::builtin());
        let (plans, obfuscator) = prepared(&tables, obfuscator);
        match obfuscated(&tables, &plans, &obfuscator) {
            Ok(images) => {
                problems.extend(findings(&name, &tables, &images, &plans, &obfuscator));
            }
            Err(error) => problems.push(format!("{name}: {error}")),
        }
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

/// What the proof of all tables of a data set finds; prints what stays in clear.
#[expect(clippy::print_stdout, reason = "a reader of the test sees what stays")]
fn findings(
    data_set: &str,
    originals: &Tables,
    obfuscated: &Tables,
    plans: &BTreeMap<String, Plan>,
    obfuscator: &Obfuscator,
) -> Vec<String> {
    let mut prover = Prover::new(obfuscator);
    for (table, batches) in originals {
        prover.learn(&plans[table], batches);
    }
    let mut found = Vec::new();
    for (table, batches) in originals {
        let proof = prover.check(&plans[table], batches, &obfuscated[table]);
        let clear = proof.left_in_clear();
        let clear = clear.iter().map(|left| match left.distinct {
            Some(distinct) => format!("{} ({distinct})", left.column),
            None => left.column.to_owned(),
        });
        let clear: Vec<String> = clear.collect();
        println!("{data_set}/{table}: {} rows, in clear: {}", proof.rows, clear.join(", "));
        found.extend(proof.findings.iter().map(|finding| {
            let column = finding.column.as_deref().unwrap_or("-");
            let kind = proof.columns.iter().find(|known| known.column == column);
            let kind = kind.map_or("-", |known| known.kind.name());
            format!(
                "{data_set}/{table}.{column} ({kind}) {:?} x{}: {}",
                finding.rule, finding.count, finding.message
            )
        }));
    }
    found
}

/// The recordings, where they stand beside the checkout.
fn recordings() -> Vec<PathBuf> {
    let folder = Path::new(&std::env::var_os("CARGO_MANIFEST_DIR").expect("cargo sets it"))
        .join("../../../shared/logs");
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let paths = entries.filter_map(|entry| Some(entry.ok()?.path()));
    let mut zips: Vec<_> = paths.filter(|path| path.extension() == Some("zip".as_ref())).collect();
    zips.sort();
    zips
}

/// Every table of a recording that has rows.
fn tables(path: &Path) -> Tables {
    let database = local::open(&[path.to_owned()]).expect("a recording can be read");
    let names: Vec<String> = database.names().map(str::to_owned).collect();
    let engine = Engine::new(database, DateTime::UNIX_EPOCH);
    let mut tables = BTreeMap::new();
    for name in names {
        let answer = crate::table::run(&engine, &quote_name(&name)).expect("a table can be read");
        if answer.row_count() > 0 {
            tables.insert(name, answer.batches);
        }
    }
    tables
}
