//! IPv6 addresses: a prefix-preserving permutation that keeps the class of an address.
//!
//! `::` and `::1` stay. Unique-local, link-local, site-local, multicast, documentation and Teredo
//! addresses ([`CLOSED`]) keep their prefix (link-local their /64, multicast its scope) and permute the rest. An embedded IPv4 address
//! (`::ffff:a.b.c.d`, `64:ff9b::a.b.c.d`, 6to4) goes through the IPv4 map. All others keep their first
//! three bits, so global unicast stays global unicast: their first 32 bits are flipped until they name
//! no other class, the rest is flipped by the original prefix. Two addresses of one class that share 32
//! bits or more share exactly as many afterwards, so /32, /48 and /64 relations hold.

use crate::ipv4::Ipv4Map;
use crate::prefix::{Node, PrefixFlips, high_bits, low_bits};

/// How many addresses [`Ipv6Map::map_lanes`] takes at once.
pub(crate) const LANES: usize = 4;

const NODE_COUNT: usize = 19;

/// Five nodes for the first 32 bits, fourteen for the others.
const NODES: [Node; NODE_COUNT] = {
    let mut nodes = [Node::new(28, 4); NODE_COUNT];
    let mut index = 0;
    while index < NODE_COUNT {
        if index < 4 {
            nodes[index] = Node::new(7 * index as u32, 7);
        } else if index > 4 {
            nodes[index] = Node::new(32 + 7 * (index as u32 - 5), if index == 18 { 5 } else { 7 });
        }
        index += 1;
    }
    nodes
};

/// How many leading bits of an address outside the other classes are permuted among blocks.
const BLOCK_BITS: u32 = 32;

/// How many leading bits such an address keeps.
const FORMAT_BITS: u32 = 3;

/// A prefix and its length.
type Range = (u128, u32);

/// Ranges that keep as many leading bits as their second number says and permute the rest: the whole
/// network of link-local addresses, the scope of multicast, the prefix of all others.
const CLOSED: [(Range, u32); 7] = [
    ((0xfc00 << 112, 7), 7),
    ((0xfe80 << 112, 10), 64),
    ((0xfec0 << 112, 10), 10),
    ((0xff00 << 112, 8), 16),
    ((0x2001_0db8 << 96, 32), 32),
    ((0x3fff << 112, 20), 20),
    ((0x2001_0000 << 96, 32), 32),
];

/// /32 blocks that hold embedded IPv4 addresses or fixed ones beside others.
const POCKETS: [u128; 2] = [0, 0x0064_ff9b << 96];

/// Ranges whose last 32 bits are an IPv4 address.
const EMBEDDED: [u128; 2] = [0xffff << 32, 0x0064_ff9b << 96];

const SIX_TO_FOUR: Range = (0x2002 << 112, 16);

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Class {
    /// Stays as it is.
    Fixed,
    /// The last 32 bits are an IPv4 address.
    Embedded,
    /// 6to4: bits 16 to 48 are an IPv4 address.
    SixToFour,
    /// Permutes after so many bits.
    Closed(u32),
    /// The rest of a /32 block that holds fixed or embedded addresses.
    Pocket,
    /// Everything else.
    Open,
}

impl Class {
    fn of(address: u128) -> Self {
        let within = |(network, bits): Range| (address ^ network) & high_bits(bits) == 0;
        if address <= 1 {
            Self::Fixed
        } else if EMBEDDED.iter().any(|network| within((*network, 96))) {
            Self::Embedded
        } else if POCKETS.iter().any(|network| within((*network, BLOCK_BITS))) {
            Self::Pocket
        } else if within(SIX_TO_FOUR) {
            Self::SixToFour
        } else if let Some((_, kept_bits)) = CLOSED.iter().find(|(range, _)| within(*range)) {
            Self::Closed(*kept_bits)
        } else {
            Self::Open
        }
    }
}

/// Whether `address` says nothing about anyone and so stays as it is.
pub(crate) fn is_fixed(address: u128) -> bool {
    match Class::of(address) {
        Class::Fixed => true,
        Class::Embedded => crate::ipv4::is_fixed(address as u32),
        _ => false,
    }
}

/// Whether `address` ends in an IPv4 address.
pub(crate) fn is_embedded(address: u128) -> bool {
    Class::of(address) == Class::Embedded
}

/// Whether `address` is of 6to4.
pub(crate) fn is_six_to_four(address: u128) -> bool {
    Class::of(address) == Class::SixToFour
}

/// Whether the class of `address` is a range, or all that is in no other class.
pub(crate) fn is_range(address: u128) -> bool {
    matches!(Class::of(address), Class::Closed(_) | Class::Open)
}

/// How many leading bits of `address` name its class.
pub(crate) fn kept_bits(address: u128) -> u32 {
    match Class::of(address) {
        Class::Fixed => 128,
        Class::Embedded => 96,
        Class::SixToFour => 16,
        Class::Closed(bits) => bits,
        Class::Pocket => BLOCK_BITS,
        Class::Open => FORMAT_BITS,
    }
}

/// Whether two addresses are of one class.
pub(crate) fn is_one_class(left: u128, right: u128) -> bool {
    Class::of(left) == Class::of(right) && (left ^ right) & high_bits(kept_bits(left)) == 0
}

/// The length of the shortest prefix around `address` that maps to a prefix.
pub(crate) fn shortest_prefix(address: u128) -> u32 {
    match Class::of(address) {
        Class::Fixed | Class::Pocket => 128,
        Class::Embedded => 96 + crate::ipv4::shortest_prefix(address as u32),
        Class::SixToFour => 48,
        Class::Closed(bits) => bits,
        Class::Open => BLOCK_BITS,
    }
}

/// How many addresses can be the image of `address`, as a power of two.
pub(crate) fn domain_bits(address: u128) -> u32 {
    match Class::of(address) {
        Class::Fixed => 0,
        Class::Embedded => crate::ipv4::domain_bits(address as u32),
        Class::SixToFour => 80,
        Class::Closed(bits) => 128 - bits,
        Class::Pocket => 96,
        Class::Open => 125,
    }
}

/// The permutation under one key.
pub(crate) struct Ipv6Map {
    flips: PrefixFlips<NODE_COUNT>,
}

impl Ipv6Map {
    pub(crate) fn new(key: &[u8; 16]) -> Self {
        Self { flips: PrefixFlips::new(key, NODES) }
    }

    /// The image of `address`; an embedded IPv4 address goes through `ipv4`.
    pub(crate) fn map(&self, ipv4: &Ipv4Map, address: u128) -> u128 {
        self.map_with(ipv4, address, self.flips.flips(address))
    }

    /// The images of many addresses.
    pub(crate) fn map_lanes(&self, ipv4: &Ipv4Map, addresses: &[u128; LANES]) -> [u128; LANES] {
        let flips = self.flips.tail_flips::<0, LANES, { LANES * NODE_COUNT }>(addresses);
        let mut images = *addresses;
        for (image, flips) in images.iter_mut().zip(flips) {
            *image = self.map_with(ipv4, *image, flips);
        }
        images
    }

    /// The address whose image is `image`.
    pub(crate) fn invert(&self, ipv4: &Ipv4Map, image: u128) -> u128 {
        match Class::of(image) {
            Class::Fixed => image,
            Class::Embedded => image & high_bits(96) | u128::from(ipv4.invert(image as u32)),
            Class::SixToFour => {
                let inner = u128::from(ipv4.invert((image >> 80) as u32));
                self.flips.unflip(image, SIX_TO_FOUR.0 | inner << 80, 48)
            }
            Class::Closed(bits) => self.flips.unflip(image, image, bits),
            Class::Pocket => {
                let mut address = image;
                loop {
                    address = self.flips.unflip(address, address, BLOCK_BITS);
                    if Class::of(address) == Class::Pocket {
                        return address;
                    }
                }
            }
            Class::Open => {
                let mut block = image & high_bits(BLOCK_BITS);
                loop {
                    block = self.flips.unflip(block, block, FORMAT_BITS) & high_bits(BLOCK_BITS);
                    if Class::of(block) == Class::Open {
                        return self.flips.unflip(image, block, BLOCK_BITS);
                    }
                }
            }
        }
    }

    #[inline]
    fn map_with(&self, ipv4: &Ipv4Map, address: u128, flips: u128) -> u128 {
        match Class::of(address) {
            Class::Fixed => address,
            Class::Embedded => address & high_bits(96) | u128::from(ipv4.map(address as u32)),
            Class::SixToFour => {
                let inner = u128::from(ipv4.map((address >> 80) as u32));
                SIX_TO_FOUR.0 | inner << 80 | (address ^ flips) & low_bits(48)
            }
            Class::Closed(bits) => address ^ flips & low_bits(bits),
            Class::Pocket => {
                let mut image = address ^ flips & low_bits(BLOCK_BITS);
                while Class::of(image) != Class::Pocket {
                    image ^= self.flips.flips(image) & low_bits(BLOCK_BITS);
                }
                image
            }
            Class::Open => {
                let movable = high_bits(BLOCK_BITS) & low_bits(FORMAT_BITS);
                let mut block = address & high_bits(BLOCK_BITS) ^ flips & movable;
                while Class::of(block) != Class::Open {
                    block ^= self.flips.flips(block) & movable;
                }
                block | (address ^ flips) & low_bits(BLOCK_BITS)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::net::Ipv6Addr;
    use std::sync::LazyLock;

    use proptest::prelude::*;

    use super::*;

    fn maps() -> &'static (Ipv4Map, Ipv6Map) {
        static MAPS: LazyLock<(Ipv4Map, Ipv6Map)> =
            LazyLock::new(|| (Ipv4Map::new(&[5; 16]), Ipv6Map::new(&[6; 16])));
        &MAPS
    }

    /// Any address, and often one of a class.
    fn address() -> impl Strategy<Value = u128> {
        let networks: Vec<Range> = CLOSED
            .map(|(range, _)| range)
            .into_iter()
            .chain(POCKETS.map(|network| (network, 32)))
            .chain(EMBEDDED.map(|network| (network, 96)))
            .chain([SIX_TO_FOUR, (0x2000 << 112, 3), (0, 120)])
            .collect();
        let in_class = (0..networks.len(), any::<u128>())
            .prop_map(move |(class, low)| networks[class].0 | low & low_bits(networks[class].1));
        prop_oneof![any::<u128>(), in_class]
    }

    proptest! {
        #[test]
        fn invert_undoes_map(address in address()) {
            let (ipv4, map) = maps();
            let image = map.map(ipv4, address);
            prop_assert_eq!(map.invert(ipv4, image), address, "{}", Ipv6Addr::from(address));
        }

        #[test]
        fn an_address_keeps_its_class(address in address()) {
            let (ipv4, map) = maps();
            prop_assert_eq!(Class::of(map.map(ipv4, address)), Class::of(address));
        }

        #[test]
        fn lanes_equal_the_map_of_each(a in address(), b in address()) {
            let (ipv4, map) = maps();
            let images = map.map_lanes(ipv4, &[a, b, a, b]);
            prop_assert_eq!(images[2], map.map(ipv4, a));
            prop_assert_eq!(images[3], map.map(ipv4, b));
        }

        #[test]
        fn a_common_prefix_as_long_as_the_shortest_stays_as_long(address in address(), length in 32_u32..128) {
            let (ipv4, map) = maps();
            let other = address ^ 1 << (127 - length);
            let class = Class::of(address);
            let too_short = length < shortest_prefix(address).max(shortest_prefix(other));
            if class != Class::of(other) || class == Class::Embedded || too_short {
                return Ok(());
            }
            let images = map.map(ipv4, address) ^ map.map(ipv4, other);
            prop_assert_eq!(images.leading_zeros(), length);
        }
    }
}
