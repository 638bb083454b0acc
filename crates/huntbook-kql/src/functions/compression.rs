//! `gzip_compress_to_base64_string`, `zlib_decompress_from_base64_string` and their kin.
//!
//! What is decompressed comes from logs, so that it is bounded: 1 MiB a value, as KQL's own texts, and what
//! `budget` allows in a batch.

use std::io::{Read, Write};

use ::base64::Engine as _;
use ::base64::engine::general_purpose::STANDARD;
use flate2::read::{MultiGzDecoder, ZlibDecoder};
use flate2::write::DeflateEncoder;
use flate2::{Compression, Crc};

use super::budget;
use super::text_functions::of_text;
use crate::kernel::Kernel;

of_text! {
    GZIP_COMPRESS, GZIP, "gzip_compress_to_base64_string", "The text compressed with gzip, in base64.", gzip;
    GZIP_DECOMPRESS, GUNZIP, "gzip_decompress_from_base64_string",
        "The text that the base64 of gzip data stands for. Empty where it is none, or longer than 1 MiB.",
        |text| inflate(MultiGzDecoder::new(&*STANDARD.decode(text.trim()).ok()?));
    ZLIB_COMPRESS, ZLIB, "zlib_compress_to_base64_string", "The text compressed with zlib, in base64.", zlib;
    ZLIB_DECOMPRESS, UNZLIB, "zlib_decompress_from_base64_string",
        "The text that the base64 of zlib data stands for. Empty where it is none, or longer than 1 MiB.",
        |text| inflate(ZlibDecoder::new(&*STANDARD.decode(text.trim()).ok()?));
}

fn inflate(reader: impl Read) -> Option<String> {
    let mut bytes = Vec::new();
    let most = budget::MOST_IN_A_VALUE as u64;
    reader.take(most + 1).read_to_end(&mut bytes).ok()?;
    if bytes.len() > budget::MOST_IN_A_VALUE {
        return None;
    }
    String::from_utf8(bytes).ok()
}

/// Raw deflate; stored as it is where compression would not make it shorter.
fn deflate(bytes: &[u8]) -> Option<Vec<u8>> {
    let with = |level| {
        let mut encoder = DeflateEncoder::new(Vec::new(), level);
        encoder.write_all(bytes).ok()?;
        encoder.finish().ok()
    };
    let fast = with(Compression::fast())?;
    if fast.len() < bytes.len() { Some(fast) } else { with(Compression::none()) }
}

fn gzip(text: &str) -> Option<String> {
    let bytes = text.as_bytes();
    // No flags, no time, an unknown system.
    let mut out = vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff];
    out.extend(deflate(bytes)?);
    let mut crc = Crc::new();
    crc.update(bytes);
    out.extend(crc.sum().to_le_bytes());
    out.extend(crc.amount().to_le_bytes());
    Some(STANDARD.encode(out))
}

fn zlib(text: &str) -> Option<String> {
    let bytes = text.as_bytes();
    let mut out = vec![0x78, 0x01];
    out.extend(deflate(bytes)?);
    out.extend(adler32(bytes).to_be_bytes());
    Some(STANDARD.encode(out))
}

/// The checksum of RFC 1950.
fn adler32(bytes: &[u8]) -> u32 {
    let (mut low, mut high) = (1_u32, 0_u32);
    for byte in bytes {
        low = (low + u32::from(*byte)) % 65_521;
        high = (high + low) % 65_521;
    }
    high << 16 | low
}

/// The kernels of this file, for the registry.
pub(crate) const KERNELS: &[&Kernel] = &[&GZIP, &GUNZIP, &ZLIB, &UNZLIB];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_too_long_or_damaged_is_nothing() {
        let bomb = gzip(&"a".repeat(budget::MOST_IN_A_VALUE + 1)).unwrap();
        assert!(bomb.len() < 20_000);
        let decoded = STANDARD.decode(bomb).unwrap();
        assert_eq!(inflate(MultiGzDecoder::new(&*decoded)), None);
        assert_eq!(inflate(ZlibDecoder::new(&b"\x78\x01\xff"[..])), None);
    }

    #[test]
    fn both_ways_undo_each_other() {
        for text in ["", "a", "qwertyuiop", &"long enough ".repeat(500)] {
            let zipped = STANDARD.decode(gzip(text).unwrap()).unwrap();
            assert_eq!(inflate(MultiGzDecoder::new(&*zipped)).as_deref(), Some(text));
            let zipped = STANDARD.decode(zlib(text).unwrap()).unwrap();
            assert_eq!(inflate(ZlibDecoder::new(&*zipped)).as_deref(), Some(text));
        }
    }
}
