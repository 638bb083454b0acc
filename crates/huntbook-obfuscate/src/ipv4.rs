//! IPv4 addresses: a prefix-preserving permutation that keeps the class of an address.
//!
//! # Brief overview
//!
//! A *class* is a range that maps into itself. Some are *fixed*: `0/8`, `127/8` and the broadcast
//! address stay as they are. Some are *closed*: the private, shared, link-local, benchmark, multicast,
//! reserved and documentation ranges ([`CLOSED`]) keep their prefix and permute the rest. All other
//! addresses are public, and stay public:
//!
//! * the /12 blocks without a class inside permute among themselves: their first 12 bits are flipped
//!   again and again until they name such a block;
//! * the six /12 blocks around a smaller class (such as `192.160/12` around `192.168/16`) keep their
//!   first 12 bits, and step over the class inside.
//!
//! The bits after that are flipped by the *original* prefix, so two addresses of one class that share
//! 12 bits or more share exactly as many afterwards; in the six mixed blocks this holds from the length
//! of the class inside on.

use std::sync::OnceLock;

use crate::prefix::{Node, PrefixFlips, low_bits};

/// How many addresses [`Ipv4Map::map_lanes`] takes at once.
pub(crate) const LANES: usize = 16;

/// The first 18 bits come from a table; two nodes give the other 14.
const NODES: [Node; 5] =
    [Node::new(0, 7), Node::new(7, 7), Node::new(14, 4), Node::new(18, 7), Node::new(25, 7)];

/// How many leading bits of a public address are permuted among blocks.
const BLOCK_BITS: u32 = 12;

/// How many leading bits the table holds.
const TABLE_BITS: u32 = 18;

/// A table entry that sends the address the slow way; no image has its lowest bit set.
const SLOW: u32 = 1;

/// A range of addresses that share their first `bits` bits.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Range {
    network: u32,
    bits: u32,
}

impl Range {
    const fn new(octets: [u8; 4], bits: u32) -> Self {
        Self { network: u32::from_be_bytes(octets), bits }
    }

    const fn contains(self, address: u32) -> bool {
        (address ^ self.network) >> (32 - self.bits) == 0
    }
}

/// Ranges that keep their prefix and permute the rest.
const CLOSED: [Range; 11] = [
    Range::new([10, 0, 0, 0], 8),
    Range::new([172, 16, 0, 0], 12),
    Range::new([192, 168, 0, 0], 16),
    Range::new([100, 64, 0, 0], 10),
    Range::new([169, 254, 0, 0], 16),
    Range::new([198, 18, 0, 0], 15),
    Range::new([224, 0, 0, 0], 4),
    Range::new([240, 0, 0, 0], 4),
    Range::new([192, 0, 2, 0], 24),
    Range::new([198, 51, 100, 0], 24),
    Range::new([203, 0, 113, 0], 24),
];

const BROADCAST: u32 = u32::MAX;

/// What an address belongs to.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    /// Stays as it is.
    Fixed,
    /// Permutes inside the range.
    Closed(Range),
    /// Public, in a /12 block around a smaller closed range.
    Mixed(Range),
    /// Public, in a /12 block of public addresses only.
    Public,
}

impl Class {
    fn of(address: u32) -> Self {
        if is_fixed(address) {
            return Self::Fixed;
        }
        if let Some(range) = CLOSED.iter().find(|range| range.contains(address)) {
            return Self::Closed(*range);
        }
        let block = Range { network: address, bits: BLOCK_BITS };
        match CLOSED.iter().find(|range| range.bits > BLOCK_BITS && block.contains(range.network)) {
            Some(inside) => Self::Mixed(*inside),
            None => Self::Public,
        }
    }
}

/// Whether `address` says nothing about anyone and so stays as it is: `0/8`, `127/8`, broadcast.
pub(crate) const fn is_fixed(address: u32) -> bool {
    matches!(address >> 24, 0 | 127) || address == BROADCAST
}

/// How many leading bits of `address` name its class, all public addresses being one of none; `None` if it stays.
pub(crate) fn kept_bits(address: u32) -> Option<u32> {
    match Class::of(address) {
        Class::Fixed => None,
        Class::Closed(range) => Some(range.bits),
        Class::Mixed(_) | Class::Public => Some(0),
    }
}

/// The length of the shortest prefix around `address` that maps to a prefix.
pub(crate) fn shortest_prefix(address: u32) -> u32 {
    match Class::of(address) {
        Class::Fixed => 8,
        Class::Closed(range) | Class::Mixed(range) => range.bits,
        Class::Public => BLOCK_BITS,
    }
}

/// How many addresses can be the image of `address`, as a power of two.
pub(crate) fn domain_bits(address: u32) -> u32 {
    match Class::of(address) {
        Class::Fixed => 0,
        Class::Closed(range) => 32 - range.bits,
        Class::Mixed(_) => 32 - BLOCK_BITS,
        Class::Public => 32,
    }
}

/// The permutation under one key.
pub(crate) struct Ipv4Map {
    flips: PrefixFlips<5>,
    tables: OnceLock<Tables>,
}

struct Tables {
    /// The image of each /12 block; those with a class inside, or inside a class, stay.
    blocks: Box<[u16; 1 << BLOCK_BITS]>,
    /// The block with that image.
    originals: Box<[u16; 1 << BLOCK_BITS]>,
    /// The image of the first 18 bits, left-aligned, or [`SLOW`].
    prefixes: Box<[u32]>,
}

impl Ipv4Map {
    pub(crate) fn new(key: &[u8; 16]) -> Self {
        Self { flips: PrefixFlips::new(key, NODES), tables: OnceLock::new() }
    }

    /// The image of `address`.
    pub(crate) fn map(&self, address: u32) -> u32 {
        self.map_with(&self.tables().blocks, address)
    }

    /// The images of many addresses.
    #[inline]
    pub(crate) fn map_lanes(&self, addresses: &[u32; LANES]) -> [u32; LANES] {
        let tables = self.tables();
        let wide = addresses.map(|address| u128::from(address) << 96);
        let flips = self.flips.tail_flips::<3, LANES, { 2 * LANES }>(&wide);
        let mut images = [0; LANES];
        for lane in 0..LANES {
            let address = addresses[lane];
            let prefix = tables.prefixes[(address >> (32 - TABLE_BITS)) as usize];
            let low = address & low_mask(TABLE_BITS);
            let image = prefix | (low ^ (flips[lane] >> 96) as u32);
            images[lane] =
                if prefix == SLOW || image == BROADCAST { self.map(address) } else { image };
        }
        images
    }

    /// The address whose image is `image`.
    pub(crate) fn invert(&self, image: u32) -> u32 {
        match Class::of(image) {
            Class::Fixed => image,
            Class::Closed(range) => {
                let address = self.unflip(image, image, range.bits);
                if address == BROADCAST {
                    self.unflip(BROADCAST, BROADCAST, range.bits)
                } else {
                    address
                }
            }
            Class::Mixed(inside) => {
                let mut prefix = self.unflip(image, image, BLOCK_BITS);
                if inside.contains(prefix) {
                    prefix = self.unflip(inside.network, inside.network, BLOCK_BITS);
                }
                self.unflip(image, prefix, inside.bits)
            }
            Class::Public => {
                let block = self.tables().originals[(image >> (32 - BLOCK_BITS)) as usize];
                self.unflip(image, u32::from(block) << (32 - BLOCK_BITS), BLOCK_BITS)
            }
        }
    }

    fn map_with(&self, blocks: &[u16; 1 << BLOCK_BITS], address: u32) -> u32 {
        match Class::of(address) {
            Class::Fixed => address,
            Class::Closed(range) => {
                let image = self.flip(address, range.bits);
                if image == BROADCAST { self.flip(BROADCAST, range.bits) } else { image }
            }
            Class::Mixed(inside) => {
                let image = self.flip(address, BLOCK_BITS);
                if inside.contains(image) {
                    // The image of the class inside is free, as that class maps into itself.
                    let free = self.flip(inside.network, BLOCK_BITS);
                    free & !low_mask(inside.bits) | image & low_mask(inside.bits)
                } else {
                    image
                }
            }
            Class::Public => {
                let block = blocks[(address >> (32 - BLOCK_BITS)) as usize];
                u32::from(block) << (32 - BLOCK_BITS)
                    | self.flip(address, BLOCK_BITS) & low_mask(BLOCK_BITS)
            }
        }
    }

    /// Flips the bits of `address` after the first `kept_bits`.
    fn flip(&self, address: u32, kept_bits: u32) -> u32 {
        address ^ (self.flips.flips(u128::from(address) << 96) >> 96) as u32 & low_mask(kept_bits)
    }

    fn unflip(&self, image: u32, known: u32, known_bits: u32) -> u32 {
        let address =
            self.flips.unflip(u128::from(image) << 96, u128::from(known) << 96, known_bits);
        (address >> 96) as u32
    }

    fn tables(&self) -> &Tables {
        self.tables.get_or_init(|| {
            let (blocks, originals) = self.permute_blocks();
            let prefixes = (0..1_u32 << TABLE_BITS)
                .map(|prefix| self.prefix_image(&blocks, prefix << (32 - TABLE_BITS)))
                .collect();
            Tables { blocks, originals, prefixes }
        })
    }

    /// Permutes the /12 blocks of public addresses only, by walking until one is reached.
    fn permute_blocks(&self) -> (Box<[u16; 1 << BLOCK_BITS]>, Box<[u16; 1 << BLOCK_BITS]>) {
        let address = |block: u16| u32::from(block) << (32 - BLOCK_BITS);
        let is_public = |block: u16| Class::of(address(block)) == Class::Public;
        let mut blocks = Box::new([0; 1 << BLOCK_BITS]);
        let mut originals = Box::new([0; 1 << BLOCK_BITS]);
        for block in 0..1 << BLOCK_BITS {
            let mut image = block;
            if is_public(block) {
                image = (self.flip(address(image), 0) >> (32 - BLOCK_BITS)) as u16;
                while !is_public(image) {
                    image = (self.flip(address(image), 0) >> (32 - BLOCK_BITS)) as u16;
                }
            }
            blocks[usize::from(block)] = image;
            originals[usize::from(image)] = block;
        }
        (blocks, originals)
    }

    fn prefix_image(&self, blocks: &[u16; 1 << BLOCK_BITS], network: u32) -> u32 {
        match Class::of(network) {
            Class::Fixed | Class::Mixed(_) => SLOW,
            Class::Closed(range) if range.bits > TABLE_BITS => SLOW,
            Class::Closed(_) | Class::Public if network | low_mask(TABLE_BITS) == BROADCAST => SLOW,
            Class::Closed(_) | Class::Public => {
                self.map_with(blocks, network) & !low_mask(TABLE_BITS)
            }
        }
    }
}

const fn low_mask(kept_bits: u32) -> u32 {
    (low_bits(96 + kept_bits)) as u32
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;
    use std::net::Ipv4Addr;
    use std::sync::LazyLock;

    use proptest::prelude::*;

    use super::*;

    fn map() -> &'static Ipv4Map {
        static MAP: LazyLock<Ipv4Map> = LazyLock::new(|| Ipv4Map::new(&[5; 16]));
        &MAP
    }

    /// Any address, and often one of a class.
    fn address() -> impl Strategy<Value = u32> {
        let in_class = (0..CLOSED.len(), any::<u32>())
            .prop_map(|(class, low)| CLOSED[class].network | low & low_mask(CLOSED[class].bits));
        let beside_class = (0..CLOSED.len(), any::<u32>())
            .prop_map(|(class, low)| CLOSED[class].network ^ low & low_mask(BLOCK_BITS));
        prop_oneof![any::<u32>(), in_class, beside_class, Just(BROADCAST), Just(0x7f00_0001)]
    }

    fn class_name(address: u32) -> Option<(u32, u32)> {
        match Class::of(address) {
            Class::Fixed => Some((address, 32)),
            Class::Closed(range) => Some((range.network, range.bits)),
            Class::Mixed(_) | Class::Public => None,
        }
    }

    proptest! {
        #[test]
        fn invert_undoes_map(address in address()) {
            let map = map();
            prop_assert_eq!(map.invert(map.map(address)), address, "{}", Ipv4Addr::from(address));
        }

        #[test]
        fn lanes_equal_the_map_of_each(addresses in proptest::collection::vec(address(), LANES)) {
            let map = map();
            let addresses: [u32; LANES] = addresses.try_into().unwrap();
            prop_assert_eq!(map.map_lanes(&addresses), addresses.map(|address| map.map(address)));
        }

        #[test]
        fn an_address_keeps_its_class(address in address()) {
            prop_assert_eq!(class_name(map().map(address)), class_name(address));
        }

        #[test]
        fn a_common_prefix_as_long_as_the_shortest_stays_as_long(address in address(), length in 12_u32..32) {
            let map = map();
            let other = address ^ 1 << (31 - length);
            let too_short = length < shortest_prefix(address).max(shortest_prefix(other));
            if too_short || address == BROADCAST || other == BROADCAST {
                return Ok(());
            }
            let images = map.map(address) ^ map.map(other);
            if Class::of(address) == Class::Closed(Range::new([240, 0, 0, 0], 4)) {
                // One address of this class, the one whose image would be the broadcast address, gives way.
                if map.flip(address, 4) == BROADCAST || map.flip(other, 4) == BROADCAST {
                    return Ok(());
                }
            }
            prop_assert_eq!(images.leading_zeros(), length);
        }
    }

    #[test]
    fn every_address_of_a_mixed_block_has_its_own_image() {
        let map = map();
        for network in [[192, 160, 0, 0], [203, 0, 0, 0]] {
            let network = u32::from_be_bytes(network);
            let images: HashSet<u32> =
                (0..1 << 20).step_by(16).map(|low| map.map(network | low) & !15).collect();
            assert_eq!(images.len(), 1 << 16);
        }
    }

    #[test]
    fn every_public_block_has_its_own_image() {
        let map = map();
        let images: HashSet<u16> = map.tables().blocks.iter().copied().collect();
        assert_eq!(images.len(), 1 << BLOCK_BITS);
    }
}
