//! Numbers of payment cards: a permutation that keeps them valid.
//!
//! Twelve to nineteen digits with a right check digit (Luhn), with spaces or dashes among them. The first
//! digit, which names the branch of trade, stays; the check digit is computed anew; all between go
//! through FF1. A number whose check digit is wrong becomes a token.

use std::sync::Arc;

use crate::digits;
use crate::ff1::{Direction, Ff1};
use crate::string::StringTokens;
use crate::transform::{NEVER, Texts, Transform, is_placeholder};

/// Card numbers as text.
pub(crate) struct Cards {
    ff1: Ff1,
    strings: Arc<StringTokens>,
}

impl Cards {
    pub(crate) fn new(key: &[u8; 16], strings: Arc<StringTokens>) -> Self {
        Self { ff1: Ff1::new(key), strings }
    }

    fn transform(&self, text: &str, direction: Direction) -> Option<String> {
        let mut digits = parse(text)?;
        let last = digits.len() - 1;
        let tweak = [digits[0]];
        self.ff1.permute(10, &tweak, &mut digits[1..last], direction);
        digits[last] = check_digit(&digits[..last]);
        Some(digits::respelt(text, &digits))
    }
}

impl Transform for Cards {
    fn write(&self, texts: &[&str], out: &mut Texts) {
        self.strings.write_images(texts, out, |text| self.transform(text, Direction::Forth));
    }

    fn reveal(&self, obfuscated: &str) -> Option<String> {
        self.transform(obfuscated, Direction::Back)
    }

    fn sensitive_parts(&self, text: &str, found: &mut dyn FnMut(&str)) {
        if is_placeholder(text) {
            return;
        }
        let digits = digits::alone(text);
        if !digits.is_empty() {
            found(&digits);
        }
        found(text);
    }

    fn domain_bits(&self, text: &str) -> u32 {
        parse(text).map_or(NEVER, |digits| digits::bits(digits.len() - 2))
    }
}

/// The digits of `text`, if it is a valid number.
fn parse(text: &str) -> Option<Vec<u8>> {
    let is_edge = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_digit);
    let bytes = text.as_bytes();
    (bytes.len() <= 40 && is_edge(bytes.first()) && is_edge(bytes.last())).then_some(())?;
    let mut digits = Vec::with_capacity(19);
    for byte in bytes {
        match byte {
            b'0'..=b'9' => digits.push(byte - b'0'),
            b' ' | b'-' => {}
            _ => return None,
        }
    }
    let (last, rest) = digits.split_last()?;
    ((12..=19).contains(&digits.len()) && check_digit(rest) == *last).then_some(digits)
}

/// The digit that makes the sum of `digits` and itself a multiple of ten, by Luhn's rule.
fn check_digit(digits: &[u8]) -> u8 {
    let sum: u32 = digits
        .iter()
        .rev()
        .enumerate()
        .map(|(place, digit)| {
            let weighed = if place % 2 == 0 { 2 * u32::from(*digit) } else { u32::from(*digit) };
            weighed / 10 + weighed % 10
        })
        .sum();
    ((10 - sum % 10) % 10) as u8
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn cards() -> Cards {
        Cards::new(&[1; 16], Arc::new(StringTokens::new(&[2; 16])))
    }

    fn obfuscate(text: &str) -> String {
        let mut out = Texts::default();
        cards().write(&[text], &mut out);
        String::from_utf8(out.bytes).unwrap()
    }

    #[test]
    fn valid_numbers_stay_valid_and_keep_their_spelling() {
        for text in ["4111 1111 1111 1111", "5500-0000-0000-0004", "340000000000009"] {
            let image = obfuscate(text);
            assert!(parse(&image).is_some() && image != text, "{image}");
            assert_eq!(image.as_bytes()[0], text.as_bytes()[0]);
            assert_eq!(image.find([' ', '-']), text.find([' ', '-']));
        }
    }

    #[test]
    fn number_with_a_wrong_check_digit_and_other_text_becomes_a_token() {
        for text in ["4111 1111 1111 1112", "42", "-4111111111111111", "4111x11111111111", "é"] {
            assert_eq!(obfuscate(text).len(), 17, "{text}");
        }
    }

    proptest! {
        #[test]
        fn reveal_undoes_obfuscation(mut number in proptest::collection::vec(0_u8..10, 11..19)) {
            number.push(check_digit(&number));
            let text: String = number.iter().map(|digit| char::from(b'0' + digit)).collect();
            let image = obfuscate(&text);
            prop_assert_eq!(image.len(), text.len());
            prop_assert_eq!(cards().reveal(&image), Some(text));
        }
    }
}
