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
        let to = if self.eat_word("to").is_some() { self.type_behind_to() } else { None };
        ExpandedColumn { column, to }
    }

    /// The `typeof(type)` behind a `to`.
    fn type_behind_to(&mut self) -> Option<TypeName> {
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

#[cfg(test)]
mod tests {
    use crate::ast::OperatorKind;
    use crate::parser::testing::{operator, problems};

    #[test]
    fn expanded_columns_have_names_and_types() {
        for text in [
            "mv-expand a, b = c.d to typeof(long) limit 5",
            "mvexpand a, b = c to typeof(long) limit 5",
        ] {
            let OperatorKind::MvExpand { columns, limit } = operator(text) else {
                panic!("not an mv-expand")
            };
            assert!(limit.is_some());
            assert!(columns[0].to.is_none());
            assert_eq!(columns[1].to.as_ref().map(|to| to.name.as_str()), Some("long"));
            assert_eq!(columns[1].column.names.len(), 1);
        }
    }

    #[test]
    fn mv_apply_holds_operators() {
        let OperatorKind::MvApply { on, .. } =
            operator("mv-apply a to typeof(string) on (where a has 'x' | summarize count() by b)")
        else {
            panic!("not an mv-apply")
        };
        assert!(matches!(
            on.iter().map(|operator| &operator.kind).collect::<Vec<_>>().as_slice(),
            [OperatorKind::Where { .. }, OperatorKind::Summarize { .. }]
        ));
    }

    #[test]
    fn operators_in_brackets_nested_beyond_the_limit_are_one_error() {
        let text =
            format!("T {}| take 1{}", "| mv-apply a on (take 1 ".repeat(5_000), ")".repeat(5_000));
        let found = problems(&text);
        assert!(found.iter().any(|problem| problem.starts_with("KQL0015")), "{found:?}");
        assert!(found.len() <= 2, "{found:?}");
    }
}
