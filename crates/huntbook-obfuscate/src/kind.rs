//! Kinds: what a value is, and so how it is obfuscated.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::ObfuscationError;

/// What a value is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Kind {
    /// An IPv4 or IPv6 address, with or without port, zone or prefix length. Reversible.
    Ip,
    /// A UUID (GUID), in any of its usual spellings. Reversible.
    Uuid,
    /// A Windows security identifier. Reversible.
    Sid,
    /// A user or machine account: `DOMAIN\user`, `user@domain`, `user`, `HOST$`.
    Account,
    /// A host or domain name, or an address where a host is expected.
    Host,
    /// Any text: one token for the whole.
    String,
    /// Replaced by null.
    Null,
    /// Passed as it is.
    Keep,
}

impl Kind {
    /// Every kind, in the order of the documentation.
    pub const ALL: &[Self] = &[
        Self::Ip,
        Self::Uuid,
        Self::Sid,
        Self::Account,
        Self::Host,
        Self::String,
        Self::Null,
        Self::Keep,
    ];

    /// The name that a policy uses.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Ip => "ip",
            Self::Uuid => "uuid",
            Self::Sid => "sid",
            Self::Account => "account",
            Self::Host => "host",
            Self::String => "string",
            Self::Null => "null",
            Self::Keep => "keep",
        }
    }

    /// Whether the key holder can get the original back.
    #[must_use]
    pub const fn is_reversible(self) -> bool {
        matches!(self, Self::Ip | Self::Uuid | Self::Sid | Self::Keep)
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

    /// Reads a kind by its name, ignoring ASCII case.
    fn from_str(name: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .iter()
            .copied()
            .find(|kind| kind.name().eq_ignore_ascii_case(name))
            .ok_or_else(|| ObfuscationError::UnknownKind { name: name.to_owned() })
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
    fn unknown_kind_error_lists_the_kinds() {
        let error = "hash".parse::<Kind>().unwrap_err();
        assert_eq!(error.code(), "OBF0005");
        assert!(error.to_string().contains("`hash`"), "{error}");
        assert!(error.to_string().contains("`account`"), "{error}");
    }
}
