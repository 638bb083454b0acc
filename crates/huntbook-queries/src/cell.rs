//! Cells of a notebook: KQL with `{name}` for values of the notebook, in the brace rules of templates.

use chrono::{DateTime, Utc};
use huntbook_diagnostics::Diagnostic;
use huntbook_kql_syntax::{TokenKind, tokenize};

use crate::template::is_identifier;
use crate::{Arguments, Parameter, ParameterType, QueryDefinition, Rendered, Value, render};

/// The names for which `cell` wants values: `{name}` and `{name:%Y-%m-%d}`, each once, in order.
#[must_use]
pub fn cell_names(cell: &str) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    let mut rest = cell;
    while let Some(brace) = rest.find('{') {
        let behind = &rest[brace + 1..];
        if let Some(doubled) = behind.strip_prefix('{') {
            rest = doubled;
            continue;
        }
        rest = behind;
        let Some(end) = behind.find(['{', '}', '\n']) else { continue };
        if !behind[end..].starts_with('}') {
            continue;
        }
        let (name, form) = behind[..end].split_once(':').unwrap_or((&behind[..end], "%"));
        if is_identifier(name) && form.contains('%') && !names.iter().any(|known| known == name) {
            names.push(name.to_owned());
        }
    }
    names
}

/// The text of `cell` with `values` in it, each written as a literal for its place. `known` are names that the
/// notebook has, for hints.
///
/// # Errors
///
/// As of [`render`]; a `{name}` without a value is one.
pub fn fill_cell(
    cell: &str,
    values: &Arguments,
    known: &[String],
    now: DateTime<Utc>,
) -> Result<Rendered, Vec<Diagnostic>> {
    let declared = values.iter().map(|(name, value)| Parameter::new(name, kind_of(value)));
    let others = known.iter().filter(|name| !values.contains_key(*name));
    let others = others.map(|name| Parameter::new(name, ParameterType::Str).with_default(""));
    let used = cell_names(cell);
    let definition = QueryDefinition {
        name: "cell".to_owned(),
        families: vec!["Notebook".to_owned()],
        environments: vec!["LocalData".to_owned()],
        template: cell.to_owned(),
        parameters: declared.chain(others.filter(|one| !used.contains(&one.name))).collect(),
        ..QueryDefinition::default()
    };
    render(&definition, values, now)
}

/// `cell` with a string literal of the same length for each `{name}` that stands for a value of its own, so that
/// the places of everything else stay.
#[must_use]
pub fn stand_ins(cell: &str) -> String {
    let tokens = tokenize(cell);
    let mut text = cell.to_owned();
    for (index, three) in tokens.windows(3).enumerate() {
        let kinds = [three[0].kind, three[1].kind, three[2].kind];
        if kinds != [TokenKind::OpenBrace, TokenKind::Name, TokenKind::CloseBrace] {
            continue;
        }
        let is_body = tokens[..index]
            .iter()
            .rfind(|token| !token.kind.is_trivia())
            .is_some_and(|token| token.kind == TokenKind::CloseParenthesis);
        if !is_body {
            let (start, end) = (three[0].span.start, three[2].span.end);
            let inside = "_".repeat(end - start - 2);
            text.replace_range(start..end, &format!("\"{inside}\""));
        }
    }
    text
}

const fn kind_of(value: &Value) -> ParameterType {
    match value {
        Value::Text(_) => ParameterType::Str,
        Value::Int(_) => ParameterType::Int,
        Value::Float(_) => ParameterType::Float,
        Value::Bool(_) => ParameterType::Bool,
        Value::Datetime(_) => ParameterType::Datetime,
        Value::Timespan(_) => ParameterType::Timespan,
        Value::List(_) => ParameterType::List,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filled(cell: &str, value: impl Into<Value>) -> Result<String, Vec<Diagnostic>> {
        let values = Arguments::from([("host".to_owned(), value.into())]);
        let now = "2026-11-20T00:00:00Z".parse().unwrap();
        fill_cell(cell, &values, &["hosts".to_owned()], now).map(|rendered| rendered.text)
    }

    #[test]
    fn a_value_never_leaves_its_literal() {
        let hostile = "x' | union Secret //";
        assert_eq!(
            filled("T | where a == {host}", hostile).unwrap(),
            "T | where a == \"x' | union Secret //\""
        );
        assert_eq!(
            filled("T | where a == '{host}'", hostile).unwrap(),
            r"T | where a == 'x\' | union Secret //'"
        );
        assert_eq!(
            filled("T | where a in ({host})", vec!["a", "b'c"]).unwrap(),
            "T | where a in (\"a\", \"b'c\")"
        );
        assert_eq!(filled("T | take {host}", 5).unwrap(), "T | take 5");
        assert_eq!(
            filled("T | where t > ago({host})", chrono::TimeDelta::hours(2)).unwrap(),
            "T | where t > ago(timespan(02:00:00))"
        );
    }

    #[test]
    fn a_name_without_a_value_is_an_error_with_near_names() {
        let found = filled("T | where a == {hots}", "x").unwrap_err();
        assert_eq!(found[0].span.unwrap().start, 15);
        assert!(found[0].hints[0].contains("`host`"), "{:?}", found[0].hints);
    }

    #[test]
    fn names_are_found_and_braces_of_json_and_expressions_are_not() {
        let cell = "T | where a == {host} and b > datetime({from:%Y-%m-%d}) and c == '{host}' \
            and d matches regex '[a-z]{2}' and e == dynamic({\"k\": {\"x\": 1}}) and f == '{{g}}'";
        assert_eq!(cell_names(cell), ["host", "from"]);
    }

    #[test]
    fn stand_ins_keep_every_place() {
        let cell = "let f = (x: long) {x}; T | where a == {host} and b == '{host}'";
        let text = stand_ins(cell);
        assert_eq!(text, "let f = (x: long) {x}; T | where a == \"____\" and b == '{host}'");
        assert_eq!(text.len(), cell.len());
    }
}
