//! Defanged writing: indicators made harmless for people to share, and back.
//!
//! Read: `[.] (.) {.} [dot] (dot) {dot}`, `[at] (at) {at} [@] (@) {@}`, `[:]`, `[://]`, `hxxp`, in any
//! case. Written: `hxxps[:]//evil[.]example[.]net`.

use std::borrow::Cow;
use std::ops::Range;

use memchr::{memchr2_iter, memchr3_iter};

use crate::{Indicator, IndicatorKind};

/// A text with its defanged parts put back, and the way from its offsets to those of the original.
pub(crate) struct Refanged<'a> {
    pub(crate) text: Cow<'a, str>,
    edits: Vec<Edit>,
}

/// One replaced part.
struct Edit {
    original: Range<usize>,
    replaced: Range<usize>,
}

impl<'a> Refanged<'a> {
    /// Reads `original`; borrows it where nothing is defanged. O(length) time.
    pub(crate) fn new(original: &'a str) -> Self {
        let mut parts = defanged_parts(original);
        if parts.is_empty() {
            return Self { text: Cow::Borrowed(original), edits: Vec::new() };
        }
        parts.sort_by_key(|(range, _)| range.start);
        let mut text = String::with_capacity(original.len());
        let mut edits = Vec::with_capacity(parts.len());
        let mut copied = 0;
        for (range, replacement) in parts {
            let Some(kept) = original.get(copied..range.start) else { continue };
            text.push_str(kept);
            let start = text.len();
            text.push_str(replacement);
            copied = range.end;
            edits.push(Edit { original: range, replaced: start..text.len() });
        }
        text.push_str(original.get(copied..).unwrap_or_default());
        Self { text: Cow::Owned(text), edits }
    }

    /// The span of the original text that `span` of the refanged text came from.
    pub(crate) fn original(&self, span: &Range<usize>) -> Range<usize> {
        self.offset(span.start, |edit| edit.start)..self.offset(span.end, |edit| edit.end)
    }

    /// Whether any part of `span` of the refanged text was defanged.
    pub(crate) fn is_defanged(&self, span: &Range<usize>) -> bool {
        let next = self.edits.partition_point(|edit| edit.replaced.end <= span.start);
        self.edits.get(next).is_some_and(|edit| edit.replaced.start < span.end)
    }

    fn offset(&self, offset: usize, side: impl Fn(&Range<usize>) -> usize) -> usize {
        let next = self.edits.partition_point(|edit| edit.replaced.end <= offset);
        match self.edits.get(next) {
            Some(edit) if edit.replaced.start < offset => side(&edit.original),
            _ => match next.checked_sub(1).and_then(|last| self.edits.get(last)) {
                Some(last) => last.original.end + (offset - last.replaced.end),
                None => offset,
            },
        }
    }
}

fn defanged_parts(text: &str) -> Vec<(Range<usize>, &'static str)> {
    let bytes = text.as_bytes();
    let brackets = memchr3_iter(b'[', b'(', b'{', bytes).filter_map(|at| bracketed(bytes, at));
    let schemes = memchr2_iter(b'x', b'X', bytes).filter_map(|at| scheme(bytes, at));
    brackets.chain(schemes).collect()
}

/// `[.]` and its like at `at`, between characters that an indicator can have there.
fn bracketed(bytes: &[u8], at: usize) -> Option<(Range<usize>, &'static str)> {
    const LONGEST: usize = 3;
    let close = match bytes[at] {
        b'[' => b']',
        b'(' => b')',
        _ => b'}',
    };
    let rest = &bytes[at + 1..];
    let length = rest.iter().take(LONGEST + 1).position(|byte| *byte == close)?;
    let end = at + length + 2;
    let after = bytes.get(end).copied().unwrap_or(b' ');
    let is_word = |byte: u8| byte.is_ascii_alphanumeric() || byte >= 0x80;
    let before = at.checked_sub(1).map_or(b' ', |before| bytes[before]);
    let joins = is_word(before) && is_word(after);
    let replacement = match &rest[..length] {
        b"." if joins => ".",
        b"@" if joins => "@",
        b"://" if is_word(before) && end < bytes.len() => "://",
        // `::1` begins with colons, `2001:db8::` ends with them.
        b":" if matches!(before, b']' | b':') && !is_word(after) => ":",
        b":" if matches!(after, b'[' | b':') => ":",
        b":" if after == b'/' || after.is_ascii_hexdigit() => {
            (is_word(before) || matches!(before, b']' | b':')).then_some(":")?
        }
        word if joins && word.eq_ignore_ascii_case(b"dot") => ".",
        word if joins && word.eq_ignore_ascii_case(b"at") => "@",
        _ => return None,
    };
    Some((at..end, replacement))
}

/// `hxxp` around the `x` at `at`, before `s`, `:` or a bracket.
fn scheme(bytes: &[u8], at: usize) -> Option<(Range<usize>, &'static str)> {
    let start = at.checked_sub(1)?;
    let word = bytes.get(start..start + 4)?;
    let next = *bytes.get(start + 4)?;
    (word.eq_ignore_ascii_case(b"hxxp") && matches!(next, b's' | b'S' | b':' | b'[' | b'('))
        .then_some((start..start + 4, "http"))
}

/// `indicator` in a form that no program makes a link of.
pub(crate) fn defang(indicator: &Indicator) -> String {
    let value = &indicator.value;
    match indicator.kind {
        IndicatorKind::Ipv4 | IndicatorKind::Domain => value.replace('.', "[.]"),
        IndicatorKind::Ipv6 => value.replace(':', "[:]"),
        IndicatorKind::Email => value.replace('@', "[@]").replace('.', "[.]"),
        IndicatorKind::Url => defang_url(value),
        IndicatorKind::Md5 | IndicatorKind::Sha1 | IndicatorKind::Sha256 => value.clone(),
    }
}

fn defang_url(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else { return url.to_owned() };
    let authority = rest.find(['/', '?']).unwrap_or(rest.len());
    let (host, path) = rest.split_at(authority);
    let scheme = if scheme.starts_with("http") {
        scheme.replacen("http", "hxxp", 1)
    } else {
        scheme.to_owned()
    };
    format!("{scheme}[:]//{}{path}", host.replace('.', "[.]"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_without_defanged_parts_is_borrowed() {
        assert!(matches!(Refanged::new("f(x)[0].y {.} [.]").text, Cow::Borrowed(_)));
    }

    #[test]
    fn every_form_is_put_back() {
        let text = "hxxps[:]//a[.]b(.)c{.}d[dot]e(DOT)f u[at]v[.]w hXXp[://]g 2001[:]db8[:][:]1";
        assert_eq!(Refanged::new(text).text, "https://a.b.c.d.e.f u@v.w http://g 2001:db8::1");
    }

    #[test]
    fn spans_lead_back_to_the_original() {
        let refanged = Refanged::new("é hxxp://evil[.]com x");
        let start = refanged.text.find("http").unwrap();
        let span = start..start + "http://evil.com".len();
        assert_eq!(&refanged.text[span.clone()], "http://evil.com");
        assert_eq!(&"é hxxp://evil[.]com x"[refanged.original(&span)], "hxxp://evil[.]com");
        assert!(refanged.is_defanged(&span));
        assert!(!refanged.is_defanged(&(0..2)));
    }

    #[test]
    fn defanging_and_extracting_gives_the_indicator_back() {
        for text in [
            "1.2.3.4",
            "2001:db8::1",
            "::1",
            "2001:db8::",
            "1::",
            "a.evil.com",
            "https://evil.com/a.b?c=d.e",
            "x@evil.com",
            "ldap://1.2.3.4/x",
        ] {
            let indicator = Indicator::parse(text).unwrap();
            let written = indicator.defang();
            assert_ne!(written, indicator.value);
            let [found] = crate::extract(&written).try_into().unwrap();
            assert_eq!(found.indicator, indicator);
            assert!(found.defanged);
        }
    }
}
