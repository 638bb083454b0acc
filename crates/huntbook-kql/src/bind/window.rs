//! Functions over rows, such as `row_number`, inside of expressions.

use huntbook_diagnostics::{Diagnostic, Span};
use huntbook_kql_syntax::ast::{Ident, NamedExpr};

use super::{Binder, Row};
use crate::codes;
use crate::ir::{Column, HIDDEN, Relation, Scalar, WindowCall};
use crate::windows::Window;

impl Binder<'_> {
    /// A call of a function over rows: a column of its own below the operator at hand.
    pub(super) fn window_value(
        &mut self,
        window: &'static Window,
        name: &Ident,
        arguments: &[NamedExpr],
        span: Span,
        row: Row<'_>,
    ) -> Option<Scalar> {
        if !row.serialized {
            let message = format!("`{}` needs rows in an order", name.name);
            self.report(
                Diagnostic::error(codes::NOT_SERIALIZED, message)
                    .at(span)
                    .hint("put `| sort by ...` or `| serialize` before it"),
            );
            return None;
        }
        let before = self.windows.len();
        let call = self.arguments(&name.name, arguments, span, row)?;
        if self.windows.len() > before {
            let message = format!("`{}` over a function over rows is not supported yet", name.name);
            self.report(
                Diagnostic::error(codes::UNSUPPORTED_FEATURE, message)
                    .at(span)
                    .hint("compute the inner one with an `extend` of its own"),
            );
            return None;
        }
        let bound = (window.bind)(&call);
        let (function, arguments, kind) = self.accept(bound)?;
        let partition = row.columns.iter().filter(|column| column.is_part());
        let partition = partition.map(Column::value).collect();
        let column = Column::new(format!("{HIDDEN}window.{}", self.windows.len()), kind);
        let value = column.value();
        self.windows.push((WindowCall { function, arguments, partition }, column));
        Some(value)
    }

    /// `input` with the columns of the functions over rows that were met since the last time.
    pub(crate) fn with_windows(&mut self, input: Relation) -> Relation {
        if self.windows.is_empty() {
            return input;
        }
        Relation::window(input, std::mem::take(&mut self.windows))
    }
}
