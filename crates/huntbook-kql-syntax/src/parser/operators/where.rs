//! `where` and `filter`.

use huntbook_diagnostics::Diagnostic;

use crate::ast::Expr;
use crate::names::is_boolean;
use crate::parser::Parser;
use crate::token::TokenKind;

impl Parser<'_> {
    /// A condition. `name = true` is KQL: it names the constant, so the condition holds for every row.
    pub(super) fn predicate(&mut self) -> Expr {
        if let Some(assign) = self.constant_assignment() {
            let diagnostic = Diagnostic::warning(
                "KQL0008",
                "`=` does not compare, it names the constant behind it",
            )
            .at(self.span_at(assign))
            .hint("use `==` to compare");
            self.recovered(diagnostic);
            self.position = assign + 1;
        }
        self.expression()
    }

    /// The index of the `=` where the whole condition at the position is `name = true` or `name = false`.
    fn constant_assignment(&self) -> Option<usize> {
        let assign = self.behind_name(self.position)?;
        is_boolean(self.word_at(assign + 1))?;
        let is_whole = self.kind_at(assign + 2).is_none_or(|kind| {
            kind.is_closer() || matches!(kind, TokenKind::Pipe | TokenKind::Semicolon)
        });
        (self.is_at(assign, TokenKind::Assign) && is_whole).then_some(assign)
    }
}
