//! `evaluate plugin(arguments) : (schema)`: one file a plugin.

mod bag_unpack;
mod ip_lookup;
mod narrow;
mod pivot;

use huntbook_diagnostics::{Diagnostic, Span};
use huntbook_kql_syntax::ast::{Expr, ExprKind, Ident, NamedExpr, Schema};

use crate::bind::{Binder, Row, Scope};
use crate::codes;
use crate::convert::convert;
use crate::ir::{Column, Relation, Scalar, Value};
use crate::types::KqlType;

/// A plugin as it is called.
pub(super) struct Plugin<'a> {
    pub(super) name: &'a Ident,
    pub(super) arguments: &'a [NamedExpr],
    pub(super) schema: Option<&'a Schema>,
    pub(super) span: Span,
    pub(super) scope: &'a Scope,
}

pub(crate) fn bind(
    binder: &mut Binder<'_>,
    input: Relation,
    (name, arguments, schema): (&Ident, &[NamedExpr], Option<&Schema>),
    span: Span,
    scope: &Scope,
) -> Option<Relation> {
    let plugin = Plugin { name, arguments, schema, span, scope };
    match name.name.as_str() {
        "bag_unpack" => bag_unpack::bind(binder, input, &plugin),
        "ipv4_lookup" => ip_lookup::bind(binder, input, &plugin, ip_lookup::Version::Four),
        "ipv6_lookup" => ip_lookup::bind(binder, input, &plugin, ip_lookup::Version::Six),
        "narrow" => narrow::bind(binder, input, &plugin),
        "pivot" => pivot::bind(binder, input, &plugin),
        other => {
            let message = format!("plugin `{other}` is not supported yet");
            binder.report(Diagnostic::error(codes::UNSUPPORTED_OPERATOR, message).at(name.span));
            None
        }
    }
}

impl<'a> Plugin<'a> {
    /// The argument of this name, or the one at this position among those without a name.
    pub(super) fn argument(&self, name: &str, position: usize) -> Option<&'a Expr> {
        let named = self.arguments.iter().find(|argument| {
            argument.names.first().is_some_and(|given| given.name.eq_ignore_ascii_case(name))
        });
        let positional = || {
            let mut unnamed = self.arguments.iter().filter(|argument| argument.names.is_empty());
            unnamed.nth(position)
        };
        named.or_else(positional).map(|argument| &argument.value)
    }

    /// Reports that an argument is missing.
    pub(super) fn lacks(&self, binder: &mut Binder<'_>, what: &str) {
        let message = format!("`{}` lacks {what}", self.name.name);
        binder.report(Diagnostic::error(codes::WRONG_ARGUMENT_COUNT, message).at(self.span));
    }

    pub(super) fn wrong(&self, binder: &mut Binder<'_>, what: &str, span: Span) {
        let message = format!("{what} is expected here by `{}`", self.name.name);
        binder.report(Diagnostic::error(codes::WRONG_ARGUMENT_TYPE, message).at(span));
    }

    /// A plain column of the input.
    pub(super) fn column(
        &self,
        binder: &mut Binder<'_>,
        input: &Relation,
        argument: &Expr,
    ) -> Option<Column> {
        let ExprKind::Name(name) = &argument.kind else {
            self.wrong(binder, "the name of a column", argument.span);
            return None;
        };
        let value = binder.scalar(argument, Row::of(input, self.scope))?;
        Some(Column::new(name.name.clone(), value.kind))
    }

    /// A constant, cast to a type.
    pub(super) fn constant(
        &self,
        binder: &mut Binder<'_>,
        argument: &Expr,
        kind: KqlType,
    ) -> Option<Value> {
        let bound = binder.scalar(argument, Row::new(&[], self.scope))?;
        let cast = convert(bound, kind);
        let value = cast.as_ref().and_then(Scalar::as_literal);
        if value.is_none() {
            let message = format!("a constant of type `{kind}` is expected here");
            binder.report(Diagnostic::error(codes::NOT_CONSTANT, message).at(argument.span));
        }
        value.cloned()
    }

    pub(super) fn constant_text(&self, binder: &mut Binder<'_>, argument: &Expr) -> Option<String> {
        match self.constant(binder, argument, KqlType::String)? {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }
}
