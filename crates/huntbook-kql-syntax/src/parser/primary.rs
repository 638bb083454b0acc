//! Operands: names, calls, paths, brackets.

use huntbook_diagnostics::Diagnostic;

use super::Parser;
use super::infix::{Infix, Precedence};
use crate::ast::{Expr, ExprKind, Ident, Literal, NamedExpr, TypeName};
use crate::names::{
    NamePlace, is_boolean, is_infix_word, is_keyword, is_type_keyword, needs_quotes,
};
use crate::token::{LiteralType, TokenKind};

impl Parser<'_> {
    /// A value with the paths and indices behind it.
    pub(super) fn operand(&mut self) -> Expr {
        let mut base = self.primary();
        loop {
            base = match self.kind() {
                Some(TokenKind::Dot) => self.member(base),
                Some(TokenKind::OpenBracket) => self.index(base),
                _ => return base,
            };
        }
    }

    /// A name with the paths and indices behind it; brackets behind it are no call.
    pub(super) fn column_path(&mut self) -> Expr {
        self.height = 1;
        self.check_name(NamePlace::Value);
        let Some(name) = self.name() else {
            self.expected("KQL0007", "a column");
            return self.error_expression();
        };
        let mut base = Expr { span: name.span, kind: ExprKind::Name(name) };
        loop {
            base = match self.kind() {
                Some(TokenKind::Dot) => self.path(base),
                Some(TokenKind::OpenBracket) => self.index(base),
                _ => return base,
            };
        }
    }

    /// `base.name`, and no call.
    fn path(&mut self, base: Expr) -> Expr {
        let height = self.height;
        self.bump();
        let Some(member) = self.name() else {
            self.expected("KQL0007", "a name after `.`");
            return base;
        };
        let span = base.span.to(member.span);
        self.built(ExprKind::Path { base: Box::new(base), member }, span, height)
    }

    fn member(&mut self, base: Expr) -> Expr {
        let height = self.height;
        self.bump();
        if self.is(TokenKind::OpenBracket) && !self.is_bracket_name(self.position) {
            return self.index(base);
        }
        self.check_name(NamePlace::Value);
        let Some(member) = self.name() else {
            self.expected("KQL0007", "a name after `.`");
            return base;
        };
        let start = base.span;
        let base = Box::new(base);
        if self.is(TokenKind::OpenParenthesis) {
            let (arguments, of_arguments) = self.arguments();
            let kind = ExprKind::MemberCall { base, name: member, arguments };
            return self.built(kind, self.since(start), height.max(of_arguments));
        }
        let span = start.to(member.span);
        self.built(ExprKind::Path { base, member }, span, height)
    }

    fn index(&mut self, base: Expr) -> Expr {
        let of_base = self.height;
        let open = self.open();
        let index = self.expression();
        let height = of_base.max(self.height);
        self.close(open);
        let span = self.since(base.span);
        self.built(ExprKind::Index { base: Box::new(base), index: Box::new(index) }, span, height)
    }

    /// The arguments in the brackets at the position, and the greatest height among them.
    pub(super) fn arguments(&mut self) -> (Vec<NamedExpr>, usize) {
        let mut height = 0;
        let open = self.open();
        let arguments = self.items(open, false, |parser| {
            let argument = parser.argument(open);
            height = height.max(parser.height);
            argument
        });
        self.close(open);
        (arguments, height)
    }

    pub(super) fn primary(&mut self) -> Expr {
        self.height = 1;
        if let Some(end) = self.bare_guid() {
            return self.guid_without_its_type(end);
        }
        match self.kind() {
            Some(TokenKind::Name) => self.word_operand(),
            Some(TokenKind::String(_)) => self.string(),
            Some(TokenKind::Integer | TokenKind::Real | TokenKind::Timespan) => self.number(),
            Some(TokenKind::OpenParenthesis) => self.parenthesised(),
            Some(TokenKind::Star) if self.is_before_text_operator() => self.star(),
            Some(TokenKind::OpenBracket) => self.bracketed_name(),
            _ => self.no_value(),
        }
    }

    /// Where the 36 characters of a guid end that stand at the position and not in `guid(...)`.
    fn bare_guid(&self) -> Option<usize> {
        const LENGTH: usize = 36;
        const HYPHENS: [usize; 4] = [8, 13, 18, 23];
        let start = self.span().start;
        let bytes = self.text.as_bytes().get(start..start + LENGTH)?;
        let is_guid = bytes.iter().enumerate().all(|(index, byte)| {
            if HYPHENS.contains(&index) { *byte == b'-' } else { byte.is_ascii_hexdigit() }
        });
        let end = start + LENGTH;
        let goes_on = self.text.as_bytes().get(end).is_some_and(u8::is_ascii_alphanumeric);
        (is_guid && !goes_on).then_some(end)
    }

    fn guid_without_its_type(&mut self, end: usize) -> Expr {
        let start = self.span();
        while self.span().start < end && self.kind().is_some() {
            self.bump();
        }
        let span = self.since(start);
        let diagnostic = Diagnostic::error("KQL0013", "a guid stands in `guid(...)`")
            .at(span)
            .hint(format!("write `guid({})`", span.slice(self.text).unwrap_or_default()));
        self.recovered(diagnostic);
        Expr { kind: ExprKind::Error, span }
    }

    /// Whether an operator such as `has` or `:` stands behind the token at the position.
    fn is_before_text_operator(&mut self) -> bool {
        self.position += 1;
        let infix = self.infix();
        self.position -= 1;
        infix.is_some_and(|(infix, _)| {
            infix != Infix::Unknown && infix.precedence() == Precedence::Text
        })
    }

    fn word_operand(&mut self) -> Expr {
        let word = self.word();
        if is_infix_word(word) {
            return self.no_value();
        }
        if let Some(value) = crate::names::is_boolean(word) {
            let span = self.bump();
            return Expr { kind: ExprKind::Literal(Literal::Bool(Some(value))), span };
        }
        if self.is_at(self.position + 1, TokenKind::OpenParenthesis) {
            if let Some(literal_type) = LiteralType::from_keyword(word) {
                if self.touches_next(self.position) {
                    return self.typed_literal(literal_type);
                }
                if needs_quotes(word, NamePlace::Alone) {
                    let message = format!("white space between `{word}` and its `(`");
                    let diagnostic = Diagnostic::error("KQL0006", message)
                        .at(self.span())
                        .hint(format!("write `{word}(...)`"));
                    self.recovered(diagnostic);
                    return self.call();
                }
            }
            return match word {
                "dynamic" => self.dynamic(),
                "typeof" => self.type_of(),
                "datatable" => self.data_table(),
                "externaldata" | "external_data" => self.external_data(),
                "toscalar" | "totable" => self.call_of_table(),
                "materialize" => {
                    let diagnostic = Diagnostic::error(
                        "KQL0019",
                        "`materialize(...)` is the whole value of a `let`",
                    )
                    .at(self.span())
                    .hint("write `let Name = materialize(...);` and use the name");
                    self.recovered(diagnostic);
                    self.call_of_table()
                }
                _ => {
                    self.check_name(NamePlace::Alone);
                    self.call()
                }
            };
        }
        self.check_name(NamePlace::Value);
        let span = self.bump();
        Expr { kind: ExprKind::Name(Ident { name: word.to_owned(), span }), span }
    }

    fn call(&mut self) -> Expr {
        let word = self.word().to_owned();
        let span = self.bump();
        let (arguments, height) = self.arguments();
        let name = Ident { name: word, span };
        self.built(ExprKind::Call { name, arguments }, self.since(span), height)
    }

    /// `toscalar(T | count)` and its kin, which take one pipeline.
    pub(super) fn call_of_table(&mut self) -> Expr {
        let word = self.word().to_owned();
        let span = self.bump();
        let open = self.open();
        let value = self.table_or_value(open);
        let height = self.height;
        self.close(open);
        let argument = NamedExpr { names: Vec::new(), span: value.span, value };
        let name = Ident { name: word, span };
        let kind = ExprKind::Call { name, arguments: vec![argument] };
        self.built(kind, self.since(span), height)
    }

    fn type_of(&mut self) -> Expr {
        let start = self.bump();
        let open = self.open();
        let Some(type_name) = self.type_name() else {
            self.expected("KQL0007", "a type, as in `typeof(long)`");
            self.close(open);
            return self.error_expression();
        };
        self.close(open);
        Expr { kind: ExprKind::TypeOf(type_name), span: self.since(start) }
    }

    /// The word at the position as the name of a type.
    pub(super) fn type_name(&mut self) -> Option<TypeName> {
        let word = self.word();
        if (is_keyword(word) || is_boolean(word).is_some()) && !is_type_keyword(word) {
            return None;
        }
        let name = self.word().to_owned();
        self.eat(TokenKind::Name).map(|span| TypeName { name, span })
    }

    pub(super) fn parenthesised(&mut self) -> Expr {
        let start = self.span();
        let open = self.open();
        let inner = self.table_or_value(open);
        self.close(open);
        Expr { kind: inner.kind, span: self.since(start) }
    }

    fn bracketed_name(&mut self) -> Expr {
        if let Some(name) = self.name() {
            let span = name.span;
            if self.is(TokenKind::OpenParenthesis) {
                let (arguments, height) = self.arguments();
                let kind = ExprKind::Call { name, arguments };
                return self.built(kind, self.since(span), height);
            }
            return Expr { kind: ExprKind::Name(name), span };
        }
        let diagnostic = Diagnostic::error("KQL0005", "expected a value, found `[`")
            .at(self.place())
            .hint("a list of constants is written `dynamic([...])`, a quoted name `['...']`");
        self.give_up(diagnostic);
        let open = self.open();
        self.skip_to_stop();
        self.close(open);
        self.error_expression()
    }

    /// Reports that a value was expected; the token stays.
    fn no_value(&mut self) -> Expr {
        if self.is(TokenKind::Unknown) {
            let diagnostic = self.unknown_character();
            self.give_up(diagnostic);
        } else {
            self.expected("KQL0005", "a value");
        }
        self.error_expression()
    }

    /// The error for a character that KQL has no use for.
    pub(super) fn unknown_character(&self) -> Diagnostic {
        let text = self.text_at(self.position);
        let diagnostic =
            Diagnostic::error("KQL0001", format!("`{text}` is not a character of KQL"))
                .at(self.place());
        match text {
            "&" => diagnostic.hint("use `and`"),
            "“" | "”" | "„" | "‘" | "’" | "«" | "»" | "`" | "´" => {
                diagnostic.hint("strings stand in straight quotes, `\"` or `'`")
            }
            "–" | "—" | "−" => diagnostic.hint("use `-`"),
            "#" => diagnostic.hint("a comment starts with `//`"),
            letter if letter.chars().all(char::is_alphabetic) => {
                diagnostic.hint("a name with such letters is written `['...']`")
            }
            _ => diagnostic,
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::ast::ExprKind;
    use crate::parser::testing::{expression, hints, problems, shape};

    #[test]
    fn paths_and_indices_follow_an_operand() {
        assert_eq!(shape("a.b[0]['c'].d"), "(. ([] ([] (. a b) 0) \"c\") d)");
        assert_eq!(shape("parse_json(x)['key'].y"), "(. ([] (parse_json x) \"key\") y)");
        assert_eq!(shape("a.['odd key']"), "(. a odd key)");
        assert_eq!(shape("a[-1]"), "([] a (- 1))");
    }

    #[test]
    fn names_with_spaces_stand_in_brackets() {
        assert_eq!(shape("['x y']"), "x y");
        assert_eq!(shape("[\"x\"]"), "x");
    }

    #[test]
    fn keywords_of_other_places_may_be_names() {
        for name in [
            "count", "range", "kind", "type", "filter", "top", "on", "with", "from", "step", "asc2",
        ] {
            assert_eq!(shape(&format!("{name} == 1")), format!("(== {name} 1)"));
        }
    }

    #[test]
    fn a_keyword_that_is_no_name_asks_for_brackets() {
        assert_eq!(problems("T | where time > 1"), ["KQL0019 `time`: `time` is a keyword"]);
        assert_eq!(hints("T | where time > 1"), ["write `['time']` for the name"]);
    }

    #[test]
    fn a_call_on_a_path_is_a_member_call() {
        let ExprKind::Path { base, member } = expression("cluster('c').database('d').Table").kind
        else {
            panic!("not a path");
        };
        assert_eq!(member.name, "Table");
        let ExprKind::MemberCall { name, arguments, .. } = base.kind else {
            panic!("not a member call")
        };
        assert_eq!((name.name.as_str(), arguments.len()), ("database", 1));
    }

    #[test]
    fn a_call_takes_named_arguments_a_star_and_a_pipeline() {
        let ExprKind::Call { arguments, .. } = expression("f(*, a = 1, (T | take 5))").kind else {
            panic!("not a call");
        };
        assert!(matches!(arguments[0].value.kind, ExprKind::Star));
        assert_eq!(arguments[1].names[0].name, "a");
        assert!(matches!(arguments[2].value.kind, ExprKind::Pipeline(_)));
        assert_eq!(
            problems("f(T | take 5, 1)"),
            ["KQL0021 `T | take 5, 1`: a pipeline is an argument in brackets of its own only"]
        );
    }

    #[test]
    fn a_type_is_an_argument_by_typeof() {
        let ExprKind::TypeOf(type_name) = expression("typeof(long)").kind else {
            panic!("not a type")
        };
        assert_eq!(type_name.name, "long");
    }

    #[test]
    fn a_guid_without_its_type_is_one_error() {
        let guid = "74be27de-1e4e-49d9-b579-fe0b331d3642";
        assert_eq!(
            problems(&format!("T | where a == {guid} | take 5")),
            [format!("KQL0013 `{guid}`: a guid stands in `guid(...)`")]
        );
        assert!(hints(&format!("print {guid}"))[0].contains("`guid(74be27de-"));
    }

    #[test]
    fn a_missing_value_is_an_error_where_it_should_stand() {
        assert_eq!(
            problems("T | where a == | take 5"),
            ["KQL0005 `|`: expected a value, found `|`"]
        );
        assert_eq!(
            problems("T | project a,"),
            ["KQL0005 ``: expected a value, found the end of the query"]
        );
    }

    #[test]
    fn typographic_quotes_are_named() {
        assert_eq!(
            hints("T | where a == \u{201c}b\u{201d}"),
            ["strings stand in straight quotes, `\"` or `'`"]
        );
    }

    #[test]
    fn spans_cover_what_was_written() {
        let text = "  (a + f(b) ).c ";
        let expr = expression(text);
        assert_eq!(expr.span.slice(text), Some("(a + f(b) ).c"));
        let ExprKind::Path { base, .. } = expr.kind else { panic!("not a path") };
        assert_eq!(base.span.slice(text), Some("(a + f(b) )"));
    }
}
