//! Hosts and what they are for.

use super::Account;

/// What a host is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    Workstation,
    DomainController,
    Files,
    Application,
    Database,
    Web,
    /// The backup server, home of `svc-backup`.
    Backup,
    /// The management server that administrators work on.
    Management,
    /// The vulnerability scanner, which logs on everywhere.
    Scanner,
    /// The remote access gateway, which faces the internet.
    Gateway,
}

impl Role {
    /// What stands before the number in a host's name.
    pub(super) fn prefix(self) -> &'static str {
        match self {
            Self::Workstation => "WS",
            Self::DomainController => "DC",
            Self::Files => "SRV-FILE",
            Self::Application => "SRV-APP",
            Self::Database => "SRV-SQL",
            Self::Web => "SRV-WEB",
            Self::Backup => "SRV-BACKUP",
            Self::Management => "SRV-MGMT",
            Self::Scanner => "SRV-SCAN",
            Self::Gateway => "SRV-GW",
        }
    }
}

/// A Windows host of the company.
#[derive(Debug)]
pub(crate) struct Host {
    /// The place in `Company::hosts`.
    pub(crate) index: usize,
    pub(crate) role: Role,
    /// `WS-0001`.
    pub(crate) name: String,
    /// `WS-0001.contoso.com`.
    pub(crate) fqdn: String,
    /// `ws-0001.contoso.com`, as Defender spells it.
    pub(crate) fqdn_lower: String,
    /// The internal IPv4 address.
    pub(crate) address: String,
    /// The place of its office in `OFFICES`.
    pub(crate) office: usize,
    /// Forty hexadecimal digits.
    pub(crate) device_id: String,
    /// Entra's device id.
    pub(crate) entra_id: String,
    /// `CONTOSO\WS-0001$`.
    pub(crate) account: Account,
}
