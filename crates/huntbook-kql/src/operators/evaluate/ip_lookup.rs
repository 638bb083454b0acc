//! `evaluate ipv4_lookup(T, address, network, keys..., return_unmatched = true)` and `ipv6_lookup`: the rows of a table
//! of networks beside the addresses that lie in them.
//!
//! `ipv6_lookup` shows the columns of the table first.
//!
//! Each address is written as all networks around it whose prefix is as long as one of the table, and these are joined
//! by equality.

use std::net::{IpAddr, Ipv6Addr};

use huntbook_kql_syntax::ast::{Expr, ExprKind};

use super::super::join::{joined, side_column};
use super::Plugin;
use crate::aggregates::make_set;
use crate::bind::{Binder, unify};
use crate::convert::convert;
use crate::dynamic;
use crate::ir::{Column, HIDDEN, JoinKey, JoinKind, Node, Parts, Relation, Scalar, Value};
use crate::kernel::Kernel;
use crate::types::KqlType;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Version {
    Four,
    Six,
}

pub(super) fn bind(
    binder: &mut Binder<'_>,
    input: Relation,
    plugin: &Plugin<'_>,
    version: Version,
) -> Option<Relation> {
    let unnamed = plugin.arguments.iter().filter(|argument| argument.names.is_empty());
    let mut unnamed: Vec<&Expr> = unnamed.map(|argument| &argument.value).collect();
    // The flag may stand at the end without its name.
    let flag = match unnamed.last() {
        Some(last) if matches!(last.kind, ExprKind::Literal(_)) => unnamed.pop(),
        _ => plugin.argument("return_unmatched", usize::MAX),
    };
    let unmatched = match flag {
        Some(flag) => plugin.constant(binder, flag, KqlType::Bool)? == Value::Bool(true),
        None => false,
    };
    let [table, address, network, extra @ ..] = unnamed.as_slice() else {
        plugin.lacks(binder, "the table, the column of addresses or the column of networks");
        return None;
    };
    let networks = binder.relation(table, plugin.scope)?;
    let address_column = plugin.column(binder, &input, address)?;
    let network_column = plugin.column(binder, &networks, network)?;
    for (column, argument) in [(&address_column, address), (&network_column, network)] {
        if column.kind != KqlType::String {
            plugin.wrong(binder, "a column of type `string`", argument.span);
            return None;
        }
    }
    let mut keys = Vec::with_capacity(extra.len() + 1);
    for argument in extra {
        let ExprKind::Name(name) = &argument.kind else {
            plugin.wrong(binder, "the name of a column of both tables", argument.span);
            return None;
        };
        let left = side_column(binder, &input, name, "left")?;
        let right = side_column(binder, &networks, name, "right")?;
        let Ok((left, right)) = unify(left, right) else {
            plugin.wrong(binder, "a column of one type in both tables", argument.span);
            return None;
        };
        keys.push(JoinKey { left, right });
    }
    let is_key = |column: &Column| {
        keys.iter().any(|key| matches!(&key.right.node, Node::Column(own) if *own == column.name))
    };
    let repeated: Vec<bool> = networks.columns.iter().map(is_key).collect();
    let shown = input.columns.len();
    // The networks around each address, as far as the table has some of the length.
    let lengths = Scalar::kernel(length_kernel(version), vec![network_column.value()]);
    let lengths = convert(lengths, KqlType::Dynamic)?;
    let set = Relation::aggregate(networks.clone(), Vec::new(), vec![make_set(lengths)]);
    let set = Scalar { node: Node::First(Box::new(set)), kind: KqlType::Dynamic };
    let around = Scalar::kernel(around_kernel(version), vec![address_column.value(), set]);
    let part = Column::new(format!("{HIDDEN}network"), KqlType::Dynamic);
    let candidate = convert(part.value(), KqlType::String)?;
    let parts = Parts { bags_as_arrays: false, most: usize::MAX };
    let expanded = Relation::expand(input.clone(), vec![around], parts, vec![part]);
    let network = Scalar::kernel(network_kernel(version), vec![network_column.value()]);
    let mut all = keys;
    all.push(JoinKey { left: candidate, right: network });
    let pairs = joined(expanded.clone(), networks.clone(), JoinKind::Inner, all.clone());
    let mut result: Vec<(String, Scalar)> = Vec::with_capacity(pairs.columns.len());
    let mut missing: Vec<(String, Scalar)> = Vec::with_capacity(pairs.columns.len());
    for (position, column) in pairs.columns.iter().enumerate() {
        if position == shown || position > shown && repeated[position - shown - 1] {
            continue;
        }
        result.push((column.name.clone(), column.value()));
        let value = if position < shown { column.value() } else { Scalar::null(column.kind) };
        missing.push((column.name.clone(), value));
    }
    if version == Version::Six {
        // The columns of the table come first.
        let width = result.len();
        for list in [&mut result, &mut missing] {
            list.rotate_left(shown.min(width));
        }
    }
    let found = Relation::project(pairs, result);
    if !unmatched {
        return Some(found);
    }
    // The addresses that lie in a network, each once with its keys.
    let matched = joined(expanded, networks, JoinKind::LeftSemi, all.clone());
    let mut marks = vec![("address".to_owned(), address_column.value())];
    for (position, key) in all.iter().take(all.len() - 1).enumerate() {
        marks.push((format!("key{position}"), key.left.clone()));
    }
    let matched = Relation::aggregate(matched, marks.clone(), Vec::new());
    let same = |(name, value): (String, Scalar)| {
        let right = Scalar::column(name, value.kind);
        JoinKey { left: value, right }
    };
    let on = marks.into_iter().map(same).collect();
    let rest = joined(input, matched, JoinKind::LeftAnti, on);
    let rest = Relation::project(rest, missing);
    let columns = found.columns.clone();
    Some(Relation::union(vec![found, rest], columns))
}

const fn length_kernel(version: Version) -> &'static Kernel {
    match version {
        Version::Four => &LENGTH_4,
        Version::Six => &LENGTH_6,
    }
}

const fn network_kernel(version: Version) -> &'static Kernel {
    match version {
        Version::Four => &NETWORK_4,
        Version::Six => &NETWORK_6,
    }
}

const fn around_kernel(version: Version) -> &'static Kernel {
    match version {
        Version::Four => &AROUND_4,
        Version::Six => &AROUND_6,
    }
}

/// The bits of an address as those of IPv6, and the length of its prefix.
fn parse(text: &str, version: Version) -> Option<(u128, u32)> {
    let text = text.trim();
    let (address, prefix) = match text.split_once('/') {
        Some((address, prefix)) => (address, Some(prefix.parse::<u32>().ok()?)),
        None => (text, None),
    };
    let (bits, most, before) = match (address.parse::<IpAddr>().ok()?, version) {
        (IpAddr::V4(address), _) => (address.to_ipv6_mapped(), 32, 96),
        (IpAddr::V6(address), Version::Six) => (address, 128, 0),
        (IpAddr::V6(_), Version::Four) => return None,
    };
    let prefix = prefix.unwrap_or(most);
    (prefix <= most).then(|| (bits.to_bits(), prefix + before))
}

/// The network of this length around an address.
fn masked(bits: u128, length: u32) -> String {
    let mask = u128::MAX.checked_shl(128 - length.min(128)).unwrap_or(0);
    format!("{}/{length}", Ipv6Addr::from_bits(bits & mask))
}

macro_rules! kernels {
    ($($length:ident $network:ident $around:ident $version:ident $names:expr;)+) => {$(
        /// The length of a network's prefix.
        const $length: Kernel = Kernel {
            name: $names[0],
            returns: KqlType::Long,
            evaluate: |arguments| {
                let text = arguments.text(0)?;
                arguments.primitive_column::<arrow::datatypes::Int64Type>(KqlType::Long, |row| {
                    parse(text.get(row), Version::$version).map(|(_, length)| i64::from(length))
                })
            },
        };
        /// The network in one form.
        const $network: Kernel = Kernel {
            name: $names[1],
            returns: KqlType::Guid,
            evaluate: |arguments| {
                let text = arguments.text(0)?;
                arguments.text_column(|row| {
                    let (bits, length) = parse(text.get(row), Version::$version)?;
                    Some(masked(bits, length))
                })
            },
        };
        /// The networks of the lengths listed around an address.
        const $around: Kernel = Kernel {
            name: $names[2],
            returns: KqlType::Dynamic,
            evaluate: |arguments| {
                let (text, lengths) = (arguments.text(0)?, arguments.text(1)?);
                let mut last: Option<(&str, Vec<u32>)> = None;
                arguments.text_column(|row| {
                    let listed = lengths.value(row).unwrap_or_default();
                    if last.as_ref().is_none_or(|(known, _)| *known != listed) {
                        let numbers = dynamic::strings(listed);
                        let numbers = numbers.iter().filter_map(|number| number.parse().ok());
                        last = Some((listed, numbers.collect()));
                    }
                    let Some((bits, own)) = parse(text.get(row), Version::$version) else {
                        return Some("[]".to_owned());
                    };
                    let mut list = String::from("[");
                    for length in last.iter().flat_map(|(_, lengths)| lengths) {
                        if *length <= own {
                            if list.len() > 1 {
                                list.push(',');
                            }
                            list.push('"');
                            list.push_str(&masked(bits, *length));
                            list.push('"');
                        }
                    }
                    list.push(']');
                    Some(list)
                })
            },
        };
    )+};
}

kernels! {
    LENGTH_4 NETWORK_4 AROUND_4 Four ["kql_ipv4_length", "kql_ipv4_network", "kql_ipv4_around"];
    LENGTH_6 NETWORK_6 AROUND_6 Six ["kql_ipv6_length", "kql_ipv6_network", "kql_ipv6_around"];
}

/// The kernels of this file, for the registry.
pub(crate) const KERNELS: &[&Kernel] =
    &[&LENGTH_4, &NETWORK_4, &AROUND_4, &LENGTH_6, &NETWORK_6, &AROUND_6];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn networks_have_one_form() {
        let form = |text, version| parse(text, version).map(|(bits, length)| masked(bits, length));
        assert_eq!(form("192.0.2.77/24", Version::Four), form("192.0.2.0/24", Version::Four));
        assert_eq!(form("192.0.2.1", Version::Four), form("192.0.2.1/32", Version::Six));
        assert_eq!(form("2001:0db8::1/32", Version::Six), form("2001:db8::/32", Version::Six));
        assert_eq!(form("::1/129", Version::Six), None);
        assert_eq!(form("::1", Version::Four), None);
        assert_eq!(form("1.2.3.4/33", Version::Four), None);
    }
}
