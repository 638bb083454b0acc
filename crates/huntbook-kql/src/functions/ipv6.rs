//! `parse_ipv6`, `ipv6_compare`, `ipv6_is_match`, `ipv6_is_in_range` and their kin. An IPv4 address counts as
//! the IPv6 address that maps it (`::ffff:0:0/96`), its prefix as 96 bits longer; so does one behind `::`.

use std::net::{Ipv4Addr, Ipv6Addr};

use arrow::datatypes::Int64Type;
use huntbook_diagnostics::Diagnostic;

use super::ipv4_ranges::texts;
use super::{Function, Naming};
use crate::bind::Call;
use crate::dynamic;
use crate::ir::Scalar;
use crate::kernel::{Kernel, Prepared};
use crate::types::KqlType;

pub(crate) const PARSE_IPV6: Function = Function {
    name: "parse_ipv6",
    aliases: &[],
    signature: "parse_ipv6(address: string) -> string",
    summary: "The IPv6 or IPv4 address as IPv6 in full; of a network in CIDR notation its first address. Empty where the text is neither.",
    naming: Naming::Numbered,
    bind: |call| {
        call.arity(1..=1)?;
        Ok(Scalar::kernel(&FULL, vec![call.string(0)?, Scalar::long(128)]))
    },
};

pub(crate) const PARSE_IPV6_MASK: Function = Function {
    name: "parse_ipv6_mask",
    aliases: &[],
    signature: "parse_ipv6_mask(address: string, prefix: long) -> string",
    summary: "The first address, as IPv6 in full, of the address's network of so many bits; the shorter of two prefixes counts. Empty where the text is no address or the prefix not 0 to 128.",
    naming: Naming::Numbered,
    bind: |call| {
        call.arity(2..=2)?;
        Ok(Scalar::kernel(&FULL, vec![call.string(0)?, call.long(1)?]))
    },
};

pub(crate) const IPV6_COMPARE: Function = Function {
    name: "ipv6_compare",
    aliases: &[],
    signature: "ipv6_compare(first: string, second: string, [prefix: long]) -> long",
    summary: "0 where the two are equal under the shortest of their prefixes and the one given, -1 where the first is less, else 1. Null where one is no address.",
    naming: Naming::Numbered,
    bind: |call| compared(call, &COMPARE),
};

pub(crate) const IPV6_IS_MATCH: Function = Function {
    name: "ipv6_is_match",
    aliases: &[],
    signature: "ipv6_is_match(first: string, second: string, [prefix: long]) -> bool",
    summary: "Whether the two are equal under the shortest of their prefixes and the one given. Null where one is no address.",
    naming: Naming::Numbered,
    bind: |call| compared(call, &MATCH),
};

pub(crate) const IPV6_IS_IN_RANGE: Function = Function {
    name: "ipv6_is_in_range",
    aliases: &[],
    signature: "ipv6_is_in_range(address: string, range: string) -> bool",
    summary: "Whether the address lies in the range, an address or a network in CIDR notation. Null where one is no address.",
    naming: Naming::Numbered,
    bind: |call| {
        call.arity(2..=2)?;
        Ok(Scalar::kernel(&IN_RANGE, vec![call.string(0)?, call.string(1)?]))
    },
};

pub(crate) const IPV6_IS_IN_ANY_RANGE: Function = Function {
    name: "ipv6_is_in_any_range",
    aliases: &[],
    signature: "ipv6_is_in_any_range(address: string, range, ...) -> bool",
    summary: "Whether the address lies in one of the ranges: texts, or dynamic lists of them. Null where it is no address.",
    naming: Naming::Numbered,
    bind: |call| Ok(Scalar::kernel(&IN_ANY, vec![call.string(0)?, texts(call, 1)?])),
};

fn compared(call: &Call<'_>, kernel: &'static Kernel) -> Result<Scalar, Diagnostic> {
    call.arity(2..=3)?;
    let prefix = if call.has(2) { call.long(2)? } else { Scalar::long(128) };
    Ok(Scalar::kernel(kernel, vec![call.string(0)?, call.string(1)?, prefix]))
}

/// An address, the length of its prefix, and whether it is written as IPv4.
#[derive(Debug, Clone, Copy)]
struct Network {
    address: u128,
    prefix: u32,
    is_ipv4: bool,
}

fn network(text: &str) -> Option<Network> {
    let text = text.trim();
    let (address, prefix) = match text.split_once('/') {
        Some((address, prefix)) => (address, Some(prefix.parse::<u32>().ok()?)),
        None => (text, None),
    };
    // `::192.0.2.1` counts as the IPv4 address that it is written with.
    let ipv4 = address.strip_prefix("::").unwrap_or(address).parse::<Ipv4Addr>().ok();
    let (address, unmapped) = match ipv4 {
        Some(address) => (address.to_ipv6_mapped(), 32),
        None => (address.parse::<Ipv6Addr>().ok()?, 128),
    };
    let prefix = prefix.unwrap_or(unmapped);
    (prefix <= unmapped).then(|| Network {
        address: address.to_bits(),
        prefix: prefix + 128 - unmapped,
        is_ipv4: ipv4.is_some(),
    })
}

fn masked(address: u128, prefix: u32) -> u128 {
    address & u128::MAX.checked_shl(128 - prefix.min(128)).unwrap_or(0)
}

/// Both under the shortest prefix. One of two IPv4 addresses counts from where they begin.
fn both(first: &str, second: &str, prefix: i64) -> Option<(u128, u128)> {
    let (first, second) = (network(first)?, network(second)?);
    let prefix = u32::try_from(prefix).ok().filter(|prefix| *prefix <= 128)?;
    let prefix = if first.is_ipv4 && second.is_ipv4 && prefix <= 32 { prefix + 96 } else { prefix };
    let prefix = prefix.min(first.prefix).min(second.prefix);
    Some((masked(first.address, prefix), masked(second.address, prefix)))
}

fn lies_in(address: Network, range: Network) -> bool {
    address.prefix >= range.prefix
        && masked(address.address, range.prefix) == masked(range.address, range.prefix)
}

fn full(text: &str, prefix: i64) -> Option<String> {
    let network = network(text)?;
    let prefix = u32::try_from(prefix).ok().filter(|prefix| *prefix <= 128)?;
    let address = Ipv6Addr::from_bits(masked(network.address, prefix.min(network.prefix)));
    Some(address.segments().map(|segment| format!("{segment:04x}")).join(":"))
}

const FULL: Kernel = Kernel {
    name: "kql_parse_ipv6",
    returns: KqlType::String,
    evaluate: |arguments| {
        let (text, prefix) = (arguments.text(0)?, arguments.primitive::<Int64Type>(1)?);
        arguments.text_column(|row| {
            Some(prefix.get(row).and_then(|prefix| full(text.get(row), prefix)).unwrap_or_default())
        })
    },
};
const COMPARE: Kernel = Kernel {
    name: "kql_ipv6_compare",
    returns: KqlType::Long,
    evaluate: |arguments| {
        let (first, second) = (arguments.text(0)?, arguments.text(1)?);
        let prefix = arguments.primitive::<Int64Type>(2)?;
        arguments.primitive_column::<Int64Type>(KqlType::Long, |row| {
            let (first, second) = both(first.get(row), second.get(row), prefix.get(row)?)?;
            Some(first.cmp(&second) as i64)
        })
    },
};
const MATCH: Kernel = Kernel {
    name: "kql_ipv6_is_match",
    returns: KqlType::Bool,
    evaluate: |arguments| {
        let (first, second) = (arguments.text(0)?, arguments.text(1)?);
        let prefix = arguments.primitive::<Int64Type>(2)?;
        arguments.bool_column(|row| {
            let (first, second) = both(first.get(row), second.get(row), prefix.get(row)?)?;
            Some(first == second)
        })
    },
};
const IN_RANGE: Kernel = Kernel {
    name: "kql_ipv6_is_in_range",
    returns: KqlType::Bool,
    evaluate: |arguments| {
        let (address, range) = (arguments.text(0)?, arguments.text(1)?);
        arguments
            .bool_column(|row| Some(lies_in(network(address.get(row))?, network(range.get(row))?)))
    },
};
const IN_ANY: Kernel = Kernel {
    name: "kql_ipv6_is_in_any_range",
    returns: KqlType::Bool,
    evaluate: |arguments| {
        let address = arguments.text(0)?;
        let mut ranges = Prepared::new(arguments.text(1)?, |list| {
            dynamic::strings(list).iter().filter_map(|range| network(range)).collect::<Vec<_>>()
        });
        arguments.bool_column(|row| {
            let address = network(address.get(row))?;
            Some(ranges.get(row).iter().any(|range| lies_in(address, *range)))
        })
    },
};

/// The kernels of this file, for the registry.
pub(crate) const KERNELS: &[&Kernel] = &[&FULL, &COMPARE, &MATCH, &IN_RANGE, &IN_ANY];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mapped_address_equals_the_ipv4_address() {
        assert_eq!(both("192.168.1.1", "::ffff:c0a8:0101", 128).map(|(a, b)| a == b), Some(true));
        assert_eq!(both("192.168.1.1", "192.168.1.255", 24).map(|(a, b)| a == b), Some(true));
        assert_eq!(both("192.168.1.1", "192.168.1.255", 32).map(|(a, b)| a == b), Some(false));
        assert!(network("::1/129").is_none());
        assert!(network("1.2.3.4/33").is_none());
    }
}
