//! Templates: text with `{name}` placeholders, in the brace rules of `str.format`, forgiving where those
//! would break on a query.
//!
//! `{name}` with a declared name is a placeholder, `{name:%Y-%m-%d}` one with a form for its instant. `{{` and
//! the `}}` that belongs to it are literal braces. Every other brace (`{2}` of a regular expression, JSON,
//! function bodies) is text, but `{word}` that nothing declares is reported: it is a misspelling far more
//! often than a function body without spaces.

use huntbook_diagnostics::{Diagnostic, Span, near_hint};

use crate::Parameter;
use crate::codes::{BAD_FORMAT, UNDECLARED};

/// A part of a template.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Piece {
    /// Text that is rendered as it stands.
    Text(String),
    /// A place for a value.
    Placeholder(Placeholder),
}

/// A place for a value.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Placeholder {
    /// Position of the parameter in the definition.
    pub(crate) parameter: usize,
    /// How an instant is written: a `strftime` form.
    pub(crate) form: Option<String>,
    /// Where the placeholder stands in the template.
    pub(crate) span: Span,
}

/// The pieces of `template`, and what is wrong with it.
///
/// A parameter's `format` is written around each of its placeholders, so that it is lexed with the template.
pub(crate) fn parse(template: &str, parameters: &[Parameter]) -> (Vec<Piece>, Vec<Diagnostic>) {
    let mut reader = Reader { template, parameters, pieces: Vec::new(), faults: Vec::new() };
    reader.read();
    (reader.pieces, reader.faults)
}

/// Whether `{` at this point was written once or twice.
#[derive(PartialEq)]
enum Brace {
    Single,
    Doubled,
}

struct Reader<'t> {
    template: &'t str,
    parameters: &'t [Parameter],
    pieces: Vec<Piece>,
    faults: Vec<Diagnostic>,
}

impl Reader<'_> {
    fn read(&mut self) {
        let mut open: Vec<Brace> = Vec::new();
        let mut position = 0;
        while let Some(offset) = self.template[position..].find(['{', '}']) {
            let brace = position + offset;
            self.text(position, brace);
            let rest = &self.template[brace..];
            position = if rest.starts_with("{{") {
                open.push(Brace::Doubled);
                self.text(brace, brace + 1);
                brace + 2
            } else if rest.starts_with('{') {
                if let Some(end) = self.placeholder(brace) {
                    end
                } else {
                    open.push(Brace::Single);
                    self.text(brace, brace + 1);
                    brace + 1
                }
            } else {
                let closes = open.pop().unwrap_or(Brace::Doubled);
                self.text(brace, brace + 1);
                let doubled = closes == Brace::Doubled && rest.starts_with("}}");
                brace + if doubled { 2 } else { 1 }
            };
        }
        self.text(position, self.template.len());
    }

    fn text(&mut self, start: usize, end: usize) {
        self.push_text(&self.template[start..end]);
    }

    fn push_text(&mut self, text: &str) {
        if text.is_empty() {
            return;
        }
        if let Some(Piece::Text(last)) = self.pieces.last_mut() {
            last.push_str(text);
        } else {
            self.pieces.push(Piece::Text(text.to_owned()));
        }
    }

    /// Reads the placeholder at `brace`, if there is one, and returns where it ends.
    fn placeholder(&mut self, brace: usize) -> Option<usize> {
        let rest = &self.template[brace + 1..];
        let length = rest.find(['{', '}', '\n'])?;
        if rest.as_bytes()[length] != b'}' {
            return None;
        }
        let inside = &rest[..length];
        let end = brace + length + 2;
        let span = Span::new(brace, end);
        let (name, form) = match inside.split_once(':') {
            Some((name, form)) => (name, Some(form)),
            None => (inside, None),
        };
        if !is_identifier(name) {
            return None;
        }
        if let Some(parameter) = self.parameters.iter().position(|known| known.name == name) {
            self.place(parameter, form, span);
            return Some(end);
        }
        if form.is_none() && !self.is_character_class(brace) {
            let known = self.parameters.iter().map(|parameter| parameter.name.as_str());
            self.faults.push(
                Diagnostic::error(UNDECLARED, format!("placeholder `{{{name}}}` has no parameter"))
                    .at(span)
                    .maybe_hint(near_hint("parameter", name, known))
                    .hint(format!("literal braces are written `{{{{{name}}}}}`")),
            );
        }
        None
    }

    fn place(&mut self, parameter: usize, form: Option<&str>, span: Span) {
        let mut form = form.map(str::to_owned);
        let declared = &self.parameters[parameter];
        let mut around = (String::new(), String::new());
        if let Some(format) = &declared.format {
            match split_format(format) {
                Some((before, inner, after)) => {
                    around = (before, after);
                    form = form.or(inner);
                }
                None => self.faults.push(bad_format(&declared.name, format).at(span)),
            }
        }
        if let Some(wanted) = form.take_if(|form| !is_strftime(form) || !declared.kind.is_instant())
        {
            self.faults.push(bad_format(&declared.name, &wanted).at(span));
        }
        self.push_text(&around.0);
        self.pieces.push(Piece::Placeholder(Placeholder { parameter, form, span }));
        self.push_text(&around.1);
    }

    /// `\p{L}` and `\x{41}` of a regular expression.
    fn is_character_class(&self, brace: usize) -> bool {
        let before = &self.template[..brace];
        before.strip_suffix(['p', 'P', 'x', 'u', 'U']).is_some_and(|before| before.ends_with('\\'))
    }
}

fn bad_format(name: &str, format: &str) -> Diagnostic {
    Diagnostic::error(
        BAD_FORMAT,
        format!("format `{format}` of parameter `{name}` is not understood"),
    )
    .hint("a format is text with one `{}` for the value, or `{:%Y-%m-%d}` for an instant")
}

/// A format's text before the value, the value's form, and the text behind.
fn split_format(format: &str) -> Option<(String, Option<String>, String)> {
    let marked = format.replace("{{", "\u{0}").replace("}}", "\u{1}");
    let (before, rest) = marked.split_once('{')?;
    let (inside, after) = rest.split_once('}')?;
    if after.contains(['{', '}']) || before.contains('}') {
        return None;
    }
    let (name, form) = match inside.split_once(':') {
        Some((name, form)) => (name, Some(form.to_owned())),
        None => (inside, None),
    };
    if !(name.is_empty() || name == "0" || is_identifier(name)) {
        return None;
    }
    let braces = |text: &str| text.replace('\u{0}', "{").replace('\u{1}', "}");
    Some((braces(before), form, braces(after)))
}

/// Whether chrono can write this form; an unknown `%` letter would be an error when it is too late.
fn is_strftime(form: &str) -> bool {
    form.contains('%')
        && !chrono::format::StrftimeItems::new(form)
            .any(|item| matches!(item, chrono::format::Item::Error))
}

/// Whether `text` is a plain name: a letter or underscore, then letters, digits and underscores.
pub(crate) fn is_identifier(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ParameterType;

    fn parameters() -> Vec<Parameter> {
        vec![Parameter::new("host", ParameterType::Str)]
    }

    /// The text with `<parameter>` for each placeholder.
    fn shown(template: &str) -> String {
        let (pieces, faults) = parse(template, &parameters());
        assert_eq!(faults, [], "{template}");
        pieces
            .iter()
            .map(|piece| match piece {
                Piece::Text(text) => text.clone(),
                Piece::Placeholder(placeholder) => format!("<{}>", placeholder.parameter),
            })
            .collect()
    }

    #[test]
    fn declared_names_are_placeholders() {
        assert_eq!(shown("T | where a == '{host}'"), "T | where a == '<0>'");
    }

    #[test]
    fn doubled_braces_are_braces() {
        assert_eq!(shown("dynamic({{\"a\": {{\"b\": 1}}}})"), "dynamic({\"a\": {\"b\": 1}})");
        assert_eq!(shown("'{{host}}' {{{host}}}"), "'{host}' {<0>}");
    }

    #[test]
    fn braces_of_regular_expressions_and_json_are_text() {
        for text in [
            "'[a-z]{2}'",
            "'a{2,3}'",
            "dynamic({\"a\":{\"b\":1}})",
            "let f = () { T | take 1 };",
            r"'\p{L}+'",
            "{}",
            "}",
            "{",
            "{a:1}",
            "{a b}",
        ] {
            assert_eq!(shown(text), text);
        }
    }

    #[test]
    fn an_undeclared_name_is_reported_with_its_place_and_a_near_name() {
        let (_, faults) = parse("T | where a == '{hots}'", &parameters());
        assert_eq!(faults[0].code, "QRY0050");
        assert_eq!(faults[0].span, Some(Span::new(16, 22)));
        assert!(faults[0].hints[0].contains("`host`"));
    }

    #[test]
    fn a_format_is_written_around_the_placeholder() {
        let mut parameters = parameters();
        parameters[0].format = Some("%{}%".to_owned());
        let (pieces, faults) = parse("'{host}'", &parameters);
        assert!(faults.is_empty());
        assert_eq!(pieces[0], Piece::Text("'%".to_owned()));
        assert_eq!(pieces[2], Piece::Text("%'".to_owned()));
    }

    #[test]
    fn a_format_without_a_place_for_the_value_is_reported() {
        for format in ["none", "{0!r}", "{} {}", "{:>10}", "{:%Y}"] {
            let mut parameters = parameters();
            parameters[0].format = Some(format.to_owned());
            assert_eq!(parse("'{host}'", &parameters).1[0].code, "QRY0018", "{format}");
        }
    }
}
