//! Functions that a query, or the user's pack of functions, defines.

use std::rc::Rc;

use huntbook_diagnostics::{Diagnostic, Span};
use huntbook_kql_syntax::ast::{
    ColumnDeclaration, ExprKind, Function, Ident, NamedExpr, Parameter, ParameterKind, Statement,
};

use super::call::implicit;
use super::scope::{Binding, Scope};
use super::{Binder, Row, literal, size};
use crate::codes;
use crate::convert::convert;
use crate::ir::Relation;
use crate::types::KqlType;

impl Binder<'_> {
    /// The function of this name and the scope that its body sees: one of the query, or one of the user's.
    pub(super) fn user_function(
        &mut self,
        name: &str,
        scope: &Scope,
    ) -> Option<(Rc<Function>, Scope)> {
        match scope.get(name) {
            Some(Binding::Function(function, inner)) => Some((Rc::clone(function), inner.clone())),
            Some(_) => None,
            None => {
                let function = self.database.function(name)?;
                Some((Rc::new(function.clone()), Scope::default()))
            }
        }
    }

    /// Whether a function's body ends in a table.
    pub(super) fn yields_table(&self, function: &Function, scope: &Scope) -> bool {
        let mut inner = scope.clone();
        for parameter in &function.parameters {
            let binding = match parameter.kind {
                ParameterKind::Tabular(_) => Binding::Table(Rc::new(Relation::nothing()), 0),
                ParameterKind::Scalar(_) => Binding::Failed,
            };
            inner = inner.with(&parameter.name.name, binding);
        }
        let mut last = None;
        for statement in &function.body.statements {
            match statement {
                Statement::Let(definition) => {
                    let binding = match &definition.value.kind {
                        ExprKind::Function(function) => {
                            Binding::Function(Rc::new(function.as_ref().clone()), inner.clone())
                        }
                        _ if self.is_tabular(&definition.value, &inner) => {
                            Binding::Table(Rc::new(Relation::nothing()), 0)
                        }
                        _ => Binding::Failed,
                    };
                    inner = inner.with(&definition.name.name, binding);
                }
                Statement::Expression(expression) => last = Some(expression),
                _ => {}
            }
        }
        last.is_some_and(|last| self.is_tabular(last, &inner))
    }

    /// A call whose result is a table.
    pub(super) fn table_function(
        &mut self,
        name: &Ident,
        (function, inner): (Rc<Function>, Scope),
        arguments: &[NamedExpr],
        span: Span,
        scope: &Scope,
    ) -> Option<Relation> {
        let row = Row::new(&[], scope);
        let of_query = scope.get(&name.name).is_some();
        let scope = self.parameters(name, (&function, &inner), arguments, span, row, None)?;
        self.body(name, &function, &scope, span, of_query)
    }

    /// A function of the database by its name alone, as the service allows where every parameter has a default.
    pub(super) fn bare_function(&mut self, name: &Ident, scope: &Scope) -> Option<Relation> {
        let called = self.user_function(&name.name, scope)?;
        self.table_function(name, called, &[], name.span, scope)
    }

    /// The rows of a function's body. What is wrong in a body that is not part of the query is told at the call.
    fn body(
        &mut self,
        name: &Ident,
        function: &Function,
        scope: &Scope,
        span: Span,
        of_query: bool,
    ) -> Option<Relation> {
        let before = self.diagnostics.len();
        let relation = self.deeper(span, |binder| binder.query(&function.body, scope));
        if !of_query {
            self.told_at_call(name, span, before);
        }
        relation
    }

    /// Moves what was found since `before` from the body of the function `name`, which is no part of the query, to
    /// its call. That a function which every database has passes over tables is its purpose, and not told.
    pub(super) fn told_at_call(&mut self, name: &Ident, span: Span, before: usize) {
        if !self.database.defines(&name.name) {
            let mut found = self.diagnostics.split_off(before);
            found.retain(Diagnostic::is_error);
            self.diagnostics.append(&mut found);
        }
        for one in self.diagnostics.iter_mut().skip(before) {
            one.message = format!("in `{}`: {}", name.name, one.message);
            one.span = Some(span);
        }
    }

    /// `invoke`: a call whose first argument is the table at hand.
    pub(crate) fn invoked(
        &mut self,
        input: Relation,
        name: &Ident,
        arguments: &[NamedExpr],
        span: Span,
        scope: &Scope,
    ) -> Option<Relation> {
        let Some((function, inner)) = self.user_function(&name.name, scope) else {
            let diagnostic = super::scalar::unknown_function(name, scope);
            self.report(diagnostic);
            return None;
        };
        let row = Row::new(&[], scope);
        let of_query = scope.get(&name.name).is_some();
        let scope =
            self.parameters(name, (&function, &inner), arguments, span, row, Some(input))?;
        self.body(name, &function, &scope, span, of_query)
    }

    /// `declare query_parameters`: each has the value of its default.
    pub(super) fn query_parameter(&mut self, parameter: &Parameter, scope: &Scope) -> Binding {
        let Some(default) = &parameter.default else {
            let message = format!("query parameter `{}` has no value", parameter.name.name);
            self.report(
                Diagnostic::error(codes::WRONG_ARGUMENT_COUNT, message)
                    .at(parameter.name.span)
                    .hint("give it a default: `name:type = value`"),
            );
            return Binding::Failed;
        };
        let ParameterKind::Scalar(type_name) = &parameter.kind else { return Binding::Failed };
        let kind = self.accept(literal::type_of(type_name));
        let value = self.scalar(default, Row::new(&[], scope));
        let (Some(kind), Some(value)) = (kind, value) else { return Binding::Failed };
        match implicit(value, kind) {
            Some(value) => Binding::Scalar(Rc::new(value), 1),
            None => Binding::Failed,
        }
    }

    /// A table given for a parameter: with the columns that it declares, or all of them.
    fn tabular_argument(
        &mut self,
        relation: Relation,
        declared: &[ColumnDeclaration],
        span: Span,
    ) -> Option<Relation> {
        for column in declared {
            let known = relation.columns.iter().any(|own| own.name == column.name.name);
            if !known && !relation.open {
                let message = format!("the table given lacks column `{}`", column.name.name);
                self.report(Diagnostic::error(codes::UNKNOWN_COLUMN, message).at(span));
                return None;
            }
        }
        Some(relation)
    }

    /// The scope of a function's body: its own, with the parameters bound to the arguments.
    pub(super) fn parameters(
        &mut self,
        name: &Ident,
        (function, scope): (&Function, &Scope),
        arguments: &[NamedExpr],
        span: Span,
        row: Row<'_>,
        table: Option<Relation>,
    ) -> Option<Scope> {
        let mut inner = scope.clone();
        let mut parameters = function.parameters.as_slice();
        if let Some(table) = table {
            let Some((Parameter { name: first, kind: ParameterKind::Tabular(declared), .. }, rest)) =
                parameters.split_first()
            else {
                let message = format!("the first parameter of `{}` is no table", name.name);
                self.report(Diagnostic::error(codes::WRONG_ARGUMENT_TYPE, message).at(name.span));
                return None;
            };
            let relation = self.tabular_argument(table, declared, name.span)?;
            let nodes = size::of_relation(&relation);
            inner = inner.with(&first.name, Binding::Table(Rc::new(relation), nodes));
            parameters = rest;
        }
        if arguments.len() > parameters.len() {
            let message = format!(
                "`{}` takes {} argument(s), not {}",
                name.name,
                parameters.len(),
                arguments.len()
            );
            self.report(Diagnostic::error(codes::WRONG_ARGUMENT_COUNT, message).at(span));
            return None;
        }
        for (position, parameter) in parameters.iter().enumerate() {
            let named = arguments.iter().find(|argument| {
                argument.names.first().is_some_and(|given| given.name == parameter.name.name)
            });
            let positional = arguments.get(position).filter(|argument| argument.names.is_empty());
            let given = named.or(positional).map(|argument| (&argument.value, row));
            let defaulted = parameter.default.as_ref().map(|value| (value, Row::new(&[], scope)));
            let Some((value, row)) = given.or(defaulted) else {
                let message = format!("`{}` lacks argument `{}`", name.name, parameter.name.name);
                self.report(Diagnostic::error(codes::WRONG_ARGUMENT_COUNT, message).at(span));
                return None;
            };
            let binding = match &parameter.kind {
                ParameterKind::Scalar(type_name) => {
                    let kind = self.accept(literal::type_of(type_name))?;
                    let scalar = self.scalar(value, row)?;
                    let given = scalar.kind;
                    // A dynamic parameter takes any value that dynamic can hold.
                    let cast = match kind {
                        KqlType::Dynamic => convert(scalar, kind),
                        _ => implicit(scalar, kind),
                    };
                    let Some(scalar) = cast else {
                        let message = format!(
                            "argument `{}` of `{}` must be a value of type `{kind}`, not `{given}`",
                            parameter.name.name, name.name
                        );
                        self.report(
                            Diagnostic::error(codes::WRONG_ARGUMENT_TYPE, message).at(value.span),
                        );
                        return None;
                    };
                    self.scalar_binding(scalar)
                }
                ParameterKind::Tabular(declared) => {
                    let relation = self.relation(value, row.scope)?;
                    let relation = self.tabular_argument(relation, declared, value.span)?;
                    let nodes = size::of_relation(&relation);
                    Binding::Table(Rc::new(relation), nodes)
                }
            };
            inner = inner.with(&parameter.name.name, binding);
        }
        Some(inner)
    }
}
