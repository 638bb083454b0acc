//! `project-away`, `project-keep`, `project-reorder` and `project-by-names`: names in which a `*` stands for any
//! characters.

use crate::ast::{Ident, NameOrder, NamePattern, OperatorKind, ReorderedColumns};
use crate::names::{NamePlace, needs_quotes};
use crate::parser::Parser;
use crate::token::TokenKind;

impl Parser<'_> {
    pub(super) fn name_patterns(&mut self) -> Vec<NamePattern> {
        self.listed("`,`", &[], Self::required_pattern).into_iter().flatten().collect()
    }

    pub(super) fn project_by_names(&mut self) -> OperatorKind {
        let names = if self.ends_operator() {
            Vec::new()
        } else {
            self.listed("`,`", &[], Self::expression)
        };
        OperatorKind::ProjectByNames { names }
    }

    pub(super) fn project_reorder(&mut self) -> OperatorKind {
        let columns = self.listed("`,`", &[], |parser| {
            let pattern = parser.required_pattern()?;
            Some(ReorderedColumns { pattern, order: parser.name_order() })
        });
        OperatorKind::ProjectReorder { columns: columns.into_iter().flatten().collect() }
    }

    fn name_order(&mut self) -> Option<NameOrder> {
        let (order, length) = match self.keyword() {
            ("asc", length) => (NameOrder::Ascending, length),
            ("desc", length) => (NameOrder::Descending, length),
            ("granny-asc", length) => (NameOrder::NaturalAscending, length),
            ("granny-desc", length) => (NameOrder::NaturalDescending, length),
            _ => return None,
        };
        self.tokens_as_one(length);
        Some(order)
    }

    fn required_pattern(&mut self) -> Option<NamePattern> {
        if let Some(pattern) = self.wildcard() {
            return Some(pattern);
        }
        let name = self.required_name("a column, or a name with `*` for several")?;
        Some(NamePattern { name, wildcard: false })
    }

    /// A name with a `*` in it. Its pieces touch.
    pub(super) fn wildcard(&mut self) -> Option<NamePattern> {
        let length = self.wildcard_length();
        if length == 0 {
            return None;
        }
        let start = self.span();
        let span = start.to(self.span_at(self.position + length - 1));
        let name = span.slice(self.text).unwrap_or_default().to_owned();
        self.position += length;
        Some(NamePattern { name: Ident { name, span }, wildcard: true })
    }

    /// Whether the token at `index` may be part of a name with a `*`.
    fn is_piece(&self, index: usize) -> bool {
        match self.kind_at(index) {
            Some(TokenKind::Integer | TokenKind::Star) => true,
            Some(TokenKind::Name) => !needs_quotes(self.word_at(index), NamePlace::Declared),
            _ => false,
        }
    }

    /// How many tokens a name with a `*` at the position is made of; 0 where there is none.
    fn wildcard_length(&self) -> usize {
        let mut length = match (self.kind(), self.kind_at(self.position + 1)) {
            (Some(TokenKind::Star), _) => 1,
            (Some(TokenKind::Name), Some(TokenKind::Star))
                if self.touches_next(self.position) && self.is_piece(self.position) =>
            {
                2
            }
            _ => return 0,
        };
        while self.touches_next(self.position + length - 1) && self.is_piece(self.position + length)
        {
            length += 1;
        }
        length
    }
}

#[cfg(test)]
mod tests {
    use crate::ast::{NameOrder, NamePattern, OperatorKind};
    use crate::parser::testing::operator;

    #[test]
    fn a_name_with_a_star_is_a_pattern_unless_it_is_in_quotes() {
        let OperatorKind::ProjectAway { columns } =
            operator("project-away a*, *b, c*d*1_, e, ['f*'], *")
        else {
            panic!("not a project-away")
        };
        let found: Vec<(&str, bool)> = columns
            .iter()
            .map(|NamePattern { name, wildcard }| (name.name.as_str(), *wildcard))
            .collect();
        assert_eq!(
            found,
            [
                ("a*", true),
                ("*b", true),
                ("c*d*1_", true),
                ("e", false),
                ("f*", false),
                ("*", true)
            ]
        );
    }

    #[test]
    fn reordered_columns_have_an_order() {
        let OperatorKind::ProjectReorder { columns } =
            operator("project-reorder a, b* asc, c* granny-desc")
        else {
            panic!("not a project-reorder")
        };
        let orders: Vec<Option<NameOrder>> = columns.iter().map(|column| column.order).collect();
        assert_eq!(orders, [None, Some(NameOrder::Ascending), Some(NameOrder::NaturalDescending)]);
    }
}
