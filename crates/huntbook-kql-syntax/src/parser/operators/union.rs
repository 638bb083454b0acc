//! `union`, and the tables that `union`, `search` and `find` list.

use crate::ast::{Expr, ExprKind};
use crate::names::NamePlace;
use crate::parser::Parser;
use crate::token::TokenKind;
use huntbook_diagnostics::Diagnostic;

impl Parser<'_> {
    /// Tables parted by commas.
    pub(super) fn tables(&mut self) -> Vec<Expr> {
        self.listed("`,`", &[], Self::table)
    }

    /// A name, a name with wildcards, a call with a path behind it, or a pipeline in brackets.
    pub(super) fn table(&mut self) -> Expr {
        self.height = 1;
        if self.is(TokenKind::OpenParenthesis) {
            return self.parenthesised();
        }
        self.named_table()
    }

    /// The same, but for a pipeline in brackets.
    fn named_table(&mut self) -> Expr {
        self.height = 1;
        if let Some(pattern) = self.wildcard() {
            let span = pattern.name.span;
            return Expr { kind: ExprKind::Pattern(pattern), span };
        }
        if self.behind_name(self.position).is_none() {
            self.expected("KQL0005", "a table");
            return self.error_expression();
        }
        self.check_name(NamePlace::Value);
        let table = self.operand();
        let is_table = matches!(
            table.kind,
            ExprKind::Name(_)
                | ExprKind::Path { .. }
                | ExprKind::Index { .. }
                | ExprKind::Call { .. }
                | ExprKind::MemberCall { .. }
                | ExprKind::Error
        );
        if !is_table {
            let diagnostic = Diagnostic::error("KQL0005", "expected a table, found a constant")
                .at(table.span)
                .hint("other tables stand in brackets, as in `union T, (print 1)`");
            self.recovered(diagnostic);
        }
        table
    }

    /// `in (T, U*)` of `search` and `find`, where it stands at the position.
    pub(super) fn tables_in_brackets(&mut self) -> Vec<Expr> {
        if self.eat_word("in").is_none() {
            return Vec::new();
        }
        if !self.is(TokenKind::OpenParenthesis) {
            self.expected("KQL0005", "`(` and the tables after `in`");
            return Vec::new();
        }
        let open = self.open();
        if self.partners[open] == Some(self.position) {
            self.expected("KQL0005", "a table");
        }
        let tables = self.items(open, false, Self::named_table);
        self.close(open);
        tables
    }
}

#[cfg(test)]
mod tests {
    use crate::ast::{ExprKind, OperatorKind};
    use crate::parser::testing::{operator, problems};

    #[test]
    fn tables_are_names_patterns_calls_and_pipelines() {
        let OperatorKind::Union { tables } = operator(
            "union kind=outer T, Device*, ['odd name'], f(1), cluster('c').database('d').U, (V | take 1)",
        ) else {
            panic!("not a union")
        };
        let kinds: Vec<&ExprKind> = tables.iter().map(|table| &table.kind).collect();
        assert!(matches!(
            kinds.as_slice(),
            [
                ExprKind::Name(_),
                ExprKind::Pattern(_),
                ExprKind::Name(_),
                ExprKind::Call { .. },
                ExprKind::Path { .. },
                ExprKind::Pipeline(_),
            ]
        ));
    }

    #[test]
    fn a_constant_is_no_table() {
        assert_eq!(
            problems("union T, 'x' | take 5"),
            ["KQL0005 `'x'`: expected a table, found `'x'`"]
        );
    }
}
