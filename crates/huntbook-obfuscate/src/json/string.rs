//! Strings of JSON: where they end, what they say, how they are written.

/// A string between its quotes.
#[derive(Clone, Copy)]
pub(super) struct Span {
    pub(super) from: usize,
    pub(super) to: usize,
    pub(super) has_escapes: bool,
}

/// The string whose opening quote is at `at`; `None` if it is not valid.
#[inline]
pub(super) fn span(bytes: &[u8], at: usize) -> Option<Span> {
    let from = at + 1;
    let mut to = from;
    let mut has_escapes = false;
    loop {
        match *bytes.get(to)? {
            b'"' => return Some(Span { from, to, has_escapes }),
            b'\\' => {
                has_escapes = true;
                to = escape_end(bytes, to)?;
            }
            0..b' ' => return None,
            _ => to += 1,
        }
    }
}

/// Where the escape ends whose `\` is at `at`; a surrogate counts with its other half.
fn escape_end(bytes: &[u8], at: usize) -> Option<usize> {
    match bytes.get(at + 1)? {
        b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't' => Some(at + 2),
        b'u' => match hex(bytes, at + 2)? {
            0xd800..0xdc00 => {
                let is_pair = bytes.get(at + 6..at + 8)? == b"\\u"
                    && (0xdc00..0xe000).contains(&hex(bytes, at + 8)?);
                is_pair.then_some(at + 12)
            }
            0xdc00..0xe000 => None,
            _ => Some(at + 6),
        },
        _ => None,
    }
}

fn hex(bytes: &[u8], at: usize) -> Option<u32> {
    bytes
        .get(at..at + 4)?
        .iter()
        .try_fold(0, |value, digit| Some(value << 4 | char::from(*digit).to_digit(16)?))
}

/// Appends what the text of a valid string says.
pub(super) fn unescape(text: &str, out: &mut String) {
    let bytes = text.as_bytes();
    let mut rest = 0;
    while let Some(found) = memchr::memchr(b'\\', &bytes[rest..]) {
        let at = rest + found;
        out.push_str(&text[rest..at]);
        rest = at + 2;
        out.push(match bytes[at + 1] {
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => {
                let mut code = hex(bytes, at + 2).unwrap_or_default();
                rest = at + 6;
                if (0xd800..0xdc00).contains(&code) {
                    let low = hex(bytes, at + 8).unwrap_or_default();
                    code = 0x1_0000 + ((code & 0x3ff) << 10 | low & 0x3ff);
                    rest = at + 12;
                }
                char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER)
            }
            other => char::from(other),
        });
    }
    out.push_str(&text[rest..]);
}

/// Whether `bytes` can stand in a string as they are.
#[inline]
pub(super) fn is_plain(bytes: &[u8]) -> bool {
    !bytes.iter().any(|byte| needs_escape(*byte))
}

#[inline]
const fn needs_escape(byte: u8) -> bool {
    byte < b' ' || byte == b'"' || byte == b'\\'
}

/// Appends `text` with the escapes that it needs.
pub(super) fn escape(text: &[u8], out: &mut Vec<u8>) {
    let mut rest = 0;
    for (at, byte) in text.iter().enumerate() {
        if !needs_escape(*byte) {
            continue;
        }
        out.extend_from_slice(&text[rest..at]);
        rest = at + 1;
        match byte {
            b'"' => out.extend_from_slice(b"\\\""),
            b'\\' => out.extend_from_slice(b"\\\\"),
            b'\n' => out.extend_from_slice(b"\\n"),
            b'\r' => out.extend_from_slice(b"\\r"),
            b'\t' => out.extend_from_slice(b"\\t"),
            8 => out.extend_from_slice(b"\\b"),
            12 => out.extend_from_slice(b"\\f"),
            _ => {
                let digits = b"0123456789abcdef";
                out.extend_from_slice(b"\\u00");
                out.push(digits[usize::from(byte >> 4)]);
                out.push(digits[usize::from(byte & 15)]);
            }
        }
    }
    out.extend_from_slice(&text[rest..]);
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn what_is_escaped_reads_back(text in any::<String>()) {
            let mut escaped = vec![b'"'];
            escape(text.as_bytes(), &mut escaped);
            escaped.push(b'"');
            prop_assert_eq!(serde_json::from_slice::<String>(&escaped).unwrap(), text.clone());
            let found = span(&escaped, 0).unwrap();
            prop_assert_eq!(found.to, escaped.len() - 1);
            let mut back = String::new();
            unescape(std::str::from_utf8(&escaped[1..found.to]).unwrap(), &mut back);
            prop_assert_eq!(back, text);
        }

        #[test]
        fn strings_are_valid_where_the_standard_reader_says_so(
            text in "(\\\\u[dD][89cC]00|\\\\u00[0-9a-g]{2}|\\\\[\"\\\\/bfnrtx]|[a-c\"\n\u{e4}]){0,8}",
        ) {
            let quoted = format!("\"{text}\"");
            let found = span(quoted.as_bytes(), 0).filter(|span| span.to == quoted.len() - 1);
            let expected = serde_json::from_str::<String>(&quoted);
            prop_assert_eq!(found.is_some(), expected.is_ok());
            if let Ok(expected) = expected {
                let mut said = String::new();
                unescape(&text, &mut said);
                prop_assert_eq!(said, expected);
            }
        }
    }
}
