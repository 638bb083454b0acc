//! A balanced Feistel network: a keyed permutation of an even number of bits, up to 128.
//!
//! The round function is one AES block of (right half, round, half width); the rounds of many values
//! are encrypted together.

use aes::cipher::{BlockCipherEncrypt, KeyInit};
use aes::{Aes128, Block};

/// How many values go through the network at once.
pub(crate) const LANES: usize = 16;

/// Halves of so many bits or more are mixed six times, shorter ones ten times.
const WIDE_BITS: u8 = 32;

/// A keyed permutation of pairs of halves.
pub(crate) struct Feistel {
    cipher: Aes128,
    half_bits: u8,
    rounds: u8,
}

impl Feistel {
    /// The permutation of two halves of `half_bits` bits each, at most 64.
    pub(crate) fn new(key: &[u8; 16], half_bits: u8) -> Self {
        let rounds = if half_bits < WIDE_BITS { 10 } else { 6 };
        Self { cipher: Aes128::new(&(*key).into()), half_bits, rounds }
    }

    /// Permutes up to [`LANES`] pairs in place.
    #[inline]
    pub(crate) fn encrypt(&self, left: &mut [u64; LANES], right: &mut [u64; LANES]) {
        let mut blocks = [Block::default(); LANES];
        for round in 0..self.rounds {
            for (block, half) in blocks.iter_mut().zip(right.iter()) {
                *block = self.input(*half, round);
            }
            self.cipher.encrypt_blocks(&mut blocks);
            for lane in 0..LANES {
                let mixed = left[lane] ^ self.output(&blocks[lane]);
                left[lane] = right[lane];
                right[lane] = mixed;
            }
        }
    }

    /// The image of one pair.
    pub(crate) fn encrypt_one(&self, (left, right): (u64, u64)) -> (u64, u64) {
        (0..self.rounds)
            .fold((left, right), |(left, right), round| (right, left ^ self.round(right, round)))
    }

    /// The pair whose image is given.
    pub(crate) fn decrypt_one(&self, (left, right): (u64, u64)) -> (u64, u64) {
        (0..self.rounds)
            .rev()
            .fold((left, right), |(left, right), round| (right ^ self.round(left, round), left))
    }

    fn round(&self, half: u64, round: u8) -> u64 {
        let mut block = self.input(half, round);
        self.cipher.encrypt_block(&mut block);
        self.output(&block)
    }

    #[inline]
    fn input(&self, half: u64, round: u8) -> Block {
        let tag = u64::from(self.half_bits) << 8 | u64::from(round);
        (u128::from(half) << 64 | u128::from(tag)).to_be_bytes().into()
    }

    #[inline]
    fn output(&self, block: &Block) -> u64 {
        let bytes = block.first_chunk().expect("a block has 16 bytes");
        u64::from_be_bytes(*bytes) >> (64 - self.half_bits)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn decrypt_one_undoes_encrypt_one_and_lanes_agree(left in 0_u64..1 << 61, right in 0_u64..1 << 61) {
            let feistel = Feistel::new(&[9; 16], 61);
            let image = feistel.encrypt_one((left, right));
            prop_assert_eq!(feistel.decrypt_one(image), (left, right));
            prop_assert!(image.0 < 1 << 61 && image.1 < 1 << 61);
            let (mut lefts, mut rights) = ([left; LANES], [right; LANES]);
            feistel.encrypt(&mut lefts, &mut rights);
            prop_assert_eq!((lefts[LANES - 1], rights[LANES - 1]), image);
        }
    }
}
