//! Functions over rows, such as `row_number`, inside of expressions.

use huntbook_diagnostics::{Diagnostic, Span};
use huntbook_kql_syntax::ast::{Ident, NamedExpr};

use super::{Binder, Row, size};
use crate::codes;
use crate::ir::{Column, HIDDEN, Node, Relation, Scalar, WindowCall};
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
        let call = self.arguments(&name.name, arguments, span, row)?;
        let bound = (window.bind)(&call);
        let (function, arguments, kind) = self.accept(bound)?;
        let partition = row.columns.iter().filter(|column| column.is_part());
        let partition = partition.map(Column::value).collect();
        let column = Column::new(format!("{HIDDEN}window.{}", self.windows.len()), kind);
        let value = column.value();
        self.windows.push((WindowCall { function, arguments, partition }, column));
        Some(value)
    }

    /// `input` with the columns of the functions over rows that were met since the last time: those that others
    /// read lie below them.
    pub(crate) fn with_windows(&mut self, mut input: Relation) -> Relation {
        let mut layer: Vec<(WindowCall, Column)> = Vec::new();
        for (call, column) in std::mem::take(&mut self.windows) {
            let is_made_here = |node: &Node| matches!(node, Node::Column(name) if layer.iter().any(|(_, made)| made.name == *name));
            if call.arguments.iter().any(|argument| size::any(argument, &is_made_here)) {
                input = Relation::window(input, std::mem::take(&mut layer));
            }
            layer.push((call, column));
        }
        if layer.is_empty() { input } else { Relation::window(input, layer) }
    }
}
