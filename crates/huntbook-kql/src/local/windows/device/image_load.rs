//! `DeviceImageLoadEvents`: Sysmon 7.

use super::super::WindowsEvent;
use super::super::recording::Recording;
use super::{Row, field};

pub(super) fn row<'a>(event: &WindowsEvent<'_>, recording: &Recording) -> Option<Row<'a>> {
    if event.event_id() != Some(7) || !event.is_sysmon() {
        return None;
    }
    let mut row = Row::new(event, recording, "ImageLoaded");
    row.put_file(field(event, "ImageLoaded").as_deref());
    row.put_hashes(field(event, "Hashes").as_deref());
    row.put_actor(event, recording, "");
    Some(row)
}
