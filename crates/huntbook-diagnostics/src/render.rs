//! Diagnostics drawn over their source: for a page, for a terminal, for a program.

use std::fmt::Write as _;

use serde::Serialize;

use crate::{Diagnostic, Severity, Source, Span, visible};

/// How a diagnostic is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Style {
    /// Text alone; readable without colour.
    #[default]
    Plain,
    /// With ANSI colours.
    Ansi,
}

impl Style {
    const fn severity(self, severity: Severity) -> (&'static str, &'static str) {
        match (self, severity) {
            (Self::Plain, _) => ("", ""),
            (Self::Ansi, Severity::Error) => ("\x1b[1;31m", "\x1b[0m"),
            (Self::Ansi, Severity::Warning) => ("\x1b[1;33m", "\x1b[0m"),
        }
    }

    const fn frame(self) -> (&'static str, &'static str) {
        match self {
            Self::Plain => ("", ""),
            Self::Ansi => ("\x1b[34m", "\x1b[0m"),
        }
    }
}

/// The diagnostic as lines of text, without a final line end.
///
/// The offending line is shown with a caret under each character of the span. Control characters of the
/// source, which an attacker may have written, are shown as `·` and never reach the terminal.
#[must_use]
pub fn render(diagnostic: &Diagnostic, source: &Source<'_>, style: Style) -> String {
    let (open, close) = style.severity(diagnostic.severity);
    let (frame, frame_end) = style.frame();
    let mut out = String::new();
    let (word, code) = (diagnostic.severity.word(), diagnostic.code);
    let _ = write!(out, "{open}{word}[{code}]{close}: {}", visible(&diagnostic.message));
    if let Some(span) = diagnostic.span {
        let at = source.position(span.start);
        let number = at.line.to_string();
        let gutter = " ".repeat(number.len());
        let line = visible(source.line_at(span.start));
        let blank = " ".repeat(at.column - 1);
        let carets = "^".repeat(source.width_on_line(span));
        let place = format!("{}:{}:{}", visible(source.name), at.line, at.column);
        let _ = write!(out, "\n{gutter} {frame}┌─{frame_end} {place}");
        let _ = write!(out, "\n{frame}{number} │{frame_end} {line}");
        let _ = write!(out, "\n{gutter} {frame}│{frame_end} {blank}{open}{carets}{close}");
    }
    for hint in &diagnostic.hints {
        let _ = write!(out, "\nhint: {}", visible(hint));
    }
    out
}

/// All diagnostics, in source order, separated by blank lines.
#[must_use]
pub fn render_all(diagnostics: &[Diagnostic], source: &Source<'_>, style: Style) -> String {
    let mut sorted: Vec<&Diagnostic> = diagnostics.iter().collect();
    sorted.sort_by_key(|diagnostic| diagnostic.span);
    let drawn: Vec<String> = sorted.iter().map(|one| render(one, source, style)).collect();
    drawn.join("\n\n")
}

#[derive(Serialize)]
struct JsonDiagnostic<'a> {
    code: &'a str,
    severity: Severity,
    message: &'a str,
    source: &'a str,
    span: Option<Span>,
    line: Option<usize>,
    column: Option<usize>,
    hints: &'a [String],
}

/// The diagnostic as one line of JSON: the span in bytes from 0, line and column from 1.
#[must_use]
pub fn to_json(diagnostic: &Diagnostic, source: &Source<'_>) -> String {
    let at = diagnostic.span.map(|span| source.position(span.start));
    let json = JsonDiagnostic {
        code: diagnostic.code,
        severity: diagnostic.severity,
        message: &diagnostic.message,
        source: source.name,
        span: diagnostic.span,
        line: at.map(|at| at.line),
        column: at.map(|at| at.column),
        hints: &diagnostic.hints,
    };
    // A struct of strings and numbers always serialises; were it ever not so, the message would say so.
    serde_json::to_string(&json).unwrap_or_else(|error| format!("{{\"message\":\"{error}\"}}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const QUERY: &str = "SigninLogs\n| where Acount has \"admin\"";

    fn problem() -> Diagnostic {
        Diagnostic::error("KQL0102", "column `Acount` not found in `SigninLogs`")
            .at(Span::new(19, 25))
            .hint("similar columns: `Account`, `AccountUPN`")
    }

    #[test]
    fn plain_shows_the_line_and_a_caret_under_each_character() {
        let drawn = render(&problem(), &Source::new("query", QUERY), Style::Plain);
        assert_eq!(
            drawn,
            "error[KQL0102]: column `Acount` not found in `SigninLogs`\n  \
             ┌─ query:2:9\n\
             2 │ | where Acount has \"admin\"\n  \
             │         ^^^^^^\n\
             hint: similar columns: `Account`, `AccountUPN`"
        );
    }

    #[test]
    fn json_places_in_bytes_and_in_lines() {
        let json: serde_json::Value =
            serde_json::from_str(&to_json(&problem(), &Source::new("query", QUERY))).unwrap();
        assert_eq!(json["span"]["start"], 19);
        assert_eq!((json["line"].as_u64(), json["column"].as_u64()), (Some(2), Some(9)));
    }

    #[test]
    fn escape_sequences_of_the_source_do_not_reach_the_terminal() {
        let source = Source::new("query", "print \x1b[31m\u{202e}");
        let at_escape = Diagnostic::error("KQL0001", "bad \x07 character").at(Span::new(6, 7));
        let drawn = render(&at_escape, &source, Style::Plain);
        assert!(!drawn.contains(['\x1b', '\x07', '\u{202e}']));
    }

    #[test]
    fn a_span_behind_the_text_or_inside_a_character_is_drawn() {
        let source = Source::new("query", "print 'é'");
        for span in [Span::new(8, 9), Span::new(100, 200), Span::empty(10)] {
            let drawn = render(&Diagnostic::error("KQL0001", "x").at(span), &source, Style::Plain);
            assert!(drawn.contains('^'), "{drawn}");
        }
    }

    #[test]
    fn all_are_in_source_order() {
        let later = Diagnostic::error("KQL0002", "later").at(Span::new(20, 21));
        let earlier = Diagnostic::error("KQL0001", "earlier").at(Span::new(1, 2));
        let drawn = render_all(&[later, earlier], &Source::new("query", QUERY), Style::Plain);
        assert!(drawn.find("earlier") < drawn.find("later"));
    }
}
