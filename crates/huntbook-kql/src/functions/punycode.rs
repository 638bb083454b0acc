//! `punycode_from_string` and its kin: RFC 3492, without the preparation of names that IDNA adds.

use idna::punycode;

use super::text_functions::of_text;
use crate::kernel::Kernel;

of_text! {
    FROM_STRING, ENCODED, "punycode_from_string",
        "The text in punycode, without the prefix of domain names. Empty where it cannot be written so.", encode;
    TO_STRING, DECODED, "punycode_to_string",
        "The text that the punycode, without the prefix of domain names, stands for. Empty where it is none.", decode;
    DOMAIN_TO_STRING, DOMAIN_ENCODED, "punycode_domain_to_string",
        "The domain name with each label that is not ASCII in punycode behind `xn--`.", encode_domain;
    DOMAIN_FROM_STRING, DOMAIN_DECODED, "punycode_domain_from_string",
        "The domain name with each label behind `xn--` decoded. Empty where one is no punycode.", decode_domain;
}

/// A label longer than this is none; the time of both ways grows with the square of the length.
const LONGEST: usize = 4096;

/// What separates the labels of a domain name.
const DOTS: [char; 4] = ['.', '\u{3002}', '\u{FF0E}', '\u{FF61}'];

fn encode(text: &str) -> Option<String> {
    if text.is_ascii() {
        return Some(if text.is_empty() { String::new() } else { format!("{text}-") });
    }
    (text.len() <= LONGEST).then(|| punycode::encode_str(text))?
}

fn decode(text: &str) -> Option<String> {
    (text.len() <= LONGEST).then(|| punycode::decode_to_string(text))?
}

fn encode_domain(domain: &str) -> Option<String> {
    let label = |label: &str| {
        if label.is_ascii() {
            return Some(label.to_owned());
        }
        encode(label).map(|encoded| format!("xn--{encoded}"))
    };
    Some(domain.split(DOTS).map(label).collect::<Option<Vec<_>>>()?.join("."))
}

fn decode_domain(domain: &str) -> Option<String> {
    let label = |label: &str| match label.get(..4) {
        Some(prefix) if prefix.eq_ignore_ascii_case("xn--") => decode(&label[4..]),
        _ => Some(label.to_owned()),
    };
    Some(domain.split(DOTS).map(label).collect::<Option<Vec<_>>>()?.join("."))
}

/// The kernels of this file, for the registry.
pub(crate) const KERNELS: &[&Kernel] = &[&ENCODED, &DECODED, &DOMAIN_ENCODED, &DOMAIN_DECODED];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_ways_undo_each_other() {
        for text in ["艺术", "académie-française", "ü"] {
            assert_eq!(encode(text).as_deref().and_then(decode).as_deref(), Some(text));
        }
        assert_eq!(decode("\u{e9}"), None);
        assert_eq!(decode_domain("xn--\u{301}"), None);
    }
}
