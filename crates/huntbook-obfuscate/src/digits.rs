//! Numbers with punctuation among their digits, as telephone and card numbers are written.

/// `text` with `digits` in place of its own, in order; all else stays.
pub(crate) fn respelt(text: &str, digits: &[u8]) -> String {
    let mut digits = digits.iter();
    let spell = |character: char| match character {
        '0'..='9' => digits.next().map_or(character, |digit| char::from(b'0' + digit)),
        other => other,
    };
    text.chars().map(spell).collect()
}

/// The digits of `text` alone.
pub(crate) fn alone(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).collect()
}

/// The bits of so many decimal digits, rounded down.
pub(crate) const fn bits(digits: usize) -> u32 {
    (digits as u32 * 3322) / 1000
}
