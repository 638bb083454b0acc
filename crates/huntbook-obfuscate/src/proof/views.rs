//! Views: a text as it reads after some usual encoding is undone.

use std::borrow::Cow;

use memchr::{memchr, memchr_iter};

/// `text` without percent-encoding; `None` if it has none.
pub(super) fn percent_decoded(text: &str) -> Option<Cow<'_, str>> {
    let bytes = text.as_bytes();
    let escape = |at: usize| {
        let digits = bytes.get(at + 1..at + 3)?;
        Some(hex_digit(digits[0])? << 4 | hex_digit(digits[1])?)
    };
    memchr_iter(b'%', bytes).find(|at| escape(*at).is_some())?;
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        match escape(at) {
            Some(byte) if bytes[at] == b'%' => {
                out.push(byte);
                at += 3;
            }
            _ => {
                out.push(bytes[at]);
                at += 1;
            }
        }
    }
    Some(Cow::Owned(String::from_utf8_lossy(&out).into_owned()))
}

/// `text` without the escapes of JSON and of most languages (`\u0062`, `\x62`, `\n`); `None` if it has none.
pub(super) fn unescaped(text: &str) -> Option<String> {
    let bytes = text.as_bytes();
    let mut at = memchr(b'\\', bytes)?;
    let mut out = bytes[..at].to_vec();
    let mut is_changed = false;
    while at < bytes.len() {
        let (letter, length) = match bytes.get(at..at + 2) {
            Some(b"\\u") => (hex_number(bytes, at + 2, 4).and_then(char::from_u32), 6),
            Some(b"\\x") => (hex_number(bytes, at + 2, 2).and_then(char::from_u32), 4),
            Some(b"\\n" | b"\\r" | b"\\t") => (Some(' '), 2),
            Some(b"\\/") => (Some('/'), 2),
            Some(b"\\\\") => (Some('\\'), 2),
            Some(b"\\\"") => (Some('"'), 2),
            _ => (None, 1),
        };
        if let Some(letter) = letter {
            out.extend_from_slice(letter.encode_utf8(&mut [0; 4]).as_bytes());
            is_changed = true;
            at += length;
        } else {
            out.push(bytes[at]);
            at += 1;
        }
    }
    is_changed.then(|| String::from_utf8_lossy(&out).into_owned())
}

/// `text` without the entities of HTML and XML; `None` if it has none.
pub(super) fn without_entities(text: &str) -> Option<String> {
    let mut rest = &text[memchr(b'&', text.as_bytes())?..];
    let mut out = text[..text.len() - rest.len()].to_owned();
    let mut is_changed = false;
    while let Some(at) = memchr(b'&', rest.as_bytes()) {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let end = memchr(b';', &rest.as_bytes()[..rest.len().min(12)]);
        if let Some(letter) = end.and_then(|end| entity(rest.get(1..end)?)) {
            out.push(letter);
            is_changed = true;
            rest = &rest[end.unwrap_or(0) + 1..];
        } else {
            out.push('&');
            rest = &rest[1..];
        }
    }
    out.push_str(rest);
    is_changed.then_some(out)
}

fn entity(name: &str) -> Option<char> {
    if let Some(number) = name.strip_prefix('#') {
        let code = match number.strip_prefix(['x', 'X']) {
            Some(digits) => u32::from_str_radix(digits, 16),
            None => number.parse(),
        };
        return code.ok().and_then(char::from_u32);
    }
    Some(match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        "nbsp" => ' ',
        "bsol" => '\\',
        "sol" => '/',
        "commat" => '@',
        "period" => '.',
        "colon" => ':',
        _ => return None,
    })
}

fn hex_number(bytes: &[u8], at: usize, digits: usize) -> Option<u32> {
    bytes
        .get(at..at + digits)?
        .iter()
        .try_fold(0, |number, digit| Some(number << 4 | u32::from(hex_digit(*digit)?)))
}

/// The bytes that an even number of hexadecimal digits means.
pub(super) fn hex_decoded(digits: &[u8]) -> Option<Vec<u8>> {
    if !digits.len().is_multiple_of(2) {
        return None;
    }
    digits
        .chunks_exact(2)
        .map(|pair| Some(hex_digit(pair[0])? << 4 | hex_digit(pair[1])?))
        .collect()
}

const fn hex_digit(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        b'A'..=b'F' => Some(digit - b'A' + 10),
        _ => None,
    }
}

/// The six bits of a letter in either alphabet of base64; 255 for any other byte.
static SIX_BITS: [u8; 256] = {
    let mut bits = [255; 256];
    let alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut place = 0;
    while place < 64 {
        bits[alphabet[place] as usize] = place as u8;
        place += 1;
    }
    bits[b'-' as usize] = 62;
    bits[b'_' as usize] = 63;
    bits
};

/// The bytes that `blob` means in base64, up to its padding; bits left over are dropped.
pub(super) fn base64_decoded(blob: &[u8], out: &mut Vec<u8>) {
    out.clear();
    let (mut bits, mut count) = (0_u32, 0);
    for byte in blob {
        let six = SIX_BITS[usize::from(*byte)];
        if six == 255 {
            break;
        }
        bits = bits << 6 | u32::from(six);
        count += 6;
        if count >= 8 {
            count -= 8;
            out.push((bits >> count) as u8);
        }
    }
}

/// The texts that `bytes` may be: UTF-8, UTF-16 of either order; none if they are no text.
pub(super) fn texts_of(bytes: &[u8], found: &mut dyn FnMut(&str)) {
    let is_text =
        |text: &str| text.chars().all(|letter| !letter.is_control() || letter.is_whitespace());
    if let Ok(text) = std::str::from_utf8(bytes)
        && is_text(text)
    {
        found(text);
        return;
    }
    if bytes.len() < 4 || !bytes.len().is_multiple_of(2) {
        return;
    }
    // A text is mostly of one script, so that the high bytes of neighbours are equal.
    let equal = bytes.chunks_exact(2).zip(bytes[2..].chunks_exact(2)).fold(
        [0, 0],
        |[even, odd], (left, right)| {
            [even + usize::from(left[0] == right[0]), odd + usize::from(left[1] == right[1])]
        },
    );
    let half = (bytes.len() / 2 - 1).div_ceil(2);
    for (read, equal) in
        [(u16::from_le_bytes as fn([u8; 2]) -> u16, equal[1]), (u16::from_be_bytes, equal[0])]
    {
        if equal < half {
            continue;
        }
        let units = bytes.chunks_exact(2).map(|pair| read([pair[0], pair[1]]));
        let Ok(text) = char::decode_utf16(units).collect::<Result<String, _>>() else { continue };
        let text = text.trim_matches(['\0', '\u{feff}']);
        if is_text(text) {
            found(text);
        }
    }
}

/// Whether `bytes` that are no text as a whole may hold some; random ones hardly ever do.
pub(super) fn holds_text(bytes: &[u8]) -> bool {
    let letters = bytes.iter().filter(|byte| matches!(byte, 0 | b' '..=b'~')).count();
    bytes.len() >= 24 && letters * 5 > bytes.len() * 3
}

/// Every reading of `bytes` that are no text as a whole: what is not of a character is a blank.
pub(super) fn pieces_of(bytes: &[u8], found: &mut dyn FnMut(&str)) {
    let blank =
        |letter: char| if letter.is_control() || letter == '\u{fffd}' { ' ' } else { letter };
    found(&String::from_utf8_lossy(bytes).chars().map(blank).collect::<String>());
    for shift in [0, 1] {
        let Some(bytes) = bytes.get(shift..) else { return };
        // Texts in UTF-16 are of one script for most of their length, mostly with every other byte zero.
        if memchr(0, bytes).is_none() {
            return;
        }
        for read in [u16::from_le_bytes, u16::from_be_bytes] {
            let units = bytes.chunks_exact(2).map(|pair| read([pair[0], pair[1]]));
            let mut text = String::with_capacity(bytes.len());
            let mut was_western = true;
            for letter in char::decode_utf16(units) {
                let letter = letter.map_or(' ', blank);
                // What is beside a text reads as letters of other scripts.
                let is_western = letter < '\u{100}';
                if is_western != was_western {
                    text.push(' ');
                }
                was_western = is_western;
                text.push(letter);
            }
            found(&text);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_are_undone_and_what_is_none_stays() {
        assert_eq!(percent_decoded("a%62c%zz%").unwrap(), "abc%zz%");
        assert!(percent_decoded("100%").is_none());
        assert_eq!(unescaped(r"\u0062\x6fb\\x\q").unwrap(), r"bob\x\q");
        assert!(unescaped(r"C:\q").is_none());
        assert_eq!(without_entities("&#98;&#x6f;b &amp; &x").unwrap(), "bob & &x");
        assert!(without_entities("a & b").is_none());
    }

    #[test]
    fn blobs_are_read_in_both_alphabets_and_both_orders_of_bytes() {
        let mut out = Vec::new();
        base64_decoded(b"Ym9iIHN0b25l", &mut out);
        assert_eq!(out, b"bob stone");
        let mut texts = Vec::new();
        texts_of(b"b\0o\0b\0", &mut |text| texts.push(text.to_owned()));
        assert!(texts.contains(&"bob".to_owned()), "{texts:?}");
        let mut pieces = Vec::new();
        pieces_of(b"\x01\0b\0o\0b\0\xff", &mut |text| pieces.push(text.to_owned()));
        assert!(pieces.iter().any(|piece| piece.contains("bob")), "{pieces:?}");
    }
}
