//! Nothing of the original stands in obfuscated tables: of the scenario, and of real recordings.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use arrow::array::RecordBatch;
use chrono::DateTime;
use huntbook_kql::{Engine, local};
use huntbook_kql_syntax::quote_name;
use huntbook_obfuscate::{Key, Kind, Obfuscator, Plan, Policy, prove};

use super::world::{Recipe, World};

#[test]
fn the_proof_of_the_scenario_finds_nothing_under_the_default_policy() {
    let recipe = Recipe::all().swap_remove(0);
    let key = Key::from_bytes(recipe.key);
    let realm = recipe.realm.clone();
    let world = World::new(recipe);
    let mut problems = Vec::new();
    for (name, original) in &world.plain.tables {
        let plan = &world.plans[name];
        problems.extend(findings(
            name,
            original,
            &world.obfuscated.tables[name],
            plan,
            &key,
            &realm,
        ));
        let clear = plan.columns().iter().filter(|column| column.kind == Kind::Keep);
        let clear: Vec<&str> = clear.map(|column| column.column.as_str()).collect();
        println!("{name} keeps {}", clear.join(", "));
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

#[test]
fn the_proof_of_recordings_of_attacks_finds_nothing_under_the_default_policy() {
    let key = Key::from_bytes([5; 32]);
    let realm = "recordings";
    let mut problems = Vec::new();
    let recordings = recordings();
    if recordings.is_empty() {
        eprintln!("left out: there are no recordings beside the checkout");
    }
    for path in recordings {
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        let tables = tables(&path);
        let rows: usize = tables.values().flatten().map(RecordBatch::num_rows).sum();
        println!("{name}: {} tables, {rows} rows", tables.len());
        let obfuscator = Obfuscator::new(&key, realm, Policy::builtin());
        for (table, batches) in &tables {
            let name = format!("{name}/{table}");
            let plan = obfuscator.plan(&batches[0].schema(), &batches[0]);
            let obfuscated: Result<Vec<RecordBatch>, _> =
                batches.iter().map(|batch| obfuscator.batch(&plan, batch)).collect();
            match obfuscated {
                Ok(obfuscated) => {
                    problems.extend(findings(&name, batches, &obfuscated, &plan, &key, realm));
                }
                Err(error) => problems.push(format!("{name}: {error}")),
            }
        }
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

fn findings(
    name: &str,
    original: &[RecordBatch],
    obfuscated: &[RecordBatch],
    plan: &Plan,
    key: &Key,
    realm: &str,
) -> Vec<String> {
    let proof = prove(original, obfuscated, plan, key, realm);
    let line = |finding: &huntbook_obfuscate::Finding| {
        let column = finding.column.as_deref().unwrap_or("-");
        format!("{name}.{column} {:?} x{}: {}", finding.rule, finding.count, finding.message)
    };
    proof.findings.iter().map(line).collect()
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
fn tables(path: &Path) -> BTreeMap<String, Vec<RecordBatch>> {
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
