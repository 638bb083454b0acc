//! Indicators in running text.
//!
//! The text is read once: defanged parts are put back, then each *word* (a run of the characters that
//! addresses, names and digests are made of) is tried as what its characters allow. A URL reaches
//! further than its word.

use std::ops::Range;

use super::encoded::encoded_texts;
use super::refang::Refanged;
use super::{class, digest, domain, email, ipv4, ipv6, url};
use crate::{Indicator, IndicatorKind};

/// An indicator and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// What was found.
    pub indicator: Indicator,
    /// Its bytes in the text; of an encoded one, those of the whole base64.
    pub span: Range<usize>,
    /// Whether it was written so that nothing makes a link of it, which says that a person took it for
    /// malicious.
    pub defanged: bool,
    /// Whether it stood inside base64.
    pub encoded: bool,
}

/// Every indicator in `text`, in the order of their places.
///
/// The same indicator at two places is found twice. A URL or an e-mail address is one indicator: its
/// host is not found again. What is skipped, and why, is documented with each kind.
///
/// # Complexity
///
/// O(length) time for any text.
///
/// ```
/// use huntbook_intel::extract;
///
/// let found = extract("beacon to evil[.]example[.]net and 203.0.113.9:443");
/// assert_eq!(found[0].indicator.value, "evil.example.net");
/// assert!(found[0].defanged);
/// assert_eq!(found[1].indicator.value, "203.0.113.9");
/// ```
#[must_use]
pub fn extract(text: &str) -> Vec<Found> {
    let mut found = Vec::new();
    extract_plain(text, &mut found);
    let plain = found.len();
    let mut inside = Vec::new();
    for (span, decoded) in encoded_texts(text) {
        extract_plain(&decoded, &mut inside);
        found.extend(inside.drain(..).map(|found| Found {
            span: span.clone(),
            encoded: true,
            ..found
        }));
    }
    if plain < found.len() {
        found.sort_by_key(|found| found.span.start);
    }
    found
}

fn extract_plain(text: &str, found: &mut Vec<Found>) {
    let refanged = Refanged::new(text);
    let mut reader = Reader { refanged: &refanged, text: &refanged.text, found };
    reader.read(0..refanged.text.len(), Urls::Read);
}

/// Whether URLs are looked for.
#[derive(Clone, Copy, PartialEq)]
enum Urls {
    Read,
    /// Inside what looked like a URL and is none: reading it once more keeps the time linear.
    Ignore,
}

struct Reader<'a> {
    refanged: &'a Refanged<'a>,
    text: &'a str,
    found: &'a mut Vec<Found>,
}

impl Reader<'_> {
    fn read(&mut self, within: Range<usize>, urls: Urls) {
        let bytes = &self.text.as_bytes()[..within.end];
        let mut at = within.start;
        while at < bytes.len() {
            let start = at;
            let mut classes = 0;
            while let Some(class) = bytes.get(at).map(|byte| class::OF[usize::from(*byte)])
                && class != 0
            {
                classes |= class;
                at += 1;
            }
            if at == start {
                at += 1;
                continue;
            }
            let colon = at - 1;
            if urls == Urls::Read
                && bytes[colon] == b':'
                && bytes[at..].starts_with(b"//")
                && let Some(scheme) = url::scheme_start(self.text, start, colon)
                && url::has_host(&self.text[at + 2..])
            {
                self.word(start..scheme);
                let (value, span) = url::read(self.text, scheme, colon);
                at = span.end;
                match value {
                    Some(value) => self.report(Indicator { kind: IndicatorKind::Url, value }, span),
                    None => self.read(span, Urls::Ignore),
                }
                continue;
            }
            self.classed_word(start..at, classes);
        }
    }

    fn word(&mut self, span: Range<usize>) {
        let classes = self
            .bytes(&span)
            .iter()
            .fold(0, |classes, byte| classes | class::OF[usize::from(*byte)]);
        self.classed_word(span, classes);
    }

    fn classed_word(&mut self, span: Range<usize>, classes: u8) {
        if classes & class::BEYOND_ASCII != 0 {
            self.word_beyond_ascii(span);
        } else if classes & class::COLON != 0 {
            self.word_with_colons(span);
        } else if classes & class::AT != 0 {
            self.word_with_at(span);
        } else if classes & class::DOT != 0 {
            self.word_with_dots(span, classes);
        } else if classes & !(class::DIGIT | class::HEX_LETTER) == 0 {
            self.digest(span);
        }
    }

    /// Letters of any script are part of names; other characters beyond ASCII (quotes, dashes, spaces)
    /// end words.
    fn word_beyond_ascii(&mut self, span: Range<usize>) {
        let is_part = |c: char| {
            c.is_ascii() || c.is_alphanumeric() || matches!(c, '\u{3002}' | '\u{ff0e}' | '\u{ff61}')
        };
        for part in self.split(&span, |c| !is_part(c)) {
            if self.bytes(&part).is_ascii() {
                self.word(part);
                continue;
            }
            let before = self.found.len();
            for piece in self.split(&part, |c| c == ':' || c == '@') {
                self.domain(&piece);
            }
            if before == self.found.len() {
                for piece in self.split(&part, |c| !c.is_ascii()) {
                    self.word(piece);
                }
            }
        }
    }

    fn word_with_colons(&mut self, span: Range<usize>) {
        let opened = self.text[span.clone()].trim_end_matches('.');
        let whole = span.start..span.start + opened.len();
        if self.ipv6(&whole) {
            return;
        }
        if let Some((key, rest)) = opened.split_once(':')
            && !key.bytes().all(|byte| byte.is_ascii_hexdigit())
            && rest.contains(':')
            && self.ipv6(&(whole.end - rest.len()..whole.end))
        {
            return;
        }
        for part in self.split(&span, |c| c == ':') {
            self.word(part);
        }
    }

    fn word_with_at(&mut self, span: Range<usize>) {
        if let Some((value, span)) = email::read(self.text, &span) {
            self.report(Indicator { kind: IndicatorKind::Email, value }, span);
            return;
        }
        for part in self.split(&span, |c| c == '@') {
            self.word(part);
        }
    }

    fn word_with_dots(&mut self, span: Range<usize>, classes: u8) {
        if classes & class::JOINER == 0 {
            self.dotted(&span);
            return;
        }
        for mut part in self.split(&span, |c| c == '%' || c == '+') {
            let bytes = self.text.as_bytes();
            let escaped = part.start > span.start && bytes[part.start - 1] == b'%';
            if escaped
                && self.bytes(&part).iter().take(2).filter(|byte| byte.is_ascii_hexdigit()).count()
                    == 2
            {
                part.start += 2;
            }
            self.dotted(&part);
        }
    }

    fn dotted(&mut self, span: &Range<usize>) {
        let word = &self.text[span.clone()];
        let start = span.start + (word.len() - word.trim_start_matches(['.', '-', '_']).len());
        let end = start.max(span.start + word.trim_end_matches(['.', '-', '_']).len());
        let trimmed = start..end;
        let first =
            self.bytes(&trimmed).iter().position(|byte| *byte == b'.').unwrap_or(trimmed.len());
        if digest::kind_of_length(first).is_some() && self.digest(start..start + first) {
            return;
        }
        if let Some(address) = ipv4::parse(self.bytes(&trimmed)) {
            if ipv4::read(self.text, &trimmed).is_some() || self.refanged.is_defanged(&trimmed) {
                self.report(Indicator::from(std::net::IpAddr::V4(address)), trimmed);
            }
            return;
        }
        self.domain(&trimmed);
    }

    fn domain(&mut self, span: &Range<usize>) {
        let defanged = self.refanged.is_defanged(span);
        if let Some((value, span)) = domain::read(self.text, span, defanged) {
            self.report(Indicator { kind: IndicatorKind::Domain, value }, span);
        }
    }

    fn ipv6(&mut self, span: &Range<usize>) -> bool {
        let text = &self.text[span.clone()];
        let address = ipv6::parse(text).map(|address| (address, text.len())).or_else(|| {
            let shorter = text.strip_suffix(':')?;
            Some((ipv6::parse(shorter)?, shorter.len()))
        });
        if let Some((address, length)) = address {
            self.report(Indicator::from(address), span.start..span.start + length);
        }
        address.is_some()
    }

    fn digest(&mut self, span: Range<usize>) -> bool {
        let word = self.bytes(&span);
        let before = &self.text.as_bytes()[..span.start];
        let kind = digest::kind_of(word).filter(|_| !digest::is_of_something_else(before));
        if let Some(kind) = kind {
            let value = String::from_utf8_lossy(word).to_ascii_lowercase();
            self.report(Indicator { kind, value }, span);
        }
        kind.is_some()
    }

    fn report(&mut self, indicator: Indicator, span: Range<usize>) {
        self.found.push(Found {
            indicator,
            defanged: self.refanged.is_defanged(&span),
            span: self.refanged.original(&span),
            encoded: false,
        });
    }

    fn bytes(&self, span: &Range<usize>) -> &[u8] {
        &self.text.as_bytes()[span.clone()]
    }

    /// The parts of `span` between characters for which `separates` holds, without empty ones.
    fn split(&self, span: &Range<usize>, separates: impl Fn(char) -> bool) -> Vec<Range<usize>> {
        let word = &self.text[span.clone()];
        word.split(separates)
            .filter(|part| !part.is_empty())
            .map(|part| {
                let start = span.start + (part.as_ptr() as usize - word.as_ptr() as usize);
                start..start + part.len()
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn one_line_of_everything_is_read_in_order() {
        let text = "<134>Nov 24 10:11:12 fw CEF:0|Pan|8.1 src=10.1.2.3 dst=198.51.100.7:443 host=cdn.evil.example.net \
                    mac=00:11:22:33:44:55 user=ada.king@contoso.com v6=2001:db8::7 url=https://evil.com/a";
        let found: Vec<_> = extract(text).into_iter().map(|found| found.indicator.value).collect();
        assert_eq!(
            found,
            [
                "10.1.2.3",
                "198.51.100.7",
                "cdn.evil.example.net",
                "ada.king@contoso.com",
                "2001:db8::7",
                "https://evil.com/a"
            ]
        );
    }

    #[test]
    fn a_long_hostile_text_takes_linear_time() {
        for unit in [
            "a:",
            "a@",
            "a.",
            "[.]",
            "%41",
            "http://",
            "http://a.b:99999/",
            "\\a.com",
            "é.",
            "x(",
            "1.2.3.4/",
            "0:",
            "aGVsbG8g",
        ] {
            let text = unit.repeat(400_000 / unit.len());
            let found = extract(&text);
            assert!(found.len() <= text.len());
        }
    }

    proptest! {
        #[test]
        fn any_text_gives_spans_on_its_characters_in_order(text in ".{0,200}") {
            let found = extract(&text);
            prop_assert!(found.iter().all(|found| text.get(found.span.clone()).is_some_and(|text| !text.is_empty())));
            prop_assert!(found.is_sorted_by_key(|found| found.span.start));
        }

        #[test]
        fn any_text_of_the_alphabet_gives_indicators_that_read_back(text in r"[a-f0-9.:@\[\]()/%\\x=é -]{0,80}|(hxxp://|\[\.\]|com|net|[a-c0-9.:]){0,30}") {
            for found in extract(&text) {
                prop_assert!(text.get(found.span.clone()).is_some());
                prop_assert_eq!(Indicator::parse(&found.indicator.value), Some(found.indicator.clone()));
                let written = extract(&found.indicator.defang());
                prop_assert_eq!(written.first().map(|found| &found.indicator), Some(&found.indicator));
            }
        }

        #[test]
        fn any_address_is_found_between_any_separators(bits in 1u32.., before in "[ =\\[<,;]", after in "[ ,;>\\]]") {
            let address = std::net::Ipv4Addr::from(bits).to_string();
            let text = format!("{before}{address}{after}");
            let found = extract(&text);
            prop_assert_eq!(&found[0].indicator.value, &address);
            prop_assert_eq!(found[0].span.clone(), 1..address.len() + 1);
        }
    }
}
