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

    /// `(*, a:string)` at the position.
    fn schema(&mut self) -> Option<Schema> {
        if !self.is(TokenKind::OpenParenthesis) {
            self.expected("KQL0005", "`(` and the columns after `:`");
            return None;
        }
        let open = self.open();
        self.eat(TokenKind::Comma);
        let star = self.eat(TokenKind::Star).is_some();
        self.eat(TokenKind::Comma);
        let columns = self.items(open, true, Self::column_declaration);
        let columns = columns.into_iter().flatten().collect();
        self.close(open);
        Some(Schema { columns, star })
    }
}

#[cfg(test)]
mod tests {
    use crate::ast::OperatorKind;
    use crate::parser::testing::operator;

    #[test]
    fn a_plugin_has_arguments_and_perhaps_a_schema() {
        let OperatorKind::Evaluate { name, arguments, schema: Some(schema) } = operator(
            "evaluate hint.distribution=per_node bag_unpack(a, 'p_', x = 1) : (*, b:string)",
        ) else {
            panic!("not an evaluate with a schema")
        };
        assert_eq!((name.name.as_str(), arguments.len()), ("bag_unpack", 3));
        assert!(schema.star);
        assert_eq!(schema.columns.len(), 1);
        assert!(matches!(
            operator("evaluate pivot(a)"),
            OperatorKind::Evaluate { schema: None, .. }
        ));
        assert!(matches!(operator("invoke f()"), OperatorKind::Invoke { .. }));
    }
}
