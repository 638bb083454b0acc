//! Names: which words are taken, and how to write a name that is.

use crate::lexer::tokenize;
use crate::strings::quote_string;
use crate::token::{LiteralType, TokenKind};

/// Words that stand between two values, and `by`; none of them is a value.
pub(crate) fn is_infix_word(word: &str) -> bool {
    matches!(word, "and" | "or" | "in" | "by" | "between" | "has_any" | "has_all")
        || crate::parser::string_operator(word, false).is_some()
}

/// Words that KQL's own parser takes for a name in brackets and quotes only, but for the places below; sorted.
const KEYWORDS: &[&str] = &[
    "3Dchart",
    "__contextual_datatable",
    "__crossCluster",
    "__crossDB",
    "__executeAndCache",
    "__id",
    "__isFuzzy",
    "__noWithSource",
    "__packedColumn",
    "__projectAway",
    "__sourceColumnIndex",
    "accumulate",
    "and",
    "anomalychart",
    "areachart",
    "as",
    "asc",
    "bagexpansion",
    "barchart",
    "between",
    "bin_legacy",
    "boolean",
    "by",
    "byte",
    "cachingpolicy",
    "callout",
    "cancel",
    "card",
    "char",
    "columnchart",
    "contains",
    "contains_cs",
    "containscs",
    "cycles",
    "dataexport",
    "datascope",
    "datatable",
    "date",
    "datetime",
    "decimal",
    "decodeblocks",
    "desc",
    "double",
    "dynamic",
    "earliest",
    "encodingpolicy",
    "endswith",
    "endswith_cs",
    "expandoutput",
    "extent_tags_retention",
    "external_data",
    "externaldata",
    "find",
    "first",
    "flags",
    "float",
    "force_remote",
    "harddelete",
    "hardretention",
    "has",
    "has_all",
    "has_any",
    "has_cs",
    "hasprefix",
    "hasprefix_cs",
    "hassuffix",
    "hassuffix_cs",
    "hotcache",
    "in",
    "int",
    "int16",
    "int32",
    "int64",
    "int8",
    "invoke",
    "isfuzzy",
    "journal",
    "kind",
    "ladderchart",
    "last",
    "latest",
    "like",
    "likecs",
    "linechart",
    "long",
    "materialize",
    "mdm",
    "missing",
    "nooptimization",
    "notcontains",
    "notcontainscs",
    "notlike",
    "notlikecs",
    "of",
    "or",
    "others",
    "pathformat",
    "piechart",
    "pivotchart",
    "print",
    "project",
    "queries",
    "query_results",
    "real",
    "relaxed",
    "restricted_view_access",
    "row_level_security",
    "rowstore",
    "rowstore_references",
    "rowstore_sealinfo",
    "rowstorepolicy",
    "rowstores",
    "sample",
    "scatterchart",
    "seal",
    "seals",
    "search",
    "set",
    "shards",
    "simple",
    "softdelete",
    "softretention",
    "sql",
    "stackedareachart",
    "startswith",
    "startswith_cs",
    "statistics",
    "storedqueryresultcontainers",
    "string",
    "tablepurge",
    "time",
    "timechart",
    "timeline",
    "timepivot",
    "timespan",
    "title",
    "to",
    "toscalar",
    "totable",
    "treemap",
    "uint",
    "uint16",
    "uint32",
    "uint64",
    "uint8",
    "ulong",
    "union",
    "uniqueid",
    "unrestrictedviewers",
    "verbose",
    "viewers",
    "views",
    "where",
    "with_itemindex",
    "with_match_id",
    "with_source",
    "with_step_name",
    "withsource",
    "writeaheadlog",
];

/// Keywords that are names without quotes everywhere; sorted.
const NAMES: &[&str] = &[
    "__partitionby",
    "access",
    "alias",
    "best_effort",
    "bin",
    "bool",
    "consume",
    "count",
    "database",
    "dataformat",
    "datetime_pattern",
    "declare",
    "default",
    "distinct",
    "edges",
    "entity_group",
    "evaluate",
    "extend",
    "facet",
    "filter",
    "fork",
    "from",
    "getschema",
    "graph",
    "guid",
    "id",
    "inline_external_table",
    "join",
    "let",
    "limit",
    "lookup",
    "mvapply",
    "mvexpand",
    "nodes",
    "null",
    "nulls",
    "on",
    "optional",
    "order",
    "output",
    "pack",
    "parse",
    "partition",
    "pattern",
    "plotly",
    "query_parameters",
    "range",
    "reduce",
    "regex",
    "render",
    "restrict",
    "scan",
    "serialize",
    "sort",
    "step",
    "summarize",
    "take",
    "top",
    "typeof",
    "uuid",
    "view",
    "with",
    "with_node_id",
];

/// Keywords that are columns and tables without quotes.
const VALUES: &[&str] = &["kind", "with_source", "withsource"];

/// Keywords that are names without quotes where a column is declared: before `=` or `:`.
const DECLARED_NAMES: &[&str] = &[
    "accumulate",
    "as",
    "by",
    "contains",
    "datatable",
    "earliest",
    "externaldata",
    "find",
    "has",
    "in",
    "invoke",
    "latest",
    "materialize",
    "mdm",
    "of",
    "print",
    "sample",
    "search",
    "set",
    "sql",
    "title",
    "to",
    "toscalar",
    "totable",
    "verbose",
    "viewers",
    "where",
];

/// Further words that mean something at one place or another; a name is clearer in quotes there.
const MEANINGFUL: &[&str] = &[
    "FALSE",
    "False",
    "TRUE",
    "True",
    "alias",
    "bool",
    "consume",
    "count",
    "declare",
    "distinct",
    "evaluate",
    "extend",
    "filter",
    "guid",
    "let",
    "limit",
    "not",
    "null",
    "nulls",
    "on",
    "parse",
    "range",
    "render",
    "restrict",
    "scan",
    "serialize",
    "sort",
    "summarize",
    "take",
    "top",
    "typeof",
    "view",
    "with",
];

/// Where a name stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NamePlace {
    /// In place of a value: a column, a table, a member of a path.
    Value,
    /// Alone: the name of a `let`, a function that is called, a column of `project-away`.
    Alone,
    /// Where a column is declared: before `=` or `:`.
    Declared,
}

/// Whether `word` has to be in brackets and quotes to be a name at `place`.
pub(crate) fn needs_quotes(word: &str, place: NamePlace) -> bool {
    let allowed = match place {
        NamePlace::Value => VALUES,
        NamePlace::Alone => &[],
        NamePlace::Declared => DECLARED_NAMES,
    };
    is_boolean(word).is_some() || KEYWORDS.binary_search(&word).is_ok() && !allowed.contains(&word)
}

/// Whether the grammar gives `word` a meaning anywhere.
pub(crate) fn is_keyword(word: &str) -> bool {
    KEYWORDS.binary_search(&word).is_ok() || NAMES.binary_search(&word).is_ok()
}

/// Whether a type is called like the keyword `word`; the binder knows which types exist.
pub(crate) fn is_type_keyword(word: &str) -> bool {
    matches!(
        word,
        "bool"
            | "boolean"
            | "byte"
            | "char"
            | "date"
            | "datetime"
            | "decimal"
            | "double"
            | "dynamic"
            | "float"
            | "guid"
            | "int"
            | "int16"
            | "int32"
            | "int64"
            | "int8"
            | "long"
            | "real"
            | "string"
            | "time"
            | "timespan"
            | "uint"
            | "uint16"
            | "uint32"
            | "uint64"
            | "uint8"
            | "ulong"
            | "uniqueid"
    )
}

/// `name` as KQL: bare where it can be, `['name']` otherwise. Either form reads back as `name`.
///
/// ```
/// use huntbook_kql_syntax::quote_name;
/// assert_eq!(quote_name("Account"), "Account");
/// assert_eq!(quote_name("source ip"), r#"["source ip"]"#);
/// assert_eq!(quote_name("where"), r#"["where"]"#);
/// ```
#[must_use]
pub fn quote_name(name: &str) -> String {
    if is_bare(name) { name.to_owned() } else { format!("[{}]", quote_string(name)) }
}

/// Whether `name` reads back as itself without quotes.
fn is_bare(name: &str) -> bool {
    let is_taken = is_infix_word(name)
        || needs_quotes(name, NamePlace::Alone)
        || MEANINGFUL.contains(&name)
        || LiteralType::from_keyword(name).is_some();
    let dollar = name.starts_with('$') && !matches!(name, "$left" | "$right");
    let tokens = tokenize(name);
    let one_name = matches!(tokens.as_slice(), [token] if token.kind == TokenKind::Name);
    one_name && !is_taken && !dollar
}

/// The value of `true` and `false` in the three spellings that KQL knows.
pub(crate) fn is_boolean(word: &str) -> Option<bool> {
    match word {
        "true" | "True" | "TRUE" => Some(true),
        "false" | "False" | "FALSE" => Some(false),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ast::{ExprKind, Statement};
    use crate::parse;

    #[test]
    fn keywords_are_sorted() {
        assert!(KEYWORDS.is_sorted() && NAMES.is_sorted());
    }

    #[test]
    fn a_quoted_name_reads_back_as_itself() {
        for name in [
            "Account",
            "source ip",
            "where",
            "it's",
            "a\"b",
            "",
            "1d",
            "4625Events",
            "let",
            "$left",
            "é",
        ] {
            let text = quote_name(name);
            let parsed = parse(&text);
            assert_eq!(parsed.diagnostics, [], "{text}");
            let [Statement::Expression(expr)] = parsed.query.statements.as_slice() else {
                panic!("{text} is not one expression");
            };
            let ExprKind::Name(read) = &expr.kind else { panic!("{text} is not a name") };
            assert_eq!(read.name, name);
        }
    }

    #[test]
    fn a_plain_name_stays_bare_and_a_keyword_does_not() {
        assert_eq!(quote_name("TimeGenerated"), "TimeGenerated");
        assert_eq!(quote_name("4625Events"), "4625Events");
        assert_eq!(quote_name("time"), "[\"time\"]");
        assert_eq!(quote_name("count"), "[\"count\"]");
    }
}
