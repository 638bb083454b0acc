//! Tokens: 84 keyed bits as 17 characters of `a-z2-7` that begin with a letter.
//!
//! A token is a valid host label and account name. With 100 million distinct values the chance that
//! any two share a token is below 3e-10.

/// How many characters a token has.
pub(crate) const LENGTH: usize = 17;

const ALPHABET: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";

/// Spells the 84 leading bits of `code`.
#[inline]
pub(crate) fn spell(code: u128) -> [u8; LENGTH] {
    let mut token = [0; LENGTH];
    token[0] = ALPHABET[(code >> 124) as usize];
    let high = (code >> 84) as u64;
    let low = (code >> 44) as u64;
    for place in 0..8 {
        token[1 + place] = ALPHABET[(high >> (35 - 5 * place)) as usize & 31];
        token[9 + place] = ALPHABET[(low >> (35 - 5 * place)) as usize & 31];
    }
    token
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_one_of_the_84_leading_bits_changes_the_token() {
        let zero = spell(0);
        for bit in 44..128 {
            assert_ne!(spell(1 << bit), zero, "bit {bit}");
        }
        assert_eq!(&zero, b"aaaaaaaaaaaaaaaaa");
    }
}
