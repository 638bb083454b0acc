//! How large a bound expression is, to bound what inlining can make of it.

use crate::ir::{Column, Node, Relation, Scalar, Step};

/// The number of nodes of an expression.
pub(crate) fn of_scalar(scalar: &Scalar) -> usize {
    let inside = match &scalar.node {
        Node::InRelation { relation, .. } | Node::First(relation) => of_relation(relation),
        _ => 0,
    };
    1 + inside + scalar.node.operands().into_iter().map(of_scalar).sum::<usize>()
}

/// Whether a node of the expression, its relations left out, is so.
pub(crate) fn any(scalar: &Scalar, is_so: &dyn Fn(&Node) -> bool) -> bool {
    is_so(&scalar.node) || scalar.node.operands().into_iter().any(|operand| any(operand, is_so))
}

/// Whether an expression uses a column of the rows that it stands over; the rows of tables inside do not count.
pub(crate) fn has_columns(scalar: &Scalar) -> bool {
    has_column(scalar, &|_| true)
}

/// Whether an expression uses such a column of the rows that it stands over.
pub(crate) fn has_column(scalar: &Scalar, wanted: &dyn Fn(&str) -> bool) -> bool {
    any(scalar, &|node| matches!(node, Node::Column(name) if wanted(name)))
}

/// The number of nodes of an expression when each of the `heavy` columns counts as its weight.
pub(crate) fn weight(scalar: &Scalar, heavy: &[&Column]) -> usize {
    match &scalar.node {
        Node::Column(name) => {
            heavy.iter().find(|column| column.name == *name).map_or(1, |column| column.weight)
        }
        Node::Hold(_) => 1,
        node => 1 + node.operands().into_iter().map(|one| weight(one, heavy)).sum::<usize>(),
    }
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
        Step::Scan { program, .. } => {
            let values = program.steps.iter().flat_map(|step| {
                step.assignments.iter().flatten().chain(&step.condition).map(of_scalar)
            });
            program.steps.len() + values.sum::<usize>()
        }
        Step::Window { calls, .. } => {
            calls.iter().map(|call| 1 + all(&call.arguments) + all(&call.partition)).sum()
        }
    };
    let below: usize = relation.inputs().into_iter().map(of_relation).sum();
    1 + own + below
}
