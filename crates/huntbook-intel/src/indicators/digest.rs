//! MD5, SHA-1 and SHA-256 digests: 32, 40 or 64 hexadecimal digits that stand alone.
//!
//! A digest is bounded by anything but letters, digits, `-` and `_`: UUIDs, trace identifiers and
//! longer runs hold no digest. It has at least one digit and one letter, so that all zeros or a decimal
//! number is none. A UUID written without dashes cannot be told from an MD5 digest. What a field calls
//! `IMPHASH` and the like is no digest of a file.

use super::context::word_before;
use crate::IndicatorKind;

/// The kind of digest that `text` spells exactly.
pub(crate) fn kind_of(text: &[u8]) -> Option<IndicatorKind> {
    let kind = kind_of_length(text.len())?;
    let digits = text.iter().filter(|byte| byte.is_ascii_digit()).count();
    (text.iter().all(u8::is_ascii_hexdigit) && digits > 0 && digits < text.len()).then_some(kind)
}

/// Whether the value behind `before` is a digest of something else than a file's bytes: of its imports
/// (`IMPHASH=`), or without its signature.
pub(crate) fn is_of_something_else(before: &[u8]) -> bool {
    const NAMES: [&str; 4] = ["imphash", "authentihash", "pehash", "vhash"];
    word_before(before).is_some_and(|word| NAMES.contains(&word.as_str()))
}

/// The kind of digest that has `length` hexadecimal digits.
pub(crate) const fn kind_of_length(length: usize) -> Option<IndicatorKind> {
    match length {
        32 => Some(IndicatorKind::Md5),
        40 => Some(IndicatorKind::Sha1),
        64 => Some(IndicatorKind::Sha256),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use crate::IndicatorKind;

    const MD5: &str = "D41D8CD98F00B204E9800998ECF8427E";
    const SHA1: &str = "da39a3ee5e6b4b0d3255bfef95601890afd80709";
    const SHA256: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    fn kinds(text: &str) -> Vec<IndicatorKind> {
        crate::extract(text).into_iter().map(|found| found.indicator.kind).collect()
    }

    #[test]
    fn digests_of_a_sysmon_field_are_found_in_order_and_lower_case() {
        let text = format!("MD5={MD5},SHA1={SHA1},SHA256={SHA256}");
        assert_eq!(kinds(&text), [IndicatorKind::Md5, IndicatorKind::Sha1, IndicatorKind::Sha256]);
        assert_eq!(crate::extract(&text)[0].indicator.value, MD5.to_lowercase());
    }

    #[test]
    fn a_digest_as_a_file_name_or_after_an_algorithm_is_found() {
        assert_eq!(kinds(&format!("C:\\x\\{MD5}.exe")), [IndicatorKind::Md5]);
        assert_eq!(kinds(&format!("sha256:{SHA256}")), [IndicatorKind::Sha256]);
    }

    #[test]
    fn an_import_hash_is_no_digest_of_a_file() {
        assert!(kinds(&format!("IMPHASH={MD5}")).is_empty());
        assert!(kinds(&format!("{{\"Imphash\": \"{MD5}\"}}")).is_empty());
    }

    #[test]
    fn uuids_traces_and_longer_runs_are_no_digests() {
        let longer = format!("{SHA256}ab {SHA1}0 x{MD5} {MD5}_1");
        assert!(kinds(&longer).is_empty());
        assert!(kinds("550e8400-e29b-41d4-a716-446655440000").is_empty());
        assert!(kinds("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01").is_empty());
        assert!(kinds(&"0".repeat(32)).is_empty());
    }
}
