//! E-mail addresses and user principal names, in lower case.
//!
//! The address is one indicator; its domain is not reported a second time.

use std::ops::Range;

use super::domain;

/// Longest local part (RFC 5321).
const LONGEST_LOCAL: usize = 64;

/// The address at `span` of `text`, which holds an `@`, with the span without leading punctuation.
pub(crate) fn read(text: &str, span: &Range<usize>) -> Option<(String, Range<usize>)> {
    let word = text.get(span.clone())?;
    let trimmed = word.trim_start_matches(['.', '-', '%', '+']);
    let (local, rest) = trimmed.split_once('@')?;
    let name = rest.split('@').next()?.trim_end_matches(['.', '-', '_', '%', '+']);
    let value = normalise(local, name)?;
    let start = span.start + (word.len() - trimmed.len());
    Some((value, start..start + local.len() + 1 + name.len()))
}

/// `text` as an address with a known public suffix, in lower case, its domain in ASCII.
pub(crate) fn parse(text: &str) -> Option<String> {
    let (local, name) = text.split_once('@')?;
    normalise(local, name)
}

fn normalise(local: &str, name: &str) -> Option<String> {
    let shaped = !local.is_empty()
        && local.len() <= LONGEST_LOCAL
        && !local.ends_with('.')
        && !local.contains("..")
        && local.chars().all(|c| c.is_alphanumeric() || "._%+-'!#$&*/=?^`{|}~".contains(c));
    let name = domain::normalise(name).filter(|name| domain::is_public(name))?;
    shaped.then(|| format!("{}@{name}", local.to_lowercase()))
}

#[cfg(test)]
mod tests {
    use crate::{IndicatorKind, extract};

    #[test]
    fn an_address_is_one_indicator_and_its_domain_is_not_a_second() {
        let found = extract("mailto:Ada.King+x@Contoso.COM.");
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].indicator.kind, IndicatorKind::Email);
        assert_eq!(found[0].indicator.value, "ada.king+x@contoso.com");
        assert_eq!(found[0].span, 7..29);
    }

    #[test]
    fn a_defanged_address_is_found() {
        let found = extract("ada[at]evil[dot]example[.]net");
        assert_eq!(found[0].indicator.value, "ada@evil.example.net");
        assert!(found[0].defanged);
    }

    #[test]
    fn an_unknown_suffix_is_no_address() {
        assert!(extract("user@host a@b.c svc@srv.contoso.local2").is_empty());
    }
}
