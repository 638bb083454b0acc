//! Hardware addresses: a permutation that keeps what an address says of its own kind.
//!
//! Six octets (EUI-48) or eight (EUI-64), separated by `:`, `-`, by `.` after every fourth digit, or not
//! at all; separators and case stay. The group bit and the local bit of the first octet stay, the other
//! 46 or 62 bits are permuted, the maker's three octets with the rest. Group addresses (broadcast,
//! multicast) and the address of zeros stay. An EUI-64 has no relation to the EUI-48 it may hold.

use std::sync::Arc;

use crate::feistel::{Feistel, LANES};
use crate::ff1::walk;
use crate::string::StringTokens;
use crate::transform::{NEVER, Texts, Transform, is_placeholder};

/// Hardware addresses as text.
pub(crate) struct Macs {
    short: Feistel,
    long: Feistel,
    strings: Arc<StringTokens>,
}

impl Macs {
    pub(crate) fn new(key: &[u8; 16], strings: Arc<StringTokens>) -> Self {
        Self { short: Feistel::new(key, 23), long: Feistel::new(key, 31), strings }
    }

    const fn feistel(&self, width: u32) -> &Feistel {
        if width == 48 { &self.short } else { &self.long }
    }

    fn map(&self, mac: &Mac) -> u64 {
        if mac.is_fixed() {
            return mac.bits;
        }
        let feistel = self.feistel(mac.width);
        let step = |bits| mac.join(feistel.encrypt_one(mac.split(bits)));
        walk(mac.bits, step, |bits| *bits != 0)
    }

    fn invert(&self, mac: &Mac) -> u64 {
        if mac.is_fixed() {
            return mac.bits;
        }
        let feistel = self.feistel(mac.width);
        let step = |bits| mac.join(feistel.decrypt_one(mac.split(bits)));
        walk(mac.bits, step, |bits| *bits != 0)
    }
}

impl Transform for Macs {
    fn write(&self, texts: &[&str], out: &mut Texts) {
        for texts in texts.chunks(LANES) {
            let (mut left, mut right) = ([0; LANES], [0; LANES]);
            let mut macs = [None; LANES];
            for (lane, text) in texts.iter().enumerate() {
                macs[lane] = Mac::parse(text);
                if let Some(mac) = macs[lane].filter(|mac| mac.width == 48) {
                    (left[lane], right[lane]) = mac.split(mac.bits);
                }
            }
            self.short.encrypt(&mut left, &mut right);
            for (lane, text) in texts.iter().enumerate() {
                match macs[lane] {
                    Some(mac) => {
                        let mut image = mac.join((left[lane], right[lane]));
                        if mac.width != 48 || mac.is_fixed() || image == 0 {
                            image = self.map(&mac);
                        }
                        mac.push(text, image, out);
                    }
                    None if is_placeholder(text) => out.push(text.as_bytes()),
                    None => out.push(&self.strings.token(text)),
                }
                out.end_row();
            }
        }
    }

    fn reveal(&self, obfuscated: &str) -> Option<String> {
        let mac = Mac::parse(obfuscated)?;
        let mut out = Texts::default();
        mac.push(obfuscated, self.invert(&mac), &mut out);
        String::from_utf8(out.bytes).ok()
    }

    fn is_public(&self, text: &str) -> bool {
        is_placeholder(text) || Mac::parse(text).is_some_and(|mac| mac.is_fixed())
    }

    fn is_same(&self, left: &str, right: &str) -> bool {
        match (Mac::parse(left), Mac::parse(right)) {
            (Some(left), Some(right)) => (left.bits, left.width) == (right.bits, right.width),
            _ => false,
        }
    }

    fn domain_bits(&self, text: &str) -> u32 {
        match Mac::parse(text) {
            Some(mac) if mac.is_fixed() => 0,
            Some(mac) => mac.width - 2,
            None => NEVER,
        }
    }
}

/// Whether `text` is a hardware address with separators; without them its digits may be anything.
pub(crate) fn is_separated(text: &str) -> bool {
    text.bytes().any(|byte| !byte.is_ascii_hexdigit()) && Mac::parse(text).is_some()
}

/// A hardware address and how it is spelt.
#[derive(Clone, Copy)]
struct Mac {
    bits: u64,
    /// 48 or 64.
    width: u32,
    upper: bool,
}

impl Mac {
    fn parse(text: &str) -> Option<Self> {
        let bytes = text.as_bytes();
        // How many digits stand between separators.
        let (width, group) = match bytes.len() {
            12 => (48, 12),
            16 => (64, 16),
            14 => (48, 4),
            19 => (64, 4),
            17 => (48, 2),
            23 => (64, 2),
            _ => return None,
        };
        let separator = if group > 4 { 0 } else { bytes[group] };
        let is_usual = match group {
            2 => matches!(separator, b':' | b'-'),
            4 => separator == b'.',
            _ => true,
        };
        is_usual.then_some(())?;
        let (mut bits, mut has_upper, mut has_lower) = (0, false, false);
        for (place, byte) in bytes.iter().enumerate() {
            if place % (group + 1) == group {
                (*byte == separator).then_some(())?;
                continue;
            }
            bits = bits << 4 | u64::from(char::from(*byte).to_digit(16)?);
            has_upper |= byte.is_ascii_uppercase();
            has_lower |= byte.is_ascii_lowercase();
        }
        Some(Self { bits, width, upper: has_upper && !has_lower })
    }

    /// Whether it is the address of zeros or of a group, and so stays.
    const fn is_fixed(&self) -> bool {
        self.bits == 0 || self.bits >> (self.width - 8) & 1 == 1
    }

    /// All bits but the two lowest of the first octet, as two halves.
    const fn split(&self, bits: u64) -> (u64, u64) {
        let rest = bits & ((1 << (self.width - 8)) - 1);
        let all = bits >> (self.width - 6) << (self.width - 8) | rest;
        let half = self.width / 2 - 1;
        (all >> half, all & ((1 << half) - 1))
    }

    /// The address of those halves with the two kept bits of this one.
    const fn join(&self, (left, right): (u64, u64)) -> u64 {
        let all = left << (self.width / 2 - 1) | right;
        let rest = all & ((1 << (self.width - 8)) - 1);
        all >> (self.width - 8) << (self.width - 6) | self.bits & 3 << (self.width - 8) | rest
    }

    /// Writes `bits` in the spelling of `text`.
    fn push(&self, text: &str, bits: u64, out: &mut Texts) {
        let alphabet = if self.upper { b"0123456789ABCDEF" } else { b"0123456789abcdef" };
        let mut place = self.width;
        for byte in text.bytes() {
            if byte.is_ascii_hexdigit() {
                place -= 4;
                out.push(&[alphabet[(bits >> place) as usize & 15]]);
            } else {
                out.push(&[byte]);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn macs() -> Macs {
        Macs::new(&[1; 16], Arc::new(StringTokens::new(&[2; 16])))
    }

    fn obfuscate(text: &str) -> String {
        let mut out = Texts::default();
        macs().write(&[text], &mut out);
        String::from_utf8(out.bytes).unwrap()
    }

    #[test]
    fn spellings_of_one_address_have_spellings_of_one_image() {
        let plain = obfuscate("001b638445e6");
        let pairs: Vec<&str> = (0..6).map(|octet| &plain[2 * octet..][..2]).collect();
        assert_eq!(obfuscate("00:1b:63:84:45:e6"), pairs.join(":"));
        assert_eq!(obfuscate("00-1B-63-84-45-E6"), pairs.join("-").to_uppercase());
        let groups = [&plain[..4], &plain[4..8], &plain[8..]].join(".");
        assert_eq!(obfuscate("001b.6384.45e6"), groups);
        assert_eq!(obfuscate("00:1b:63:ff:fe:84:45:e6").len(), 23);
    }

    #[test]
    fn group_addresses_and_zeros_stay() {
        for text in ["ff:ff:ff:ff:ff:ff", "01-00-5E-00-00-FB", "3333.0000.0001", "000000000000"] {
            assert_eq!(obfuscate(text), text);
            assert!(macs().is_public(text), "{text}");
        }
    }

    #[test]
    fn text_that_is_no_address_becomes_a_token() {
        for text in [
            "00:1b:63:84:45",
            "00:1b-63:84:45:e6",
            "00_1b_63_84_45_e6",
            "001b6384é5e",
            "0:1b:63:84:45:e6",
        ] {
            assert_eq!(obfuscate(text).len(), 17, "{text}");
            assert!(Mac::parse(&obfuscate(text)).is_none());
        }
        assert_eq!((obfuscate("").as_str(), obfuscate("-").as_str()), ("", "-"));
    }

    proptest! {
        #[test]
        fn reveal_undoes_obfuscation_and_both_bits_stay(bits: u64, long: bool, form in 0_usize..3) {
            let digits = if long { format!("{bits:016x}") } else { format!("{:012x}", bits >> 16) };
            let (group, separator): (usize, &str) = [(2, ":"), (2, "-"), (4, ".")][form];
            let groups: Vec<&str> = (0..digits.len() / group).map(|part| &digits[part * group..][..group]).collect();
            let text = groups.join(separator);
            let image = obfuscate(&text);
            prop_assert_eq!(macs().reveal(&image), Some(text.clone()));
            prop_assert_eq!(image == text, macs().is_public(&text));
            let first = |text: &str| u8::from_str_radix(&text[..2], 16).unwrap() & 3;
            prop_assert_eq!(first(&image), first(&text));
        }
    }
}
