//! Encodings: text inside base64, hexadecimal digits and percent signs.
//!
//! What is text inside is obfuscated and encoded again in the same way. Other bytes become a token of the
//! whole; a name that merely looks encoded is left to the rules of words.

use base64::Engine;
use base64::alphabet::{Alphabet, STANDARD, URL_SAFE};
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

/// Shorter runs are words.
pub(super) const SHORTEST: usize = 16;

/// Shorter hexadecimal texts are numbers or names.
const SHORTEST_HEX: usize = 32;

/// A run with percent signs has one among so many bytes.
const PERCENT_REACH: usize = 256;

/// How a text was encoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Encoding {
    Base64 { is_url: bool, is_padded: bool, is_wide: bool },
    Hex { is_upper: bool, is_wide: bool },
}

/// Text that was found in an encoding.
pub(super) struct Decoded {
    pub(super) text: String,
    pub(super) encoding: Encoding,
}

/// A run that may be an encoding.
#[derive(Clone, Copy)]
pub(super) struct Run {
    pub(super) end: usize,
    /// Without its padding.
    body: usize,
    is_url: bool,
    is_hex: bool,
    has_mixture: bool,
}

const fn engine(alphabet: &Alphabet, is_padded: bool) -> GeneralPurpose {
    let config = GeneralPurposeConfig::new()
        .with_encode_padding(is_padded)
        .with_decode_allow_trailing_bits(true)
        .with_decode_padding_mode(DecodePaddingMode::Indifferent);
    GeneralPurpose::new(alphabet, config)
}

/// The run of an encoding that begins at `at`.
pub(super) fn run(bytes: &[u8], at: usize) -> Option<Run> {
    let (mut has_digit, mut has_upper, mut has_lower, mut is_hex) = (false, false, false, true);
    let (mut standard, mut url) = (false, false);
    let mut body = at;
    while let Some(byte) = bytes.get(body) {
        match byte {
            b'0'..=b'9' => has_digit = true,
            b'A'..=b'Z' => has_upper = true,
            b'a'..=b'z' => has_lower = true,
            b'+' | b'/' if !url => standard = true,
            b'-' | b'_' if !standard => url = true,
            _ => break,
        }
        is_hex &= byte.is_ascii_hexdigit();
        body += 1;
    }
    (body - at >= SHORTEST).then_some(())?;
    let padding = bytes[body..].iter().take(2).take_while(|byte| **byte == b'=').count();
    let padding = if (body - at + padding).is_multiple_of(4) { padding } else { 0 };
    Some(Run {
        end: body + padding,
        body,
        is_url: url,
        is_hex,
        has_mixture: has_digit && has_upper && has_lower || padding > 0,
    })
}

impl Run {
    /// The text inside, if there is some.
    pub(super) fn decode(self, text: &str, at: usize) -> Option<Decoded> {
        let digits = &text[at..self.body];
        if self.is_hex && digits.len() >= SHORTEST_HEX && digits.len().is_multiple_of(2) {
            let is_upper = digits.bytes().any(|byte| byte.is_ascii_uppercase());
            if let Some((text, is_wide)) = hex::decode(digits).ok().and_then(|bytes| read(&bytes)) {
                return Some(Decoded { text, encoding: Encoding::Hex { is_upper, is_wide } });
            }
        }
        let is_url = self.is_url;
        let alphabet = if is_url { &URL_SAFE } else { &STANDARD };
        let bytes = engine(alphabet, false).decode(digits).ok()?;
        let (text, is_wide) = read(&bytes)?;
        let is_padded = self.end > self.body || (self.body - at).is_multiple_of(4);
        Some(Decoded { text, encoding: Encoding::Base64 { is_url, is_padded, is_wide } })
    }

    /// Whether these are rather encoded bytes than names: digits, capitals and small letters, long or padded.
    pub(super) const fn is_binary(self, at: usize) -> bool {
        let length = self.body - at;
        self.has_mixture && length >= 20 && (length >= 40 || self.end > self.body || !self.is_url)
    }

    /// Whether these are hexadecimal digits, more than a number has.
    pub(super) const fn is_hex(self, at: usize) -> bool {
        self.is_hex && self.end - at >= SHORTEST_HEX
    }
}

/// Encodes `text` as it was encoded.
pub(super) fn encode(text: &str, encoding: Encoding) -> String {
    match encoding {
        Encoding::Base64 { is_url, is_padded, is_wide } => {
            let alphabet = if is_url { &URL_SAFE } else { &STANDARD };
            engine(alphabet, is_padded).encode(spell(text, is_wide))
        }
        Encoding::Hex { is_upper: true, is_wide } => hex::encode_upper(spell(text, is_wide)),
        Encoding::Hex { is_upper: false, is_wide } => hex::encode(spell(text, is_wide)),
    }
}

fn spell(text: &str, is_wide: bool) -> Vec<u8> {
    if is_wide {
        text.encode_utf16().flat_map(u16::to_le_bytes).collect()
    } else {
        text.as_bytes().to_vec()
    }
}

/// What bytes say as UTF-8 or, more than half of them plain letters, as UTF-16.
fn read(bytes: &[u8]) -> Option<(String, bool)> {
    if bytes.len().is_multiple_of(2) && bytes.len() >= 8 {
        let plain = bytes.chunks_exact(2).filter(|unit| unit[1] == 0).count();
        if plain * 4 > bytes.len() {
            let units = bytes.chunks_exact(2).map(|unit| u16::from_le_bytes([unit[0], unit[1]]));
            let text = char::decode_utf16(units).collect::<Result<String, _>>().ok()?;
            return is_printable(&text).then_some((text, true));
        }
    }
    let text = std::str::from_utf8(bytes).ok().filter(|text| is_printable(text))?;
    Some((text.to_owned(), false))
}

fn is_printable(text: &str) -> bool {
    text.chars().all(|letter| !letter.is_control() || matches!(letter, '\t' | '\r' | '\n'))
}

/// What may be a text with percent signs.
pub(super) struct PercentRun {
    pub(super) end: usize,
    pub(super) is_encoded: bool,
}

/// The run with percent signs that begins at `at`; `None` if none is near.
pub(super) fn percent_run(bytes: &[u8], at: usize) -> Option<PercentRun> {
    let mut end = at;
    let mut is_encoded = false;
    memchr::memchr(b'%', &bytes[at..bytes.len().min(at + PERCENT_REACH)])?;
    while let Some(byte) = bytes.get(end) {
        match byte {
            b'%' if is_hex_at(bytes, end + 1) => {
                is_encoded = true;
                end += 3;
            }
            b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' | b'-' | b'_' | b'.' | b'~' | b'+' => end += 1,
            _ => break,
        }
    }
    // `%CD%` is a variable.
    Some(PercentRun { end, is_encoded: is_encoded && bytes.get(end) != Some(&b'%') })
}

fn is_hex_at(bytes: &[u8], at: usize) -> bool {
    bytes.get(at..at + 2).is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit))
}

/// What a run with percent signs says; `None` if that is no text.
pub(super) fn percent_decode(run: &str) -> Option<String> {
    let bytes = run.as_bytes();
    let mut decoded = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        if bytes[at] == b'%' {
            decoded.push(u8::from_str_radix(run.get(at + 1..at + 3)?, 16).ok()?);
            at += 3;
        } else {
            decoded.push(bytes[at]);
            at += 1;
        }
    }
    String::from_utf8(decoded).ok()
}

/// Encodes what cannot stand in a run with percent signs, in the case of the digits of `model`.
pub(super) fn percent_encode(text: &str, model: &str) -> String {
    let digits = if model
        .split('%')
        .skip(1)
        .any(|rest| rest.bytes().take(2).any(|digit| digit.is_ascii_lowercase()))
    {
        b"0123456789abcdef"
    } else {
        b"0123456789ABCDEF"
    };
    let keeps_plus = model.contains('+');
    let mut encoded = String::with_capacity(text.len() * 2);
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric()
            || matches!(byte, b'-' | b'_' | b'.' | b'~')
            || byte == b'+' && keeps_plus
        {
            encoded.push(char::from(byte));
        } else {
            encoded.push('%');
            encoded.push(char::from(digits[usize::from(byte >> 4)]));
            encoded.push(char::from(digits[usize::from(byte & 15)]));
        }
    }
    encoded
}
