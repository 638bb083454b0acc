//! The words of the grammar that completion offers.

/// Between two values.
pub(super) const BETWEEN_VALUES: &[&str] = &[
    "has",
    "contains",
    "startswith",
    "endswith",
    "in",
    "in~",
    "has_any",
    "has_all",
    "between",
    "and",
    "or",
    "matches regex",
    "has_cs",
    "contains_cs",
    "startswith_cs",
    "endswith_cs",
    "hasprefix",
    "hassuffix",
    "hasprefix_cs",
    "hassuffix_cs",
    "!has",
    "!contains",
    "!startswith",
    "!endswith",
    "!in",
    "!in~",
    "!between",
];

/// Words behind which a value begins.
pub(super) const BEFORE_VALUES: &[&str] = &[
    "has",
    "contains",
    "startswith",
    "endswith",
    "in",
    "has_any",
    "has_all",
    "between",
    "and",
    "or",
    "regex",
    "has_cs",
    "contains_cs",
    "startswith_cs",
    "endswith_cs",
    "hasprefix",
    "hassuffix",
    "hasprefix_cs",
    "hassuffix_cs",
    "by",
    "on",
    "with",
    "of",
    "where",
    "project",
    "to",
    "step",
    "from",
    "like",
];

pub(super) const SORT_ENDS: &[&str] = &["asc", "desc", "nulls first", "nulls last"];

/// The charts that are drawn, and the two that show rows; the usual ones first.
pub(super) const CHARTS: &[&str] = &[
    "timechart",
    "barchart",
    "columnchart",
    "piechart",
    "linechart",
    "areachart",
    "stackedareachart",
    "scatterchart",
    "anomalychart",
    "card",
    "table",
];

pub(super) const CHART_PROPERTIES: &[&str] = &[
    "title",
    "kind",
    "xcolumn",
    "ycolumns",
    "series",
    "xtitle",
    "ytitle",
    "legend",
    "xaxis",
    "yaxis",
    "ymin",
    "ymax",
    "ysplit",
    "accumulate",
];

pub(super) const CHART_KINDS: &[&str] = &["default", "unstacked", "stacked", "stacked100"];

/// Where a query begins.
pub(super) const SOURCES: &[&str] = &[
    "let",
    "print",
    "range",
    "union",
    "search",
    "find",
    "datatable",
    "materialize",
    "externaldata",
];

/// Whether an operator may stand behind `|`.
pub(super) fn follows_a_pipe(name: &str) -> bool {
    !matches!(name, "datatable" | "externaldata" | "print" | "range" | "find")
}
