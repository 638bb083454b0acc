//! A prefix-preserving permutation of addresses.
//!
//! Bit *d* of an address is flipped or not by a keyed bit of the *d* bits before it, so that two
//! addresses that share a prefix share as long a prefix afterwards (Xu, Fan, Ammar and Moon, 2002).
//! One AES block of (prefix, depth) holds the flip bits of a whole *node*, a subtree of up to seven
//! levels: bit *i* of the block is the flip of the *i*-th vertex of that subtree in heap order.
//! Addresses are left-aligned in 128 bits.

use aes::cipher::{BlockCipherEncrypt, KeyInit};
use aes::{Aes128, Block};

/// Where a node begins, in bits from the left, and how many levels of it are used (at most seven).
#[derive(Clone, Copy)]
pub(crate) struct Node {
    pub(crate) depth: u32,
    pub(crate) levels: u32,
}

impl Node {
    pub(crate) const fn new(depth: u32, levels: u32) -> Self {
        Self { depth, levels }
    }

    /// The bits of `address` inside this node, as the seven bits of a path.
    #[inline]
    const fn path(self, address: u128) -> u32 {
        // Bits beyond the last one are of levels that are not used.
        address.rotate_left(self.depth + 7) as u32 & 127
    }

    /// Puts the flips of this node at their place in an address.
    #[inline]
    const fn place(self, flips: u32) -> u128 {
        ((flips >> (7 - self.levels)) as u128) << (128 - self.depth - self.levels)
    }
}

/// Flip bits of every prefix, under one key.
pub(crate) struct PrefixFlips<const NODES: usize> {
    cipher: Aes128,
    nodes: [Node; NODES],
    /// For each node, the bits before it and the one after those.
    inputs: [(u128, u128); NODES],
}

impl<const NODES: usize> PrefixFlips<NODES> {
    /// `nodes` follow one another from depth 0.
    pub(crate) fn new(key: &[u8; 16], nodes: [Node; NODES]) -> Self {
        let inputs = nodes.map(|node| (high_bits(node.depth), 1 << (127 - node.depth)));
        Self { cipher: Aes128::new(&(*key).into()), nodes, inputs }
    }

    /// The flips of every bit of `address`.
    #[inline]
    pub(crate) fn flips(&self, address: u128) -> u128 {
        let mut blocks = [Block::default(); NODES];
        for (block, node) in blocks.iter_mut().zip(&self.nodes) {
            *block = input(address, node.depth);
        }
        self.cipher.encrypt_blocks(&mut blocks);
        let mut flips = 0;
        for (node, block) in self.nodes.iter().zip(&blocks) {
            flips |= node.place(walk(block, node.path(address)));
        }
        flips
    }

    /// The flips of the bits from node `FIRST` on, for `LANES` addresses at once.
    ///
    /// `BLOCKS` is `LANES` times the number of those nodes.
    #[inline]
    pub(crate) fn tail_flips<const FIRST: usize, const LANES: usize, const BLOCKS: usize>(
        &self,
        addresses: &[u128; LANES],
    ) -> [u128; LANES] {
        let nodes = &self.nodes[FIRST..];
        let mut blocks = [Block::default(); BLOCKS];
        for (address, blocks) in addresses.iter().zip(blocks.chunks_exact_mut(nodes.len())) {
            for ((before, one), block) in self.inputs[FIRST..].iter().zip(blocks) {
                *block = (address & before | one).to_be_bytes().into();
            }
        }
        self.cipher.encrypt_blocks(&mut blocks);
        let mut all = [0; LANES];
        for ((address, flips), blocks) in
            addresses.iter().zip(&mut all).zip(blocks.chunks_exact(nodes.len()))
        {
            for (node, block) in nodes.iter().zip(blocks) {
                *flips |= node.place(walk(block, node.path(*address)));
            }
        }
        all
    }

    /// The address whose first `known_bits` bits are those of `known`, and whose other bits, flipped,
    /// are those of `image`.
    pub(crate) fn unflip(&self, image: u128, known: u128, known_bits: u32) -> u128 {
        let mut address = known & high_bits(known_bits);
        for node in &self.nodes {
            if node.depth + node.levels <= known_bits {
                continue;
            }
            let mut block = input(address, node.depth);
            self.cipher.encrypt_block(&mut block);
            let flips = u128::from_be_bytes(block.into());
            let mut vertex = 1;
            for depth in node.depth..node.depth + node.levels {
                let place = 127 - depth;
                if depth >= known_bits {
                    let bit = (image >> place ^ flips >> vertex) & 1;
                    address |= bit << place;
                }
                vertex = vertex * 2 + (address >> place & 1) as u32;
            }
        }
        address
    }
}

/// A mask of the `bits` leading bits.
#[inline]
pub(crate) const fn high_bits(bits: u32) -> u128 {
    !low_bits(bits)
}

/// A mask of all but the `bits` leading bits.
#[inline]
pub(crate) const fn low_bits(bits: u32) -> u128 {
    if bits >= 128 { 0 } else { u128::MAX >> bits }
}

/// A block that says which prefix it is about: its bits, then a one, then zeros.
#[inline]
fn input(address: u128, depth: u32) -> Block {
    (address & high_bits(depth) | 1 << (127 - depth)).to_be_bytes().into()
}

/// The flips along a seven-bit path from the root of a node, first level first.
#[inline]
fn walk(block: &Block, path: u32) -> u32 {
    let bits = u128::from_be_bytes((*block).into());
    let (low, high) = (bits as u64, (bits >> 64) as u64);
    let flip = |vertex: u32| (low >> vertex) as u32 & 1;
    flip(1) << 6
        | flip(2 | path >> 6) << 5
        | flip(4 | path >> 5) << 4
        | flip(8 | path >> 4) << 3
        | flip(16 | path >> 3) << 2
        | flip(32 | path >> 2) << 1
        | (high >> (path >> 1)) as u32 & 1
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const NODES: [Node; 2] = [Node::new(0, 7), Node::new(7, 5)];

    proptest! {
        #[test]
        fn unflip_finds_the_address(address: u128, known in 0_u32..12) {
            let flips = PrefixFlips::new(&[3; 16], NODES);
            let address = address & high_bits(12);
            let image = address ^ flips.flips(address);
            prop_assert_eq!(flips.unflip(image, address, known), address);
        }

        #[test]
        fn flips_depend_on_the_bits_before_them_only(address: u128, place in 0_u32..12) {
            let flips = PrefixFlips::new(&[3; 16], NODES);
            let other = address ^ 1 << (127 - place);
            let differing = flips.flips(address) ^ flips.flips(other);
            prop_assert_eq!(differing & high_bits(place + 1), 0);
        }

        #[test]
        fn tail_flips_equal_the_flips_of_each(address: u128) {
            let flips = PrefixFlips::new(&[3; 16], NODES);
            let tails = flips.tail_flips::<1, 3, 3>(&[address, !address, 0]);
            prop_assert_eq!(tails[0], flips.flips(address) & low_bits(7));
            prop_assert_eq!(tails[1], flips.flips(!address) & low_bits(7));
        }
    }
}
