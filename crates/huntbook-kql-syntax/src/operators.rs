//! The tabular operators of KQL by keyword.

/// How far an operator is parsed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Parsing {
    /// Into an operator kind of its own.
    Full,
    /// By name only, as [`OperatorKind::Unsupported`](crate::ast::OperatorKind::Unsupported).
    NameOnly,
}

/// A keyword that may follow `|`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OperatorKeyword {
    /// As written, hyphens included.
    pub name: &'static str,
    /// How far it is parsed.
    pub parsing: Parsing,
}

const fn full(name: &'static str) -> OperatorKeyword {
    OperatorKeyword { name, parsing: Parsing::Full }
}

const fn name_only(name: &'static str) -> OperatorKeyword {
    OperatorKeyword { name, parsing: Parsing::NameOnly }
}

/// Every tabular operator of KQL, the common ones first.
pub const OPERATORS: &[OperatorKeyword] = &[
    full("where"),
    full("extend"),
    full("project"),
    full("summarize"),
    full("sort"),
    full("order"),
    full("top"),
    full("take"),
    full("limit"),
    full("distinct"),
    full("count"),
    full("filter"),
    full("join"),
    full("mv-expand"),
    full("union"),
    full("project-reorder"),
    full("project-away"),
    full("project-rename"),
    full("project-keep"),
    full("project-by-names"),
    full("parse"),
    full("parse-where"),
    full("parse-kv"),
    full("render"),
    full("evaluate"),
    full("invoke"),
    full("lookup"),
    full("mv-apply"),
    full("mvapply"),
    full("mvexpand"),
    full("make-series"),
    full("search"),
    full("serialize"),
    full("range"),
    full("find"),
    full("getschema"),
    full("top-nested"),
    full("top-hitters"),
    full("as"),
    full("partition"),
    full("scan"),
    full("sample"),
    full("sample-distinct"),
    name_only("reduce"),
    name_only("fork"),
    name_only("facet"),
    name_only("consume"),
    name_only("execute-and-cache"),
    name_only("assert-schema"),
    name_only("macro-expand"),
    name_only("make-graph"),
    name_only("graph-match"),
    name_only("graph-mark-components"),
    name_only("graph-shortest-paths"),
    name_only("graph-to-table"),
    name_only("graph-where-nodes"),
    name_only("graph-where-edges"),
];

/// The charts of `render` that are keywords.
pub const CHARTS: &[&str] = &[
    "3Dchart",
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
    "timechart",
    "timeline",
    "timepivot",
    "treemap",
];

/// The keyword `name`, where it is one.
#[must_use]
pub fn operator_keyword(name: &str) -> Option<OperatorKeyword> {
    OPERATORS.iter().copied().find(|keyword| keyword.name == name)
}

/// Whether `name` may follow `|`, parsed in full or not.
#[must_use]
pub fn is_operator_keyword(name: &str) -> bool {
    operator_keyword(name).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keywords_are_told_from_other_words() {
        assert_eq!(operator_keyword("where").map(|keyword| keyword.parsing), Some(Parsing::Full));
        assert_eq!(
            operator_keyword("fork").map(|keyword| keyword.parsing),
            Some(Parsing::NameOnly)
        );
        assert!(is_operator_keyword("mv-expand") && !is_operator_keyword("Where"));
    }

    #[test]
    fn no_keyword_is_listed_twice() {
        let mut names: Vec<&str> = OPERATORS.iter().map(|keyword| keyword.name).collect();
        names.sort_unstable();
        assert!(names.windows(2).all(|pair| pair[0] != pair[1]));
    }
}
