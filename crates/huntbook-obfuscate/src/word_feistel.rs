//! A keyed permutation of runs of 32-bit words: an alternating Feistel network.
//!
//! Each round mixes one half of the run with a code of the other half, of both lengths and of the
//! number of the round, so runs of different lengths go through unrelated permutations.

use crate::cmac::Cmac;
use crate::ff1::Direction;

/// Each half is mixed five times; halves may be as short as 16 bits.
const ROUNDS: u8 = 10;

/// No half is longer than this many words.
const LONGEST_HALF: usize = 15;

/// The permutations under one key.
pub(crate) struct WordFeistel(Cmac);

impl WordFeistel {
    pub(crate) fn new(key: &[u8; 16]) -> Self {
        Self(Cmac::new(key))
    }

    /// Permutes `words`, at most 16 of them; a single word is taken as two halves of 16 bits.
    pub(crate) fn permute(&self, words: &mut [u32], direction: Direction) {
        if let [word] = words {
            let (mut left, mut right) = ([*word >> 16], [*word & 0xffff]);
            self.mix(&mut left, &mut right, 0xffff, direction);
            *word = left[0] << 16 | right[0];
        } else {
            let (left, right) = words.split_at_mut(words.len() / 2);
            self.mix(left, right, u32::MAX, direction);
        }
    }

    fn mix(&self, left: &mut [u32], right: &mut [u32], mask: u32, direction: Direction) {
        for step in 0..ROUNDS {
            let round = match direction {
                Direction::Forth => step,
                Direction::Back => ROUNDS - 1 - step,
            };
            let (source, target): (&[u32], &mut [u32]) =
                if round % 2 == 0 { (right, left) } else { (left, right) };
            let mut message = [0; 4 + 4 * LONGEST_HALF];
            message[1] = round;
            message[2] = source.len() as u8;
            message[3] = target.len() as u8;
            for (bytes, word) in message[4..].chunks_exact_mut(4).zip(source) {
                bytes.copy_from_slice(&word.to_be_bytes());
            }
            let end = 4 + 4 * source.len();
            for (part, words) in target.chunks_mut(4).enumerate() {
                message[0] = part as u8;
                let code = self.0.code(&message[..end]);
                for (place, word) in words.iter_mut().enumerate() {
                    *word ^= (code >> (96 - 32 * place)) as u32 & mask;
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn back_undoes_forth(words in proptest::collection::vec(any::<u32>(), 1..=16)) {
            let feistel = WordFeistel::new(&[9; 16]);
            let mut image = words.clone();
            feistel.permute(&mut image, Direction::Forth);
            prop_assert_ne!(&image, &words);
            feistel.permute(&mut image, Direction::Back);
            prop_assert_eq!(image, words);
        }
    }
}
