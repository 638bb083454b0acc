//! Scalar expressions, and KQL's logic of nulls.
//!
//! `==` between a null and a value is false and `!=` is true, where SQL says null for both; two nulls give
//! null; `<` and its kin give null with any null. Where only "true or not" matters, as in `where`, simpler
//! forms that DataFusion can push into files do: `x == 5` as it is, `x != 5` as `x IS DISTINCT FROM 5`.
//! Inside of `not(...)` the exact forms are used.

use datafusion::common::{ScalarValue, Spans};
use datafusion::logical_expr::expr::{BinaryExpr, Case, InList, InSubquery};
use datafusion::logical_expr::{Expr, LogicalPlanBuilder, Operator, Subquery, cast, lit};
use std::sync::Arc;

use super::Failure;
use super::generic::Operation;
use super::names::Names;
use crate::aggregates::make_set;
use crate::convert::convert;
use crate::decimal::{PRECISION, SCALE};
use crate::functions::lists::IN_DYNAMIC;
use crate::ir::{Comparison, Node, Relation, Scalar, Value};
use crate::types::KqlType;

/// The value of an expression. A string may be null, which stands for empty.
pub(super) fn value(scalar: &Scalar, names: &Names<'_>) -> Result<Expr, Failure> {
    Ok(match &scalar.node {
        Node::Literal(constant) => Expr::Literal(literal(constant, scalar.kind), None),
        Node::Column(name) => names.column(name),
        Node::Kernel { kernel, arguments } => kernel.call(values(arguments, names)?),
        Node::And(left, right) => binary(value(left, names)?, Operator::And, value(right, names)?),
        Node::Or(left, right) => binary(value(left, names)?, Operator::Or, value(right, names)?),
        Node::Not(operand) => Expr::Not(Box::new(value(operand, names)?)),
        Node::Compare { comparison, left, right } => {
            exact_comparison(*comparison, left, right, names)?
        }
        Node::In { subject, values, negated } => exact_in(subject, values, *negated, names)?,
        // Only a plain column may stand twice.
        Node::Between { subject, low, high }
            if matches!(subject.node, Node::Column(_)) && subject.kind != KqlType::Real =>
        {
            let from = binary(value(subject, names)?, Operator::GtEq, value(low, names)?);
            binary(
                from,
                Operator::And,
                binary(value(subject, names)?, Operator::LtEq, value(high, names)?),
            )
        }
        Node::Between { subject, low, high } => Operation::Between.call(vec![
            value(subject, names)?,
            value(low, names)?,
            value(high, names)?,
        ]),
        Node::InRelation { subject, relation, negated } => {
            let listed = in_list_of(subject, relation);
            value(&if *negated { listed.not() } else { listed }, names)?
        }
        Node::First(relation) => first_value(relation, names)?,
        Node::IsNull(operand) => Expr::IsNull(Box::new(value(operand, names)?)),
        Node::Case { branches, otherwise } => {
            let branches = branches
                .iter()
                .map(|(when, then)| {
                    Ok((Box::new(predicate(when, names)?), Box::new(value(then, names)?)))
                })
                .collect::<Result<Vec<_>, Failure>>()?;
            Expr::Case(Case::new(None, branches, Some(Box::new(value(otherwise, names)?))))
        }
        Node::Coalesce(operands) if scalar.kind == KqlType::String => {
            Operation::FirstNotEmpty.call(values(operands, names)?)
        }
        Node::Coalesce(operands) => Operation::FirstNotNull.call(values(operands, names)?),
        Node::Extreme { greatest, operands } => {
            let operands = match scalar.kind {
                KqlType::String => {
                    operands.iter().map(|operand| text(operand, names)).collect::<Result<_, _>>()?
                }
                _ => values(operands, names)?,
            };
            if *greatest {
                Operation::Greatest.call(operands)
            } else {
                Operation::Least.call(operands)
            }
        }
        Node::Located { address, locations } => locations.call(value(address, names)?),
        Node::Hold(operand) => Operation::Hold.call(vec![value(operand, names)?]),
        Node::Cast(operand) => cast(value(operand, names)?, scalar.kind.data_type()),
    })
}

fn values(scalars: &[Scalar], names: &Names<'_>) -> Result<Vec<Expr>, Failure> {
    scalars.iter().map(|scalar| value(scalar, names)).collect()
}

/// The value of a string expression, never null.
pub(super) fn text(scalar: &Scalar, names: &Names<'_>) -> Result<Expr, Failure> {
    let expression = value(scalar, names)?;
    Ok(match scalar.node {
        Node::Literal(_) | Node::Kernel { .. } | Node::Coalesce(_) => expression,
        // DataFusion's own function writes its operand twice, but looks through it.
        Node::Column(_) => {
            datafusion::functions::core::expr_fn::coalesce(vec![expression, lit_text("")])
        }
        _ => Operation::FirstNotNull.call(vec![expression, lit_text("")]),
    })
}

/// The predicate of a filter; only there DataFusion joins with a table instead of listing it.
pub(super) fn filter(scalar: &Scalar, names: &Names<'_>) -> Result<Expr, Failure> {
    Ok(match &scalar.node {
        Node::And(left, right) => {
            binary(filter(left, names)?, Operator::And, filter(right, names)?)
        }
        Node::Or(left, right) => binary(filter(left, names)?, Operator::Or, filter(right, names)?),
        Node::InRelation { subject, relation, negated } => {
            in_relation(subject, relation, *negated, names)?
        }
        Node::Not(operand) => match &operand.node {
            Node::InRelation { subject, relation, negated } => {
                in_relation(subject, relation, !*negated, names)?
            }
            _ => predicate(scalar, names)?,
        },
        _ => predicate(scalar, names)?,
    })
}

/// An expression that is true exactly where the predicate is, and false or null elsewhere.
pub(super) fn predicate(scalar: &Scalar, names: &Names<'_>) -> Result<Expr, Failure> {
    Ok(match &scalar.node {
        Node::And(left, right) => {
            binary(predicate(left, names)?, Operator::And, predicate(right, names)?)
        }
        Node::Or(left, right) => {
            binary(predicate(left, names)?, Operator::Or, predicate(right, names)?)
        }
        Node::Compare { comparison, left, right } => {
            true_comparison(*comparison, left, right, names)?
        }
        Node::In { subject, values, negated } => true_in(subject, values, *negated, names)?,
        _ => value(scalar, names)?,
    })
}

/// A comparison where only "true or not" matters.
fn true_comparison(
    comparison: Comparison,
    left: &Scalar,
    right: &Scalar,
    names: &Names<'_>,
) -> Result<Expr, Failure> {
    if left.kind == KqlType::Real {
        return exact_comparison(comparison, left, right, names);
    }
    if left.kind == KqlType::String {
        // A literal on the right that is not empty equals no null; the plain column can be pushed down.
        return match (comparison, right.as_literal()) {
            (Comparison::Equal, Some(Value::Text(constant))) if !constant.is_empty() => {
                Ok(value(left, names)?.eq(value(right, names)?))
            }
            (Comparison::NotEqual, Some(Value::Text(constant))) if !constant.is_empty() => {
                Ok(binary(value(left, names)?, Operator::IsDistinctFrom, value(right, names)?))
            }
            (Comparison::NotEqual, Some(Value::Text(_))) => {
                Ok(value(left, names)?.not_eq(value(right, names)?))
            }
            _ => exact_comparison(comparison, left, right, names),
        };
    }
    Ok(match comparison {
        Comparison::NotEqual => {
            binary(value(left, names)?, Operator::IsDistinctFrom, value(right, names)?)
        }
        other => binary(value(left, names)?, operator(other), value(right, names)?),
    })
}

/// A comparison whose null counts.
fn exact_comparison(
    comparison: Comparison,
    left: &Scalar,
    right: &Scalar,
    names: &Names<'_>,
) -> Result<Expr, Failure> {
    if left.kind == KqlType::String {
        return Ok(binary(text(left, names)?, operator(comparison), text(right, names)?));
    }
    let operands = (value(left, names)?, value(right, names)?);
    if left.kind == KqlType::Real {
        return Ok(Operation::Real(comparison).call(vec![operands.0, operands.1]));
    }
    Ok(match (comparison, operands) {
        (Comparison::Equal, (left, right)) => Operation::Equal.call(vec![left, right]),
        (Comparison::NotEqual, (left, right)) => Operation::NotEqual.call(vec![left, right]),
        (_, (left, right)) => binary(left, operator(comparison), right),
    })
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

fn true_in(
    subject: &Scalar,
    items: &[Scalar],
    negated: bool,
    names: &Names<'_>,
) -> Result<Expr, Failure> {
    let is_plain = |item: &Scalar| match item.as_literal() {
        // A null cell of the subject counts as empty, which SQL does not know.
        Some(Value::Text(text)) if item.kind == KqlType::String => !text.is_empty(),
        Some(_) => true,
        None => false,
    };
    // Only a plain column may stand twice.
    let repeats = negated && !matches!(subject.node, Node::Column(_));
    if repeats || items.is_empty() || !items.iter().all(is_plain) {
        return exact_in(subject, items, negated, names);
    }
    let listed = in_list(value(subject, names)?, items, negated, names)?;
    if !negated {
        return Ok(listed);
    }
    Ok(binary(Expr::IsNull(Box::new(value(subject, names)?)), Operator::Or, listed))
}

fn exact_in(
    subject: &Scalar,
    items: &[Scalar],
    negated: bool,
    names: &Names<'_>,
) -> Result<Expr, Failure> {
    if items.is_empty() {
        return Ok(lit(negated));
    }
    if subject.kind == KqlType::String {
        return in_list(text(subject, names)?, items, negated, names);
    }
    let listed = in_list(value(subject, names)?, items, negated, names)?;
    Ok(Operation::FirstNotNull.call(vec![listed, lit(negated)]))
}

fn in_list(
    subject: Expr,
    items: &[Scalar],
    negated: bool,
    names: &Names<'_>,
) -> Result<Expr, Failure> {
    let item = |item: &Scalar| {
        if item.kind == KqlType::String { text(item, names) } else { value(item, names) }
    };
    let items = items.iter().map(item).collect::<Result<_, _>>()?;
    Ok(Expr::InList(InList::new(Box::new(subject), items, negated)))
}

/// The first column's value in the first row.
fn first_value(relation: &Relation, names: &Names<'_>) -> Result<Expr, Failure> {
    let column = &relation.columns[0];
    let item = Scalar::column(column.name.clone(), column.kind);
    let (plan, inner) = super::relation(relation, names.counter())?;
    let plan = LogicalPlanBuilder::from(plan);
    let plan = plan.project([value(&item, &inner)?.alias(ITEM)])?.limit(0, Some(1))?;
    Ok(Expr::ScalarSubquery(Subquery {
        subquery: Arc::new(plan.build()?),
        outer_ref_columns: Vec::new(),
        spans: Spans::new(),
    }))
}

/// The column of a table that stands as a list; no query can write the name.
const ITEM: &str = "\u{1}item";

/// `subject in (T)` where no join can stand: the table's column becomes one list.
fn in_list_of(subject: &Scalar, relation: &Relation) -> Scalar {
    let column = &relation.columns[0];
    let dynamic = |value: Scalar| {
        convert(value, KqlType::Dynamic).expect("the binder compares only what converts to dynamic")
    };
    let item = dynamic(Scalar::column(column.name.clone(), column.kind));
    let list = Relation::aggregate(relation.clone(), Vec::new(), vec![make_set(item)]);
    let list = Scalar { node: Node::First(Box::new(list)), kind: KqlType::Dynamic };
    Scalar::kernel(&IN_DYNAMIC, vec![dynamic(subject.clone()), list])
}

/// `subject in (T)` as a join. Nulls of the table equal nothing, and would make SQL's `NOT IN` null for all rows.
fn in_relation(
    subject: &Scalar,
    relation: &Relation,
    negated: bool,
    names: &Names<'_>,
) -> Result<Expr, Failure> {
    let column = &relation.columns[0];
    let item = Scalar::column(column.name.clone(), column.kind);
    let (plan, inner) = super::relation(relation, names.counter())?;
    let plan = LogicalPlanBuilder::from(plan);
    let is_text = subject.kind == KqlType::String;
    // The name must differ from those of the outer rows, with which the plan is joined.
    let plan = if is_text {
        plan.project([text(&item, &inner)?.alias(ITEM)])?
    } else {
        plan.filter(Expr::IsNotNull(Box::new(value(&item, &inner)?)))?
            .project([value(&item, &inner)?.alias(ITEM)])?
    };
    let subquery = Subquery {
        subquery: Arc::new(plan.build()?),
        outer_ref_columns: Vec::new(),
        spans: Spans::new(),
    };
    let expression = if is_text { text(subject, names)? } else { value(subject, names)? };
    let found = Expr::InSubquery(InSubquery::new(Box::new(expression), subquery, negated));
    if is_text || !negated {
        return Ok(found);
    }
    if let Node::Column(_) = subject.node {
        return Ok(binary(Expr::IsNull(Box::new(value(subject, names)?)), Operator::Or, found));
    }
    Ok(Operation::FirstNotNull.call(vec![found, lit(true)]))
}

fn binary(left: Expr, operator: Operator, right: Expr) -> Expr {
    Expr::BinaryExpr(BinaryExpr::new(Box::new(left), operator, Box::new(right)))
}

fn lit_text(text: &str) -> Expr {
    Expr::Literal(ScalarValue::Utf8View(Some(text.to_owned())), None)
}

pub(super) fn literal(value: &Value, kind: KqlType) -> ScalarValue {
    let utc = || Some("UTC".into());
    match (value, kind) {
        (Value::Bool(flag), _) => ScalarValue::Boolean(Some(*flag)),
        (Value::Int(number), _) => ScalarValue::Int32(Some(*number)),
        (Value::Long(number), _) => ScalarValue::Int64(Some(*number)),
        (Value::Real(number), _) => ScalarValue::Float64(Some(*number)),
        (Value::Decimal(number), _) => ScalarValue::Decimal256(Some(*number), PRECISION, SCALE),
        (Value::Text(text), _) => ScalarValue::Utf8View(Some(text.clone())),
        (Value::Datetime(time), _) => ScalarValue::TimestampNanosecond(Some(*time), utc()),
        (Value::Timespan(span), _) => ScalarValue::DurationNanosecond(Some(*span)),
        (Value::Null, KqlType::Bool) => ScalarValue::Boolean(None),
        (Value::Null, KqlType::Int) => ScalarValue::Int32(None),
        (Value::Null, KqlType::Long) => ScalarValue::Int64(None),
        (Value::Null, KqlType::Real) => ScalarValue::Float64(None),
        (Value::Null, KqlType::Decimal) => ScalarValue::Decimal256(None, PRECISION, SCALE),
        (Value::Null, KqlType::String) => ScalarValue::Utf8View(Some(String::new())),
        (Value::Null, KqlType::Guid | KqlType::Dynamic) => ScalarValue::Utf8View(None),
        (Value::Null, KqlType::Datetime) => ScalarValue::TimestampNanosecond(None, utc()),
        (Value::Null, KqlType::Timespan) => ScalarValue::DurationNanosecond(None),
    }
}
