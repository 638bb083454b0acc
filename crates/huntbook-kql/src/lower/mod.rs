//! Lowering: from bound relations to DataFusion plans.
//!
//! # Brief overview
//!
//! A relation becomes one plan node, now and then with a projection around it. Columns are unqualified and
//! named as in KQL. Three things differ from SQL and are settled here: KQL's logic of nulls
//! (the `scalar` module), strings, of which a null cell counts as empty, and the Arrow types of tables,
//! which a projection above each scan brings to those of [`KqlType`].

mod nested;
mod scalar;

use std::sync::Arc;

use arrow::datatypes::{DataType, Field, Schema};
use datafusion::common::{Column as PlanColumn, DFSchema, DataFusionError, TableReference};
use datafusion::datasource::provider_as_source;
use datafusion::functions::core::expr_fn::get_field;
use datafusion::logical_expr::{
    EmptyRelation, Expr, LogicalPlan, LogicalPlanBuilder, SortExpr, cast, lit, try_cast,
};

use crate::KqlError;
use crate::aggregates::extremes::field_name;
use crate::database::{TableError, TableSource};
use crate::ir::{AggregateCall, Column, Relation, Scalar, SortKey, Step};
use crate::types::KqlType;

/// Why a bound query has no plan.
#[derive(Debug)]
pub(crate) enum Failure {
    Table { table: String, source: TableError },
    Plan(DataFusionError),
}

impl From<DataFusionError> for Failure {
    fn from(error: DataFusionError) -> Self {
        Self::Plan(error)
    }
}

impl From<Failure> for KqlError {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Table { table, source } => Self::Table { table, source },
            Failure::Plan(error) => Self::Execution { source: Box::new(error) },
        }
    }
}

/// The plan of a whole query: strings are filled in where null, text is exported as `Utf8`.
pub(crate) fn query(query: &Relation) -> Result<LogicalPlan, Failure> {
    let plan = relation(query)?;
    let values = query.columns.iter().map(|column| {
        let value = Scalar::column(column.name.clone(), column.kind);
        let value = match column.kind {
            KqlType::String => cast(scalar::text(&value)?, DataType::Utf8),
            KqlType::Guid | KqlType::Dynamic => cast(scalar::value(&value)?, DataType::Utf8),
            _ => scalar::value(&value)?,
        };
        Ok(value.alias(column.name.clone()))
    });
    let values = values.collect::<Result<Vec<_>, Failure>>()?;
    Ok(LogicalPlanBuilder::from(plan).project(values)?.build()?)
}

/// The fields of a query's answer.
pub(crate) fn answer_schema(query: &Relation) -> Schema {
    let field = |column: &Column| {
        let data_type = match column.kind.data_type() {
            DataType::Utf8View => DataType::Utf8,
            other => other,
        };
        column.kind.to_arrow(&column.name).with_data_type(data_type)
    };
    Schema::new(query.columns.iter().map(field).collect::<Vec<_>>())
}

/// The plan of a relation.
fn relation(relation: &Relation) -> Result<LogicalPlan, Failure> {
    match &relation.step {
        Step::Table(table) => scan(table.as_ref(), &relation.columns),
        Step::Rows(rows) => rows_of(rows, &relation.columns),
        Step::Filter { input, predicate } => {
            let predicate = scalar::predicate(predicate)?;
            Ok(LogicalPlanBuilder::from(self::relation(input)?).filter(predicate)?.build()?)
        }
        Step::Project { input, values } => {
            let columns = relation.columns.iter().zip(values);
            let values =
                columns.map(|(column, value)| Ok(scalar::value(value)?.alias(column.name.clone())));
            let values = values.collect::<Result<Vec<_>, Failure>>()?;
            if values.is_empty() {
                return Err(DataFusionError::Plan("a table without columns".to_owned()).into());
            }
            Ok(LogicalPlanBuilder::from(self::relation(input)?).project(values)?.build()?)
        }
        Step::Aggregate { input, keys, aggregates } => {
            aggregate(input, keys, aggregates, &relation.columns)
        }
        Step::Sort { input } => {
            let order = relation.order.iter().map(sort_key).collect::<Result<Vec<_>, Failure>>()?;
            Ok(LogicalPlanBuilder::from(self::relation(input)?).sort(order)?.build()?)
        }
        Step::Limit { input, count } => {
            Ok(LogicalPlanBuilder::from(self::relation(input)?).limit(0, Some(*count))?.build()?)
        }
    }
}

fn sort_key(key: &SortKey) -> Result<SortExpr, Failure> {
    let value = match key.value.kind {
        KqlType::String => scalar::text(&key.value)?,
        _ => scalar::value(&key.value)?,
    };
    Ok(value.sort(key.ascending, key.nulls_first))
}

/// A table's rows, each column in the engine's own Arrow type.
fn scan(table: &dyn TableSource, columns: &[Column]) -> Result<LogicalPlan, Failure> {
    let failed = |source| Failure::Table { table: table.name().to_owned(), source };
    let provider = table.scan().map_err(failed)?.provider();
    let schema = provider.schema();
    let reference = TableReference::bare(table.name());
    let values = columns.iter().map(|column| {
        let field =
            schema.field_with_name(&column.name).map_err(|error| failed(Box::new(error)))?;
        let value = Expr::Column(PlanColumn::new(Some(reference.clone()), column.name.clone()));
        Ok(normalised(value, field, column.kind).alias(column.name.clone()))
    });
    let values = values.collect::<Result<Vec<_>, Failure>>()?;
    let scan = LogicalPlanBuilder::scan(reference.clone(), provider_as_source(provider), None)?;
    Ok(scan.project(values)?.build()?)
}

/// A table's column in the Arrow type of `kind`. What does not fit into it becomes null.
fn normalised(value: Expr, field: &Field, kind: KqlType) -> Expr {
    let wanted = kind.data_type();
    let given = field.data_type();
    if *given == wanted || kind == KqlType::Decimal {
        return value;
    }
    if given.is_nested() {
        return nested::to_json(value);
    }
    match given {
        DataType::Utf8 | DataType::LargeUtf8 => cast(value, wanted),
        _ => try_cast(value, wanted),
    }
}

/// The rows of `datatable` or `print`.
fn rows_of(rows: &[Vec<Scalar>], columns: &[Column]) -> Result<LogicalPlan, Failure> {
    let fields: Vec<Field> = columns
        .iter()
        .map(|column| Field::new(&column.name, column.kind.data_type(), true))
        .collect();
    let schema = Arc::new(DFSchema::try_from(Schema::new(fields))?);
    if let [single] = rows {
        let named = columns.iter().zip(single);
        let values =
            named.map(|(column, value)| Ok(scalar::value(value)?.alias(column.name.clone())));
        let values = values.collect::<Result<Vec<_>, Failure>>()?;
        return Ok(LogicalPlanBuilder::empty(true).project(values)?.build()?);
    }
    if rows.is_empty() {
        return Ok(LogicalPlan::EmptyRelation(EmptyRelation { produce_one_row: false, schema }));
    }
    let row =
        |row: &Vec<Scalar>| row.iter().map(scalar::value).collect::<Result<Vec<_>, Failure>>();
    let values = rows.iter().map(row).collect::<Result<Vec<_>, Failure>>()?;
    let plan = LogicalPlanBuilder::values_with_schema(values, &schema)?;
    let positions = columns.iter().enumerate();
    let named = positions.map(|(position, column)| {
        Expr::Column(PlanColumn::from(plan.schema().qualified_field(position)))
            .alias(column.name.clone())
    });
    let named: Vec<Expr> = named.collect();
    Ok(plan.project(named)?.build()?)
}

fn aggregate(
    input: &Relation,
    keys: &[Scalar],
    aggregates: &[AggregateCall],
    columns: &[Column],
) -> Result<LogicalPlan, Failure> {
    let plan = relation(input)?;
    let named_keys = keys.iter().zip(columns).map(|(key, column)| {
        let value = match key.kind {
            KqlType::String => scalar::text(key)?,
            _ => scalar::value(key)?,
        };
        Ok(value.alias(column.name.clone()))
    });
    let named_keys = named_keys.collect::<Result<Vec<_>, Failure>>()?;
    // A grouping without keys and aggregates is one row, which has no column to hold it.
    let order = input.order.iter().map(sort_key).collect::<Result<Vec<_>, Failure>>()?;
    let calls = aggregates.iter().enumerate().map(|(position, call)| {
        Ok(aggregate_call(call, order.clone())?.alias(internal_name(position)))
    });
    let calls = calls.collect::<Result<Vec<_>, Failure>>()?;
    let plan = LogicalPlanBuilder::from(plan).aggregate(named_keys, calls)?;
    let passed = columns.iter().take(keys.len()).map(|column| column_of(&column.name));
    let outputs = aggregates.iter().enumerate().flat_map(|(position, call)| {
        call.outputs.iter().enumerate().map(move |(output, column)| {
            let value = column_of(&internal_name(position));
            let value = if call.accumulation.structured {
                get_field(value, field_name(output))
            } else {
                value
            };
            value.alias(column.name.clone())
        })
    });
    let values: Vec<Expr> = passed.chain(outputs).collect();
    Ok(plan.project(values)?.build()?)
}

fn aggregate_call(call: &AggregateCall, order: Vec<SortExpr>) -> Result<Expr, Failure> {
    let argument = |argument: &Scalar| match argument.kind {
        // An aggregate that passes nulls over must not pass empty strings over.
        KqlType::String => scalar::text(argument),
        _ => scalar::value(argument),
    };
    let mut arguments = call.arguments.iter().map(argument).collect::<Result<Vec<_>, Failure>>()?;
    if arguments.is_empty() {
        arguments.push(lit(1_i64));
    }
    let filter = call.filter.as_ref().map(scalar::predicate).transpose()?;
    Ok(call.accumulation.call(arguments, filter, order))
}

/// The name of an aggregate's result inside of its plan; no query can write it.
fn internal_name(position: usize) -> String {
    format!("\u{1}aggregate.{position}")
}

fn column_of(name: &str) -> Expr {
    Expr::Column(PlanColumn::new_unqualified(name))
}
