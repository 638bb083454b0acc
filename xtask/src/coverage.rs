//! Runs the engine's coverage program, by itself a heavy build, over the corpora named or the one beside the checkout.

use std::path::Path;
use std::process::Command;

/// Where a copy of public queries and schemas may lie.
const BESIDE: &str = "../shared/kql";

pub(crate) fn run(mut arguments: Vec<String>) -> Result<String, String> {
    let takes_value = |option: &str| matches!(option, "--schemas" | "--folder" | "--verdicts");
    let mut named = false;
    let mut skip = false;
    for argument in &arguments {
        named |= !skip && !argument.starts_with("--");
        skip = takes_value(argument);
    }
    let beside = Path::new(BESIDE);
    if !arguments.iter().any(|argument| argument == "--schemas") {
        let schemas = beside.join("table-schemas.json");
        if schemas.exists() {
            arguments.extend(["--schemas".to_owned(), schemas.display().to_string()]);
        }
    }
    if !named {
        let queries = beside.join("queries.jsonl");
        if !queries.exists() {
            return Err(format!("no corpus is named, and there is none at {}", queries.display()));
        }
        arguments.push(queries.display().to_string());
    }
    let cargo =
        ["run", "--quiet", "--locked", "--package", "huntbook-kql", "--example", "coverage", "--"];
    let status = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
        .args(cargo)
        .args(&arguments)
        .status()
        .map_err(|error| error.to_string())?;
    if status.success() { Ok(String::new()) } else { Err("coverage failed".to_owned()) }
}
