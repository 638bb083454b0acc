//! Names: which words are taken, and how to write a name that is.

use crate::lexer::tokenize;
use crate::strings::quote_string;
use crate::token::{LiteralType, TokenKind};

/// Words that stand between two values, and `by`; none of them is a value.
pub(crate) fn is_infix_word(word: &str) -> bool {
    matches!(word, "and" | "or" | "in" | "by" | "between" | "matches" | "has_any" | "has_all")
        || crate::parser::string_operator(word, false).is_some()
}

/// Words that KQL's own parser does not take for a column wherever one may stand.
const RESERVED: &[&str] = &[
    "accumulate",
    "as",
    "asc",
    "consume",
    "count",
    "datatable",
    "date",
    "datetime",
    "decimal",
    "desc",
    "distinct",
    "double",
    "dynamic",
    "extend",
    "externaldata",
    "false",
    "filter",
    "find",
    "float",
    "in",
    "int",
    "invoke",
    "let",
    "limit",
    "long",
    "materialize",
    "not",
    "null",
    "of",
    "parse",
    "print",
    "range",
    "real",
    "sample",
    "scan",
    "search",
    "serialize",
    "set",
    "sort",
    "summarize",
    "take",
    "time",
    "timespan",
    "title",
    "to",
    "top",
    "toscalar",
    "totable",
    "true",
    "typeof",
    "union",
    "where",
];

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
        || RESERVED.contains(&name)
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
