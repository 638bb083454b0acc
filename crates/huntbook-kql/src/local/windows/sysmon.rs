//! `Sysmon`: Sysmon's events with their fields as columns, as recorded.
//!
//! Source: <https://learn.microsoft.com/sysinternals/downloads/sysmon>

use super::super::record::Record;
use super::super::value::Value;
use super::{COMPUTER, Clock, WindowsEvent};

/// The row of `Sysmon` for an event of Sysmon's channel.
pub(super) fn row<'a>(event: &WindowsEvent<'a>, clock: Clock) -> Record<'a> {
    let mut row = Record::default();
    if let Some(time) = event.time(clock) {
        row.push("TimeGenerated", Value::Time(time));
    }
    if let Some(computer) = event.envelope.first_text(COMPUTER) {
        row.push("Computer", Value::text(computer.into_owned()));
    }
    if let Some(id) = event.event_id() {
        row.push("EventID", Value::Number(id.to_string().into()));
    }
    event.add_rest(&mut row);
    row
}

/// The order of an event's fields in Sysmon's own schema: queries on `Event` often take a field by its
/// place in the XML, and recordings do not keep the order.
pub(super) fn field_order(event_id: Option<i64>) -> &'static [&'static str] {
    match event_id {
        Some(1) => &[
            "RuleName", "UtcTime", "ProcessGuid", "ProcessId", "Image", "FileVersion", "Description", "Product",
            "Company", "OriginalFileName", "CommandLine", "CurrentDirectory", "User", "LogonGuid", "LogonId",
            "TerminalSessionId", "IntegrityLevel", "Hashes", "ParentProcessGuid", "ParentProcessId",
            "ParentImage", "ParentCommandLine", "ParentUser",
        ],
        Some(2) => &[
            "RuleName", "UtcTime", "ProcessGuid", "ProcessId", "Image", "TargetFilename", "CreationUtcTime",
            "PreviousCreationUtcTime", "User",
        ],
        Some(3) => &[
            "RuleName", "UtcTime", "ProcessGuid", "ProcessId", "Image", "User", "Protocol", "Initiated",
            "SourceIsIpv6", "SourceIp", "SourceHostname", "SourcePort", "SourcePortName", "DestinationIsIpv6",
            "DestinationIp", "DestinationHostname", "DestinationPort", "DestinationPortName",
        ],
        Some(5) => &["RuleName", "UtcTime", "ProcessGuid", "ProcessId", "Image", "User"],
        Some(6) => &[
            "RuleName", "UtcTime", "ImageLoaded", "Hashes", "Signed", "Signature", "SignatureStatus",
        ],
        Some(7) => &[
            "RuleName", "UtcTime", "ProcessGuid", "ProcessId", "Image", "ImageLoaded", "FileVersion",
            "Description", "Product", "Company", "OriginalFileName", "Hashes", "Signed", "Signature",
            "SignatureStatus", "User",
        ],
        Some(8) => &[
            "RuleName", "UtcTime", "SourceProcessGuid", "SourceProcessId", "SourceImage", "TargetProcessGuid",
            "TargetProcessId", "TargetImage", "NewThreadId", "StartAddress", "StartModule", "StartFunction",
            "SourceUser", "TargetUser",
        ],
        Some(9) => &["RuleName", "UtcTime", "ProcessGuid", "ProcessId", "Image", "Device", "User"],
        Some(10) => &[
            "RuleName", "UtcTime", "SourceProcessGUID", "SourceProcessId", "SourceThreadId", "SourceImage",
            "TargetProcessGUID", "TargetProcessId", "TargetImage", "GrantedAccess", "CallTrace", "SourceUser",
            "TargetUser",
        ],
        Some(11 | 23 | 26) => &[
            "RuleName", "UtcTime", "ProcessGuid", "ProcessId", "User", "Image", "TargetFilename",
            "CreationUtcTime", "Hashes", "IsExecutable", "Archived",
        ],
        Some(12) => &[
            "RuleName", "EventType", "UtcTime", "ProcessGuid", "ProcessId", "Image", "TargetObject", "User",
        ],
        Some(13) => &[
            "RuleName", "EventType", "UtcTime", "ProcessGuid", "ProcessId", "Image", "TargetObject", "Details",
            "User",
        ],
        Some(14) => &[
            "RuleName", "EventType", "UtcTime", "ProcessGuid", "ProcessId", "Image", "TargetObject", "NewName",
            "User",
        ],
        Some(15) => &[
            "RuleName", "UtcTime", "ProcessGuid", "ProcessId", "Image", "TargetFilename", "CreationUtcTime",
            "Hash", "Contents", "User",
        ],
        Some(17 | 18) => &[
            "RuleName", "EventType", "UtcTime", "ProcessGuid", "ProcessId", "PipeName", "Image", "User",
        ],
        Some(22) => &[
            "RuleName", "UtcTime", "ProcessGuid", "ProcessId", "QueryName", "QueryStatus", "QueryResults", "Image",
            "User",
        ],
        _ => &[],
    }
}
