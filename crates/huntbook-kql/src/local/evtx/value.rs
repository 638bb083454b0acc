//! The values of a template's instance, as text as Windows writes them.

use std::fmt::Write;

use super::super::timestamp;
use super::bytes::{Bytes, utf16};

pub(super) const TEXT: u8 = 0x01;
pub(super) const NESTED: u8 = 0x21;
const ARRAY: u8 = 0x80;
/// What a time counts from, in units of 100 ns before 1970.
const EPOCH: i128 = 116_444_736_000_000_000;

/// A value: its type and where its bytes stand in the chunk.
#[derive(Debug, Clone, Copy)]
pub(super) struct Value {
    pub(super) kind: u8,
    pub(super) start: usize,
    pub(super) length: usize,
}

type Result<T> = std::result::Result<T, &'static str>;

impl Value {
    pub(super) const fn is_null(&self) -> bool {
        self.kind == 0 || self.length == 0
    }

    /// Where a value that is binary XML stands.
    pub(super) fn nested(&self) -> Option<(usize, usize)> {
        (self.kind == NESTED).then_some((self.start, self.length))
    }

    /// The items of an array; `None` where the value is none.
    pub(super) fn items(&self, chunk: Bytes<'_>) -> Result<Option<Vec<String>>> {
        if self.kind & ARRAY == 0 {
            return Ok(None);
        }
        let bytes = chunk.slice(self.start, self.length).ok_or("ends early")?;
        let kind = self.kind & !ARRAY;
        let items = match (kind, width(kind)) {
            (TEXT, _) => {
                let mut items: Vec<String> = split_units(bytes).map(utf16).collect();
                // Each item ends in a NUL.
                if items.last().is_some_and(String::is_empty) {
                    items.pop();
                }
                items
            }
            (_, Some(width)) => {
                let items = bytes.chunks_exact(width).map(|item| text_of(kind, item));
                items.collect::<Result<_>>()?
            }
            (_, None) => vec![hexadecimal(bytes)],
        };
        Ok(Some(items))
    }

    pub(super) fn text(&self, chunk: Bytes<'_>) -> Result<String> {
        let bytes = chunk.slice(self.start, self.length).ok_or("ends early")?;
        if bytes.is_empty() { Ok(String::new()) } else { text_of(self.kind, bytes) }
    }
}

/// UTF-16 between NULs.
fn split_units(bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut rest = Some(bytes);
    std::iter::from_fn(move || {
        let now = rest?;
        let end = now.chunks_exact(2).position(|unit| unit == [0, 0]);
        rest = end.and_then(|end| now.get(end * 2 + 2..));
        Some(end.map_or(now, |end| &now[..end * 2]))
    })
}

/// The bytes of one value of a type whose values are all as long.
const fn width(kind: u8) -> Option<usize> {
    Some(match kind {
        0x03 | 0x04 => 1,
        0x05 | 0x06 => 2,
        0x07 | 0x08 | 0x0B | 0x0D | 0x14 => 4,
        0x09 | 0x0A | 0x0C | 0x11 | 0x15 => 8,
        0x0F | 0x12 => 16,
        _ => return None,
    })
}

fn text_of(kind: u8, bytes: &[u8]) -> Result<String> {
    const WRONG: &str = "holds a value that does not have the size of its type";
    fn array<const N: usize>(bytes: &[u8]) -> Result<[u8; N]> {
        bytes.try_into().map_err(|_| WRONG)
    }
    Ok(match kind {
        0x00 => String::new(),
        TEXT => utf16(bytes),
        0x02 => bytes.iter().take_while(|byte| **byte != 0).map(|byte| char::from(*byte)).collect(),
        0x03 => i8::from_le_bytes(array(bytes)?).to_string(),
        0x04 => u8::from_le_bytes(array(bytes)?).to_string(),
        0x05 => i16::from_le_bytes(array(bytes)?).to_string(),
        0x06 => u16::from_le_bytes(array(bytes)?).to_string(),
        0x07 => i32::from_le_bytes(array(bytes)?).to_string(),
        0x08 => u32::from_le_bytes(array(bytes)?).to_string(),
        0x09 => i64::from_le_bytes(array(bytes)?).to_string(),
        0x0A => u64::from_le_bytes(array(bytes)?).to_string(),
        0x0B => f32::from_le_bytes(array(bytes)?).to_string(),
        0x0C => f64::from_le_bytes(array(bytes)?).to_string(),
        0x0D => (u32::from_le_bytes(array(bytes)?) != 0).to_string(),
        0x0E => hexadecimal(bytes),
        0x0F => guid(array(bytes)?),
        // A size has the width of the machine that wrote it.
        0x10 | 0x14 | 0x15 => match bytes.len() {
            4 => format!("0x{:x}", u32::from_le_bytes(array(bytes)?)),
            8 => format!("0x{:x}", u64::from_le_bytes(array(bytes)?)),
            _ => return Err(WRONG),
        },
        0x11 => file_time(u64::from_le_bytes(array(bytes)?)),
        0x12 => system_time(array(bytes)?),
        0x13 => sid(bytes).ok_or(WRONG)?,
        _ => return Err("holds a value of a type that is not known"),
    })
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        write!(text, "{byte:02X}").unwrap_or_default();
        text
    })
}

fn guid(bytes: [u8; 16]) -> String {
    format!("{{{}}}", uuid::Uuid::from_bytes_le(bytes).hyphenated()).to_uppercase()
}

/// A time that counts 100 ns since 1601, as ISO 8601 in UTC; the number where the engine has no such year.
pub(super) fn file_time(ticks: u64) -> String {
    let nanoseconds = (i128::from(ticks) - EPOCH) * 100;
    i64::try_from(nanoseconds).map_or_else(|_| ticks.to_string(), timestamp::to_iso)
}

fn system_time(bytes: [u8; 16]) -> String {
    let part = |at: usize| u16::from_le_bytes([bytes[at], bytes[at + 1]]);
    format!(
        "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z",
        part(0),
        part(2),
        part(6),
        part(8),
        part(10),
        part(12),
        part(14)
    )
}

fn sid(bytes: &[u8]) -> Option<String> {
    let (head, parts) = bytes.split_at_checked(8)?;
    let authority = head[2..].iter().fold(0_u64, |value, byte| value << 8 | u64::from(*byte));
    let mut text = format!("S-{}-{authority}", head[0]);
    for part in parts.chunks_exact(4).take(usize::from(head[1])) {
        let part = u32::from_le_bytes(part.try_into().ok()?);
        write!(text, "-{part}").ok()?;
    }
    (parts.len() >= usize::from(head[1]) * 4).then_some(text)
}
