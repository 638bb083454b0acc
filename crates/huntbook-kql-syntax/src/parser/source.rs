//! What a pipeline starts with, and pipelines themselves.

use super::Parser;
use crate::ast::{ColumnDeclaration, Expr, ExprKind, Pipeline};
use crate::names::is_infix_word;
use crate::token::TokenKind;

impl Parser<'_> {
    /// A value or a pipeline: what may stand behind `let x =`, or as a statement.
    pub(super) fn pipeline(&mut self) -> Expr {
        match self.deeper(Self::pipeline_here) {
            Some(pipeline) => pipeline,
            None => self.error_expression(),
        }
    }

    /// The same inside of the bracket at `open`. Where that is never closed, a `|` belongs to what is
    /// outside of it.
    pub(super) fn table_or_value(&mut self, open: usize) -> Expr {
        if self.partners[open].is_some() { self.pipeline() } else { self.head_or_expression() }
    }

    fn pipeline_here(&mut self) -> Expr {
        let source = self.head_or_expression();
        if !self.at_operator() {
            return source;
        }
        let mut height = self.height;
        let mut operators = Vec::new();
        while self.at_operator() {
            operators.push(self.piped_operator());
            height = height.max(self.height);
        }
        let span = self.since(source.span);
        self.built(ExprKind::Pipeline(Box::new(Pipeline { source, operators })), span, height)
    }

    fn head_or_expression(&mut self) -> Expr {
        if self.is_print() {
            return self.print();
        }
        if self.is_unsupported_head() {
            let start = self.span();
            let name = self.word().to_owned();
            self.bump();
            let text = self.skipped_text();
            self.height = 1;
            return Expr { kind: ExprKind::Unsupported { name, text }, span: self.since(start) };
        }
        self.expression()
    }

    /// Whether the word at the position is `print` followed by what it prints.
    fn is_print(&self) -> bool {
        let next = self.position + 1;
        self.is_word("print")
            && match self.kind_at(next) {
                Some(TokenKind::Name) => !is_infix_word(self.word_at(next)),
                Some(
                    TokenKind::String(_)
                    | TokenKind::Integer
                    | TokenKind::Real
                    | TokenKind::Timespan
                    | TokenKind::OpenParenthesis
                    | TokenKind::Minus
                    | TokenKind::Plus,
                ) => true,
                _ => self.is_bracket_name(next),
            }
    }

    fn print(&mut self) -> Expr {
        let start = self.bump();
        let (columns, height) = self.columns(&[]);
        self.built(ExprKind::Print { columns }, self.since(start), height)
    }

    /// Whether a source that is parsed by name only starts at the position. Its keyword may be the name of a
    /// column, too, so what follows decides.
    fn is_unsupported_head(&self) -> bool {
        let next = self.position + 1;
        let word = self.word_at(next);
        let is_name = !word.is_empty() && !is_infix_word(word);
        let is_string = matches!(self.kind_at(next), Some(TokenKind::String(_)));
        let is_bracket = self.is_at(next, TokenKind::OpenParenthesis);
        match self.word() {
            "union" => {
                let is_all = self.is_at(next, TokenKind::Star)
                    && self.kind_at(next + 1).is_none_or(ends_source);
                is_name || is_string || is_bracket || is_all || self.is_bracket_name(next)
            }
            "range" => {
                let behind = self.behind_name(next).unwrap_or(next);
                self.word_at(behind) == "from"
            }
            "search" => is_name || is_string || is_bracket || word == "in",
            "find" => is_name || word == "in",
            "evaluate" => is_name,
            _ => false,
        }
    }

    /// `datatable(columns) [values]`.
    pub(super) fn data_table(&mut self) -> Expr {
        let start = self.bump();
        let columns = self.column_declarations();
        if !self.is(TokenKind::OpenBracket) {
            self.expected("KQL0005", "`[` and the values after the columns of `datatable`");
            return self.error_expression();
        }
        let mut height = 0;
        let open = self.open();
        let values = self.items(open, true, |parser| {
            let value = parser.expression();
            height = height.max(parser.height);
            value
        });
        self.close(open);
        self.built(ExprKind::DataTable { columns, values }, self.since(start), height)
    }

    /// `(name: type, ...)` at the position; a comma may follow the last one.
    pub(super) fn column_declarations(&mut self) -> Vec<ColumnDeclaration> {
        let open = self.open();
        let columns = self.items(open, true, Self::column_declaration);
        self.close(open);
        columns.into_iter().flatten().collect()
    }

    fn column_declaration(&mut self) -> Option<ColumnDeclaration> {
        let Some(name) = self.name() else {
            self.expected("KQL0007", "the name of a column");
            return None;
        };
        if self.eat(TokenKind::Colon).is_none() {
            self.expected("KQL0005", "`:` and the type of the column");
            return None;
        }
        let Some(type_name) = self.type_name() else {
            self.expected("KQL0007", "the type of the column");
            return None;
        };
        Some(ColumnDeclaration { name, type_name })
    }

    /// `externaldata (columns) [addresses] with (properties)`.
    pub(super) fn external_data(&mut self) -> Expr {
        let start = self.span();
        let name = self.word().to_owned();
        self.bump();
        let from = self.span();
        let mut pieces = 0;
        while let Some(kind) = self.kind() {
            let expected = match pieces {
                0 => TokenKind::OpenParenthesis,
                1 => TokenKind::OpenBracket,
                _ if self.is_word("with") => {
                    self.bump();
                    TokenKind::OpenParenthesis
                }
                _ => break,
            };
            if kind != expected && !self.is(expected) {
                self.expected("KQL0005", "`externaldata (columns) [addresses]`");
                break;
            }
            self.position = self.partners[self.position].unwrap_or(self.position) + 1;
            pieces += 1;
        }
        self.height = 1;
        let text = self.since(from).slice(self.text).unwrap_or_default().to_owned();
        Expr { kind: ExprKind::Unsupported { name, text }, span: self.since(start) }
    }
}

fn ends_source(kind: TokenKind) -> bool {
    kind.is_closer() || matches!(kind, TokenKind::Pipe | TokenKind::Semicolon | TokenKind::Comma)
}
