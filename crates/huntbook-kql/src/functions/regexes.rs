//! Regular expressions: RE2's language, which the `regex` crate speaks; no look-around.

use huntbook_diagnostics::{Diagnostic, Span};
use regex::{Regex, RegexBuilder};

use crate::codes;

/// The most memory that one compiled pattern may take, in bytes.
const MOST_BYTES: usize = 10 << 20;

/// The compiled pattern, or `None` where it is not valid.
pub(crate) fn compile(pattern: &str) -> Option<Regex> {
    RegexBuilder::new(pattern).size_limit(MOST_BYTES).build().ok()
}

/// Checks a constant pattern when the query is bound.
pub(crate) fn check(pattern: &str, span: Span) -> Result<(), Diagnostic> {
    let Err(error) = RegexBuilder::new(pattern).size_limit(MOST_BYTES).build() else {
        return Ok(());
    };
    let reason = error.to_string();
    let reason = reason.lines().last().unwrap_or_default().trim_start_matches("error: ").to_owned();
    Err(Diagnostic::error(codes::BAD_REGEX, format!("regular expression is not valid: {reason}"))
        .at(span))
}
