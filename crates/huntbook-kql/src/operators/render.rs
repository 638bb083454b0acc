//! `render`: the rows as they are, with what a chart of them should look like.

use huntbook_diagnostics::Diagnostic;
use huntbook_kql_syntax::ast::{ExprKind, Ident, Literal, OperatorParameter};

use crate::bind::Binder;
use crate::chart::Chart;
use crate::codes;
use crate::ir::Relation;

const CHARTS: &[&str] = &[
    "anomalychart",
    "areachart",
    "barchart",
    "card",
    "columnchart",
    "graph",
    "ladderchart",
    "linechart",
    "piechart",
    "pivotchart",
    "plotly",
    "scatterchart",
    "stackedareachart",
    "table",
    "timechart",
    "timepivot",
    "treemap",
    "list",
    "timeline",
];

pub(crate) fn bind(
    binder: &mut Binder<'_>,
    input: Relation,
    chart: &Ident,
    properties: &[OperatorParameter],
) -> Relation {
    if !CHARTS.contains(&chart.name.as_str()) {
        let hint = huntbook_diagnostics::near_hint("chart", &chart.name, CHARTS.iter().copied());
        binder.report(
            Diagnostic::error(codes::UNKNOWN_OPTION, format!("chart `{}` not found", chart.name))
                .at(chart.span)
                .maybe_hint(hint),
        );
        return input;
    }
    let value = |property: &OperatorParameter| match &property.value.kind {
        ExprKind::Name(word) => Some(word.name.clone()),
        ExprKind::Literal(Literal::String { value, .. }) => Some(value.clone()),
        ExprKind::Literal(Literal::Long(Some(number))) => Some(number.to_string()),
        ExprKind::Literal(Literal::Real(Some(number))) => Some(number.to_string()),
        ExprKind::Literal(Literal::Bool(Some(flag))) => Some(flag.to_string()),
        _ => None,
    };
    let properties = properties
        .iter()
        .filter_map(|property| Some((property.name.name.clone(), value(property)?)))
        .collect();
    binder.chart(Chart { kind: chart.name.clone(), properties });
    input
}
