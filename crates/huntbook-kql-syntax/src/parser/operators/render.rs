//! `render`.

use super::Properties;
use crate::ast::OperatorKind;
use crate::names::is_keyword;
use crate::operators::CHARTS;
use crate::parser::Parser;
use crate::token::TokenKind;

/// How a chart looks.
const PROPERTIES: Properties = Properties {
    names: &[
        "accumulate",
        "kind",
        "legend",
        "title",
        "xaxis",
        "xcolumn",
        "xmax",
        "xmin",
        "xtitle",
        "yaxis",
        "ymax",
        "ymin",
        "ysplit",
        "ytitle",
    ],
    lists: &["anomalycolumns", "series", "ycolumns"],
};

impl Parser<'_> {
    pub(super) fn render(&mut self) -> OperatorKind {
        let is_word =
            self.is(TokenKind::Name) && (!is_keyword(self.word()) || CHARTS.contains(&self.word()));
        let Some(chart) = (if is_word { self.name() } else { None }) else {
            self.expected("KQL0007", "a chart after `render`, as in `render timechart`");
            return OperatorKind::Error;
        };
        let mut properties = self.parameters(&["title", "accumulate"]);
        properties.extend(self.with_properties(&PROPERTIES));
        OperatorKind::Render { chart, properties }
    }
}

#[cfg(test)]
mod tests {
    use crate::ast::OperatorKind;
    use crate::parser::testing::operator;

    #[test]
    fn properties_stand_in_brackets_or_behind_the_chart() {
        for (text, names) in [
            ("render timechart", &[] as &[&str]),
            ("render columnchart kind=stacked title='a'", &["kind", "title"]),
            (
                "render areachart with (kind=stacked, ycolumns=a, b, ymin=-1, xtitle=strcat('a', b))",
                &["kind", "ycolumns", "ycolumns", "ymin", "xtitle"],
            ),
        ] {
            let OperatorKind::Render { properties, .. } = operator(text) else { panic!("{text}") };
            let found: Vec<&str> =
                properties.iter().map(|property| property.name.name.as_str()).collect();
            assert_eq!(found, names, "{text}");
        }
    }
}
