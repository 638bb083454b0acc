//! EVTX, the file format of Windows' event log, as one JSON object an event.
//!
//! A file is a header and *chunks* of 64 KiB, each readable by itself; a chunk holds *records*, each an event in
//! *binary XML* (`binxml.rs`). What comes out has the envelope of an event flat (`Channel`, `EventID`,
//! `SystemTime`, ...) and its data under `EventData` or `UserData` (`event.rs`), which is what the Windows
//! tables are made of.
//!
//! Anything in a file may be a lie: offsets, sizes and counts are checked against the chunk, nesting and the
//! text of one event are bounded. A record that cannot be read is counted and left out.
//!
//! Source: <https://github.com/libyal/libevtx/blob/main/documentation/Windows%20XML%20Event%20Log%20(EVTX).asciidoc>
//! and the open specification MS-EVEN6.

mod binxml;
mod bytes;
mod event;
#[cfg(test)]
mod tests;
mod value;
#[cfg(test)]
pub(super) mod write;

use std::convert::Infallible;

use flate2::Crc;

use bytes::Bytes;

use super::parallel;

/// How a file of events begins.
pub(super) const MAGIC: &[u8; 8] = b"ElfFile\0";

const CHUNK_MAGIC: &[u8; 8] = b"ElfChnk\0";
const RECORD_MAGIC: u32 = 0x0000_2A2A;
const FILE_HEADER: usize = 4096;
const CHUNK: usize = 64 << 10;
const CHUNK_HEADER: usize = 512;
/// How many chunks are read before their text is counted: 16 MiB of a file.
const CHUNKS_AT_ONCE: usize = 256;
/// Most bytes of text that the records of one chunk may unfold to.
const MOST_CHUNK_TEXT: usize = 16 << 20;
/// The least that a record can be: its header, an empty fragment, its size again.
const LEAST_RECORD: usize = 28;

/// The events of a file, and what could not be read of it.
#[derive(Debug, Default)]
pub(super) struct Events {
    /// One JSON object a line.
    pub(super) json: String,
    /// How many events were read.
    pub(super) read: usize,
    /// How many records could not be read, as far as that can be told.
    pub(super) unreadable: u64,
    /// Why the first of them could not.
    pub(super) reason: Option<String>,
    /// How many chunks have another checksum than they say.
    pub(super) changed: usize,
}

impl Events {
    fn append(&mut self, more: Self) {
        self.json.push_str(&more.json);
        self.read += more.read;
        self.changed += more.changed;
        self.lose(more.unreadable, || more.reason.unwrap_or_default());
    }

    fn lose(&mut self, records: u64, reason: impl FnOnce() -> String) {
        self.unreadable = self.unreadable.saturating_add(records);
        if records > 0 && self.reason.is_none() {
            self.reason = Some(reason());
        }
    }
}

/// Reads the events of a file until their text has more than `most` bytes.
///
/// # Errors
///
/// What is wrong, in words, where the file is none of events.
pub(super) fn read(file: &[u8], most: u64) -> Result<Events, String> {
    if !file.starts_with(MAGIC) {
        return Err("it does not begin as a file of Windows events does".to_owned());
    }
    let stated = Bytes(file).u16(40).map_or(FILE_HEADER, usize::from);
    let header = if stated >= 128 && stated % 128 == 0 { stated } else { FILE_HEADER };
    let mut events = Events::default();
    let chunks = file.get(header..).ok_or("it ends inside its header")?;
    let chunks: Vec<(usize, &[u8])> = chunks.chunks(CHUNK).enumerate().collect();
    for some in chunks.chunks(CHUNKS_AT_ONCE) {
        let read = parallel::map(some, |(number, chunk)| Ok(read_chunk(chunk, *number)));
        read.unwrap_or_else(|never: Infallible| match never {})
            .into_iter()
            .for_each(|more| events.append(more));
        if events.json.len() as u64 > most {
            break;
        }
    }
    Ok(events)
}

fn read_chunk(chunk: &[u8], number: usize) -> Events {
    let mut events = Events::default();
    if chunk.starts_with(CHUNK_MAGIC) {
        read_records(chunk, number, &mut events);
    } else if chunk.iter().any(|byte| *byte != 0) {
        // Room for later events would be zeros.
        events.lose(1, || format!("chunk {number} does not begin as one does"));
    }
    events
}

fn read_records(chunk: &[u8], number: usize, events: &mut Events) {
    let bytes = Bytes(chunk);
    let header = (|| {
        let first = bytes.u64(8)?;
        let last = bytes.u64(16)?;
        let stated = last.checked_sub(first).and_then(|more| more.checked_add(1)).unwrap_or(0);
        Some((stated, usize::try_from(bytes.u32(48)?).ok()?))
    })();
    let Some((stated, free)) = header.filter(|_| chunk.len() > CHUNK_HEADER) else {
        events.lose(1, || format!("chunk {number} ends inside its header"));
        return;
    };
    let end = if (CHUNK_HEADER..=CHUNK).contains(&free) { free } else { CHUNK };
    if !has_its_checksums(chunk, free) {
        events.changed += 1;
    }
    let most = ((CHUNK - CHUNK_HEADER) / LEAST_RECORD) as u64;
    let stated = if (1..=most).contains(&stated) { stated } else { 0 };

    let mut at = CHUNK_HEADER;
    let mut seen = 0_u64;
    let mut budget = MOST_CHUNK_TEXT;
    while at < end {
        let record = bytes.u32(at).filter(|magic| *magic == RECORD_MAGIC);
        let size = record.and_then(|_| usize::try_from(bytes.u32(at + 4)?).ok());
        let whole = size.filter(|size| *size >= LEAST_RECORD && at + size <= end);
        let Some((size, record)) = whole.and_then(|size| Some((size, chunk.get(at..at + size)?)))
        else {
            let lost = stated.saturating_sub(seen).max(1);
            let place = FILE_HEADER + number * CHUNK + at;
            events.lose(lost, || format!("no whole record stands at byte {place}"));
            return;
        };
        seen += 1;
        match read_record(chunk, at, record.len(), &mut budget) {
            Ok(json) => {
                events.json.push_str(&json);
                events.json.push('\n');
                events.read += 1;
            }
            Err(reason) => {
                let place = FILE_HEADER + number * CHUNK + at;
                events.lose(1, || format!("the record at byte {place} {reason}"));
            }
        }
        at += size;
    }
    events.lose(stated.saturating_sub(seen), || {
        format!("chunk {number} holds fewer records than it says")
    });
}

fn read_record(
    chunk: &[u8],
    at: usize,
    size: usize,
    budget: &mut usize,
) -> Result<String, &'static str> {
    let bytes = Bytes(chunk);
    let number = bytes.u64(at + 8).ok_or("ends early")?;
    let written = bytes.u64(at + 16).ok_or("ends early")?;
    let root = binxml::parse(chunk, at + 24, at + size - 4, budget)?;
    Ok(event::to_json(&root, number, written))
}

fn has_its_checksums(chunk: &[u8], free: usize) -> bool {
    let bytes = Bytes(chunk);
    let sum = |parts: &[Option<&[u8]>]| {
        let mut crc = Crc::new();
        for part in parts {
            crc.update((*part)?);
        }
        Some(crc.sum())
    };
    let header = sum(&[chunk.get(..120), chunk.get(128..CHUNK_HEADER)]);
    let records = sum(&[chunk.get(CHUNK_HEADER..free)]);
    header.is_some() && header == bytes.u32(124) && records.is_some() && records == bytes.u32(52)
}
