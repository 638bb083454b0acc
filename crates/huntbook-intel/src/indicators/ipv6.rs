//! IPv6 addresses in any spelling, normalised as RFC 5952 says.
//!
//! A zone (`fe80::1%eth0`) is read and dropped. `::ffff:10.0.0.1` is the IPv4 address `10.0.0.1`,
//! because that is what feeds list. Not addresses: times (`12:30:45`), MAC addresses (also of eight
//! pairs), and names of code (`Face::Add`): an address has at least one decimal digit, and `::` is
//! none.

use std::net::{IpAddr, Ipv6Addr};

/// Longest spelling of an address without a zone.
const LONGEST: usize = 45;

/// The address that `text` spells exactly, with or without a zone.
pub(crate) fn parse(text: &str) -> Option<IpAddr> {
    let spelt = text.split_once('%').map_or(text, |(spelt, _zone)| spelt);
    if spelt.len() < 3 || spelt.len() > LONGEST || is_eight_pairs(spelt) {
        return None;
    }
    let address = spelt.parse::<Ipv6Addr>().ok().filter(|address| !address.is_unspecified())?;
    let has_digit = address.to_string().bytes().any(|byte| byte.is_ascii_digit());
    has_digit.then(|| address.to_canonical())
}

/// An EUI-64 such as `00:11:22:33:44:55:66:77`, which an address would never be written as.
fn is_eight_pairs(text: &str) -> bool {
    text.len() == 23 && text.split(':').all(|part| part.len() == 2)
}

/// Whether `address` means another machine in each network: loopback, link-local, unique local or
/// unspecified.
pub(crate) fn is_private(address: Ipv6Addr) -> bool {
    address.is_loopback()
        || address.is_unspecified()
        || address.is_unicast_link_local()
        || address.is_unique_local()
}

#[cfg(test)]
mod tests {
    fn found(text: &str) -> Vec<(String, &str)> {
        crate::extract(text)
            .into_iter()
            .map(|found| (found.indicator.value, &text[found.span]))
            .collect()
    }

    #[test]
    fn times_macs_and_code_are_no_addresses() {
        let text = "12:30:45 00:11:22:33:44:55 aa:bb:cc:dd:ee:ff 00:11:22:33:44:55:66:77 Face::Add std::vector a:b:c :: 2026-11-20T00:00:00Z";
        assert!(found(text).is_empty(), "{:?}", found(text));
    }

    #[test]
    fn an_address_is_normalised() {
        assert_eq!(found("from 2001:0DB8::0001."), [("2001:db8::1".to_owned(), "2001:0DB8::0001")]);
        assert_eq!(found("[2001:db8::1]:443")[0].0, "2001:db8::1");
        assert_eq!(found("src:2001:db8::1")[0].0, "2001:db8::1");
    }

    #[test]
    fn a_zone_is_read_and_dropped() {
        assert_eq!(found("via fe80::1%eth0 ok"), [("fe80::1".to_owned(), "fe80::1%eth0")]);
    }

    #[test]
    fn a_mapped_address_is_its_ipv4_address() {
        let found = crate::extract("::ffff:203.0.113.9");
        assert_eq!(found[0].indicator.kind, crate::IndicatorKind::Ipv4);
        assert_eq!(found[0].indicator.value, "203.0.113.9");
    }
}
