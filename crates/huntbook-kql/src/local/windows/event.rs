//! `Event`: channels other than Security, in the columns of Log Analytics.
//!
//! Source: <https://learn.microsoft.com/azure/azure-monitor/reference/tables/event>

use super::super::record::Record;
use super::super::value::Value;
use super::{COMPUTER, Clock, MESSAGE, WindowsEvent, data_xml};

/// The row of `Event` for an event of any channel.
pub(super) fn row<'a>(event: &WindowsEvent<'a>, clock: Clock) -> Record<'a> {
    let time = event.time(clock);
    let order = event.field_order();
    let mut row = Record::default();
    if let Some(time) = time {
        row.push("TimeGenerated", Value::Time(time));
    }
    let mut put = |name: &'static str, text: Option<String>| {
        if let Some(text) = text {
            row.push(name, Value::text(text));
        }
    };
    put("Computer", event.envelope.first_text(COMPUTER).map(Into::into));
    put("EventLog", event.channel().map(Into::into));
    put("Source", event.source().map(Into::into));
    put("EventID", event.event_id().map(|id| id.to_string()));
    put("UserName", user_name(event));
    put("RenderedDescription", event.envelope.first_text(MESSAGE).map(Into::into));
    let level = event.envelope.first_text(&["Severity", "LevelDisplayName", "level", "Level"]);
    if let Some((number, name)) = level.as_deref().and_then(level_of) {
        put("EventLevel", Some(number.to_string()));
        put("EventLevelName", Some(name.to_owned()));
    }
    put("EventData", Some(data_xml::data_item(&event.data, order, time)));
    put("ParameterXml", Some(data_xml::parameters(&event.data, order)));
    if let Some(task) = event.envelope.get("Task").filter(|task| task.as_int().is_some()) {
        row.push("EventCategory", task.clone());
    }
    row
}

/// Who the event is about, as `DOMAIN\user`: the account that raised it, or the user in its data.
fn user_name(event: &WindowsEvent<'_>) -> Option<String> {
    match (event.envelope.first_text(&["Domain"]), event.envelope.first_text(&["AccountName"])) {
        (Some(domain), Some(account)) => Some(format!("{domain}\\{account}")),
        (None, Some(account)) => Some(account.into_owned()),
        _ => event.field("User").map(Into::into),
    }
}

/// The number and the name that the table shows for a severity.
pub(super) fn level_of(severity: &str) -> Option<(u8, &'static str)> {
    const LEVELS: [(u8, &str, &[&str]); 5] = [
        (1, "Error", &["error", "critical", "1", "2"]),
        (2, "Warning", &["warning", "3"]),
        (4, "Information", &["info", "information", "4", "0"]),
        (5, "Verbose", &["verbose", "debug", "5"]),
        (8, "Success Audit", &["audit_success"]),
    ];
    let severity = severity.to_ascii_lowercase();
    LEVELS
        .into_iter()
        .find(|(_, _, spellings)| spellings.contains(&severity.as_str()))
        .map(|(number, name, _)| (number, name))
}
