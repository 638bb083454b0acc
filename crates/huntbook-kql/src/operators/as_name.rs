//! `as Name`: the rows at hand under a name, from here on.

use std::rc::Rc;

use huntbook_kql_syntax::ast::Ident;

use crate::bind::{Binder, Binding, Scope, size, unsupported};
use crate::ir::Relation;

pub(crate) fn bind(
    binder: &mut Binder<'_>,
    input: &Relation,
    name: &Ident,
    scope: &Scope,
) -> Option<Scope> {
    // The name would stand for the rows of all parts.
    if input.parts().next().is_some() {
        binder.report(unsupported("`as` inside of `mv-apply` and `partition`", name.span));
        return None;
    }
    let nodes = size::of_relation(input);
    Some(scope.with(&name.name, Binding::Table(Rc::new(input.clone()), nodes)))
}
