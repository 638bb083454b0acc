//! `sort`, `order` and `top`: keys and their order.

use huntbook_diagnostics::Span;

use crate::ast::{Direction, Nulls, OperatorKind, SortKey};
use crate::parser::Parser;

impl Parser<'_> {
    pub(super) fn sort(&mut self, name: &str, keyword: Span) -> OperatorKind {
        self.part("by", name, keyword, "sort by Column");
        OperatorKind::Sort { keys: self.listed("`,`", &[], Self::sort_key) }
    }

    pub(super) fn top(&mut self, name: &str, keyword: Span) -> OperatorKind {
        let count = self.expression();
        self.part("by", name, keyword, "top 10 by Column");
        OperatorKind::Top { count, key: self.sort_key() }
    }

    pub(super) fn sort_key(&mut self) -> SortKey {
        let expr = self.expression();
        let direction = self.direction();
        let mut nulls = None;
        if self.eat_word("nulls").is_some() {
            nulls = match self.word() {
                "first" => Some(Nulls::First),
                "last" => Some(Nulls::Last),
                _ => None,
            };
            if nulls.is_some() {
                self.bump();
            } else {
                self.expected("KQL0005", "`first` or `last` after `nulls`");
            }
        }
        SortKey { expr, direction, nulls }
    }

    /// `asc` or `desc`, where one of them stands at the position.
    pub(super) fn direction(&mut self) -> Option<Direction> {
        let direction = match self.word() {
            "asc" => Some(Direction::Ascending),
            "desc" => Some(Direction::Descending),
            _ => None,
        };
        if direction.is_some() {
            self.bump();
        }
        direction
    }
}
