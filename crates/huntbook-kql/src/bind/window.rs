//! Functions over rows, such as `row_number`, inside of expressions.

use huntbook_diagnostics::{Diagnostic, Span};
use huntbook_kql_syntax::ast::{Ident, NamedExpr};

use super::{Binder, Row, size};
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

    /// The functions over rows that were met since the last time.
    pub(crate) fn pending_windows(&self) -> impl Iterator<Item = &WindowCall> {
        self.windows.iter().map(|(call, _)| call)
    }

    /// `input` with the columns of the functions over rows that were met since the last time: first those of which
    /// others are computed.
    pub(crate) fn with_windows(&mut self, input: Relation) -> Relation {
        let mut input = input;
        let mut pending = std::mem::take(&mut self.windows);
        while !pending.is_empty() {
            let waits = |(call, _): &(WindowCall, Column)| {
                let is_pending = |name: &str| pending.iter().any(|(_, column)| column.name == name);
                call.arguments.iter().any(|argument| size::has_column(argument, &is_pending))
            };
            let waits: Vec<bool> = pending.iter().map(waits).collect();
            let mut waiting = waits.into_iter();
            let (later, now): (Vec<_>, Vec<_>) =
                pending.into_iter().partition(|_| waiting.next().unwrap_or_default());
            if now.is_empty() {
                return input;
            }
            input = Relation::window(input, now);
            pending = later;
        }
        input
    }
}
