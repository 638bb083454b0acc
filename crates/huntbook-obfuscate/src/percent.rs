//! Percent-encoding of the parts of URLs.

/// What `text` stands for; `None` if nothing in it is encoded, or if that is no text.
pub(crate) fn decode(text: &str) -> Option<String> {
    memchr::memchr(b'%', text.as_bytes())?;
    let mut rest = text.as_bytes();
    let mut decoded = Vec::with_capacity(rest.len());
    while let Some(percent) = memchr::memchr(b'%', rest) {
        decoded.extend_from_slice(&rest[..percent]);
        let digits = rest.get(percent + 1..percent + 3)?;
        decoded.push(digit(digits[0])? << 4 | digit(digits[1])?);
        rest = &rest[percent + 3..];
    }
    decoded.extend_from_slice(rest);
    String::from_utf8(decoded).ok()
}

/// Appends `text`, encoded except for what no URL needs to encode and for what `original` does not.
pub(crate) fn encode(text: &str, original: &str, out: &mut String) {
    for byte in text.bytes() {
        let is_plain = byte.is_ascii_alphanumeric()
            || matches!(byte, b'-' | b'.' | b'_' | b'~')
            || byte.is_ascii_graphic() && byte != b'%' && original.as_bytes().contains(&byte);
        if is_plain {
            out.push(char::from(byte));
        } else {
            out.push('%');
            for nibble in [byte >> 4, byte & 15] {
                out.push(char::from(b"0123456789ABCDEF"[usize::from(nibble)]));
            }
        }
    }
}

fn digit(byte: u8) -> Option<u8> {
    char::from(byte).to_digit(16).map(|digit| digit as u8)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn text_without_or_with_broken_encoding_is_not_decoded() {
        assert_eq!(decode("a%20b").as_deref(), Some("a b"));
        for text in ["", "ab", "a%", "a%2", "a%zz", "%ff", "%+1"] {
            assert_eq!(decode(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn decode_undoes_encode(text in "\\PC{0,20}[ %/]\\PC{0,20}") {
            let mut encoded = String::new();
            encode(&text, "", &mut encoded);
            prop_assert_eq!(decode(&encoded).unwrap(), text);
        }
    }
}
