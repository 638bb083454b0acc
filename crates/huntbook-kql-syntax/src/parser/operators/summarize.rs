//! `summarize`.

use crate::ast::OperatorKind;
use crate::parser::Parser;

impl Parser<'_> {
    pub(super) fn summarize(&mut self) -> OperatorKind {
        let mut aggregates = Vec::new();
        if !self.is_word("by") && !self.ends_operator() {
            aggregates = self.columns("`,` or `by`", &["by"]);
        }
        let mut by = Vec::new();
        if self.eat_word("by").is_some() {
            by = self.columns("`,`", &[]);
        }
        OperatorKind::Summarize { aggregates, by }
    }
}
