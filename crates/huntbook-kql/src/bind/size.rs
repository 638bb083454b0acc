//! How large a bound expression is, to bound what inlining can make of it.

use crate::ir::{Column, Node, Relation, Scalar, Step};

/// The number of nodes of an expression.
pub(crate) fn of_scalar(scalar: &Scalar) -> usize {
    let all = |scalars: &[Scalar]| scalars.iter().map(of_scalar).sum::<usize>();
    1 + match &scalar.node {
        Node::Literal(_) | Node::Column(_) => 0,
        Node::Kernel { arguments: operands, .. }
        | Node::Coalesce(operands)
        | Node::Extreme { operands, .. } => all(operands),
        Node::And(left, right) | Node::Or(left, right) | Node::Compare { left, right, .. } => {
            of_scalar(left) + of_scalar(right)
        }
        Node::Not(operand) | Node::IsNull(operand) | Node::Cast(operand) | Node::Hold(operand) => {
            of_scalar(operand)
        }
        Node::In { subject, values, .. } => of_scalar(subject) + all(values),
        Node::Between { subject, low, high } => {
            of_scalar(subject) + of_scalar(low) + of_scalar(high)
        }
        Node::InRelation { subject, relation, .. } => of_scalar(subject) + of_relation(relation),
        Node::First(relation) => of_relation(relation),
        Node::Case { branches, otherwise } => {
            let branches = branches.iter().map(|(when, then)| of_scalar(when) + of_scalar(then));
            branches.sum::<usize>() + of_scalar(otherwise)
        }
    }
}

/// Whether an expression uses a column of the rows that it stands over; the rows of tables inside do not count.
pub(crate) fn has_columns(scalar: &Scalar) -> bool {
    has_column(scalar, &|_| true)
}

/// Whether an expression uses such a column of the rows that it stands over.
pub(crate) fn has_column(scalar: &Scalar, wanted: &dyn Fn(&str) -> bool) -> bool {
    let has = |scalar: &Scalar| has_column(scalar, wanted);
    let any = |scalars: &[Scalar]| scalars.iter().any(has);
    match &scalar.node {
        Node::Column(name) => wanted(name),
        Node::Literal(_) | Node::First(_) => false,
        Node::Kernel { arguments: operands, .. }
        | Node::Coalesce(operands)
        | Node::Extreme { operands, .. } => any(operands),
        Node::And(left, right) | Node::Or(left, right) | Node::Compare { left, right, .. } => {
            has(left) || has(right)
        }
        Node::Not(operand) | Node::IsNull(operand) | Node::Cast(operand) | Node::Hold(operand) => {
            has(operand)
        }
        Node::In { subject, values, .. } => has(subject) || any(values),
        Node::InRelation { subject, .. } => has(subject),
        Node::Between { subject, low, high } => has(subject) || has(low) || has(high),
        Node::Case { branches, otherwise } => {
            branches.iter().any(|(when, then)| has(when) || has(then)) || has(otherwise)
        }
    }
}

/// The number of nodes of an expression when each of the `heavy` columns counts as its weight.
pub(crate) fn weight(scalar: &Scalar, heavy: &[&Column]) -> usize {
    let all =
        |scalars: &[Scalar]| scalars.iter().map(|scalar| weight(scalar, heavy)).sum::<usize>();
    let below = match &scalar.node {
        Node::Column(name) => {
            return heavy
                .iter()
                .find(|column| column.name == *name)
                .map_or(1, |column| column.weight);
        }
        Node::Literal(_) | Node::First(_) | Node::Hold(_) => 0,
        Node::Kernel { arguments: operands, .. }
        | Node::Coalesce(operands)
        | Node::Extreme { operands, .. } => all(operands),
        Node::And(left, right) | Node::Or(left, right) | Node::Compare { left, right, .. } => {
            weight(left, heavy) + weight(right, heavy)
        }
        Node::Not(operand) | Node::IsNull(operand) | Node::Cast(operand) => weight(operand, heavy),
        Node::In { subject, values, .. } => weight(subject, heavy) + all(values),
        Node::InRelation { subject, .. } => weight(subject, heavy),
        Node::Between { subject, low, high } => {
            weight(subject, heavy) + weight(low, heavy) + weight(high, heavy)
        }
        Node::Case { branches, otherwise } => {
            let branches =
                branches.iter().map(|(when, then)| weight(when, heavy) + weight(then, heavy));
            branches.sum::<usize>() + weight(otherwise, heavy)
        }
    };
    1 + below
}

/// The number of nodes of a relation and all below it.
pub(crate) fn of_relation(relation: &Relation) -> usize {
    let all = |scalars: &[Scalar]| scalars.iter().map(of_scalar).sum::<usize>();
    let own = match &relation.step {
        Step::Table(_) | Step::Sort { .. } | Step::Limit { .. } | Step::Union { .. } => 0,
        Step::Rows(rows) => rows.iter().map(|row| all(row)).sum(),
        Step::Range { from, to, step } => of_scalar(from) + of_scalar(to) + of_scalar(step),
        Step::Filter { predicate, .. } => of_scalar(predicate),
        Step::Extract { text, .. } => of_scalar(text),
        Step::Project { values, .. } | Step::Expand { values, .. } => all(values),
        Step::Aggregate { keys, aggregates, .. } => {
            let arguments = aggregates.iter().map(|call| all(&call.arguments));
            all(keys) + arguments.sum::<usize>()
        }
        Step::Join { on, .. } => {
            on.iter().map(|key| of_scalar(&key.left) + of_scalar(&key.right)).sum()
        }
        Step::Window { calls, .. } => {
            calls.iter().map(|call| 1 + all(&call.arguments) + all(&call.partition)).sum()
        }
    };
    let below: usize = relation.inputs().into_iter().map(of_relation).sum();
    1 + relation.columns.len() + own + below
}
