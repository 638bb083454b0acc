//! String literals: what one stands for, and how to write one.

use std::fmt::Write as _;

use crate::lexer::is_line_end;
use crate::token::{StringForm, StringToken};

/// A part of a literal that is not an escape of KQL, as offsets into the literal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct BadEscape {
    pub(crate) start: usize,
    pub(crate) end: usize,
}

/// The characters that a string literal stands for, as [`tokenize`](crate::tokenize) found it. A bad escape stands for
/// itself.
#[must_use]
pub fn string_value(written: &str, token: StringToken) -> String {
    unquote(written, token).0
}

/// The characters that the literal `written` stands for. A bad escape stands for itself and is reported.
pub(crate) fn unquote(written: &str, token: StringToken) -> (String, Option<BadEscape>) {
    let quote = token.quote.text();
    let opening = written.find(quote).map_or(0, |at| at + quote.len());
    let inside = &written[opening..];
    let inside = if token.closed { inside.strip_suffix(quote).unwrap_or(inside) } else { inside };
    match token.form {
        StringForm::MultiLine => (inside.to_owned(), None),
        StringForm::Verbatim => (inside.replace(&quote.repeat(2), quote), None),
        StringForm::Plain => unescape(inside, opening),
    }
}

fn unescape(inside: &str, opening: usize) -> (String, Option<BadEscape>) {
    let mut value = String::with_capacity(inside.len());
    let mut bad = None;
    let mut rest = inside;
    while let Some(backslash) = rest.find('\\') {
        value.push_str(&rest[..backslash]);
        let escape = &rest[backslash..];
        let length = if let Some((character, length)) = escape_at(escape) {
            value.push(character);
            length
        } else {
            let start = opening + (inside.len() - escape.len());
            let length = 1 + escape[1..].chars().next().map_or(0, char::len_utf8);
            bad.get_or_insert(BadEscape { start, end: start + length });
            value.push_str(&escape[..length]);
            length
        };
        rest = &escape[length..];
    }
    value.push_str(rest);
    (value, bad)
}

/// The character that the escape at the start of `text` stands for, and the length of the escape in bytes.
fn escape_at(text: &str) -> Option<(char, usize)> {
    let simple = |character| Some((character, 2));
    match text.as_bytes().get(1)? {
        b'\\' => simple('\\'),
        b'\'' => simple('\''),
        b'"' => simple('"'),
        b'a' => simple('\u{7}'),
        b'b' => simple('\u{8}'),
        b'f' => simple('\u{c}'),
        b'n' => simple('\n'),
        b'r' => simple('\r'),
        b't' => simple('\t'),
        b'v' => simple('\u{b}'),
        b'x' => hexadecimal(text, 2).map(|code| (character(code), 4)),
        b'u' => utf16(text),
        b'U' => hexadecimal(text, 8).map(|code| (character(code), 10)),
        b'0'..=b'7' => Some(octal(text)),
        _ => None,
    }
}

fn hexadecimal(text: &str, digits: usize) -> Option<u32> {
    let digits = text.get(2..2 + digits)?;
    if digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        u32::from_str_radix(digits, 16).ok()
    } else {
        None
    }
}

/// `\uXXXX`, or two of them for a character outside the basic plane.
fn utf16(text: &str) -> Option<(char, usize)> {
    let first = hexadecimal(text, 4)?;
    let second = if text[6..].starts_with("\\u") { hexadecimal(&text[6..], 4) } else { None };
    if let Some(second) = second
        && (0xd800..0xdc00).contains(&first)
        && (0xdc00..0xe000).contains(&second)
    {
        return Some((character(0x10000 + ((first - 0xd800) << 10) + (second - 0xdc00)), 12));
    }
    Some((character(first), 6))
}

/// One to three octal digits, at most 255.
fn octal(text: &str) -> (char, usize) {
    let digits =
        text.as_bytes()[1..].iter().take_while(|byte| (b'0'..=b'7').contains(byte)).count();
    let most = if text.as_bytes()[1] <= b'3' { 3 } else { 2 };
    let digits = digits.min(most);
    let code = u32::from_str_radix(&text[1..=digits], 8).unwrap_or(0);
    (character(code), digits + 1)
}

fn character(code: u32) -> char {
    char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER)
}

/// A KQL string literal that stands for exactly `value`, on one line, whatever it holds.
///
/// Quotes, backslashes, control characters, line separators and the characters that change the direction of
/// text are escaped; everything else stands as it is.
///
/// ```
/// assert_eq!(huntbook_kql_syntax::quote_string(r#"C:\Temp "x""#), r#""C:\\Temp \"x\"""#);
/// ```
#[must_use]
pub fn quote_string(value: &str) -> String {
    let mut literal = String::with_capacity(value.len() + 2);
    literal.push('"');
    for character in value.chars() {
        match character {
            '"' => literal.push_str("\\\""),
            '\\' => literal.push_str("\\\\"),
            '\n' => literal.push_str("\\n"),
            '\r' => literal.push_str("\\r"),
            '\t' => literal.push_str("\\t"),
            other if must_escape(other) => {
                // Every character of `must_escape` is in the basic plane.
                let _ = write!(literal, "\\u{:04x}", u32::from(other));
            }
            other => literal.push(other),
        }
    }
    literal.push('"');
    literal
}

fn must_escape(character: char) -> bool {
    character.is_control()
        || is_line_end(character)
        || matches!(
            character,
            '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}'
        )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lexer::tokenize;
    use crate::token::TokenKind;

    fn value(literal: &str) -> String {
        match tokenize(literal).as_slice() {
            [token] => match token.kind {
                TokenKind::String(string) => unquote(literal, string).0,
                other => panic!("{literal} is {other:?}"),
            },
            other => panic!("{literal} is {other:?}"),
        }
    }

    #[test]
    fn escapes_of_a_plain_string_stand_for_their_characters() {
        assert_eq!(value(r#""a\tb\n\\\"\'""#), "a\tb\n\\\"'");
        assert_eq!(value(r"'\x41\u00e9\U0001F600\101\0'"), "A\u{e9}\u{1F600}A\0");
        assert_eq!(value(r"'\ud83d\ude00'"), "\u{1F600}");
        assert_eq!(value(r"'\ud83d'"), "\u{fffd}");
    }

    #[test]
    fn a_verbatim_string_knows_only_the_doubled_quote() {
        assert_eq!(value(r"@'C:\new'"), r"C:\new");
        assert_eq!(value(r#"@"say ""hi""""#), r#"say "hi""#);
        assert_eq!(value(r#"h@'it''s "x"'"#), r#"it's "x""#);
    }

    #[test]
    fn a_multi_line_string_stands_for_itself() {
        assert_eq!(value("```a\\n\n'b'```"), "a\\n\n'b'");
    }

    #[test]
    fn a_bad_escape_stands_for_itself() {
        assert_eq!(value(r"'C:\data'"), r"C:\data");
    }

    #[test]
    fn a_quoted_string_is_one_line_without_control_characters() {
        let literal = quote_string("a\u{0}\u{1b}\n\u{2028}\u{202e}\u{85}\"\\");
        assert_eq!(literal, r#""a\u0000\u001b\n\u2028\u202e\u0085\"\\""#);
        assert_eq!(value(&literal), "a\u{0}\u{1b}\n\u{2028}\u{202e}\u{85}\"\\");
    }
}
