//! Telephone numbers: a permutation of their digits that keeps country code and punctuation.
//!
//! A number that begins with `+` or `00` keeps its country code (ITU-T E.164); the digits after it go
//! through FF1 with the country code as tweak, so `+49 30 1234567` and `0049 301234567` keep matching
//! digits. Any other number is permuted as a whole. Spaces, dashes, dots, slashes and brackets stay.
//! With fewer than six digits to permute the text becomes a token, since all could be tried.

use std::sync::Arc;

use crate::digits;
use crate::ff1::{Direction, Ff1, walk};
use crate::string::StringTokens;
use crate::transform::{NEVER, Texts, Transform, is_placeholder};

/// Fewer digits are not permuted.
const FEWEST_DIGITS: usize = 6;

/// E.164 allows 15, and 00 before them; some systems add a code of their own.
const MOST_DIGITS: usize = 24;

/// Country codes of two digits. `1` and `7` have one; all others have three.
const TWO_DIGITS: &[u8] = &[
    20, 27, 30, 31, 32, 33, 34, 36, 39, 40, 41, 43, 44, 45, 46, 47, 48, 49, 51, 52, 53, 54, 55, 56,
    57, 58, 60, 61, 62, 63, 64, 65, 66, 81, 82, 84, 86, 90, 91, 92, 93, 94, 95, 98,
];

/// First and last of the runs of country codes of three digits.
const THREE_DIGITS: &[(u16, u16)] = &[
    (211, 213),
    (216, 216),
    (218, 218),
    (220, 258),
    (260, 269),
    (290, 291),
    (297, 299),
    (350, 359),
    (370, 383),
    (385, 387),
    (389, 389),
    (420, 421),
    (423, 423),
    (500, 509),
    (590, 599),
    (670, 670),
    (672, 683),
    (685, 692),
    (800, 800),
    (808, 808),
    (850, 850),
    (852, 853),
    (855, 856),
    (870, 870),
    (878, 878),
    (880, 883),
    (886, 886),
    (888, 888),
    (960, 968),
    (970, 977),
    (979, 979),
    (992, 996),
    (998, 998),
];

/// Telephone numbers as text.
pub(crate) struct Phones {
    ff1: Ff1,
    strings: Arc<StringTokens>,
}

impl Phones {
    pub(crate) fn new(key: &[u8; 16], strings: Arc<StringTokens>) -> Self {
        Self { ff1: Ff1::new(key), strings }
    }

    fn transform(&self, text: &str, direction: Direction) -> Option<String> {
        let phone = Phone::parse(text)?;
        let kept = phone.kept();
        let (prefix, code) = (phone.prefix(), phone.prefix()..kept);
        let image = walk(
            phone,
            |mut phone| {
                let tweak: Vec<u8> = phone.digits[code.clone()].to_vec();
                self.ff1.permute(10, &tweak, &mut phone.digits[kept..], direction);
                phone
            },
            // An image that another country code would be read from cannot be revealed.
            |phone| phone.kept() == kept && phone.prefix() == prefix,
        );
        Some(digits::respelt(text, &image.digits))
    }
}

impl Transform for Phones {
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
        if Phone::parse(text).is_some() {
            found(&digits::alone(text));
        }
        found(text);
    }

    fn domain_bits(&self, text: &str) -> u32 {
        Phone::parse(text).map_or(NEVER, |phone| digits::bits(phone.digits.len() - phone.kept()))
    }
}

/// The digits of a telephone number.
struct Phone {
    has_plus: bool,
    digits: Vec<u8>,
}

impl Phone {
    fn parse(text: &str) -> Option<Self> {
        (text.len() <= 48).then_some(())?;
        let mut phone = Self { has_plus: false, digits: Vec::with_capacity(MOST_DIGITS) };
        for character in text.bytes() {
            match character {
                b'0'..=b'9' => phone.digits.push(character - b'0'),
                b'+' if phone.digits.is_empty() && !phone.has_plus => phone.has_plus = true,
                b' ' | b'-' | b'.' | b'/' | b'(' | b')' => {}
                _ => return None,
            }
        }
        let count = phone.digits.len();
        (count <= MOST_DIGITS && count >= phone.kept() + FEWEST_DIGITS).then_some(phone)
    }

    /// How many digits say that a country code comes.
    fn prefix(&self) -> usize {
        if !self.has_plus && self.digits.starts_with(&[0, 0]) { 2 } else { 0 }
    }

    /// How many leading digits stay.
    fn kept(&self) -> usize {
        let prefix = self.prefix();
        if self.has_plus || prefix > 0 { prefix + country_code(&self.digits[prefix..]) } else { 0 }
    }
}

/// How many leading digits are a country code; none if no country has it.
fn country_code(digits: &[u8]) -> usize {
    let leading = |count: usize| {
        digits
            .get(..count)
            .map(|digits| digits.iter().fold(0, |code, digit| code * 10 + u16::from(*digit)))
    };
    if matches!(digits.first(), Some(1 | 7)) {
        1
    } else if leading(2).is_some_and(|code| TWO_DIGITS.contains(&(code as u8))) {
        2
    } else if leading(3).is_some_and(|code| {
        THREE_DIGITS.iter().any(|(first, last)| (*first..=*last).contains(&code))
    }) {
        3
    } else {
        0
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn phones() -> Phones {
        Phones::new(&[1; 16], Arc::new(StringTokens::new(&[2; 16])))
    }

    fn obfuscate(text: &str) -> String {
        let mut out = Texts::default();
        phones().write(&[text], &mut out);
        String::from_utf8(out.bytes).unwrap()
    }

    #[test]
    fn country_code_and_punctuation_stay_and_the_rest_does_not() {
        let image = obfuscate("+44 (0)20 7946-0958");
        assert!(image.starts_with("+44 (") && image.as_bytes()[14] == b'-', "{image}");
        let digits = |text: &str| -> String { text.chars().filter(char::is_ascii_digit).collect() };
        assert_eq!(digits(&obfuscate("0044 2079460958"))[2..], digits(&obfuscate("+442079460958")));
        assert!(obfuscate("+1 425 555 0100").starts_with("+1 "));
        assert!(obfuscate("+353 1 234 5678").starts_with("+353 "));
    }

    #[test]
    fn text_that_is_no_number_or_too_short_becomes_a_token() {
        for text in [
            "12345",
            "+44 12345",
            "555-0100 x12",
            "call me",
            "1+2345678",
            "++4912345678",
            "é12345678",
        ] {
            assert_eq!(obfuscate(text).len(), 17, "{text}");
        }
    }

    #[test]
    fn every_number_of_a_range_has_its_own_image() {
        let images: std::collections::HashSet<String> =
            (0..20_000).map(|number| obfuscate(&format!("{number:06}"))).collect();
        assert_eq!(images.len(), 20_000);
    }

    proptest! {
        #[test]
        fn reveal_undoes_obfuscation(text in "\\+?(00)?[0-9]{0,3}[ -]?[0-9]{6,12}") {
            prop_assume!(Phone::parse(&text).is_some());
            let image = obfuscate(&text);
            prop_assert_eq!(image.len(), text.len());
            prop_assert_eq!(phones().reveal(&image), Some(text));
        }
    }
}
