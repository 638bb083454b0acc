//! One data file: what it holds by its name, and its bytes, unpacked in memory and never to disk.

use std::fs::File;
use std::io::{BufReader, Read};
use std::path::Path;

use flate2::read::MultiGzDecoder;

use super::error::{LocalError, Origin};
use super::evtx;

/// How a file's rows are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    /// Parquet: read in place, column by column.
    Parquet,
    /// Values between commas; semicolons and bars are recognised.
    Csv,
    /// Values between tabs.
    Tsv,
    /// JSON objects: one a line, in arrays, or after one another.
    Json,
    /// Windows' event log: every event becomes a JSON object.
    Evtx,
    /// `.log`: Zeek's tab-separated form or JSON, told by its first bytes.
    Log,
}

/// How much unpacking may take, so that a small hostile file cannot fill the memory.
#[derive(Debug, Clone, Copy)]
pub(super) struct Limits {
    /// Most bytes that one file may unpack to.
    bytes: u64,
    /// Most unpacked bytes for each packed one, once more than [`Limits::RATIO_FLOOR`] came out.
    ratio: u64,
}

impl Limits {
    /// Logs pack 10 to 50 times; runs of one line a few hundred times; DEFLATE's own bound is 1032.
    pub(super) const STANDARD: Self = Self { bytes: 4 << 30, ratio: 400 };

    /// Below this many bytes the ratio says nothing.
    const RATIO_FLOOR: u64 = 64 << 20;

    fn bound(self, packed: u64) -> u64 {
        self.bytes.min(packed.saturating_mul(self.ratio).max(Self::RATIO_FLOOR.min(self.bytes)))
    }
}

/// A file or archive member that is read as rows of a table.
#[derive(Debug, Clone)]
pub(super) struct DataFile {
    pub(super) origin: Origin,
    pub(super) format: Format,
    gzipped: bool,
    limits: Limits,
}

/// A file's text, and what its reader should know of it.
pub(super) struct Text {
    pub(super) content: String,
    /// Whether bytes that were no text had to be replaced.
    pub(super) repaired: bool,
    /// What could not be read, in words.
    pub(super) losses: Vec<String>,
}

/// Splits a file's name into the part that names a table and what its extensions say. `None` where
/// they say nothing that can be read.
pub(super) fn split_name(name: &str) -> Option<(&str, Format, bool)> {
    let (rest, gzipped) = match strip_extension(name, "gz") {
        Some(rest) => (rest, true),
        None => (name, false),
    };
    [
        ("parquet", Format::Parquet),
        ("pq", Format::Parquet),
        ("csv", Format::Csv),
        ("tsv", Format::Tsv),
        ("ndjson", Format::Json),
        ("jsonl", Format::Json),
        ("json", Format::Json),
        ("log", Format::Log),
        ("evtx", Format::Evtx),
    ]
    .into_iter()
    .find_map(|(extension, format)| Some((strip_extension(rest, extension)?, format, gzipped)))
}

/// `name` without `.extension`, whatever its case.
pub(super) fn strip_extension<'a>(name: &'a str, extension: &str) -> Option<&'a str> {
    let (rest, last) = name.rsplit_once('.')?;
    (last.eq_ignore_ascii_case(extension) && !rest.is_empty()).then_some(rest)
}

impl DataFile {
    pub(super) fn new(origin: Origin, format: Format, gzipped: bool) -> Self {
        Self { origin, format, gzipped, limits: Limits::STANDARD }
    }

    /// The path, where the file can be read in place.
    pub(super) fn plain_path(&self) -> Option<&Path> {
        (self.origin.member.is_none() && !self.gzipped).then_some(self.origin.path.as_path())
    }

    /// All bytes, unpacked.
    pub(super) fn bytes(&self) -> Result<Vec<u8>, LocalError> {
        self.read_up_to(None)
    }

    /// At most `length` bytes from the beginning, unpacked.
    pub(super) fn head(&self, length: u64) -> Result<Vec<u8>, LocalError> {
        self.read_up_to(Some(length))
    }

    /// The text of the whole file: UTF-8, or UTF-16 where a byte-order mark says so; for an event log, its
    /// events as JSON.
    pub(super) fn text(&self) -> Result<Text, LocalError> {
        let bytes = self.bytes()?;
        if self.format == Format::Evtx { self.events(&bytes) } else { Ok(decode(bytes)) }
    }

    fn events(&self, bytes: &[u8]) -> Result<Text, LocalError> {
        let damaged = |reason: String| LocalError::Damaged {
            origin: self.origin.clone(),
            reason,
            help: "export the log again, or copy it while no service writes to it",
        };
        let events = evtx::read(bytes, self.limits.bytes).map_err(damaged)?;
        if events.json.len() as u64 > self.limits.bytes {
            let limit = self.limits.bytes;
            return Err(LocalError::TooLarge { origin: self.origin.clone(), limit });
        }
        let reason = events.reason.unwrap_or_default();
        if events.read == 0 && events.unreadable > 0 {
            return Err(damaged(format!("none of its records can be read ({reason})")));
        }
        let mut losses = Vec::new();
        if events.unreadable > 0 {
            losses.push(format!(
                "{} records of {} are unreadable and left out ({reason}); {} were read",
                events.unreadable, self.origin, events.read
            ));
        }
        if events.changed > 0 {
            losses.push(format!(
                "{} chunks of {} do not have the checksum that they say: their records were read, but may have been changed",
                events.changed, self.origin
            ));
        }
        Ok(Text { content: events.json, repaired: false, losses })
    }

    fn read_up_to(&self, length: Option<u64>) -> Result<Vec<u8>, LocalError> {
        let file = self.open()?;
        let Some(member) = &self.origin.member else {
            let packed = file.metadata().map_or(u64::MAX, |metadata| metadata.len());
            return self.unpack(BufReader::new(file), packed, length);
        };
        let mut archive = zip::ZipArchive::new(BufReader::new(file))
            .map_err(|error| damaged_zip(Origin::file(&self.origin.path), &error))?;
        let entry =
            archive.by_name(member).map_err(|error| damaged_zip(self.origin.clone(), &error))?;
        let packed = entry.compressed_size();
        self.unpack(entry, packed, length)
    }

    fn open(&self) -> Result<File, LocalError> {
        File::open(&self.origin.path).map_err(|error| LocalError::Read {
            origin: Origin::file(&self.origin.path),
            reason: error.to_string(),
        })
    }

    fn unpack(
        &self,
        reader: impl Read,
        packed: u64,
        length: Option<u64>,
    ) -> Result<Vec<u8>, LocalError> {
        // Both layers of a gzipped member of an archive count as one: the bound is on what comes out.
        let compressed = self.gzipped || self.origin.member.is_some();
        let bound = if compressed { self.limits.bound(packed) } else { self.limits.bytes };
        let reader: Box<dyn Read + '_> =
            if self.gzipped { Box::new(MultiGzDecoder::new(reader)) } else { Box::new(reader) };
        let mut bytes = Vec::new();
        let allowed = length.map_or(bound, |length| length.min(bound));
        let read = reader.take(allowed.saturating_add(1)).read_to_end(&mut bytes);
        match (read, length) {
            (Ok(_), Some(length)) => bytes.truncate(usize::try_from(length).unwrap_or(usize::MAX)),
            (Ok(_), None) if bytes.len() as u64 > bound => {
                return Err(LocalError::TooLarge { origin: self.origin.clone(), limit: bound });
            }
            (Ok(_), None) => {}
            (Err(error), _) => return Err(self.unreadable(&error, bytes.len())),
        }
        Ok(bytes)
    }

    fn unreadable(&self, error: &std::io::Error, after: usize) -> LocalError {
        use std::io::ErrorKind::{InvalidData, InvalidInput, Other, UnexpectedEof};
        let origin = self.origin.clone();
        match error.kind() {
            UnexpectedEof => LocalError::Damaged {
                origin,
                reason: format!("its packed data end early, after {after} unpacked bytes"),
                help: "the file was probably cut off on its way; copy or download it again",
            },
            InvalidData | InvalidInput | Other => LocalError::Damaged {
                origin,
                reason: format!("{error}, after {after} unpacked bytes"),
                help: "copy or download the file again, or correct its extension if it is not packed",
            },
            _ => LocalError::Read { origin, reason: error.to_string() },
        }
    }
}

/// The names of the files in the archive at `path`, in its order, folders left out.
pub(super) fn zip_members(path: &Path) -> Result<Vec<String>, LocalError> {
    let origin = Origin::file(path);
    let file = File::open(path)
        .map_err(|error| LocalError::Read { origin: origin.clone(), reason: error.to_string() })?;
    let archive = zip::ZipArchive::new(BufReader::new(file))
        .map_err(|error| damaged_zip(origin.clone(), &error))?;
    let mut names = Vec::new();
    for name in archive.file_names() {
        let name = name.map_err(|error| damaged_zip(origin.clone(), &error))?.into_owned();
        if !name.ends_with('/') {
            names.push(name);
        }
    }
    names.sort();
    // Of equal names the archive gives the last, as unpacking would.
    names.dedup();
    Ok(names)
}

fn damaged_zip(origin: Origin, error: &zip::result::ZipError) -> LocalError {
    let help = match error {
        zip::result::ZipError::UnsupportedArchive(_)
        | zip::result::ZipError::CompressionMethodNotSupported(_)
        | zip::result::ZipError::InvalidPassword => {
            "unpack it by other means; archives are read when stored or deflated, without a password"
        }
        _ => "the archive was probably cut off on its way; copy or download it again",
    };
    LocalError::Damaged { origin, reason: format!("not a readable zip archive ({error})"), help }
}

/// Bytes as text. What is not UTF-8 is replaced by U+FFFD.
pub(super) fn decode(bytes: Vec<u8>) -> Text {
    match bytes.as_slice() {
        [0xFF, 0xFE, rest @ ..] => decode_utf16(rest, u16::from_le_bytes),
        [0xFE, 0xFF, rest @ ..] => decode_utf16(rest, u16::from_be_bytes),
        [0xEF, 0xBB, 0xBF, rest @ ..] => decode_utf8(rest.to_vec()),
        _ => decode_utf8(bytes),
    }
}

fn decode_utf8(bytes: Vec<u8>) -> Text {
    match String::from_utf8(bytes) {
        Ok(text) => Text { content: text, repaired: false, losses: Vec::new() },
        Err(error) => {
            let text = String::from_utf8_lossy(error.as_bytes()).into_owned();
            Text { content: text, repaired: true, losses: Vec::new() }
        }
    }
}

fn decode_utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Text {
    let units = bytes.chunks_exact(2).map(|pair| unit([pair[0], pair[1]]));
    let mut repaired = bytes.len() % 2 == 1;
    let text = char::decode_utf16(units)
        .map(|character| {
            character.unwrap_or_else(|_| {
                repaired = true;
                char::REPLACEMENT_CHARACTER
            })
        })
        .collect();
    Text { content: text, repaired, losses: Vec::new() }
}
