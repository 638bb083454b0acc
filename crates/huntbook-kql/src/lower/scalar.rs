//! Scalar expressions, and KQL's logic of nulls.
//!
//! `==` between a null and a value is false and `!=` is true, where SQL says null for both; two nulls give
//! null; `<` and its kin give null with any null. Where only "true or not" matters, as in `where`, simpler
//! forms that DataFusion can push into files do: `x == 5` as it is, `x != 5` as `x IS DISTINCT FROM 5`.
//! Inside of `not(...)` the exact forms are used.

use datafusion::common::{Column as PlanColumn, ScalarValue, Spans};
use datafusion::logical_expr::expr::{BinaryExpr, Case, InList, InSubquery};
use datafusion::logical_expr::{Expr, LogicalPlanBuilder, Operator, Subquery, cast, lit};
use std::sync::Arc;

use super::Failure;
use crate::ir::{Comparison, Node, Relation, Scalar, Value};
use crate::types::KqlType;

/// The value of an expression. A string may be null, which stands for empty.
pub(super) fn value(scalar: &Scalar) -> Result<Expr, Failure> {
    Ok(match &scalar.node {
        Node::Literal(constant) => Expr::Literal(literal(constant, scalar.kind), None),
        Node::Column(name) => Expr::Column(PlanColumn::new_unqualified(name.clone())),
        Node::Kernel { kernel, arguments } => kernel.call(values(arguments)?),
        Node::And(left, right) => binary(value(left)?, Operator::And, value(right)?),
        Node::Or(left, right) => binary(value(left)?, Operator::Or, value(right)?),
        Node::Not(operand) => Expr::Not(Box::new(value(operand)?)),
        Node::Compare { comparison, left, right } => exact_comparison(*comparison, left, right)?,
        Node::In { subject, values, negated } => exact_in(subject, values, *negated)?,
        Node::InRelation { subject, relation, negated } => {
            in_relation(subject, relation, *negated)?
        }
        Node::First(relation) => first_value(relation)?,
        Node::IsNull(operand) => Expr::IsNull(Box::new(value(operand)?)),
        Node::Case { branches, otherwise } => {
            let branches = branches
                .iter()
                .map(|(when, then)| Ok((Box::new(predicate(when)?), Box::new(value(then)?))))
                .collect::<Result<Vec<_>, Failure>>()?;
            Expr::Case(Case::new(None, branches, Some(Box::new(value(otherwise)?))))
        }
        Node::Coalesce(operands) if scalar.kind == KqlType::String => {
            let Some((last, first)) = operands.split_last() else { return Ok(lit_text("")) };
            let branches = first
                .iter()
                .map(|operand| {
                    let filled = text(operand)?;
                    Ok((Box::new(filled.clone().not_eq(lit_text(""))), Box::new(filled)))
                })
                .collect::<Result<Vec<_>, Failure>>()?;
            Expr::Case(Case::new(None, branches, Some(Box::new(text(last)?))))
        }
        Node::Coalesce(operands) => coalesce(values(operands)?),
        Node::Cast(operand) => cast(value(operand)?, scalar.kind.data_type()),
    })
}

fn values(scalars: &[Scalar]) -> Result<Vec<Expr>, Failure> {
    scalars.iter().map(value).collect()
}

/// The value of a string expression, never null.
pub(super) fn text(scalar: &Scalar) -> Result<Expr, Failure> {
    let expression = value(scalar)?;
    let filled = matches!(scalar.node, Node::Literal(_) | Node::Kernel { .. } | Node::Coalesce(_));
    Ok(if filled { expression } else { coalesce(vec![expression, lit_text("")]) })
}

/// An expression that is true exactly where the predicate is, and false or null elsewhere.
pub(super) fn predicate(scalar: &Scalar) -> Result<Expr, Failure> {
    Ok(match &scalar.node {
        Node::And(left, right) => binary(predicate(left)?, Operator::And, predicate(right)?),
        Node::Or(left, right) => binary(predicate(left)?, Operator::Or, predicate(right)?),
        Node::Compare { comparison, left, right } => true_comparison(*comparison, left, right)?,
        Node::In { subject, values, negated } => true_in(subject, values, *negated)?,
        _ => value(scalar)?,
    })
}

/// A comparison where only "true or not" matters.
fn true_comparison(comparison: Comparison, left: &Scalar, right: &Scalar) -> Result<Expr, Failure> {
    if left.kind == KqlType::String {
        // A literal on the right that is not empty equals no null; the plain column can be pushed down.
        return match (comparison, right.as_literal()) {
            (Comparison::Equal, Some(Value::Text(constant))) if !constant.is_empty() => {
                Ok(value(left)?.eq(value(right)?))
            }
            (Comparison::NotEqual, Some(Value::Text(constant))) if !constant.is_empty() => {
                Ok(binary(value(left)?, Operator::IsDistinctFrom, value(right)?))
            }
            (Comparison::NotEqual, Some(Value::Text(_))) => Ok(value(left)?.not_eq(value(right)?)),
            _ => exact_comparison(comparison, left, right),
        };
    }
    Ok(match comparison {
        Comparison::NotEqual => binary(value(left)?, Operator::IsDistinctFrom, value(right)?),
        other => binary(value(left)?, operator(other), value(right)?),
    })
}

/// A comparison whose null counts.
fn exact_comparison(
    comparison: Comparison,
    left: &Scalar,
    right: &Scalar,
) -> Result<Expr, Failure> {
    if left.kind == KqlType::String {
        return Ok(binary(text(left)?, operator(comparison), text(right)?));
    }
    let plain = binary(value(left)?, operator(comparison), value(right)?);
    let unequal = match comparison {
        Comparison::Equal => false,
        Comparison::NotEqual => true,
        _ => return Ok(plain),
    };
    // One null: unequal. Two nulls: null, which only a side that is never null rules out.
    let decided = coalesce(vec![plain, lit(unequal)]);
    let never_null = |side: &Scalar| side.as_literal().is_some() && !side.is_null_literal();
    if never_null(left) || never_null(right) {
        return Ok(decided);
    }
    let both_null = binary(
        Expr::IsNull(Box::new(value(left)?)),
        Operator::And,
        Expr::IsNull(Box::new(value(right)?)),
    );
    let null = Expr::Literal(ScalarValue::Boolean(None), None);
    let branches = vec![(Box::new(both_null), Box::new(null))];
    Ok(Expr::Case(Case::new(None, branches, Some(Box::new(decided)))))
}

fn operator(comparison: Comparison) -> Operator {
    match comparison {
        Comparison::Equal => Operator::Eq,
        Comparison::NotEqual => Operator::NotEq,
        Comparison::Less => Operator::Lt,
        Comparison::LessEqual => Operator::LtEq,
        Comparison::Greater => Operator::Gt,
        Comparison::GreaterEqual => Operator::GtEq,
    }
}

fn true_in(subject: &Scalar, items: &[Scalar], negated: bool) -> Result<Expr, Failure> {
    let has_empty = items
        .iter()
        .any(|item| matches!(item.as_literal(), Some(Value::Text(text)) if text.is_empty()));
    if items.is_empty() || (subject.kind == KqlType::String && has_empty) {
        return exact_in(subject, items, negated);
    }
    let listed = in_list(value(subject)?, items, negated)?;
    if !negated {
        return Ok(listed);
    }
    Ok(binary(Expr::IsNull(Box::new(value(subject)?)), Operator::Or, listed))
}

fn exact_in(subject: &Scalar, items: &[Scalar], negated: bool) -> Result<Expr, Failure> {
    if items.is_empty() {
        return Ok(lit(negated));
    }
    if subject.kind == KqlType::String {
        return in_list(text(subject)?, items, negated);
    }
    Ok(coalesce(vec![in_list(value(subject)?, items, negated)?, lit(negated)]))
}

fn in_list(subject: Expr, items: &[Scalar], negated: bool) -> Result<Expr, Failure> {
    Ok(Expr::InList(InList::new(Box::new(subject), values(items)?, negated)))
}

/// The first column's value in the first row.
fn first_value(relation: &Relation) -> Result<Expr, Failure> {
    let column = &relation.columns[0];
    let item = Scalar::column(column.name.clone(), column.kind);
    let plan = LogicalPlanBuilder::from(super::relation(relation)?);
    let plan = plan.project([value(&item)?.alias(ITEM)])?.limit(0, Some(1))?;
    Ok(Expr::ScalarSubquery(Subquery {
        subquery: Arc::new(plan.build()?),
        outer_ref_columns: Vec::new(),
        spans: Spans::new(),
    }))
}

/// The column of a table that stands as a list; no query can write the name.
const ITEM: &str = "\u{1}item";

/// `subject in (T)`. Nulls of the table equal nothing, and would make SQL's `NOT IN` null for all rows.
fn in_relation(subject: &Scalar, relation: &Relation, negated: bool) -> Result<Expr, Failure> {
    let column = &relation.columns[0];
    let item = Scalar::column(column.name.clone(), column.kind);
    let plan = LogicalPlanBuilder::from(super::relation(relation)?);
    let is_text = subject.kind == KqlType::String;
    // The name must differ from those of the outer rows, with which the plan is joined.
    let plan = if is_text {
        plan.project([text(&item)?.alias(ITEM)])?
    } else {
        plan.filter(Expr::IsNotNull(Box::new(value(&item)?)))?
            .project([value(&item)?.alias(ITEM)])?
    };
    let subquery = Subquery {
        subquery: Arc::new(plan.build()?),
        outer_ref_columns: Vec::new(),
        spans: Spans::new(),
    };
    let expression = if is_text { text(subject)? } else { value(subject)? };
    let found = Expr::InSubquery(InSubquery::new(Box::new(expression), subquery, negated));
    if negated && !is_text {
        return Ok(binary(Expr::IsNull(Box::new(value(subject)?)), Operator::Or, found));
    }
    Ok(found)
}

fn binary(left: Expr, operator: Operator, right: Expr) -> Expr {
    Expr::BinaryExpr(BinaryExpr::new(Box::new(left), operator, Box::new(right)))
}

fn coalesce(operands: Vec<Expr>) -> Expr {
    datafusion::functions::core::expr_fn::coalesce(operands)
}

fn lit_text(text: &str) -> Expr {
    Expr::Literal(ScalarValue::Utf8View(Some(text.to_owned())), None)
}

fn literal(value: &Value, kind: KqlType) -> ScalarValue {
    let utc = || Some("UTC".into());
    match (value, kind) {
        (Value::Bool(flag), _) => ScalarValue::Boolean(Some(*flag)),
        (Value::Int(number), _) => ScalarValue::Int32(Some(*number)),
        (Value::Long(number), _) => ScalarValue::Int64(Some(*number)),
        (Value::Real(number), _) => ScalarValue::Float64(Some(*number)),
        (Value::Text(text), _) => ScalarValue::Utf8View(Some(text.clone())),
        (Value::Datetime(time), _) => ScalarValue::TimestampNanosecond(Some(*time), utc()),
        (Value::Timespan(span), _) => ScalarValue::DurationNanosecond(Some(*span)),
        (Value::Null, KqlType::Bool) => ScalarValue::Boolean(None),
        (Value::Null, KqlType::Int) => ScalarValue::Int32(None),
        (Value::Null, KqlType::Long) => ScalarValue::Int64(None),
        (Value::Null, KqlType::Real) => ScalarValue::Float64(None),
        (Value::Null, KqlType::Decimal) => ScalarValue::Decimal128(None, 34, 17),
        (Value::Null, KqlType::String) => ScalarValue::Utf8View(Some(String::new())),
        (Value::Null, KqlType::Guid | KqlType::Dynamic) => ScalarValue::Utf8View(None),
        (Value::Null, KqlType::Datetime) => ScalarValue::TimestampNanosecond(None, utc()),
        (Value::Null, KqlType::Timespan) => ScalarValue::DurationNanosecond(None),
    }
}
