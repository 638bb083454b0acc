//! Regular expressions: RE2's language, which the `regex` crate speaks but for a few spellings; no look-around.

use std::borrow::Cow;

use huntbook_diagnostics::{Diagnostic, Span};
use regex::{Regex, RegexBuilder};

use crate::codes;

/// The most memory that one compiled pattern may take, in bytes.
const MOST_BYTES: usize = 10 << 20;

/// The compiled pattern, or `None` where it is not valid.
pub(crate) fn compile(pattern: &str) -> Option<Regex> {
    build(pattern).ok()
}

/// Checks a constant pattern when the query is bound.
pub(crate) fn check(pattern: &str, span: Span) -> Result<(), Diagnostic> {
    let Err(error) = build(pattern) else { return Ok(()) };
    let reason = error.to_string();
    let reason = reason.lines().last().unwrap_or_default().trim_start_matches("error: ").to_owned();
    Err(Diagnostic::error(codes::BAD_REGEX, format!("regular expression is not valid: {reason}"))
        .at(span))
}

fn build(pattern: &str) -> Result<Regex, regex::Error> {
    let compiled = |pattern: &str| RegexBuilder::new(pattern).size_limit(MOST_BYTES).build();
    compiled(pattern).or_else(|error| match respelt(pattern) {
        Cow::Borrowed(_) => Err(error),
        Cow::Owned(other) => compiled(&other).map_err(|_| error),
    })
}

/// The pattern with what RE2 takes literally escaped: a `{` that begins no repetition, a `[` inside of a class, and
/// `\0` for the character of that code.
fn respelt(pattern: &str) -> Cow<'_, str> {
    let mut out = String::with_capacity(pattern.len() + 8);
    let mut rest = pattern;
    let mut in_class = false;
    while let Some(first) = rest.chars().next() {
        let mut length = first.len_utf8();
        match first {
            '\\' => {
                length += rest[length..].chars().next().map_or(0, char::len_utf8);
                if &rest[..length] == "\\0" {
                    out.push_str("\\x00");
                } else {
                    out.push_str(&rest[..length]);
                }
                // The brace of `\p{Greek}` and its kin belongs to the escape.
                let named = rest[1..].starts_with(['p', 'P', 'x', 'u', 'U']);
                if named && rest[length..].starts_with('{') {
                    out.push('{');
                    length += 1;
                }
            }
            '[' if in_class => {
                if !rest.starts_with("[:") {
                    out.push('\\');
                }
                out.push('[');
            }
            '[' => {
                in_class = true;
                out.push('[');
                // A bracket that closes right behind the opening one stands for itself.
                for literal in ["^]", "]", "^"] {
                    if let Some(behind) = rest[1..].strip_prefix(literal) {
                        out.push_str(&literal.replace(']', "\\]"));
                        length = rest.len() - behind.len();
                        break;
                    }
                }
            }
            ']' => {
                in_class = false;
                out.push(']');
            }
            '{' if !in_class && !begins_repetition(rest) => out.push_str("\\{"),
            other => out.push(other),
        }
        rest = &rest[length..];
    }
    if out == pattern { Cow::Borrowed(pattern) } else { Cow::Owned(out) }
}

/// Whether the text begins with `{n}`, `{n,}` or `{n,m}`.
fn begins_repetition(text: &str) -> bool {
    let Some((inside, _)) = text[1..].split_once('}') else { return false };
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    let (least, most) = inside.split_once(',').unwrap_or((inside, ""));
    !least.is_empty() && digits(least) && digits(most)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_re2_takes_literally_is_taken_literally() {
        for (pattern, text) in [
            (r"a{b}", "a{b}"),
            (r"\s{\d+}", " {12}"),
            ("[[]", "["),
            ("[]a]", "]"),
            ("[^[]", "x"),
            (r"\0", "\0"),
            ("a{2}", "aa"),
            ("[[:alpha:]]", "b"),
        ] {
            assert!(compile(pattern).unwrap().is_match(text), "{pattern}");
        }
        assert!(compile("(?=a)").is_none());
        assert!(compile("(").is_none());
    }
}
