//! The cursor in a text: the tokens before it, the brackets around it, the pipeline that it stands in.

use huntbook_diagnostics::Span;
use huntbook_kql_syntax::{Token, TokenKind, tokenize};

/// The text before the cursor, without white space and comments.
pub(super) struct Cursor<'t> {
    pub(super) text: &'t str,
    /// The tokens before the word at the cursor.
    pub(super) tokens: Vec<Token>,
    /// The word at the cursor; empty between words.
    pub(super) word: Span,
}

/// A bracket that is open at the cursor, or the text as a whole.
struct Frame {
    /// The token of the bracket; `None` for the text.
    opener: Option<usize>,
    /// The first token of the statement.
    start: usize,
    /// The first token inside of the bracket.
    first: usize,
    pipes: Vec<usize>,
}

/// Where the cursor is: the innermost pipeline around it.
#[derive(Debug, Default)]
pub(super) struct Place {
    /// The byte at which the pipeline begins.
    pub(super) start: usize,
    /// The bytes of its pipes.
    pub(super) pipes: Vec<usize>,
    /// The tokens from the operator's name, or from the begin of the pipeline, to the cursor.
    pub(super) segment: Vec<usize>,
    /// Those of them that stand in no bracket.
    pub(super) shallow: Vec<usize>,
    /// The token of the innermost bracket inside of the segment.
    pub(super) bracket: Option<usize>,
    /// Whole statements before the pipeline, as ranges of bytes.
    pub(super) statements: Vec<(usize, usize)>,
    /// The parameters of the function whose body this is, without the brackets.
    pub(super) parameters: Option<Span>,
}

impl<'t> Cursor<'t> {
    /// The cursor at byte `offset`; `None` inside of a literal, a number or a comment.
    pub(super) fn at(text: &'t str, offset: usize) -> Option<Self> {
        let mut offset = offset.min(text.len());
        while !text.is_char_boundary(offset) {
            offset -= 1;
        }
        let before = &text[..offset];
        let mut tokens = tokenize(before);
        let mut word = Span::new(offset, offset);
        match tokens.last().copied() {
            Some(Token { kind: TokenKind::Name, span }) => {
                word = span;
                tokens.pop();
            }
            Some(Token { kind: TokenKind::Comment, .. }) if !before.ends_with('\n') => return None,
            Some(Token {
                kind:
                    TokenKind::String(_)
                    | TokenKind::Raw(_)
                    | TokenKind::Integer
                    | TokenKind::Real
                    | TokenKind::Timespan,
                ..
            }) => return None,
            _ => {}
        }
        tokens.retain(|token| !matches!(token.kind, TokenKind::Whitespace | TokenKind::Comment));
        let mut cursor = Self { text: before, tokens, word };
        cursor.widen();
        Some(cursor)
    }

    /// Takes what belongs to the word: the first half of `project-away`, the `!` of `!has`.
    fn widen(&mut self) {
        let touching = |token: &Token, at: usize| token.span.end == at;
        if let Some(bang) = self.tokens.last()
            && bang.kind == TokenKind::Bang
            && touching(bang, self.word.start)
        {
            self.word.start = bang.span.start;
            self.tokens.pop();
            return;
        }
        let (mut start, mut left) = (self.word.start, self.tokens.len());
        while let [.., name, minus] = &self.tokens[..left]
            && (name.kind, minus.kind) == (TokenKind::Name, TokenKind::Minus)
            && touching(minus, start)
            && touching(name, minus.span.start)
        {
            start = name.span.start;
            left -= 2;
        }
        let follows_a_pipe = self.tokens[..left].last().map(|token| token.kind);
        if left < self.tokens.len() && follows_a_pipe == Some(TokenKind::Pipe) {
            self.word.start = start;
            self.tokens.truncate(left);
        }
    }

    /// What is written of the word at the cursor.
    pub(super) fn typed(&self) -> &str {
        self.word.slice(self.text).unwrap_or_default()
    }

    pub(super) fn kind(&self, index: usize) -> Option<TokenKind> {
        self.tokens.get(index).map(|token| token.kind)
    }

    pub(super) fn text_of(&self, index: usize) -> &str {
        self.tokens.get(index).and_then(|token| token.span.slice(self.text)).unwrap_or_default()
    }

    /// The word at `index`, where it is one.
    pub(super) fn name(&self, index: usize) -> Option<&str> {
        (self.kind(index) == Some(TokenKind::Name)).then(|| self.text_of(index))
    }

    fn starts_at(&self, index: usize) -> usize {
        self.tokens.get(index).map_or(self.word.start, |token| token.span.start)
    }

    /// The operator's name at the tokens from `first`, hyphens included, and the token behind it.
    pub(super) fn operator(&self, first: usize) -> Option<(&str, usize)> {
        self.name(first)?;
        let mut last = first;
        while self.kind(last + 1) == Some(TokenKind::Minus)
            && self.kind(last + 2) == Some(TokenKind::Name)
            && self.touches(last)
            && self.touches(last + 1)
        {
            last += 2;
        }
        let span = Span::new(self.tokens[first].span.start, self.tokens[last].span.end);
        Some((span.slice(self.text)?, last + 1))
    }

    fn touches(&self, index: usize) -> bool {
        self.tokens[index].span.end == self.starts_at(index + 1)
    }

    /// The innermost pipeline around the cursor. An operator's name that is being written becomes the word.
    pub(super) fn place(&self) -> Place {
        let frames = self.frames();
        let chosen = (0..frames.len())
            .rev()
            .find(|&index| self.holds_a_pipeline(&frames, index))
            .unwrap_or_default();
        let frame = &frames[chosen];
        let head = self.head(frame);
        let first = frame.pipes.last().map_or(head, |pipe| pipe + 1);
        let mut place = Place {
            start: self.starts_at(head),
            pipes: frame.pipes.iter().map(|pipe| self.starts_at(*pipe)).collect(),
            segment: (first..self.tokens.len()).collect(),
            bracket: frames[chosen + 1..].last().and_then(|inner| inner.opener),
            ..Place::default()
        };
        let mut depth = 0_usize;
        for index in place.segment.clone() {
            match self.tokens[index].kind {
                kind if opens(kind) => depth += 1,
                kind if closes(kind) => depth = depth.saturating_sub(1),
                _ if depth == 0 => place.shallow.push(index),
                _ => {}
            }
        }
        for frame in &frames[..=chosen] {
            let (from, to) = (self.starts_at(frame.first), self.starts_at(frame.start));
            if from < to && self.is_body(frame) {
                place.statements.push((from, to));
            }
            if frame.opener.is_some() && self.is_body(frame) {
                place.parameters = self.parameters(frame).or(place.parameters);
            }
        }
        place
    }

    /// The brackets that are open at the cursor, the text first.
    fn frames(&self) -> Vec<Frame> {
        let frame = |opener: Option<usize>| {
            let first = opener.map_or(0, |opener| opener + 1);
            Frame { opener, start: first, first, pipes: Vec::new() }
        };
        let mut frames = vec![frame(None)];
        for (index, token) in self.tokens.iter().enumerate() {
            match token.kind {
                kind if opens(kind) => frames.push(frame(Some(index))),
                kind if closes(kind) && frames.len() > 1 => drop(frames.pop()),
                TokenKind::Pipe => {
                    if let Some(last) = frames.last_mut() {
                        last.pipes.push(index);
                    }
                }
                TokenKind::Semicolon => {
                    if let Some(last) = frames.last_mut() {
                        last.start = index + 1;
                        last.pipes.clear();
                    }
                }
                _ => {}
            }
        }
        frames
    }

    /// The text as a whole, or the body of a function.
    fn is_body(&self, frame: &Frame) -> bool {
        frame.opener.is_none_or(|opener| self.kind(opener) == Some(TokenKind::OpenBrace))
    }

    fn holds_a_pipeline(&self, frames: &[Frame], index: usize) -> bool {
        let frame = &frames[index];
        let Some(opener) = frame.opener else { return true };
        if !frame.pipes.is_empty() || self.is_body(frame) {
            return true;
        }
        if self.kind(opener) != Some(TokenKind::OpenParenthesis) {
            return false;
        }
        let before = opener.checked_sub(1).and_then(|index| self.name(index));
        if matches!(before, Some("materialize" | "toscalar" | "view")) {
            return true;
        }
        let outer = &frames[index - 1];
        let first = outer.pipes.last().map_or_else(|| self.head(outer), |pipe| pipe + 1);
        let takes_a_table = matches!(self.operator(first), Some(("join" | "lookup" | "union", _)));
        let has_on = (first..opener).any(|index| self.name(index) == Some("on"));
        takes_a_table && !has_on
    }

    /// The first token of the pipeline in a frame: behind `let name =`, where it has one.
    fn head(&self, frame: &Frame) -> usize {
        let is_let = self.name(frame.start) == Some("let");
        if is_let && self.kind(frame.start + 2) == Some(TokenKind::Assign) {
            frame.start + 3
        } else {
            frame.start
        }
    }

    /// What stands in the brackets before a function's body.
    fn parameters(&self, frame: &Frame) -> Option<Span> {
        let close = frame.opener?.checked_sub(1)?;
        if self.kind(close) != Some(TokenKind::CloseParenthesis) {
            return None;
        }
        let mut depth = 0_usize;
        for index in (0..=close).rev() {
            match self.kind(index)? {
                TokenKind::CloseParenthesis => depth += 1,
                TokenKind::OpenParenthesis => depth -= 1,
                _ => {}
            }
            if depth == 0 {
                return Some(Span::new(self.tokens[index].span.end, self.tokens[close].span.start));
            }
        }
        None
    }
}

const fn opens(kind: TokenKind) -> bool {
    matches!(kind, TokenKind::OpenParenthesis | TokenKind::OpenBracket | TokenKind::OpenBrace)
}

const fn closes(kind: TokenKind) -> bool {
    matches!(kind, TokenKind::CloseParenthesis | TokenKind::CloseBracket | TokenKind::CloseBrace)
}
