//! Tokens to syntax tree, with every problem found on the way.
//!
//! # Brief overview
//!
//! Recursive descent, one file a part of the grammar: [`statement`], [`operators`], [`source`],
//! [`expression`] (precedence climbing over the operators of [`infix`]), [`primary`], [`literal`].
//! [`brackets`] pairs the brackets before anything is parsed, so that one missing bracket is one error.
//!
//! An error is *recovered* where the parser knows what was meant (`=` for `==`) and goes on as if it had
//! been written. Otherwise the parser is *lost*: it stays silent until the next `|` or `;`.

mod brackets;
mod dynamic;
mod expression;
mod infix;
mod literal;
mod operators;
mod primary;
mod source;
mod statement;
#[cfg(test)]
pub(crate) mod testing;

pub(crate) use infix::{Precedence, precedence, string_operator};
pub(crate) use operators::WORDS;

use huntbook_diagnostics::{Diagnostic, Span};

use crate::ast::{Expr, ExprKind, Ident, Query};
use crate::lexer::tokenize;
use crate::names::{NamePlace, needs_quotes};
use crate::token::{Token, TokenKind};

/// How deep brackets, operators between values and statements in braces may nest. Recursion over the tree
/// (in the parser, the printer, a binder, a destructor) is never deeper than a few times this.
pub const MAX_DEPTH: usize = 256;

/// A syntax tree and what is wrong with the text.
#[derive(Debug, Clone, PartialEq)]
pub struct Parsed {
    /// The whole query. What could not be parsed is an `Error` in it.
    pub query: Query,
    /// What is wrong, in source order; empty for a well-formed query.
    pub diagnostics: Vec<Diagnostic>,
}

impl Parsed {
    /// Whether any diagnostic is an error.
    #[must_use]
    pub fn has_errors(&self) -> bool {
        self.diagnostics.iter().any(Diagnostic::is_error)
    }
}

/// At most so many problems of one text are reported.
const MOST_DIAGNOSTICS: usize = 100;

/// The syntax tree of `text` and what is wrong with it: all of it, up to a hundred problems.
///
/// Never panics and never recurses deeper than [`MAX_DEPTH`] allows, whatever the text. A blank text is a
/// query of no statements.
///
/// # Complexity
///
/// O(length) time and memory.
#[must_use]
pub fn parse(text: &str) -> Parsed {
    let mut parser = Parser::new(text);
    let query = parser.query();
    let mut diagnostics = parser.diagnostics;
    diagnostics.sort_by_key(|diagnostic| diagnostic.span);
    diagnostics.truncate(MOST_DIAGNOSTICS);
    Parsed { query, diagnostics }
}

struct Parser<'t> {
    text: &'t str,
    /// Without trivia and without brackets that close nothing.
    tokens: Vec<Token>,
    /// For each bracket the index of its partner.
    partners: Vec<Option<usize>>,
    position: usize,
    diagnostics: Vec<Diagnostic>,
    /// Silent until the next operator or statement.
    lost: bool,
    /// Within a `let` statement.
    in_let: bool,
    /// Within the braces of a function.
    in_body: bool,
    /// How many parentheses and square brackets are open.
    nesting: usize,
    /// How many levels of the grammar are open.
    depth: usize,
    /// The height of the expression that was parsed last.
    height: usize,
    /// The greatest height since the operator began.
    peak: usize,
}

impl<'t> Parser<'t> {
    fn new(text: &'t str) -> Self {
        let mut tokens = tokenize(text);
        let directives: Vec<Diagnostic> =
            tokens.iter().filter_map(|token| directive_warning(text, *token)).collect();
        tokens.retain(|token| !token.kind.is_trivia());
        let mut matched = brackets::pair(text, tokens);
        matched.diagnostics.extend(directives);
        Self {
            text,
            tokens: matched.tokens,
            partners: matched.partners,
            position: 0,
            diagnostics: matched.diagnostics,
            lost: false,
            in_let: false,
            in_body: false,
            nesting: 0,
            depth: 0,
            height: 0,
            peak: 0,
        }
    }

    // Looking.

    fn kind_at(&self, index: usize) -> Option<TokenKind> {
        self.tokens.get(index).map(|token| token.kind)
    }

    fn kind(&self) -> Option<TokenKind> {
        self.kind_at(self.position)
    }

    fn is(&self, kind: TokenKind) -> bool {
        self.kind() == Some(kind)
    }

    fn is_at(&self, index: usize, kind: TokenKind) -> bool {
        self.kind_at(index) == Some(kind)
    }

    /// Where the token at `index` stands; an empty span behind the text for none.
    fn span_at(&self, index: usize) -> Span {
        self.tokens.get(index).map_or(Span::empty(self.text.len()), |token| token.span)
    }

    fn span(&self) -> Span {
        self.span_at(self.position)
    }

    fn text_at(&self, index: usize) -> &'t str {
        self.tokens.get(index).and_then(|token| token.span.slice(self.text)).unwrap_or_default()
    }

    /// The word at `index`, or an empty text where there is no word.
    fn word_at(&self, index: usize) -> &'t str {
        if self.is_at(index, TokenKind::Name) { self.text_at(index) } else { "" }
    }

    fn word(&self) -> &'t str {
        self.word_at(self.position)
    }

    fn is_word(&self, word: &str) -> bool {
        self.word() == word
    }

    /// Whether the tokens at `index` and behind it touch.
    fn touches_next(&self, index: usize) -> bool {
        self.span_at(index).end == self.span_at(index + 1).start
    }

    /// Whether a line starts with the token at the position.
    fn starts_line(&self) -> bool {
        let before = self.position.checked_sub(1).map_or(0, |before| self.span_at(before).end);
        let gap = Span::new(before, self.span().start);
        gap.slice(self.text).is_some_and(|gap| gap.contains('\n'))
    }

    /// Whether no operator, statement or bracket can go on here.
    fn at_stop(&self) -> bool {
        self.kind().is_none_or(|kind| {
            kind.is_closer() || matches!(kind, TokenKind::Pipe | TokenKind::Semicolon)
        })
    }

    /// The token as a person reads it.
    fn described(&self) -> String {
        if self.kind().is_none() {
            "the end of the query".to_owned()
        } else {
            format!("`{}`", self.shown())
        }
    }

    /// The text of the token, cut where it is long.
    fn shown(&self) -> String {
        const MOST: usize = 30;
        let text = self.text_at(self.position);
        match text.char_indices().nth(MOST) {
            Some((cut, _)) => format!("{}...", &text[..cut]),
            None => text.to_owned(),
        }
    }

    // Moving.

    fn bump(&mut self) -> Span {
        let span = self.span();
        self.position = (self.position + 1).min(self.tokens.len());
        span
    }

    fn eat(&mut self, kind: TokenKind) -> Option<Span> {
        self.is(kind).then(|| self.bump())
    }

    fn eat_word(&mut self, word: &str) -> Option<Span> {
        self.is_word(word).then(|| self.bump())
    }

    /// Where the token before the position ends.
    fn previous_end(&self) -> usize {
        self.position.checked_sub(1).map_or(0, |before| self.span_at(before).end)
    }

    /// From `start` to the end of the last token.
    fn since(&self, start: Span) -> Span {
        Span::new(start.start, self.previous_end().max(start.start))
    }

    /// Passes over everything up to the next `|`, `;` or closing bracket of the same depth.
    fn skip_to_stop(&mut self) {
        while !self.at_stop() {
            self.position = self.partners[self.position].unwrap_or(self.position) + 1;
        }
    }

    /// What [`Self::skip_to_stop`] passed over, as written.
    fn skipped_text(&mut self) -> String {
        let start = self.span().start;
        let first = self.position;
        self.skip_to_stop();
        if self.position == first {
            return String::new();
        }
        Span::new(start, self.previous_end()).slice(self.text).unwrap_or_default().to_owned()
    }

    // Reporting.

    /// Reports what the parser can go on from.
    fn recovered(&mut self, diagnostic: Diagnostic) {
        if !self.lost {
            self.diagnostics.push(diagnostic);
        }
    }

    /// Reports what the parser cannot make sense of, and stays silent up to the next operator.
    fn give_up(&mut self, diagnostic: Diagnostic) {
        self.recovered(diagnostic);
        self.lost = true;
    }

    /// Reports that `what` was expected at the position.
    fn expected(&mut self, code: &'static str, what: &str) {
        let message = format!("expected {what}, found {}", self.described());
        let diagnostic = Diagnostic::error(code, message).at(self.place());
        self.give_up(diagnostic);
    }

    /// The token at the position, or the end of the token before where the text is over.
    fn place(&self) -> Span {
        if self.kind().is_none() { Span::empty(self.previous_end()) } else { self.span() }
    }

    // Depth.

    /// Runs `parse` one level deeper; at the greatest depth reports that, passes over the rest of the
    /// operator and gives `None`.
    fn deeper<T>(&mut self, parse: impl FnOnce(&mut Self) -> T) -> Option<T> {
        if self.depth == MAX_DEPTH {
            self.too_deep(self.place());
            self.skip_to_stop();
            return None;
        }
        self.depth += 1;
        let parsed = parse(self);
        self.depth -= 1;
        Some(parsed)
    }

    fn too_deep(&mut self, place: Span) {
        self.give_up(
            Diagnostic::error("KQL0015", format!("nested more than {MAX_DEPTH} levels deep"))
                .at(place)
                .hint("give a part of it a name with `let`"),
        );
    }

    /// An expression on top of parts of the given height; an error in its place where that is too high.
    fn built(&mut self, kind: ExprKind, span: Span, height_of_parts: usize) -> Expr {
        if height_of_parts >= MAX_DEPTH {
            self.too_deep(span);
            self.height = 1;
            return Expr { kind: ExprKind::Error, span };
        }
        self.height = height_of_parts + 1;
        self.peak = self.peak.max(self.height);
        Expr { kind, span }
    }

    fn error_expression(&mut self) -> Expr {
        self.height = 1;
        Expr { kind: ExprKind::Error, span: self.place() }
    }

    // Names.

    /// The name at the position, bare or in brackets.
    fn name(&mut self) -> Option<Ident> {
        if self.is(TokenKind::Name) {
            let name = self.word().to_owned();
            let span = self.bump();
            return Some(Ident { name, span });
        }
        if self.is_bracket_name(self.position) {
            let start = self.bump();
            let mut name = String::new();
            while matches!(self.kind(), Some(TokenKind::String(_))) {
                name.push_str(&self.string_value());
            }
            self.bump();
            return Some(Ident { name, span: self.since(start) });
        }
        None
    }

    /// Reports the word at the position where only brackets and quotes make it a name at `place`.
    fn check_name(&mut self, place: NamePlace) {
        let word = self.word();
        if needs_quotes(word, place) {
            let diagnostic = Diagnostic::error("KQL0019", format!("`{word}` is a keyword"))
                .at(self.span())
                .hint(format!("write `['{word}']` for the name"));
            self.recovered(diagnostic);
        }
    }

    /// Whether `['name']` starts at `index`.
    fn is_bracket_name(&self, index: usize) -> bool {
        self.behind_bracket_name(index).is_some()
    }

    /// The index behind a `['name']` that starts at `index`; several texts in it are one.
    fn behind_bracket_name(&self, index: usize) -> Option<usize> {
        let close = self.partners.get(index).copied().flatten()?;
        let is_name = self.is_at(index, TokenKind::OpenBracket)
            && close > index + 1
            && (index + 1..close)
                .all(|inside| matches!(self.kind_at(inside), Some(TokenKind::String(_))));
        is_name.then_some(close + 1)
    }

    /// The index behind a name that starts at `index`.
    fn behind_name(&self, index: usize) -> Option<usize> {
        if self.is_at(index, TokenKind::Name) {
            Some(index + 1)
        } else {
            self.behind_bracket_name(index)
        }
    }
}

/// The warning for a line that starts with `#`.
fn directive_warning(text: &str, token: Token) -> Option<Diagnostic> {
    let is_directive = token.kind == TokenKind::Comment && token.span.slice(text)?.starts_with('#');
    is_directive.then(|| {
        Diagnostic::warning("KQL0018", "a line that starts with `#` is passed over")
            .at(token.span)
            .hint("a comment starts with `//`")
    })
}
