//! `make-series`.

use huntbook_diagnostics::{Diagnostic, Span};

use crate::ast::{OperatorKind, SeriesAggregate, SeriesRange};
use crate::parser::Parser;
use crate::token::TokenKind;

const EXAMPLE: &str =
    "make-series count() on TimeGenerated from ago(1d) to now() step 1h by Column";

impl Parser<'_> {
    pub(super) fn make_series(&mut self, name: &str, keyword: Span) -> OperatorKind {
        let ends = ["on", "from", "to", "step"];
        let aggregates = self.listed("`,` or `on`", &ends, Self::series_aggregate);
        self.part("on", name, keyword, EXAMPLE);
        let axis = self.named_expression();
        let range = if self.is_word("in") {
            self.series_in(name, keyword)
        } else {
            let from = self.eat_word("from").map(|_| self.expression());
            let to = self.eat_word("to").map(|_| self.expression());
            self.part("step", name, keyword, EXAMPLE);
            SeriesRange::Steps { from, to, step: self.expression() }
        };
        let mut by = Vec::new();
        if self.eat_word("by").is_some() {
            by = self.columns("`,`", &[]);
        }
        OperatorKind::MakeSeries { aggregates, axis, range, by }
    }

    fn series_aggregate(&mut self) -> SeriesAggregate {
        let column = self.named_expression();
        let mut default = None;
        if self.eat_word("default").is_some() {
            if self.eat(TokenKind::Assign).is_none() {
                self.expected("KQL0005", "`=` after `default`");
            }
            default = Some(self.expression());
        }
        SeriesAggregate { column, default }
    }

    /// `in range(a, b, c)`.
    fn series_in(&mut self, name: &str, keyword: Span) -> SeriesRange {
        let start = self.bump();
        self.part("range", name, keyword, "make-series count() on x in range(0, 100, 10)");
        let mut ends = Vec::new();
        if self.is(TokenKind::OpenParenthesis) {
            let open = self.open();
            ends = self.items(open, false, Self::expression);
            self.close(open);
        } else {
            self.expected("KQL0005", "`(` after `range`");
        }
        let count = ends.len();
        let mut ends = ends.into_iter();
        if let (3, Some(from), Some(to), Some(step)) =
            (count, ends.next(), ends.next(), ends.next())
        {
            return SeriesRange::In { from, to, step };
        }
        let diagnostic = Diagnostic::error(
            "KQL0005",
            "`range` of `make-series` takes a start, an end and a step",
        )
        .at(self.since(start))
        .hint("as in `in range(0, 100, 10)`");
        self.recovered(diagnostic);
        let [from, to, step] =
            [self.error_expression(), self.error_expression(), self.error_expression()];
        SeriesRange::In { from, to, step }
    }
}

#[cfg(test)]
mod tests {
    use crate::ast::{OperatorKind, SeriesRange};
    use crate::parser::testing::operator;

    #[test]
    fn a_series_has_aggregates_an_axis_and_keys() {
        let OperatorKind::MakeSeries { aggregates, axis, range, by } = operator(
            "make-series n = count() default=0, avg(a) on t = bin(b, 1h) from c to now() step 1h by d, e",
        ) else {
            panic!("not a make-series")
        };
        assert!(aggregates[0].default.is_some() && aggregates[1].default.is_none());
        assert_eq!((axis.names.len(), by.len()), (1, 2));
        assert!(matches!(range, SeriesRange::Steps { from: Some(_), to: Some(_), .. }));
    }

    #[test]
    fn the_ends_of_the_axis_may_lack_or_stand_in_a_range() {
        assert!(matches!(
            operator("make-series count() on t step 1h"),
            OperatorKind::MakeSeries { range: SeriesRange::Steps { from: None, to: None, .. }, .. }
        ));
        assert!(matches!(
            operator("make-series count() on t in range(1, 9, 2) by a"),
            OperatorKind::MakeSeries { range: SeriesRange::In { .. }, .. }
        ));
    }
}
