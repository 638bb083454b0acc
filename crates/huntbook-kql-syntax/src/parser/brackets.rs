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
        counts: [0; 3],
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
    /// How many parentheses, square brackets and braces are among them.
    counts: [usize; 3],
    /// From the start of a line to the unclosed string that has swallowed the rest of it; the last such.
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
                kind if kind.closer().is_some() => {
                    self.counts[group(kind)] += 1;
                    self.open.push(self.kept.len());
                }
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
        if self.counts[group(token.kind)] == 0 {
            self.report_stray(token.span);
            return false;
        }
        while let Some(index) = self.pop() {
            if self.kept[index].kind.closer() == Some(token.kind) {
                self.partners[index] = Some(self.kept.len());
                self.partners.push(Some(index));
                break;
            }
            self.report_open(index);
        }
        true
    }

    /// The innermost open bracket, which is open no longer.
    fn pop(&mut self) -> Option<usize> {
        let index = self.open.pop()?;
        self.counts[group(self.kept[index].kind)] -= 1;
        Some(index)
    }

    fn end_statement(&mut self) {
        while let Some(index) = self.open.last().copied() {
            if self.kept[index].kind == TokenKind::OpenBrace || self.holds_steps(index) {
                break;
            }
            self.pop();
            self.report_open(index);
        }
    }

    /// Whether the bracket at `index` is that of `scan with (step ...; step ...;)`.
    fn holds_steps(&self, index: usize) -> bool {
        self.kept.get(index + 1).is_some_and(|token| token.span.slice(self.text) == Some("step"))
    }

    fn unclosed_string(&mut self, span: Span) {
        let line_start = self.text[..span.start].rfind('\n').map_or(0, |end| end + 1);
        self.broken_line = Some(Span::new(line_start, span.start));
        self.diagnostics.push(
            Diagnostic::error("KQL0002", "string is not closed")
                .at(span)
                .hint("close it with the quote that opens it; only ``` strings span several lines"),
        );
    }

    fn report_open(&mut self, index: usize) {
        let span = self.kept[index].span;
        // The bracket that would close it is most likely inside of the unclosed string.
        if self.broken_line.is_some_and(|line| line.start <= span.start && span.start < line.end) {
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

fn group(bracket: TokenKind) -> usize {
    match bracket {
        TokenKind::OpenParenthesis | TokenKind::CloseParenthesis => 0,
        TokenKind::OpenBracket | TokenKind::CloseBracket => 1,
        _ => 2,
    }
}

#[cfg(test)]
mod tests {
    use crate::parser::testing::problems;

    #[test]
    fn a_bracket_that_is_never_closed_is_one_error_at_its_place() {
        assert_eq!(problems("T | where (a == 1 | take 5"), ["KQL0003 `(`: `(` is not closed"]);
        assert_eq!(
            problems("T | summarize count( by x | take 5"),
            ["KQL0003 `(`: `(` is not closed"]
        );
        assert_eq!(problems("let x = (T | take 5; x | count"), ["KQL0003 `(`: `(` is not closed"]);
    }

    #[test]
    fn a_bracket_that_closes_nothing_is_one_error_at_its_place() {
        assert_eq!(problems("T | where a == 1) | take 5"), ["KQL0004 `)`: `)` closes nothing"]);
        assert_eq!(
            problems("T | where a in (1, 2]) | take 5"),
            ["KQL0004 `]`: `]` closes nothing"]
        );
    }

    #[test]
    fn an_unclosed_string_is_one_error_though_it_swallows_brackets() {
        assert_eq!(
            problems("T\n| where f(g(\"x))\n| take 5"),
            ["KQL0002 `\"x))`: string is not closed"]
        );
    }

    #[test]
    fn steps_of_scan_end_with_a_semicolon_in_brackets() {
        assert!(problems("T | scan with (step a: true; step b: x == 1;) | take 5").is_empty());
    }
}
