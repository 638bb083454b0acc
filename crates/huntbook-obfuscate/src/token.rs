//! Tokens: 84 keyed bits as 17 characters of `a-z2-7` that begin with a letter.
//!
//! A token is a valid host label and account name. With 100 million distinct values the chance that
//! any two share a token is below 3e-10.

/// How many characters a token has.
pub(crate) const LENGTH: usize = 17;

/// Spells the 84 leading bits of `code`.
#[inline]
pub(crate) fn spell(code: u128) -> [u8; LENGTH] {
    let mut token = [0; LENGTH];
    spell_into(code, &mut token);
    token
}

/// Spells the 84 leading bits of `code` at their place.
#[inline]
pub(crate) fn spell_into(code: u128, token: &mut [u8; LENGTH]) {
    token[0] = b'a' + (code >> 124) as u8;
    token[1..9].copy_from_slice(&letters((code >> 84) as u64));
    token[9..].copy_from_slice(&letters((code >> 44) as u64));
}

/// The eight letters of `a-z2-7` for the 40 trailing bits of `code`.
#[inline]
fn letters(code: u64) -> [u8; 8] {
    const EACH: u64 = 0x0101_0101_0101_0101;
    let halves = (code >> 20 & 0xf_ffff) << 32 | code & 0xf_ffff;
    let quarters = (halves & 0x000f_fc00_000f_fc00) << 6 | halves & 0x0000_03ff_0000_03ff;
    let fives = (quarters & 0x03e0_03e0_03e0_03e0) << 3 | quarters & 0x001f_001f_001f_001f;
    // The high bit of (value + 0x80 - 26) tells which of the 32 values are digits.
    let digits = (fives + 0x66 * EACH) >> 7 & EACH;
    (fives + u64::from(b'a') * EACH - digits * u64::from(b'a' + 26 - b'2')).to_be_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_group_of_five_bits_has_its_letter() {
        let alphabet = *b"abcdefghijklmnopqrstuvwxyz234567";
        for (value, letter) in alphabet.into_iter().enumerate() {
            let group = value as u64;
            let code = (0..8).fold(0, |code, _| code << 5 | group);
            assert_eq!(letters(code), [letter; 8]);
            assert_eq!(letters(group << 35)[0], letter);
        }
    }

    #[test]
    fn every_one_of_the_84_leading_bits_changes_the_token() {
        let zero = spell(0);
        for bit in 44..128 {
            assert_ne!(spell(1 << bit), zero, "bit {bit}");
        }
        assert_eq!(&zero, b"aaaaaaaaaaaaaaaaa");
    }
}
