//! Expressions: brackets only where the tree needs them, constants in one form each.

use std::fmt::Write as _;

use super::Printer;
use crate::ast::{BinaryOperator, Expr, ExprKind, Ident, Literal, NamedExpr, UnaryOperator};
use crate::lexer::tokenize;
use crate::names::{NamePlace, needs_quotes};
use crate::parser::{Precedence, precedence};
use crate::strings::quote_string;
use crate::token::{LiteralType, TokenKind};

impl Printer {
    /// What stands before a dot: a number in brackets, as it would take the dot for its own.
    fn owner(&mut self, base: &Expr) {
        if matches!(&base.kind, ExprKind::Literal(Literal::Long(_) | Literal::Real(_))) {
            self.put("(");
            self.bracketed(base);
            self.put(")");
        } else {
            self.expression(base, Precedence::Operand);
        }
    }

    /// The expression, in brackets where it binds less tightly than `least`.
    pub(super) fn expression(&mut self, expr: &Expr, least: Precedence) {
        if own_precedence(expr).is_none_or(|own| own < least) {
            self.put("(");
            self.bracketed(expr);
            self.put(")");
            return;
        }
        match &expr.kind {
            ExprKind::Literal(literal) => self.literal(literal),
            ExprKind::Name(name) => self.name(name),
            ExprKind::Star => self.put("*"),
            ExprKind::Path { base, member } => {
                self.owner(base);
                self.put(".");
                self.name(member);
            }
            ExprKind::Index { base, index } => {
                self.expression(base, Precedence::Operand);
                self.put("[");
                self.expression(index, Precedence::Lowest);
                self.put("]");
            }
            ExprKind::Unary { operator, operand } => {
                self.put(match operator {
                    UnaryOperator::Minus => "-",
                    UnaryOperator::Plus => "+",
                });
                self.expression(operand, Precedence::Operand);
            }
            ExprKind::Binary { operator, left, right, .. } => self.binary(*operator, left, right),
            ExprKind::List { operator, subject, list, .. } => {
                self.expression(subject, Precedence::Relation);
                let _ = write!(self.text, " {} (", operator.symbol());
                self.listed(list, Self::bracketed);
                self.put(")");
            }
            ExprKind::Between { negated, subject, low, high, .. } => {
                self.expression(subject, Precedence::Relation);
                self.put(if *negated { " !between (" } else { " between (" });
                self.expression(low, Precedence::Lowest);
                self.put(" .. ");
                self.expression(high, Precedence::Lowest);
                self.put(")");
            }
            ExprKind::Call { name, arguments } => {
                self.call(name, arguments);
            }
            ExprKind::MemberCall { base, name, arguments } => {
                self.owner(base);
                self.put(".");
                self.name(name);
                self.arguments(arguments);
            }
            ExprKind::TypeOf(type_name) => {
                let _ = write!(self.text, "typeof({})", type_name.name);
            }
            ExprKind::DataTable { columns, values } => {
                self.put("datatable");
                self.declarations(columns);
                self.put(" [");
                self.listed(values, |printer, value| printer.expression(value, Precedence::Lowest));
                self.put("]");
            }
            ExprKind::Pattern(pattern) => self.pattern(pattern),
            ExprKind::ExternalData { columns, addresses, properties } => {
                self.put("externaldata");
                self.declarations(columns);
                self.put(" [");
                self.listed(addresses, |printer, address| {
                    printer.expression(address, Precedence::Lowest);
                });
                self.put("]");
                self.with_properties(properties, Self::name);
            }
            ExprKind::Error
            | ExprKind::Pipeline(_)
            | ExprKind::Print { .. }
            | ExprKind::Head(_)
            | ExprKind::Function(_) => self.put("?"),
        }
    }

    fn call(&mut self, name: &Ident, arguments: &[NamedExpr]) {
        if let ("toscalar" | "totable", [NamedExpr { names, value, .. }]) =
            (name.name.as_str(), arguments)
            && names.is_empty()
        {
            return self.call_of_table(name, value);
        }
        let is_name =
            matches!(tokenize(&name.name).as_slice(), [token] if token.kind == TokenKind::Name);
        let is_special = name.name == "typeof" || LiteralType::from_keyword(&name.name).is_some();
        // A function may be called like a word that is clearer in quotes as a column.
        if is_name && !is_special && !needs_quotes(&name.name, NamePlace::Alone) {
            self.put(&name.name);
        } else {
            self.name(name);
        }
        self.arguments(arguments);
    }

    /// The call of a function that takes a pipeline without brackets of its own.
    pub(super) fn call_of_table(&mut self, name: &Ident, table: &Expr) {
        self.put(&name.name);
        self.put("(");
        self.bracketed(table);
        self.put(")");
    }

    fn binary(&mut self, operator: BinaryOperator, left: &Expr, right: &Expr) {
        let own = precedence(operator);
        let is_comparison = matches!(own, Precedence::Equality | Precedence::Relation);
        let is_logical = matches!(own, Precedence::And | Precedence::Or);
        self.expression(left, if is_comparison { own.tighter() } else { own });
        let _ = write!(self.text, " {} ", operator.symbol());
        self.expression(right, if is_logical { own } else { own.tighter() });
    }

    fn literal(&mut self, literal: &Literal) {
        match literal {
            Literal::Bool(Some(value)) => self.put(if *value { "true" } else { "false" }),
            Literal::Bool(None) => self.put("bool(null)"),
            Literal::Int(value) => self.typed("int", value.as_ref()),
            Literal::Long(Some(value)) if *value >= 0 => {
                let _ = write!(self.text, "{value}");
            }
            Literal::Long(value) => self.typed("long", value.as_ref()),
            Literal::Real(value) => self.real(*value),
            Literal::Decimal(text) => self.typed("decimal", Some(text)),
            Literal::String { value, hidden } => {
                self.put(if *hidden { "h" } else { "" });
                self.put(&quote_string(value));
            }
            Literal::Datetime(text) => self.typed("datetime", Some(text)),
            Literal::Timespan(text) if is_timespan(text) => self.put(text),
            Literal::Timespan(text) => self.typed("timespan", Some(text)),
            Literal::Guid(text) => self.typed("guid", Some(text)),
            Literal::Dynamic(text) => self.typed("dynamic", Some(text)),
        }
    }

    fn typed(&mut self, type_name: &str, value: Option<&impl std::fmt::Display>) {
        let _ = match value {
            Some(value) => write!(self.text, "{type_name}({value})"),
            None => write!(self.text, "{type_name}(null)"),
        };
    }

    fn real(&mut self, value: Option<f64>) {
        let _ = match value {
            None => write!(self.text, "real(null)"),
            Some(nan) if nan.is_nan() => write!(self.text, "real(nan)"),
            Some(infinite) if infinite.is_infinite() => {
                write!(self.text, "real({}inf)", if infinite > 0.0 { "+" } else { "-" })
            }
            Some(negative) if negative.is_sign_negative() => {
                write!(self.text, "real({negative:?})")
            }
            Some(value) => write!(self.text, "{value:?}"),
        };
    }
}

/// How tightly the outermost operator binds; `None` for what needs brackets everywhere.
fn own_precedence(expr: &Expr) -> Option<Precedence> {
    match &expr.kind {
        ExprKind::Binary { operator, .. } => Some(precedence(*operator)),
        ExprKind::List { .. } | ExprKind::Between { .. } => Some(Precedence::Equality),
        // A sign binds more tightly than any operator, but a path behind it binds to the operand.
        ExprKind::Unary { .. } => Some(Precedence::Sign),
        ExprKind::Pipeline(_)
        | ExprKind::Print { .. }
        | ExprKind::Head(_)
        | ExprKind::Function(_) => None,
        _ => Some(Precedence::Operand),
    }
}

/// Whether `text` alone is a timespan literal.
fn is_timespan(text: &str) -> bool {
    matches!(tokenize(text).as_slice(), [token] if token.kind == TokenKind::Timespan)
}
