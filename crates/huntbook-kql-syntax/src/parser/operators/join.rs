//! `join` and `lookup`.

use huntbook_diagnostics::Span;

use crate::ast::{Expr, OperatorKind};
use crate::parser::Parser;

impl Parser<'_> {
    pub(super) fn join(&mut self, name: &str, keyword: Span) -> OperatorKind {
        let right = self.expression();
        let on = if self.ends_operator() { Vec::new() } else { self.on(name, keyword) };
        OperatorKind::Join { right, on }
    }

    pub(super) fn lookup(&mut self, name: &str, keyword: Span) -> OperatorKind {
        let right = self.expression();
        OperatorKind::Lookup { right, on: self.on(name, keyword) }
    }

    /// `on a, $left.b == $right.c`.
    fn on(&mut self, name: &str, keyword: Span) -> Vec<Expr> {
        let example = format!("{name} kind=leftouter (T) on Column");
        self.part("on", name, keyword, &example);
        self.listed("`,`", &[], Self::expression)
    }
}
