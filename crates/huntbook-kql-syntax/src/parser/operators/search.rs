//! `search` and `find`.

use huntbook_diagnostics::Span;

use crate::ast::{BinaryOperator, Expr, ExprKind, FindColumn, FindColumns, OperatorKind};
use crate::parser::Parser;
use crate::token::TokenKind;

impl Parser<'_> {
    pub(super) fn search(&mut self) -> OperatorKind {
        let tables = self.tables_in_brackets();
        OperatorKind::Search { tables, predicate: self.search_predicate() }
    }

    /// A condition, or `*` for every row, perhaps with an `and` behind it.
    fn search_predicate(&mut self) -> Expr {
        let next = self.kind_at(self.position + 1);
        let is_whole = next.is_none_or(|kind| {
            kind.is_closer() || matches!(kind, TokenKind::Pipe | TokenKind::Semicolon)
        });
        let is_and = self.word_at(self.position + 1) == "and";
        if !self.is(TokenKind::Star) || !(is_whole || is_and) {
            return self.expression();
        }
        let every = self.star();
        if is_whole {
            return every;
        }
        let operator_span = self.bump();
        let right = self.expression();
        let span = every.span.to(right.span);
        let height = self.height;
        let (left, right) = (Box::new(every), Box::new(right));
        let operator = BinaryOperator::And;
        self.built(ExprKind::Binary { operator, operator_span, left, right }, span, height)
    }

    pub(super) fn find(&mut self, name: &str, keyword: Span, has_parameters: bool) -> OperatorKind {
        let has_tables = self.is_word("in");
        let tables = self.tables_in_brackets();
        if has_tables || has_parameters {
            self.part("where", name, keyword, "find in (T, U) where Column == 1");
        } else {
            self.eat_word("where");
        }
        let predicate = self.expression();
        OperatorKind::Find { tables, predicate, project: self.find_columns() }
    }

    fn find_columns(&mut self) -> FindColumns {
        if !self.is_word("project") {
            return FindColumns::Smart;
        }
        let start = self.position;
        let is_smart = self.is_at(start + 1, TokenKind::Minus)
            && self.word_at(start + 2) == "smart"
            && self.touches_next(start)
            && self.touches_next(start + 1);
        if is_smart {
            self.tokens_as_one(3);
            return FindColumns::Smart;
        }
        self.bump();
        let mut packed = false;
        let columns = self.listed("`,`", &[], |parser| {
            if parser.packed() {
                packed = true;
                return None;
            }
            parser.find_column()
        });
        FindColumns::Listed { columns: columns.into_iter().flatten().collect(), packed }
    }

    /// Passes over `pack(*)` or `pack_all()`, and tells whether it was there.
    fn packed(&mut self) -> bool {
        let index = self.position;
        let is_call = self.is_at(index + 1, TokenKind::OpenParenthesis);
        let length = match self.word() {
            "pack" if is_call && self.is_at(index + 2, TokenKind::Star) => 4,
            "pack_all" if is_call => 3,
            _ => return false,
        };
        if !self.is_at(index + length - 1, TokenKind::CloseParenthesis) {
            return false;
        }
        self.position += length;
        true
    }

    fn find_column(&mut self) -> Option<FindColumn> {
        let name = self.required_name("a column, or `pack(*)` for the others")?;
        let mut type_name = None;
        if self.eat(TokenKind::Colon).is_some() {
            type_name = self.type_name();
            if type_name.is_none() {
                self.expected("KQL0007", "the type of the column");
            }
        }
        Some(FindColumn { name, type_name })
    }
}

#[cfg(test)]
mod tests {
    use crate::ast::{BinaryOperator, ExprKind, FindColumns, OperatorKind};
    use crate::parser::testing::operator;

    #[test]
    fn a_term_may_be_looked_for_in_one_column() {
        let OperatorKind::Search { tables, predicate } =
            operator("search kind=case_sensitive in (T, U*) 'x' and a:'y'")
        else {
            panic!("not a search")
        };
        assert_eq!(tables.len(), 2);
        let ExprKind::Binary { right, .. } = predicate.kind else { panic!("not an and") };
        assert!(matches!(right.kind, ExprKind::Binary { operator: BinaryOperator::Term, .. }));
    }

    #[test]
    fn every_row_is_searched_for_with_a_star() {
        for text in ["search *", "search * and a == 1", "search * has 'x'"] {
            assert!(matches!(operator(text), OperatorKind::Search { .. }));
        }
    }

    #[test]
    fn found_columns_have_types_and_a_pack() {
        let OperatorKind::Find { project: FindColumns::Listed { columns, packed }, .. } =
            operator("find in (T) where a == 1 project b, c:string, pack(*)")
        else {
            panic!("no columns")
        };
        assert!(packed && columns[0].type_name.is_none() && columns[1].type_name.is_some());
        for text in ["find a == 1", "find where a == 1 project-smart"] {
            assert!(matches!(
                operator(text),
                OperatorKind::Find { project: FindColumns::Smart, .. }
            ));
        }
    }
}
