//! Classes of bytes: what a byte can be part of.

/// An ASCII letter.
pub(super) const LETTER: u16 = 1;
/// A digit.
pub(super) const DIGIT: u16 = 1 << 1;
/// A byte of a character beyond ASCII.
pub(super) const HIGH: u16 = 1 << 2;
/// `-` or `_`, which join parts to one name.
pub(super) const JOINER: u16 = 1 << 3;
pub(super) const DOT: u16 = 1 << 4;
pub(super) const COLON: u16 = 1 << 5;
pub(super) const SLASH: u16 = 1 << 6;
pub(super) const BACKSLASH: u16 = 1 << 7;
pub(super) const AT: u16 = 1 << 8;
pub(super) const PERCENT: u16 = 1 << 9;
/// Other marks that stand inside paths, addresses and encodings.
pub(super) const MARK: u16 = 1 << 10;

/// What words are made of.
pub(super) const WORD: u16 = LETTER | DIGIT | HIGH;

/// The class of each byte; 0 for those that end an atom: blanks, quotes, brackets, commas and controls.
pub(super) static CLASSES: [u16; 256] = {
    let mut classes = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        classes[byte] = match byte as u8 {
            b'a'..=b'z' | b'A'..=b'Z' => LETTER,
            b'0'..=b'9' => DIGIT,
            0x80.. => HIGH,
            b'-' | b'_' => JOINER,
            b'.' => DOT,
            b':' => COLON,
            b'/' => SLASH,
            b'\\' => BACKSLASH,
            b'@' => AT,
            b'%' => PERCENT,
            b'+' | b'=' | b'#' | b'$' | b'~' | b'&' | b'?' => MARK,
            _ => 0,
        };
        byte += 1;
    }
    classes
};

#[inline]
pub(super) fn of(byte: u8) -> u16 {
    CLASSES[usize::from(byte)]
}

/// Whether the byte at `at` is of one of `classes`.
#[inline]
pub(super) fn is_at(bytes: &[u8], at: usize, classes: u16) -> bool {
    bytes.get(at).is_some_and(|byte| of(*byte) & classes != 0)
}

/// Whether a character beyond ASCII is part of a word: all but blanks, punctuation, symbols and pictures.
pub(super) fn is_word_char(letter: char) -> bool {
    !matches!(letter,
        '\u{80}'..='\u{a9}' | '\u{ab}' | '\u{ac}' | '\u{ae}'..='\u{b4}' | '\u{b6}'..='\u{b9}'
        | '\u{bb}'..='\u{bf}' | '\u{d7}' | '\u{f7}' | '\u{2000}'..='\u{200a}' | '\u{2010}'..='\u{2029}'
        | '\u{202f}'..='\u{205f}' | '\u{2190}'..='\u{245f}' | '\u{2500}'..='\u{2bff}'
        | '\u{3000}'..='\u{3003}' | '\u{3008}'..='\u{3020}' | '\u{feff}' | '\u{fffc}' | '\u{fffd}'
        | '\u{ff01}'..='\u{ff0f}' | '\u{ff1a}'..='\u{ff20}' | '\u{1f000}'..='\u{1faff}'
        | '\u{e000}'..='\u{f8ff}')
        && !letter.is_whitespace()
}
