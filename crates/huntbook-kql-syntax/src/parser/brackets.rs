//! Brackets, paired before the query is parsed.

use huntbook_diagnostics::{Diagnostic, Span};

use crate::token::{Token, TokenKind};

/// Tokens whose brackets are known to pair or not to.
pub(super) struct Matched {
    /// Without the brackets that close nothing.
    pub(super) tokens: Vec<Token>,
    /// For each token that is a bracket with a partner, the index of the partner.
    pub(super) partners: Vec<Option<usize>>,
    pub(super) diagnostics: Vec<Diagnostic>,
}

/// Pairs the brackets of `tokens`, which hold no trivia. A `;` closes nothing but ends the parentheses and
/// square brackets open before it, as a statement never ends inside of them (but for the steps of `scan`).
pub(super) fn pair(text: &str, tokens: Vec<Token>) -> Matched {
    let mut pairing = Pairing {
        text,
        kept: Vec::with_capacity(tokens.len()),
        partners: Vec::with_capacity(tokens.len()),
        open: Vec::new(),
        diagnostics: Vec::new(),
        broken_line: None,
    };
    for token in tokens {
        pairing.add(token);
    }
    while let Some(index) = pairing.open.pop() {
        pairing.report_open(index);
    }
    Matched { tokens: pairing.kept, partners: pairing.partners, diagnostics: pairing.diagnostics }
}

struct Pairing<'t> {
    text: &'t str,
    kept: Vec<Token>,
    partners: Vec<Option<usize>>,
    /// Indices of the opening brackets that wait for their partner.
    open: Vec<usize>,
    diagnostics: Vec<Diagnostic>,
    /// The last line that an unclosed string has swallowed the rest of.
    broken_line: Option<Span>,
}

impl Pairing<'_> {
    fn add(&mut self, token: Token) {
        if token.kind.is_closer() {
            if !self.close(token) {
                return;
            }
        } else {
            match token.kind {
                kind if kind.closer().is_some() => self.open.push(self.kept.len()),
                TokenKind::Semicolon => self.end_statement(),
                TokenKind::String(string) if !string.closed => self.unclosed_string(token.span),
                _ => {}
            }
            self.partners.push(None);
        }
        self.kept.push(token);
    }

    /// Whether the closing bracket is kept.
    fn close(&mut self, token: Token) -> bool {
        let opener =
            self.open.iter().rposition(|index| self.kept[*index].kind.closer() == Some(token.kind));
        let Some(place) = opener else {
            self.report_stray(token.span);
            return false;
        };
        for index in self.open.split_off(place + 1).into_iter().rev() {
            self.report_open(index);
        }
        if let Some(index) = self.open.pop() {
            self.partners[index] = Some(self.kept.len());
            self.partners.push(Some(index));
        }
        true
    }

    fn end_statement(&mut self) {
        while let Some(index) = self.open.last().copied() {
            if self.kept[index].kind == TokenKind::OpenBrace || self.holds_steps(index) {
                break;
            }
            self.open.pop();
            self.report_open(index);
        }
    }

    /// Whether the bracket at `index` is that of `scan with (step ...; step ...;)`.
    fn holds_steps(&self, index: usize) -> bool {
        self.kept.get(index + 1).is_some_and(|token| token.span.slice(self.text) == Some("step"))
    }

    fn unclosed_string(&mut self, span: Span) {
        self.broken_line = Some(span);
        self.diagnostics.push(
            Diagnostic::error("KQL0002", "string is not closed")
                .at(span)
                .hint("close it with the quote that opens it; only ``` strings span several lines"),
        );
    }

    fn report_open(&mut self, index: usize) {
        let span = self.kept[index].span;
        // The bracket that would close it is most likely inside of the unclosed string.
        let swallowed = self.broken_line.is_some_and(|string| {
            span.start < string.start
                && !Span::new(span.start, string.start)
                    .slice(self.text)
                    .is_some_and(|line| line.contains('\n'))
        });
        if swallowed {
            return;
        }
        let bracket = span.slice(self.text).unwrap_or_default();
        let closer = match bracket {
            "(" => ")",
            "[" => "]",
            _ => "}",
        };
        self.diagnostics.push(
            Diagnostic::error("KQL0003", format!("`{bracket}` is not closed"))
                .at(span)
                .hint(format!("`{closer}` is missing")),
        );
    }

    fn report_stray(&mut self, span: Span) {
        let bracket = span.slice(self.text).unwrap_or_default();
        let swallowed = self.broken_line.is_some();
        if !swallowed {
            self.diagnostics.push(
                Diagnostic::error("KQL0004", format!("`{bracket}` closes nothing"))
                    .at(span)
                    .hint(format!("remove it, or add the bracket that `{bracket}` should close")),
            );
        }
    }
}
