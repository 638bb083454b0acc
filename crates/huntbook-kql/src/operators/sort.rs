//! `sort by a asc, b`: rows in order. Without a direction the order is descending. Nulls stand first in
//! ascending order and last in descending order unless the query says where.

use huntbook_diagnostics::Diagnostic;
use huntbook_kql_syntax::ast::{Direction, Nulls, SortKey as Written};

use crate::bind::{Binder, Row, Scope};
use crate::codes;
use crate::ir::{Column, Relation, SortKey};
use crate::types::KqlType;

pub(crate) fn bind(
    binder: &mut Binder<'_>,
    input: Relation,
    keys: &[Written],
    scope: &Scope,
) -> Relation {
    let row = Row::of(&input, scope);
    let bound: Vec<Option<SortKey>> =
        keys.iter().map(|written| key(binder, row, written)).collect();
    match bound.into_iter().collect::<Option<Vec<_>>>() {
        Some(order) => sorted(input, order),
        None => input,
    }
}

/// The rows in this order, part by part.
pub(super) fn sorted(input: Relation, keys: Vec<SortKey>) -> Relation {
    let part =
        |column: &Column| SortKey { value: column.value(), ascending: true, nulls_first: true };
    let order = input.parts().map(part).chain(keys).collect();
    Relation::sort(input, order)
}

/// A key of `sort` or `top`.
pub(super) fn key(binder: &mut Binder<'_>, row: Row<'_>, written: &Written) -> Option<SortKey> {
    let value = binder.scalar(&written.expr, row)?;
    if value.kind == KqlType::Dynamic && !value.is_null_literal() {
        let message = "a value of type `dynamic` has no order";
        binder.report(
            Diagnostic::error(codes::WRONG_OPERAND_TYPE, message)
                .at(written.expr.span)
                .hint("cast it, for example with `tostring` or `tolong`"),
        );
        return None;
    }
    let ascending = written.direction == Some(Direction::Ascending);
    let nulls_first = match written.nulls {
        Some(nulls) => nulls == Nulls::First,
        None => ascending,
    };
    Some(SortKey { value, ascending, nulls_first })
}
