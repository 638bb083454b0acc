//! Laws of rendering, held against hostile values.

use huntbook_kql_syntax::ast::{ExprKind, Literal, Statement};
use huntbook_kql_syntax::{TokenKind, parse, tokenize};
use proptest::prelude::*;

use super::tests::{given, now, one};
use crate::{ParameterType, Value, render};

/// Text that tries to leave: quotes, escapes, comment marks, line ends, pipes among anything else.
fn hostile() -> impl Strategy<Value = String> {
    let part = prop_oneof![
        "\\PC{0,6}",
        "[\\x00-\\x7f]{0,4}",
        prop::sample::select(vec![
            "'",
            "\"",
            "\\",
            "''",
            "\\'",
            "\n",
            "\r",
            "\r\n",
            "\u{2028}",
            "\u{85}",
            "|",
            "//",
            ";",
            ")",
            "```",
            "~~~",
            "@'",
            "h'",
            "{",
            "}",
            "{{p}}",
            "{p}",
            "\0",
            "\u{202e}",
            "ｕ",
            "＇",
            " | union Secret",
        ])
        .prop_map(str::to_owned),
    ];
    prop::collection::vec(part, 0..8).prop_map(|parts| parts.concat())
}

/// The kinds of the words of a query; white space left out.
fn shape(text: &str) -> Vec<TokenKind> {
    let kinds = tokenize(text).into_iter().map(|token| token.kind);
    kinds.filter(|kind| *kind != TokenKind::Whitespace).collect()
}

fn literal_value(text: &str) -> Option<String> {
    let parsed = parse(text);
    match &parsed.query.statements.first()? {
        Statement::Expression(expression) => match &expression.kind {
            ExprKind::Literal(Literal::String { value, .. }) => Some(value.clone()),
            _ => None,
        },
        _ => None,
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn a_rendered_value_never_leaves_its_literal(value in hostile()) {
        for template in [
            "T | where a == '{p}' | take 1",
            "T | where a == \"{p}\" and b == '{p}'",
            "T | where a has 'x{p}y' // {p}\n| where b == {p}",
            "T | where a == @'{p}'",
            "T | where a == @\"C:\\{p}\"",
            "T | where a == h'{p}'",
            "T | where a == ```{p}``` | take 1",
            "T | where a in ({p}, '{p}') and ['{p}'] == 1",
            "print x = {p}",
        ] {
            let query = one(template, ParameterType::Str);
            let harmless = render(&query, &given("a"), now()).unwrap().text;
            match render(&query, &given(value.clone()), now()) {
                Ok(rendered) => prop_assert_eq!(shape(&rendered.text), shape(&harmless)),
                Err(faults) => {
                    let one_line = !value.contains(['\n', '\r', '\u{2028}', '\u{2029}', '`']);
                    prop_assert!(!one_line, "{:?} {:?}", template, faults);
                }
            }
        }
    }

    #[test]
    fn a_rendered_literal_stands_for_its_argument(value in hostile()) {
        for template in ["'{p}'", "\"{p}\"", "@'{p}'", "@\"{p}\"", "```{p}```", "{p}"] {
            let query = if template == "{p}" { "f({p})" } else { template };
            let Ok(rendered) = render(&one(query, ParameterType::Str), &given(value.clone()), now())
            else { continue };
            let literal = rendered.text.strip_prefix("f(").and_then(|rest| rest.strip_suffix(')'));
            let literal = literal.unwrap_or(&rendered.text);
            let read = literal_value(literal);
            prop_assert_eq!(read.as_deref(), Some(value.as_str()), "{}", rendered.text);
        }
    }

    #[test]
    fn no_list_item_leaves_its_literal(values in prop::collection::vec(hostile(), 1..5)) {
        let query = one("T | where a in ({p}) | take 1", ParameterType::List);
        let harmless = Value::List(values.iter().map(|_| Value::from("a")).collect());
        let harmless = render(&query, &given(harmless), now()).unwrap().text;
        let rendered = render(&query, &given(values), now()).unwrap().text;
        prop_assert_eq!(shape(&rendered), shape(&harmless));
    }

    #[test]
    fn no_value_of_any_type_adds_a_statement_or_an_operator(value in hostile()) {
        let harmless = |kind: ParameterType| match kind {
            ParameterType::Datetime => "2026-11-20",
            ParameterType::Timespan => "1d",
            ParameterType::Bool => "true",
            ParameterType::Ip => "192.0.2.1",
            ParameterType::Guid => "d4f7b9c0-0000-4000-8000-00000000000a",
            _ => "1",
        };
        for kind in ParameterType::ALL {
            if matches!(kind, ParameterType::Clause | ParameterType::List) {
                continue;
            }
            let query = one("T | where a == {p} | take 1", kind);
            let Ok(rendered) = render(&query, &given(value.clone()), now()) else { continue };
            let expected = render(&query, &given(harmless(kind)), now()).unwrap().text;
            let pipes = |text: &str| {
                shape(text)
                    .into_iter()
                    .filter(|kind| matches!(kind, TokenKind::Pipe | TokenKind::Semicolon | TokenKind::Comment))
                    .count()
            };
            prop_assert_eq!(pipes(&rendered.text), pipes(&expected));
        }
    }

    #[test]
    fn no_clause_reaches_over_its_end(clause in hostile()) {
        let query = one("T\n{p}\n| where z == 1", ParameterType::Clause);
        let Ok(rendered) = render(&query, &given(clause), now()) else { return Ok(()) };
        let tail = shape("| where z == 1");
        prop_assert!(shape(&rendered.text).ends_with(&tail));
        prop_assert!(!shape(&rendered.text).contains(&TokenKind::Semicolon));
    }

    #[test]
    fn no_template_panics(template in hostile(), value in hostile()) {
        for kind in ParameterType::ALL {
            let query = one(&template.replace("{{p}}", "{p}"), kind);
            let _ = render(&query, &given(value.clone()), now());
        }
    }
}
