//! Text to tokens. Every byte belongs to exactly one token, whatever the text.

use huntbook_diagnostics::Span;

use crate::token::{LiteralType, Quote, StringForm, StringToken, Token, TokenKind};

/// The units of a timespan literal, as in `1d` or `10seconds`.
const TIMESPAN_UNITS: &[&str] = &[
    "d",
    "day",
    "days",
    "h",
    "hr",
    "hrs",
    "hour",
    "hours",
    "m",
    "min",
    "minute",
    "minutes",
    "s",
    "sec",
    "second",
    "seconds",
    "ms",
    "milli",
    "millis",
    "millisec",
    "millisecond",
    "milliseconds",
    "micro",
    "micros",
    "microsec",
    "microsecond",
    "microseconds",
    "nano",
    "nanos",
    "nanosec",
    "nanosecond",
    "nanoseconds",
    "tick",
    "ticks",
];

/// The tokens of `text`, white space and comments among them.
///
/// The spans follow each other without gap or overlap from the first byte to the last, for any text.
///
/// # Complexity
///
/// O(length) time.
#[must_use]
pub fn tokenize(text: &str) -> Vec<Token> {
    let mut lexer = Lexer { text, position: 0, at_start: true };
    let mut tokens: Vec<Token> = Vec::with_capacity(text.len() / 4 + 1);
    let mut typed = None;
    while lexer.position < text.len() {
        let start = lexer.position;
        let kind = match typed.take() {
            Some(literal_type) if lexer.raw() => TokenKind::Raw(literal_type),
            _ => lexer.token(),
        };
        let token = Token { kind, span: Span::new(start, lexer.position) };
        lexer.at_start &= kind.is_trivia();
        if kind == TokenKind::OpenParenthesis {
            typed = literal_type_before(text, &tokens);
        }
        tokens.push(token);
    }
    tokens
}

/// The type whose keyword stands before an opening bracket and touches it.
fn literal_type_before(text: &str, tokens: &[Token]) -> Option<LiteralType> {
    let mut before = tokens.iter().rev();
    let last = before.next()?;
    let is_member = before.next().is_some_and(|token| token.kind == TokenKind::Dot);
    if last.kind != TokenKind::Name || is_member {
        return None;
    }
    LiteralType::from_keyword(last.span.slice(text)?)
}

struct Lexer<'t> {
    text: &'t str,
    position: usize,
    /// Whether only white space and comments were passed so far.
    at_start: bool,
}

impl Lexer<'_> {
    fn rest(&self) -> &str {
        &self.text[self.position..]
    }

    /// The byte `ahead` of the position; 0 behind the end, which no rule looks for.
    fn byte(&self, ahead: usize) -> u8 {
        self.text.as_bytes().get(self.position + ahead).copied().unwrap_or(0)
    }

    fn skip_while(&mut self, belongs: impl Fn(char) -> bool) {
        let rest = self.rest();
        self.position += rest.find(|character| !belongs(character)).unwrap_or(rest.len());
    }

    fn is_first_on_line(&self) -> bool {
        let before = self.text[..self.position]
            .trim_end_matches(|character| is_white_space(character) && !is_line_end(character));
        before.is_empty() || before.ends_with(is_line_end)
    }

    fn token(&mut self) -> TokenKind {
        let Some(first) = self.rest().chars().next() else { return TokenKind::Unknown };
        if is_white_space(first) {
            self.skip_while(is_white_space);
            return TokenKind::Whitespace;
        }
        if first == '/' && self.byte(1) == b'/' {
            self.skip_while(|character| character != '\n' && character != '\r');
            return TokenKind::Comment;
        }
        if first == '#' && self.at_start && self.is_first_on_line() {
            self.skip_while(|character| character != '\n' && character != '\r');
            return TokenKind::Comment;
        }
        if let Some(string) = self.string() {
            return TokenKind::String(string);
        }
        if first.is_ascii_digit() {
            return self.number();
        }
        if is_name_start(first) {
            self.position += first.len_utf8();
            self.skip_while(is_name_part);
            return TokenKind::Name;
        }
        self.symbol(first)
    }

    /// Passes over the inside of a typed literal, up to its closing bracket or the end of the line; `false`
    /// where there is nothing, or a bracket that the line does not close.
    fn raw(&mut self) -> bool {
        let rest = self.rest();
        let line = &rest[..rest.find(['\n', '\r']).unwrap_or(rest.len())];
        let length = match line.find(')') {
            None if line.contains('(') => return false,
            None => line.len(),
            Some(first) if line[..first].contains('(') => balanced(line).unwrap_or(first),
            Some(first) => first,
        };
        self.position += length;
        length > 0
    }

    fn number(&mut self) -> TokenKind {
        let digits = self.digits(0);
        let dotted = if self.byte(digits) == b'.' { self.digits(digits + 1) } else { 0 };
        let number = if dotted > 0 { digits + 1 + dotted } else { digits };
        let unit = self.word(number);
        if TIMESPAN_UNITS.contains(&unit) {
            self.position += number + unit.len();
            return TokenKind::Timespan;
        }
        if self.byte(0) == b'0' && matches!(self.byte(1), b'x' | b'X') {
            let word = self.word(0);
            if word.len() > 2 && word[2..].bytes().all(|byte| byte.is_ascii_hexdigit()) {
                self.position += word.len();
                return TokenKind::Integer;
            }
        }
        if let Some(length) = self.real(digits) {
            self.position += length;
            return TokenKind::Real;
        }
        if self.word(digits).is_empty() {
            self.position += digits;
            return TokenKind::Integer;
        }
        self.position += self.word(0).len();
        TokenKind::Name
    }

    /// Length of the real number whose whole part has `digits` digits.
    fn real(&self, digits: usize) -> Option<usize> {
        let mut length = digits;
        let point = self.byte(length) == b'.'
            && (self.byte(length + 1) != b'.' || self.byte(length + 2) == b'.');
        if point {
            length += 1;
            length += self.digits(length);
        }
        let mut exponent = 0;
        if matches!(self.byte(length), b'e' | b'E') {
            let sign = usize::from(matches!(self.byte(length + 1), b'+' | b'-'));
            let power = self.digits(length + 1 + sign);
            if power > 0 {
                exponent = 1 + sign + power;
            }
        }
        length += exponent;
        ((point || exponent > 0) && self.word(length).is_empty()).then_some(length)
    }

    fn digits(&self, from: usize) -> usize {
        let bytes = self.text.as_bytes().get(self.position + from..).unwrap_or_default();
        bytes.iter().take_while(|byte| byte.is_ascii_digit()).count()
    }

    /// The run of name characters that starts `from` behind the position.
    fn word(&self, from: usize) -> &str {
        let rest = self.text.get(self.position + from..).unwrap_or_default();
        &rest[..rest.find(|character| !is_name_part(character)).unwrap_or(rest.len())]
    }

    fn string(&mut self) -> Option<StringToken> {
        let hidden = matches!(self.byte(0), b'h' | b'H');
        let mut prefix = usize::from(hidden);
        let verbatim = self.byte(prefix) == b'@';
        prefix += usize::from(verbatim);
        let opening = self.text.get(self.position + prefix..).unwrap_or_default();
        let quote = [Quote::Single, Quote::Double, Quote::Backticks, Quote::Tildes]
            .into_iter()
            .find(|quote| opening.starts_with(quote.text()))?;
        let form = match quote {
            Quote::Backticks | Quote::Tildes => StringForm::MultiLine,
            Quote::Single | Quote::Double if verbatim => StringForm::Verbatim,
            Quote::Single | Quote::Double => StringForm::Plain,
        };
        self.position += prefix + quote.text().len();
        let closed = match form {
            StringForm::MultiLine => self.until(quote),
            StringForm::Plain | StringForm::Verbatim => self.line_string(quote, form),
        };
        Some(StringToken { form, quote, hidden, closed })
    }

    fn until(&mut self, quote: Quote) -> bool {
        let found = self.rest().find(quote.text());
        self.position = match found {
            Some(offset) => self.position + offset + quote.text().len(),
            None => self.text.len(),
        };
        found.is_some()
    }

    fn line_string(&mut self, quote: Quote, form: StringForm) -> bool {
        let end = quote.text().as_bytes()[0];
        loop {
            let Some(character) = self.rest().chars().next() else { return false };
            if is_line_end(character) {
                return false;
            }
            let next = self.byte(1);
            if character == char::from(end) {
                if form == StringForm::Verbatim && next == end {
                    self.position += 2;
                    continue;
                }
                self.position += 1;
                return true;
            }
            let escapes = form == StringForm::Plain && character == '\\';
            self.position +=
                if escapes && (next == end || next == b'\\') { 2 } else { character.len_utf8() };
        }
    }

    fn symbol(&mut self, first: char) -> TokenKind {
        use TokenKind as Kind;
        let (kind, length) = match (self.byte(0), self.byte(1)) {
            (b'(', _) => (Kind::OpenParenthesis, 1),
            (b')', _) => (Kind::CloseParenthesis, 1),
            (b'[', _) => (Kind::OpenBracket, 1),
            (b']', _) => (Kind::CloseBracket, 1),
            (b'{', _) => (Kind::OpenBrace, 1),
            (b'}', _) => (Kind::CloseBrace, 1),
            (b'|', _) => (Kind::Pipe, 1),
            (b',', _) => (Kind::Comma, 1),
            (b';', _) => (Kind::Semicolon, 1),
            (b':', _) => (Kind::Colon, 1),
            (b'.', b'.') => (Kind::DotDot, 2),
            (b'.', _) => (Kind::Dot, 1),
            (b'=', b'=') => (Kind::Equal, 2),
            (b'=', b'~') => (Kind::EqualTilde, 2),
            (b'=', b'>') => (Kind::Arrow, 2),
            (b'=', _) => (Kind::Assign, 1),
            (b'!', b'=') | (b'<', b'>') => (Kind::NotEqual, 2),
            (b'!', b'~') => (Kind::BangTilde, 2),
            (b'!', _) => (Kind::Bang, 1),
            (b'<', b'=') => (Kind::LessEqual, 2),
            (b'<', _) => (Kind::Less, 1),
            (b'>', b'=') => (Kind::GreaterEqual, 2),
            (b'>', _) => (Kind::Greater, 1),
            (b'+', _) => (Kind::Plus, 1),
            (b'-', _) => (Kind::Minus, 1),
            (b'*', _) => (Kind::Star, 1),
            (b'/', _) => (Kind::Slash, 1),
            (b'%', _) => (Kind::Percent, 1),
            (b'~', _) => (Kind::Tilde, 1),
            (b'@', _) => (Kind::At, 1),
            (b'?', _) => (Kind::Question, 1),
            _ => (Kind::Unknown, first.len_utf8()),
        };
        self.position += length;
        kind
    }
}

/// Length of what stands before the bracket that closes more than `line` opens. No constant has brackets in it: this is
/// a call in its place, so it has no `|`, either.
fn balanced(line: &str) -> Option<usize> {
    let mut depth = 0_usize;
    for (offset, character) in line.char_indices() {
        match character {
            '|' | ';' => return None,
            '(' => depth += 1,
            ')' if depth == 0 => return Some(offset),
            ')' => depth -= 1,
            _ => {}
        }
    }
    None
}

/// Whether a string literal of one line ends before `character`.
pub(crate) const fn is_line_end(character: char) -> bool {
    matches!(character, '\n' | '\r' | '\u{2028}' | '\u{2029}')
}

fn is_white_space(character: char) -> bool {
    character.is_whitespace() || matches!(character, '\u{feff}' | '\u{200b}')
}

fn is_name_start(character: char) -> bool {
    character.is_ascii_alphabetic() || matches!(character, '_' | '$')
}

fn is_name_part(character: char) -> bool {
    character.is_ascii_alphanumeric() || character == '_'
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The kinds and texts of the tokens that are not white space.
    fn lexed(text: &str) -> Vec<(TokenKind, &str)> {
        tokenize(text)
            .into_iter()
            .filter(|token| token.kind != TokenKind::Whitespace)
            .map(|token| (token.kind, token.span.slice(text).unwrap()))
            .collect()
    }

    fn kinds(text: &str) -> Vec<TokenKind> {
        lexed(text).into_iter().map(|(kind, _)| kind).collect()
    }

    fn string(text: &str) -> StringToken {
        match kinds(text).as_slice() {
            [TokenKind::String(string)] => *string,
            other => panic!("{text} is {other:?}"),
        }
    }

    #[test]
    fn numbers_and_timespans_are_told_apart() {
        use TokenKind::{Integer, Name, Real, Timespan};
        for (text, kind) in [
            ("42", Integer),
            ("0x1F", Integer),
            ("1.5", Real),
            ("1.", Real),
            ("1e3", Real),
            ("1.5E-10", Real),
            ("1d", Timespan),
            ("1.5h", Timespan),
            ("100ms", Timespan),
            ("2microsecond", Timespan),
            ("1tick", Timespan),
            ("4625Events", Name),
            ("1days2", Name),
        ] {
            assert_eq!(lexed(text), [(kind, text)]);
        }
    }

    #[test]
    fn two_dots_after_a_number_are_a_range() {
        assert_eq!(kinds("1..5"), [TokenKind::Integer, TokenKind::DotDot, TokenKind::Integer]);
        assert_eq!(kinds("1.5..2.5"), [TokenKind::Real, TokenKind::DotDot, TokenKind::Real]);
    }

    #[test]
    fn string_forms_are_told_apart() {
        let plain = string(r#""a\"b""#);
        assert_eq!((plain.form, plain.quote), (StringForm::Plain, Quote::Double));
        assert_eq!(string("'a'").quote, Quote::Single);
        assert_eq!(string(r"@'C:\'").form, StringForm::Verbatim);
        assert_eq!(string("@'it''s'").form, StringForm::Verbatim);
        assert_eq!(string("```a\n'b\"```").form, StringForm::MultiLine);
        assert_eq!(string("~~~a~~~").quote, Quote::Tildes);
        assert!(string("h'secret'").hidden && string("H@\"secret\"").hidden);
    }

    #[test]
    fn a_string_without_its_quote_ends_with_the_line() {
        let text = "'abc\ndef";
        let tokens = tokenize(text);
        assert_eq!(tokens[0].span, Span::new(0, 4));
        assert!(matches!(tokens[0].kind, TokenKind::String(string) if !string.closed));
    }

    #[test]
    fn the_inside_of_a_typed_literal_is_one_token() {
        let found = lexed("datetime(2024-05-01T10:00:00Z)");
        assert_eq!(found[2], (TokenKind::Raw(LiteralType::Datetime), "2024-05-01T10:00:00Z"));
        assert_eq!(found[3].0, TokenKind::CloseParenthesis);
        let found = lexed("guid (74be27de)");
        assert_ne!(found[2].0, TokenKind::Raw(LiteralType::Guid));
    }

    #[test]
    fn a_placeholder_in_a_template_stands_in_the_literal_around_it() {
        let template =
            "T | where a == '{name}' and b > datetime({start}) // {note}\n| where {clause}";
        let around = |placeholder: &str| {
            let at = template.find(placeholder).unwrap();
            let token = tokenize(template)
                .into_iter()
                .find(|token| token.span.start <= at && at < token.span.end);
            token.unwrap().kind
        };
        assert!(
            matches!(around("{name}"), TokenKind::String(string) if string.form == StringForm::Plain)
        );
        assert_eq!(around("{start}"), TokenKind::Raw(LiteralType::Datetime));
        assert_eq!(around("{note}"), TokenKind::Comment);
        assert_eq!(around("{clause}"), TokenKind::OpenBrace);
    }

    #[test]
    fn a_hash_is_a_directive_only_at_the_start_of_a_line() {
        assert_eq!(kinds("  #connect x\nT"), [TokenKind::Comment, TokenKind::Name]);
        assert_eq!(kinds("T # x"), [TokenKind::Name, TokenKind::Unknown, TokenKind::Name]);
        assert_eq!(kinds("T\n#x"), [TokenKind::Name, TokenKind::Unknown, TokenKind::Name]);
    }

    #[test]
    fn operators_take_the_longest_symbol() {
        use TokenKind as Kind;
        assert_eq!(
            kinds("== =~ => = != <> !~ ! <= < >= > .. ."),
            [
                Kind::Equal,
                Kind::EqualTilde,
                Kind::Arrow,
                Kind::Assign,
                Kind::NotEqual,
                Kind::NotEqual,
                Kind::BangTilde,
                Kind::Bang,
                Kind::LessEqual,
                Kind::Less,
                Kind::GreaterEqual,
                Kind::Greater,
                Kind::DotDot,
                Kind::Dot,
            ]
        );
    }
}
