//! Constants.

use std::str::FromStr;

use huntbook_diagnostics::{Diagnostic, Span};

use super::Parser;
use crate::ast::{Expr, ExprKind, Literal};
use crate::strings::unquote;
use crate::token::{LiteralType, TokenKind};

impl<'t> Parser<'t> {
    /// One or more string literals side by side, which stand for one text.
    pub(super) fn string(&mut self) -> Expr {
        let start = self.span();
        let mut value = String::new();
        let mut hidden = false;
        while let Some(TokenKind::String(token)) = self.kind() {
            hidden |= token.hidden;
            value.push_str(&self.string_value());
        }
        Expr { kind: ExprKind::Literal(Literal::String { value, hidden }), span: self.since(start) }
    }

    /// The characters that the string literal at the position stands for; an empty text where there is none.
    pub(super) fn string_value(&mut self) -> String {
        let Some(TokenKind::String(token)) = self.kind() else { return String::new() };
        let (value, bad) = unquote(self.text_at(self.position), token);
        if let Some(bad) = bad {
            let start = self.span().start;
            let span = Span::new(start + bad.start, start + bad.end);
            let escape = span.slice(self.text).unwrap_or_default();
            let diagnostic = Diagnostic::error("KQL0014", format!("`{escape}` is not an escape"))
                .at(span)
                .hint("write `\\\\` for a backslash, or the whole text as `@\"...\"`");
            self.recovered(diagnostic);
        }
        self.bump();
        value
    }

    /// A number or a timespan with a unit.
    pub(super) fn number(&mut self) -> Expr {
        let text = self.text_at(self.position);
        let kind = self.kind();
        let literal = match kind {
            Some(TokenKind::Timespan) => Some(Literal::Timespan(text.to_owned())),
            Some(TokenKind::Real) => text.parse().ok().map(|value| Literal::Real(Some(value))),
            _ => integer(text).map(|value| Literal::Long(Some(value))),
        };
        if literal.is_none() {
            let diagnostic =
                Diagnostic::error("KQL0013", format!("`{text}` does not fit in a long"))
                    .at(self.span())
                    .hint("longs go from -9223372036854775808 to 9223372036854775807");
            self.recovered(diagnostic);
        }
        let span = self.bump();
        Expr { kind: literal.map_or(ExprKind::Error, ExprKind::Literal), span }
    }

    /// `-9223372036854775808` at the position: the one long whose digits alone do not fit.
    pub(super) fn least_long(&mut self) -> Option<Expr> {
        if self.text_at(self.position + 1) != "9223372036854775808" {
            return None;
        }
        let start = self.bump();
        self.bump();
        self.height = 1;
        Some(Expr {
            kind: ExprKind::Literal(Literal::Long(Some(i64::MIN))),
            span: self.since(start),
        })
    }

    /// `type(text)`.
    pub(super) fn typed_literal(&mut self, literal_type: LiteralType) -> Expr {
        let start = self.bump();
        let inside = self.inside();
        let span = self.since(start);
        let literal = match literal_type {
            LiteralType::Bool => boolean(inside).map(Literal::Bool),
            LiteralType::Int => nullable(inside, small_integer).map(Literal::Int),
            LiteralType::Long => nullable(inside, integer).map(Literal::Long),
            LiteralType::Real => nullable(inside, real).map(Literal::Real),
            LiteralType::Decimal => Some(Literal::Decimal(inside.to_owned())),
            LiteralType::Datetime => Some(Literal::Datetime(inside.to_owned())),
            LiteralType::Timespan => Some(Literal::Timespan(inside.to_owned())),
            LiteralType::Guid => Some(Literal::Guid(inside.to_owned())),
        };
        if literal.is_none() {
            let name = literal_type.name();
            let diagnostic = Diagnostic::error(
                "KQL0013",
                format!("`{inside}` is not a constant of type {name}"),
            )
            .at(span)
            .hint(format!("`to{name}(...)` converts a value that is not a constant"));
            self.recovered(diagnostic);
        }
        Expr { kind: literal.map_or(ExprKind::Error, ExprKind::Literal), span }
    }

    /// `dynamic(json)`.
    pub(super) fn dynamic(&mut self) -> Expr {
        let start = self.bump();
        let inside = self.inside().to_owned();
        Expr { kind: ExprKind::Literal(Literal::Dynamic(inside)), span: self.since(start) }
    }

    /// Passes over the brackets at the position; their inside as written, trimmed.
    fn inside(&mut self) -> &'t str {
        let text = self.text;
        let open = self.position;
        self.bump();
        let from = self.span_at(open).end;
        if let Some(close) = self.partners[open] {
            self.position = close + 1;
            Span::new(from, self.span_at(close).start).slice(text).unwrap_or_default().trim()
        } else {
            self.skip_to_stop();
            Span::new(from, self.previous_end()).slice(text).unwrap_or_default().trim()
        }
    }
}

fn nullable<T>(text: &str, parse: impl FnOnce(&str) -> Option<T>) -> Option<Option<T>> {
    if text == "null" { Some(None) } else { parse(text).map(Some) }
}

fn boolean(text: &str) -> Option<Option<bool>> {
    nullable(text, |text| match text.to_ascii_lowercase().as_str() {
        "true" | "1" => Some(true),
        "false" | "0" => Some(false),
        _ => None,
    })
}

/// A long in digits or in hexadecimal, whose 64 bits may set the sign.
fn integer(text: &str) -> Option<i64> {
    match text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")) {
        Some(digits) => u64::from_str_radix(digits, 16).ok().map(|bits| bits as i64),
        None => i64::from_str(text).ok(),
    }
}

fn small_integer(text: &str) -> Option<i32> {
    i32::try_from(integer(text)?).ok()
}

fn real(text: &str) -> Option<f64> {
    f64::from_str(text).ok()
}
