//! `mv-expand` and `mv-apply`.

use huntbook_diagnostics::Span;

use crate::ast::{ExpandedColumn, Expr, OperatorKind, TypeName};
use crate::parser::Parser;
use crate::token::TokenKind;

impl Parser<'_> {
    pub(super) fn mv_expand(&mut self) -> OperatorKind {
        let columns = self.listed("`,` or `limit`", &["limit"], Self::expanded_column);
        OperatorKind::MvExpand { columns, limit: self.row_limit() }
    }

    pub(super) fn mv_apply(&mut self, name: &str, keyword: Span) -> OperatorKind {
        let columns = self.listed("`,` or `on`", &["limit", "on"], Self::expanded_column);
        let limit = self.row_limit();
        self.part("on", name, keyword, "mv-apply x = Column on (where x > 1)");
        let mut on = Vec::new();
        if self.is(TokenKind::OpenParenthesis) {
            let open = self.open();
            on = self.inner_operators();
            self.close(open);
        } else {
            self.expected("KQL0005", "`(` and the operators after `on`");
        }
        OperatorKind::MvApply { columns, limit, on }
    }

    fn expanded_column(&mut self) -> ExpandedColumn {
        let column = self.named_expression();
        let to = if self.eat_word("to").is_some() { self.to_type() } else { None };
        ExpandedColumn { column, to }
    }

    /// The `typeof(type)` behind a `to`.
    fn to_type(&mut self) -> Option<TypeName> {
        if !self.is_word("typeof") || !self.is_at(self.position + 1, TokenKind::OpenParenthesis) {
            self.expected("KQL0005", "`typeof(...)` after `to`");
            return None;
        }
        self.bump();
        let open = self.open();
        let type_name = self.type_name();
        if type_name.is_none() {
            self.expected("KQL0007", "a type, as in `typeof(long)`");
        }
        self.close(open);
        type_name
    }

    fn row_limit(&mut self) -> Option<Expr> {
        self.eat_word("limit").map(|_| self.expression())
    }
}
