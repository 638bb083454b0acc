//! `ipv4_is_private`, `ipv4_is_in_range`, `ipv4_is_match`. What is no IPv4 address gives null.

use std::net::Ipv4Addr;

use super::{Function, Naming};
use crate::ir::Scalar;
use crate::kernel::Kernel;
use crate::types::KqlType;
use arrow::datatypes::Int64Type;

pub(crate) const IPV4_IS_PRIVATE: Function = Function {
    name: "ipv4_is_private",
    aliases: &[],
    signature: "ipv4_is_private(address: string) -> bool",
    summary: "Whether the address, or the network in CIDR notation, lies in 10.0.0.0/8, 172.16.0.0/12 or 192.168.0.0/16.",
    naming: Naming::Numbered,
    bind: |call| {
        call.arity(1..=1)?;
        Ok(Scalar::kernel(&PRIVATE, vec![call.string(0)?]))
    },
};

pub(crate) const IPV4_IS_IN_RANGE: Function = Function {
    name: "ipv4_is_in_range",
    aliases: &[],
    signature: "ipv4_is_in_range(address: string, range: string) -> bool",
    summary: "Whether the address lies in the range, an address or a network in CIDR notation.",
    naming: Naming::Numbered,
    bind: |call| {
        call.arity(2..=2)?;
        Ok(Scalar::kernel(&IN_RANGE, vec![call.string(0)?, call.string(1)?]))
    },
};

pub(crate) const IPV4_IS_MATCH: Function = Function {
    name: "ipv4_is_match",
    aliases: &[],
    signature: "ipv4_is_match(first: string, second: string, [prefix: long]) -> bool",
    summary: "Whether the two are equal under the shortest of their prefixes and the one given.",
    naming: Naming::Numbered,
    bind: |call| {
        call.arity(2..=3)?;
        let prefix = if call.has(2) { call.long(2)? } else { Scalar::long(32) };
        Ok(Scalar::kernel(&MATCH, vec![call.string(0)?, call.string(1)?, prefix]))
    },
};

/// An address and the length of its prefix, 32 where none is written.
pub(super) fn network(text: &str) -> Option<(u32, u32)> {
    let text = text.trim();
    let (address, prefix) = match text.split_once('/') {
        Some((address, prefix)) => (address, prefix.parse().ok().filter(|prefix| *prefix <= 32)?),
        None => (text, 32),
    };
    Some((address.parse::<Ipv4Addr>().ok()?.to_bits(), prefix))
}

fn equal_under(first: u32, second: u32, prefix: u32) -> bool {
    let mask = u32::MAX.checked_shl(32 - prefix.min(32)).unwrap_or(0);
    first & mask == second & mask
}

fn is_private(text: &str) -> Option<bool> {
    let (address, prefix) = network(text)?;
    let ranges = [(0x0A00_0000, 8), (0xAC10_0000, 12), (0xC0A8_0000, 16)];
    Some(
        ranges
            .iter()
            .any(|(range, length)| prefix >= *length && equal_under(address, *range, *length)),
    )
}

fn is_in_range(address: &str, range: &str) -> Option<bool> {
    let ((address, prefix), (range, length)) = (network(address)?, network(range)?);
    Some(prefix >= length && equal_under(address, range, length))
}

fn is_match(first: &str, second: &str, prefix: i64) -> Option<bool> {
    let ((first, first_prefix), (second, second_prefix)) = (network(first)?, network(second)?);
    let prefix = u32::try_from(prefix).ok().filter(|prefix| *prefix <= 32)?;
    Some(equal_under(first, second, prefix.min(first_prefix).min(second_prefix)))
}

const PRIVATE: Kernel = Kernel {
    name: "kql_ipv4_is_private",
    returns: KqlType::Bool,
    evaluate: |arguments| {
        let address = arguments.text(0)?;
        arguments.bool_column(|row| is_private(address.get(row)))
    },
};
const IN_RANGE: Kernel = Kernel {
    name: "kql_ipv4_is_in_range",
    returns: KqlType::Bool,
    evaluate: |arguments| {
        let (address, range) = (arguments.text(0)?, arguments.text(1)?);
        arguments.bool_column(|row| is_in_range(address.get(row), range.get(row)))
    },
};
const MATCH: Kernel = Kernel {
    name: "kql_ipv4_is_match",
    returns: KqlType::Bool,
    evaluate: |arguments| {
        let (first, second) = (arguments.text(0)?, arguments.text(1)?);
        let prefix = arguments.primitive::<Int64Type>(2)?;
        arguments.bool_column(|row| is_match(first.get(row), second.get(row), prefix.get(row)?))
    },
};

/// The kernels of this file, for the registry.
pub(crate) const KERNELS: &[&Kernel] = &[&PRIVATE, &IN_RANGE, &MATCH];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn private_ranges_end_where_they_should() {
        assert_eq!(is_private("172.31.255.255"), Some(true));
        assert_eq!(is_private("172.32.0.0"), Some(false));
        assert_eq!(is_private("10.0.0.0/7"), Some(false));
        assert_eq!(is_private("fe80::1"), None);
    }

    #[test]
    fn a_prefix_of_zero_matches_all() {
        assert_eq!(is_match("1.2.3.4", "9.9.9.9", 0), Some(true));
        assert_eq!(is_in_range("192.0.2.7", "192.0.2.0/24"), Some(true));
    }
}
