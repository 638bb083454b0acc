//! How Defender spells accounts, devices and addresses, the same in all of its tables.

use crate::activity::{Integrity, Text};
use crate::company::{Account, NT_DOMAIN, Role};

/// Defender spells domains in lower case.
pub(super) fn domain(account: &Account) -> &'static str {
    if account.domain == NT_DOMAIN { "contoso" } else { "nt authority" }
}

/// Defender spells account names in lower case.
pub(super) fn name(account: &Account) -> Text<'_> {
    if account.name.bytes().any(|byte| byte.is_ascii_uppercase()) {
        account.name.to_ascii_lowercase().into()
    } else {
        (&account.name).into()
    }
}

impl Integrity {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Medium => "Medium",
            Self::High => "High",
            Self::System => "System",
        }
    }

    pub(super) fn elevation(self) -> &'static str {
        match self {
            Self::Medium => "TokenElevationTypeLimited",
            Self::High | Self::System => "TokenElevationTypeDefault",
        }
    }
}

/// `Private` or `Public`, as Defender tells addresses apart.
pub(super) fn address_type(address: &str) -> &'static str {
    if address.starts_with("10.") { "Private" } else { "Public" }
}

impl Role {
    /// The Defender device group of hosts of this role.
    pub(super) fn machine_group(self) -> &'static str {
        match self {
            Self::Workstation => "Workstations",
            Self::DomainController => "Domain Controllers",
            _ => "Servers",
        }
    }
}
