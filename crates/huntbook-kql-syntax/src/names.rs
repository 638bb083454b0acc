//! Names: which words are taken, and how to write a name that is.

use crate::lexer::tokenize;
use crate::strings::quote_string;
use crate::token::{LiteralType, TokenKind};

/// Words that stand between two values, and `by`; none of them is a value.
pub(crate) fn is_infix_word(word: &str) -> bool {
    matches!(word, "and" | "or" | "in" | "by" | "between" | "has_any" | "has_all")
        || crate::parser::string_operator(word, false).is_some()
}

/// Words that KQL's own parser takes for a column or table in brackets and quotes only; sorted.
const NOT_A_VALUE: &[&str] = &[
    "accumulate",
    "and",
    "as",
    "asc",
    "between",
    "boolean",
    "by",
    "contains",
    "contains_cs",
    "containscs",
    "datatable",
    "date",
    "datetime",
    "decimal",
    "decodeblocks",
    "desc",
    "double",
    "dynamic",
    "earliest",
    "endswith",
    "endswith_cs",
    "expandoutput",
    "external_data",
    "externaldata",
    "find",
    "first",
    "float",
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
    "int64",
    "invoke",
    "isfuzzy",
    "last",
    "latest",
    "like",
    "likecs",
    "long",
    "materialize",
    "notcontains",
    "notcontainscs",
    "notlike",
    "of",
    "or",
    "others",
    "print",
    "project",
    "real",
    "relaxed",
    "rowstore",
    "sample",
    "search",
    "set",
    "shards",
    "simple",
    "startswith",
    "startswith_cs",
    "string",
    "time",
    "timespan",
    "title",
    "to",
    "toscalar",
    "totable",
    "uint",
    "ulong",
    "union",
    "uniqueid",
    "verbose",
    "views",
    "where",
];

/// Words that it takes before `=` in brackets and quotes only; sorted.
const NOT_BEFORE_ASSIGN: &[&str] = &[
    "and",
    "asc",
    "between",
    "boolean",
    "contains_cs",
    "containscs",
    "date",
    "datetime",
    "decimal",
    "decodeblocks",
    "desc",
    "double",
    "dynamic",
    "endswith",
    "endswith_cs",
    "expandoutput",
    "external_data",
    "false",
    "first",
    "float",
    "has_all",
    "has_any",
    "has_cs",
    "hasprefix",
    "hasprefix_cs",
    "hassuffix",
    "hassuffix_cs",
    "hotcache",
    "int",
    "int64",
    "isfuzzy",
    "kind",
    "last",
    "like",
    "likecs",
    "long",
    "notcontains",
    "notcontainscs",
    "notlike",
    "or",
    "others",
    "project",
    "real",
    "relaxed",
    "rowstore",
    "shards",
    "simple",
    "startswith",
    "startswith_cs",
    "string",
    "time",
    "timespan",
    "true",
    "uint",
    "ulong",
    "union",
    "uniqueid",
    "views",
    "withsource",
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
    /// Before `=`.
    BeforeAssign,
}

/// Whether `word` has to be in brackets and quotes to be a name at `place`.
pub(crate) fn needs_quotes(word: &str, place: NamePlace) -> bool {
    let words = match place {
        NamePlace::Value => NOT_A_VALUE,
        NamePlace::BeforeAssign => NOT_BEFORE_ASSIGN,
    };
    words.binary_search(&word).is_ok()
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
        || needs_quotes(name, NamePlace::Value)
        || needs_quotes(name, NamePlace::BeforeAssign)
        || MEANINGFUL.contains(&name)
        || LiteralType::from_keyword(name).is_some()
        || is_boolean(name).is_some();
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
    fn lists_are_sorted() {
        assert!(NOT_A_VALUE.is_sorted());
        assert!(NOT_BEFORE_ASSIGN.is_sorted());
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
