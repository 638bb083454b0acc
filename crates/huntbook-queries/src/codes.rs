//! The codes of this crate's findings.

use huntbook_diagnostics::CodeDoc;

pub(crate) const FILE_UNREADABLE: &str = "QRY0010";
pub(crate) const NOT_YAML: &str = "QRY0011";
pub(crate) const PART_MISSING: &str = "QRY0012";
pub(crate) const WRONG_SHAPE: &str = "QRY0013";
pub(crate) const DUPLICATE: &str = "QRY0014";
pub(crate) const UNKNOWN_TYPE: &str = "QRY0015";
pub(crate) const UNKNOWN_MACRO: &str = "QRY0016";
pub(crate) const UNKNOWN_ENVIRONMENT: &str = "QRY0017";
pub(crate) const BAD_FORMAT: &str = "QRY0018";
pub(crate) const BAD_DEFAULT: &str = "QRY0019";
pub(crate) const UNKNOWN_KEY: &str = "QRY0020";
pub(crate) const UNDECLARED: &str = "QRY0050";
pub(crate) const GLUED: &str = "QRY0051";
pub(crate) const NO_VALUE_HERE: &str = "QRY0052";
pub(crate) const TYPE_NOT_HERE: &str = "QRY0053";
pub(crate) const BROKEN_TEMPLATE: &str = "QRY0054";
pub(crate) const REQUIRED: &str = "QRY0100";
pub(crate) const UNKNOWN_PARAMETER: &str = "QRY0101";
pub(crate) const GIVEN_TWICE: &str = "QRY0102";
pub(crate) const BAD_VALUE: &str = "QRY0103";
pub(crate) const CANNOT_BE_WRITTEN: &str = "QRY0104";
pub(crate) const LEAVES_ITS_PLACE: &str = "QRY0105";
pub(crate) const BAD_TIME: &str = "QRY0106";
pub(crate) const NO_RENDERER: &str = "QRY0107";

/// Every code of this crate, in order.
pub const CODES: &[CodeDoc] = &[
    CodeDoc::new(
        "QRY0001",
        "query not found",
        "No definition of the catalogue has this name. The near names are listed; `huntbook query list` shows all.",
        "huntbook query show Azure.list_signin_from_ip",
    ),
    CodeDoc::new(
        "QRY0002",
        "query name in several families",
        "A bare name works only when one family has it. The qualified name, `Family.name`, always works.",
        "huntbook query show list_processes",
    ),
    CodeDoc::new(
        "QRY0003",
        "environment not found",
        "The provider's environment is none of the known names. Case does not matter, and aliases such as `AzureSentinel` work.",
        "QueryProvider(\"MSSentinal\")",
    ),
    CodeDoc::new(
        "QRY0004",
        "definition with errors",
        "A query that was added by a program cannot be used; each error is listed with its place in the template.",
        "add_custom_query(name=\"q\", query=\"T | where a == {b}\")",
    ),
    CodeDoc::new(
        FILE_UNREADABLE,
        "definition file cannot be read",
        "The path does not exist, is not readable, or is not UTF-8 text. The other paths are still loaded.",
        "query_paths=[\"missing\"]",
    ),
    CodeDoc::new(
        NOT_YAML,
        "definition file is not YAML",
        "The file breaks YAML's own rules at this line, so nothing of it can be read. The other files are still loaded.",
        "sources: [",
    ),
    CodeDoc::new(
        PART_MISSING,
        "part of a definition is missing",
        "A file needs `metadata.data_environments`, `metadata.data_families` and `sources`; a query needs `args.query`; a parameter needs `type`.",
        "sources: {q: {args: {}}}",
    ),
    CodeDoc::new(
        WRONG_SHAPE,
        "part of a definition has the wrong shape",
        "Text stands where a mapping is needed, or the other way round.",
        "sources: {q: \"SigninLogs\"}",
    ),
    CodeDoc::new(
        DUPLICATE,
        "query or key defined twice",
        "The first one is kept. Query names must be unique within a family.",
        "sources: {q: {...}, q: {...}}",
    ),
    CodeDoc::new(
        UNKNOWN_TYPE,
        "parameter type not known",
        "Types are str, int, float, bool, datetime, timespan, list, ip, guid, table, column and clause.",
        "parameters: {host: {type: strng}}",
    ),
    CodeDoc::new(
        UNKNOWN_MACRO,
        "query macro not defined",
        "The template uses `$<name>$`, but the query has no `query_macros` entry of this name.",
        "query: \"T $<filter>$\"",
    ),
    CodeDoc::new(
        UNKNOWN_ENVIRONMENT,
        "environment of a definition not known",
        "The name in `data_environments` is none of the known ones and is passed over; a query without any known one is skipped.",
        "data_environments: [Sentinal]",
    ),
    CodeDoc::new(
        BAD_FORMAT,
        "parameter format not understood",
        "A format is text with one `{}` for the value, or `{:%Y-%m-%d}` for an instant.",
        "format: \"{0!r:>10}\"",
    ),
    CodeDoc::new(
        BAD_DEFAULT,
        "default does not fit its type",
        "The default of a parameter must be a value of the parameter's own type.",
        "threshold: {type: int, default: many}",
    ),
    CodeDoc::new(
        UNKNOWN_KEY,
        "key not known here",
        "The key means nothing at this place and is passed over. It may be misspelt or indented wrongly.",
        "paramters: {host: {type: str}}",
    ),
    CodeDoc::new(
        UNDECLARED,
        "placeholder without a parameter",
        "The template holds `{name}`, but the query declares no such parameter. `{{name}}` writes literal braces.",
        "query: \"T | where a == '{b}'\"",
    ),
    CodeDoc::new(
        GLUED,
        "placeholder stands against other text",
        "Outside literals a placeholder must be a token of its own, and inside one it must not follow a lone backslash.",
        "query: \"{prefix}_CL | take 5\"",
    ),
    CodeDoc::new(
        NO_VALUE_HERE,
        "no value may stand here",
        "A text parameter stands where the language expects a name or an operator. Its type should be table, column or clause.",
        "query: \"{source} | take 5\"",
    ),
    CodeDoc::new(
        TYPE_NOT_HERE,
        "type cannot stand here",
        "A parameter of this type has no meaning at this place, such as a list inside a text literal.",
        "query: \"T | where a == '{items}'\"",
    ),
    CodeDoc::new(
        BROKEN_TEMPLATE,
        "template cannot be read",
        "The template has a literal without its end, so the place of a placeholder is not known.",
        "query: \"T | where a == '{b}\"",
    ),
    CodeDoc::new(
        REQUIRED,
        "required parameter not given",
        "The parameter has no default, and no value was given by its name or an alias.",
        "Azure.list_signins_from_ip()",
    ),
    CodeDoc::new(
        UNKNOWN_PARAMETER,
        "query has no such parameter",
        "The given name is neither a parameter nor an alias of one. Near names are listed.",
        "Azure.list_signins_from_ip(ip=\"203.0.113.7\")",
    ),
    CodeDoc::new(
        GIVEN_TWICE,
        "parameter given twice",
        "A value was given by the parameter's name and by an alias, or by two aliases.",
        "q(host_name=\"a\", hostname=\"b\")",
    ),
    CodeDoc::new(
        BAD_VALUE,
        "value does not fit the parameter's type",
        "The message says what the type accepts.",
        "q(threshold=\"5 | union Secret\")",
    ),
    CodeDoc::new(
        CANNOT_BE_WRITTEN,
        "value cannot be written at its place",
        "The literal in the template has no way to hold this value, such as a line break in a verbatim literal.",
        "query: \"T | where path == @'{path}'\" with a line break in `path`",
    ),
    CodeDoc::new(
        LEAVES_ITS_PLACE,
        "value would leave its place",
        "Lexed again, the rendered text has other tokens than the template promises. A clause must be whole: balanced and one statement.",
        "q(add_query_items=\"| where a == '\")",
    ),
    CodeDoc::new(
        BAD_TIME,
        "time not understood",
        "Accepted are RFC 3339, dates, also with the month's name, as in mails and access logs, `now`, `today`, `yesterday`, days from now as a number, offsets such as `-30m`, `-1.5d`, `-1mon`, `-1d@d`, and `epoch:1732089600`. What could mean two days, such as `01/02/2026`, is refused.",
        "start=\"01/02/2026\"",
    ),
    CodeDoc::new(
        NO_RENDERER,
        "language cannot be rendered yet",
        "The query is written in a language that is listed and shown, but not rendered by this version.",
        "Splunk.list_events()",
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_unique_and_in_order() {
        assert!(CODES.windows(2).all(|pair| pair[0].code < pair[1].code));
    }
}
