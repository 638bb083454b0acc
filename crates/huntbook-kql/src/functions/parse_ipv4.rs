//! `parse_ipv4`, `format_ipv4` and their kin: IPv4 addresses as numbers and as text.

use std::net::Ipv4Addr;

use arrow::datatypes::Int64Type;
use huntbook_diagnostics::Diagnostic;

use super::ipv4::network;
use super::{Function, Naming};
use crate::bind::Call;
use crate::convert::convert;
use crate::ir::Scalar;
use crate::kernel::Kernel;
use crate::types::KqlType;

pub(crate) const PARSE_IPV4: Function = Function {
    name: "parse_ipv4",
    aliases: &[],
    signature: "parse_ipv4(address: string) -> long",
    summary: "The address as a number, big-endian; of a network in CIDR notation its first address. Null where the text is neither.",
    naming: Naming::Numbered,
    bind: |call| {
        call.arity(1..=1)?;
        Ok(Scalar::kernel(&NUMBER, vec![call.string(0)?, Scalar::long(32)]))
    },
};

pub(crate) const PARSE_IPV4_MASK: Function = Function {
    name: "parse_ipv4_mask",
    aliases: &[],
    signature: "parse_ipv4_mask(address: string, prefix: long) -> long",
    summary: "The first address, as a number, of the address's network of so many bits; the shorter of two prefixes counts. Null where the text is no address or the prefix not 0 to 32.",
    naming: Naming::Numbered,
    bind: |call| {
        call.arity(2..=2)?;
        Ok(Scalar::kernel(&NUMBER, vec![call.string(0)?, call.long(1)?]))
    },
};

pub(crate) const FORMAT_IPV4: Function = Function {
    name: "format_ipv4",
    aliases: &[],
    signature: "format_ipv4(address, [prefix: long]) -> string",
    summary: "The first address of the address's network, written with dots; the address is text or a number. Empty where it is none.",
    naming: Naming::Numbered,
    bind: |call| format(call, &FORMATTED),
};

pub(crate) const FORMAT_IPV4_MASK: Function = Function {
    name: "format_ipv4_mask",
    aliases: &[],
    signature: "format_ipv4_mask(address, [prefix: long]) -> string",
    summary: "As `format_ipv4`, with the length of the prefix behind a slash.",
    naming: Naming::Numbered,
    bind: |call| format(call, &FORMATTED_MASK),
};

pub(crate) const IPV4_NETMASK_SUFFIX: Function = Function {
    name: "ipv4_netmask_suffix",
    aliases: &[],
    signature: "ipv4_netmask_suffix(address: string) -> long",
    summary: "The length of the prefix behind the slash, 32 where there is none. Null where the text is no IPv4 address.",
    naming: Naming::Numbered,
    bind: |call| {
        call.arity(1..=1)?;
        Ok(Scalar::kernel(&SUFFIX, vec![call.string(0)?]))
    },
};

/// A number is taken as text: that of an address has no dots.
fn format(call: &Call<'_>, kernel: &'static Kernel) -> Result<Scalar, Diagnostic> {
    call.arity(1..=2)?;
    let address = call.scalar(0)?;
    let given = address.kind;
    let text = match given {
        KqlType::Int | KqlType::Long | KqlType::String | KqlType::Dynamic => {
            convert(address, KqlType::String)
        }
        _ => None,
    };
    let address =
        text.ok_or_else(|| call.wrong(0, "a string or a number", &format!("`{given}`")))?;
    let prefix = if call.has(1) { call.long(1)? } else { Scalar::long(32) };
    Ok(Scalar::kernel(kernel, vec![address, prefix]))
}

/// The bits of an address that a prefix keeps.
pub(super) fn masked(address: u32, prefix: u32) -> u32 {
    address & u32::MAX.checked_shl(32 - prefix.min(32)).unwrap_or(0)
}

/// The first address of a network, and the length of the shorter prefix.
fn first(text: &str, prefix: i64) -> Option<(u32, u32)> {
    let prefix = u32::try_from(prefix).ok().filter(|prefix| *prefix <= 32)?;
    let (address, own) = network(text)?;
    let prefix = prefix.min(own);
    Some((masked(address, prefix), prefix))
}

fn first_of_any(text: &str, prefix: i64) -> Option<(Ipv4Addr, u32)> {
    let number = text.parse::<u32>().ok().map(|number| Ipv4Addr::from_bits(number).to_string());
    let (address, prefix) = first(number.as_deref().unwrap_or(text), prefix)?;
    Some((Ipv4Addr::from_bits(address), prefix))
}

const NUMBER: Kernel = Kernel {
    name: "kql_parse_ipv4",
    returns: KqlType::Long,
    evaluate: |arguments| {
        let (text, prefix) = (arguments.text(0)?, arguments.primitive::<Int64Type>(1)?);
        arguments.primitive_column::<Int64Type>(KqlType::Long, |row| {
            first(text.get(row), prefix.get(row)?).map(|(address, _)| i64::from(address))
        })
    },
};
const SUFFIX: Kernel = Kernel {
    name: "kql_ipv4_netmask_suffix",
    returns: KqlType::Long,
    evaluate: |arguments| {
        let text = arguments.text(0)?;
        arguments.primitive_column::<Int64Type>(KqlType::Long, |row| {
            network(text.get(row)).map(|(_, prefix)| i64::from(prefix))
        })
    },
};
const FORMATTED: Kernel = Kernel {
    name: "kql_format_ipv4",
    returns: KqlType::String,
    evaluate: |arguments| {
        let (text, prefix) = (arguments.text(0)?, arguments.primitive::<Int64Type>(1)?);
        arguments.text_column(|row| {
            let found = prefix.get(row).and_then(|prefix| first_of_any(text.get(row), prefix));
            Some(found.map_or_else(String::new, |(address, _)| address.to_string()))
        })
    },
};
const FORMATTED_MASK: Kernel = Kernel {
    name: "kql_format_ipv4_mask",
    returns: KqlType::String,
    evaluate: |arguments| {
        let (text, prefix) = (arguments.text(0)?, arguments.primitive::<Int64Type>(1)?);
        arguments.text_column(|row| {
            let found = prefix.get(row).and_then(|prefix| first_of_any(text.get(row), prefix));
            Some(found.map_or_else(String::new, |(address, prefix)| format!("{address}/{prefix}")))
        })
    },
};

/// The kernels of this file, for the registry.
pub(crate) const KERNELS: &[&Kernel] = &[&NUMBER, &SUFFIX, &FORMATTED, &FORMATTED_MASK];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shorter_prefix_counts_and_none_is_below_zero() {
        assert_eq!(first("192.168.1.1/24", 32), Some((0xC0A8_0100, 24)));
        assert_eq!(first("192.168.1.1", 0), Some((0, 0)));
        assert_eq!(first("192.168.1.1", -1), None);
        assert_eq!(first("192.168.1.1", 33), None);
    }
}
