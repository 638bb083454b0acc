//! `render`.

use crate::ast::OperatorKind;
use crate::parser::Parser;

impl Parser<'_> {
    pub(super) fn render(&mut self) -> OperatorKind {
        let Some(chart) = self.name() else {
            self.expected("KQL0007", "a chart after `render`, as in `render timechart`");
            return OperatorKind::Error;
        };
        let mut properties = self.parameters(&["title", "accumulate"]);
        properties.extend(self.with_properties());
        OperatorKind::Render { chart, properties }
    }
}
