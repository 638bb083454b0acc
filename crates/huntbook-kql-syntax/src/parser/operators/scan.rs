//! `scan`: steps that rows go through.

use huntbook_diagnostics::Span;

use crate::ast::{Expr, OperatorKind, Parameter, ScanOutput, ScanStep};
use crate::names::NamePlace;
use crate::parser::Parser;
use crate::token::TokenKind;

/// What may stand before `with`.
const CLAUSES: &[&str] = &["by", "declare", "order", "partition", "with"];

impl Parser<'_> {
    pub(super) fn scan(&mut self, name: &str, keyword: Span) -> OperatorKind {
        let mut order = Vec::new();
        if self.eat_word("order").is_some() {
            self.part("by", name, keyword, "scan order by Time asc with (...)");
            order = self.listed("`,` or `with`", CLAUSES, Self::sort_key);
        }
        let mut partition = Vec::new();
        if self.eat_word("partition").is_some() {
            self.part("by", name, keyword, "scan partition by Device with (...)");
            partition = self.listed("`,` or `with`", CLAUSES, Self::expression);
        }
        let declare = self.scan_declarations();
        self.part("with", name, keyword, "scan with (step s1: Score > 5;)");
        let mut steps = Vec::new();
        if self.is(TokenKind::OpenParenthesis) {
            let open = self.open();
            while let Some(step) = self.scan_step(name, keyword) {
                steps.push(step);
            }
            self.close(open);
        } else {
            self.expected("KQL0005", "`(` and the steps of `scan`");
        }
        OperatorKind::Scan { order, partition, declare, steps }
    }

    fn scan_declarations(&mut self) -> Vec<Parameter> {
        if self.eat_word("declare").is_none() {
            return Vec::new();
        }
        if !self.is(TokenKind::OpenParenthesis) {
            self.expected("KQL0005", "`(` and the columns after `declare`");
            return Vec::new();
        }
        let open = self.open();
        let declare = self.items(open, false, Self::parameter);
        self.close(open);
        declare.into_iter().flatten().collect()
    }

    /// `step name output=all: condition => a = b, ...;`, where one stands at the position.
    fn scan_step(&mut self, name: &str, keyword: Span) -> Option<ScanStep> {
        let start = self.eat_word("step")?;
        self.check_name(NamePlace::Declared);
        let Some(step) = self.name() else {
            self.expected("KQL0007", "the name of the step");
            return None;
        };
        let optional = self.eat_word("optional").is_some();
        let output = self.scan_output();
        if self.eat(TokenKind::Colon).is_none() {
            self.expected("KQL0005", "`:` and the condition of the step");
        }
        let condition = self.expression();
        let mut assignments = Vec::new();
        if self.eat(TokenKind::Arrow).is_some() {
            assignments = self.listed("`,` or `;`", &[], Self::scan_assignment);
        }
        if self.eat(TokenKind::Semicolon).is_none() {
            self.part(";", name, keyword, "step s1: Score > 5 => Sum = Score;");
        }
        let assignments = assignments.into_iter().flatten().collect();
        let span = self.since(start);
        Some(ScanStep { name: step, optional, output, condition, assignments, span })
    }

    fn scan_output(&mut self) -> Option<ScanOutput> {
        if !self.is_word("output") || self.is_at(self.position + 1, TokenKind::Colon) {
            return None;
        }
        self.bump();
        if self.eat(TokenKind::Assign).is_none() {
            self.expected("KQL0005", "`=` after `output`");
        }
        let output = match self.word() {
            "all" => ScanOutput::All,
            "last" => ScanOutput::Last,
            "none" => ScanOutput::None,
            _ => {
                self.expected("KQL0005", "`all`, `last` or `none`");
                return None;
            }
        };
        self.bump();
        Some(output)
    }

    fn scan_assignment(&mut self) -> Option<(crate::ast::Ident, Expr)> {
        self.check_name(NamePlace::Declared);
        let Some(name) = self.name() else {
            self.expected("KQL0007", "a declared column after `=>`");
            return None;
        };
        if self.eat(TokenKind::Assign).is_none() {
            self.expected("KQL0005", "`=` and the value of the column");
        }
        Some((name, self.expression()))
    }
}

#[cfg(test)]
mod tests {
    use crate::ast::{OperatorKind, ScanOutput};
    use crate::parser::testing::{operator, problems};

    #[test]
    fn steps_have_a_condition_and_fill_columns() {
        let OperatorKind::Scan { order, partition, declare, steps } = operator(
            "scan with_match_id=id order by a asc partition by b declare (c:long = 0, d:string) with \
             (step e: f > 1 => c = 1, d = 'x'; step g optional output=last: e.c < 3;)",
        ) else {
            panic!("not a scan")
        };
        assert_eq!((order.len(), partition.len(), declare.len()), (1, 1, 2));
        assert_eq!((steps[0].assignments.len(), steps[0].optional), (2, false));
        assert_eq!((steps[1].output, steps[1].optional), (Some(ScanOutput::Last), true));
    }

    #[test]
    fn a_step_ends_with_a_semicolon() {
        assert_eq!(
            problems("T | scan with (step a: b) | take 5"),
            ["KQL0011 `scan`: expected `;` in `scan`, found `)`"]
        );
    }
}
