//! `DeviceFileEvents`: Sysmon 11 and 15 (made), 23 and 26 (deleted).

use super::super::WindowsEvent;
use super::super::recording::Recording;
use super::{Row, field};

pub(super) fn row<'a>(event: &WindowsEvent<'_>, recording: &Recording) -> Option<Row<'a>> {
    if !event.is_sysmon() {
        return None;
    }
    let action = match event.event_id()? {
        11 | 15 => "FileCreated",
        23 | 26 => "FileDeleted",
        _ => return None,
    };
    let mut row = Row::new(event, recording, action);
    row.put_file(field(event, "TargetFilename").as_deref());
    row.put_hashes(field(event, "Hashes").or_else(|| field(event, "Hash")).as_deref());
    row.put_actor(event, recording, "");
    // The mark that a browser leaves on what it brought in.
    if let Some(mark) = field(event, "Contents") {
        let line = |name: &str| {
            mark.lines().find_map(|line| line.trim().strip_prefix(name)).map(str::to_owned)
        };
        row.put("FileOriginUrl", line("HostUrl="));
        row.put("FileOriginReferrerUrl", line("ReferrerUrl="));
    }
    Some(row)
}
