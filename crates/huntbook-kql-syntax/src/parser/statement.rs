//! Statements: `let`, the final pipeline, and those that are parsed by name only.

use huntbook_diagnostics::Diagnostic;

use super::Parser;
use crate::ast::{
    ColumnDeclaration, Expr, ExprKind, Function, LetStatement, Parameter, ParameterKind, Query,
    Statement,
};
use crate::names::NamePlace;
use crate::token::TokenKind;

impl Parser<'_> {
    /// Everything, as statements.
    pub(super) fn query(&mut self) -> Query {
        let statements = self.statements();
        Query { statements, span: huntbook_diagnostics::Span::new(0, self.text.len()) }
    }

    /// Statements up to the end of the text or of the braces around them.
    fn statements(&mut self) -> Vec<Statement> {
        let mut statements = Vec::new();
        loop {
            self.lost = false;
            self.empty_statements();
            if self.kind().is_none() || self.is(TokenKind::CloseBrace) {
                return statements;
            }
            let before = self.position;
            let outer_let = self.in_let;
            self.in_let = self.is_word("let");
            if self.in_body && matches!(statements.last(), Some(Statement::Expression(_))) {
                self.unexpected();
            }
            statements.push(self.statement());
            let is_let = self.in_let;
            self.end_statement();
            if is_let && self.is(TokenKind::CloseBrace) {
                let diagnostic = Diagnostic::error("KQL0012", "expected `;` behind the `let`")
                    .at(self.place())
                    .hint("each statement ends with `;`");
                self.recovered(diagnostic);
            }
            self.in_let = outer_let;
            if self.position == before {
                self.bump();
            }
        }
    }

    /// Passes over the `;` between statements, and reports those that end none.
    fn empty_statements(&mut self) {
        let ends_one = |parser: &Self| {
            parser.position > 0
                && !matches!(
                    parser.kind_at(parser.position - 1),
                    Some(TokenKind::Semicolon | TokenKind::OpenBrace)
                )
        };
        while self.is(TokenKind::Semicolon) {
            if !ends_one(self) {
                let diagnostic = Diagnostic::error("KQL0006", "a `;` that ends no statement")
                    .at(self.span())
                    .hint("remove it");
                self.recovered(diagnostic);
            }
            self.bump();
        }
    }

    fn statement(&mut self) -> Statement {
        if self.is_word("let") {
            return self.let_statement();
        }
        if self.is_word("set") && self.is_name_next() {
            return self.set();
        }
        if self.is_word("declare") && self.word_at(self.position + 1) == "query_parameters" {
            return self.query_parameters();
        }
        if self.is_unsupported_statement() {
            let start = self.span();
            let name = self.word().to_owned();
            self.bump();
            let text = self.skipped_text();
            return Statement::Unsupported { name, text, span: self.since(start) };
        }
        Statement::Expression(self.pipeline())
    }

    fn is_unsupported_statement(&self) -> bool {
        let next = self.word_at(self.position + 1);
        match self.word() {
            "declare" => next == "pattern",
            "alias" => next == "database",
            "restrict" => next == "access",
            _ => false,
        }
    }

    fn is_name_next(&self) -> bool {
        self.behind_name(self.position + 1).is_some()
    }

    /// `set name = value`.
    fn set(&mut self) -> Statement {
        let start = self.bump();
        self.check_name(NamePlace::Alone);
        let Some(name) = self.name() else { return self.broken_statement() };
        let value = self.eat(TokenKind::Assign).map(|_| self.option_value());
        Statement::Set { name, value, span: self.since(start) }
    }

    /// A constant, or a word of any kind.
    fn option_value(&mut self) -> Expr {
        let is_word = self.is(TokenKind::Name)
            && crate::names::is_boolean(self.word()).is_none()
            && !self.is_at(self.position + 1, TokenKind::OpenParenthesis);
        if is_word {
            self.check_name(NamePlace::Value);
        }
        let word = if is_word { self.name() } else { None };
        match word {
            Some(word) => Expr { span: word.span, kind: ExprKind::Name(word) },
            None => self.expression(),
        }
    }

    /// `declare query_parameters (name:type = default, ...)`.
    fn query_parameters(&mut self) -> Statement {
        let start = self.bump();
        self.bump();
        if !self.is(TokenKind::OpenParenthesis) {
            self.expected("KQL0005", "`(` and the parameters of the query");
            return self.broken_statement();
        }
        let open = self.open();
        let parameters = self.items(open, false, Self::parameter);
        self.close(open);
        let parameters = parameters.into_iter().flatten().collect();
        Statement::Parameters { parameters, span: self.since(start) }
    }

    /// Reports what stands between a statement and its `;`.
    fn end_statement(&mut self) {
        match self.kind() {
            None | Some(TokenKind::Semicolon | TokenKind::CloseBrace) => {}
            Some(TokenKind::Name) if self.starts_line() && (self.in_let || self.is_word("let")) => {
                let message = format!("expected `;` before {}", self.described());
                let diagnostic = Diagnostic::error("KQL0012", message)
                    .at(self.place())
                    .hint("each statement ends with `;`");
                self.lost = false;
                self.recovered(diagnostic);
            }
            Some(_) => {
                self.unexpected();
                while !matches!(
                    self.kind(),
                    None | Some(TokenKind::Semicolon | TokenKind::CloseBrace)
                ) {
                    self.position =
                        self.partners[self.position].unwrap_or(self.position).max(self.position)
                            + 1;
                }
            }
        }
    }

    /// Whether a statement starts at the position that no `;` parts from the one before: a `let` at the
    /// start of a line, or a table and its `|` there where the one before is a `let`.
    pub(super) fn starts_next_statement(&self) -> bool {
        if !self.is(TokenKind::Name) || !self.starts_line() || self.nesting > 0 {
            return false;
        }
        self.is_word("let") || self.in_let && self.is_at(self.position + 1, TokenKind::Pipe)
    }

    fn let_statement(&mut self) -> Statement {
        let start = self.bump();
        self.check_name(NamePlace::Alone);
        let Some(name) = self.name() else {
            self.expected("KQL0007", "a name after `let`");
            return self.broken_statement();
        };
        if self.eat(TokenKind::Assign).is_none() {
            self.expected("KQL0005", "`=` after the name of the `let`");
            return self.broken_statement();
        }
        let is_call = self.is_at(self.position + 1, TokenKind::OpenParenthesis);
        let value = if self.is_function() {
            self.function()
        } else if self.is_word("materialize") && is_call {
            self.call_of_table()
        } else {
            self.pipeline()
        };
        Statement::Let(LetStatement { name, value, span: self.since(start) })
    }

    fn broken_statement(&mut self) -> Statement {
        let error = self.error_expression();
        while !matches!(self.kind(), None | Some(TokenKind::Semicolon | TokenKind::CloseBrace)) {
            self.position =
                self.partners[self.position].unwrap_or(self.position).max(self.position) + 1;
        }
        Statement::Expression(error)
    }

    /// Whether a function stands at the position: `(`, perhaps behind a `view`, and nothing or a parameter in it.
    fn is_function(&self) -> bool {
        let open = if self.is_word("view") { self.position + 1 } else { self.position };
        if !self.is_at(open, TokenKind::OpenParenthesis) {
            return false;
        }
        let has_body =
            self.partners[open].is_some_and(|close| self.is_at(close + 1, TokenKind::OpenBrace));
        let behind = self.behind_name(open + 1).unwrap_or(open + 1);
        has_body
            || self.is_at(open + 1, TokenKind::CloseParenthesis)
            || self.is_at(behind, TokenKind::Colon)
    }

    fn function(&mut self) -> Expr {
        let start = self.span();
        let view = self.eat_word("view").is_some();
        let open = self.open();
        let parameters = self.items(open, false, Self::parameter);
        self.close(open);
        if !self.is(TokenKind::OpenBrace) {
            self.expected("KQL0005", "`{` and the body of the function");
            return self.error_expression();
        }
        let brace = self.open();
        let from = self.span_at(brace);
        let nesting = std::mem::take(&mut self.nesting);
        let in_body = std::mem::replace(&mut self.in_body, true);
        let statements = self.deeper(Self::statements).unwrap_or_default();
        self.in_body = in_body;
        self.nesting = nesting;
        self.close(brace);
        let body = Query { statements, span: self.since(from) };
        let parameters = parameters.into_iter().flatten().collect();
        let function = Function { view, parameters, body };
        self.height = 1;
        Expr { kind: ExprKind::Function(Box::new(function)), span: self.since(start) }
    }

    pub(super) fn parameter(&mut self) -> Option<Parameter> {
        self.check_name(NamePlace::Declared);
        let Some(name) = self.name() else {
            self.expected("KQL0007", "the name of a parameter");
            return None;
        };
        if self.eat(TokenKind::Colon).is_none() {
            self.expected("KQL0005", "`:` and the type of the parameter");
            return None;
        }
        if self.is(TokenKind::OpenParenthesis) {
            let kind = ParameterKind::Tabular(self.tabular_type());
            return Some(Parameter { name, kind, default: None });
        }
        let Some(type_name) = self.type_name() else {
            self.expected("KQL0007", "the type of the parameter");
            return None;
        };
        let default = self.eat(TokenKind::Assign).map(|_| self.default_value());
        Some(Parameter { name, kind: ParameterKind::Scalar(type_name), default })
    }

    /// A constant or a word.
    fn default_value(&mut self) -> Expr {
        if self.is_signed_number() { self.signed() } else { self.parameter_value() }
    }

    /// `(name: type, ...)` or `(*)`.
    fn tabular_type(&mut self) -> Vec<ColumnDeclaration> {
        if self.is_at(self.position + 1, TokenKind::Star) {
            let open = self.open();
            self.bump();
            self.close(open);
            return Vec::new();
        }
        self.column_declarations()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parser::testing::{problems, query};

    #[test]
    fn blank_text_and_trailing_semicolons_are_no_statements() {
        assert!(query(" \n// note\n").statements.is_empty());
        assert_eq!(query("T;").statements.len(), 1);
        assert_eq!(query("let x = 5;\nT | take x;\n").statements.len(), 2);
    }

    #[test]
    fn a_let_holds_a_value_a_pipeline_or_a_function() {
        let statements =
            query("let a = 1d; let b = T | take 5; let f = (x:long) { x + 1 }; f(1)").statements;
        let kinds: Vec<&ExprKind> = statements
            .iter()
            .filter_map(|statement| match statement {
                Statement::Let(statement) => Some(&statement.value.kind),
                _ => None,
            })
            .collect();
        assert!(matches!(
            kinds.as_slice(),
            [ExprKind::Literal(_), ExprKind::Pipeline(_), ExprKind::Function(_),]
        ));
    }

    #[test]
    fn a_function_has_scalar_and_tabular_parameters_and_defaults() {
        let text = "let f = view (T:(a:string, b:long), U:(*), d:datetime = datetime(null)) { let x = 1; T | take x; };";
        let Statement::Let(statement) = query(text).statements.remove(0) else {
            panic!("not a let")
        };
        let ExprKind::Function(function) = statement.value.kind else { panic!("not a function") };
        assert!(function.view);
        assert!(
            matches!(&function.parameters[0].kind, ParameterKind::Tabular(columns) if columns.len() == 2)
        );
        assert!(
            matches!(&function.parameters[1].kind, ParameterKind::Tabular(columns) if columns.is_empty())
        );
        assert!(function.parameters[2].default.is_some());
        assert_eq!(function.body.statements.len(), 2);
    }

    #[test]
    fn options_and_parameters_of_the_query_are_statements() {
        let statements = query(
            "set notruncation; set querytrace = true; set x = force_strong; declare query_parameters(a:string = 'x', b:long); T",
        )
        .statements;
        assert!(matches!(&statements[0], Statement::Set { value: None, .. }));
        let Statement::Set { value: Some(value), .. } = &statements[2] else { panic!("no value") };
        assert!(matches!(&value.kind, ExprKind::Name(name) if name.name == "force_strong"));
        let Statement::Parameters { parameters, .. } = &statements[3] else {
            panic!("no parameters")
        };
        assert_eq!((parameters.len(), parameters[0].default.is_some()), (2, true));
    }

    #[test]
    fn other_statements_are_parsed_by_name() {
        for (text, name) in [
            ("declare pattern a", "declare"),
            ("alias database d = cluster('c').database('d')", "alias"),
            ("restrict access to (T)", "restrict"),
        ] {
            let statements = query(&format!("{text}; T | count")).statements;
            let Statement::Unsupported { name: found, text: rest, span } = &statements[0] else {
                panic!("{text}");
            };
            assert_eq!(found, name);
            assert_eq!(format!("{found} {rest}"), text);
            assert_eq!(span.len(), text.len());
            assert_eq!(statements.len(), 2);
        }
    }

    #[test]
    fn a_missing_semicolon_is_one_error_and_both_statements_are_parsed() {
        for text in [
            "let x = 5\nT | take x",
            "let x = T | where a\nlet y = 1;\nx",
            "let x = T | project a\nU | count",
        ] {
            let found = problems(text);
            assert!(
                matches!(found.as_slice(), [only] if only.starts_with("KQL0012")),
                "{text}: {found:?}"
            );
        }
    }

    #[test]
    fn a_let_without_its_parts_is_one_error() {
        assert_eq!(problems("let = 5; T"), ["KQL0007 `=`: expected a name after `let`, found `=`"]);
        assert_eq!(
            problems("let x 5; T"),
            ["KQL0005 `5`: expected `=` after the name of the `let`, found `5`"]
        );
    }

    #[test]
    fn functions_nested_beyond_the_limit_are_one_error() {
        let text = format!("{}x{}", "let f = () { ".repeat(5_000), " };".repeat(5_000));
        assert!(problems(&text).iter().any(|problem| problem.starts_with("KQL0015")));
    }
}
