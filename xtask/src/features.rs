//! One build of what is heavy: the wheel, the command line and the tests must resolve the same features.
//!
//! Cargo compiles a crate once for each set of features that a command asks for. A feature that only the
//! wheel or only a test turns on, far below DataFusion, costs a second build of everything above it; so all that
//! the engine is made of is compared, down to `serde`.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

/// What must be compiled once: the engine and all below it.
const HEAVY: &[&str] = &["--edges", "no-dev", "--package", "huntbook-kql"];

/// The commands that share a target folder, by what they select.
const SELECTIONS: &[(&str, &[&str])] = &[
    ("wheel", &["--edges", "no-dev", "--package", "huntbook-python"]),
    ("command line", &["--edges", "no-dev", "--package", "huntbook-cli"]),
    ("KQL tests", &["--package", "huntbook-kql"]),
];

type Features = BTreeMap<String, BTreeSet<String>>;

/// Compares each selection with what `cargo test` compiles.
///
/// # Errors
///
/// One line for each crate that would be compiled twice.
pub(crate) fn run() -> Result<String, String> {
    let (tests, heavy) = (resolve(&[])?, resolve(HEAVY)?);
    let mut twice = Vec::new();
    for (name, selection) in SELECTIONS {
        for (package, features) in resolve(selection)? {
            let is_heavy = heavy.contains_key(&package);
            if is_heavy && tests.get(&package).is_some_and(|in_tests| !features.is_subset(in_tests))
            {
                twice.push(format!(
                    "{name}: {package} with {features:?}, in tests {:?}",
                    tests[&package]
                ));
            }
        }
    }
    if twice.is_empty() {
        Ok("features: one build serves all".into())
    } else {
        Err(twice.join("\n"))
    }
}

fn resolve(selection: &[&str]) -> Result<Features, String> {
    let output = Command::new(env!("CARGO"))
        .args(["tree", "--format", "{p}|{f}", "--prefix", "none"])
        .args(selection)
        .output()
        .map_err(|error| format!("cannot run cargo tree: {error}"))?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into_owned());
    }
    let mut resolved = Features::new();
    for line in String::from_utf8_lossy(&output.stdout).lines() {
        if let Some((package, features)) = line.trim_end_matches(" (*)").split_once('|') {
            resolved.entry(package.to_owned()).or_default().insert(features.trim().to_owned());
        }
    }
    Ok(resolved)
}
