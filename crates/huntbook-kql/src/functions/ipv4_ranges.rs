//! `ipv4_compare`, `ipv4_is_in_any_range`, `ipv4_range_to_cidr_list`.

use std::net::Ipv4Addr;

use arrow::datatypes::Int64Type;
use huntbook_diagnostics::Diagnostic;
use serde_json::Value;

use super::ipv4::network;
use super::lists::FLATTEN;
use super::parse_ipv4::masked;
use super::{Function, Naming};
use crate::bind::Call;
use crate::dynamic;
use crate::ir::Scalar;
use crate::kernel::{Kernel, Prepared};
use crate::types::KqlType;

pub(crate) const IPV4_COMPARE: Function = Function {
    name: "ipv4_compare",
    aliases: &[],
    signature: "ipv4_compare(first: string, second: string, [prefix: long]) -> long",
    summary: "0 where the two are equal under the shortest of their prefixes and the one given, -1 where the first is less, else 1. Null where one is no IPv4 address.",
    naming: Naming::Numbered,
    bind: |call| {
        call.arity(2..=3)?;
        let prefix = if call.has(2) { call.long(2)? } else { Scalar::long(32) };
        Ok(Scalar::kernel(&COMPARE, vec![call.string(0)?, call.string(1)?, prefix]))
    },
};

pub(crate) const IPV4_IS_IN_ANY_RANGE: Function = Function {
    name: "ipv4_is_in_any_range",
    aliases: &[],
    signature: "ipv4_is_in_any_range(address: string, range, ...) -> bool",
    summary: "Whether the address lies in one of the ranges: texts, or dynamic lists of them. Null where it is no IPv4 address.",
    naming: Naming::Numbered,
    bind: |call| Ok(Scalar::kernel(&IN_ANY, vec![call.string(0)?, texts(call, 1)?])),
};

pub(crate) const IPV4_RANGE_TO_CIDR_LIST: Function = Function {
    name: "ipv4_range_to_cidr_list",
    aliases: &[],
    signature: "ipv4_range_to_cidr_list(first: string, last: string) -> dynamic",
    summary: "The fewest networks, in CIDR notation, that hold the addresses from the first to the last. Null where one is no address, or the first lies behind the last.",
    naming: Naming::Numbered,
    bind: |call| {
        call.arity(2..=2)?;
        Ok(Scalar::kernel(&NETWORKS, vec![call.string(0)?, call.string(1)?]))
    },
};

/// The arguments from `first` on, texts or lists of texts, as one dynamic list.
pub(super) fn texts(call: &Call<'_>, first: usize) -> Result<Scalar, Diagnostic> {
    call.arity(first + 1..=usize::MAX)?;
    let lists = (first..call.arguments.len())
        .map(|index| match call.scalar(index)?.kind {
            KqlType::String | KqlType::Dynamic => call.as_dynamic(index),
            other => Err(call.wrong(index, "a string or a dynamic list", &format!("`{other}`"))),
        })
        .collect::<Result<Vec<_>, _>>()?;
    Ok(Scalar::kernel(&FLATTEN, lists))
}

fn compare(first: &str, second: &str, prefix: i64) -> Option<i64> {
    let ((first, first_prefix), (second, second_prefix)) = (network(first)?, network(second)?);
    let prefix = u32::try_from(prefix).ok().filter(|prefix| *prefix <= 32)?;
    let prefix = prefix.min(first_prefix).min(second_prefix);
    Some(masked(first, prefix).cmp(&masked(second, prefix)) as i64)
}

fn blocks(first: &str, last: &str) -> Option<Value> {
    let (first, end) =
        (first.trim().parse::<Ipv4Addr>().ok()?, last.trim().parse::<Ipv4Addr>().ok()?);
    let (mut start, last) = (u64::from(first.to_bits()), u64::from(end.to_bits()));
    if start > last {
        return None;
    }
    let mut found = Vec::new();
    while start <= last {
        // As large as the start is aligned and as the rest has room for.
        let room = (last - start + 1).ilog2();
        let bits = start.trailing_zeros().min(32).min(room);
        let address = Ipv4Addr::from_bits(u32::try_from(start).ok()?);
        found.push(Value::from(format!("{address}/{}", 32 - bits)));
        start += 1 << bits;
    }
    Some(Value::Array(found))
}

const COMPARE: Kernel = Kernel {
    name: "kql_ipv4_compare",
    returns: KqlType::Long,
    evaluate: |arguments| {
        let (first, second) = (arguments.text(0)?, arguments.text(1)?);
        let prefix = arguments.primitive::<Int64Type>(2)?;
        arguments.primitive_column::<Int64Type>(KqlType::Long, |row| {
            compare(first.get(row), second.get(row), prefix.get(row)?)
        })
    },
};
const IN_ANY: Kernel = Kernel {
    name: "kql_ipv4_is_in_any_range",
    returns: KqlType::Bool,
    evaluate: |arguments| {
        let address = arguments.text(0)?;
        let mut ranges = Prepared::new(arguments.text(1)?, |list| {
            dynamic::strings(list).iter().filter_map(|range| network(range)).collect::<Vec<_>>()
        });
        arguments.bool_column(|row| {
            let (address, prefix) = network(address.get(row))?;
            Some(ranges.get(row).iter().any(|(range, length)| {
                prefix >= *length && masked(address, *length) == masked(*range, *length)
            }))
        })
    },
};
const NETWORKS: Kernel = Kernel {
    name: "kql_ipv4_range_to_cidr_list",
    returns: KqlType::Dynamic,
    evaluate: |arguments| {
        let (first, last) = (arguments.text(0)?, arguments.text(1)?);
        arguments
            .text_column(|row| blocks(first.get(row), last.get(row)).map(|list| list.to_string()))
    },
};

/// The kernels of this file, for the registry.
pub(crate) const KERNELS: &[&Kernel] = &[&COMPARE, &IN_ANY, &NETWORKS];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_addresses_are_one_network() {
        assert_eq!(blocks("0.0.0.0", "255.255.255.255"), Some(serde_json::json!(["0.0.0.0/0"])));
        assert_eq!(blocks("1.1.1.2", "1.1.1.1"), None);
    }
}
