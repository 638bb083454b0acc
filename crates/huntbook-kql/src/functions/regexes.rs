//! Regular expressions: RE2's language, which the `regex` crate speaks; no look-around.

use huntbook_diagnostics::{Diagnostic, Span};
use regex::{Regex, RegexBuilder};

use crate::codes;

/// The most memory that one compiled pattern may take, in bytes.
const MOST_BYTES: usize = 10 << 20;

/// The compiled pattern, or `None` where it is not valid.
pub(super) fn compile(pattern: &str) -> Option<Regex> {
    build(pattern).ok()
}

/// Checks a constant pattern when the query is bound.
pub(super) fn check(pattern: &str, span: Span) -> Result<(), Diagnostic> {
    let Err(error) = build(pattern) else {
        return Ok(());
    };
    let reason = error.to_string();
    let reason = reason.lines().last().unwrap_or_default().trim_start_matches("error: ").to_owned();
    Err(Diagnostic::error(codes::BAD_REGEX, format!("regular expression is not valid: {reason}"))
        .at(span))
}

fn build(pattern: &str) -> Result<Regex, regex::Error> {
    let with = |pattern: &str| RegexBuilder::new(pattern).size_limit(MOST_BYTES).build();
    with(pattern).or_else(|error| match with_literal_braces(pattern) {
        literal if literal == pattern => Err(error),
        literal => with(&literal).map_err(|_| error),
    })
}

/// The pattern with each `{` that begins no count escaped: RE2 takes it literally, where this crate refuses it.
fn with_literal_braces(pattern: &str) -> String {
    let mut out = String::with_capacity(pattern.len());
    let mut characters = pattern.char_indices();
    while let Some((position, character)) = characters.next() {
        if character == '{' && !is_count(&pattern[position + 1..]) {
            out.push('\\');
        }
        out.push(character);
        if character == '\\'
            && let Some((_, escaped)) = characters.next()
        {
            out.push(escaped);
            // The brace of `\p{Greek}` and its kin belongs to the escape.
            if "pPxuU".contains(escaped) && characters.as_str().starts_with('{') {
                characters.next();
                out.push('{');
            }
        }
    }
    out
}

/// Whether what stands behind a `{` is `n}`, `n,}` or `n,m}`.
fn is_count(rest: &str) -> bool {
    let Some((inside, _)) = rest.split_once('}') else { return false };
    let (least, most) = inside.split_once(',').unwrap_or((inside, ""));
    let is_number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    !least.is_empty() && is_number(least) && is_number(most)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_brace_that_begins_no_count_is_literal() {
        for (pattern, text) in [
            (r"Vserver\s{\d+[.]\d+}", "Vserver {10.1}"),
            (r"\${[a-z]+}", "${jndi}"),
            (r"a{2,3}b", "aab"),
            (r"\p{Greek}{", "λ{"),
        ] {
            assert!(compile(pattern).is_some_and(|regex| regex.is_match(text)), "{pattern}");
        }
        assert!(compile("(").is_none());
        assert!(compile("a{").is_some_and(|regex| regex.is_match("a{")));
    }
}
