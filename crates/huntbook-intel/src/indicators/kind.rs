//! The kinds of indicator and their names.

use std::fmt;
use std::str::FromStr;

use huntbook_diagnostics::near_hint;

use crate::IntelError;

/// What an indicator is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum IndicatorKind {
    /// An IPv4 address.
    Ipv4,
    /// An IPv6 address.
    Ipv6,
    /// A domain or host name with a public suffix.
    Domain,
    /// A URL with a scheme and a host.
    Url,
    /// An e-mail address, or a user principal name of that shape.
    Email,
    /// An MD5 digest: 32 hexadecimal digits.
    Md5,
    /// A SHA-1 digest: 40 hexadecimal digits.
    Sha1,
    /// A SHA-256 digest: 64 hexadecimal digits.
    Sha256,
}

impl IndicatorKind {
    /// Every kind, in the order of the enum.
    pub const ALL: [Self; 8] = [
        Self::Ipv4,
        Self::Ipv6,
        Self::Domain,
        Self::Url,
        Self::Email,
        Self::Md5,
        Self::Sha1,
        Self::Sha256,
    ];

    /// The name used in feeds and in this library: `ipv4`, `domain`, `sha256` ...
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Ipv4 => "ipv4",
            Self::Ipv6 => "ipv6",
            Self::Domain => "domain",
            Self::Url => "url",
            Self::Email => "email",
            Self::Md5 => "md5",
            Self::Sha1 => "sha1",
            Self::Sha256 => "sha256",
        }
    }

    /// The name in the `IocType` column of a result table, as the peer spells it: `ipv4`, `dns`,
    /// `sha256_hash` ...
    #[must_use]
    pub const fn ioc_type(self) -> &'static str {
        match self {
            Self::Ipv4 => "ipv4",
            Self::Ipv6 => "ipv6",
            Self::Domain => "dns",
            Self::Url => "url",
            Self::Email => "email",
            Self::Md5 => "md5_hash",
            Self::Sha1 => "sha1_hash",
            Self::Sha256 => "sha256_hash",
        }
    }

    /// The kind with its article, for sentences: `an IPv4 address`, `a domain` ...
    #[must_use]
    pub const fn described(self) -> &'static str {
        match self {
            Self::Ipv4 => "an IPv4 address",
            Self::Ipv6 => "an IPv6 address",
            Self::Domain => "a domain",
            Self::Url => "a URL",
            Self::Email => "an e-mail address",
            Self::Md5 => "an MD5 digest",
            Self::Sha1 => "a SHA-1 digest",
            Self::Sha256 => "a SHA-256 digest",
        }
    }
}

impl fmt::Display for IndicatorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// Names that are read besides [`IndicatorKind::name`] and [`IndicatorKind::ioc_type`].
const ALIASES: &[(&str, IndicatorKind)] = &[
    ("ipv4-addr", IndicatorKind::Ipv4),
    ("ipv6-addr", IndicatorKind::Ipv6),
    ("ip-dst", IndicatorKind::Ipv4),
    ("ip-src", IndicatorKind::Ipv4),
    ("domain-name", IndicatorKind::Domain),
    ("hostname", IndicatorKind::Domain),
    ("host", IndicatorKind::Domain),
    ("fqdn", IndicatorKind::Domain),
    ("uri", IndicatorKind::Url),
    ("e-mail", IndicatorKind::Email),
    ("email-addr", IndicatorKind::Email),
    ("email_address", IndicatorKind::Email),
    ("sha-1", IndicatorKind::Sha1),
    ("sha-256", IndicatorKind::Sha256),
];

impl FromStr for IndicatorKind {
    type Err = IntelError;

    /// Reads a name without regard to case: our own, the peer's (`dns`, `md5_hash`), or that of STIX
    /// and MISP.
    fn from_str(text: &str) -> Result<Self, IntelError> {
        let wanted = text.trim();
        let named = Self::ALL.into_iter().find(|kind| {
            kind.name().eq_ignore_ascii_case(wanted) || kind.ioc_type().eq_ignore_ascii_case(wanted)
        });
        let aliased = || {
            ALIASES
                .iter()
                .find(|(alias, _)| alias.eq_ignore_ascii_case(wanted))
                .map(|(_, kind)| *kind)
        };
        named.or_else(aliased).ok_or_else(|| IntelError::UnknownKind {
            name: wanted.to_owned(),
            hint: near_hint("kind", wanted, Self::ALL.map(Self::name)),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_of_a_kind_reads_back() {
        for kind in IndicatorKind::ALL {
            assert_eq!(kind.to_string().parse::<IndicatorKind>().unwrap(), kind);
            assert_eq!(kind.ioc_type().to_uppercase().parse::<IndicatorKind>().unwrap(), kind);
        }
    }

    #[test]
    fn a_misspelt_kind_lists_the_near_name() {
        let error = "domian".parse::<IndicatorKind>().unwrap_err();
        assert!(error.to_string().contains("`domian`"));
        assert_eq!(error.hint().unwrap(), "similar kind: `domain`");
    }
}
