//! Columns read out of a text: a struct first, then its fields.

use datafusion::common::Column as PlanColumn;
use datafusion::functions::core::expr_fn::get_field;
use datafusion::logical_expr::{Expr, LogicalPlan, LogicalPlanBuilder};

use super::names::{Counter, Names};
use super::{Failure, relation, scalar};
use crate::extract::{MATCHED, Recipe, field_name};
use crate::ir::{Column, Relation, Scalar};

/// The plan of an extraction, and the names of its columns there.
pub(super) fn extract<'a>(
    input: &Relation,
    text: &Scalar,
    recipe: &Recipe,
    columns: &[Column],
    counter: &'a Counter,
) -> Result<(LogicalPlan, Names<'a>), Failure> {
    let (plan, below) = relation(input, counter)?;
    let mut names = below.clone();
    let pieces = counter.next("pieces");
    let mut values: Vec<Expr> =
        input.columns.iter().map(|column| below.column(&column.name)).collect();
    let text = recipe.call(scalar::value(text, &below)?)?;
    values.push(text.alias(pieces.clone()));
    let plan = LogicalPlanBuilder::from(plan).project(values)?;
    let mut values: Vec<Expr> =
        input.columns.iter().map(|column| below.column(&column.name)).collect();
    for (position, column) in columns.iter().skip(input.columns.len()).enumerate() {
        let field = if position < recipe.len() { field_name(position) } else { MATCHED.to_owned() };
        let struct_column = Expr::Column(PlanColumn::new_unqualified(pieces.clone()));
        let name = counter.next(&column.name);
        values.push(get_field(struct_column, field).alias(name.clone()));
        names.rename(&column.name, name);
    }
    Ok((plan.project(values)?.build()?, names))
}
