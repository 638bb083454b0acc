//! `range x from a to b step c`: a table of one column with the values from `a` up to `b`, or down to it where the
//! step is negative.

use huntbook_diagnostics::{Diagnostic, Span};
use huntbook_kql_syntax::ast::{Expr, Ident};

use crate::bind::{Binder, Row, Scope, implicit};
use crate::codes;
use crate::ir::{Column, Relation, Step};
use crate::types::KqlType;

pub(crate) fn bind(
    binder: &mut Binder<'_>,
    column: &Ident,
    [from, to, step]: [&Expr; 3],
    span: Span,
    scope: &Scope,
) -> Option<Relation> {
    let row = Row::new(&[], scope);
    let bound = [from, to, step].map(|value| binder.scalar(value, row));
    let [Some(from), Some(to), Some(step)] = bound else { return None };
    let kind = match (from.kind, to.kind) {
        (KqlType::Real, _) | (_, KqlType::Real) => KqlType::Real,
        (first, _) if step.kind == KqlType::Real && first.is_number() => KqlType::Real,
        (KqlType::Int, other) | (other, KqlType::Int) => other,
        (first, _) => first,
    };
    let step_kind = if kind == KqlType::Datetime { KqlType::Timespan } else { kind };
    let given = (from.kind, to.kind, step.kind);
    let kinds = (implicit(from, kind), implicit(to, kind), implicit(step, step_kind));
    let countable = kind.is_number() || matches!(kind, KqlType::Datetime | KqlType::Timespan);
    let (Some(from), Some(to), Some(step), true) = (kinds.0, kinds.1, kinds.2, countable) else {
        let message = format!(
            "`range` from `{}` to `{}` has no step of type `{}`",
            given.0, given.1, given.2
        );
        binder.report(Diagnostic::error(codes::WRONG_ARGUMENT_TYPE, message).at(span));
        return None;
    };
    let columns = vec![Column::new(column.name.clone(), kind)];
    let step = Step::Range { from, to, step };
    Some(Relation { serialized: true, ..Relation::unordered(step, columns) })
}
