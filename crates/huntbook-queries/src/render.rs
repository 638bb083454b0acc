//! Rendering: a definition and its arguments to the text that runs.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use huntbook_diagnostics::{Diagnostic, near_hint};
use serde::Serialize;

use crate::argument::{Refusal, coerce, kind_at, plain, write};
use crate::assemble::assemble;
use crate::codes::{GIVEN_TWICE, NO_RENDERER, REQUIRED, UNKNOWN_PARAMETER};
use crate::lexed::{Lexed, Slot, lex, misplaced};
use crate::{Arguments, Dialect, Parameter, QueryDefinition, Value, template};

/// The text that runs, with what went into it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Rendered {
    /// The query.
    pub text: String,
    /// The value of each parameter of the template, in the definition's order.
    pub parameters: Vec<RenderedParameter>,
}

/// One parameter's value in a rendered query.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RenderedParameter {
    /// The parameter's own name, whatever alias was used.
    pub name: String,
    /// The value for people: relative times resolved, no quotes.
    pub value_text: String,
    /// Where the value came from.
    pub source: ValueSource,
}

/// Where a parameter's value came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum ValueSource {
    /// The caller gave it.
    Argument,
    /// The definition did.
    Default,
}

/// The text of `definition` with `arguments`, relative times resolved from `now`.
///
/// Each value is written for the place of its placeholder: escaped inside a literal, checked inside
/// `datetime(...)`, a literal of its own where a value may stand. The text is lexed again, and every token
/// of the template must be there with nothing but values in between, so that no value changes what the
/// query does. Only a `clause` may add query text, one whole clause of it. A line on which nothing stands but an empty clause is left out.
///
/// # Errors
///
/// Every problem found, in source order: a parameter that is missing, unknown or given twice, a value that
/// does not fit its type or its place. Spans point into [`QueryDefinition::template`].
pub fn render(
    definition: &QueryDefinition,
    arguments: &Arguments,
    now: DateTime<Utc>,
) -> Result<Rendered, Vec<Diagnostic>> {
    if definition.dialect() != Dialect::Kql {
        let environment = definition.environments.first().map_or("unknown", String::as_str);
        let message = format!("queries of `{environment}` cannot be rendered yet");
        return Err(vec![Diagnostic::error(NO_RENDERER, message)]);
    }
    let (pieces, mut faults) = template::parse(&definition.template, &definition.parameters);
    let (lexed, misread) = lex(&pieces, &definition.parameters);
    faults.extend(misread);
    faults.extend(misplaced(&lexed, &definition.parameters));
    let given = assign(definition, arguments, &lexed, &mut faults);
    let written = write_values(&lexed, &given, now, &mut faults);
    if !faults.is_empty() {
        faults.sort_by_key(|fault| fault.span);
        return Err(faults);
    }
    let text = assemble(&lexed, &written, &definition.parameters)?;
    let parameters = given
        .iter()
        .enumerate()
        .filter_map(|(index, given)| {
            let slot = lexed.slots.iter().find(|slot| slot.placeholder.parameter == index)?;
            let kind = kind_at(slot.place, given.parameter.kind);
            let typed = coerce(kind, given.value?, now).ok()?;
            Some(RenderedParameter {
                name: given.parameter.name.clone(),
                value_text: plain(&typed, None),
                source: given.source,
            })
        })
        .collect();
    Ok(Rendered { text, parameters })
}

/// A parameter with the value it has in this call.
struct Given<'a> {
    parameter: &'a Parameter,
    value: Option<&'a Value>,
    source: ValueSource,
}

/// The value of each parameter, in the definition's order; what is missing or too much goes to `faults`.
fn assign<'a>(
    definition: &'a QueryDefinition,
    arguments: &'a Arguments,
    lexed: &Lexed,
    faults: &mut Vec<Diagnostic>,
) -> Vec<Given<'a>> {
    for name in arguments.keys() {
        if !definition.parameters.iter().any(|parameter| parameter.answers_to(name)) {
            let known = definition.parameters.iter().map(|parameter| parameter.name.as_str());
            let query = definition.qualified_name();
            faults.push(
                Diagnostic::error(
                    UNKNOWN_PARAMETER,
                    format!("query `{query}` has no parameter `{name}`"),
                )
                .maybe_hint(near_hint("parameter", name, known)),
            );
        }
    }
    let used: BTreeSet<usize> = lexed.slots.iter().map(|slot| slot.placeholder.parameter).collect();
    let mut all = Vec::with_capacity(definition.parameters.len());
    for (index, parameter) in definition.parameters.iter().enumerate() {
        let mut names = arguments.iter().filter(|(name, _)| parameter.answers_to(name));
        let first = names.next();
        if let (Some((one, _)), Some((other, _))) = (first, names.next()) {
            let name = &parameter.name;
            let message = format!("parameter `{name}` is given twice, as `{one}` and as `{other}`");
            faults.push(Diagnostic::error(GIVEN_TWICE, message));
        }
        if first.is_none() && parameter.required() && used.contains(&index) {
            let place = lexed.slots.iter().find(|slot| slot.placeholder.parameter == index);
            faults.push(missing(parameter, place));
        }
        all.push(Given {
            parameter,
            value: first.map(|(_, value)| value).or(parameter.default.as_ref()),
            source: if first.is_some() { ValueSource::Argument } else { ValueSource::Default },
        });
    }
    all
}

fn missing(parameter: &Parameter, slot: Option<&Slot>) -> Diagnostic {
    let (name, kind) = (&parameter.name, parameter.kind.name());
    let fault = Diagnostic::error(REQUIRED, format!("parameter `{name}` ({kind}) is required"));
    let fault = match slot {
        Some(slot) => fault.at(slot.placeholder.span),
        None => fault,
    };
    if parameter.description.is_empty() {
        fault
    } else {
        fault.hint(format!("`{name}`: {}", parameter.description))
    }
}

/// The text of each slot; the first refusal of each parameter goes to `faults`.
fn write_values(
    lexed: &Lexed,
    given: &[Given<'_>],
    now: DateTime<Utc>,
    faults: &mut Vec<Diagnostic>,
) -> Vec<String> {
    let mut refused = BTreeSet::new();
    let mut written = Vec::with_capacity(lexed.slots.len());
    for slot in &lexed.slots {
        let index = slot.placeholder.parameter;
        let Given { parameter, value: Some(value), .. } = &given[index] else { continue };
        let text = coerce(kind_at(slot.place, parameter.kind), value, now)
            .and_then(|typed| write(&typed, slot));
        match text {
            Ok(text) => written.push(text),
            Err(refusal) if refused.insert(index) => {
                faults.push(refused_value(parameter, slot, refusal));
            }
            Err(_) => {}
        }
    }
    written
}

fn refused_value(parameter: &Parameter, slot: &Slot, refusal: Refusal) -> Diagnostic {
    let message = format!("parameter `{}` {}", parameter.name, refusal.reason);
    refusal
        .hints
        .into_iter()
        .fold(Diagnostic::error(refusal.code, message).at(slot.placeholder.span), Diagnostic::hint)
}

#[cfg(test)]
mod laws;
#[cfg(test)]
mod tests {
    use super::*;
    use crate::ParameterType;

    pub(super) fn now() -> DateTime<Utc> {
        "2026-11-20T00:00:00Z".parse().unwrap()
    }

    fn definition(template: &str, parameters: Vec<Parameter>) -> QueryDefinition {
        QueryDefinition {
            name: "query".to_owned(),
            families: vec!["Test".to_owned()],
            environments: vec!["MSSentinel".to_owned()],
            template: template.to_owned(),
            parameters,
            ..QueryDefinition::default()
        }
    }

    pub(super) fn one(template: &str, kind: ParameterType) -> QueryDefinition {
        definition(template, vec![Parameter::new("p", kind)])
    }

    pub(super) fn given(value: impl Into<Value>) -> Arguments {
        Arguments::from([("p".to_owned(), value.into())])
    }

    fn text(template: &str, kind: ParameterType, value: impl Into<Value>) -> String {
        render(&one(template, kind), &given(value), now()).unwrap().text
    }

    fn code(template: &str, kind: ParameterType, value: impl Into<Value>) -> &'static str {
        render(&one(template, kind), &given(value), now()).unwrap_err()[0].code
    }

    const HOSTILE: &str = "x' | union SecretTable //";

    #[test]
    fn render_quotes_a_value_that_would_end_its_literal() {
        let str = ParameterType::Str;
        assert_eq!(
            text("T | where a == '{p}'", str, HOSTILE),
            r"T | where a == 'x\' | union SecretTable //'"
        );
        assert_eq!(text("T | where a == @'{p}'", str, "O'Brien"), "T | where a == @'O''Brien'");
        assert_eq!(
            text("T | where a == \"{p}\"", str, r#"C:\x "y""#),
            r#"T | where a == "C:\\x \"y\"""#
        );
        assert_eq!(
            text("T | where a == {p}", str, HOSTILE),
            "T | where a == \"x' | union SecretTable //\""
        );
        assert_eq!(
            text("T | where a == ```{p}```", str, HOSTILE),
            "T | where a == ```x' | union SecretTable //```"
        );
        assert_eq!(
            text("T // for {p}\n| take 1", str, "a\n| union S"),
            "T // for a | union S\n| take 1"
        );
    }

    #[test]
    fn render_refuses_what_a_literal_cannot_hold() {
        let str = ParameterType::Str;
        assert_eq!(code("T | where a == @'{p}'", str, "a\nb"), "QRY0104");
        assert_eq!(code("T | where a == ```{p}```", str, "a```b"), "QRY0104");
        assert_eq!(code("T | where a == ```{p}```", str, "a`"), "QRY0105");
    }

    #[test]
    fn render_writes_each_type_for_its_place() {
        let table: &[(&str, ParameterType, Value, &str)] = &[
            ("T | take {p}", ParameterType::Int, "5".into(), "T | take 5"),
            ("T | where a > {p}", ParameterType::Float, 1.0.into(), "T | where a > 1.0"),
            ("T | where a == {p}", ParameterType::Bool, true.into(), "T | where a == true"),
            (
                "T | where t > datetime({p})",
                ParameterType::Datetime,
                "-1d@d".into(),
                "T | where t > datetime(2026-11-19T00:00:00Z)",
            ),
            (
                "T | where t > {p}",
                ParameterType::Datetime,
                (-7).into(),
                "T | where t > datetime(2026-11-13T00:00:00Z)",
            ),
            (
                "T | where t > datetime({p})",
                ParameterType::Str,
                "2026-01-02".into(),
                "T | where t > datetime(2026-01-02T00:00:00Z)",
            ),
            (
                "T | where t > ago({p})",
                ParameterType::Timespan,
                "1.5h".into(),
                "T | where t > ago(timespan(01:30:00))",
            ),
            ("T | where t > ago({p}d)", ParameterType::Int, 14.into(), "T | where t > ago(14d)"),
            (
                "T | where a in ({p})",
                ParameterType::List,
                vec!["a", "b'c"].into(),
                "T | where a in (\"a\", \"b'c\")",
            ),
            (
                "T | where a in ({p})",
                ParameterType::List,
                "a, b".into(),
                "T | where a in (\"a\", \"b\")",
            ),
            (
                "T | where a in ({p})",
                ParameterType::List,
                vec![1_i64, 2].into(),
                "T | where a in (1, 2)",
            ),
            (
                "T | where a in (dynamic([{p}]))",
                ParameterType::List,
                Value::List(vec![]),
                "T | where a in (dynamic([]))",
            ),
            (
                "T | where a == {p}",
                ParameterType::Ip,
                "2001:DB8::1".into(),
                "T | where a == \"2001:db8::1\"",
            ),
            (
                "T | where a == guid({p})",
                ParameterType::Guid,
                "{d4f7b9c0-0000-4000-8000-00000000000a}".into(),
                "T | where a == guid(d4f7b9c0-0000-4000-8000-00000000000a)",
            ),
            (
                "{p} | take 5",
                ParameterType::Table,
                "SecurityEvent".into(),
                "SecurityEvent | take 5",
            ),
            (
                "{p} | take 5",
                ParameterType::Table,
                "x | union Secret".into(),
                "[\"x | union Secret\"] | take 5",
            ),
            (
                "T | project {p}",
                ParameterType::Column,
                "odd name".into(),
                "T | project [\"odd name\"]",
            ),
            ("T\n{p}", ParameterType::Clause, "| where a == 'b'".into(), "T\n| where a == 'b'"),
        ];
        for (template, kind, value, expected) in table {
            assert_eq!(text(template, *kind, value.clone()), *expected, "{template}");
        }
    }

    #[test]
    fn render_refuses_a_value_of_another_type() {
        assert_eq!(code("T | take {p}", ParameterType::Int, "5 | union Secret"), "QRY0103");
        assert_eq!(
            code("T | where t > datetime({p})", ParameterType::Datetime, "2026) | union S"),
            "QRY0106"
        );
        assert_eq!(
            code("T | where a in ({p})", ParameterType::List, Value::List(vec![])),
            "QRY0103"
        );
        assert_eq!(code("T | where t > ago({p}d)", ParameterType::Int, -3), "QRY0105");
    }

    #[test]
    fn render_keeps_a_clause_in_one_statement() {
        let clause = ParameterType::Clause;
        assert_eq!(code("T {p}", clause, "; Secret"), "QRY0105");
        assert_eq!(code("T {p} | where a == 1", clause, "// "), "QRY0105");
        assert_eq!(code("T {p} | where a == 1", clause, "| where (b"), "QRY0105");
    }

    #[test]
    fn an_empty_clause_leaves_no_empty_line() {
        let query = definition(
            "T\n| where a == 1\n{p}\n| take 5\n{p}",
            vec![Parameter::new("p", ParameterType::Clause).with_default("")],
        );
        let rendered = render(&query, &Arguments::new(), now()).unwrap();
        assert_eq!(rendered.text, "T\n| where a == 1\n| take 5");
    }

    #[test]
    fn every_problem_is_found_and_placed() {
        let query = definition(
            "T | where a == '{first}' | take {second} | where b == '{third}'",
            vec![
                Parameter::new("first", ParameterType::Str).described("where to look"),
                Parameter::new("second", ParameterType::Int),
                Parameter::new("third", ParameterType::Str),
            ],
        );
        let arguments = Arguments::from([
            ("second".to_owned(), Value::from("many")),
            ("thrid".to_owned(), Value::from("x")),
        ]);
        let faults = render(&query, &arguments, now()).unwrap_err();
        let codes: Vec<&str> = faults.iter().map(|fault| fault.code).collect();
        assert_eq!(codes, ["QRY0101", "QRY0100", "QRY0103", "QRY0100"]);
        assert_eq!(faults[0].hints, ["similar parameter: `third`"]);
        assert_eq!(faults[1].span.unwrap().slice(&query.template), Some("{first}"));
        assert_eq!(faults[1].hints, ["`first`: where to look"]);
        assert_eq!(faults[2].message, "parameter `second` is a whole number, not text `many`");
    }

    #[test]
    fn an_alias_gives_the_value_and_twice_is_an_error() {
        let mut parameter = Parameter::new("host_name", ParameterType::Str);
        parameter.aliases = vec!["host".to_owned()];
        let query = definition("T | where a == '{host_name}'", vec![parameter]);
        let mut arguments = Arguments::from([("host".to_owned(), Value::from("x"))]);
        let rendered = render(&query, &arguments, now()).unwrap();
        assert_eq!(rendered.text, "T | where a == 'x'");
        assert_eq!(rendered.parameters[0].name, "host_name");
        assert_eq!(rendered.parameters[0].source, ValueSource::Argument);
        arguments.insert("host_name".to_owned(), Value::from("y"));
        assert_eq!(render(&query, &arguments, now()).unwrap_err()[0].code, "QRY0102");
    }

    #[test]
    fn parameters_are_shown_with_their_resolved_values() {
        let query = definition(
            "T | where t > datetime({start})",
            vec![Parameter::new("start", ParameterType::Datetime).with_default("-7d")],
        );
        let rendered = render(&query, &Arguments::new(), now()).unwrap();
        assert_eq!(rendered.parameters[0].value_text, "2026-11-13T00:00:00Z");
        assert_eq!(rendered.parameters[0].source, ValueSource::Default);
    }

    #[test]
    fn placeholders_that_have_no_safe_place_are_refused() {
        let str = ParameterType::Str;
        assert_eq!(code(r"T | where a == '\{p}'", str, "x"), "QRY0051");
        assert_eq!(text(r"T | where a == '\\{p}'", str, "'"), r"T | where a == '\\\''");
        assert_eq!(code("{p}_CL | take 1", ParameterType::Table, "x"), "QRY0051");
        assert_eq!(code("T | where a == '{p}", str, "x"), "QRY0054");
        assert_eq!(code("{p} | take 1", str, "x"), "QRY0052");
        assert_eq!(code("T | where a == '{p}'", ParameterType::List, "x"), "QRY0053");
        assert_eq!(code("T | where a == @{p}", str, "x"), "QRY0052");
    }

    #[test]
    fn an_instant_is_written_in_the_form_that_the_template_asks_for() {
        let kind = ParameterType::Datetime;
        assert_eq!(
            text("T | where d == '{p:%Y%m%d}'", kind, "2026-11-20"),
            "T | where d == '20261120'"
        );
        assert_eq!(code("T | where d == '{p:%Q}'", kind, "2026-11-20"), "QRY0018");
        assert_eq!(code("T | where d == '{p:%Y}'", ParameterType::Str, "2026-11-20"), "QRY0018");
    }

    #[test]
    fn other_languages_are_not_guessed_at() {
        let mut query = one("index={p}", ParameterType::Str);
        query.environments = vec!["Splunk".to_owned()];
        assert_eq!(render(&query, &given("x"), now()).unwrap_err()[0].code, "QRY0107");
    }
}
