//! UUIDs: a permutation of 122 bits that keeps version and variant.
//!
//! Case, braces, `urn:uuid:` and missing dashes are kept. Identifiers that are the same everywhere (nil,
//! max, first-party Microsoft applications) stay as they are.

use std::sync::Arc;

use crate::feistel::{Feistel, LANES};
use crate::label::Composition;
use crate::string::StringTokens;
use crate::transform::{Texts, Transform, canonical_identifier, is_placeholder, is_same_name};

/// The four bits of the version and the two leading bits of the variant.
const KEPT_BITS: u128 = 0xf << 76 | 0b11 << 62;

/// Identifiers that stay as they are: in byte order.
const FIXED: &[u128] = &[
    0,
    0x0000_0001_0000_0000_c000_0000_0000_0000,
    0x0000_0002_0000_0000_c000_0000_0000_0000,
    0x0000_0002_0000_0ff1_ce00_0000_0000_0000,
    0x0000_0003_0000_0000_c000_0000_0000_0000,
    0x0000_0003_0000_0ff1_ce00_0000_0000_0000,
    // Azure command line, PowerShell and portal; Teams; Office; Azure Service Management.
    0x04b0_7795_8ddb_461a_bbee_02f9_e1bf_7b46,
    0x1950_a258_227b_4e31_a9cf_7174_9594_5fc2,
    0x1b73_0954_1685_4b74_9bfd_dac2_24a7_b894,
    0x1fec_8e78_bce4_4aaf_ab1b_5451_cc38_7264,
    0x797f_4846_ba00_4fd7_ba43_dac1_f8f6_3013,
    0xc44b_4083_3bb0_49c1_b47d_974e_53cb_df3c,
    0xd359_0ed6_52b3_4102_aeff_aad2_292a_b01c,
    u128::MAX,
];

/// Whether `uuid` is the same everywhere and so stays as it is.
#[inline]
pub(crate) fn is_fixed(uuid: u128) -> bool {
    // Nearly all others are ruled out by one bit.
    let place = filter_place(uuid);
    FIXED_FILTER[place / 64] >> (place % 64) & 1 == 1 && FIXED.binary_search(&uuid).is_ok()
}

/// A bit for each place that a fixed identifier has.
static FIXED_FILTER: [u64; 16] = {
    let mut filter = [0; 16];
    let mut index = 0;
    while index < FIXED.len() {
        let place = filter_place(FIXED[index]);
        filter[place / 64] |= 1 << (place % 64);
        index += 1;
    }
    filter
};

#[inline]
const fn filter_place(uuid: u128) -> usize {
    ((uuid >> 118) as usize ^ uuid as usize) & 1023
}

/// The permutation of the 128-bit values under one key.
pub(crate) struct UuidMap(Feistel);

impl UuidMap {
    pub(crate) fn new(key: &[u8; 16]) -> Self {
        Self(Feistel::new(key, 61))
    }

    /// The image of `uuid`.
    pub(crate) fn map(&self, uuid: u128) -> u128 {
        if is_fixed(uuid) {
            return uuid;
        }
        let mut image = uuid;
        loop {
            image = join(self.0.encrypt_one(split(image)), image);
            if !is_fixed(image) {
                return image;
            }
        }
    }

    /// The value whose image is `image`.
    pub(crate) fn invert(&self, image: u128) -> u128 {
        if is_fixed(image) {
            return image;
        }
        let mut uuid = image;
        loop {
            uuid = join(self.0.decrypt_one(split(uuid)), uuid);
            if !is_fixed(uuid) {
                return uuid;
            }
        }
    }

    /// The images of many values.
    #[inline]
    fn map_lanes(&self, uuids: &[u128; LANES]) -> [u128; LANES] {
        let (mut left, mut right) = ([0; LANES], [0; LANES]);
        for lane in 0..LANES {
            (left[lane], right[lane]) = split(uuids[lane]);
        }
        self.0.encrypt(&mut left, &mut right);
        let mut images = [0; LANES];
        for lane in 0..LANES {
            let image = join((left[lane], right[lane]), uuids[lane]);
            let plain = !is_fixed(uuids[lane]) && !is_fixed(image);
            images[lane] = if plain { image } else { self.map(uuids[lane]) };
        }
        images
    }
}

/// The 122 bits that are permuted, as two halves.
#[inline]
const fn split(uuid: u128) -> (u64, u64) {
    let high = (uuid >> 80) as u64; // 48 bits
    let middle = (uuid >> 64) as u64 & 0xfff; // 12 bits
    let low = uuid as u64 & ((1 << 62) - 1); // 62 bits
    (high << 13 | middle << 1 | low >> 61, low & ((1 << 61) - 1))
}

/// The value with those 122 bits and the version and variant of `kept`.
#[inline]
const fn join((left, right): (u64, u64), kept: u128) -> u128 {
    let high = left >> 13;
    let middle = left >> 1 & 0xfff;
    let low = (left & 1) << 61 | right;
    (high as u128) << 80 | (middle as u128) << 64 | low as u128 | kept & KEPT_BITS
}

/// UUIDs as text.
pub(crate) struct Uuids {
    map: Arc<UuidMap>,
    strings: Arc<StringTokens>,
}

impl Uuids {
    pub(crate) fn new(map: Arc<UuidMap>, strings: Arc<StringTokens>) -> Self {
        Self { map, strings }
    }

    /// The obfuscated form of `text`; `None` if it is no UUID.
    pub(crate) fn obfuscate(&self, text: &str) -> Option<String> {
        let (uuid, shape) = parse(text)?;
        let mut out = Texts::with_capacity(0, text.len());
        write_shaped(text, self.map.map(uuid), shape, &mut out);
        String::from_utf8(out.bytes).ok()
    }

    /// Composes `text`, and tells whether it is a UUID.
    pub(crate) fn compose(&self, text: &str, out: &mut Composition) -> bool {
        let Some((uuid, shape)) = parse(text) else { return false };
        let image = match out.foreseen(uuid) {
            Some(image) => image,
            None if out.is_sketch() => uuid,
            None => self.map.map(uuid),
        };
        out.image_by(text, |texts| write_shaped(text, image, shape, texts));
        true
    }

    /// Maps `texts` that are UUIDs, many at once: `out` will find their images when they are composed, in this order.
    pub(crate) fn foresee<'t>(&self, texts: impl Iterator<Item = &'t str>, out: &mut Composition) {
        let mut last = None;
        let mut uuids = texts
            .filter_map(|text| Some(parse(text)?.0))
            .filter(|uuid| last.replace(*uuid) != Some(*uuid))
            .peekable();
        while uuids.peek().is_some() {
            let mut lanes = [0; LANES];
            let taken = lanes.iter_mut().zip(&mut uuids).map(|(lane, uuid)| *lane = uuid).count();
            let images = self.map.map_lanes(&lanes);
            out.foresee(lanes.into_iter().zip(images).take(taken));
        }
    }
}

impl Transform for Uuids {
    fn write(&self, texts: &[&str], out: &mut Texts) {
        for texts in texts.chunks(LANES) {
            let mut uuids = [0; LANES];
            let mut shapes = [None; LANES];
            for (lane, text) in texts.iter().enumerate() {
                if let Some((uuid, shape)) = parse(text) {
                    uuids[lane] = uuid;
                    shapes[lane] = Some(shape);
                }
            }
            let images = self.map.map_lanes(&uuids);
            for (lane, text) in texts.iter().enumerate() {
                match shapes[lane] {
                    Some(shape) => write_shaped(text, images[lane], shape, out),
                    None if is_placeholder(text) => out.push(text.as_bytes()),
                    None => out.push(&self.strings.token(text)),
                }
                out.end_row();
            }
        }
    }

    fn reveal(&self, obfuscated: &str) -> Option<String> {
        let (image, shape) = parse(obfuscated)?;
        let mut out = Texts::default();
        write_shaped(obfuscated, self.map.invert(image), shape, &mut out);
        String::from_utf8(out.bytes).ok()
    }

    fn is_public(&self, text: &str) -> bool {
        is_placeholder(text) || parse(text).is_some_and(|(value, _)| is_fixed(value))
    }

    fn sensitive_parts(&self, text: &str, found: &mut dyn FnMut(&str)) {
        canonical_identifier(text, found);
        found(text);
    }

    fn is_same(&self, left: &str, right: &str) -> bool {
        is_same_name(left, right)
    }
}

/// How a UUID is spelt: what stands around its digits, and how they look.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Shape {
    /// Where the digits begin in the text.
    start: usize,
    /// Where they end.
    end: usize,
    upper: bool,
}

/// The value and the spelling of `text`, if it is a UUID.
#[inline]
pub(crate) fn parse(text: &str) -> Option<(u128, Shape)> {
    let bytes = text.as_bytes();
    let (start, end) = match bytes {
        [b'{', .., b'}'] | [b'(', .., b')'] => (1, bytes.len() - 1),
        [b'u' | b'U', b'r' | b'R', b'n' | b'N', ..] => {
            text.get(..9).filter(|prefix| prefix.eq_ignore_ascii_case("urn:uuid:"))?;
            (9, bytes.len())
        }
        _ => (0, bytes.len()),
    };
    let body = &bytes[start..end];
    let digits: [u8; 32] = if let Ok(dashed) = <&[u8; 36]>::try_from(body) {
        if dashed[8] != b'-' || dashed[13] != b'-' || dashed[18] != b'-' || dashed[23] != b'-' {
            return None;
        }
        let mut digits = [0; 32];
        digits[..8].copy_from_slice(&dashed[..8]);
        digits[8..12].copy_from_slice(&dashed[9..13]);
        digits[12..16].copy_from_slice(&dashed[14..18]);
        digits[16..20].copy_from_slice(&dashed[19..23]);
        digits[20..].copy_from_slice(&dashed[24..]);
        digits
    } else {
        body.try_into().ok()?
    };
    let (mut value, mut letters, mut smalls) = (0, 0, 0);
    for digits in digits.as_chunks::<8>().0 {
        let word = u64::from_be_bytes(*digits);
        value = value << 32 | u128::from(hex_word(word)?);
        // Digits have bit 0x40 clear, and small letters have bit 0x20 set.
        letters |= word & 0x4040_4040_4040_4040;
        smalls |= word & word << 1 & 0x4040_4040_4040_4040;
    }
    Some((value, Shape { start, end, upper: letters != 0 && smalls == 0 }))
}

/// The value of eight hexadecimal digits that stand in one word.
#[inline]
fn hex_word(word: u64) -> Option<u32> {
    const ONES: u64 = 0x0101_0101_0101_0101;
    const HIGHS: u64 = 0x80 * ONES;
    if word & HIGHS != 0 {
        return None;
    }
    // Per byte: the high bit of (value + 0x80 - bound) tells whether value >= bound.
    let at_least = |value: u64, bound: u64| ((value | HIGHS) - bound * ONES) & HIGHS;
    let digit = at_least(word, 0x30) & !at_least(word, 0x3a);
    let folded = word | (0x20 * ONES);
    let letter = at_least(folded, 0x61) & !at_least(folded, 0x67) & at_least(word, 0x41);
    if digit | letter != HIGHS {
        return None;
    }
    let nibbles = (word & (0x0f * ONES)) + (letter >> 7) * 9;
    let bytes = (nibbles | nibbles >> 4) & 0x00ff_00ff_00ff_00ff;
    let words = (bytes | bytes >> 8) & 0x0000_ffff_0000_ffff;
    Some((words | words >> 16) as u32)
}

/// Writes `uuid` in the spelling that `text` has.
#[inline]
fn write_shaped(text: &str, uuid: u128, shape: Shape, out: &mut Texts) {
    let digits = hex_digits(uuid, shape.upper);
    let is_bare = shape.start == 0 && shape.end == text.len();
    if !is_bare {
        out.push(&text.as_bytes()[..shape.start]);
    }
    if shape.end - shape.start == 36 {
        let mut dashed = [b'-'; 36];
        dashed[..8].copy_from_slice(&digits[..8]);
        dashed[9..13].copy_from_slice(&digits[8..12]);
        dashed[14..18].copy_from_slice(&digits[12..16]);
        dashed[19..23].copy_from_slice(&digits[16..20]);
        dashed[24..].copy_from_slice(&digits[20..]);
        out.push(&dashed);
    } else {
        out.push(&digits);
    }
    if !is_bare {
        out.push(&text.as_bytes()[shape.end..]);
    }
}

/// The canonical spelling of `uuid`.
pub(crate) fn spell(uuid: u128) -> String {
    let shape = Shape { start: 0, end: 36, upper: false };
    let mut out = Texts::default();
    write_shaped("0".repeat(36).as_str(), uuid, shape, &mut out);
    String::from_utf8(out.bytes).expect("digits and dashes are ASCII")
}

/// The 32 hexadecimal digits of `uuid`.
#[inline]
fn hex_digits(uuid: u128, upper: bool) -> [u8; 32] {
    let mut digits = [0; 32];
    for (place, word) in digits.as_chunks_mut::<8>().0.iter_mut().enumerate() {
        *word = word_digits((uuid >> (96 - 32 * place)) as u32, upper);
    }
    digits
}

/// The eight hexadecimal digits of `word`.
#[inline]
fn word_digits(word: u32, upper: bool) -> [u8; 8] {
    const ONES: u64 = 0x0101_0101_0101_0101;
    let word = u64::from(word);
    let words = (word << 16 | word) & 0x0000_ffff_0000_ffff;
    let bytes = (words << 8 | words) & 0x00ff_00ff_00ff_00ff;
    let nibbles = (bytes << 4 | bytes) & 0x0f0f_0f0f_0f0f_0f0f;
    let letters = (nibbles + 6 * ONES) >> 4 & ONES;
    let beyond = u64::from(if upper { b'A' - b'9' - 1 } else { b'a' - b'9' - 1 });
    (nibbles + u64::from(b'0') * ONES + letters * beyond).to_be_bytes()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn uuids() -> Uuids {
        Uuids::new(Arc::new(UuidMap::new(&[4; 16])), Arc::new(StringTokens::new(&[5; 16])))
    }

    fn obfuscate(text: &str) -> String {
        let mut out = Texts::default();
        uuids().write(&[text], &mut out);
        String::from_utf8(out.bytes).unwrap()
    }

    #[test]
    fn fixed_identifiers_are_in_byte_order_and_stay() {
        assert!(FIXED.is_sorted());
        let nil = "{00000000-0000-0000-0000-000000000000}";
        assert_eq!(obfuscate(nil), nil);
    }

    #[test]
    fn spelling_is_kept() {
        let plain = obfuscate("0f8fad5b-d9cb-469f-a165-70867728950e");
        assert_eq!(plain.as_bytes()[14], b'4', "{plain}");
        assert_eq!(
            obfuscate("{0F8FAD5B-D9CB-469F-A165-70867728950E}"),
            format!("{{{}}}", plain.to_uppercase())
        );
        assert_eq!(obfuscate("0f8fad5bd9cb469fa16570867728950e"), plain.replace('-', ""));
        assert_eq!(
            obfuscate("urn:uuid:0f8fad5b-d9cb-469f-a165-70867728950e"),
            format!("urn:uuid:{plain}")
        );
    }

    #[test]
    fn text_that_is_no_uuid_becomes_a_token() {
        for text in [
            "0f8fad5b-d9cb-469f-a165-70867728950g",
            "0f8fad5b_d9cb_469f_a165_70867728950e",
            "{}",
            "é",
        ] {
            assert_eq!(obfuscate(text).len(), 17, "{text}");
        }
    }

    proptest! {
        #[test]
        fn reveal_undoes_obfuscation(value: u128, upper: bool) {
            let digits = hex_digits(value, upper);
            let text = std::str::from_utf8(&digits).unwrap();
            prop_assert_eq!(uuids().reveal(&obfuscate(text)).unwrap(), text);
        }

        #[test]
        fn version_and_variant_are_kept(value: u128) {
            let image = uuids().map.map(value);
            prop_assert_eq!(image & KEPT_BITS, value & KEPT_BITS);
            prop_assert_eq!(join(split(value), value), value);
        }

        #[test]
        fn hex_word_reads_what_the_standard_library_reads(text in "[0-9A-Fa-f]{8}|[ -~]{8}") {
            let word = u64::from_be_bytes(text.as_bytes().try_into().unwrap());
            let expected = if text.starts_with('+') { None } else { u32::from_str_radix(&text, 16).ok() };
            prop_assert_eq!(hex_word(word), expected);
        }
    }
}
