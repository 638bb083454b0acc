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
