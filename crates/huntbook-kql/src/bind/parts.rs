//! Operators over the parts of a relation, as of `mv-apply` and `partition`.
//!
//! The rows of all parts are one relation, in which hidden columns tell the parts apart. What has a row for each part,
//! even where the part has lost its rows, needs to know which parts there are.

use huntbook_diagnostics::Span;

use super::Binder;
use crate::ir::{AggregateCall, Column, HIDDEN, Relation, Scalar, Value};
use crate::types::KqlType;

impl Binder<'_> {
    /// Runs `inner` inside of `parts`, which has a row for each part.
    pub(crate) fn within_parts<T>(
        &mut self,
        parts: Relation,
        span: Span,
        inner: impl FnOnce(&mut Self) -> Option<T>,
    ) -> Option<T> {
        self.parts.push(parts);
        let result = self.deeper(span, inner);
        self.parts.pop();
        result
    }

    /// Aggregates over each part as a whole, one that has no rows left included.
    pub(crate) fn aggregate_parts(
        &mut self,
        input: Relation,
        keys: Vec<(String, Scalar)>,
        mut calls: Vec<AggregateCall>,
    ) -> Relation {
        let is_inside = input.parts().next().is_some();
        let has = |parts: &Relation, column: &Column| {
            parts.columns.iter().any(|own| own.name == column.name)
        };
        let parts = self
            .parts
            .last()
            .filter(|parts| is_inside && input.of_parts().all(|column| has(parts, column)));
        let Some(parts) = parts.cloned() else { return Relation::aggregate(input, keys, calls) };
        // The rows, and for each part one that does not count.
        let counts = Column::new(format!("{HIDDEN}counts"), KqlType::Bool);
        let flag =
            |flag: bool| (counts.name.clone(), Scalar::literal(Value::Bool(flag), KqlType::Bool));
        let mut columns = input.columns.clone();
        columns.push(counts.clone());
        let empty = input.columns.iter().map(|column| {
            let value =
                if has(&parts, column) { column.value() } else { Scalar::null(column.kind) };
            (column.name.clone(), value)
        });
        let empty: Vec<_> = empty.chain([flag(false)]).collect();
        let rows: Vec<_> = input.column_values().into_iter().chain([flag(true)]).collect();
        let order = input.order.clone();
        let legs = vec![Relation::project(input, rows), Relation::project(parts, empty)];
        let rows = Relation { order, ..Relation::union(legs, columns) };
        for call in &mut calls {
            call.filter = Some(match call.filter.take() {
                Some(own) => own.and(counts.value()),
                None => counts.value(),
            });
        }
        Relation::aggregate(rows, keys, calls)
    }
}
