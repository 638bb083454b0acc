//! `partition`.

use huntbook_diagnostics::Span;

use crate::ast::{OperatorKind, PartitionBody};
use crate::parser::Parser;
use crate::token::TokenKind;

impl Parser<'_> {
    pub(super) fn partition(&mut self, name: &str, keyword: Span) -> OperatorKind {
        self.part("by", name, keyword, "partition by Column (top 3 by Score)");
        let by = self.column_path();
        let body = match self.kind() {
            Some(TokenKind::OpenParenthesis) => {
                let open = self.open();
                let operators = self.inner_operators();
                self.close(open);
                PartitionBody::Operators(operators)
            }
            Some(TokenKind::OpenBrace) => {
                let open = self.open();
                let query = self.table_or_value(open);
                self.close(open);
                PartitionBody::Query(Box::new(query))
            }
            _ => {
                self.expected("KQL0005", "`(` and what is done to each part");
                return OperatorKind::Error;
            }
        };
        OperatorKind::Partition { by, body }
    }
}

#[cfg(test)]
mod tests {
    use crate::ast::{ExprKind, OperatorKind, PartitionBody};
    use crate::parser::testing::operator;

    #[test]
    fn a_part_goes_through_operators_or_a_query() {
        let OperatorKind::Partition { by, body: PartitionBody::Operators(operators) } =
            operator("partition hint.strategy=native by a.b (where c | take 1)")
        else {
            panic!("no operators")
        };
        assert!(matches!(by.kind, ExprKind::Path { .. }));
        assert_eq!(operators.len(), 2);
        let OperatorKind::Partition { body: PartitionBody::Query(query), .. } =
            operator("partition by a { U | where b == toscalar(a) }")
        else {
            panic!("no query")
        };
        assert!(matches!(query.kind, ExprKind::Pipeline(_)));
    }
}
