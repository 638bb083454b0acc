//! Host and domain names: each label becomes its token, the public suffix stays.
//!
//! A trailing dot, leading `\\`, a port and the labels of DNS service records stay too. An address where
//! a host is expected goes through the map of addresses, also in the order of reverse look-ups
//! (`4.3.2.1.in-addr.arpa`).

use std::sync::Arc;

use psl::Psl;

use crate::composed;
use crate::ip::{self, Ips};
use crate::label::{Composition, LabelTokens, LastSuffix, Lesson};
use crate::string::StringTokens;
use crate::transform::{
    NEVER, Texts, Transform, canonical_identifier, is_placeholder, is_same_name,
};
use crate::well_known;

/// The longest name that DNS allows, with its trailing dot.
const LONGEST_NAME: usize = 254;

const REVERSE_SUFFIX: &str = ".in-addr.arpa";

/// Host names as text.
pub(crate) struct Hosts {
    labels: Arc<LabelTokens>,
    ips: Arc<Ips>,
    strings: Arc<StringTokens>,
}

impl Hosts {
    pub(crate) fn new(labels: Arc<LabelTokens>, ips: Arc<Ips>, strings: Arc<StringTokens>) -> Self {
        Self { labels, ips, strings }
    }

    /// Composes one host, without ending the row.
    #[inline]
    pub(crate) fn compose(&self, text: &str, out: &mut Composition) {
        // Neighbouring rows often have one domain, as a whole or after a label of their own.
        if out.remembers(text) {
            out.repeat();
        } else if let Some((label, domain)) = split_label(text)
            && out.remembers_domain(domain)
        {
            out.label(label);
            out.keep(".");
            out.repeat();
        } else {
            self.compose_new(text, out);
        }
    }

    fn compose_new(&self, text: &str, out: &mut Composition) {
        let name = text.trim_start_matches('\\');
        out.keep(&text[..text.len() - name.len()]);
        if looks_like_address(name)
            && let Some(image) = self.ips.obfuscate(name)
        {
            out.image(name, &image);
            return;
        }
        let (name, port) = split_port(name);
        if !is_name(name) {
            if is_known(name, port) {
                out.keep(name);
                out.keep(port);
            } else {
                out.image(text, token_text(&self.strings.token(text)));
            }
            return;
        }
        if let Some(image) = self.reverse_name(name) {
            out.image(name, &image);
        } else {
            compose_name(name, name.len() == text.len(), out);
        }
        out.keep(port);
    }

    /// The image of `d.c.b.a.in-addr.arpa`.
    fn reverse_name(&self, name: &str) -> Option<String> {
        let at = name.len().checked_sub(REVERSE_SUFFIX.len())?;
        let (octets, suffix) = (name.get(..at)?, name.get(at..)?);
        suffix.eq_ignore_ascii_case(REVERSE_SUFFIX).then_some(())?;
        let address: std::net::Ipv4Addr = octets.parse().ok()?;
        let mut image = String::with_capacity(32);
        ip::spell_reversed(self.ips.map_v4(u32::from(address).swap_bytes())?, &mut image);
        image.push_str(suffix);
        Some(image)
    }
}

impl Transform for Hosts {
    fn write(&self, texts: &[&str], out: &mut Texts) {
        let mut composition = Composition::with_capacity(texts.len());
        for text in texts {
            self.compose(text, &mut composition);
            composition.end_row();
        }
        self.labels.write(&composition, out);
    }

    fn is_public(&self, text: &str) -> bool {
        if ip::is_ip(text) {
            return self.ips.is_fixed(text);
        }
        is_placeholder(text) || is_fixed(text)
    }

    fn sensitive_parts(&self, text: &str, found: &mut dyn FnMut(&str)) {
        if !ip::is_ip(text) {
            sensitive_labels(text).for_each(&mut *found);
        }
        canonical_identifier(text, found);
        found(text);
    }

    fn lessons(&self, texts: &[&str], lesson: &mut dyn FnMut(usize, Lesson)) {
        composed::lessons(texts, lesson, |text, out| self.compose(text, out));
    }

    fn write_and_teach(
        &self,
        texts: &[&str],
        out: &mut Texts,
        lesson: &mut dyn FnMut(usize, Lesson),
    ) {
        let compose = |text: &str, out: &mut Composition| self.compose(text, out);
        composed::write_and_teach(&self.labels, texts, out, lesson, compose);
    }

    fn is_same(&self, left: &str, right: &str) -> bool {
        is_same_name(left, right)
    }

    fn domain_bits(&self, text: &str) -> u32 {
        let address = text.trim_start_matches('\\');
        if ip::is_ip(address) { self.ips.domain_bits(address) } else { NEVER }
    }
}

/// Whether a text that is no name stays: a well-known word, with its port. A port alone is none.
fn is_known(name: &str, port: &str) -> bool {
    well_known::is_name(name) && (port.is_empty() || !name.is_empty())
}

/// Composes the labels of a name that [`is_name`].
///
/// What is composed again if it comes again is remembered, if `is_whole`: all but the first label if nothing before that
/// decides where the suffix begins, else the name.
fn compose_name(name: &str, is_whole: bool, out: &mut Composition) {
    let (labels, suffix) = name.split_at(suffix_place(name, &mut out.last_suffix));
    let start = out.mark();
    if let Some((label, domain)) = split_label(name)
        && is_whole
        && labels.len() > label.len()
        && out.last_suffix.decides_longer
        && out.last_suffix.end.len() <= domain.len()
        && domain.bytes().any(|byte| byte.is_ascii_alphabetic())
    {
        out.label(label);
        out.keep(".");
        let start = out.mark();
        compose_labels(&labels[label.len() + 1..], out);
        out.keep(suffix);
        out.remember(domain, start, true);
        return;
    }
    compose_labels(labels, out);
    out.keep(suffix);
    // Where an address may stand, it is looked at first.
    if is_whole && name.bytes().any(|byte| byte.is_ascii_alphabetic()) {
        let is_domain = out.last_suffix.decides_longer
            && out.last_suffix.end.len() <= name.len()
            && !labels.is_empty();
        out.remember(name, start, is_domain);
    }
}

/// Splits a plain first label off a dotted name.
#[inline]
fn split_label(name: &str) -> Option<(&str, &str)> {
    let dot = name
        .bytes()
        .position(|byte| !(byte.is_ascii_alphanumeric() || byte == b'-'))
        .filter(|dot| *dot > 0 && *dot < 64 && name.as_bytes()[*dot] == b'.')?;
    (name.len() <= LONGEST_NAME).then(|| (&name[..dot], &name[dot + 1..]))
}

fn compose_labels(labels: &str, out: &mut Composition) {
    let mut rest = labels;
    while let Some(dot) = memchr::memchr(b'.', rest.as_bytes()) {
        compose_label(&rest[..dot], out);
        out.keep(".");
        rest = &rest[dot + 1..];
    }
    compose_label(rest, out);
}

fn compose_label(label: &str, out: &mut Composition) {
    if label.is_empty() || label.starts_with('_') && well_known::is_dns_label(label) {
        out.keep(label);
    } else {
        out.label(label);
    }
}

/// Where the suffix of `name` begins, its dot included.
///
/// Neighbouring rows often have one domain. `last` is the end of an earlier name that the search did not
/// read beyond, so that it decides the suffix of every name that ends with it.
#[inline]
fn suffix_place(name: &str, last: &mut LastSuffix) -> usize {
    let bytes = name.as_bytes();
    if !last.end.is_empty() && bytes.ends_with(&last.end) {
        let rest = bytes.len() - last.end.len();
        let decides = rest == 0 || last.decides_longer && bytes[rest - 1] == b'.';
        // A name that is a suffix and no more has no dot before it.
        if decides && last.length <= bytes.len() {
            return bytes.len() - last.length;
        }
    }
    let (place, read) = find_suffix(name);
    last.end.clear();
    last.end.extend_from_slice(&bytes[bytes.len() - read.unwrap_or(bytes.len())..]);
    last.decides_longer = read.is_some() && place > 0;
    last.length = bytes.len() - place;
    place
}

/// Splits a name before the dot of its public or private suffix; a single label has none.
fn split_suffix(name: &str) -> (&str, &str) {
    name.split_at(find_suffix(name).0)
}

/// Where the suffix of `name` begins, its dot included, and how many bytes at the end decided that; `None` if
/// it is decided by where the name begins.
fn find_suffix(name: &str) -> (usize, Option<usize>) {
    let bare = name.strip_suffix('.').unwrap_or(name);
    let Some(last_dot) = memchr::memrchr(b'.', bare.as_bytes()) else {
        return (bare.len(), None);
    };
    if well_known::is_private_suffix(&bare[last_dot + 1..]) {
        return (last_dot, Some(name.len() - last_dot - 1));
    }
    let (length, read) = known_suffix(bare);
    let place = match bare.len() - length {
        _ if length == 0 => bare.len(),
        0 => 0,
        start => start - 1,
    };
    (place, read.map(|read| read + name.len() - bare.len()))
}

/// The length of the suffix of `name` that is in the public suffix list, or 0.
fn known_suffix_length(name: &str) -> usize {
    known_suffix(name).0
}

/// The length of the suffix of `name` that is in the public suffix list, or 0, and how many bytes at the end
/// were read for that; `None` if it was read to its beginning and on.
fn known_suffix(name: &str) -> (usize, Option<usize>) {
    let mut lower = [0; LONGEST_NAME];
    let Some(lower) = lower.get_mut(..name.len()) else { return (0, None) };
    lower.copy_from_slice(name.as_bytes());
    lower.make_ascii_lowercase();
    let mut read = Some(0);
    let mut labels = lower.rsplit(|byte| *byte == b'.');
    let counted = std::iter::from_fn(|| {
        let label = labels.next();
        read = read.and_then(|read| Some(read + label?.len() + 1));
        label
    });
    let info = psl::List.find(counted);
    let length = if info.typ.is_some() { info.len } else { 0 };
    (length, read.map(|read: usize| read.saturating_sub(1)))
}

/// Whether `name` can be taken apart at its dots.
fn is_name(name: &str) -> bool {
    !name.is_empty()
        && name.len() <= LONGEST_NAME
        && name.bytes().all(|byte| !OUTSIDE_NAMES[usize::from(byte)])
}

/// Bytes that no name holds.
static OUTSIDE_NAMES: [bool; 256] = {
    let mut outside = [false; 256];
    let mut byte = 0;
    while byte <= b' ' as usize {
        outside[byte] = true;
        byte += 1;
    }
    let marks = b"\x7f\\/@:,;\"'<>|=()[]{}";
    let mut place = 0;
    while place < marks.len() {
        outside[marks[place] as usize] = true;
        place += 1;
    }
    outside
};

fn looks_like_address(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.last().is_some_and(|last| last.is_ascii_hexdigit() || *last == b']')
        && bytes.first().is_some_and(|first| {
            first.is_ascii_digit()
                || matches!(first, b'[' | b':')
                || memchr::memchr(b':', bytes).is_some()
        })
}

/// Splits off `:port`.
fn split_port(name: &str) -> (&str, &str) {
    match name.rfind(':') {
        Some(colon)
            if (2..=6).contains(&(name.len() - colon))
                && name[colon + 1..].bytes().all(|digit| digit.is_ascii_digit()) =>
        {
            name.split_at(colon)
        }
        _ => (name, ""),
    }
}

/// A token as text.
pub(crate) fn token_text(token: &[u8]) -> &str {
    std::str::from_utf8(token).expect("tokens are ASCII")
}

/// Whether `text` is a dotted name under a suffix of the public suffix list.
pub(crate) fn is_fqdn(text: &str) -> bool {
    let name = text.strip_suffix('.').unwrap_or(text);
    name.contains('.')
        && name.split('.').all(|label| {
            (1..=63).contains(&label.len())
                && label
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
        })
        && name.len() <= LONGEST_NAME
        && known_suffix_length(name) > 0
}

/// Whether nothing in `text` says anything about anyone: no label would be replaced.
pub(crate) fn is_fixed(text: &str) -> bool {
    if ip::is_fixed(text) || text.is_empty() {
        return true;
    }
    let (name, port) = split_port(text.trim_start_matches('\\'));
    if !is_name(name) {
        return is_known(name, port);
    }
    sensitive_labels(name).next().is_none()
}

/// The labels of a name that are replaced.
pub(crate) fn sensitive_labels(name: &str) -> impl Iterator<Item = &str> {
    split_suffix(name).0.split('.').filter(|label| {
        !label.is_empty() && !well_known::is_name(label) && !well_known::is_dns_label(label)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ipv4::Ipv4Map;
    use crate::ipv6::Ipv6Map;

    fn hosts() -> Hosts {
        let strings = Arc::new(StringTokens::new(&[3; 16]));
        let labels = Arc::new(LabelTokens::new(&[4; 16], &[5; 16]));
        let ips = Ips::new(Ipv4Map::new(&[1; 16]), Ipv6Map::new(&[2; 16]), Arc::clone(&strings));
        Hosts::new(labels, Arc::new(ips), strings)
    }

    fn obfuscate(text: &str) -> String {
        let mut out = Texts::default();
        hosts().write(&[text], &mut out);
        String::from_utf8(out.bytes).unwrap()
    }

    #[test]
    fn public_suffix_is_kept_and_each_label_is_replaced() {
        let host = obfuscate("host1.contoso.co.uk");
        let parts: Vec<&str> = host.split('.').collect();
        assert_eq!(parts.len(), 4);
        assert_eq!(parts[2..], ["co", "uk"]);
        assert_eq!(parts[0], obfuscate("host1"));
        assert_eq!(parts[1], obfuscate("contoso"));
    }

    #[test]
    fn short_name_has_the_token_of_the_first_label() {
        assert_eq!(
            obfuscate("HOST1.contoso.local"),
            format!("{}.{}.local", obfuscate("HOST1"), obfuscate("contoso"))
        );
        assert_eq!(obfuscate("HOST1$"), obfuscate("HOST1") + "$");
        assert_eq!(obfuscate("\\\\HOST1"), format!("\\\\{}", obfuscate("HOST1")));
        assert_eq!(obfuscate("host1.contoso.com."), obfuscate("host1.contoso.com") + ".");
        assert_eq!(obfuscate("host1.contoso.com:8443"), obfuscate("host1.contoso.com") + ":8443");
    }

    #[test]
    fn single_label_is_replaced_even_if_it_is_a_suffix() {
        assert_eq!(obfuscate("dev").len(), 17);
        assert_eq!(obfuscate("com").len(), 17);
    }

    #[test]
    fn grammar_of_dns_is_kept() {
        let name = obfuscate("_ldap._tcp.contoso.com");
        assert!(name.starts_with("_ldap._tcp."), "{name}");
        assert_eq!(obfuscate("localhost"), "localhost");
        assert_eq!(obfuscate("github.io"), "github.io");
    }

    #[test]
    fn addresses_go_through_the_map_of_addresses() {
        let image = obfuscate("10.1.2.3");
        assert!(image.starts_with("10."), "{image}");
        let mut octets: Vec<&str> = image.split('.').collect();
        octets.reverse();
        assert_eq!(obfuscate("3.2.1.10.in-addr.arpa"), octets.join(".") + ".in-addr.arpa");
    }

    #[test]
    fn text_that_is_no_name_becomes_a_token() {
        for text in ["two words", "a/b", "x=y", "a\tb"] {
            assert_eq!(obfuscate(text).len(), 17, "{text}");
        }
        for text in ["", ".", "-", "\\\\", "NT AUTHORITY"] {
            assert_eq!(obfuscate(text), text);
        }
    }

    #[test]
    fn name_after_another_name_has_the_image_that_it_has_alone() {
        let names = [
            "contoso",
            "a.contoso",
            "local",
            "a.local",
            "b.a.local",
            "amazonaws.com",
            "s3.amazonaws.com",
            "b.s3.amazonaws.com",
            "contoso.com",
            "a.contoso.com",
            "B.a.contoso.com",
            "com",
            "x.com",
            "co.uk",
            "b.co.uk",
            "a.2.3.4",
            "1.2.3.4",
            "2.3.4",
            "b.2.3.4",
            "4.3.2.1.in-addr.arpa",
            "2.1.in-addr.arpa",
            "a.in-addr.arpa",
            "foo.ck",
            "a.foo.ck",
            "b.a.foo.ck",
            "www.ck",
            "a.www.ck",
            "github.io",
            "a.github.io",
            "b.a.github.io",
            "_ldap._tcp.contoso.com",
            "_tcp.contoso.com",
            "a.contoso.com:80",
            "\\\\a.contoso.com",
            "contoso.com.",
            "a.contoso.com.",
            "SYSTEM",
            "a.system",
            "",
            "-",
            "BobSmith.contoso.com",
            "a.BobSmith.contoso.com",
            "f.de",
            "1.f.de",
        ];
        let hosts = hosts();
        for first in names {
            for second in names {
                for third in names {
                    let mut out = Texts::default();
                    hosts.write(&[first, second, third], &mut out);
                    let image = std::str::from_utf8(&out.bytes[out.ends[1]..]).unwrap();
                    let mut alone = Texts::default();
                    hosts.write(&[third], &mut alone);
                    assert_eq!(image.as_bytes(), alone.bytes, "{first} {second} {third}");
                }
            }
        }
    }

    #[test]
    fn suffix_after_another_name_is_the_suffix_alone() {
        let names = [
            "a.contoso.com",
            "b.contoso.com",
            "contoso.com",
            "com",
            "x.com",
            "s3.amazonaws.com",
            "amazonaws.com",
            "b.s3.amazonaws.com",
            "foo.ck",
            "a.foo.ck",
            "www.ck",
            "a.www.ck",
            "ck",
            "b.co.uk",
            "co.uk",
            "uk",
            "a.b.co.uk",
            "github.io",
            "a.github.io",
            "io",
            "x.local",
            "a.x.local",
            "local",
            "a.unknownsuffix",
            "b.a.unknownsuffix",
            "a.contoso.com.",
            "contoso.com.",
            "com.",
            "a..com",
            "..com",
            ".com",
            "A.Contoso.COM",
        ];
        for first in names {
            for second in names {
                let mut last = LastSuffix::default();
                suffix_place(first, &mut last);
                let mut fresh = LastSuffix::default();
                assert_eq!(
                    suffix_place(second, &mut last),
                    suffix_place(second, &mut fresh),
                    "{first} {second}"
                );
                assert_eq!(
                    suffix_place(second, &mut last),
                    split_suffix(second).0.len(),
                    "{first} {second}"
                );
            }
        }
    }

    #[test]
    fn fqdn_needs_a_known_suffix() {
        assert!(is_fqdn("www.contoso.com") && is_fqdn("a.b.co.uk."));
        assert!(
            !is_fqdn("cmd.exe") && !is_fqdn("contoso") && !is_fqdn("1.2.3.4") && !is_fqdn("a..com")
        );
    }

    #[test]
    fn fixed_names_are_those_that_stay() {
        for text in [
            "localhost",
            "github.io",
            "127.0.0.1",
            "host1.contoso.com",
            "10.0.0.1",
            "",
            "_ldap._tcp.local",
        ] {
            assert_eq!(is_fixed(text), obfuscate(text) == text, "{text}");
        }
    }
}
