//! `evaluate` and `invoke`: calls in place of an operator.

use crate::ast::{Ident, NamedExpr, OperatorKind, Schema};
use crate::parser::Parser;
use crate::token::TokenKind;

impl Parser<'_> {
    pub(super) fn evaluate(&mut self) -> OperatorKind {
        let Some((name, arguments)) = self.called("a plugin and its arguments after `evaluate`")
        else {
            return OperatorKind::Error;
        };
        let schema = if self.eat(TokenKind::Colon).is_some() { self.schema() } else { None };
        OperatorKind::Evaluate { name, arguments, schema }
    }

    pub(super) fn invoke(&mut self) -> OperatorKind {
        match self.called("a function and its arguments after `invoke`") {
            Some((name, arguments)) => OperatorKind::Invoke { name, arguments },
            None => OperatorKind::Error,
        }
    }

    fn called(&mut self, what: &str) -> Option<(Ident, Vec<NamedExpr>)> {
        let name = self.required_name(what)?;
        if self.is(TokenKind::OpenParenthesis) {
            return Some((name, self.arguments().0));
        }
        self.expected("KQL0005", &format!("`(` after `{}`", name.name));
        None
    }

    /// `(a:string, *)` at the position.
    fn schema(&mut self) -> Option<Schema> {
        if !self.is(TokenKind::OpenParenthesis) {
            self.expected("KQL0005", "`(` and the columns after `:`");
            return None;
        }
        let open = self.open();
        self.eat(TokenKind::Comma);
        let mut columns = Vec::new();
        let mut star = None;
        self.items(open, true, |parser| {
            if star.is_none() && parser.eat(TokenKind::Star).is_some() {
                star = Some(columns.len());
            } else {
                columns.extend(parser.column_declaration());
            }
        });
        self.close(open);
        Some(Schema { columns, star })
    }
}
