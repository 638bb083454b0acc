//! One table of several sources: files of different formats or schemas, the names that hunters expect
//! of a time, and the columns that a well-known table has and no file does.

use std::sync::Arc;

use arrow::datatypes::SchemaRef;
use datafusion::catalog::TableProvider;
use datafusion::common::metadata::FieldMetadata;
use datafusion::common::{Column, ScalarValue, TableReference};
use datafusion::datasource::{ViewTable, provider_as_source};
use datafusion::error::DataFusionError;
use datafusion::logical_expr::{Expr, LogicalPlan, LogicalPlanBuilder, Union, cast};
use hashbrown::{HashMap, HashSet};

use super::schemas::Known;
use crate::types::KqlType;

/// Columns that hold the time of a record, most telling first.
pub(super) const TIMES: [&str; 16] = [
    "TimeGenerated",
    "Timestamp",
    "timestamp",
    "@timestamp",
    "eventTime",
    "EventTime",
    "UtcTime",
    "TimeCreated",
    "CreationTime",
    "createdDateTime",
    "activityDateTime",
    "ts",
    "_time",
    "time",
    "Time",
    "date",
];

/// The names under which every table has its time.
const TIME_NAMES: [&str; 2] = ["TimeGenerated", "Timestamp"];

/// Rows of some of a table's parts, which have one schema.
pub(super) struct Source {
    pub(super) schema: SchemaRef,
    pub(super) provider: Arc<dyn TableProvider>,
}

/// The columns of a table, and a provider that has all of them.
pub(super) type Assembled = (Vec<(String, KqlType)>, Arc<dyn TableProvider>);

/// One table of all sources: their columns by name, then the two names of the time, then the columns
/// of the well-known table that no source has, empty.
pub(super) fn assemble(
    table: &str,
    sources: &[Source],
    known: Option<Known>,
    warnings: &mut Vec<String>,
) -> Result<Assembled, DataFusionError> {
    let columns = unified(table, sources, known, warnings);
    let times = missing_times(&columns);
    let missing = missing_columns(&columns, &times, known);

    let mut plans = Vec::with_capacity(sources.len());
    for source in sources {
        let scan = LogicalPlanBuilder::scan(
            TableReference::bare(table),
            provider_as_source(Arc::clone(&source.provider)),
            None,
        )?;
        let mut expressions = Vec::with_capacity(columns.len());
        for (name, kind) in &columns {
            expressions.push(column_of(source, name, *kind, sources.len() > 1));
        }
        for (name, time) in &times {
            let kind = KqlType::Datetime;
            let source_time = column_of(source, time, kind, sources.len() > 1);
            expressions.push(named(source_time.unalias(), name, kind));
        }
        for (name, kind) in &missing {
            let value = if *name == "Type" {
                ScalarValue::Utf8View(Some(table.to_owned()))
            } else {
                ScalarValue::try_from(&kind.data_type())?
            };
            expressions.push(named(Expr::Literal(value, None), name, *kind));
        }
        plans.push(Arc::new(scan.project(expressions)?.build()?));
    }
    let plan = match plans.as_slice() {
        [one] => LogicalPlan::clone(one),
        _ => LogicalPlan::Union(Union::try_new_with_loose_types(plans)?),
    };
    let mut all = columns;
    all.extend(times.iter().map(|(name, _)| ((*name).to_owned(), KqlType::Datetime)));
    all.extend(missing.iter().map(|(name, kind)| ((*name).to_owned(), *kind)));
    Ok((all, Arc::new(ViewTable::new(plan, None))))
}

/// Every source's columns by name, each with the type that holds it in all of them.
fn unified(
    table: &str,
    sources: &[Source],
    known: Option<Known>,
    warnings: &mut Vec<String>,
) -> Vec<(String, KqlType)> {
    let dynamic: HashSet<&str> = known
        .into_iter()
        .flat_map(Known::columns)
        .filter(|(_, kind)| *kind == KqlType::Dynamic)
        .map(|(name, _)| name)
        .collect();
    let mut columns: Vec<(String, KqlType)> = Vec::new();
    let mut index: HashMap<String, usize> = HashMap::new();
    for field in sources.iter().flat_map(|source| source.schema.fields()) {
        let Some(kind) = KqlType::from_arrow(field) else {
            warnings.push(format!(
                "`{table}`: column `{}` is left out, it holds {} and KQL has no such type",
                field.name(),
                field.data_type()
            ));
            continue;
        };
        // Dynamic values are kept in Parquet as text.
        let kind = match kind {
            KqlType::String if dynamic.contains(field.name().as_str()) => KqlType::Dynamic,
            kind => kind,
        };
        if let Some(at) = index.get(field.name()) {
            columns[*at].1 = wider(columns[*at].1, kind);
        } else {
            index.insert(field.name().clone(), columns.len());
            columns.push((field.name().clone(), kind));
        }
    }
    columns
}

fn wider(one: KqlType, other: KqlType) -> KqlType {
    use KqlType::{Int, Long, Real, String};
    match (one, other) {
        _ if one == other => one,
        (Int, Long) | (Long, Int) => Long,
        (Int | Long, Real) | (Real, Int | Long) => Real,
        _ => String,
    }
}

/// The names of the time that the table lacks, each with the column that it stands for.
fn missing_times(columns: &[(String, KqlType)]) -> Vec<(&'static str, &'static str)> {
    let has = |wanted: &str| {
        columns.iter().any(|(name, kind)| name == wanted && *kind == KqlType::Datetime)
    };
    let taken = |wanted: &str| columns.iter().any(|(name, _)| name == wanted);
    let Some(time) = TIMES.into_iter().find(|name| has(name)) else { return Vec::new() };
    TIME_NAMES.into_iter().filter(|name| !taken(name)).map(|name| (name, time)).collect()
}

/// The columns of the well-known table that neither a source nor a name of its time is. A table that has
/// no time but should has it under both names.
fn missing_columns(
    columns: &[(String, KqlType)],
    times: &[(&'static str, &'static str)],
    known: Option<Known>,
) -> Vec<(&'static str, KqlType)> {
    let mut present: HashSet<&str> = columns.iter().map(|(name, _)| name.as_str()).collect();
    present.extend(times.iter().map(|(name, _)| *name));
    let known = known.into_iter().flat_map(Known::columns);
    let mut missing: Vec<_> = known.filter(|(name, _)| present.insert(name)).collect();
    let has_time = TIME_NAMES.iter().any(|time| missing.iter().any(|(name, _)| name == time));
    if has_time {
        let others = TIME_NAMES.into_iter().filter(|name| present.insert(name));
        missing.extend(others.map(|name| (name, KqlType::Datetime)));
    }
    missing
}

/// The column `name` of one source as `kind`; null where the source has none. Where several sources meet,
/// all use the engine's own Arrow types.
pub(super) fn column_of(source: &Source, name: &str, kind: KqlType, several: bool) -> Expr {
    let field = source.schema.fields().iter().find(|field| field.name() == name);
    let Some(field) = field else {
        let null = ScalarValue::try_from(&kind.data_type()).unwrap_or(ScalarValue::Null);
        return named(Expr::Literal(null, None), name, kind);
    };
    let column = Expr::Column(Column::from_name(name));
    if several && *field.data_type() != kind.data_type() {
        return named(cast(column, kind.data_type()), name, kind);
    }
    if KqlType::from_arrow(field) == Some(kind) {
        return column;
    }
    named(column, name, kind)
}

/// `expression` as the column `name`, marked as `kind`.
fn named(expression: Expr, name: &str, kind: KqlType) -> Expr {
    expression.alias_with_metadata(name, Some(FieldMetadata::from(&kind.to_arrow(name))))
}
