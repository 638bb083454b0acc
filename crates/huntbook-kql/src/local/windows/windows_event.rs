//! `WindowsEvent`: events of every channel with their data as one dynamic column.
//!
//! Source: <https://learn.microsoft.com/azure/azure-monitor/reference/tables/windowsevent>

use std::borrow::Cow;

use super::super::record::Record;
use super::super::value::{Value, quote_json};
use super::{COMPUTER, Clock, RECORD_ID, WindowsEvent, event::level_of};

/// The row of `WindowsEvent` for an event of any channel.
pub(super) fn row<'a>(event: &WindowsEvent<'a>, clock: Clock) -> Record<'a> {
    let mut row = Record::default();
    if let Some(time) = event.time(clock) {
        row.push("TimeGenerated", Value::Time(time));
    }
    let mut put = |name: &'static str, text: Option<String>| {
        if let Some(text) = text {
            row.push(name, Value::text(text));
        }
    };
    let envelope = |names: &[&str]| event.envelope.first_text(names).map(Cow::into_owned);
    let number = |names: &[&str]| envelope(names).filter(|text| text.parse::<i32>().is_ok());
    put("Channel", event.channel().map(Cow::into_owned));
    put("Computer", envelope(COMPUTER));
    put("Provider", event.source().map(Cow::into_owned));
    put("EventID", event.event_id().map(|id| id.to_string()));
    put("EventRecordId", envelope(RECORD_ID));
    put("Keywords", envelope(&["Keywords", "keywords"]));
    put("Task", number(&["Task", "task"]));
    put("Opcode", envelope(&["Opcode", "opcode"]));
    put("Version", number(&["Version", "version"]));
    put("Correlation", envelope(&["ActivityID", "activity_id"]));
    put("SystemProcessId", number(&["ExecutionProcessID", "process_id"]));
    put("SystemThreadId", number(&["ThreadID", "thread_id"]));
    put("SystemUserId", envelope(&["UserID"]));
    let level = envelope(&["Severity", "LevelDisplayName", "level", "Level"]);
    if let Some((number, name)) = level.as_deref().and_then(level_of) {
        put("EventLevel", Some(number.to_string()));
        put("EventLevelName", Some(name.to_owned()));
    }
    row.push("EventData", Value::Nested(event_data(&event.data).into()));
    row
}

/// The data as a JSON object, every value as text, as the agent writes them.
fn event_data(data: &Record<'_>) -> String {
    let members: Vec<String> = data
        .iter()
        .map(|(name, value)| {
            let value = match value {
                Value::Nested(json) => json.clone().into_owned(),
                value => quote_json(&value.as_text().unwrap_or_default()),
            };
            format!("{}:{value}", quote_json(name))
        })
        .collect();
    format!("{{{}}}", members.join(","))
}
