//! The codes of the syntax diagnostics.

use huntbook_diagnostics::CodeDoc;

/// What can be wrong with the syntax of a query.
pub const CODES: &[CodeDoc] = &[
    CodeDoc::new(
        "KQL0001",
        "character that KQL has no use for",
        "Typographic quotes and dashes come from documents and mails; KQL wants the plain ones.",
        "T | where a == “b”",
    ),
    CodeDoc::new(
        "KQL0002",
        "string is not closed",
        "A string in single or double quotes ends on the line that it starts on. Only ``` strings span lines.",
        "T | where a == \"b",
    ),
    CodeDoc::new(
        "KQL0003",
        "bracket is not closed",
        "The bracket at the place shown has no partner before the end of the statement.",
        "T | where (a == 1",
    ),
    CodeDoc::new(
        "KQL0004",
        "bracket closes nothing",
        "There is no open bracket that this one could close.",
        "T | where a == 1)",
    ),
    CodeDoc::new(
        "KQL0005",
        "something is missing",
        "The grammar wants what the message names at the place shown.",
        "T | where a ==",
    ),
    CodeDoc::new(
        "KQL0006",
        "something is too much",
        "The expression before it is complete, and nothing of KQL goes on with what stands there.",
        "T | where a == 1 2",
    ),
    CodeDoc::new(
        "KQL0007",
        "name is missing",
        "A name stands at this place: a column, a type, a variable. A name with spaces is written ['a name'].",
        "let = 5",
    ),
    CodeDoc::new(
        "KQL0008",
        "`=` where a comparison is meant",
        "`=` gives a name to a value; two values are compared with `==`.",
        "T | where a = 1",
    ),
    CodeDoc::new(
        "KQL0009",
        "operator that KQL does not have",
        "Operators between values are words such as `has` and `!contains`; `not(...)` negates a condition.",
        "T | where a !like \"b\"",
    ),
    CodeDoc::new(
        "KQL0010",
        "comma is missing",
        "Columns, keys and arguments are parted by commas.",
        "T | project a b",
    ),
    CodeDoc::new(
        "KQL0011",
        "keyword of an operator is missing",
        "A word such as `by`, `on`, `with`, `of`, `to` or `step` parts what the operator takes.",
        "T | sort a desc",
    ),
    CodeDoc::new(
        "KQL0012",
        "`;` is missing",
        "Each `let` ends with a `;`, even where a new line starts.",
        "let x = 5\nT | take x",
    ),
    CodeDoc::new(
        "KQL0013",
        "constant that its type cannot hold",
        "The text is not a constant of the type, or it is out of its range. A value that is not a constant is converted with toint(...) and its kin.",
        "T | where a == int(x)",
    ),
    CodeDoc::new(
        "KQL0014",
        "backslash that is no escape",
        "In \"...\" a backslash starts an escape such as \\n or \\\\. In @\"...\" it stands for itself.",
        "T | where a == \"C:\\data\"",
    ),
    CodeDoc::new(
        "KQL0015",
        "nested too deep",
        "Brackets and operators nest deeper than any query that a person writes.",
        "T | where ((((((((((...",
    ),
    CodeDoc::new(
        "KQL0016",
        "`|` is missing",
        "Each operator of a pipeline follows a `|`, even where a new line starts.",
        "T\nwhere a == 1",
    ),
    CodeDoc::new(
        "KQL0017",
        "unknown tabular operator",
        "What follows a `|` is one of KQL's operators, such as `where` or `summarize`. They are written in lower case.",
        "T | summarzie count()",
    ),
    CodeDoc::new(
        "KQL0018",
        "directive is passed over",
        "A line before the query that starts with `#` speaks to Microsoft's query editors, as `#connect` does. It has no effect on the result.",
        "#connect cluster('help')\nT | count",
    ),
    CodeDoc::new(
        "KQL0019",
        "keyword where a name is meant",
        "Some words of KQL are names only in brackets and quotes.",
        "T | where time > ago(1d)",
    ),
    CodeDoc::new(
        "KQL0020",
        "`dynamic(...)` that holds no JSON",
        "A dynamic constant is JSON: texts and keys in quotes, no comma behind the last element. Its values may be constants of KQL, too.",
        "print dynamic([a, b])",
    ),
    CodeDoc::new(
        "KQL0021",
        "pipeline where a value stands",
        "An argument of a function is a pipeline in brackets of its own only; `toscalar(...)`, `totable(...)` and `materialize(...)` do without.",
        "f(T | take 5)",
    ),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse;

    #[test]
    fn each_example_raises_its_code() {
        for doc in CODES.iter().filter(|doc| doc.code != "KQL0015") {
            let found = parse(doc.example).diagnostics;
            assert!(
                matches!(found.as_slice(), [only] if only.code == doc.code),
                "{}: {found:?}",
                doc.code
            );
        }
    }

    #[test]
    fn codes_are_in_order_and_not_repeated() {
        assert!(CODES.windows(2).all(|pair| pair[0].code < pair[1].code));
    }
}
