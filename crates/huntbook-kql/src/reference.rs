//! What the engine supports, as data: for the reference page, completion and the coverage table.

use crate::aggregates::AGGREGATES;
use crate::functions::FUNCTIONS;
use crate::functions::several::SEVERAL;
use crate::operators::evaluate::PLUGINS;
use crate::windows::WINDOWS;

/// What a user can call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FunctionDoc {
    /// The name in KQL.
    pub name: &'static str,
    /// Other names of the same function.
    pub aliases: &'static [&'static str],
    /// Parameters and result.
    pub signature: &'static str,
    /// What comes back, in Markdown.
    pub summary: &'static str,
}

/// Every scalar function, by family.
pub fn functions() -> impl Iterator<Item = FunctionDoc> {
    let of_one_column = FUNCTIONS.iter().map(|function| FunctionDoc {
        name: function.name,
        aliases: function.aliases,
        signature: function.signature,
        summary: function.summary,
    });
    let of_several = SEVERAL.iter().map(|function| FunctionDoc {
        name: function.name,
        aliases: &[],
        signature: function.signature,
        summary: function.summary,
    });
    of_one_column.chain(of_several)
}

/// Every aggregate.
pub fn aggregates() -> impl Iterator<Item = FunctionDoc> {
    AGGREGATES.iter().map(|aggregate| FunctionDoc {
        name: aggregate.name,
        aliases: aggregate.aliases,
        signature: aggregate.signature,
        summary: aggregate.summary,
    })
}

/// Every function over rows in their order.
pub fn windows() -> impl Iterator<Item = FunctionDoc> {
    WINDOWS.iter().map(|window| FunctionDoc {
        name: window.name,
        aliases: &[],
        signature: window.signature,
        summary: window.summary,
    })
}

/// Every plugin of `evaluate`.
pub fn plugins() -> impl Iterator<Item = FunctionDoc> {
    PLUGINS.iter().map(|plugin| FunctionDoc {
        name: plugin.name,
        aliases: &[],
        signature: plugin.signature,
        summary: plugin.summary,
    })
}

/// The tabular operators.
pub const OPERATORS: &[&str] = &[
    "as",
    "count",
    "datatable",
    "distinct",
    "evaluate",
    "extend",
    "externaldata",
    "find",
    "getschema",
    "invoke",
    "join",
    "limit",
    "lookup",
    "make-series",
    "mv-apply",
    "mv-expand",
    "order",
    "parse",
    "parse-kv",
    "parse-where",
    "partition",
    "print",
    "project",
    "project-away",
    "project-by-names",
    "project-keep",
    "project-rename",
    "project-reorder",
    "range",
    "render",
    "sample",
    "sample-distinct",
    "scan",
    "search",
    "serialize",
    "sort",
    "summarize",
    "take",
    "top",
    "top-hitters",
    "top-nested",
    "union",
    "where",
];
