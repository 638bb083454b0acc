//! One indicator: a kind and a normalised value.

use std::fmt;
use std::net::IpAddr;

use super::refang::{self, Refanged};
use super::{digest, domain, email, ipv4, ipv6, url};
use crate::error::quotable;
use crate::{IndicatorKind, IntelError};

/// An address, name, URL or digest that can be looked up.
///
/// Two indicators are the same when kind and value are equal: the value is normalised (lower case,
/// punycode, the shortest spelling of an IPv6 address, no defanged parts).
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Indicator {
    /// What it is.
    pub kind: IndicatorKind,
    /// The normalised value.
    pub value: String,
}

impl Indicator {
    /// The indicator that `text` spells as a whole, defanged or not; `None` where it spells none.
    ///
    /// White space, quotes and brackets around it, a port behind an address and a final dot of a name
    /// are ignored. Names that could be files (`setup.com`) are domains here: the text is a single
    /// value, not a sentence.
    ///
    /// ```
    /// use huntbook_intel::{Indicator, IndicatorKind};
    ///
    /// let found = Indicator::parse("hxxp://evil[.]com").unwrap();
    /// assert_eq!((found.kind, found.value.as_str()), (IndicatorKind::Url, "http://evil.com/"));
    /// assert!(Indicator::parse("12:30:45").is_none());
    /// ```
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let trimmed = trim(text);
        let refanged = Refanged::new(trimmed);
        let text = trim(&refanged.text);
        if text.contains("://") {
            return url::parse(text).map(|value| Self { kind: IndicatorKind::Url, value });
        }
        if let Some(address) = address(text) {
            return Some(Self::from(address));
        }
        if let Some(kind) = digest::kind_of(text.as_bytes()) {
            return Some(Self { kind, value: text.to_ascii_lowercase() });
        }
        if text.contains('@') {
            return email::parse(text).map(|value| Self { kind: IndicatorKind::Email, value });
        }
        let name = domain::normalise(text).filter(|name| domain::is_public(name))?;
        Some(Self { kind: IndicatorKind::Domain, value: name.into_owned() })
    }

    /// The indicator of `kind` that `text` spells, for values whose kind is known, as in a feed.
    ///
    /// More is accepted than by [`parse`](Self::parse): a name may have a suffix that nobody registered
    /// (`srv.corp`), a digest may be all digits.
    ///
    /// # Errors
    ///
    /// [`IntelError::NotAnIndicator`] names the text and the kind.
    pub fn of(kind: IndicatorKind, text: &str) -> Result<Self, IntelError> {
        let refanged = Refanged::new(trim(text));
        let written = trim(&refanged.text);
        let value = match kind {
            IndicatorKind::Ipv4 | IndicatorKind::Ipv6 => address(written)
                .map(Self::from)
                .filter(|found| found.kind == kind)
                .map(|found| found.value),
            IndicatorKind::Domain => address(written)
                .is_none()
                .then(|| domain::normalise(written))
                .flatten()
                .map(Into::into),
            IndicatorKind::Url => url::parse(written),
            IndicatorKind::Email => email::parse(written),
            IndicatorKind::Md5 | IndicatorKind::Sha1 | IndicatorKind::Sha256 => {
                let is_digest = digest::kind_of_length(written.len()) == Some(kind)
                    && written.bytes().all(|byte| byte.is_ascii_hexdigit());
                is_digest.then(|| written.to_ascii_lowercase())
            }
        };
        value
            .map(|value| Self { kind, value })
            .ok_or_else(|| IntelError::NotAnIndicator { text: quotable(text), kind })
    }

    /// The value in a form that no program makes a link of: `hxxps[:]//evil[.]com/x`, `1[.]2[.]3[.]4`.
    #[must_use]
    pub fn defang(&self) -> String {
        refang::defang(self)
    }

    /// The host of a URL or the domain of an e-mail address; `None` for the other kinds.
    #[must_use]
    pub fn host(&self) -> Option<Self> {
        match self.kind {
            IndicatorKind::Url => url::host(&self.value),
            IndicatorKind::Email => {
                let (_, name) = self.value.rsplit_once('@')?;
                Some(Self { kind: IndicatorKind::Domain, value: name.to_owned() })
            }
            _ => None,
        }
    }

    /// Whether it means something else in each network: a private, shared, link-local or loopback
    /// address, a name such as `srv.local`, or a URL or e-mail address on one.
    #[must_use]
    pub fn is_private(&self) -> bool {
        match self.kind {
            IndicatorKind::Ipv4 | IndicatorKind::Ipv6 => match self.value.parse() {
                Ok(IpAddr::V4(address)) => ipv4::is_private(address),
                Ok(IpAddr::V6(address)) => ipv6::is_private(address),
                Err(_) => false,
            },
            IndicatorKind::Domain => domain::is_private(&self.value),
            IndicatorKind::Url | IndicatorKind::Email => {
                self.host().is_some_and(|host| host.is_private())
            }
            IndicatorKind::Md5 | IndicatorKind::Sha1 | IndicatorKind::Sha256 => false,
        }
    }

    /// The name as its readers see it, where punycode hides it: `bücher.example.com` for
    /// `xn--bcher-kva.example.com`.
    #[must_use]
    pub fn unicode(&self) -> Option<String> {
        if self.kind != IndicatorKind::Domain || !self.value.contains("xn--") {
            return None;
        }
        let (name, valid) = idna::domain_to_unicode(&self.value);
        valid.is_ok().then_some(name)
    }
}

impl From<IpAddr> for Indicator {
    fn from(address: IpAddr) -> Self {
        let kind = if address.is_ipv4() { IndicatorKind::Ipv4 } else { IndicatorKind::Ipv6 };
        Self { kind, value: address.to_string() }
    }
}

impl fmt::Display for Indicator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.value)
    }
}

/// `text` without white space, quotes and brackets around it.
fn trim(text: &str) -> &str {
    const OPENING: [char; 6] = ['"', '\'', '`', '<', '(', ','];
    const CLOSING: [char; 7] = ['"', '\'', '`', '>', ')', ',', ';'];
    text.trim().trim_start_matches(OPENING).trim_end_matches(CLOSING).trim()
}

/// The address that `text` spells, with or without brackets, port and zone.
fn address(text: &str) -> Option<IpAddr> {
    if let Some((inside, after)) = text.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        let port = after.is_empty() || after.strip_prefix(':').is_some_and(is_port);
        return port.then(|| address(inside)).flatten();
    }
    let without_port = match text.split_once(':') {
        Some((host, port)) if is_port(port) => host,
        _ => text,
    };
    ipv4::parse(without_port.as_bytes()).map(IpAddr::V4).or_else(|| ipv6::parse(text))
}

fn is_port(text: &str) -> bool {
    text.parse::<u16>().is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> Option<(IndicatorKind, String)> {
        Indicator::parse(text).map(|found| (found.kind, found.value))
    }

    #[test]
    fn a_single_value_is_told_by_its_shape() {
        let cases = [
            (" 8.8.8.8 ", IndicatorKind::Ipv4, "8.8.8.8"),
            ("1.2.3.4:443", IndicatorKind::Ipv4, "1.2.3.4"),
            ("8.8.8[.]8", IndicatorKind::Ipv4, "8.8.8.8"),
            ("fe80::1%eth0", IndicatorKind::Ipv6, "fe80::1"),
            ("[2001:DB8::1]:53", IndicatorKind::Ipv6, "2001:db8::1"),
            ("evil.com.", IndicatorKind::Domain, "evil.com"),
            ("setup.com", IndicatorKind::Domain, "setup.com"),
            ("xn--80ak6aa92e.com", IndicatorKind::Domain, "xn--80ak6aa92e.com"),
            ("<HTTPS://Evil.com/A>", IndicatorKind::Url, "https://evil.com/A"),
            ("Ada.King@contoso.com", IndicatorKind::Email, "ada.king@contoso.com"),
            (
                "D41D8CD98F00B204E9800998ECF8427E",
                IndicatorKind::Md5,
                "d41d8cd98f00b204e9800998ecf8427e",
            ),
        ];
        for (text, kind, value) in cases {
            assert_eq!(parsed(text), Some((kind, value.to_owned())), "{text}");
        }
    }

    #[test]
    fn what_only_looks_like_an_indicator_is_none() {
        let texts = [
            "",
            "12:30:45",
            "a:b:c",
            "aa:bb:cc:dd:ee:ff",
            "999.999.999.999",
            "1.2.3.4/24",
            "foo.exe",
            "host",
            "com",
            "550e8400-e29b-41d4-a716-446655440000",
            "http://",
            "http://intranet",
            "@",
            "a@b",
            "::",
            "1.2.3.4 5.6.7.8",
        ];
        for text in texts {
            assert_eq!(parsed(text), None, "{text}");
        }
    }

    #[test]
    fn a_known_kind_accepts_names_with_unregistered_suffixes_and_names_what_it_refuses() {
        assert_eq!(Indicator::of(IndicatorKind::Domain, "SRV.corp").unwrap().value, "srv.corp");
        let error = Indicator::of(IndicatorKind::Ipv4, "300.1.1.1").unwrap_err();
        assert_eq!(error.to_string(), "`300.1.1.1` is not an IPv4 address");
    }

    #[test]
    fn private_is_told_for_addresses_names_and_urls_but_not_for_documentation_ranges() {
        for text in [
            "10.1.2.3",
            "100.64.0.1",
            "169.254.169.254",
            "::1",
            "fd00::1",
            "::ffff:10.0.0.1",
            "http://10.0.0.1/x",
        ] {
            assert!(Indicator::parse(text).unwrap().is_private(), "{text}");
        }
        for text in ["203.0.113.5", "100.128.0.1", "2001:db8::1", "evil.example.net"] {
            assert!(!Indicator::parse(text).unwrap().is_private(), "{text}");
        }
        assert!(Indicator::of(IndicatorKind::Domain, "srv.local").unwrap().is_private());
    }

    #[test]
    fn unicode_shows_what_punycode_hides() {
        assert_eq!(
            Indicator::parse("bücher.example.com").unwrap().unicode().unwrap(),
            "bücher.example.com"
        );
        assert_eq!(Indicator::parse("evil.com").unwrap().unicode(), None);
    }
}
