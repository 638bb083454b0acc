//! The inside of `dynamic(...)`: JSON whose values may be any of KQL's constants.

use huntbook_diagnostics::Diagnostic;

use super::{MAX_DEPTH, Parser};
use crate::ast::{Expr, ExprKind, Literal};
use crate::names::is_boolean;
use crate::token::{LiteralType, TokenKind};

/// What is open around a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Frame {
    /// `dynamic(`; one value.
    Call,
    /// `[`.
    Array,
    /// `{`.
    Object,
}

/// What may come next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Next {
    Value,
    /// The first value of an array, or its end.
    ValueOrEnd,
    Key,
    /// The first key of an object, or its end.
    KeyOrEnd,
    Colon,
    CommaOrEnd,
}

impl Parser<'_> {
    /// `dynamic(json)`. The first thing in it that is no JSON is reported.
    pub(super) fn dynamic(&mut self) -> Expr {
        let start = self.bump();
        let open = self.position;
        let inside = self.inside().to_owned();
        let behind = self.position;
        if let Some(close) = self.partners[open] {
            self.position = open + 1;
            self.json(close);
        }
        self.position = behind;
        Expr { kind: ExprKind::Literal(Literal::Dynamic(inside)), span: self.since(start) }
    }

    /// Checks the tokens up to the closing bracket at `close`.
    fn json(&mut self, close: usize) {
        let mut frames = vec![Frame::Call];
        let mut next = Next::Value;
        while self.position < close {
            if frames.len() > MAX_DEPTH {
                return self.too_deep(self.place());
            }
            let Some(kind) = self.kind() else { return };
            next = match (next, kind) {
                (Next::Value | Next::ValueOrEnd, TokenKind::OpenBracket) => {
                    frames.push(Frame::Array);
                    Next::ValueOrEnd
                }
                (Next::Value | Next::ValueOrEnd, TokenKind::OpenBrace) => {
                    frames.push(Frame::Object);
                    Next::KeyOrEnd
                }
                (Next::Value | Next::ValueOrEnd, TokenKind::Name) if self.is_nested_dynamic() => {
                    self.bump();
                    frames.push(Frame::Call);
                    Next::Value
                }
                (Next::Value | Next::ValueOrEnd, _) if self.json_constant() => Next::CommaOrEnd,
                (Next::Key | Next::KeyOrEnd, TokenKind::String(_)) => {
                    self.string_value();
                    self.position -= 1;
                    Next::Colon
                }
                (Next::Colon, TokenKind::Colon) => Next::Value,
                (Next::CommaOrEnd, TokenKind::Comma) => match frames.last() {
                    Some(Frame::Object) => Next::Key,
                    Some(Frame::Array) => Next::Value,
                    _ => return self.no_json(next),
                },
                // The brackets are paired, so this one closes the innermost frame.
                (Next::CommaOrEnd | Next::ValueOrEnd | Next::KeyOrEnd, kind)
                    if kind.is_closer() =>
                {
                    frames.pop();
                    Next::CommaOrEnd
                }
                _ => return self.no_json(next),
            };
            self.bump();
        }
        if next != Next::CommaOrEnd {
            self.no_json(next);
        }
    }

    fn is_nested_dynamic(&self) -> bool {
        self.is_word("dynamic") && self.is_at(self.position + 1, TokenKind::OpenParenthesis)
    }

    /// Whether a constant stands at the position; goes to its last token.
    fn json_constant(&mut self) -> bool {
        let next = self.position + 1;
        match self.kind() {
            Some(TokenKind::String(_)) => {
                while matches!(self.kind(), Some(TokenKind::String(_))) {
                    self.string_value();
                }
                self.position -= 1;
                true
            }
            Some(TokenKind::Integer | TokenKind::Real | TokenKind::Timespan) => true,
            Some(TokenKind::Minus) => {
                let is_number =
                    matches!(self.kind_at(next), Some(TokenKind::Integer | TokenKind::Real));
                self.position += usize::from(is_number);
                is_number
            }
            Some(TokenKind::Name) if self.is_at(next, TokenKind::OpenParenthesis) => {
                match (LiteralType::from_keyword(self.word()), self.partners[next]) {
                    (Some(_), Some(close)) => {
                        self.position = close;
                        true
                    }
                    _ => false,
                }
            }
            Some(TokenKind::Name) => self.is_word("null") || is_boolean(self.word()).is_some(),
            _ => false,
        }
    }

    fn no_json(&mut self, next: Next) {
        let expected = match next {
            Next::Value => "a JSON value",
            Next::ValueOrEnd => "a JSON value or `]`",
            Next::Key => "a key in quotes",
            Next::KeyOrEnd => "a key in quotes or `}`",
            Next::Colon => "`:` and the value of the key",
            Next::CommaOrEnd => "`,` or the end of the constant",
        };
        let message = format!("expected {expected} in `dynamic(...)`, found {}", self.described());
        let mut diagnostic = Diagnostic::error("KQL0020", message).at(self.place());
        if self.is(TokenKind::Name) {
            diagnostic = diagnostic
                .hint("texts stand in quotes; `bag_pack(...)` and `pack_array(...)` build a value from columns");
        }
        self.recovered(diagnostic);
    }
}

#[cfg(test)]
mod tests {
    use crate::ast::{ExprKind, Literal};
    use crate::parser::testing::{expression, problems};

    #[test]
    fn json_and_constants_of_kql_are_kept_as_written() {
        for inside in [
            "null",
            "-1.5",
            "'text' \"s\"",
            "[]",
            "{}",
            "[1, 'two', [3], {\"four\": 4}, true, 1d]",
            "{'a': datetime(2024-05-01), \"b\": {'c': dynamic([1])}}",
            "[long(null), guid(74be27de-1e4e-49d9-b579-fe0b331d3642)]",
        ] {
            let text = format!("dynamic( {inside} // note\n)");
            assert_eq!(expression(&text).kind, ExprKind::Literal(Literal::Dynamic(inside.into())));
        }
    }

    #[test]
    fn what_is_no_json_is_one_error_at_its_place() {
        for (inside, place) in [
            ("", ")"),
            ("[1 2]", "2"),
            ("[1, ]", "]"),
            ("{a: 1}", "a"),
            ("{'a' 1}", "1"),
            ("[x]", "x"),
            ("1, 2", ","),
            ("[1,,2]", ","),
        ] {
            let found = problems(&format!("print dynamic({inside}) | take 5"));
            assert_eq!(found.len(), 1, "{inside}: {found:?}");
            assert!(found[0].starts_with(&format!("KQL0020 `{place}`")), "{inside}: {found:?}");
        }
    }

    #[test]
    fn json_nested_beyond_the_limit_is_an_error() {
        let text = format!("print dynamic({}{})", "[".repeat(20_000), "]".repeat(20_000));
        assert!(problems(&text)[0].starts_with("KQL0015"));
    }
}
