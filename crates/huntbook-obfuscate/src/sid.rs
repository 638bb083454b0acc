//! Windows security identifiers: permutations that keep what is the same everywhere.
//!
//! | form | what happens |
//! |---|---|
//! | `S-1-5-21-a-b-c[-rid]` | `a-b-c`, the domain, goes through a permutation of 96 bits; the RID stays |
//! | `S-1-12-1-w-x-y-z` | the Entra object id inside goes through the map of UUIDs, so both still join |
//! | `S-1-5-18`, `S-1-5-32-544`, `S-1-16-...` and the like | stays |
//! | `S-1-5-80-...`, `S-1-15-2-...` and all others | what follows the head goes through a permutation of as many 32-bit numbers |
//!
//! The RID stays on purpose: 500 is an administrator in every domain, and analysis needs to see that.

use std::sync::Arc;

use crate::feistel::{Feistel, LANES};
use crate::ff1::Direction;
use crate::string::StringTokens;
use crate::transform::{Texts, Transform, is_placeholder};
use crate::uuid::{self, UuidMap};
use crate::word_feistel::WordFeistel;

const HALF_BITS: u8 = 48;
const HALF_MASK: u128 = (1 << HALF_BITS) - 1;

/// Windows allows at most this many numbers after the authority.
const MOST_NUMBERS: usize = 15;

/// The service identifier of the Windows Modules Installer, the same on every machine.
const TRUSTED_INSTALLER: [u32; 5] =
    [956_008_885, 3_418_522_649, 1_831_038_044, 1_853_292_631, 2_271_478_464];

/// Security identifiers as text.
pub(crate) struct Sids {
    domains: Feistel,
    others: WordFeistel,
    uuids: Arc<UuidMap>,
    strings: Arc<StringTokens>,
}

impl Sids {
    /// `domains` and `others` are the keys of the two permutations.
    pub(crate) fn new(
        domains: &[u8; 16],
        others: &[u8; 16],
        uuids: Arc<UuidMap>,
        strings: Arc<StringTokens>,
    ) -> Self {
        Self {
            domains: Feistel::new(domains, HALF_BITS),
            others: WordFeistel::new(others),
            uuids,
            strings,
        }
    }

    /// The obfuscated form of `text`; `None` if it is no security identifier.
    pub(crate) fn obfuscate(&self, text: &str) -> Option<String> {
        self.transform(text, Direction::Forth)
    }

    fn transform(&self, text: &str, direction: Direction) -> Option<String> {
        let (prefix, inner, suffix) = unwrap(text);
        let mut sid = Sid::parse(inner)?;
        match sid.form() {
            Form::Fixed => return Some(text.to_owned()),
            Form::Domain => self.map_domain(&mut sid, direction),
            Form::Entra => self.map_entra(&mut sid, direction),
            Form::Other(head) => self.map_other(&mut sid, head, direction),
        }
        let mut out = Texts::with_capacity(0, 192);
        out.push(prefix.as_bytes());
        sid.push(&mut out);
        out.push(suffix.as_bytes());
        String::from_utf8(out.bytes).ok()
    }

    fn map_domain(&self, sid: &mut Sid, direction: Direction) {
        let mut domain = domain_of(&sid.numbers);
        loop {
            let halves = ((domain >> HALF_BITS) as u64, (domain & HALF_MASK) as u64);
            let (left, right) = match direction {
                Direction::Forth => self.domains.encrypt_one(halves),
                Direction::Back => self.domains.decrypt_one(halves),
            };
            domain = u128::from(left) << HALF_BITS | u128::from(right);
            if domain != 0 {
                break;
            }
        }
        for (place, number) in sid.numbers[1..4].iter_mut().enumerate() {
            *number = (domain >> (64 - 32 * place)) as u32;
        }
    }

    fn map_entra(&self, sid: &mut Sid, direction: Direction) {
        let object = object_of(&sid.numbers[1..5]);
        let object = match direction {
            Direction::Forth => self.uuids.map(object),
            Direction::Back => self.uuids.invert(object),
        };
        sid.numbers[1..5].copy_from_slice(&numbers_of(object));
    }

    /// Permutes the numbers after the first `head`; steps over identifiers that stay.
    fn map_other(&self, sid: &mut Sid, head: usize, direction: Direction) {
        loop {
            self.others.permute(&mut sid.numbers[head..sid.count], direction);
            if sid.form() == Form::Other(head) {
                return;
            }
        }
    }
}

impl Transform for Sids {
    fn write(&self, texts: &[&str], out: &mut Texts) {
        for texts in texts.chunks(LANES) {
            let (mut left, mut right) = ([0; LANES], [0; LANES]);
            let mut tails = [None; LANES];
            for (lane, text) in texts.iter().enumerate() {
                if let Some((domain, tail)) = parse_domain(text) {
                    left[lane] = (domain >> HALF_BITS) as u64;
                    right[lane] = (domain & HALF_MASK) as u64;
                    tails[lane] = Some(tail);
                }
            }
            self.domains.encrypt(&mut left, &mut right);
            for (lane, text) in texts.iter().enumerate() {
                let domain = u128::from(left[lane]) << HALF_BITS | u128::from(right[lane]);
                match tails[lane] {
                    Some(tail) if domain != 0 => push_domain(text, domain, tail, out),
                    _ if is_placeholder(text) => out.push(text.as_bytes()),
                    _ => match self.obfuscate(text) {
                        Some(image) => out.push(image.as_bytes()),
                        None => out.push(&self.strings.token(text)),
                    },
                }
                out.end_row();
            }
        }
    }

    fn reveal(&self, obfuscated: &str) -> Option<String> {
        self.transform(obfuscated, Direction::Back)
    }

    fn is_public(&self, text: &str) -> bool {
        is_placeholder(text) || is_fixed(text)
    }

    fn domain_bits(&self, text: &str) -> u32 {
        domain_bits(text)
    }
}

const DOMAIN_HEAD: &str = "S-1-5-21-";

/// The domain of the common form `S-1-5-21-a-b-c[-rid]`, and the rest from the `-` before the RID on.
#[inline]
fn parse_domain(text: &str) -> Option<(u128, &str)> {
    let rest = text.strip_prefix(DOMAIN_HEAD)?;
    let mut numbers = rest.as_bytes();
    let mut domain = 0;
    for place in 0..3 {
        let (number, digits) = leading_number(numbers)?;
        domain = domain << 32 | u128::from(number);
        numbers = &numbers[digits..];
        if place < 2 {
            numbers = numbers.strip_prefix(b"-")?;
        }
    }
    let tail = &rest[rest.len() - numbers.len()..];
    let has_rid = || {
        let rid = numbers.strip_prefix(b"-")?;
        (leading_number(rid)?.1 == rid.len()).then_some(())
    };
    (domain != 0 && (tail.is_empty() || has_rid().is_some())).then_some((domain, tail))
}

#[inline]
fn push_domain(text: &str, domain: u128, tail: &str, out: &mut Texts) {
    out.push(&text.as_bytes()[..DOMAIN_HEAD.len()]);
    let mut buffer = itoa::Buffer::new();
    out.push(buffer.format((domain >> 64) as u32).as_bytes());
    out.push(b"-");
    out.push(buffer.format((domain >> 32) as u32).as_bytes());
    out.push(b"-");
    out.push(buffer.format(domain as u32).as_bytes());
    out.push(tail.as_bytes());
}

/// The number that `text` begins with and how many digits it has; no leading zeros, below 2^32.
#[inline]
fn leading_number(text: &[u8]) -> Option<(u32, usize)> {
    let mut number = 0_u64;
    let mut digits = 0;
    for byte in text.iter().take(11) {
        let digit = byte.wrapping_sub(b'0');
        if digit > 9 {
            break;
        }
        number = number * 10 + u64::from(digit);
        digits += 1;
    }
    let plain = digits > 0 && digits < 11 && (digits == 1 || text[0] != b'0');
    if plain { u32::try_from(number).ok().map(|number| (number, digits)) } else { None }
}

/// Splits off `%{` and `}`, which Windows event text has around identifiers.
fn unwrap(text: &str) -> (&str, &str, &str) {
    match text.strip_prefix("%{").and_then(|inner| inner.strip_suffix('}')) {
        Some(inner) => ("%{", inner, "}"),
        None => ("", text, ""),
    }
}

/// A security identifier of revision 1.
#[derive(Clone, Copy)]
struct Sid {
    upper: bool,
    authority: u32,
    numbers: [u32; MOST_NUMBERS],
    count: usize,
}

/// What becomes of an identifier.
#[derive(Debug, PartialEq, Eq)]
enum Form {
    /// Stays as it is.
    Fixed,
    /// Numbers 1 to 3 are a domain.
    Domain,
    /// Numbers 1 to 4 are an object id.
    Entra,
    /// All numbers after so many are permuted.
    Other(usize),
}

impl Sid {
    fn parse(text: &str) -> Option<Self> {
        let upper = match text.as_bytes() {
            [b'S', b'-', b'1', b'-', ..] => true,
            [b's', b'-', b'1', b'-', ..] => false,
            _ => return None,
        };
        let mut rest = &text.as_bytes()[4..];
        let (authority, digits) = leading_number(rest)?;
        rest = &rest[digits..];
        let mut sid = Self { upper, authority, numbers: [0; MOST_NUMBERS], count: 0 };
        while let Some(next) = rest.strip_prefix(b"-") {
            let (number, digits) = leading_number(next)?;
            *sid.numbers.get_mut(sid.count)? = number;
            sid.count += 1;
            rest = &next[digits..];
        }
        (rest.is_empty() && sid.count > 0).then_some(sid)
    }

    #[expect(clippy::match_same_arms, reason = "each arm is a family of its own")]
    fn form(&self) -> Form {
        let numbers = &self.numbers[..self.count];
        match (self.authority, numbers) {
            // Null, World, Local, Creator, Non-unique; integrity labels; asserted identities.
            (0..=4, [_] | [_, _]) | (16 | 18, [_]) => Form::Fixed,
            // Well-known principals, logon sessions, built-in groups, authentication packages.
            (5, [0..=20 | 22..=31 | 33 | 113 | 114 | 1000]) => Form::Fixed,
            (5, [5, _, _] | [32 | 64 | 65, ..=4095]) => Form::Fixed,
            // Window managers and font drivers, by session; all services, all virtual machines.
            (5, [80 | 82 | 83 | 90 | 96, 0] | [90 | 96, 0, ..=4095]) => Form::Fixed,
            (5, [80, service @ ..]) if service == TRUSTED_INSTALLER => Form::Fixed,
            // Claims; any application package, and the capabilities that all machines know.
            (5, [21, 0, 0, 0] | [21, 0, 0, 0, _]) => Form::Fixed,
            (15, [2, ..=15] | [3, ..=4095]) => Form::Fixed,
            (5, [21, _, _, _] | [21, _, _, _, _]) => Form::Domain,
            (12, [1, _, _, _, _]) => {
                if uuid::is_fixed(object_of(&numbers[1..])) {
                    Form::Fixed
                } else {
                    Form::Entra
                }
            }
            (5, [83, 1, _, ..]) | (15, [3, 1024, _, ..]) => Form::Other(2),
            (5 | 12 | 15, [_, _, ..]) => Form::Other(1),
            _ => Form::Other(0),
        }
    }

    fn push(&self, out: &mut Texts) {
        out.push(if self.upper { b"S-1-" } else { b"s-1-" });
        let mut buffer = itoa::Buffer::new();
        out.push(buffer.format(self.authority).as_bytes());
        for number in &self.numbers[..self.count] {
            out.push(b"-");
            out.push(buffer.format(*number).as_bytes());
        }
    }
}

fn domain_of(numbers: &[u32]) -> u128 {
    numbers[1..4].iter().fold(0, |domain, number| domain << 32 | u128::from(*number))
}

/// The object id whose bytes, in the mixed order of a GUID, are four little-endian numbers.
fn object_of(numbers: &[u32]) -> u128 {
    let mut bytes = [0; 16];
    for (bytes, number) in bytes.chunks_exact_mut(4).zip(numbers) {
        bytes.copy_from_slice(&number.to_le_bytes());
    }
    u128::from_be_bytes(reorder(bytes))
}

fn numbers_of(object: u128) -> [u32; 4] {
    let bytes = reorder(object.to_be_bytes());
    let mut numbers = [0; 4];
    for (number, bytes) in numbers.iter_mut().zip(bytes.chunks_exact(4)) {
        *number = u32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]);
    }
    numbers
}

/// Turns round the first three fields of a GUID; its own inverse.
fn reorder(mut bytes: [u8; 16]) -> [u8; 16] {
    bytes[..4].reverse();
    bytes[4..6].reverse();
    bytes[6..8].reverse();
    bytes
}

/// Whether `text` is a security identifier.
pub(crate) fn is_sid(text: &str) -> bool {
    Sid::parse(unwrap(text).1).is_some()
}

/// Whether `text` is an identifier that is the same everywhere and so stays as it is.
pub(crate) fn is_fixed(text: &str) -> bool {
    Sid::parse(unwrap(text).1).is_some_and(|sid| sid.form() == Form::Fixed)
}

/// How many identifiers can be the image of that in `text`, as a power of two.
pub(crate) fn domain_bits(text: &str) -> u32 {
    let Some(sid) = Sid::parse(unwrap(text).1) else { return 128 };
    match sid.form() {
        Form::Fixed => 0,
        Form::Domain => 96,
        Form::Entra => 122,
        Form::Other(head) => 32 * (sid.count - head) as u32,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn sids() -> Sids {
        Sids::new(
            &[1; 16],
            &[2; 16],
            Arc::new(UuidMap::new(&[3; 16])),
            Arc::new(StringTokens::new(&[4; 16])),
        )
    }

    fn obfuscate(text: &str) -> String {
        let mut out = Texts::default();
        sids().write(&[text], &mut out);
        String::from_utf8(out.bytes).unwrap()
    }

    #[test]
    fn domain_is_replaced_and_rid_stays() {
        let domain = obfuscate("S-1-5-21-1004336348-1177238915-682003330");
        assert!(is_sid(&domain), "{domain}");
        assert!(!domain.contains("1004336348"));
        assert_eq!(
            obfuscate("S-1-5-21-1004336348-1177238915-682003330-500"),
            format!("{domain}-500")
        );
        assert_eq!(
            obfuscate("%{S-1-5-21-1004336348-1177238915-682003330}"),
            format!("%{{{domain}}}")
        );
    }

    /// The pair of Microsoft's documentation of Entra identifiers.
    #[test]
    fn entra_identifier_holds_its_object_id() {
        let sid = Sid::parse("S-1-12-1-1943430372-1249052806-2496021943-3034400218").unwrap();
        let object = 0x73d6_64e4_0886_4a73_b745_c694_da45_ddb4;
        assert_eq!(object_of(&sid.numbers[1..5]), object);
        assert_eq!(numbers_of(object), sid.numbers[1..5]);
        let image =
            Sid::parse(&obfuscate("S-1-12-1-1943430372-1249052806-2496021943-3034400218")).unwrap();
        assert_eq!(object_of(&image.numbers[1..5]), UuidMap::new(&[3; 16]).map(object));
    }

    #[test]
    fn identifiers_that_are_the_same_everywhere_stay() {
        for text in [
            "S-1-5-18",
            "S-1-0-0",
            "S-1-1-0",
            "S-1-5-32-544",
            "S-1-16-12288",
            "S-1-5-80-0",
            "S-1-15-2-1",
            "S-1-5-90-0-1",
            "S-1-5-5-0-123456",
            "%{S-1-5-32-555}",
            "S-1-5-80-956008885-3418522649-1831038044-1853292631-2271478464",
        ] {
            assert_eq!(obfuscate(text), text);
            assert!(is_fixed(text), "{text}");
        }
    }

    #[test]
    fn service_and_package_identifiers_are_replaced() {
        for text in [
            "S-1-5-80-1184457765-4068085190-3456807688-2200952327-3769537534",
            "S-1-15-3-1024-1065365936-1281604716-3511738428-1654721687-432734479-3232135806-4053264122-3456934681",
            "S-1-5-83-1-1000-2000-3000-4000",
            "S-1-99-7",
        ] {
            let image = obfuscate(text);
            assert!(is_sid(&image) && image != text, "{image}");
            assert_eq!(sids().reveal(&image).unwrap(), text);
        }
    }

    #[test]
    fn text_that_is_no_identifier_becomes_a_token() {
        for text in [
            "S-1-5",
            "S-1-5-",
            "S-1-5-21-01-2-3",
            "S-1-5-21-1-2-4294967296",
            "S-1-5-21-1-2-3-",
            "S-2-1-1",
            "SYSTEM",
        ] {
            assert_eq!(obfuscate(text).len(), 17, "{text}");
        }
        let long = format!("S-1-5{}", "-1".repeat(16));
        assert_eq!(obfuscate(&long).len(), 17);
    }

    proptest! {
        #[test]
        fn reveal_undoes_obfuscation(authority in prop_oneof![Just(5_u32), Just(12), Just(15), any::<u32>()], first in prop_oneof![Just(21_u32), Just(80), Just(1), any::<u32>()], rest in proptest::collection::vec(any::<u32>(), 0..14)) {
            let numbers: Vec<String> = rest.iter().map(|number| format!("-{number}")).collect();
            let text = format!("S-1-{authority}-{first}{}", numbers.concat());
            let image = obfuscate(&text);
            prop_assert_eq!(sids().reveal(&image), Some(text.clone()));
            prop_assert_eq!(image == text, is_fixed(&text));
        }

        #[test]
        fn rows_equal_the_value_of_each(numbers: [u32; 4]) {
            let text = format!("S-1-5-21-{}-{}-{}-{}", numbers[0], numbers[1], numbers[2], numbers[3]);
            prop_assert_eq!(sids().obfuscate(&text).unwrap(), obfuscate(&text));
        }
    }
}
