//! `top-nested`, `top-hitters` and `sample-distinct`: so many values of something.

use huntbook_diagnostics::Span;

use crate::ast::{Expr, OperatorKind, TopNestedLevel};
use crate::parser::Parser;
use crate::token::TokenKind;

impl Parser<'_> {
    pub(super) fn sample_distinct(&mut self, name: &str, keyword: Span) -> OperatorKind {
        let count = self.expression();
        self.part("of", name, keyword, "sample-distinct 10 of Column");
        OperatorKind::SampleDistinct { count, of: self.named_expression() }
    }

    pub(super) fn top_hitters(&mut self, name: &str, keyword: Span) -> OperatorKind {
        let count = self.expression();
        self.part("of", name, keyword, "top-hitters 10 of Column");
        let of = self.named_expression();
        let by = self.eat_word("by").map(|_| self.named_expression());
        OperatorKind::TopHitters { count, of, by }
    }

    pub(super) fn top_nested(&mut self, keyword: Span) -> OperatorKind {
        let mut levels = vec![self.top_nested_level(keyword)];
        while self.eat(TokenKind::Comma).is_some() {
            let (name, length) = self.keyword();
            if name != "top-nested" {
                self.expected("KQL0005", "`top-nested` after `,`");
                break;
            }
            let keyword = self.tokens_as_one(length);
            levels.push(self.top_nested_level(keyword));
        }
        OperatorKind::TopNested { levels }
    }

    fn top_nested_level(&mut self, keyword: Span) -> TopNestedLevel {
        let name = "top-nested";
        let example = "top-nested 3 of Column by count()";
        let count = if self.is_word("of") { None } else { Some(self.expression()) };
        self.part("of", name, keyword, example);
        let of = self.named_expression();
        let others = self.others(keyword);
        self.part("by", name, keyword, example);
        let by = self.named_expression();
        TopNestedLevel { count, of, others, by, direction: self.direction() }
    }

    /// `with others = value`, where it stands at the position.
    fn others(&mut self, keyword: Span) -> Option<Expr> {
        self.eat_word("with")?;
        self.part("others", "top-nested", keyword, "with others = \"the rest\"");
        if self.eat(TokenKind::Assign).is_none() {
            self.expected("KQL0005", "`=` after `others`");
        }
        Some(self.expression())
    }
}

#[cfg(test)]
mod tests {
    use crate::ast::{Direction, OperatorKind};
    use crate::parser::testing::operator;

    #[test]
    fn levels_have_a_count_others_and_a_rank() {
        let OperatorKind::TopNested { levels } = operator(
            "top-nested 3 of a with others = 'rest' by n = count() asc, top-nested of b by max(c)",
        ) else {
            panic!("not a top-nested")
        };
        assert!(levels[0].count.is_some() && levels[0].others.is_some());
        assert_eq!(levels[0].direction, Some(Direction::Ascending));
        assert!(levels[1].count.is_none() && levels[1].others.is_none());
    }

    #[test]
    fn hitters_may_be_ranked_by_a_sum() {
        assert!(matches!(
            operator("top-hitters 3 of a"),
            OperatorKind::TopHitters { by: None, .. }
        ));
        assert!(matches!(
            operator("top-hitters 3 of a by b"),
            OperatorKind::TopHitters { by: Some(_), .. }
        ));
        assert!(matches!(operator("sample-distinct 3 of a"), OperatorKind::SampleDistinct { .. }));
    }
}
