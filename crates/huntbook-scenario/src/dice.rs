//! Dice: the only source of chance, seeded and equal on every machine.
//!
//! Every draw is integer arithmetic over `ChaCha8`, so no draw depends on a platform's floating
//! point library or on how another crate samples a range.

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// A seeded stream of draws. Two dice of one seed and one label give the same draws.
#[derive(Debug, Clone)]
pub(crate) struct Dice(ChaCha8Rng);

impl Dice {
    /// Dice of their own for `label`, so that a draw more in one part moves no other part.
    pub(crate) fn new(seed: u64, label: &str) -> Self {
        Self(ChaCha8Rng::seed_from_u64(mix(seed ^ text_hash(label))))
    }

    /// Any 64 bits.
    pub(crate) fn bits(&mut self) -> u64 {
        self.0.next_u64()
    }

    /// A number below `bound`; 0 if `bound` is 0.
    pub(crate) fn below(&mut self, bound: u64) -> u64 {
        ((u128::from(self.bits()) * u128::from(bound)) >> 64) as u64
    }

    /// An index into something of `length` items; 0 if it is empty.
    pub(crate) fn index(&mut self, length: usize) -> usize {
        self.below(length as u64) as usize
    }

    /// A number from `low` to `high`, both possible.
    pub(crate) fn between(&mut self, low: u64, high: u64) -> u64 {
        low + self.below(high.saturating_sub(low) + 1)
    }

    /// `true` in `permille` of a thousand draws.
    pub(crate) fn chance(&mut self, permille: u64) -> bool {
        self.below(1000) < permille
    }

    /// One of `items`, each as likely as the next.
    pub(crate) fn pick<'a, T>(&mut self, items: &'a [T]) -> &'a T {
        &items[self.index(items.len())]
    }

    /// One of `items`, each as likely as its weight.
    pub(crate) fn weighted<'a, T>(&mut self, items: &'a [(u64, T)]) -> &'a T {
        let mut left = self.below(items.iter().map(|(weight, _)| weight).sum());
        for (weight, item) in items {
            if left < *weight {
                return item;
            }
            left -= weight;
        }
        &items[items.len() - 1].1
    }

    /// `length` items of `0..size`, all different, in the order drawn; fewer if `size` is smaller.
    pub(crate) fn sample(&mut self, size: usize, length: usize) -> Vec<usize> {
        let mut pool: Vec<usize> = (0..size).collect();
        for place in 0..length.min(size) {
            let other = place + self.index(size - place);
            pool.swap(place, other);
        }
        pool.truncate(length);
        pool
    }

    /// Lower-case hexadecimal digits.
    pub(crate) fn hex(&mut self, digits: usize) -> String {
        hex(&[self.bits(), self.bits(), self.bits(), self.bits()], digits)
    }

    /// Lower-case letters and digits, a letter first.
    pub(crate) fn word(&mut self, length: usize) -> String {
        const LETTERS: &[u8] = b"abcdefghijklmnopqrstuvwxyz0123456789";
        (0..length)
            .map(|place| char::from(LETTERS[self.index(if place == 0 { 26 } else { 36 })]))
            .collect()
    }

    /// A random (version 4) UUID in its usual lower-case spelling.
    pub(crate) fn uuid(&mut self) -> String {
        uuid_of([self.bits(), self.bits()])
    }
}

/// A well-spread 64-bit value of `value` (the finaliser of `SplitMix64`).
pub(crate) fn mix(value: u64) -> u64 {
    let mut mixed = value.wrapping_add(0x9e37_79b9_7f4a_7c15);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}

/// A 64-bit value of a text (FNV-1a).
pub(crate) fn text_hash(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

/// The UUID that stands for number `sequence` of `label`.
pub(crate) fn uuid_for(label: &str, sequence: u64) -> String {
    let first = mix(text_hash(label) ^ sequence);
    uuid_of([first, mix(first)])
}

/// `digits` hexadecimal digits that stand for `label`, up to 64.
pub(crate) fn hex_for(label: &str, digits: usize) -> String {
    let first = mix(text_hash(label));
    let second = mix(first);
    let third = mix(second);
    hex(&[first, second, third, mix(third)], digits)
}

fn uuid_of(words: [u64; 2]) -> String {
    let value = (u128::from(words[0]) << 64) | u128::from(words[1]);
    uuid::Builder::from_random_bytes(value.to_be_bytes()).into_uuid().to_string()
}

fn hex(words: &[u64; 4], digits: usize) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    (0..digits.min(64))
        .map(|place| {
            let shift = 60 - 4 * (place % 16);
            char::from(DIGITS[(words[place / 16] >> shift) as usize & 15])
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dice_of_one_seed_and_label_agree_and_of_another_label_differ() {
        let draws = |label| Dice::new(7, label).uuid();
        assert_eq!(draws("people"), draws("people"));
        assert_ne!(draws("people"), draws("hosts"));
    }

    #[test]
    fn a_draw_stays_inside_its_bounds() {
        let mut dice = Dice::new(1, "bounds");
        for _ in 0..1000 {
            assert!((3..=5).contains(&dice.between(3, 5)));
            assert!(dice.below(7) < 7);
        }
        assert_eq!(dice.below(0), 0);
    }

    #[test]
    fn sample_never_repeats_an_item() {
        let mut drawn = Dice::new(1, "sample").sample(50, 40);
        drawn.sort_unstable();
        drawn.dedup();
        assert_eq!(drawn.len(), 40);
    }
}
