//! `render`.

use crate::ast::OperatorKind;
use crate::names::{NamePlace, needs_quotes};
use crate::parser::Parser;

/// Charts that are keywords; the binder knows the others.
const CHARTS: &[&str] = &[
    "3Dchart",
    "anomalychart",
    "areachart",
    "barchart",
    "card",
    "columnchart",
    "ladderchart",
    "linechart",
    "piechart",
    "pivotchart",
    "plotly",
    "scatterchart",
    "stackedareachart",
    "timechart",
    "timeline",
    "timepivot",
    "treemap",
];

impl Parser<'_> {
    pub(super) fn render(&mut self) -> OperatorKind {
        let is_word = !needs_quotes(self.word(), NamePlace::Alone) || CHARTS.contains(&self.word());
        let Some(chart) = (if is_word { self.name() } else { None }) else {
            self.expected("KQL0007", "a chart after `render`, as in `render timechart`");
            return OperatorKind::Error;
        };
        let mut properties = self.parameters(&["title", "accumulate"]);
        properties.extend(self.with_properties(&["anomalycolumns", "series", "ycolumns"]));
        OperatorKind::Render { chart, properties }
    }
}
