//! AES-CMAC (RFC 4493): the keyed function behind every token.
//!
//! A message of up to 16 bytes costs one AES block, and the blocks of many messages are encrypted
//! together.

use aes::cipher::{BlockCipherEncrypt, KeyInit};
use aes::{Aes128, Block};

/// How many blocks are encrypted at once.
pub(crate) const LANES: usize = 16;

/// One keyed function from bytes to 128 bits.
pub(crate) struct Cmac {
    cipher: Aes128,
    whole: u128,
    padded: u128,
}

impl Cmac {
    pub(crate) fn new(key: &[u8; 16]) -> Self {
        let cipher = Aes128::new(&(*key).into());
        let mut zero = Block::default();
        cipher.encrypt_block(&mut zero);
        let whole = double(u128::from_be_bytes(zero.into()));
        Self { cipher, whole, padded: double(whole) }
    }

    /// The code of `message`.
    pub(crate) fn code(&self, message: &[u8]) -> u128 {
        let mut state = 0;
        let mut rest = message;
        while rest.len() > 16 {
            let (block, tail) = rest.split_at(16);
            state = self.encrypt(state ^ load(block));
            rest = tail;
        }
        self.encrypt(state ^ self.last(rest))
    }

    /// The final block of a message whose last bytes (at most 16) are `rest`, masked and padded.
    #[inline]
    pub(crate) fn last(&self, rest: &[u8]) -> u128 {
        self.mask(load(rest), rest.len() as u8)
    }

    /// What [`last`](Self::last) gives for the first `length` bytes (at most 16) of `block`, which holds zeros after them.
    #[inline]
    pub(crate) fn mask(&self, block: u128, length: u8) -> u128 {
        if length == 16 {
            block ^ self.whole
        } else {
            (block | 0x80_u128 << (120 - 8 * u32::from(length))) ^ self.padded
        }
    }

    /// Replaces each block, made by [`last`](Self::last) of a message of up to 16 bytes, by its code.
    #[inline]
    pub(crate) fn codes(&self, blocks: &mut [u128]) {
        for lanes in blocks.chunks_mut(LANES) {
            let mut encrypted = [Block::default(); LANES];
            for (block, lane) in encrypted.iter_mut().zip(lanes.iter()) {
                *block = lane.to_be_bytes().into();
            }
            self.cipher.encrypt_blocks(&mut encrypted[..lanes.len()]);
            for (block, lane) in encrypted.iter().zip(lanes.iter_mut()) {
                *lane = u128::from_be_bytes((*block).into());
            }
        }
    }

    fn encrypt(&self, block: u128) -> u128 {
        let mut block = Block::from(block.to_be_bytes());
        self.cipher.encrypt_block(&mut block);
        u128::from_be_bytes(block.into())
    }
}

/// Up to 16 bytes as the leading bytes of a big-endian block, zeros after them.
#[inline]
pub(crate) fn load(bytes: &[u8]) -> u128 {
    // Two loads of a fixed width that may overlap are faster than one of a width known only now.
    let length = bytes.len();
    if let (Some(first), Some(last)) = (bytes.first_chunk(), bytes.last_chunk()) {
        let (first, last) = (u64::from_be_bytes(*first), u64::from_be_bytes(*last));
        if length >= 16 {
            return u128::from(first) << 64 | u128::from(last);
        }
        return u128::from(first) << 64 | u128::from(last) << (128 - 8 * length);
    }
    if let (Some(first), Some(last)) = (bytes.first_chunk(), bytes.last_chunk()) {
        let (first, last) = (u32::from_be_bytes(*first), u32::from_be_bytes(*last));
        return u128::from(u64::from(first) << 32 | u64::from(last) << (64 - 8 * length)) << 64;
    }
    bytes
        .iter()
        .enumerate()
        .fold(0, |block, (place, byte)| block | u128::from(*byte) << (120 - 8 * place))
}

/// Doubling in GF(2^128), as RFC 4493 derives its two masks.
const fn double(value: u128) -> u128 {
    value << 1 ^ if value >> 127 == 1 { 0x87 } else { 0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 4493, section 4.
    #[test]
    fn code_equals_the_published_vectors() {
        let key = *b"\x2b\x7e\x15\x16\x28\xae\xd2\xa6\xab\xf7\x15\x88\x09\xcf\x4f\x3c";
        let message = hex::decode(
            "6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e5130c81c46a35ce411e5fbc1191a0a52eff69f2445df4f9b17ad2b417be66c3710",
        )
        .unwrap();
        let cmac = Cmac::new(&key);
        for (length, expected) in [
            (0, 0xbb1d_6929_e959_3728_7fa3_7d12_9b75_6746_u128),
            (16, 0x070a_16b4_6b4d_4144_f79b_dd9d_d04a_287c),
            (40, 0xdfa6_6747_de9a_e630_30ca_3261_1497_c827),
            (64, 0x51f0_bebf_7e3b_9d92_fc49_7417_7936_3cfe),
        ] {
            assert_eq!(cmac.code(&message[..length]), expected, "length {length}");
        }
    }

    #[test]
    fn codes_of_many_short_messages_equal_the_code_of_each() {
        let cmac = Cmac::new(&[7; 16]);
        let messages: Vec<Vec<u8>> = (0..40_u8).map(|i| vec![i; usize::from(i % 17)]).collect();
        let mut blocks: Vec<u128> = messages.iter().map(|m| cmac.last(m)).collect();
        cmac.codes(&mut blocks);
        let expected: Vec<u128> = messages.iter().map(|m| cmac.code(m)).collect();
        assert_eq!(blocks, expected);
    }
}
