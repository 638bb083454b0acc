//! Lowering: from bound relations to DataFusion plans.
//!
//! # Brief overview
//!
//! A relation becomes one plan node, now and then with a projection around it. Columns are unqualified and
//! named as in KQL, but where one takes the place of another (the `names` module). Three things differ from SQL and are settled here: KQL's logic of nulls
//! (the `scalar` module), strings, of which a null cell counts as empty, and the Arrow types of tables,
//! which a projection above each scan brings to those of [`KqlType`].

mod expand;
mod extract;
mod generic;
mod join;
mod names;
mod nested;
mod range;
mod scalar;
mod scan;
mod window;

pub(crate) use generic::HOLD;
pub(crate) use names::MARK;
pub(crate) use scan::has_scan;

use std::sync::Arc;

use arrow::datatypes::{DataType, Field, Schema};
use datafusion::common::{Column as PlanColumn, DFSchema, DataFusionError, TableReference};
use datafusion::datasource::provider_as_source;
use datafusion::functions::core::expr_fn::get_field;
use datafusion::logical_expr::{
    EmptyRelation, Expr, LogicalPlan, LogicalPlanBuilder, ScalarUDF, Sort, SortExpr, WindowUDF,
    cast, lit, try_cast,
};

use names::{Counter, Names};

use crate::KqlError;
use crate::aggregates::distinct_texts;
use crate::aggregates::extremes::field_name;
use crate::database::{TableError, TableSource};
use crate::ir::{AggregateCall, Column, Node, Relation, Scalar, SortKey, Step};
use crate::types::KqlType;
use crate::windows::WindowFunction;

/// What lowering puts into plans beside kernels, for the registry.
pub(crate) fn functions() -> impl Iterator<Item = ScalarUDF> {
    let operations = generic::Operation::ALL.into_iter().map(generic::Operation::function);
    operations.chain([
        expand::elements_of(),
        expand::positions(),
        nested::json_of(),
        range::series(),
    ])
}

/// A window function as plans hold it.
pub(crate) fn window_function(running: &'static WindowFunction) -> WindowUDF {
    window::function(running)
}

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
    let counter = Counter::default();
    let (plan, names) = relation(query, &counter)?;
    let shown = query.columns.iter().filter(|column| !column.is_hidden());
    let values = shown.map(|column| {
        let value = Scalar::column(column.name.clone(), column.kind);
        let value = match column.kind {
            KqlType::String => cast(scalar::text(&value, &names)?, DataType::Utf8),
            KqlType::Guid | KqlType::Dynamic => cast(names.column(&column.name), DataType::Utf8),
            _ => names.column(&column.name),
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
    let shown = query.columns.iter().filter(|column| !column.is_hidden());
    Schema::new(shown.map(field).collect::<Vec<_>>())
}

/// The plan of a relation, and the names that its columns have there.
fn relation<'a>(
    relation: &Relation,
    counter: &'a Counter,
) -> Result<(LogicalPlan, Names<'a>), Failure> {
    match &relation.step {
        Step::Table(table) => Ok((scan(table.as_ref(), &relation.columns)?, Names::own(counter))),
        Step::Rows(rows) => {
            let names = Names::own(counter);
            Ok((rows_of(rows, &relation.columns, &names)?, names))
        }
        Step::Range { from, to, step } => {
            let names = Names::own(counter);
            Ok((range::range([from, to, step], &relation.columns[0], &names)?, names))
        }
        Step::Filter { input, predicate } => {
            let (plan, names) = self::relation(input, counter)?;
            let predicate = scalar::filter(predicate, &names)?;
            Ok((LogicalPlanBuilder::from(plan).filter(predicate)?.build()?, names))
        }
        Step::Project { input, values } => project(input, values, &relation.columns, counter),
        Step::Aggregate { input, keys, aggregates } => {
            let plan = aggregate(input, keys, aggregates, &relation.columns, counter)?;
            Ok((plan, Names::own(counter)))
        }
        Step::Sort { input } => {
            let (plan, names) = self::relation(input, counter)?;
            let expr = sort_keys(&relation.order, &names)?;
            // The builder would take a key for the column of that name of a sort right below.
            Ok((LogicalPlan::Sort(Sort { expr, input: Arc::new(plan), fetch: None }), names))
        }
        Step::Limit { input, count } => {
            let (plan, names) = self::relation(input, counter)?;
            Ok((LogicalPlanBuilder::from(plan).limit(0, Some(*count))?.build()?, names))
        }
        Step::Join { left, right, kind, on } => {
            join::join((left, right), *kind, on, &relation.columns, counter)
        }
        Step::Union { inputs } => join::union(inputs, &relation.columns, counter),
        Step::Expand { input, values, parts, position } => {
            expand::expand(input, values, *parts, *position, &relation.columns, counter)
        }
        Step::Extract { input, text, recipe } => {
            extract::extract(input, text, recipe, &relation.columns, counter)
        }
        Step::Scan { input, program } => scan::scan(input, program, &relation.columns, counter),
        Step::Window { input, calls } => window::window(input, calls, &relation.columns, counter),
    }
}

fn project<'a>(
    input: &Relation,
    values: &[Scalar],
    columns: &[Column],
    counter: &'a Counter,
) -> Result<(LogicalPlan, Names<'a>), Failure> {
    let (plan, below) = relation(input, counter)?;
    let mut names = Names::own(counter);
    let mut projected = Vec::with_capacity(values.len());
    for (column, value) in columns.iter().zip(values) {
        let passes = matches!(&value.node, Node::Column(name) if *name == column.name);
        if passes {
            names.keep(&column.name, &below);
            projected.push(below.column(&column.name));
        } else {
            projected.push(scalar::value(value, &below)?.alias(names.give(&column.name, input)));
        }
    }
    Ok((LogicalPlanBuilder::from(plan).project(projected)?.build()?, names))
}

fn sort_keys(keys: &[SortKey], names: &Names<'_>) -> Result<Vec<SortExpr>, Failure> {
    let mut sorts = Vec::with_capacity(keys.len());
    for key in keys {
        let value = match key.value.kind {
            KqlType::String => scalar::text(&key.value, names)?,
            _ => scalar::value(&key.value, names)?,
        };
        // NaN always stands beside the nulls, where Arrow has it beyond an infinity.
        if key.value.kind == KqlType::Real && key.value.as_literal().is_none() {
            let is_none = generic::Operation::IsNoNumber.call(vec![value.clone()]);
            sorts.push(is_none.sort(!key.nulls_first, false));
        }
        sorts.push(value.sort(key.ascending, key.nulls_first));
    }
    Ok(sorts)
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
    if *given == wanted {
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
fn rows_of(
    rows: &[Vec<Scalar>],
    columns: &[Column],
    names: &Names<'_>,
) -> Result<LogicalPlan, Failure> {
    let fields: Vec<Field> = columns
        .iter()
        .map(|column| Field::new(&column.name, column.kind.data_type(), true))
        .collect();
    let schema = Arc::new(DFSchema::try_from(Schema::new(fields))?);
    if let [single] = rows {
        let cells = columns.iter().zip(single);
        let values = cells
            .map(|(column, value)| Ok(scalar::value(value, names)?.alias(column.name.clone())));
        let values = values.collect::<Result<Vec<_>, Failure>>()?;
        return Ok(LogicalPlanBuilder::empty(true).project(values)?.build()?);
    }
    if rows.is_empty() {
        return Ok(LogicalPlan::EmptyRelation(EmptyRelation { produce_one_row: false, schema }));
    }
    let row = |row: &Vec<Scalar>| {
        row.iter().map(|value| scalar::value(value, names)).collect::<Result<Vec<_>, Failure>>()
    };
    let values = rows.iter().map(row).collect::<Result<Vec<_>, Failure>>()?;
    let plan = LogicalPlanBuilder::values_with_schema(values, &schema)?;
    let given = columns.iter().enumerate().map(|(position, column)| {
        let cell = Expr::Column(PlanColumn::from(plan.schema().qualified_field(position)));
        cell.alias(column.name.clone())
    });
    let given: Vec<Expr> = given.collect();
    Ok(plan.project(given)?.build()?)
}

fn aggregate(
    input: &Relation,
    keys: &[Scalar],
    aggregates: &[AggregateCall],
    columns: &[Column],
    counter: &Counter,
) -> Result<LogicalPlan, Failure> {
    let (plan, names) = relation(input, counter)?;
    let named_keys = keys.iter().zip(columns).map(|(key, column)| {
        let value = match key.kind {
            KqlType::String => scalar::text(key, &names)?,
            KqlType::Real => generic::Operation::OneReal.call(vec![scalar::value(key, &names)?]),
            _ => scalar::value(key, &names)?,
        };
        Ok(value.alias(column.name.clone()))
    });
    let named_keys = named_keys.collect::<Result<Vec<_>, Failure>>()?;
    let order = sort_keys(&input.order, &names)?;
    // Equal calls run once: DataFusion would merge them itself, and stumble over the parts of a struct.
    let mut distinct: Vec<Expr> = Vec::with_capacity(aggregates.len());
    let mut places = Vec::with_capacity(aggregates.len());
    for call in aggregates {
        let mut expression = aggregate_call(call, order.clone(), &names)?;
        // DataFusion turns one distinct count into groups of groups; among others it would keep a set for each group.
        let alone = aggregates.len() == 1 && call.filter.is_none();
        if call.accumulation.distinct
            && !alone
            && matches!(call.arguments.as_slice(), [text] if text.kind.data_type() == DataType::Utf8View)
            && let Expr::AggregateFunction(function) = &mut expression
        {
            function.func = distinct_texts();
            function.params.distinct = false;
        }
        let call = expression;
        let known = distinct.iter().position(|known| *known == call);
        places.push(known.unwrap_or(distinct.len()));
        if known.is_none() {
            distinct.push(call);
        }
    }
    let is_distinct =
        |call: &Expr| matches!(call, Expr::AggregateFunction(function) if function.params.distinct);
    let alone = matches!(distinct.as_slice(), [single] if is_distinct(single));
    let numbered = distinct.into_iter().enumerate();
    // DataFusion does not see a distinct count behind another name.
    let aliased = numbered.map(
        |(position, call)| {
            if alone { call } else { call.alias(internal_name(position)) }
        },
    );
    let calls: Vec<Expr> = aliased.collect();
    let mut plan = LogicalPlanBuilder::from(plan).aggregate(named_keys, calls)?;
    if alone {
        let given = (0..=keys.len()).map(|position| {
            let column = PlanColumn::from(plan.schema().qualified_field(position));
            let value = Expr::Column(column);
            if position < keys.len() { value } else { value.alias(internal_name(0)) }
        });
        let given: Vec<Expr> = given.collect();
        plan = plan.project(given)?;
    }
    let passed = columns.iter().take(keys.len()).map(|column| column_of(&column.name));
    let outputs = aggregates.iter().zip(places).flat_map(|(call, position)| {
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

fn aggregate_call(
    call: &AggregateCall,
    order: Vec<SortExpr>,
    names: &Names<'_>,
) -> Result<Expr, Failure> {
    let argument = |argument: &Scalar| match argument.kind {
        // An aggregate that passes nulls over must not pass empty strings over.
        KqlType::String => scalar::text(argument, names),
        KqlType::Real if call.accumulation.distinct => {
            Ok(generic::Operation::OneReal.call(vec![scalar::value(argument, names)?]))
        }
        _ => scalar::value(argument, names),
    };
    let mut arguments = call.arguments.iter().map(argument).collect::<Result<Vec<_>, Failure>>()?;
    if arguments.is_empty() {
        arguments.push(lit(1_i64));
    }
    let filter = call.filter.as_ref().map(|filter| scalar::predicate(filter, names)).transpose()?;
    Ok(call.accumulation.call(arguments, filter, order))
}

/// The name of an aggregate's result inside of its plan; no query can write it.
fn internal_name(position: usize) -> String {
    format!("{MARK}aggregate.{position}")
}

fn column_of(name: &str) -> Expr {
    Expr::Column(PlanColumn::new_unqualified(name))
}
