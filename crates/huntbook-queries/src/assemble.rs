//! Assembly: values into their places, and the proof that each stayed there.

use huntbook_diagnostics::{Diagnostic, Span};
use huntbook_kql_syntax::{Token, TokenKind, tokenize};

use crate::Parameter;
use crate::codes::LEAVES_ITS_PLACE;
use crate::lexed::Lexed;

/// The query with `written` in the places of `lexed`, one text a slot.
///
/// # Errors
///
/// `QRY0105` where the result, lexed again, has other tokens than the template promises.
pub(crate) fn assemble(
    lexed: &Lexed,
    written: &[String],
    parameters: &[Parameter],
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
        let name = &parameters[slot.placeholder.parameter].name;
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
    let blame =
        |offset: usize| places.partition_point(|place| place.start <= offset).saturating_sub(1);
    let is_word = |token: &Token| token.kind != TokenKind::Whitespace;
    let mut found = tokenize(text).into_iter().filter(is_word).peekable();
    for token in lexed.tokens.iter().filter(|token| is_word(token)) {
        let slot =
            lexed.slots.iter().position(|slot| slot.place.is_bare() && slot.span == token.span);
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
    let empty = lexed
        .slots
        .iter()
        .zip(places)
        .filter(|(slot, place)| slot.place.is_bare() && place.is_empty());
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
