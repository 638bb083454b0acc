//! The tables that a corpus is tried on.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::Arc;

use arrow::datatypes::{Field, Schema};
use huntbook_kql::{Database, Engine, KqlType, TableError, TableScan, TableSource, local};

/// Table, column, type.
pub(crate) type Schemas = BTreeMap<String, BTreeMap<String, String>>;

/// Tables to which each resource adds columns of its own.
const OPEN: &[&str] = &["AzureDiagnostics", "AzureMetrics"];

pub(crate) fn schemas(path: Option<&Path>) -> Result<Schemas, String> {
    let Some(path) = path else { return Ok(Schemas::new()) };
    let text = fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
    serde_json::from_str(&text).map_err(|error| format!("{}: {error}", path.display()))
}

fn columns(name: &str, schema: &BTreeMap<String, String>) -> Vec<(String, KqlType)> {
    let kind = |kind: &String| kind.parse().unwrap_or(KqlType::String);
    let mut columns: Vec<(String, KqlType)> =
        schema.iter().map(|(name, given)| (name.clone(), kind(given))).collect();
    for (missing, known) in [("Timestamp", "TimeGenerated"), ("TimeGenerated", "Timestamp")] {
        if schema.contains_key(known) && !schema.contains_key(missing) {
            columns.push((missing.to_owned(), KqlType::Datetime));
        }
    }
    for (column, kind) in local::public_columns(name) {
        if !columns.iter().any(|(known, _)| *known == column) {
            columns.push((column, kind));
        }
    }
    columns
}

/// A table without rows.
#[derive(Debug)]
struct Empty {
    name: String,
    columns: Vec<(String, KqlType)>,
    open: bool,
}

impl TableSource for Empty {
    fn name(&self) -> &str {
        &self.name
    }

    fn columns(&self) -> Result<Vec<(String, KqlType)>, TableError> {
        Ok(self.columns.clone())
    }

    fn scan(&self) -> Result<TableScan, TableError> {
        let fields: Vec<Field> =
            self.columns.iter().map(|(name, kind)| kind.to_arrow(name)).collect();
        TableScan::from_batches(Arc::new(Schema::new(fields)), Vec::new())
    }

    fn is_open(&self) -> bool {
        self.open
    }
}

/// The public tables, all empty.
pub(crate) fn empty(schemas: &Schemas) -> Database {
    let mut database = Database::new();
    for (name, schema) in schemas {
        let open = OPEN.contains(&name.as_str());
        database.add(Arc::new(Empty { name: name.clone(), columns: columns(name, schema), open }));
    }
    let more = local::public_tables().into_iter().filter(|name| !schemas.contains_key(*name));
    for name in more.filter(|_| !schemas.is_empty()) {
        let columns = local::public_columns(name);
        database.add(Arc::new(Empty { name: name.to_owned(), columns, open: false }));
    }
    database
}

/// The public tables, where the folder has one with its rows.
pub(crate) fn over(schemas: &Schemas, found: &Database) -> Database {
    let mut database = empty(schemas);
    for name in found.names() {
        if let Some(table) = found.table(name) {
            database.add(Arc::clone(table));
        }
    }
    database
}

/// A table whose columns are not known.
pub(crate) fn add_open(database: &mut Database, name: &str) {
    let columns = vec![
        ("TimeGenerated".to_owned(), KqlType::Datetime),
        ("Timestamp".to_owned(), KqlType::Datetime),
    ];
    database.add(Arc::new(Empty { name: name.to_owned(), columns, open: true }));
}

/// The names of the tables that a query misses.
pub(crate) fn missing(engine: &Engine, query: &str) -> Vec<String> {
    let found = engine.check(query);
    let problems = found.iter().filter(|one| matches!(one.code, "KQL0101" | "KQL0103"));
    let names = problems.filter_map(|one| {
        let name = one.span?.slice(query)?.trim();
        let plain = name.trim_matches(['"', '\'', '@']);
        Some(plain.to_owned())
            .filter(|name| !name.is_empty() && !name.contains(char::is_whitespace))
    });
    names.collect()
}
