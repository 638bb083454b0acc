//! `has_ipv4`, `has_ipv4_prefix`, `has_any_ipv4`, `has_any_ipv4_prefix`: IPv4 addresses inside of text.
//!
//! An address counts where neither a letter or digit, nor a further number behind a dot, touches it.

use std::net::Ipv4Addr;

use super::ipv4_ranges::texts;
use super::{Function, Naming};
use crate::dynamic;
use crate::ir::Scalar;
use crate::kernel::{Kernel, Prepared};
use crate::types::KqlType;

macro_rules! searches {
    ($($constant:ident, $kernel:ident, $name:literal, $signature:literal, $most:expr, $prepare:expr, $summary:literal;)+) => {
        $(pub(crate) const $constant: Function = Function {
            name: $name,
            aliases: &[],
            signature: concat!($name, $signature),
            summary: $summary,
            naming: Naming::Numbered,
            bind: |call| {
                call.arity(2..=$most)?;
                Ok(Scalar::kernel(&$kernel, vec![call.string(0)?, texts(call, 1)?]))
            },
        };
        const $kernel: Kernel = Kernel {
            name: concat!("kql_", $name),
            returns: KqlType::Bool,
            evaluate: |arguments| {
                let text = arguments.text(0)?;
                let mut wanted = Prepared::new(arguments.text(1)?, $prepare);
                arguments.bool_column(|row| Some(has_any(text.get(row), wanted.get(row))))
            },
        };)+
    };
}

searches! {
    HAS_IPV4, HAS_KERNEL, "has_ipv4", "(text: string, address: string) -> bool", 2, addresses,
        "Whether the IPv4 address stands in the text, not touched by letters or digits. False where it is no address.";
    HAS_ANY_IPV4, HAS_ANY_KERNEL, "has_any_ipv4", "(text: string, address, ...) -> bool", usize::MAX, addresses,
        "Whether one of the IPv4 addresses, texts or dynamic lists of them, stands in the text.";
    HAS_IPV4_PREFIX, HAS_PREFIX_KERNEL, "has_ipv4_prefix", "(text: string, prefix: string) -> bool", 2, prefixes,
        "Whether an IPv4 address stands in the text that begins with the prefix, an address or a part of one that ends in a dot. False where it is neither.";
    HAS_ANY_IPV4_PREFIX, HAS_ANY_PREFIX_KERNEL, "has_any_ipv4_prefix", "(text: string, prefix, ...) -> bool", usize::MAX, prefixes,
        "Whether an IPv4 address stands in the text that begins with one of the prefixes, texts or dynamic lists of them.";
}

/// A prefix of whole bytes and the mask of its length.
type Wanted = (u32, u32);

fn addresses(list: &str) -> Vec<Wanted> {
    let address = |text: &String| Some((text.parse::<Ipv4Addr>().ok()?.to_bits(), u32::MAX));
    dynamic::strings(list).iter().filter_map(address).collect()
}

fn prefixes(list: &str) -> Vec<Wanted> {
    dynamic::strings(list).iter().filter_map(|text| prefix(text)).collect()
}

fn prefix(text: &str) -> Option<Wanted> {
    let Some(parts) = text.strip_suffix('.') else {
        return Some((text.parse::<Ipv4Addr>().ok()?.to_bits(), u32::MAX));
    };
    let count = u32::try_from(parts.split('.').count()).ok().filter(|count| *count < 4)?;
    let padded = format!("{parts}{}", ".0".repeat(4 - count as usize));
    Some((padded.parse::<Ipv4Addr>().ok()?.to_bits(), u32::MAX << (32 - 8 * count)))
}

fn has_any(text: &str, wanted: &[Wanted]) -> bool {
    !wanted.is_empty()
        && addresses_in(text)
            .any(|address| wanted.iter().any(|(prefix, mask)| address & mask == *prefix))
}

/// The addresses that stand in the text.
fn addresses_in(text: &str) -> impl Iterator<Item = u32> {
    // What is no part of an address ends a candidate; letters belong to one, so that they spoil it.
    text.split(|character: char| !character.is_alphanumeric() && character != '.')
        .filter_map(|candidate| {
            let candidate = candidate.trim_matches('.');
            if candidate.len() > 15 { None } else { candidate.parse::<Ipv4Addr>().ok() }
        })
        .map(Ipv4Addr::to_bits)
}

/// The kernels of this file, for the registry.
pub(crate) const KERNELS: &[&Kernel] =
    &[&HAS_KERNEL, &HAS_ANY_KERNEL, &HAS_PREFIX_KERNEL, &HAS_ANY_PREFIX_KERNEL];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_delimited() {
        let found = |text| addresses_in(text).count();
        assert_eq!(found("from 127.0.0.1, 10.1.1.115 and 10.1.1.201."), 3);
        assert_eq!(found("05:04:54127.0.0.1 v1.2.3.4.5 1.2.3.256 1.2.3.4x"), 0);
    }

    #[test]
    fn a_prefix_ends_in_a_dot() {
        assert_eq!(prefix("192.168."), Some((0xC0A8_0000, 0xFFFF_0000)));
        assert_eq!(prefix("192.168"), None);
        assert_eq!(prefix("1.2.3.4."), None);
        assert_eq!(prefix("."), None);
    }
}
