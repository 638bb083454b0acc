//! Queries to try, one JSON object a line.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde_json::Value;

/// One query of a corpus.
pub(crate) struct Entry {
    pub(crate) id: String,
    pub(crate) query: String,
    /// What Microsoft's parser says of it.
    pub(crate) accepted: bool,
}

fn lines(path: &Path) -> Result<Vec<Value>, String> {
    let text = fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
    let parsed = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    let parsed = parsed.map(|(number, line)| {
        serde_json::from_str(line)
            .map_err(|error| format!("{}, line {}: {error}", path.display(), number + 1))
    });
    parsed.collect()
}

fn text_of(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

pub(crate) fn read(path: &Path, verdicts: Option<&Path>) -> Result<Vec<Entry>, String> {
    let rejected: BTreeMap<String, bool> = match verdicts {
        Some(verdicts) => {
            let of = |line: &Value| (text_of(&line["id"]), !line["error"].is_null());
            lines(verdicts)?.iter().map(of).collect()
        }
        None => BTreeMap::new(),
    };
    let entry = |(number, line): (usize, Value)| {
        let query = line["query"].as_str();
        let query = query
            .ok_or_else(|| format!("{}, line {}: no `query`", path.display(), number + 1))?
            .to_owned();
        let id = if line["id"].is_null() { (number + 1).to_string() } else { text_of(&line["id"]) };
        let accepted = !rejected.get(&id).copied().unwrap_or_default();
        Ok(Entry { id, query, accepted })
    };
    lines(path)?.into_iter().enumerate().map(entry).collect()
}
