//! `range`, which makes a table and takes none.

use huntbook_diagnostics::Span;

use crate::ast::OperatorKind;
use crate::parser::Parser;

const EXAMPLE: &str = "range x from 1 to 10 step 1";

impl Parser<'_> {
    pub(super) fn range(&mut self, name: &str, keyword: Span) -> OperatorKind {
        let Some(column) = self.required_name("the name of the column after `range`") else {
            return OperatorKind::Error;
        };
        self.part("from", name, keyword, EXAMPLE);
        let from = self.expression();
        self.part("to", name, keyword, EXAMPLE);
        let to = self.expression();
        self.part("step", name, keyword, EXAMPLE);
        let step = self.expression();
        OperatorKind::Range { column, from, to, step }
    }
}

#[cfg(test)]
mod tests {
    use crate::ast::{ExprKind, OperatorKind};
    use crate::parser::testing::expression;

    #[test]
    fn a_range_has_two_ends_and_a_step() {
        let ExprKind::Head(head) = expression("range x from ago(1d) to now() step 1h").kind else {
            panic!("not a head")
        };
        let OperatorKind::Range { column, from, step, .. } = head.kind else {
            panic!("not a range")
        };
        assert_eq!(column.name, "x");
        assert!(matches!(from.kind, ExprKind::Call { .. }));
        assert!(matches!(step.kind, ExprKind::Literal(_)));
    }
}
