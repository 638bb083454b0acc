//! `lookup (T) on ...`: the columns of a table of facts beside the rows at hand; its keys are not repeated.

use huntbook_kql_syntax::ast::{Expr, Operator};

use super::join::{joined, keys};
use super::options::Options;
use crate::bind::{Binder, Scope};
use crate::ir::{JoinKind, Node, Relation};

pub(crate) fn bind(
    binder: &mut Binder<'_>,
    left: Relation,
    right: &Expr,
    on: &[Expr],
    operator: &Operator,
    scope: &Scope,
) -> Option<Relation> {
    let mut options = Options::new("lookup", &operator.parameters);
    let inner = options.word("kind", &["leftouter", "inner"]) == Some("inner");
    options.finish(binder)?;
    let right = binder.relation(right, scope)?;
    let on = keys(binder, &left, &right, on, operator.keyword, scope)?;
    let is_key = |name: &str| {
        on.iter().any(|key| matches!(&key.right.node, Node::Column(own) if own == name))
    };
    let is_key: Vec<bool> = right.columns.iter().map(|column| is_key(&column.name)).collect();
    let shown = left.columns.len();
    let kind = if inner { JoinKind::Inner } else { JoinKind::LeftOuter };
    let pairs = joined(left, right, kind, on);
    let open = pairs.open;
    let columns = pairs.columns.iter().enumerate();
    let kept = columns.filter(|(position, _)| *position < shown || !is_key[position - shown]);
    let kept = kept.map(|(_, column)| (column.name.clone(), column.value())).collect();
    Some(Relation { open, ..Relation::project(pairs, kept) })
}
