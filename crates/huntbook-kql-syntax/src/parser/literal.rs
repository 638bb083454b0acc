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
        let is_constant = self.holds_constant(self.position);
        let inside = self.inside();
        let span = self.since(start);
        let is_null = matches!(inside, "" | "null");
        let literal = match literal_type {
            _ if !is_constant => None,
            LiteralType::Bool if is_null => Some(Literal::Bool(None)),
            LiteralType::Int if is_null => Some(Literal::Int(None)),
            LiteralType::Long if is_null => Some(Literal::Long(None)),
            LiteralType::Real if is_null => Some(Literal::Real(None)),
            LiteralType::Bool => boolean(inside).map(|value| Literal::Bool(Some(value))),
            LiteralType::Int => small_integer(inside).map(|value| Literal::Int(Some(value))),
            LiteralType::Long => integer(inside).map(|value| Literal::Long(Some(value))),
            LiteralType::Real => real(inside).map(|value| Literal::Real(Some(value))),
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

    /// Whether the bracket at `open` holds nothing, or the inside of a constant and is closed behind it.
    fn holds_constant(&self, open: usize) -> bool {
        let Some(close) = self.partners[open] else { return true };
        let is_raw = matches!(self.kind_at(open + 1), Some(TokenKind::Raw(_)));
        let inside = self.text_at(open + 1);
        let is_call = inside.contains('(') && inside.contains(')');
        close == open + 1 || is_raw && !is_call && close == open + 2 && self.touches_next(open + 1)
    }

    /// Passes over the brackets at the position; their inside as written, without the white space
    /// and the comments around it.
    pub(super) fn inside(&mut self) -> &'t str {
        let open = self.position;
        self.bump();
        let first = self.position;
        match self.partners[open] {
            Some(close) => self.position = close,
            None => self.skip_to_stop(),
        }
        let behind = self.position;
        self.position += usize::from(self.partners[open].is_some());
        if first == behind {
            return "";
        }
        let span = self.span_at(first).to(self.span_at(behind - 1));
        span.slice(self.text).unwrap_or_default().trim()
    }
}

fn boolean(text: &str) -> Option<bool> {
    match text.to_ascii_lowercase().as_str() {
        "true" | "1" => Some(true),
        "false" | "0" => Some(false),
        _ => None,
    }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parser::testing::{expression, hints, problems};

    fn literal(text: &str) -> Literal {
        match expression(text).kind {
            ExprKind::Literal(literal) => literal,
            other => panic!("{text} is {other:?}"),
        }
    }

    #[test]
    fn numbers_have_their_types() {
        assert_eq!(literal("42"), Literal::Long(Some(42)));
        assert_eq!(literal("0x1F"), Literal::Long(Some(31)));
        assert_eq!(literal("0xFFFFFFFFFFFFFFFF"), Literal::Long(Some(-1)));
        assert_eq!(literal("-9223372036854775808"), Literal::Long(Some(i64::MIN)));
        assert_eq!(literal("1.5e3"), Literal::Real(Some(1500.0)));
        assert_eq!(literal("int(-5)"), Literal::Int(Some(-5)));
        assert_eq!(literal("long(5)"), Literal::Long(Some(5)));
        assert_eq!(literal("double(2)"), Literal::Real(Some(2.0)));
        assert_eq!(literal("real(-inf)"), Literal::Real(Some(f64::NEG_INFINITY)));
        assert!(matches!(literal("real(nan)"), Literal::Real(Some(value)) if value.is_nan()));
        assert_eq!(literal("decimal(1.50)"), Literal::Decimal("1.50".into()));
    }

    #[test]
    fn typed_nulls_are_nulls() {
        assert_eq!(literal("bool(null)"), Literal::Bool(None));
        assert_eq!(literal("int(null)"), Literal::Int(None));
        assert_eq!(literal("long(null)"), Literal::Long(None));
        assert_eq!(literal("real( null )"), Literal::Real(None));
        assert_eq!(literal("datetime(null)"), Literal::Datetime("null".into()));
    }

    #[test]
    fn booleans_have_three_spellings() {
        for text in ["true", "True", "TRUE", "bool(true)", "boolean(1)"] {
            assert_eq!(literal(text), Literal::Bool(Some(true)));
        }
    }

    #[test]
    fn texts_with_an_inner_grammar_are_kept_as_written() {
        assert_eq!(
            literal("datetime( 2024-05-01 10:00 )"),
            Literal::Datetime("2024-05-01 10:00".into())
        );
        assert_eq!(literal("1.5h"), Literal::Timespan("1.5h".into()));
        assert_eq!(literal("time(1.02:03:04)"), Literal::Timespan("1.02:03:04".into()));
        assert_eq!(
            literal("guid(74be27de-1e4e-49d9-b579-fe0b331d3642)"),
            Literal::Guid("74be27de-1e4e-49d9-b579-fe0b331d3642".into())
        );
    }

    #[test]
    fn adjacent_strings_are_one_text() {
        assert_eq!(
            literal("\"a\" 'b' h@'c'"),
            Literal::String { value: "abc".into(), hidden: true }
        );
    }

    #[test]
    fn a_constant_out_of_range_is_an_error() {
        assert_eq!(
            problems("print 9223372036854775808"),
            ["KQL0013 `9223372036854775808`: `9223372036854775808` does not fit in a long"]
        );
        assert_eq!(
            problems("print int(3000000000)"),
            ["KQL0013 `int(3000000000)`: `3000000000` is not a constant of type int"]
        );
        assert_eq!(
            hints("print long(x)"),
            ["`tolong(...)` converts a value that is not a constant"]
        );
    }

    #[test]
    fn a_bad_escape_is_an_error_at_its_place() {
        assert_eq!(problems(r#"print "C:\data""#), [r"KQL0014 `\d`: `\d` is not an escape"]);
        assert!(hints(r#"print "C:\data""#)[0].contains("@\"...\""));
    }
}
