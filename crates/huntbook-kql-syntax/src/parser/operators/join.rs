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

#[cfg(test)]
mod tests {
    use crate::ast::{ExprKind, OperatorKind};
    use crate::parser::testing::operator;

    #[test]
    fn a_join_has_a_right_side_and_conditions() {
        let OperatorKind::Join { right, on } =
            operator("join kind=inner (U | where b) on a, $left.c == $right.d")
        else {
            panic!("not a join")
        };
        assert!(matches!(right.kind, ExprKind::Pipeline(_)));
        assert!(matches!(on[0].kind, ExprKind::Name(_)));
        assert!(matches!(on[1].kind, ExprKind::Binary { .. }));
    }

    #[test]
    fn a_join_may_lack_conditions_and_a_lookup_may_not() {
        assert!(matches!(operator("join U"), OperatorKind::Join { on, .. } if on.is_empty()));
        assert!(
            matches!(operator("lookup U on a"), OperatorKind::Lookup { on, .. } if on.len() == 1)
        );
    }
}
