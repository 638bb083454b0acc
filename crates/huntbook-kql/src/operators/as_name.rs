//! `as Name`: the rows at hand under a name, from here on.

use std::rc::Rc;

use huntbook_kql_syntax::ast::Ident;

use crate::bind::{Binding, Scope, size};
use crate::ir::Relation;

pub(crate) fn bind(input: &Relation, name: &Ident, scope: &Scope) -> Scope {
    let nodes = size::of_relation(input);
    scope.with(&name.name, Binding::Table(Rc::new(input.clone()), nodes))
}
