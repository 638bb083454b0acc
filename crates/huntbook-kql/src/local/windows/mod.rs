//! Windows events in JSON, as the tables that hunters know.
//!
//! One recorded event appears in several tables: [`security_event`] shows the Security channel in
//! the columns of Sentinel's `SecurityEvent`, [`event`] every other channel as Log Analytics' `Event`,
//! [`windows_event`] every channel as `WindowsEvent`, [`sysmon`] Sysmon's channel with its fields as columns,
//! [`device`] what Defender would have told of it. An *envelope* is what every event has
//! (channel, computer, time); the *data* are the fields of its kind. Recorders differ in where they put
//! both: flat (Mordor's recordings), under `winlog` or `event_data` (Winlogbeat), or under `Event`
//! (the XML rendered as JSON).

mod clock;
mod data_xml;
mod device;
mod event;
mod field_order;
mod logon_type;
mod recording;
mod security_event;
mod sysmon;
mod windows_event;

use std::borrow::Cow;

use clock::Clock;
use device::DeviceTable;
use hashbrown::HashSet;
pub(super) use recording::{Foresight, Recording};

use super::json;
use super::record::Record;
use super::value::Value;

/// A table that Windows events appear in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum View {
    /// Every record as it was written, with a `TimeGenerated`.
    Recorded,
    /// `SecurityEvent`.
    SecurityEvent,
    /// `Event`.
    Event,
    /// `Sysmon`.
    Sysmon,
    /// `WindowsEvent`.
    WindowsEvent,
    /// One of Defender's tables.
    Device(DeviceTable),
}

impl View {
    /// The views that have a table name of their own.
    pub(super) const NAMED: [(&'static str, Self); 11] = [
        ("SecurityEvent", Self::SecurityEvent),
        ("Event", Self::Event),
        ("Sysmon", Self::Sysmon),
        ("WindowsEvent", Self::WindowsEvent),
        ("DeviceEvents", Self::Device(DeviceTable::Events)),
        ("DeviceFileEvents", Self::Device(DeviceTable::FileEvents)),
        ("DeviceImageLoadEvents", Self::Device(DeviceTable::ImageLoadEvents)),
        ("DeviceLogonEvents", Self::Device(DeviceTable::LogonEvents)),
        ("DeviceNetworkEvents", Self::Device(DeviceTable::NetworkEvents)),
        ("DeviceProcessEvents", Self::Device(DeviceTable::ProcessEvents)),
        ("DeviceRegistryEvents", Self::Device(DeviceTable::RegistryEvents)),
    ];

    /// What the view shows, in words.
    pub(super) const fn wanted(self) -> &'static str {
        match self {
            Self::Recorded => "record",
            Self::SecurityEvent => "event of the Windows Security channel",
            Self::Event => "Windows event of a channel other than Security",
            Self::Sysmon => "event of Sysmon",
            Self::WindowsEvent => "Windows event",
            Self::Device(table) => table.wanted(),
        }
    }

    /// Whether the table is there, without rows, where no event is of its kind. One of Defender's is: its
    /// sensor tells of nothing by an empty table, too.
    pub(super) const fn may_be_empty(self) -> bool {
        matches!(self, Self::Device(_))
    }

    /// How much of a recording has to be known for this view.
    pub(super) const fn foresight(self) -> Foresight {
        match self {
            Self::Device(_) => Foresight::Processes,
            _ => Foresight::Clock,
        }
    }

    /// The row of this view for `record`, or `None` where the record is not of its kind.
    pub(super) fn row<'a>(
        self,
        record: &'a Record<'_>,
        recording: &Recording,
    ) -> Option<Record<'a>> {
        let event = WindowsEvent::read(record);
        let clock = recording.clock;
        match self {
            Self::Recorded => Some(recorded(record, event.time(clock))),
            Self::SecurityEvent => event.is_security().then(|| security_event::row(&event, clock)),
            Self::Event => event.is_other_channel().then(|| event::row(&event, clock)),
            Self::Sysmon => event.is_sysmon().then(|| sysmon::row(&event, clock)),
            Self::WindowsEvent => event.event_id().map(|_| windows_event::row(&event, clock)),
            Self::Device(table) => table.row(&event, recording),
        }
    }
}

fn recorded<'a>(record: &'a Record<'_>, time: Option<i64>) -> Record<'a> {
    let mut row = Record::default();
    if let Some(time) = time.filter(|_| record.get("TimeGenerated").is_none()) {
        row.push("TimeGenerated", Value::Time(time));
    }
    record.iter().for_each(|(name, value)| row.push(name, value.borrowed()));
    row
}

/// Whether `record` is a Windows event: it has a number as those have, and a channel with a computer or
/// provider, or a provider of Microsoft's.
pub(super) fn is_windows_event(record: &Record<'_>) -> bool {
    let event = WindowsEvent::read(record);
    let numbered = event.event_id().is_some_and(|id| u16::try_from(id).is_ok());
    let provider = event.envelope.first_text(SOURCE);
    let placed = event.channel().is_some()
        && (provider.is_some() || event.envelope.first_text(COMPUTER).is_some());
    numbered && (placed || provider.is_some_and(|name| name.starts_with("Microsoft-Windows-")))
}

const CHANNEL: &[&str] = &["Channel", "channel", "log_name", "LogName"];
const COMPUTER: &[&str] = &["Computer", "Hostname", "computer_name", "computer", "MachineName"];
const EVENT_ID: &[&str] = &["EventID", "event_id", "EventId", "Id"];
const MESSAGE: &[&str] = &["Message", "message"];
const RECORD_ID: &[&str] =
    &["EventRecordID", "EventRecordId", "RecordNumber", "record_id", "record_number", "RecordId"];
const SOURCE: &[&str] = &["SourceName", "ProviderName", "provider_name", "source_name", "Provider"];
const TIME: &[&str] = &[
    "SystemTime",
    "TimeCreated",
    "EventTime",
    "TimeGenerated",
    "@timestamp",
    "timestamp",
    "UtcTime",
];

/// Objects whose members are data of the event.
const DATA_OBJECTS: [&str; 4] = ["EventData", "event_data", "UserData", "user_data"];
/// Objects whose members are part of the envelope.
const ENVELOPE_OBJECTS: [&str; 3] = ["Event", "System", "winlog"];
/// How deep objects of either kind may stand in one another.
const MOST_DEPTH: usize = 4;

/// Names that are never data, besides those of the lists above.
const ENVELOPE: [&str; 56] = [
    "@version",
    "AccountName",
    "AccountType",
    "ActivityID",
    "Category",
    "Correlation",
    "Domain",
    "ERROR_EVT_UNRESOLVED",
    "EventReceivedTime",
    "EventTypeOrignal",
    "ExecutionProcessID",
    "Keywords",
    "Level",
    "LevelDisplayName",
    "Opcode",
    "OpcodeDisplayName",
    "OpcodeValue",
    "ProviderGuid",
    "Qualifiers",
    "RelatedActivityID",
    "Security",
    "Severity",
    "SeverityValue",
    "SourceModuleName",
    "SourceModuleType",
    "Task",
    "TaskDisplayName",
    "ThreadID",
    "UserID",
    "Version",
    "_id",
    "_index",
    "_score",
    "_type",
    "activity_id",
    "agent",
    "beat",
    "ecs",
    "event",
    "host",
    "input",
    "keywords",
    "level",
    "log",
    "offset",
    "opcode",
    "port",
    "process",
    "process_id",
    "provider_guid",
    "tags",
    "task",
    "thread_id",
    "type",
    "user",
    "version",
];

/// What some recorders write as `EventType`, where it is the outcome and not a field of the event.
const OUTCOMES: [&str; 8] =
    ["INFO", "AUDIT_SUCCESS", "AUDIT_FAILURE", "WARNING", "ERROR", "CRITICAL", "VERBOSE", "DEBUG"];

/// An event taken apart.
pub(super) struct WindowsEvent<'a> {
    envelope: Record<'a>,
    data: Record<'a>,
}

impl<'a> WindowsEvent<'a> {
    fn read(record: &'a Record<'_>) -> Self {
        let mut event = Self { envelope: Record::default(), data: Record::default() };
        for (name, value) in record.iter() {
            event.sort_in(Cow::Borrowed(name), value.borrowed(), 0);
        }
        event
    }

    fn sort_in(&mut self, name: Cow<'a, str>, value: Value<'a>, depth: usize) {
        if let Value::Nested(Cow::Borrowed(text)) = value
            && depth < MOST_DEPTH
        {
            if DATA_OBJECTS.contains(&name.as_ref()) {
                self.read_data(text);
                return;
            }
            if ENVELOPE_OBJECTS.contains(&name.as_ref()) {
                for (name, value) in json::members(text) {
                    self.sort_in(name, value, depth + 1);
                }
                return;
            }
            if let Some((name, value)) = attribute(&name, text) {
                self.envelope.push(name, value);
                return;
            }
        }
        if is_envelope(&name, &value) {
            self.envelope.push(name, value);
        } else {
            self.data.push(name, value);
        }
    }

    /// The members of an object of data. `{"Data": [{"#attributes": {"Name": n}, "#text": v}]}` is how the
    /// XML is rendered by some.
    fn read_data(&mut self, text: &'a str) {
        for (name, value) in json::members(text) {
            let named = match value {
                Value::Nested(Cow::Borrowed(list)) if name == "Data" => named_data(list),
                _ => Vec::new(),
            };
            if named.is_empty() {
                self.data.push(name, value);
            }
            for (name, value) in named {
                self.data.push(name, value);
            }
        }
    }

    fn channel(&self) -> Option<Cow<'_, str>> {
        self.envelope.first_text(CHANNEL)
    }

    /// The provider. A record without one is of the provider that its channel is named after
    /// (`Microsoft-Windows-Sysmon/Operational`), or of the one that writes this event to its channel.
    fn source(&self) -> Option<Cow<'_, str>> {
        self.envelope.first_text(SOURCE).or_else(|| {
            let channel = self.channel()?;
            let named =
                channel.split_once('/').map(|(provider, _)| Cow::Owned(provider.to_owned()));
            named.or_else(|| usual_provider(&channel, self.event_id()?).map(Cow::Borrowed))
        })
    }

    /// The order of the event's fields in its provider's own schema, as far as it is known here.
    fn field_order(&self) -> &'static [&'static str] {
        if self.is_sysmon() {
            sysmon::field_order(self.event_id())
        } else {
            field_order::of(self.is_security(), self.event_id())
        }
    }

    fn is_security(&self) -> bool {
        match self.channel() {
            Some(channel) => channel.eq_ignore_ascii_case("Security"),
            None => self.source().is_some_and(|source| {
                source.eq_ignore_ascii_case("Microsoft-Windows-Security-Auditing")
            }),
        }
    }

    fn is_other_channel(&self) -> bool {
        !self.is_security()
            && self.envelope.first_text(EVENT_ID).is_some()
            && (self.channel().is_some() || self.source().is_some())
    }

    fn is_sysmon(&self) -> bool {
        const SYSMON: &str = "Microsoft-Windows-Sysmon";
        let named = |text: Option<Cow<'_, str>>| {
            text.is_some_and(|text| {
                text.get(..SYSMON.len()).is_some_and(|head| head.eq_ignore_ascii_case(SYSMON))
            })
        };
        named(self.source()) || named(self.channel())
    }

    fn event_id(&self) -> Option<i64> {
        EVENT_ID.iter().find_map(|name| self.envelope.get(name)).and_then(Value::as_long)
    }

    /// When the event happened, in nanoseconds since 1970. A time without a zone is read by `clock`.
    fn time(&self, clock: Clock) -> Option<i64> {
        TIME.iter()
            .filter_map(|name| {
                self.envelope.get(name).or_else(|| self.data.get(name)).map(|value| (*name, value))
            })
            .find_map(|(name, value)| clock.to_utc(name, value))
    }

    /// A field of the data, by its exact name.
    fn field(&self, name: &str) -> Option<Cow<'_, str>> {
        self.data.get(name).and_then(Value::as_text)
    }

    /// Adds every field of the event that `row` does not have yet, as recorded.
    fn add_rest(&self, row: &mut Record<'a>) {
        let mut there: HashSet<String> = row.iter().map(|(name, _)| name.to_owned()).collect();
        for (name, value) in self.data.iter().chain(self.envelope.iter()) {
            if there.insert(name.to_owned()) {
                row.push(name.to_owned(), value.clone());
            }
        }
    }
}

/// The provider that writes events of this number to a channel that several share.
fn usual_provider(channel: &str, event_id: i64) -> Option<&'static str> {
    let is = |name: &str| channel.eq_ignore_ascii_case(name);
    match event_id {
        1100 | 1102 | 1104 | 1105 | 1108 if is("Security") => Some("Microsoft-Windows-Eventlog"),
        104 if is("System") => Some("Microsoft-Windows-Eventlog"),
        7000..=7045 if is("System") => Some("Service Control Manager"),
        _ if is("Security") => Some("Microsoft-Windows-Security-Auditing"),
        _ if is("Windows PowerShell") => Some("PowerShell"),
        _ => None,
    }
}

fn is_envelope(name: &str, value: &Value<'_>) -> bool {
    let listed = |names: &[&str]| names.contains(&name);
    match name {
        "EventType" => value.as_text().is_some_and(|text| OUTCOMES.contains(&text.as_ref())),
        // Sysmon's own time is a field of its events.
        "UtcTime" => false,
        _ => {
            [CHANNEL, COMPUTER, EVENT_ID, MESSAGE, RECORD_ID, SOURCE, TIME].into_iter().any(listed)
                || ENVELOPE.contains(&name)
        }
    }
}

/// What an element of the rendered XML says: its text, or the attribute that carries its meaning.
fn attribute<'a>(element: &str, text: &'a str) -> Option<(&'static str, Value<'a>)> {
    let members = json::members(text);
    let attributes = match members.get("#attributes") {
        Some(Value::Nested(Cow::Borrowed(text))) => json::members(text),
        _ => members.clone(),
    };
    let found = |record: &Record<'a>, name: &str| record.get(name).cloned();
    match element {
        "Provider" => Some(("SourceName", found(&attributes, "Name")?)),
        "TimeCreated" => Some(("SystemTime", found(&attributes, "SystemTime")?)),
        "EventID" => Some(("EventID", found(&members, "#text")?)),
        "Execution" => Some(("ExecutionProcessID", found(&attributes, "ProcessID")?)),
        "Correlation" => Some(("ActivityID", found(&attributes, "ActivityID")?)),
        "Security" => Some(("UserID", found(&attributes, "UserID")?)),
        _ => None,
    }
}

fn named_data(list: &str) -> Vec<(Cow<'_, str>, Value<'_>)> {
    json::elements(list)
        .into_iter()
        .filter_map(|element| {
            let Value::Nested(Cow::Borrowed(text)) = element else { return None };
            let members = json::members(text);
            let attributes = match members.get("#attributes") {
                Some(Value::Nested(Cow::Borrowed(text))) => json::members(text),
                _ => members.clone(),
            };
            let name = match attributes.get("Name").or_else(|| attributes.get("@Name"))? {
                Value::Text(name) => name.clone(),
                _ => return None,
            };
            Some((name, members.get("#text").cloned().unwrap_or(Value::Null)))
        })
        .collect()
}
