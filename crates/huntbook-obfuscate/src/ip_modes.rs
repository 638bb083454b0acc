//! The modes of addresses that do not keep all prefixes: `subnet`, `flat` and the `ipcrypt` ones.
//!
//! # Brief overview
//!
//! | mode | address | network |
//! |---|---|---|
//! | `subnet` | its /24 (IPv6: /64) moves as a unit inside its class, the rest inside that | the /24 or /64 that holds the images |
//! | `flat` | moves inside its class | none |
//! | `ipcrypt-pfx` | the published transform, which keeps prefixes and no classes | holds the images |
//! | `ipcrypt-deterministic` | the published transform to an IPv6 address | none |
//!
//! A network without an image becomes a token; `0.0.0.0/0`, `::/0` and, in the first two modes, the
//! network of a whole class stay; one address as a network (/32, /128) is an address. Classes are those of
//! [`ipv4`](crate::ipv4) and [`ipv6`](crate::ipv6); here all public IPv4 addresses are one class. In the
//! /32 blocks of IPv6 that hold fixed or embedded addresses, `subnet` does what `flat` does.
//!
//! FF1 with radix 2 is the permutation; its tweak is the part of the address that stays or has moved
//! before, so each class and subnet has a permutation of its own. Where the image is of another class,
//! the step is repeated (cycle-walking).

use std::net::IpAddr;

use crate::ff1::{Direction, Ff1, walk};
use crate::ip::{Address, with_length, without_length};
use crate::ipcrypt::{IpcryptDeterministic, IpcryptPfx};
use crate::prefix::{high_bits, low_bits};
use crate::{ipv4, ipv6};

/// How much of an address moves as a unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unit {
    /// The /24 of IPv4, the /64 of IPv6.
    Subnet,
    /// Nothing but the address.
    Address,
}

/// A mode that does not keep all prefixes.
pub(crate) enum AddressMode {
    /// Permutations inside classes.
    Classes(ClassMap),
    /// `ipcrypt-pfx`.
    Pfx(Box<IpcryptPfx>),
    /// `ipcrypt-deterministic`.
    Deterministic(IpcryptDeterministic),
}

impl AddressMode {
    /// The permutations of one unit inside classes, under `key`.
    pub(crate) fn classes(unit: Unit, key: &[u8; 16]) -> Self {
        Self::Classes(ClassMap { unit, ff1: Ff1::new(key) })
    }

    /// The image of `address`, or of the network of so many bits around it; `None` if it has none.
    pub(crate) fn transform(
        &self,
        address: Address,
        length: Option<u8>,
        direction: Direction,
    ) -> Option<Address> {
        let Some(length) = length.map(u32::from) else {
            return Some(self.address(address, direction));
        };
        if length == 0 && address.bits() == 0 {
            return Some(address);
        }
        let host_bits = address.width() - length;
        match self {
            Self::Deterministic(_) => None,
            _ if host_bits == 0 => Some(self.address(address, direction)),
            Self::Classes(_) if stays(address, length) => Some(address),
            Self::Classes(map) => {
                (map.unit == Unit::Subnet && subnet_bits(address) == Some(length)).then_some(())?;
                Some(self.network(address, host_bits, direction))
            }
            // The network would hold IPv4 addresses beside others.
            Self::Pfx(_) if address.mapped_v4().is_some() && length < 96 => None,
            Self::Pfx(_) => Some(self.network(address, host_bits, direction)),
        }
    }

    /// Whether the address, or the network of so many bits, stays as it is.
    pub(crate) fn is_fixed(&self, address: Address, length: Option<u8>) -> bool {
        let length = length.map_or(address.width(), u32::from);
        (length == 0 && address.bits() == 0)
            || matches!(self, Self::Classes(_))
                && (stays(address, length) || length == address.width() && is_fixed(address))
    }

    /// How many images the address or network can have, as a power of two.
    pub(crate) fn domain_bits(&self, address: Address, length: Option<u8>) -> u32 {
        let host_bits = length.map_or(0, |length| address.width() - u32::from(length));
        let bits = match self {
            Self::Classes(_) => movable_bits(address),
            Self::Pfx(_) => address.mapped_v4().map_or(address.width(), |_| 32),
            Self::Deterministic(_) => 128,
        };
        bits.saturating_sub(host_bits)
    }

    /// Whether two addresses are one to this mode.
    pub(crate) fn is_same(&self, left: Address, right: Address) -> bool {
        left == right || matches!(self, Self::Deterministic(_)) && left.wide() == right.wide()
    }

    fn address(&self, address: Address, direction: Direction) -> Address {
        match (self, address.mapped_v4()) {
            (Self::Classes(map), _) => match address {
                Address::V4(address) => Address::V4(map.v4(address, direction)),
                Address::V6(address) => Address::V6(map.v6(address, direction)),
            },
            // An IPv4 address inside an IPv6 address stays inside it.
            (Self::Pfx(_), Some(inner)) => {
                Address::V6(self.address(Address::V4(inner), direction).wide())
            }
            (Self::Pfx(cipher), None) => match direction {
                Direction::Forth => cipher.encrypt(address.into()).into(),
                Direction::Back => cipher.decrypt(address.into()).into(),
            },
            (Self::Deterministic(cipher), _) => match direction {
                Direction::Forth => cipher.encrypt(address.into()).into(),
                Direction::Back => cipher.decrypt(address.into()).into(),
            },
        }
    }

    fn network(&self, address: Address, host_bits: u32, direction: Direction) -> Address {
        let map = |bits| self.address(address.with_bits(bits), Direction::Forth).bits();
        let invert = |bits| self.address(address.with_bits(bits), Direction::Back).bits();
        address.with_bits(match direction {
            Direction::Forth => with_length(address.bits(), host_bits, map),
            Direction::Back => without_length(address.bits(), host_bits, map, invert),
        })
    }
}

/// Whether `address` is the same everywhere.
fn is_fixed(address: Address) -> bool {
    match address {
        Address::V4(address) => ipv4::is_fixed(address),
        Address::V6(address) => ipv6::is_fixed(address),
    }
}

/// Whether the network of `length` bits is a whole class, or one of fixed addresses.
fn stays(address: Address, length: u32) -> bool {
    if let Some(inner) = address.embedded_v4() {
        return length >= 96 && stays(Address::V4(inner), length - 96);
    }
    let host = low_bits(128 - address.width() + length);
    match address {
        Address::V4(bits) if matches!(bits >> 24, 0 | 127) => length >= 8,
        Address::V4(bits) => {
            length > 0 && ipv4::kept_bits(bits) == Some(length) && u128::from(bits) & host == 0
        }
        Address::V6(bits) => {
            ipv6::is_range(bits) && ipv6::kept_bits(bits) == length && bits & host == 0
        }
    }
}

/// The length of the subnet of `address`, if it moves as a unit.
fn subnet_bits(address: Address) -> Option<u32> {
    match address {
        Address::V4(bits) => (!ipv4::is_fixed(bits)).then_some(24),
        Address::V6(bits) => match address.embedded_v4() {
            Some(inner) => (!ipv4::is_fixed(inner)).then_some(120),
            None => (ipv6::is_range(bits) || ipv6::is_six_to_four(bits)).then_some(64),
        },
    }
}

fn movable_bits(address: Address) -> u32 {
    match address {
        Address::V4(bits) => ipv4::kept_bits(bits).map_or(0, |kept| 32 - kept),
        Address::V6(bits) => match address.embedded_v4() {
            Some(inner) => movable_bits(Address::V4(inner)),
            None => ipv6::domain_bits(bits),
        },
    }
}

/// Permutations inside classes.
pub(crate) struct ClassMap {
    unit: Unit,
    ff1: Ff1,
}

impl ClassMap {
    fn v4(&self, address: u32, direction: Direction) -> u32 {
        let Some(kept) = ipv4::kept_bits(address) else { return address };
        let is_inside = |other: &u128| {
            ipv4::kept_bits(*other as u32) == Some(kept)
                && (*other as u32 ^ address).leading_zeros() >= kept
        };
        self.inside(32, kept, 24, u128::from(address), direction, is_inside) as u32
    }

    fn v6(&self, address: u128, direction: Direction) -> u128 {
        if let Some(inner) = Address::V6(address).embedded_v4() {
            return address & high_bits(96) | u128::from(self.v4(inner, direction));
        }
        if ipv6::is_fixed(address) {
            return address;
        }
        if ipv6::is_six_to_four(address) {
            let moved = self.v4((address >> 80) as u32, direction);
            let with =
                |inner: u32| address & (high_bits(16) | low_bits(48)) | u128::from(inner) << 80;
            // The part after the IPv4 address is permuted by the original one.
            return match direction {
                Direction::Forth => {
                    let image = self.inside(128, 48, 64, address, direction, |_| true);
                    image & low_bits(48) | with(moved) & high_bits(48)
                }
                Direction::Back => self.inside(128, 48, 64, with(moved), direction, |_| true),
            };
        }
        let kept = ipv6::kept_bits(address);
        let boundary = if ipv6::is_range(address) { 64 } else { 128 };
        self.inside(128, kept, boundary, address, direction, |other| {
            ipv6::is_one_class(*other, address)
        })
    }

    /// Permutes what comes after the first `kept` bits, as a whole or up to and after `boundary`.
    fn inside(
        &self,
        width: u32,
        kept: u32,
        boundary: u32,
        address: u128,
        direction: Direction,
        is_inside: impl Fn(&u128) -> bool,
    ) -> u128 {
        let part = |start, end, address| self.part(width, start, end, address, direction);
        if self.unit == Unit::Address || boundary == width {
            return walk(address, |address| part(kept, width, address), is_inside);
        }
        let subnet = |address| {
            if kept == boundary {
                return address;
            }
            walk(
                address,
                |address| part(kept, boundary, address),
                |other| {
                    // A subnet is of the class that its first address is of; none begins with a fixed one.
                    is_inside(&(other >> (width - boundary) << (width - boundary)))
                },
            )
        };
        // Hosts are permuted by the original subnet.
        let step = |address: u128| match direction {
            Direction::Forth => {
                let hosts = part(boundary, width, address);
                let host = low_bits(128 - width + boundary);
                subnet(address) & !host | hosts & host
            }
            Direction::Back => part(boundary, width, subnet(address)),
        };
        walk(address, step, &is_inside)
    }

    /// Permutes bits `start` to `end` of `address`, counted from the left, by the bits before them.
    fn part(&self, width: u32, start: u32, end: u32, address: u128, direction: Direction) -> u128 {
        let (shift, bits) = (width - end, end - start);
        let mask = low_bits(128 - bits);
        let before = if start == 0 { 0 } else { address >> (width - start) };
        let mut tweak = [0; 19];
        tweak[..3].copy_from_slice(&[width as u8, start as u8, end as u8]);
        tweak[3..].copy_from_slice(&before.to_be_bytes());
        let image = self.ff1.permute_bits(bits, &tweak, address >> shift & mask, direction);
        address & !(mask << shift) | image << shift
    }
}

impl Address {
    /// How many bits an address of its version has.
    pub(crate) const fn width(self) -> u32 {
        match self {
            Self::V4(_) => 32,
            Self::V6(_) => 128,
        }
    }

    const fn bits(self) -> u128 {
        match self {
            Self::V4(address) => address as u128,
            Self::V6(address) => address,
        }
    }

    /// The address of the same version with those bits.
    const fn with_bits(self, bits: u128) -> Self {
        match self {
            Self::V4(_) => Self::V4(bits as u32),
            Self::V6(_) => Self::V6(bits),
        }
    }

    /// As IPv6, an IPv4 address as `::ffff:a.b.c.d`.
    const fn wide(self) -> u128 {
        match self {
            Self::V4(address) => 0xffff << 32 | address as u128,
            Self::V6(address) => address,
        }
    }

    /// The IPv4 address in `::ffff:a.b.c.d`.
    const fn mapped_v4(self) -> Option<u32> {
        match self {
            Self::V6(address) if address >> 32 == 0xffff => Some(address as u32),
            _ => None,
        }
    }

    /// The IPv4 address that is the end of an IPv6 address.
    fn embedded_v4(self) -> Option<u32> {
        match self {
            Self::V6(address) if ipv6::is_embedded(address) => Some(address as u32),
            _ => None,
        }
    }
}

impl From<Address> for IpAddr {
    fn from(address: Address) -> Self {
        match address {
            Address::V4(address) => Self::V4(address.into()),
            Address::V6(address) => Self::V6(address.into()),
        }
    }
}

impl From<IpAddr> for Address {
    fn from(address: IpAddr) -> Self {
        match address {
            IpAddr::V4(address) => Self::V4(address.into()),
            IpAddr::V6(address) => Self::V6(address.into()),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;
    use std::net::{Ipv4Addr, Ipv6Addr};

    use proptest::prelude::*;

    use super::*;

    fn modes() -> [AddressMode; 4] {
        [
            AddressMode::classes(Unit::Subnet, &[1; 16]),
            AddressMode::classes(Unit::Address, &[2; 16]),
            AddressMode::Pfx(Box::new(IpcryptPfx::new(&std::array::from_fn(|byte| byte as u8)))),
            AddressMode::Deterministic(IpcryptDeterministic::new(&[3; 16])),
        ]
    }

    /// Any IPv4 address, and often one of a class.
    fn v4() -> impl Strategy<Value = u32> {
        let networks = [
            [10, 0, 0, 0],
            [172, 16, 0, 0],
            [192, 168, 0, 0],
            [100, 64, 0, 0],
            [169, 254, 0, 0],
            [198, 18, 0, 0],
            [224, 0, 0, 0],
            [255, 255, 255, 0],
            [192, 0, 2, 0],
            [203, 0, 113, 0],
            [127, 0, 0, 0],
        ];
        let near = (0..networks.len(), any::<u16>())
            .prop_map(move |(class, low)| u32::from_be_bytes(networks[class]) | u32::from(low));
        prop_oneof![any::<u32>(), near, Just(u32::MAX)]
    }

    fn v6() -> impl Strategy<Value = u128> {
        let networks: [(u128, u32); 11] = [
            (0xfc00 << 112, 7),
            (0xfe80 << 112, 64),
            (0xff00 << 112, 8),
            (0x2001_0db8 << 96, 32),
            (0x2002 << 112, 16),
            (0x0064_ff9b << 96, 32),
            (0x0064_ff9b << 96, 96),
            (0xffff << 32, 96),
            (0, 32),
            (0x2000 << 112, 3),
            (0, 126),
        ];
        let near = (0..networks.len(), any::<u128>())
            .prop_map(move |(class, low)| networks[class].0 | low & low_bits(networks[class].1));
        prop_oneof![any::<u128>(), near]
    }

    proptest! {
        #[test]
        fn every_address_and_network_comes_back(v4 in v4(), v6 in v6(), length in 0_u8..=128) {
            for mode in modes() {
                for address in [Address::V4(v4), Address::V6(v6)] {
                    let length = length.min(address.width() as u8);
                    let host = low_bits(128 - address.width() + u32::from(length));
                    for (address, length) in [
                        (address, None),
                        (address, Some(length)),
                        (address.with_bits(address.bits() & !host), Some(length)),
                        (address.with_bits(address.bits() & !0xff), Some(24)),
                        (address.with_bits(address.bits() & high_bits(64)), Some(64.min(address.width() as u8))),
                    ] {
                        let Some(image) = mode.transform(address, length, Direction::Forth) else { continue };
                        let back = mode.transform(image, length, Direction::Back);
                        prop_assert!(back.is_some_and(|back| mode.is_same(back, address)), "{:?}/{:?}", address, length);
                        if mode.is_fixed(address, length) {
                            prop_assert_eq!(image, address);
                        }
                    }
                }
            }
        }

        #[test]
        fn classes_stay_in_the_modes_of_classes(v4 in v4(), v6 in v6()) {
            for mode in &modes()[..2] {
                let Address::V4(image) = mode.address(Address::V4(v4), Direction::Forth) else { unreachable!() };
                let kept = ipv4::kept_bits(v4);
                prop_assert_eq!(ipv4::kept_bits(image), kept, "{}", Ipv4Addr::from(v4));
                prop_assert!((image ^ v4).leading_zeros() >= kept.unwrap_or(32));
                let Address::V6(image) = mode.address(Address::V6(v6), Direction::Forth) else { unreachable!() };
                prop_assert!(ipv6::is_one_class(image, v6), "{}", Ipv6Addr::from(v6));
            }
        }

        #[test]
        fn subnets_move_as_a_unit(v4 in v4(), v6 in v6(), host: u64) {
            let mode = &modes()[0];
            let other = v4 & !0xff | host as u32 & 0xff;
            prop_assume!(v4 >> 8 != 0xff_ffff);
            let image = |address| mode.address(Address::V4(address), Direction::Forth).bits();
            prop_assert_eq!(image(v4) >> 8, image(other) >> 8);
            if let Some(network) = mode.transform(Address::V4(v4 & !0xff), Some(24), Direction::Forth) {
                prop_assert_eq!(network.bits(), image(v4) & !0xff);
            }
            if subnet_bits(Address::V6(v6)) == Some(64) {
                let other = v6 & high_bits(64) | u128::from(host);
                let image = |address| mode.address(Address::V6(address), Direction::Forth).bits();
                prop_assert_eq!(image(v6) >> 64, image(other) >> 64);
            }
        }
    }

    #[test]
    fn every_address_of_a_small_class_has_its_own_image() {
        for mode in &modes()[..2] {
            for (network, bits) in
                [([192, 168, 0, 0], 16), ([203, 0, 113, 0], 24), ([169, 254, 0, 0], 16)]
            {
                let network = u32::from_be_bytes(network);
                let images: HashSet<u128> = (0..1_u32 << (32 - bits))
                    .map(|low| mode.address(Address::V4(network | low), Direction::Forth).bits())
                    .collect();
                assert_eq!(images.len(), 1 << (32 - bits));
            }
        }
    }

    #[test]
    fn networks_that_are_no_unit_have_no_image_unless_they_are_a_class() {
        let v4 = |octets| Address::V4(u32::from_be_bytes(octets));
        let [subnet, flat, pfx, deterministic] = modes();
        for (address, length) in
            [([10, 0, 0, 0], 8), ([172, 16, 0, 0], 12), ([0, 0, 0, 0], 0), ([127, 0, 0, 0], 8)]
        {
            for mode in [&subnet, &flat] {
                assert_eq!(
                    mode.transform(v4(address), Some(length), Direction::Forth),
                    Some(v4(address))
                );
                assert!(mode.is_fixed(v4(address), Some(length)));
            }
        }
        for (address, length) in [([10, 1, 0, 0], 16), ([8, 0, 0, 0], 8), ([10, 1, 2, 128], 25)] {
            for mode in [&subnet, &flat, &deterministic] {
                assert_eq!(mode.transform(v4(address), Some(length), Direction::Forth), None);
            }
            assert!(pfx.transform(v4(address), Some(length), Direction::Forth).is_some());
        }
        assert_eq!(flat.transform(v4([10, 1, 2, 0]), Some(24), Direction::Forth), None);
    }
}
