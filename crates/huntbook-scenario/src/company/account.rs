//! Accounts: one identity in each of its spellings.

/// What an account stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum AccountKind {
    Person,
    Service,
    Machine,
    /// `NT AUTHORITY\SYSTEM` and its like.
    BuiltIn,
}

/// One identity in each of its spellings.
#[derive(Debug, Clone)]
pub(crate) struct Account {
    pub(crate) kind: AccountKind,
    /// `ada.king`, `svc-backup`, `WS-0001$`, `SYSTEM`.
    pub(crate) name: String,
    /// `CONTOSO` or `NT AUTHORITY`.
    pub(crate) domain: &'static str,
    /// `CONTOSO\ada.king`.
    pub(crate) nt: String,
    /// `ada.king@contoso.com`; empty for what has none.
    pub(crate) upn: String,
    /// `S-1-5-21-...`.
    pub(crate) sid: String,
    /// The Entra object id; empty for what has none.
    pub(crate) object_id: String,
    /// `Ada King`.
    pub(crate) display_name: String,
}

impl Account {
    /// An account of the domain; `rid` is the last part of its SID.
    pub(super) fn of_domain(
        kind: AccountKind,
        name: String,
        display_name: String,
        domain_sid: &str,
        rid: usize,
        object_id: String,
    ) -> Self {
        let upn = match kind {
            AccountKind::Person | AccountKind::Service => format!("{name}@{}", super::SUFFIX),
            AccountKind::Machine | AccountKind::BuiltIn => String::new(),
        };
        Self {
            kind,
            domain: super::NT_DOMAIN,
            nt: format!("{}\\{name}", super::NT_DOMAIN),
            upn,
            sid: format!("{domain_sid}-{rid}"),
            object_id,
            display_name,
            name,
        }
    }

    /// An account that every Windows host has.
    pub(super) fn built_in(name: &str, sid: &str) -> Self {
        Self {
            kind: AccountKind::BuiltIn,
            name: name.to_owned(),
            domain: "NT AUTHORITY",
            nt: format!("NT AUTHORITY\\{name}"),
            upn: String::new(),
            sid: sid.to_owned(),
            object_id: String::new(),
            display_name: name.to_owned(),
        }
    }

    /// `User` or `Machine`, as `SecurityEvent` tells them apart.
    pub(crate) fn account_type(&self) -> &'static str {
        match self.kind {
            AccountKind::Person | AccountKind::Service => "User",
            AccountKind::Machine | AccountKind::BuiltIn => "Machine",
        }
    }
}
