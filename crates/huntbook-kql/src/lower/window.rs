//! Functions over all rows in their order.

use std::sync::Arc;

use arrow::array::ArrayRef;
use arrow::datatypes::{Field, FieldRef};
use datafusion::common::{Column as PlanColumn, Result, ScalarValue};
use datafusion::logical_expr::LimitEffect;
use datafusion::logical_expr::expr::{WindowFunction as PlanFunction, WindowFunctionParams};
use datafusion::logical_expr::function::{PartitionEvaluatorArgs, WindowUDFFieldArgs};
use datafusion::logical_expr::{
    Expr, LogicalPlan, LogicalPlanBuilder, PartitionEvaluator, Signature, SortExpr, Volatility,
    WindowFrame, WindowFrameBound, WindowFrameUnits, WindowFunctionDefinition, WindowUDF,
    WindowUDFImpl,
};
use datafusion::physical_expr::PhysicalExpr;

use super::names::{Counter, Names};
use super::{Failure, relation, scalar, sort_keys};
use crate::ir::{Column, Relation, Scalar, WindowCall};
use crate::types::KqlType;
use crate::windows::WindowFunction;

/// The plan of window functions, and the names of its columns there.
pub(super) fn window<'a>(
    input: &Relation,
    calls: &[WindowCall],
    columns: &[Column],
    counter: &'a Counter,
) -> Result<(LogicalPlan, Names<'a>), Failure> {
    let (plan, below) = relation(input, counter)?;
    let order = sort_keys(&input.order, &below)?;
    let mut names = below.clone();
    let mut values: Vec<Expr> =
        input.columns.iter().map(|column| below.column(&column.name)).collect();
    let width = plan.schema().fields().len();
    // Equal calls are one column of the plan.
    let mut expressions: Vec<Expr> = Vec::with_capacity(calls.len());
    let mut places = Vec::with_capacity(calls.len());
    for call in calls {
        let wanted = expression(call, order.clone(), &below)?;
        let place = expressions.iter().position(|known| *known == wanted);
        places.push(place.unwrap_or(expressions.len()));
        if place.is_none() {
            expressions.push(wanted);
        }
    }
    let plan = LogicalPlanBuilder::from(plan).window(expressions)?.build()?;
    for (column, place) in columns.iter().skip(input.columns.len()).zip(places) {
        let name = counter.next(&column.name);
        let field = PlanColumn::from(plan.schema().qualified_field(width + place));
        values.push(Expr::Column(field).alias(name.clone()));
        names.rename(&column.name, name);
    }
    Ok((LogicalPlanBuilder::from(plan).project(values)?.build()?, names))
}

fn expression(
    call: &WindowCall,
    order_by: Vec<SortExpr>,
    names: &Names<'_>,
) -> Result<Expr, Failure> {
    let value = |scalar: &Scalar| match scalar.kind {
        KqlType::String => scalar::text(scalar, names),
        _ => scalar::value(scalar, names),
    };
    let args = call.arguments.iter().map(value).collect::<Result<Vec<_>, Failure>>()?;
    let partition_by = call.partition.iter().map(value).collect::<Result<Vec<_>, Failure>>()?;
    Ok(over_rows(function(call.function), args, partition_by, order_by))
}

/// The call of a function over all rows of each part.
pub(super) fn over_rows(
    function: WindowUDF,
    args: Vec<Expr>,
    partition_by: Vec<Expr>,
    order_by: Vec<SortExpr>,
) -> Expr {
    let all = || ScalarValue::UInt64(None);
    Expr::from(PlanFunction {
        fun: WindowFunctionDefinition::WindowUDF(Arc::new(function)),
        params: WindowFunctionParams {
            args,
            partition_by,
            order_by,
            window_frame: WindowFrame::new_bounds(
                WindowFrameUnits::Rows,
                WindowFrameBound::Preceding(all()),
                WindowFrameBound::Following(all()),
            ),
            filter: None,
            null_treatment: None,
            distinct: false,
        },
    })
}

/// The function as one of DataFusion's.
pub(super) fn function(function: &'static WindowFunction) -> WindowUDF {
    WindowUDF::from(OverRows {
        function,
        signature: Signature::variadic_any(Volatility::Immutable),
    })
}

/// A window function as DataFusion sees it.
#[derive(Debug)]
struct OverRows {
    function: &'static WindowFunction,
    signature: Signature,
}

impl PartialEq for OverRows {
    fn eq(&self, other: &Self) -> bool {
        self.function.name == other.function.name
    }
}

impl Eq for OverRows {}

impl std::hash::Hash for OverRows {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.function.name.hash(state);
    }
}

impl WindowUDFImpl for OverRows {
    fn name(&self) -> &str {
        self.function.name
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn partition_evaluator(
        &self,
        _: PartitionEvaluatorArgs<'_>,
    ) -> Result<Box<dyn PartitionEvaluator>> {
        Ok(Box::new(AllRows { function: self.function }))
    }

    fn field(&self, arguments: WindowUDFFieldArgs<'_>) -> Result<FieldRef> {
        let kind = match self.function.returns {
            Some(kind) => kind.data_type(),
            None => arguments
                .get_input_field(0)
                .map_or(arrow::datatypes::DataType::Null, |field| field.data_type().clone()),
        };
        Ok(Arc::new(Field::new(arguments.name(), kind, true)))
    }

    fn limit_effect(&self, _: &[Arc<dyn PhysicalExpr>]) -> LimitEffect {
        LimitEffect::Unknown
    }
}

#[derive(Debug)]
struct AllRows {
    function: &'static WindowFunction,
}

impl PartitionEvaluator for AllRows {
    fn evaluate_all(&mut self, values: &[ArrayRef], rows: usize) -> Result<ArrayRef> {
        (self.function.evaluate)(values, rows)
    }
}
