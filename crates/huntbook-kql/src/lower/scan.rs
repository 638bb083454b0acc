//! `scan`: a window function that gives a list of outputs for each row, unnested.

use std::sync::Arc;

use arrow::array::ArrayRef;
use arrow::datatypes::{DataType, Field, FieldRef, Schema};
use datafusion::common::tree_node::TreeNode;
use datafusion::common::{Column as PlanColumn, DFSchema, DataFusionError, Result, UnnestOptions};
use datafusion::functions::core::expr_fn::get_field;
use datafusion::logical_expr::execution_props::ExecutionProps;
use datafusion::logical_expr::function::{PartitionEvaluatorArgs, WindowUDFFieldArgs};
use datafusion::logical_expr::physical_planning_context::PhysicalPlanningContext;
use datafusion::logical_expr::simplify::SimplifyContext;
use datafusion::logical_expr::{
    Expr, LimitEffect, LogicalPlan, LogicalPlanBuilder, PartitionEvaluator, Signature,
    TypeSignature, Volatility, WindowUDF, WindowUDFImpl,
};
use datafusion::optimizer::simplify_expressions::ExprSimplifier;
use datafusion::physical_expr::{PhysicalExpr, create_physical_expr};

use super::names::{Counter, Names};
use super::{Failure, relation, scalar, sort_keys, window};
use crate::ir::{Column, Node, Relation, Scalar};
use crate::scan::machine::{Assignment, Computed, Machine, Source, Step, field_name};
use crate::scan::{Program, state_parts};
use crate::types::KqlType;

/// What runs the steps, as plans name it.
const NAME: &str = "kql_scan";

/// The plan of a scan, and the names of its columns there.
pub(super) fn scan<'a>(
    input: &Relation,
    program: &Program,
    columns: &[Column],
    counter: &'a Counter,
) -> Result<(LogicalPlan, Names<'a>), Failure> {
    let (plan, below) = relation(input, counter)?;
    let mut names = below.clone();
    let order = sort_keys(&input.order, &below)?;
    let value = |value: &Scalar| match value.kind {
        KqlType::String => scalar::text(value, &below),
        _ => scalar::value(value, &below),
    };
    let arguments = program.read.iter().map(|column| value(&column.value()));
    let arguments = arguments.collect::<Result<Vec<_>, Failure>>()?;
    let partition = program.partition.iter().map(value).collect::<Result<Vec<_>, Failure>>()?;
    let types = TypeSignature::OneOf(vec![TypeSignature::VariadicAny, TypeSignature::Nullary]);
    let steps = Steps {
        machine: Arc::new(machine(program, counter)?),
        signature: Signature::new(types, Volatility::Immutable),
    };
    let call = window::over_rows(WindowUDF::from(steps), arguments, partition, order);
    let width = plan.schema().fields().len();
    let plan = LogicalPlanBuilder::from(plan).window([call])?.build()?;
    let passed =
        || -> Vec<Expr> { input.columns.iter().map(|column| below.column(&column.name)).collect() };
    let outputs = counter.next("outputs");
    let list = Expr::Column(PlanColumn::from(plan.schema().qualified_field(width)));
    let mut values = passed();
    values.push(list.alias(outputs.clone()));
    let unnested = vec![PlanColumn::new_unqualified(outputs.clone())];
    let plan = LogicalPlanBuilder::from(plan)
        .project(values)?
        .unnest_columns_with_options(unnested, UnnestOptions::default())?;
    let mut values = passed();
    // The number of the match is the first field and the last column.
    let added = &columns[input.columns.len()..];
    for (position, column) in added.iter().enumerate() {
        let field = if position + 1 == added.len() { 0 } else { position + 1 };
        let name = counter.next(&column.name);
        let output = Expr::Column(PlanColumn::new_unqualified(outputs.clone()));
        values.push(get_field(output, field_name(field)).alias(name.clone()));
        names.rename(&column.name, name);
    }
    Ok((plan.project(values)?.build()?, names))
}

/// Whether a plan goes through the steps of a `scan`, which its expressions do not say.
pub(crate) fn has_scan(plan: &LogicalPlan) -> bool {
    let is_scan = |expression: &Expr| matches!(expression, Expr::WindowFunction(call) if call.fun.name() == NAME);
    let has_one = |node: &LogicalPlan| {
        let mut expressions = node.expressions().into_iter();
        Ok(expressions.any(|one| one.exists(|inside| Ok(is_scan(inside))).unwrap_or(true)))
    };
    plan.exists(has_one).unwrap_or(true)
}

fn machine(program: &Program, counter: &Counter) -> Result<Machine, Failure> {
    let argument = |name: &str| {
        let place = program.read.iter().position(|column| column.name == name);
        place.ok_or_else(|| missing(name))
    };
    let mut steps = Vec::with_capacity(program.steps.len());
    for step in &program.steps {
        let filter = step.filter.as_deref().map(argument).transpose()?;
        let condition = step.condition.as_ref();
        let condition = condition.map(|value| computed(value, program, counter)).transpose()?;
        let assignments = step.assignments.iter().map(|assignment| match assignment {
            None => Ok(Assignment::Default),
            Some(Scalar { node: Node::Column(name), .. }) if state_parts(name).is_none() => {
                Ok(Assignment::Argument(argument(name)?))
            }
            Some(value) => Ok(Assignment::Value(computed(value, program, counter)?)),
        });
        let assignments = assignments.collect::<Result<Vec<_>, Failure>>()?;
        steps.push(Step { output: step.output, filter, condition, assignments });
    }
    let arguments = program.read.iter().map(|column| column.kind.data_type()).collect();
    let default =
        |(column, value): &(Column, _)| Ok(scalar::literal(value, column.kind).to_array()?);
    let defaults = program.declared.iter().map(default).collect::<Result<Vec<_>, Failure>>()?;
    Ok(Machine { arguments, defaults, steps })
}

fn missing(name: &str) -> Failure {
    DataFusionError::Internal(format!("`scan` does not read `{name}`")).into()
}

/// What computes an expression over the row and the state.
fn computed(value: &Scalar, program: &Program, counter: &Counter) -> Result<Computed, Failure> {
    let mut columns: Vec<(&str, KqlType)> = Vec::new();
    collect_columns(value, &mut columns);
    let place = |name: &str| program.read.iter().position(|column| column.name == name);
    let source = |(name, _): &(&str, KqlType)| {
        let Some((step, column)) = state_parts(name) else {
            return place(name).map(Source::Row).ok_or_else(|| missing(name));
        };
        let step = program.steps.iter().position(|known| known.name == step);
        let step = step.ok_or_else(|| missing(name))?;
        let declared = program.declared.iter().position(|(known, _)| known.name == column);
        match declared {
            Some(declared) => Ok(Source::Declared(step, declared)),
            None => Ok(Source::Kept(step, place(column).ok_or_else(|| missing(column))?)),
        }
    };
    let sources = columns.iter().map(source).collect::<Result<Vec<_>, Failure>>()?;
    let field = |(name, kind): &(&str, KqlType)| Field::new(*name, kind.data_type(), true);
    let schema = Arc::new(Schema::new(columns.iter().map(field).collect::<Vec<_>>()));
    let names = Names::own(counter);
    let expression = match value.kind {
        KqlType::String => scalar::text(value, &names)?,
        _ => scalar::value(value, &names)?,
    };
    let expression = physical(expression, &schema)?;
    Ok(Computed { schema, sources, expression })
}

fn collect_columns<'s>(value: &'s Scalar, columns: &mut Vec<(&'s str, KqlType)>) {
    if let Node::Column(name) = &value.node
        && !columns.iter().any(|(known, _)| known == name)
    {
        columns.push((name, value.kind));
    }
    for operand in value.node.operands() {
        collect_columns(operand, columns);
    }
}

fn physical(expression: Expr, schema: &Arc<Schema>) -> Result<Arc<dyn PhysicalExpr>> {
    let schema = Arc::new(DFSchema::try_from(Arc::clone(schema))?);
    let context = SimplifyContext::builder().with_schema(Arc::clone(&schema)).build();
    let expression = ExprSimplifier::new(context).coerce(expression, &schema)?;
    let context = PhysicalPlanningContext::default();
    create_physical_expr(&expression, &schema, &ExecutionProps::new(), &context)
}

/// The steps as DataFusion sees them.
#[derive(Debug)]
struct Steps {
    machine: Arc<Machine>,
    signature: Signature,
}

impl PartialEq for Steps {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.machine, &other.machine)
    }
}

impl Eq for Steps {}

impl std::hash::Hash for Steps {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        Arc::as_ptr(&self.machine).hash(state);
    }
}

impl WindowUDFImpl for Steps {
    fn name(&self) -> &'static str {
        NAME
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn partition_evaluator(
        &self,
        _: PartitionEvaluatorArgs<'_>,
    ) -> Result<Box<dyn PartitionEvaluator>> {
        Ok(Box::new(AllRows { machine: Arc::clone(&self.machine) }))
    }

    fn field(&self, arguments: WindowUDFFieldArgs<'_>) -> Result<FieldRef> {
        let kind: DataType = self.machine.outputs();
        Ok(Arc::new(Field::new(arguments.name(), kind, true)))
    }

    fn limit_effect(&self, _: &[Arc<dyn PhysicalExpr>]) -> LimitEffect {
        LimitEffect::Unknown
    }
}

#[derive(Debug)]
struct AllRows {
    machine: Arc<Machine>,
}

impl PartitionEvaluator for AllRows {
    fn evaluate_all(&mut self, values: &[ArrayRef], rows: usize) -> Result<ArrayRef> {
        self.machine.run(values, rows)
    }
}
