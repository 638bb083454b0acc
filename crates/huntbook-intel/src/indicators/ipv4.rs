//! IPv4 addresses: four decimal octets.
//!
//! Not addresses: `999.999.999.999`, octets with leading zeros (their base is ambiguous), five parts,
//! the address of a network (`10.0.0.0/8`), `0.0.0.0`, and versions. A *version* is four numbers right
//! after a word such as `version`, `FileVersion=`, `build`, or after `Product/` where the last two are
//! zero, as browsers write it (`Chrome/120.0.0.0`). Versions are skipped, not reported with a doubt.

use std::net::Ipv4Addr;
use std::ops::Range;

use super::context::word_before;

/// The address that `text` spells exactly.
pub(crate) fn parse(text: &[u8]) -> Option<Ipv4Addr> {
    if !(7..=15).contains(&text.len()) {
        return None;
    }
    let (mut address, mut octet, mut digits, mut dots) = (0u32, 0u32, 0u32, 0u32);
    for &byte in text {
        match byte {
            b'0'..=b'9' => {
                if digits == 3 || (digits > 0 && octet == 0) {
                    return None;
                }
                octet = octet * 10 + u32::from(byte - b'0');
                digits += 1;
            }
            b'.' => {
                if digits == 0 || octet > 255 || dots == 3 {
                    return None;
                }
                address = address << 8 | octet;
                (octet, digits) = (0, 0);
                dots += 1;
            }
            _ => return None,
        }
    }
    (dots == 3 && digits > 0 && octet <= 255).then(|| Ipv4Addr::from(address << 8 | octet))
}

/// The address at `span` of `text`, unless what stands around says that it is something else.
pub(crate) fn read(text: &str, span: &Range<usize>) -> Option<Ipv4Addr> {
    let address = parse(text.as_bytes().get(span.clone())?)?;
    let around = (text.as_bytes().get(..span.start)?, text.as_bytes().get(span.end..)?);
    let is_other =
        address.is_unspecified() || is_version(address, around.0) || is_network(address, around.1);
    (!is_other).then_some(address)
}

/// `10.0.0.0` before `/8`: all bits behind the prefix are zero. `203.0.113.5/22` is an address and a
/// port.
fn is_network(address: Ipv4Addr, after: &[u8]) -> bool {
    let Some(rest) = after.strip_prefix(b"/") else { return false };
    let digits = rest.iter().take(3).take_while(|byte| byte.is_ascii_digit()).count();
    let prefix: u32 = match rest.get(..digits) {
        Some([ones]) => u32::from(ones - b'0'),
        Some([tens, ones]) => u32::from(tens - b'0') * 10 + u32::from(ones - b'0'),
        _ => return false,
    };
    let goes_on = rest.get(digits).is_some_and(u8::is_ascii_alphanumeric);
    !goes_on && prefix < 32 && address.to_bits() & (u32::MAX >> prefix) == 0
}

fn is_version(address: Ipv4Addr, before: &[u8]) -> bool {
    const WORDS: &[&str] = &["ver", "v", "build", "release", "rev", "revision"];
    let [.., third, fourth] = address.octets();
    word_before(before).is_some_and(|word| {
        word.ends_with("version")
            || WORDS.contains(&word.as_str())
            || (before.ends_with(b"/") && third == 0 && fourth == 0)
    })
}

/// Whether `address` means another machine in each network: private, loopback, link-local, shared
/// (CGNAT) or unspecified.
pub(crate) fn is_private(address: Ipv4Addr) -> bool {
    let [first, second, ..] = address.octets();
    address.is_private()
        || address.is_loopback()
        || address.is_link_local()
        || first == 0
        || (first == 100 && second & 0xc0 == 64)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<String> {
        crate::extract(text).into_iter().map(|found| found.indicator.value).collect()
    }

    #[test]
    fn parse_agrees_with_the_standard_library() {
        for text in [
            "0.0.0.0",
            "255.255.255.255",
            "1.2.3.4",
            "01.2.3.4",
            "1.2.3",
            "1.2.3.4.5",
            "256.1.1.1",
            "1..2.3",
            "",
        ] {
            assert_eq!(parse(text.as_bytes()), text.parse().ok(), "{text}");
        }
    }

    #[test]
    fn an_address_with_a_port_is_found_without_it() {
        assert_eq!(found("to 1.2.3.4:443 now"), ["1.2.3.4"]);
        assert_eq!(found("outside:203.0.113.5/22"), ["203.0.113.5"]);
    }

    #[test]
    fn octets_out_of_range_or_too_many_parts_are_no_address() {
        assert!(found("999.999.999.999 1.2.3.4.5 01.2.3.4 300.1.1.1").is_empty());
    }

    #[test]
    fn four_numbers_after_a_version_word_are_no_address() {
        let text = r#"version 1.2.3.4, FileVersion: "4.0.0.0", Ver=1.1.1.1 Chrome/120.0.0.0 build 1.2.3.4"#;
        assert!(found(text).is_empty());
        assert_eq!(found("conversion from 1.2.3.4"), ["1.2.3.4"]);
    }

    #[test]
    fn the_address_of_a_network_is_no_indicator() {
        assert!(found("10.0.0.0/8 and 203.0.113.0/24. listening on 0.0.0.0:80").is_empty());
    }
}
