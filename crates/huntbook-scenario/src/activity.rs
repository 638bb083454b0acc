//! Activities: what happens in the company, before any product records it.
//!
//! One activity becomes rows of one or more tables; `tables` holds what each product makes of it.

use std::borrow::Cow;
use std::sync::Arc;

use chrono::{DateTime, Utc};

use crate::company::names::Town;
use crate::company::{Account, Host};
use crate::internet::{App, Browser};
use crate::programs::Program;

/// Text that is borrowed from the company wherever it can be.
pub(crate) type Text<'c> = Cow<'c, str>;

/// Who acts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Actor {
    Company,
    Intruder,
}

/// An activity, its moment and its actor.
#[derive(Debug, Clone)]
pub(crate) struct Event<'c> {
    pub(crate) time: DateTime<Utc>,
    /// Counts up from 0 in the order in which activities were decided; identifiers follow from it.
    pub(crate) sequence: u64,
    pub(crate) actor: Actor,
    pub(crate) activity: Activity<'c>,
}

/// Something that happened.
#[derive(Debug, Clone)]
pub(crate) enum Activity<'c> {
    Process(Arc<Process<'c>>),
    Logon(Logon<'c>),
    Logoff(Logoff<'c>),
    ExplicitCredentials(ExplicitCredentials<'c>),
    Task(Task<'c>),
    AccountCreated(AccountCreated<'c>),
    MemberAdded(MemberAdded<'c>),
    LogCleared(LogCleared<'c>),
    SignIn(SignIn<'c>),
    Directory(DirectoryChange<'c>),
    Office(OfficeAction<'c>),
    Connection(Connection<'c>),
    Lookup(Lookup<'c>),
    Vpn(VpnLogin<'c>),
    Probe(Probe),
}

impl Activity<'_> {
    /// The rows, over all tables, that this activity becomes.
    pub(crate) fn rows(&self) -> u64 {
        match self {
            Self::Process(_) => 2,
            Self::Logon(logon) => 1 + u64::from(logon.elevated) + u64::from(logon.seen_by_defender),
            Self::Connection(connection) => {
                u64::from(connection.crosses_firewall) + u64::from(connection.process.is_some())
            }
            _ => 1,
        }
    }
}

/// A process that has started.
#[derive(Debug)]
pub(crate) struct Process<'c> {
    pub(crate) host: &'c Host,
    pub(crate) id: i64,
    pub(crate) started: DateTime<Utc>,
    pub(crate) program: &'c Program,
    pub(crate) command_line: Text<'c>,
    pub(crate) account: &'c Account,
    pub(crate) logon_id: i64,
    pub(crate) integrity: Integrity,
    /// 0 for services, 1 and up for people.
    pub(crate) session: i64,
    /// `None` for the first process of a host, whose parent is `System`.
    pub(crate) parent: Option<Arc<Process<'c>>>,
}

/// The integrity level of a process.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Integrity {
    Medium,
    High,
    System,
}

/// How a logon was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LogonType {
    Interactive = 2,
    Network = 3,
    Service = 5,
    Unlock = 7,
    RemoteInteractive = 10,
}

/// How a logon ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LogonOutcome {
    Success,
    WrongPassword,
}

/// A logon to a Windows host, or an attempt at one.
#[derive(Debug, Clone)]
#[expect(clippy::struct_field_names, reason = "named as the products name them")]
pub(crate) struct Logon<'c> {
    pub(crate) host: &'c Host,
    pub(crate) account: &'c Account,
    pub(crate) logon_type: LogonType,
    pub(crate) outcome: LogonOutcome,
    /// 0 for an attempt.
    pub(crate) logon_id: i64,
    /// Where it came from; empty for the host's own keyboard.
    pub(crate) address: Text<'c>,
    /// The name that the other side gave for itself; empty if none.
    pub(crate) workstation: Text<'c>,
    /// Special privileges were assigned.
    pub(crate) elevated: bool,
    pub(crate) seen_by_defender: bool,
}

/// The end of a logon.
#[derive(Debug, Clone)]
pub(crate) struct Logoff<'c> {
    pub(crate) host: &'c Host,
    pub(crate) account: &'c Account,
    pub(crate) logon_type: LogonType,
    pub(crate) logon_id: i64,
}

/// A process used another account's password.
#[derive(Debug, Clone)]
pub(crate) struct ExplicitCredentials<'c> {
    pub(crate) process: Arc<Process<'c>>,
    pub(crate) target: &'c Account,
    pub(crate) server: &'c Host,
}

/// A scheduled task was registered.
#[derive(Debug, Clone)]
pub(crate) struct Task<'c> {
    pub(crate) host: &'c Host,
    pub(crate) account: &'c Account,
    pub(crate) logon_id: i64,
    /// With its folders: `\Microsoft\Windows\...`.
    pub(crate) name: Text<'c>,
    pub(crate) command: Text<'c>,
    pub(crate) arguments: Text<'c>,
}

/// A user account was created, in the domain or on a host.
#[derive(Debug, Clone)]
pub(crate) struct AccountCreated<'c> {
    pub(crate) host: &'c Host,
    pub(crate) by: &'c Account,
    pub(crate) logon_id: i64,
    /// `CONTOSO`, or the host's own name for a local account.
    pub(crate) domain: Text<'c>,
    pub(crate) name: Text<'c>,
    pub(crate) display_name: Text<'c>,
    pub(crate) sid: Text<'c>,
}

/// An account was added to a local group.
#[derive(Debug, Clone)]
pub(crate) struct MemberAdded<'c> {
    pub(crate) host: &'c Host,
    pub(crate) by: &'c Account,
    pub(crate) logon_id: i64,
    /// Empty for a local account, as Windows records it.
    pub(crate) member: Text<'c>,
    pub(crate) member_sid: Text<'c>,
    pub(crate) group: &'static str,
    pub(crate) group_sid: &'static str,
}

/// The Security log of a host was cleared.
#[derive(Debug, Clone)]
pub(crate) struct LogCleared<'c> {
    pub(crate) host: &'c Host,
    pub(crate) by: &'c Account,
    pub(crate) logon_id: i64,
}

/// How a cloud sign-in ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SignInResult {
    Success,
    InvalidPassword,
    MfaRequired,
    PasswordExpired,
}

/// A sign-in to a cloud application.
#[derive(Debug, Clone)]
pub(crate) struct SignIn<'c> {
    pub(crate) account: &'c Account,
    pub(crate) address: Text<'c>,
    pub(crate) town: &'static Town,
    pub(crate) app: &'static App,
    pub(crate) browser: &'static Browser,
    /// The company's device, if it was one.
    pub(crate) device: Option<&'c Host>,
    pub(crate) result: SignInResult,
}

/// A change in the directory.
#[derive(Debug, Clone)]
pub(crate) struct DirectoryChange<'c> {
    pub(crate) operation: &'static str,
    pub(crate) category: &'static str,
    pub(crate) service: &'static str,
    pub(crate) by: &'c Account,
    pub(crate) address: Text<'c>,
    pub(crate) target_id: Text<'c>,
    pub(crate) target_name: Text<'c>,
    pub(crate) target_upn: Text<'c>,
    pub(crate) target_kind: &'static str,
    /// Name, old value, new value of the property that changed.
    pub(crate) change: Option<(&'static str, Text<'c>, Text<'c>)>,
    pub(crate) reason: &'static str,
}

/// Something a person did in Office.
#[derive(Debug, Clone)]
pub(crate) struct OfficeAction<'c> {
    pub(crate) account: &'c Account,
    pub(crate) address: Text<'c>,
    pub(crate) user_agent: &'static str,
    pub(crate) work: OfficeWork<'c>,
}

/// What a person did in Office.
#[derive(Debug, Clone)]
pub(crate) enum OfficeWork<'c> {
    /// A mailbox operation such as `MailItemsAccessed` or `Send`.
    Mail { operation: &'static str, folder: &'static str, items: u64 },
    /// `New-InboxRule`, with its parameters.
    InboxRule { parameters: Vec<(&'static str, Text<'c>)> },
    /// A file operation in `SharePoint` or `OneDrive`.
    File {
        operation: &'static str,
        site: Text<'c>,
        folder: &'static str,
        file: Text<'c>,
        extension: &'static str,
    },
    /// A Teams operation.
    Team { operation: &'static str, team: &'static str, channel: &'static str },
}

/// A connection between a host and an address.
#[derive(Debug, Clone)]
pub(crate) struct Connection<'c> {
    pub(crate) host: &'c Host,
    /// The person at the host, if the firewall knows one.
    pub(crate) user: Option<&'c Account>,
    /// The process that made it, where Defender saw it.
    pub(crate) process: Option<Arc<Process<'c>>>,
    pub(crate) crosses_firewall: bool,
    pub(crate) local_port: i32,
    pub(crate) address: Text<'c>,
    pub(crate) port: i32,
    /// Empty for an address without a name.
    pub(crate) name: Text<'c>,
    /// Empty unless the proxy saw the whole address.
    pub(crate) url: Text<'c>,
    pub(crate) category: &'static str,
    pub(crate) application: &'static str,
    pub(crate) sent: i64,
    pub(crate) received: i64,
    pub(crate) seconds: i64,
}

/// A name that a host asked the DNS servers for.
#[derive(Debug, Clone)]
pub(crate) struct Lookup<'c> {
    pub(crate) host: &'c Host,
    pub(crate) server: &'c Host,
    pub(crate) name: Text<'c>,
    pub(crate) query_type: &'static str,
    /// Comma-separated; empty where there are none.
    pub(crate) addresses: Text<'c>,
    /// The DNS response code.
    pub(crate) response: DnsResponse,
}

/// What the DNS server answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum DnsResponse {
    Success,
    NoSuchName,
}

/// A login at the VPN gateway.
#[derive(Debug, Clone)]
pub(crate) struct VpnLogin<'c> {
    pub(crate) account: &'c Account,
    pub(crate) address: Text<'c>,
    pub(crate) country: &'static str,
    /// The address given out of 10.250.0.0/16.
    pub(crate) tunnel: Text<'c>,
    /// The name that the client gave for itself.
    pub(crate) client: Text<'c>,
    pub(crate) system: &'static str,
}

/// Someone on the internet knocked and was turned away.
#[derive(Debug, Clone)]
pub(crate) struct Probe {
    pub(crate) address: String,
    pub(crate) target: String,
    pub(crate) port: i32,
}
