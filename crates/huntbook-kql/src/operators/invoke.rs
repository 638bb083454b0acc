//! `invoke f(arguments)`: a function of the query whose first parameter is the table at hand.

use huntbook_diagnostics::Span;
use huntbook_kql_syntax::ast::{Ident, NamedExpr};

use crate::bind::{Binder, Scope};
use crate::ir::Relation;

pub(crate) fn bind(
    binder: &mut Binder<'_>,
    input: Relation,
    name: &Ident,
    arguments: &[NamedExpr],
    span: Span,
    scope: &Scope,
) -> Option<Relation> {
    binder.invoked(input, name, arguments, span, scope)
}
