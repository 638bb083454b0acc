//! FF1: a keyed permutation of short strings of digits.
//!
//! A *numeral* is one digit of some radix, as a number. FF1 permutes all strings of one length; AES-128
//! is its cipher. Strings are held as two numbers, one for each half, so the longer half must stay below
//! 2^120: 72 numerals of radix 10, 60 of radix 16, 46 of radix 36, 240 bits.
//!
//! A small domain stays small: whoever sees all of its images, or may ask for some, can list it. FF1 is
//! secure from a million strings on; fewer are permuted as well, which hides no more than their order.
//!
//! Source: <https://doi.org/10.6028/NIST.SP.800-38G>

use aes::cipher::{BlockCipherEncrypt, KeyInit};
use aes::{Aes128, Block};

const ROUNDS: u8 = 10;

/// The longer half of a string stays below 2 to the power of this.
const HALF_BITS: u32 = 120;

/// No tweak is longer than this many bytes.
const LONGEST_TWEAK: usize = 32;

/// Which way a permutation is gone.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Direction {
    /// From the original to its image.
    Forth,
    /// From the image to its original.
    Back,
}

/// The permutations under one key.
pub(crate) struct Ff1(Aes128);

/// The strings of one radix and length.
#[derive(Clone, Copy)]
struct Domain {
    radix: u32,
    length: u32,
    /// How many strings each half can be: the first half is the shorter one.
    sizes: [u128; 2],
}

impl Domain {
    fn new(radix: u32, length: usize) -> Self {
        let first = length as u32 / 2;
        let size = |numerals: u32| {
            u128::from(radix)
                .checked_pow(numerals)
                .filter(|size| *size <= 1 << HALF_BITS)
                .expect("callers keep to the limits of the module")
        };
        Self { radix, length: length as u32, sizes: [size(first), size(length as u32 - first)] }
    }

    /// How many bytes hold a number below the size of the longer half.
    const fn half_bytes(&self) -> usize {
        (128 - (self.sizes[1] - 1).leading_zeros()).div_ceil(8) as usize
    }
}

impl Ff1 {
    pub(crate) fn new(key: &[u8; 16]) -> Self {
        Self(Aes128::new(&(*key).into()))
    }

    /// Permutes `numerals`, each below `radix` (2 to 36), under `tweak` (at most 32 bytes).
    ///
    /// A single numeral, for which FF1 is not defined, goes through a keyed shuffle of the radix.
    pub(crate) fn permute(
        &self,
        radix: u32,
        tweak: &[u8],
        numerals: &mut [u8],
        direction: Direction,
    ) {
        let domain = Domain::new(radix, numerals.len());
        match numerals {
            [] => {}
            [numeral] => *numeral = self.shuffle(&domain, tweak, *numeral, direction),
            _ => {
                let middle = numerals.len() / 2;
                let (first, second) = numerals.split_at_mut(middle);
                let halves = [number(first, radix), number(second, radix)];
                let halves = self.halves(&domain, tweak, halves, direction);
                spell(halves[0], radix, first);
                spell(halves[1], radix, second);
            }
        }
    }

    /// Permutes the numbers of `bits` bits (2 to 128), as strings of radix 2.
    pub(crate) fn permute_bits(
        &self,
        bits: u32,
        tweak: &[u8],
        value: u128,
        direction: Direction,
    ) -> u128 {
        let low_bits = bits - bits / 2;
        let domain = Domain::new(2, bits as usize);
        let halves = [value >> low_bits, value & (domain.sizes[1] - 1)];
        let [high, low] = self.halves(&domain, tweak, halves, direction);
        high << low_bits | low
    }

    fn halves(
        &self,
        domain: &Domain,
        tweak: &[u8],
        [mut a, mut b]: [u128; 2],
        direction: Direction,
    ) -> [u128; 2] {
        let start = self.start(domain, tweak);
        match direction {
            Direction::Forth => {
                for round in 0..ROUNDS {
                    let size = domain.sizes[usize::from(round % 2)];
                    let mixed = (a + self.round(domain, start, tweak, round, b, size)) % size;
                    (a, b) = (b, mixed);
                }
            }
            Direction::Back => {
                for round in (0..ROUNDS).rev() {
                    let size = domain.sizes[usize::from(round % 2)];
                    let mixed =
                        (b + size - self.round(domain, start, tweak, round, a, size)) % size;
                    (a, b) = (mixed, a);
                }
            }
        }
        [a, b]
    }

    /// The state after the first block, which says what is permuted.
    fn start(&self, domain: &Domain, tweak: &[u8]) -> u128 {
        let mut block = [0; 16];
        block[..3].copy_from_slice(&[1, 2, 1]);
        block[3..6].copy_from_slice(&domain.radix.to_be_bytes()[1..]);
        block[6] = ROUNDS;
        block[7] = (domain.length / 2) as u8;
        block[8..12].copy_from_slice(&domain.length.to_be_bytes());
        block[12..].copy_from_slice(&(tweak.len() as u32).to_be_bytes());
        self.encrypt(u128::from_be_bytes(block))
    }

    /// The keyed number, below `size`, of `half` in `round`.
    fn round(
        &self,
        domain: &Domain,
        start: u128,
        tweak: &[u8],
        round: u8,
        half: u128,
        size: u128,
    ) -> u128 {
        let half_bytes = domain.half_bytes();
        let mut message = [0; LONGEST_TWEAK + 32];
        let end = (tweak.len() + 1 + half_bytes).next_multiple_of(16);
        message[..tweak.len()].copy_from_slice(tweak);
        message[end - half_bytes - 1] = round;
        message[end - half_bytes..end].copy_from_slice(&half.to_be_bytes()[16 - half_bytes..]);
        let mut state = start;
        for block in message[..end].chunks_exact(16) {
            let block: [u8; 16] = block.try_into().expect("chunks of 16 bytes");
            state = self.encrypt(state ^ u128::from_be_bytes(block));
        }
        // So many leading bytes of `state` and what follows it are a number, taken modulo `size`.
        let bytes = 4 * half_bytes.div_ceil(4) + 4;
        if bytes <= 16 {
            remainder(state >> (128 - 8 * bytes), size)
        } else {
            let more = self.encrypt(state ^ 1).to_be_bytes();
            more[..bytes - 16].iter().fold(remainder(state, size), |rest, byte| {
                remainder(rest << 8 | u128::from(*byte), size)
            })
        }
    }

    fn shuffle(&self, domain: &Domain, tweak: &[u8], numeral: u8, direction: Direction) -> u8 {
        let start = self.start(domain, tweak);
        let code =
            |numeral: u8| self.round(domain, start, tweak, 0, u128::from(numeral), 1 << HALF_BITS);
        let all = || 0..domain.radix as u8;
        let rank = |numeral: u8| {
            let own = (code(numeral), numeral);
            all().filter(|other| (code(*other), *other) < own).count() as u8
        };
        match direction {
            Direction::Forth => rank(numeral),
            Direction::Back => {
                all().find(|other| rank(*other) == numeral).expect("every rank is taken")
            }
        }
    }

    fn encrypt(&self, block: u128) -> u128 {
        let mut block = Block::from(block.to_be_bytes());
        self.0.encrypt_block(&mut block);
        u128::from_be_bytes(block.into())
    }
}

/// Steps from a value of a domain until the domain is reached again.
///
/// With `step` a permutation of a larger domain, this is a permutation of the smaller one
/// (*cycle-walking*); with its inverse, the inverse.
pub(crate) fn walk<T>(start: T, step: impl Fn(T) -> T, is_inside: impl Fn(&T) -> bool) -> T {
    let mut value = step(start);
    while !is_inside(&value) {
        value = step(value);
    }
    value
}

#[inline]
const fn remainder(number: u128, size: u128) -> u128 {
    if size.is_power_of_two() { number & (size - 1) } else { number % size }
}

/// The number that `numerals` spell.
pub(crate) fn number(numerals: &[u8], radix: u32) -> u128 {
    numerals.iter().fold(0, |number, numeral| number * u128::from(radix) + u128::from(*numeral))
}

/// Spells `number` over all of `numerals`.
pub(crate) fn spell(mut number: u128, radix: u32, numerals: &mut [u8]) {
    for numeral in numerals.iter_mut().rev() {
        *numeral = (number % u128::from(radix)) as u8;
        number /= u128::from(radix);
    }
}

#[cfg(test)]
mod tests {
    use fpe::ff1::{FF1, FlexibleNumeralString};
    use proptest::prelude::*;

    use super::*;

    const KEY: [u8; 16] = *b"\x2b\x7e\x15\x16\x28\xae\xd2\xa6\xab\xf7\x15\x88\x09\xcf\x4f\x3c";

    fn numerals(text: &str) -> Vec<u8> {
        text.chars().map(|digit| digit.to_digit(36).unwrap() as u8).collect()
    }

    /// The three AES-128 samples of NIST.
    #[test]
    fn permutation_equals_the_published_samples() {
        for (radix, tweak, plain, image) in [
            (10, "", "0123456789", "2433477484"),
            (10, "39383736353433323130", "0123456789", "6124200773"),
            (36, "3737373770717273373737", "0123456789abcdefghi", "a9tv40mll9kdu509eum"),
        ] {
            let (ff1, tweak) = (Ff1::new(&KEY), hex::decode(tweak).unwrap());
            let mut text = numerals(plain);
            ff1.permute(radix, &tweak, &mut text, Direction::Forth);
            assert_eq!(text, numerals(image));
            ff1.permute(radix, &tweak, &mut text, Direction::Back);
            assert_eq!(text, numerals(plain));
        }
    }

    #[test]
    fn every_string_of_a_small_domain_has_its_own_image() {
        let ff1 = Ff1::new(&KEY);
        for (radix, length) in [(10_u32, 1_u32), (10, 3), (2, 9), (36, 2)] {
            let size = radix.pow(length) as usize;
            let mut seen = vec![false; size];
            for value in 0..size {
                let mut text = vec![0; length as usize];
                spell(value as u128, radix, &mut text);
                ff1.permute(radix, b"t", &mut text, Direction::Forth);
                let image = number(&text, radix) as usize;
                assert!(!std::mem::replace(&mut seen[image], true), "{radix} {length} {value}");
                ff1.permute(radix, b"t", &mut text, Direction::Back);
                assert_eq!(number(&text, radix) as usize, value);
            }
        }
    }

    proptest! {
        #[test]
        fn permutation_equals_that_of_an_independent_crate(
            key: [u8; 16], radix in 2_u32..=36, text in proptest::collection::vec(0_u8..36, 6..46),
            tweak in proptest::collection::vec(any::<u8>(), 0..20),
        ) {
            let mut text: Vec<u8> = text.into_iter().map(|numeral| numeral % radix as u8).collect();
            let plain = text.clone();
            let wide: Vec<u16> = text.iter().map(|numeral| u16::from(*numeral)).collect();
            // The other crate wants a million strings or more.
            prop_assume!(f64::from(radix).powi(text.len() as i32) >= 1e6);
            let expected: Vec<u8> = FF1::<aes::Aes128>::new(&key, radix)
                .unwrap()
                .encrypt(&tweak, &FlexibleNumeralString::from(wide))
                .map(|image| Vec::from(image).into_iter().map(|numeral: u16| numeral as u8).collect())
                .unwrap();
            Ff1::new(&key).permute(radix, &tweak, &mut text, Direction::Forth);
            prop_assert_eq!(&text, &expected);
            Ff1::new(&key).permute(radix, &tweak, &mut text, Direction::Back);
            prop_assert_eq!(text, plain);
        }

        #[test]
        fn bits_are_permuted_as_strings_of_radix_two(bits in 2_u32..=128, value: u128) {
            let value = value >> (128 - bits);
            let ff1 = Ff1::new(&KEY);
            let image = ff1.permute_bits(bits, b"tweak", value, Direction::Forth);
            prop_assert_eq!(ff1.permute_bits(bits, b"tweak", image, Direction::Back), value);
            let mut text = vec![0; bits as usize];
            for (place, numeral) in text.iter_mut().rev().enumerate() {
                *numeral = (value >> place & 1) as u8;
            }
            ff1.permute(2, b"tweak", &mut text, Direction::Forth);
            prop_assert_eq!(number(&text, 2), image);
        }
    }
}
