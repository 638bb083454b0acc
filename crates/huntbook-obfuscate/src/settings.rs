//! Settings: choices of a policy that hold for all of its columns.

use serde::{Deserialize, Serialize};

/// Choices that hold for all columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// How addresses are mapped.
    pub ip: IpMode,
    /// What happens to times that no rule names.
    pub times: Times,
    /// Which words of free text stay.
    pub words: Words,
}

/// How IP addresses are mapped. The port, zone and spelling are kept in every mode.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum IpMode {
    /// Common prefixes stay common, classes of addresses (private, multicast, ...) stay.
    #[default]
    Prefix,
    /// Addresses of one /24 (IPv6: /64) stay together, classes stay; other prefixes are lost.
    Subnet,
    /// Classes stay; all prefixes inside them are lost.
    Flat,
    /// `ipcrypt-pfx`, for exchange with other tools: prefixes stay, classes are lost.
    IpcryptPfx,
    /// `ipcrypt-deterministic`, for exchange with other tools: every address becomes an IPv6 address.
    IpcryptDeterministic,
}

/// What happens to times that no rule names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Times {
    /// They stay.
    #[default]
    Keep,
    /// All are moved by one secret number of weeks.
    Shift,
}

/// Which words of free text stay.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Words {
    /// Words of the language of logs; every other word becomes a token.
    #[default]
    Public,
    /// All words that were not learnt from a typed column and are not part of an identifier.
    All,
}
