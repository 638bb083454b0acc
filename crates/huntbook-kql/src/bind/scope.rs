//! The names that `let` defines.

use std::rc::Rc;

use huntbook_diagnostics::Diagnostic;
use huntbook_kql_syntax::ast::Function;

use crate::ir::{Relation, Scalar};

/// What a `let` name stands for.
#[derive(Debug, Clone)]
pub(crate) enum Binding {
    /// A value, inlined where the name is used; the number is its size.
    Scalar(Rc<Scalar>, usize),
    /// A value that depends on the row at hand, its size, and how deep in tables the row is one of.
    RowScalar(Rc<Scalar>, usize, usize),
    /// A table, inlined where the name is used; the number is its size.
    Table(Rc<Relation>, usize),
    /// A function, with the scope that its body sees.
    Function(Rc<Function>, Scope),
    /// A table that reads one which does not exist; the problems are reported where the name is used.
    Missing(Rc<Vec<Diagnostic>>),
    /// A definition with problems, which are reported already.
    Failed,
}

/// A chain of definitions; a later one hides an earlier one of the same name.
#[derive(Debug, Clone, Default)]
pub(crate) struct Scope(Option<Rc<Definition>>);

#[derive(Debug)]
struct Definition {
    name: String,
    binding: Binding,
    before: Scope,
}

impl Scope {
    /// This scope with one more name.
    pub(crate) fn with(&self, name: &str, binding: Binding) -> Self {
        Self(Some(Rc::new(Definition { name: name.to_owned(), binding, before: self.clone() })))
    }

    /// What the name stands for.
    pub(crate) fn get(&self, name: &str) -> Option<&Binding> {
        self.definitions()
            .find(|definition| definition.name == name)
            .map(|definition| &definition.binding)
    }

    /// The functions written as `view`, by name, with the scopes that their bodies see.
    pub(crate) fn views(&self) -> Vec<(String, Rc<Function>, Scope)> {
        let view = |definition: &Definition| match &definition.binding {
            Binding::Function(function, scope) if function.view => {
                Some((definition.name.clone(), Rc::clone(function), scope.clone()))
            }
            _ => None,
        };
        self.definitions().filter_map(view).collect()
    }

    /// All names, the newest first.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.definitions().map(|definition| definition.name.as_str())
    }

    fn definitions(&self) -> impl Iterator<Item = &Definition> {
        std::iter::successors(self.0.as_deref(), |definition| definition.before.0.as_deref())
    }
}

impl Drop for Definition {
    /// Takes long chains apart one by one, so that dropping does not recurse.
    fn drop(&mut self) {
        let mut next = self.before.0.take();
        while let Some(definition) = next {
            next = Rc::into_inner(definition).and_then(|mut definition| definition.before.0.take());
        }
    }
}
