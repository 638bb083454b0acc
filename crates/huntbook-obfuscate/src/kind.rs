//! Kinds: what a value is, and so how it is obfuscated.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::{ObfuscationError, near};

/// What a value is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "&'static str")]
#[non_exhaustive]
pub enum Kind {
    /// An IPv4 or IPv6 address, with or without port, zone or prefix length. Reversible.
    Ip,
    /// A hardware address. Reversible.
    Mac,
    /// A UUID (GUID), in any of its usual spellings. Reversible.
    Uuid,
    /// A Windows security identifier. Reversible.
    Sid,
    /// A user or machine account: `DOMAIN\user`, `user@domain`, `user`, `HOST$`.
    Account,
    /// A host or domain name, or an address where a host is expected.
    Host,
    /// A URL or URI.
    Url,
    /// A path of Windows, Unix or the registry, or a file name.
    Path,
    /// The identifier of a cloud resource: an Azure resource id or an Amazon resource name.
    Resource,
    /// A hash in hexadecimal digits: MD5, SHA-1, SHA-256, SHA-384, SHA-512. Reversible.
    Hash,
    /// A telephone number. Reversible.
    Phone,
    /// The number of a payment card. Reversible.
    Card,
    /// A whole number that identifies something: the same count of digits. Reversible.
    Number,
    /// A time: moved by the secret offset of the realm. Reversible.
    Timestamp,
    /// A coordinate: rounded.
    Geo,
    /// Any text: one token for the whole.
    String,
    /// Text for people or machines, such as a command line: what is found in it is replaced.
    Text,
    /// A JSON document: keys stay, values are replaced by their path or content.
    Json,
    /// Replaced by null.
    Null,
    /// Passed as it is.
    Keep,
}

impl Kind {
    /// Every kind, in the order of the documentation.
    pub const ALL: &[Self] = &[
        Self::Ip,
        Self::Mac,
        Self::Uuid,
        Self::Sid,
        Self::Account,
        Self::Host,
        Self::Url,
        Self::Path,
        Self::Resource,
        Self::Hash,
        Self::Phone,
        Self::Card,
        Self::Number,
        Self::Timestamp,
        Self::Geo,
        Self::String,
        Self::Text,
        Self::Json,
        Self::Null,
        Self::Keep,
    ];

    /// Other names of kinds, each beside the kind that it means.
    const ALIASES: &[(&str, Self)] = &[
        ("ipv4", Self::Ip),
        ("ipv6", Self::Ip),
        ("guid", Self::Uuid),
        ("upn", Self::Account),
        ("email", Self::Account),
        ("fqdn", Self::Host),
        ("domain", Self::Host),
        ("azure_resource", Self::Resource),
        ("arn", Self::Resource),
        ("md5", Self::Hash),
        ("sha1", Self::Hash),
        ("sha256", Self::Hash),
        ("sha512", Self::Hash),
    ];

    /// The name that a policy uses.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Ip => "ip",
            Self::Mac => "mac",
            Self::Uuid => "uuid",
            Self::Sid => "sid",
            Self::Account => "account",
            Self::Host => "host",
            Self::Url => "url",
            Self::Path => "path",
            Self::Resource => "resource",
            Self::Hash => "hash",
            Self::Phone => "phone",
            Self::Card => "card",
            Self::Number => "number",
            Self::Timestamp => "timestamp",
            Self::Geo => "geo",
            Self::String => "string",
            Self::Text => "text",
            Self::Json => "json",
            Self::Null => "null",
            Self::Keep => "keep",
        }
    }

    /// Whether values are made of labels, which free text may hold, too.
    #[must_use]
    pub const fn has_labels(self) -> bool {
        matches!(self, Self::Account | Self::Host | Self::Url | Self::Path | Self::Resource)
    }

    /// Whether there is something in values that free text may hold, too: they have labels, or values that do.
    #[must_use]
    pub const fn teaches(self) -> bool {
        self.has_labels() || matches!(self, Self::Json)
    }

    /// Whether the key holder can get the original back.
    #[must_use]
    pub const fn is_reversible(self) -> bool {
        matches!(
            self,
            Self::Ip
                | Self::Mac
                | Self::Uuid
                | Self::Sid
                | Self::Hash
                | Self::Phone
                | Self::Card
                | Self::Number
                | Self::Timestamp
                | Self::Keep
        )
    }

    /// Words that name the kind whose name is nearest to `name`, or nothing.
    pub(crate) fn near(name: &str) -> String {
        let others = Self::ALIASES.iter().map(|(other, _)| *other);
        near::hint(name, Self::ALL.iter().map(|kind| kind.name()).chain(others))
    }

    /// The names of all kinds, quoted and separated by commas.
    pub(crate) fn names() -> String {
        let quoted: Vec<String> = Self::ALL.iter().map(|kind| format!("`{kind}`")).collect();
        quoted.join(", ")
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for Kind {
    type Err = ObfuscationError;

    /// Reads a kind by its name or one of its other names (`upn`, `email`, `fqdn`, `sha256`, ...), ignoring ASCII case.
    fn from_str(name: &str) -> Result<Self, Self::Err> {
        let names = Self::ALL.iter().map(|kind| (kind.name(), *kind));
        names
            .chain(Self::ALIASES.iter().copied())
            .find(|(known, _)| known.eq_ignore_ascii_case(name))
            .map(|(_, kind)| kind)
            .ok_or_else(|| ObfuscationError::UnknownKind { name: name.to_owned() })
    }
}

impl TryFrom<String> for Kind {
    type Error = ObfuscationError;

    fn try_from(name: String) -> Result<Self, Self::Error> {
        name.parse()
    }
}

impl From<Kind> for &'static str {
    fn from(kind: Kind) -> Self {
        kind.name()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_reads_back_from_its_name() {
        for kind in Kind::ALL {
            assert_eq!(kind.to_string().parse::<Kind>().unwrap(), *kind);
        }
    }

    #[test]
    fn other_names_of_a_kind_mean_it() {
        assert_eq!("UPN".parse::<Kind>().unwrap(), Kind::Account);
        assert_eq!("sha256".parse::<Kind>().unwrap(), Kind::Hash);
    }

    #[test]
    fn unknown_kind_error_lists_the_kinds() {
        let error = "hush".parse::<Kind>().unwrap_err();
        assert_eq!(error.code(), "OBF0005");
        assert!(error.to_string().contains("`hush`"), "{error}");
        assert!(error.to_string().contains("`account`"), "{error}");
    }
}
