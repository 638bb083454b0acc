//! `render`: the rows as they are, with what a chart of them should look like.

use huntbook_diagnostics::{Diagnostic, near_hint};
use huntbook_kql_syntax::CHARTS;
use huntbook_kql_syntax::ast::{Ident, OperatorParameter};

use super::options;
use crate::bind::Binder;
use crate::chart::Chart;
use crate::codes;
use crate::ir::Relation;

/// What is no chart: the rows stay a table.
const TABLES: &[&str] = &["table", "list"];

pub(crate) fn bind(
    binder: &mut Binder<'_>,
    input: Relation,
    chart: &Ident,
    properties: &[OperatorParameter],
) -> Relation {
    let known = || CHARTS.iter().chain(TABLES).copied();
    if !known().any(|name| name == chart.name) {
        let hint = near_hint("chart", &chart.name, known());
        binder.report(
            Diagnostic::error(codes::UNKNOWN_OPTION, format!("chart `{}` not found", chart.name))
                .at(chart.span)
                .maybe_hint(hint),
        );
        return input;
    }
    let properties = properties
        .iter()
        .filter_map(|property| Some((property.name.name.clone(), options::text(property)?)))
        .collect();
    binder.chart(Chart { kind: chart.name.clone(), properties });
    input
}
