//! The law of obfuscation: `query(obfuscate(tables))` is `obfuscate(query(tables))`.
//!
//! The queries stand in `conformance/obfuscated/*.md` ([`cases`]); they run over *worlds* ([`world`]): the tables
//! of a scenario with the same tables obfuscated, under a key, a realm and a mode for addresses. A case under `lost:`
//! must break the law in some world: what the documentation calls lost is really lost.
//!
//! `HUNTBOOK_WORLDS=20` tries the cases on so many more worlds.

mod cases;
mod page;
mod proofs;
mod queries;
mod rows;
mod world;

use std::collections::BTreeMap;

use cases::{Case, Language};
use huntbook_obfuscate::Kind;
use queries::Side;
use rows::{Rows, Shape};
use world::{Recipe, World};

/// What a case gives in one world.
enum Outcome {
    Holds { rows: usize },
    Broken(String),
}

/// Runs `case` on both sides of `world` and compares.
fn outcome(world: &World, case: &Case) -> Outcome {
    let plain = match queries::run(&world.plain, case.language, &case.query(world, false)) {
        Ok(rows) => rows,
        Err(error) => return Outcome::Broken(format!("the query fails: {error}")),
    };
    let shapes = match shapes(world, case, &plain) {
        Ok(shapes) => shapes,
        Err(problem) => return Outcome::Broken(problem),
    };
    let found = match queries::run(&world.obfuscated, case.language, &case.query(world, true)) {
        Ok(rows) => rows,
        Err(error) => return Outcome::Broken(format!("over the obfuscated tables: {error}")),
    };
    let rows = plain.rows.len();
    let hidden =
        shapes.iter().any(|shape| !matches!(shape, Shape::Keep | Shape::Value(Kind::Keep)));
    let expected = plain.obfuscated(&world.obfuscator, &shapes);
    if hidden && rows > 0 && expected == plain {
        return Outcome::Broken("nothing in the result is obfuscated".to_owned());
    }
    let found = found.with_sets(&shapes);
    match expected.difference(&found, case.ordered) {
        None => Outcome::Holds { rows },
        Some(difference) => Outcome::Broken(difference),
    }
}

/// What happens to each column of a result: as the case declares, else as the plan of its source.
fn shapes(world: &World, case: &Case, rows: &Rows) -> Result<Vec<Shape>, String> {
    let mut shapes = Vec::with_capacity(rows.columns.len());
    for (column, is_text) in &rows.columns {
        let shape = match case.columns.get(column) {
            Some(declared) if declared.is_set => Shape::Set(world.kind(&declared.kind)),
            Some(declared) => Shape::Value(world.kind(&declared.kind)),
            None => match world.kind_in(&case.text, column) {
                Ok(Kind::Keep) => Shape::Keep,
                Ok(kind) => Shape::Value(kind),
                Err(_) if !is_text => Shape::Keep,
                Err(problem) => return Err(problem),
            },
        };
        shapes.push(shape);
    }
    for declared in case.columns.keys() {
        if !rows.columns.iter().any(|(column, _)| column == declared) {
            return Err(format!("declares `{declared}`, which the result does not have"));
        }
    }
    Ok(shapes)
}

#[test]
fn each_query_means_the_same_over_the_obfuscated_tables() {
    let (waiting, cases): (Vec<Case>, Vec<Case>) =
        cases::read().into_iter().partition(|case| case.waits.is_some());
    let mut problems = Vec::new();
    let mut most_rows = vec![0; cases.len()];
    let mut broken = vec![None; cases.len()];
    let mut runs = BTreeMap::from([(Language::Kql, 0), (Language::Sql, 0)]);
    for world in World::all() {
        for (index, case) in cases.iter().enumerate() {
            if !case.modes.contains(&world.mode) {
                continue;
            }
            *runs.entry(case.language).or_default() += 1;
            match outcome(&world, case) {
                Outcome::Holds { rows } => most_rows[index] = most_rows[index].max(rows),
                Outcome::Broken(why) if case.lost.is_some() => broken[index] = Some(why),
                Outcome::Broken(why) => problems.push(format!("{} in {world}\n{why}", case.name)),
            }
        }
    }
    for ((case, most_rows), broken) in cases.iter().zip(most_rows).zip(&broken) {
        match (&case.lost, broken) {
            (Some(_), None) => problems.push(format!("{}\nis kept, though called lost", case.name)),
            (Some(_), Some(why)) if !why.starts_with(rows::DIFFERENT) => {
                problems.push(format!("{}\nis to be lost by other rows, but: {why}", case.name));
            }
            (None, None) if most_rows == 0 => {
                problems.push(format!("{}\nhas no rows in any world", case.name));
            }
            _ => {}
        }
    }
    for case in &waiting {
        println!("waits for {}: {}", case.waits.as_deref().unwrap_or_default(), case.name);
    }
    let lost = cases.iter().filter(|case| case.lost.is_some()).count();
    println!(
        "{} queries: {} survive, {lost} are lost; {} runs in KQL, {} in SQL",
        cases.len(),
        cases.len() - lost,
        runs[&Language::Kql],
        runs[&Language::Sql],
    );
    assert!(problems.is_empty(), "{} problem(s)\n\n{}", problems.len(), problems.join("\n\n"));
}

#[test]
fn tables_of_two_realms_share_no_name_address_or_identifier() {
    let recipe = Recipe::all().swap_remove(0);
    let other = Recipe { realm: "another".to_owned(), ..recipe.clone() };
    let mut tables = BTreeMap::new();
    for (prefix, recipe) in [("A", recipe), ("B", other)] {
        let world = World::new(recipe);
        for (name, batches) in &world.obfuscated.tables {
            tables.insert(format!("{prefix}{name}"), batches.clone());
        }
    }
    let side = Side::new(tables, "2026-11-20T00:00:00Z");
    for column in ["UserPrincipalName", "UserId", "CorrelationId", "Identity", "IPAddress"] {
        let query = format!(
            "SELECT count(*) AS n FROM ASigninLogs AS a JOIN BSigninLogs AS b ON a.{column} = b.{column} WHERE a.{column} <> ''"
        );
        let rows = queries::run(&side, Language::Sql, &query).unwrap();
        assert_eq!(rows.rows, [[Some("0".to_owned())]], "{column}");
    }
}
