//! Rendering: a definition and its arguments to the text that runs.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use huntbook_diagnostics::{Diagnostic, Span, near_hint};
use huntbook_kql_syntax::{Token, TokenKind, tokenize};
use serde::Serialize;

use crate::argument::{Refusal, coerce, kind_at, plain, write};
use crate::codes::{GIVEN_TWICE, LEAVES_ITS_PLACE, NO_RENDERER, REQUIRED, UNKNOWN_PARAMETER};
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
    let text = assemble(&lexed, &written, &given)?;
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
                Diagnostic::error(UNKNOWN_PARAMETER, format!("query `{query}` has no parameter `{name}`"))
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
    refusal.hints.into_iter().fold(
        Diagnostic::error(refusal.code, message).at(slot.placeholder.span),
        Diagnostic::hint,
    )
}

/// Puts the values into the skeleton and proves that each stayed in its place.
fn assemble(
    lexed: &Lexed,
    written: &[String],
    given: &[Given<'_>],
) -> Result<String, Vec<Diagnostic>> {
    let mut text = String::with_capacity(lexed.skeleton.len() * 2);
    let mut places = Vec::with_capacity(written.len());
    let mut position = 0;
    for (slot, value) in lexed.slots.iter().zip(written) {
        text.push_str(&lexed.skeleton[position..slot.span.start]);
        let start = text.len();
        text.push_str(value);
        places.push(Span::new(start, text.len()));
        position = slot.span.end;
    }
    text.push_str(&lexed.skeleton[position..]);
    if let Some(index) = first_escape(lexed, &text, &places) {
        let slot = &lexed.slots[index];
        let name = &given[slot.placeholder.parameter].parameter.name;
        let message = format!("the value of parameter `{name}` would leave its place");
        return Err(vec![
            Diagnostic::error(LEAVES_ITS_PLACE, message)
                .at(slot.placeholder.span)
                .hint("the value and the template's text next to it would be read as one"),
        ]);
    }
    Ok(without_empty_lines(text, lexed, &places))
}

/// The slot at or before the first token of `text` that the template does not promise.
fn first_escape(lexed: &Lexed, text: &str, places: &[Span]) -> Option<usize> {
    if places.is_empty() {
        return None;
    }
    let moved = |offset: usize| {
        let before = lexed.slots.partition_point(|slot| slot.span.end <= offset);
        match before.checked_sub(1) {
            Some(last) => places[last].end + (offset - lexed.slots[last].span.end),
            None => offset,
        }
    };
    let blame = |offset: usize| {
        places.partition_point(|place| place.start <= offset).saturating_sub(1)
    };
    let is_word = |token: &Token| token.kind != TokenKind::Whitespace;
    let mut found = tokenize(text).into_iter().filter(is_word).peekable();
    for token in lexed.tokens.iter().filter(|token| is_word(token)) {
        let slot = lexed
            .slots
            .iter()
            .position(|slot| slot.place.is_bare() && slot.span == token.span);
        if let Some(index) = slot {
            let place = places[index];
            while let Some(inside) = found.next_if(|token| token.span.start < place.end) {
                if inside.span.start < place.start || inside.span.end > place.end {
                    return Some(index);
                }
            }
            continue;
        }
        let promised = Span::new(moved(token.span.start), moved(token.span.end));
        match found.next() {
            Some(there) if there.kind == token.kind && there.span == promised => {}
            Some(there) => return Some(blame(there.span.start.max(promised.start))),
            None => return Some(blame(promised.start)),
        }
    }
    found.next().map(|extra| blame(extra.span.start))
}

/// Leaves out each line that holds nothing but empty values.
fn without_empty_lines(text: String, lexed: &Lexed, places: &[Span]) -> String {
    let mut kept = text;
    let empty = lexed.slots.iter().zip(places).filter(|(slot, place)| {
        slot.place.is_bare() && place.is_empty()
    });
    for (_, place) in empty.collect::<Vec<_>>().into_iter().rev() {
        let offset = place.start.min(kept.len());
        let start = kept[..offset].rfind('\n').map_or(0, |newline| newline + 1);
        let end = kept[offset..].find('\n').map_or(kept.len(), |newline| offset + newline);
        if kept[start..end].trim().is_empty() {
            // The line end before the line goes with it, or the one behind where it is the first.
            let cut = if start > 0 { start - 1..end } else { 0..(end + 1).min(kept.len()) };
            kept.replace_range(cut, "");
        }
    }
    kept
}
