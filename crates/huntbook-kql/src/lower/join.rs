//! Joins and unions.
//!
//! The columns of a join's right side get names of their own in the plan, so that equal names never meet. A key of
//! type string is never null; a null key of another type equals nothing.

use datafusion::common::{Column as PlanColumn, JoinType, NullEquality};
use datafusion::logical_expr::{Expr, LogicalPlan, LogicalPlanBuilder, Union};
use std::sync::Arc;

use super::names::{Counter, Names};
use super::{Failure, relation, scalar};
use crate::ir::{Column, JoinKey, JoinKind, Relation, Scalar};
use crate::types::KqlType;

/// The plan of a join, and the names of its columns there.
pub(super) fn join<'a>(
    sides: (&Relation, &Relation),
    kind: JoinKind,
    on: &[JoinKey],
    columns: &[Column],
    counter: &'a Counter,
) -> Result<(LogicalPlan, Names<'a>), Failure> {
    let (left, left_names) = side(sides.0, counter)?;
    let (right, right_names) = side(sides.1, counter)?;
    let mut left = LogicalPlanBuilder::from(left);
    let mut right = LogicalPlanBuilder::from(right);
    let (mut left_keys, mut right_keys) = (Vec::new(), Vec::new());
    let (mut left_columns, mut right_columns) =
        (passed(sides.0, &left_names), passed(sides.1, &right_names));
    for key in on {
        let (name, value) = (counter.next("key"), key_value(&key.left, &left_names)?);
        left_columns.push(value.alias(name.clone()));
        left_keys.push(PlanColumn::new_unqualified(name));
        let (name, value) = (counter.next("key"), key_value(&key.right, &right_names)?);
        right_columns.push(value.alias(name.clone()));
        right_keys.push(PlanColumn::new_unqualified(name));
    }
    left = left.project(left_columns)?;
    right = right.project(right_columns)?;
    let joined = left.join_detailed(
        right.build()?,
        join_type(kind),
        (left_keys, right_keys),
        None,
        NullEquality::NullEqualsNothing,
    )?;
    let (shows_left, shows_right) = kind.shows();
    let mut names = Names::own(counter);
    let shown = [(shows_left, sides.0, &left_names), (shows_right, sides.1, &right_names)];
    let shown = shown.into_iter().filter(|(shows, ..)| *shows);
    let inner = shown
        .flat_map(|(_, side, names)| side.columns.iter().map(|column| names.name(&column.name)));
    for (column, inner) in columns.iter().zip(inner) {
        names.rename(&column.name, inner);
    }
    Ok((joined.build()?, names))
}

/// A side with a name of its own for each column.
fn side<'a>(input: &Relation, counter: &'a Counter) -> Result<(LogicalPlan, Names<'a>), Failure> {
    let (plan, below) = relation(input, counter)?;
    let mut names = Names::own(counter);
    let mut values = Vec::with_capacity(input.columns.len());
    for column in &input.columns {
        let name = counter.next(&column.name);
        values.push(below.column(&column.name).alias(name.clone()));
        names.rename(&column.name, name);
    }
    Ok((LogicalPlanBuilder::from(plan).project(values)?.build()?, names))
}

fn passed(side: &Relation, names: &Names<'_>) -> Vec<Expr> {
    side.columns.iter().map(|column| names.column(&column.name)).collect()
}

fn key_value(key: &Scalar, names: &Names<'_>) -> Result<Expr, Failure> {
    match key.kind {
        KqlType::String => scalar::text(key, names),
        _ => scalar::value(key, names),
    }
}

const fn join_type(kind: JoinKind) -> JoinType {
    match kind {
        JoinKind::Inner => JoinType::Inner,
        JoinKind::LeftOuter => JoinType::Left,
        JoinKind::RightOuter => JoinType::Right,
        JoinKind::FullOuter => JoinType::Full,
        JoinKind::LeftSemi => JoinType::LeftSemi,
        JoinKind::LeftAnti => JoinType::LeftAnti,
        JoinKind::RightSemi => JoinType::RightSemi,
        JoinKind::RightAnti => JoinType::RightAnti,
    }
}

/// The plan of a union; each input has the columns in order.
pub(super) fn union<'a>(
    inputs: &[Relation],
    columns: &[Column],
    counter: &'a Counter,
) -> Result<(LogicalPlan, Names<'a>), Failure> {
    let mut names = Names::own(counter);
    let given: Vec<String> = columns.iter().map(|column| counter.next(&column.name)).collect();
    let mut plans = Vec::with_capacity(inputs.len());
    for input in inputs {
        let (plan, below) = relation(input, counter)?;
        let values = input.columns.iter().zip(&given);
        let values = values.map(|(column, name)| below.column(&column.name).alias(name.clone()));
        let plan = LogicalPlanBuilder::from(plan).project(values.collect::<Vec<_>>())?;
        plans.push(Arc::new(plan.build()?));
    }
    for (column, name) in columns.iter().zip(given) {
        names.rename(&column.name, name);
    }
    let plan = match plans.as_slice() {
        [single] => Arc::unwrap_or_clone(Arc::clone(single)),
        _ => LogicalPlan::Union(Union::try_new_with_loose_types(plans)?),
    };
    Ok((plan, names))
}
