//! How large a bound expression is, to bound what inlining can make of it.

use crate::functions;
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
    let own: usize = scalars(&relation.step).into_iter().map(of_scalar).sum();
    let calls = match &relation.step {
        Step::Window { calls, .. } => calls.len(),
        Step::Scan { program, .. } => program.steps.len(),
        _ => 0,
    };
    let below: usize = relation.inputs().into_iter().map(of_relation).sum();
    1 + calls + own + below
}

/// How many steps follow each other at most.
pub(crate) fn depth(relation: &Relation) -> usize {
    1 + relation.inputs().into_iter().map(depth).max().unwrap_or(0)
}

/// Whether a relation has values that differ each time that it is run.
pub(crate) fn is_random(relation: &Relation) -> bool {
    let random = |node: &Node| match node {
        Node::Kernel { kernel, .. } => functions::is_random(kernel),
        Node::InRelation { relation, .. } | Node::First(relation) => is_random(relation),
        _ => false,
    };
    scalars(&relation.step).into_iter().any(|value| any(value, &random))
        || relation.inputs().into_iter().any(is_random)
}

/// The expressions of a step, those of its inputs left out.
fn scalars(step: &Step) -> Vec<&Scalar> {
    match step {
        Step::Table(_) | Step::Sort { .. } | Step::Limit { .. } | Step::Union { .. } => Vec::new(),
        Step::Rows(rows) => rows.iter().flatten().collect(),
        Step::Range { from, to, step } => vec![from, to, step],
        Step::Filter { predicate, .. } => vec![predicate],
        Step::Extract { text, .. } => vec![text],
        Step::Project { values, .. } | Step::Expand { values, .. } => values.iter().collect(),
        Step::Aggregate { keys, aggregates, .. } => {
            keys.iter().chain(aggregates.iter().flat_map(|call| &call.arguments)).collect()
        }
        Step::Join { on, .. } => on.iter().flat_map(|key| [&key.left, &key.right]).collect(),
        Step::Scan { program, .. } => program
            .steps
            .iter()
            .flat_map(|step| step.assignments.iter().flatten().chain(&step.condition))
            .collect(),
        Step::Window { calls, .. } => {
            calls.iter().flat_map(|call| call.arguments.iter().chain(&call.partition)).collect()
        }
    }
}
