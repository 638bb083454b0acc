//! What the characters of a word are: one bit a class, so that the classes of a word are one byte.

pub(super) const DIGIT: u8 = 1;
pub(super) const HEX_LETTER: u8 = 2;
pub(super) const LETTER: u8 = 4;
pub(super) const DOT: u8 = 8;
pub(super) const COLON: u8 = 16;
pub(super) const AT: u8 = 32;
/// `-`, `_`, `%` and `+`.
pub(super) const JOINER: u8 = 64;
pub(super) const BEYOND_ASCII: u8 = 128;

/// The class of each byte; zero ends a word.
pub(super) const OF: [u8; 256] = {
    let mut of = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        of[byte] = match byte as u8 {
            b'0'..=b'9' => DIGIT,
            b'a'..=b'f' | b'A'..=b'F' => HEX_LETTER,
            b'g'..=b'z' | b'G'..=b'Z' => LETTER,
            b'.' => DOT,
            b':' => COLON,
            b'@' => AT,
            b'-' | b'_' | b'%' | b'+' => JOINER,
            0x80.. => BEYOND_ASCII,
            _ => 0,
        };
        byte += 1;
    }
    of
};
