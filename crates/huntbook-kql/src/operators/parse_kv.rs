//! `parse-kv x as (key:type, ...) with (pair_delimiter = ";", kv_delimiter = "=")`: the values of keys in a text.
//!
//! Of a key that stands there several times, the first counts; one that is not there is empty or null.

use huntbook_diagnostics::{Diagnostic, Span, near_hint};
use huntbook_kql_syntax::ast::{ColumnDeclaration, Expr, Operator, OperatorParameter};

use super::parse::{Unmatched, extracted, text};
use crate::bind::{Binder, Row, Scope, unsupported};
use crate::codes;
use crate::extract::key_values::Format;
use crate::extract::{How, Recipe};
use crate::functions::regexes;
use crate::ir::{Relation, Value};
use crate::types::KqlType;

const PROPERTIES: [&str; 6] =
    ["pair_delimiter", "kv_delimiter", "quote", "escape", "greedy", "regex"];

pub(crate) fn bind(
    binder: &mut Binder<'_>,
    input: Relation,
    subject: &Expr,
    columns: &[ColumnDeclaration],
    properties: &[OperatorParameter],
    operator: &Operator,
    scope: &Scope,
) -> Option<Relation> {
    let text = text(binder, &input, subject, scope);
    let columns = binder.declared(columns)?;
    if columns.iter().any(|column| column.kind == KqlType::Decimal) {
        binder.report(unsupported("a key of type `decimal`", operator.keyword));
        return None;
    }
    let columns: Vec<(String, KqlType)> =
        columns.into_iter().map(|column| (column.name, column.kind)).collect();
    let keys = columns.iter().map(|(name, _)| name.clone()).collect();
    let format = format(binder, keys, properties, operator.keyword, scope)?;
    let kinds: Vec<KqlType> = columns.iter().map(|(_, kind)| *kind).collect();
    let recipe = Recipe::new(How::KeyValues(format), &kinds, false);
    Some(extracted(input, text?, recipe, columns, Unmatched::Kept))
}

fn format(
    binder: &mut Binder<'_>,
    keys: Vec<String>,
    properties: &[OperatorParameter],
    keyword: Span,
    scope: &Scope,
) -> Option<Format> {
    let mut format = Format {
        keys,
        delimiters: None,
        quotes: Vec::new(),
        escapes: Vec::new(),
        greedy: false,
        regex: None,
    };
    let (mut pair, mut kv) = (None, None);
    for property in properties {
        let name = property.name.name.as_str();
        if !PROPERTIES.contains(&name) {
            let message = format!("`parse-kv` has no property `{name}`");
            let diagnostic = Diagnostic::error(codes::UNKNOWN_OPTION, message);
            let hint = near_hint("property", name, PROPERTIES);
            binder.report(diagnostic.at(property.name.span).maybe_hint(hint));
            return None;
        }
        let span = property.value.span;
        let bound = binder.scalar(&property.value, Row::new(&[], scope))?;
        let wanted = match (name, bound.as_literal()) {
            ("greedy", Some(Value::Bool(flag))) => {
                format.greedy = *flag;
                continue;
            }
            ("greedy", _) => "`true` or `false`",
            ("pair_delimiter", Some(Value::Text(text))) if !text.is_empty() => {
                pair = Some(text.clone());
                continue;
            }
            ("kv_delimiter", Some(Value::Text(text))) if !text.is_empty() => {
                kv = Some(text.clone());
                continue;
            }
            ("pair_delimiter" | "kv_delimiter", _) => "a constant string that is not empty",
            ("quote", Some(Value::Text(text))) => {
                let mut quotes = text.chars();
                match (quotes.next(), quotes.next(), quotes.next()) {
                    (Some(quote), None, None) => {
                        format.quotes.push((quote, quote));
                        continue;
                    }
                    (Some(open), Some(close), None) => {
                        format.quotes.push((open, close));
                        continue;
                    }
                    _ => "one character, or two",
                }
            }
            ("escape", Some(Value::Text(text))) if text.chars().count() == 1 => {
                format.escapes.extend(text.chars());
                continue;
            }
            ("escape", _) => "one character",
            ("regex", Some(Value::Text(text))) => {
                binder.accept(regexes::check(text, span))?;
                let groups = regexes::compile(text).map_or(0, |regex| regex.captures_len() - 1);
                if groups == 2 {
                    format.regex = Some(text.clone());
                    continue;
                }
                "a pattern of two groups, of the key and of the value"
            }
            _ => "a constant string",
        };
        let message = format!("property `{name}` of `parse-kv` is {wanted}");
        binder.report(Diagnostic::error(codes::UNKNOWN_OPTION, message).at(span));
        return None;
    }
    format.delimiters = match (pair, kv) {
        (Some(pair), Some(kv)) => Some((pair, kv)),
        (None, None) => None,
        _ => {
            let message = "`pair_delimiter` and `kv_delimiter` of `parse-kv` stand together";
            binder.report(Diagnostic::error(codes::UNKNOWN_OPTION, message).at(keyword));
            return None;
        }
    };
    Some(format)
}
