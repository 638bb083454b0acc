//! Defender's `Device*` tables from the events of Sysmon and of the Security, System and PowerShell channels.
//!
//! Each table has a file, which says which events become its rows. What all share is here: the device, and
//! the process that did it. Names of accounts and devices and hashes are in lower case, as Defender writes
//! them. `DeviceId` is the device's name: rules join by it.
//!
//! Source: <https://learn.microsoft.com/defender-xdr/advanced-hunting-schema-tables>

mod events;
mod file;
mod image_load;
mod logon;
mod network;
mod process;
mod registry;

use std::borrow::Cow;

pub(super) use events::Service;
pub(super) use network::Connection;
pub(super) use process::{Process, Started};

use super::super::record::Record;
use super::super::value::{Value, quote_json};
use super::recording::Recording;
use super::{COMPUTER, RECORD_ID, WindowsEvent};

/// A table of Defender's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) enum DeviceTable {
    Events,
    FileEvents,
    ImageLoadEvents,
    LogonEvents,
    NetworkEvents,
    ProcessEvents,
    RegistryEvents,
}

impl DeviceTable {
    /// What the table shows, in words.
    pub(super) const fn wanted(self) -> &'static str {
        match self {
            Self::Events => "event that Defender has in `DeviceEvents`",
            Self::FileEvents => "event of Sysmon on a file",
            Self::ImageLoadEvents => "event of Sysmon on a loaded image",
            Self::LogonEvents => "event of the Security channel on a logon",
            Self::NetworkEvents => "event on a network connection",
            Self::ProcessEvents => "event on the start of a process",
            Self::RegistryEvents => "event on the registry",
        }
    }

    /// The row for `event`, or `None` where it is none of this table's.
    pub(super) fn row<'a>(
        self,
        event: &WindowsEvent<'_>,
        recording: &Recording,
    ) -> Option<Record<'a>> {
        let row = match self {
            Self::Events => events::row(event, recording),
            Self::FileEvents => file::row(event, recording),
            Self::ImageLoadEvents => image_load::row(event, recording),
            Self::LogonEvents => logon::row(event, recording),
            Self::NetworkEvents => network::row(event, recording),
            Self::ProcessEvents => process::row(event, recording),
            Self::RegistryEvents => registry::row(event, recording),
        };
        Some(row?.record)
    }
}

/// A row while it is made.
struct Row<'a> {
    record: Record<'a>,
}

impl Row<'_> {
    /// A row with what every table has of an event: time, device, number of the record, kind of action.
    fn new(event: &WindowsEvent<'_>, recording: &Recording, action: &'static str) -> Self {
        let mut row = Self { record: Record::default() };
        if let Some(time) = event.time(recording.clock) {
            row.record.push("TimeGenerated", Value::Time(time));
        }
        row.put("ActionType", Some(action));
        let device = device(event);
        row.put("DeviceName", device.clone());
        row.put("DeviceId", device);
        let number = event.envelope.first_text(RECORD_ID).map(Cow::into_owned);
        row.put("ReportId", number.filter(|number| number.parse::<i64>().is_ok()));
        row
    }

    /// Sets a column; a missing or empty value leaves it null.
    fn put(&mut self, column: &'static str, text: Option<impl Into<String>>) {
        if let Some(text) = text.map(Into::into).filter(|text| !text.is_empty()) {
            self.record.push(column, Value::text(text));
        }
    }

    fn put_time(&mut self, column: &'static str, time: Option<i64>) {
        if let Some(time) = time {
            self.record.push(column, Value::Time(time));
        }
    }

    /// Sets `AdditionalFields` to an object of these members; those without a value are left out.
    fn put_additional(&mut self, members: &[(&str, Option<String>)]) {
        let members: Vec<String> = members
            .iter()
            .filter_map(|(name, text)| {
                Some(format!("{}:{}", quote_json(name), quote_json(text.as_deref()?)))
            })
            .collect();
        let json = format!("{{{}}}", members.join(","));
        self.record.push("AdditionalFields", Value::Nested(json.into()));
    }

    /// Sets the name and the folder of the file at `path`; Defender's folder includes the name.
    fn put_file(&mut self, path: Option<&str>) {
        self.put("FileName", path.map(file_name));
        self.put("FolderPath", path);
    }

    fn put_hashes(&mut self, hashes: Option<&str>) {
        for (kind, hash) in hashes.into_iter().flat_map(split_hashes) {
            match kind {
                "MD5" => self.put("MD5", Some(hash)),
                "SHA1" => self.put("SHA1", Some(hash)),
                "SHA256" => self.put("SHA256", Some(hash)),
                _ => {}
            }
        }
    }

    /// Sets who did it to the process in the fields called `prefix`+`ProcessGuid`, `ProcessId` and `Image`.
    fn put_actor(&mut self, event: &WindowsEvent<'_>, recording: &Recording, prefix: &str) {
        let one = |name: &str| field(event, &format!("{prefix}{name}"));
        let guid = one("ProcessGuid").or_else(|| one("ProcessGUID"));
        let known = guid.as_deref().and_then(|guid| recording.process(guid));
        let mut process = known.cloned().unwrap_or_default();
        process.image = one("Image").or(process.image);
        process.id = one("ProcessId").or(process.id);
        process.user = one("User").or(process.user);
        process.put_as_actor(self, guid);
    }

    /// Sets who did it to the account that the Security channel names as the subject.
    fn put_subject(&mut self, event: &WindowsEvent<'_>) {
        self.put("InitiatingProcessAccountName", lower(field(event, "SubjectUserName")));
        self.put("InitiatingProcessAccountDomain", lower(field(event, "SubjectDomainName")));
        self.put("InitiatingProcessAccountSid", field(event, "SubjectUserSid"));
        self.put("InitiatingProcessLogonId", field(event, "SubjectLogonId"));
    }

    /// Sets the initiating process's image alone; Defender writes this path in lower case.
    fn put_actor_image(&mut self, path: Option<&str>) {
        self.put("InitiatingProcessFileName", path.map(file_name));
        self.put("InitiatingProcessFolderPath", path.map(str::to_lowercase));
    }
}

/// A field of the event's data; a dash and nothing at all are how Windows and Sysmon write "nothing".
fn field(event: &WindowsEvent<'_>, name: &str) -> Option<String> {
    let text = event.field(name)?;
    (!matches!(text.trim(), "" | "-")).then(|| text.into_owned())
}

fn lower(text: Option<String>) -> Option<String> {
    text.map(|text| text.to_lowercase())
}

fn device(event: &WindowsEvent<'_>) -> Option<String> {
    event.envelope.first_text(COMPUTER).map(|name| name.to_lowercase())
}

/// The last part of a path, which may be Windows' or not.
fn file_name(path: &str) -> &str {
    path.rsplit(['\\', '/']).next().unwrap_or(path)
}

/// `DOMAIN\user` in two, both in lower case.
fn split_account(account: &str) -> (Option<String>, Option<String>) {
    match account.split_once('\\') {
        Some((domain, user)) => (Some(domain.to_lowercase()), Some(user.to_lowercase())),
        None => (None, Some(account.to_lowercase())),
    }
}

/// The identifiers of accounts that every Windows has.
fn well_known_sid(user: &str) -> Option<&'static str> {
    Some(match user {
        "system" => "S-1-5-18",
        "local service" => "S-1-5-19",
        "network service" => "S-1-5-20",
        _ => return None,
    })
}

/// `MD5=...,SHA256=...` in pairs, the hashes in lower case.
fn split_hashes(hashes: &str) -> impl Iterator<Item = (&str, String)> {
    hashes.split(',').filter_map(|one| {
        let (kind, hash) = one.split_once('=')?;
        Some((kind.trim(), hash.trim().to_ascii_lowercase()))
    })
}

/// A number that Windows writes as decimal or as `0x...`, as decimal.
fn decimal(text: Option<String>) -> Option<String> {
    let number = Value::text(text?).as_long()?;
    Some(number.to_string())
}
