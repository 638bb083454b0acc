//! Aggregates inside of `summarize`.

use huntbook_diagnostics::{Diagnostic, Span};
use huntbook_kql_syntax::ast::{Ident, NamedExpr};

use super::{Binder, BoundAggregate, Collector, Row};
use crate::aggregates;
use crate::codes;
use crate::ir::{AggregateCall, Scalar};

impl Binder<'_> {
    /// Runs `inner` so that aggregates may stand in its expressions, and gives the calls met.
    pub(crate) fn collecting<T>(
        &mut self,
        inner: impl FnOnce(&mut Self) -> T,
    ) -> (T, Vec<AggregateCall>) {
        let outer = self.aggregates.replace(Collector::default());
        let result = inner(self);
        let collector = std::mem::replace(&mut self.aggregates, outer);
        (result, collector.map(|collector| collector.calls).unwrap_or_default())
    }

    /// Lets the aggregates met from position `first` on count only rows for which `filter` is true; gives the number
    /// of all.
    pub(crate) fn filter_aggregates(&mut self, first: usize, filter: &Scalar) -> usize {
        let Some(collector) = &mut self.aggregates else { return first };
        for call in collector.calls.iter_mut().skip(first) {
            call.filter = Some(match call.filter.take() {
                Some(own) => own.and(filter.clone()),
                None => filter.clone(),
            });
        }
        collector.calls.len()
    }

    /// An aggregate as part of a larger expression: its first output.
    pub(super) fn aggregate_value(
        &mut self,
        name: &Ident,
        arguments: &[NamedExpr],
        span: Span,
        row: Row<'_>,
    ) -> Option<Scalar> {
        self.aggregate(name, arguments, span, row)?.into_iter().next().map(|(_, value)| value)
    }

    /// An aggregate: for each of its outputs the suggested name and the value.
    pub(crate) fn aggregate(
        &mut self,
        name: &Ident,
        arguments: &[NamedExpr],
        span: Span,
        row: Row<'_>,
    ) -> Option<Vec<(String, Scalar)>> {
        let aggregate = aggregates::find(&name.name)?;
        let Some(collector) = &mut self.aggregates else {
            let message = format!("aggregate `{}` stands outside of `summarize`", name.name);
            self.report(Diagnostic::error(codes::MISPLACED_AGGREGATE, message).at(name.span));
            return None;
        };
        if std::mem::replace(&mut collector.inside, true) {
            let message = format!("aggregate `{}` stands inside of another", name.name);
            self.report(
                Diagnostic::error(codes::MISPLACED_AGGREGATE, message)
                    .at(name.span)
                    .hint("summarise twice: `| summarize ... | summarize ...`"),
            );
            return None;
        }
        let call = self.arguments(&name.name, arguments, span, row);
        let bound = call.map(|call| (aggregate.bind)(&call));
        let bound = bound.and_then(|bound| self.accept(bound));
        let collector = self.aggregates.as_mut()?;
        collector.inside = false;
        let BoundAggregate { mut call, finish } = bound?;
        let mut outputs = Vec::with_capacity(call.outputs.len());
        for (position, output) in call.outputs.iter_mut().enumerate() {
            let suggested = output.name.clone();
            // A name that no query can write as a plain name keeps clear of the group keys.
            output.name = format!("\u{1}{}.{position}", collector.calls.len());
            let value = Scalar::column(output.name.clone(), output.kind);
            outputs.push((
                suggested,
                if position == 0 {
                    finish.map_or(value.clone(), |finish| finish(value))
                } else {
                    value
                },
            ));
        }
        collector.calls.push(call);
        Some(outputs)
    }
}
