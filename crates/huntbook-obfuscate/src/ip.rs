//! IP addresses as text, with port, zone or prefix length.
//!
//! `a.b.c.d`, `a.b.c.d:port`, `a.b.c.d/length`, IPv6, `[IPv6]:port`, `IPv6%zone` and `IPv6/length` keep
//! what is not address. IPv6 comes out in the spelling of RFC 5952. A network (`10.1.2.0/24`) maps to
//! the network that holds the images of its addresses; one wider than its class allows (`8.0.0.0/7`)
//! has no image and becomes a token.

use std::fmt::Write;
use std::net::{Ipv4Addr, Ipv6Addr};
use std::sync::Arc;

use crate::ff1::Direction;
use crate::ip_modes::AddressMode;
use crate::ipv4::{self, Ipv4Map};
use crate::ipv6::{self, Ipv6Map};
use crate::string::StringTokens;
use crate::transform::{NEVER, Texts, Transform, canonical_identifier, is_placeholder};

/// IP addresses as text.
pub(crate) struct Ips {
    ipv4: Ipv4Map,
    ipv6: Ipv6Map,
    /// What is done instead of keeping prefixes.
    mode: Option<AddressMode>,
    strings: Arc<StringTokens>,
}

impl Ips {
    pub(crate) fn new(ipv4: Ipv4Map, ipv6: Ipv6Map, strings: Arc<StringTokens>) -> Self {
        Self { ipv4, ipv6, mode: None, strings }
    }

    /// The same in another mode; `None` is the one that keeps prefixes.
    pub(crate) fn with_mode(mut self, mode: Option<AddressMode>) -> Self {
        self.mode = mode;
        self
    }

    /// The obfuscated form of `text`; `None` if it is no address.
    pub(crate) fn obfuscate(&self, text: &str) -> Option<String> {
        let parsed = Parsed::of(text)?;
        if let Some(mode) = &self.mode {
            let address = mode.transform(parsed.address, parsed.length, Direction::Forth)?;
            return parsed.spell_any(address);
        }
        let address = match parsed.address {
            Address::V4(address) => Address::V4(match parsed.length {
                None => self.ipv4.map(address),
                Some(length) => self.network_v4(address, u32::from(length))?,
            }),
            Address::V6(address) => Address::V6(match parsed.length {
                None => self.ipv6.map(&self.ipv4, address),
                Some(length) => self.network_v6(address, u32::from(length))?,
            }),
        };
        Some(parsed.spell(address))
    }

    /// The IPv4 image, for names that hold an address in another order; `None` if it is not IPv4.
    pub(crate) fn map_v4(&self, address: u32) -> Option<u32> {
        match &self.mode {
            None => Some(self.ipv4.map(address)),
            Some(mode) => match mode.transform(Address::V4(address), None, Direction::Forth)? {
                Address::V4(image) => Some(image),
                Address::V6(_) => None,
            },
        }
    }

    /// Whether `text` is an address that stays as it is in this mode.
    pub(crate) fn is_fixed(&self, text: &str) -> bool {
        match &self.mode {
            None => is_fixed(text),
            Some(mode) => {
                Parsed::of(text).is_some_and(|parsed| mode.is_fixed(parsed.address, parsed.length))
            }
        }
    }

    fn network_v4(&self, address: u32, length: u32) -> Option<u32> {
        if length == 0 && address == 0 {
            return Some(0);
        }
        (length >= ipv4::shortest_prefix(address)).then_some(())?;
        let image = with_length(u128::from(address), 32 - length, |address| {
            u128::from(self.ipv4.map(address as u32))
        });
        Some(image as u32)
    }

    fn network_v6(&self, address: u128, length: u32) -> Option<u128> {
        if length == 0 && address == 0 {
            return Some(0);
        }
        (length >= ipv6::shortest_prefix(address)).then_some(())?;
        Some(with_length(address, 128 - length, |address| self.ipv6.map(&self.ipv4, address)))
    }
}

/// The image under `map` of an address with `host_bits` host bits, such that a network (host zero)
/// stays a network and a host stays a host.
pub(crate) fn with_length(address: u128, host_bits: u32, map: impl Fn(u128) -> u128) -> u128 {
    let host = host_mask(host_bits);
    let image = map(address);
    if address & host == 0 {
        image & !host
    } else if image & host == 0 {
        image | map(address & !host) & host
    } else {
        image
    }
}

/// The address whose image under [`with_length`] is `image`.
pub(crate) fn without_length(
    image: u128,
    host_bits: u32,
    map: impl Fn(u128) -> u128,
    invert: impl Fn(u128) -> u128,
) -> u128 {
    let host = host_mask(host_bits);
    let address = invert(image);
    if image & host == 0 {
        address & !host
    } else if address & host == 0 {
        // `image` carries the host that the network itself would have had.
        invert(map(address) & !host)
    } else {
        address
    }
}

const fn host_mask(host_bits: u32) -> u128 {
    if host_bits >= 128 { u128::MAX } else { (1 << host_bits) - 1 }
}

impl Transform for Ips {
    fn write(&self, texts: &[&str], out: &mut Texts) {
        if self.mode.is_some() {
            return self.strings.write_images(texts, out, |text| self.obfuscate(text));
        }
        // One address in a text or document is not worth a round of all lanes.
        if let [text] = texts
            && let Some(address) = parse_v4(text.as_bytes())
        {
            push_v4(self.ipv4.map(address), out);
            out.end_row();
            return;
        }
        for texts in texts.chunks(ipv4::LANES) {
            let mut addresses = [0; ipv4::LANES];
            let mut is_plain = [false; ipv4::LANES];
            for (lane, text) in texts.iter().enumerate() {
                if let Some(address) = parse_v4(text.as_bytes()) {
                    addresses[lane] = address;
                    is_plain[lane] = true;
                }
            }
            let images =
                if is_plain.contains(&true) { self.ipv4.map_lanes(&addresses) } else { addresses };
            if is_plain[..texts.len()].iter().all(|plain| *plain) {
                for image in &images[..texts.len()] {
                    push_v4(*image, out);
                    out.end_row();
                }
                continue;
            }
            let mut lane = 0;
            while lane < texts.len() {
                if is_plain[lane] {
                    push_v4(images[lane], out);
                    out.end_row();
                    lane += 1;
                } else {
                    lane += self.write_others(&texts[lane..], out);
                }
            }
        }
    }

    fn reveal(&self, obfuscated: &str) -> Option<String> {
        let parsed = Parsed::of(obfuscated)?;
        if let Some(mode) = &self.mode {
            let address = mode.transform(parsed.address, parsed.length, Direction::Back)?;
            return parsed.spell_any(address);
        }
        let address = match (parsed.address, parsed.length) {
            (Address::V4(image), None) => Address::V4(self.ipv4.invert(image)),
            (Address::V6(image), None) => Address::V6(self.ipv6.invert(&self.ipv4, image)),
            (zero @ (Address::V4(0) | Address::V6(0)), Some(0)) => zero,
            (Address::V4(image), Some(length)) => {
                (u32::from(length) >= ipv4::shortest_prefix(image)).then_some(())?;
                let address = without_length(
                    u128::from(image),
                    32 - u32::from(length),
                    |address| u128::from(self.ipv4.map(address as u32)),
                    |image| u128::from(self.ipv4.invert(image as u32)),
                );
                Address::V4(address as u32)
            }
            (Address::V6(image), Some(length)) => {
                (u32::from(length) >= ipv6::shortest_prefix(image)).then_some(())?;
                Address::V6(without_length(
                    image,
                    128 - u32::from(length),
                    |address| self.ipv6.map(&self.ipv4, address),
                    |image| self.ipv6.invert(&self.ipv4, image),
                ))
            }
        };
        Some(parsed.spell(address))
    }

    fn is_public(&self, text: &str) -> bool {
        is_placeholder(text) || self.is_fixed(text)
    }

    fn sensitive_parts(&self, text: &str, found: &mut dyn FnMut(&str)) {
        canonical_identifier(text, found);
        found(text);
    }

    fn is_same(&self, left: &str, right: &str) -> bool {
        match (&self.mode, Parsed::of(left), Parsed::of(right)) {
            (Some(mode), Some(left), Some(right)) => {
                mode.is_same(left.address, right.address)
                    && (left.zone, left.tail) == (right.zone, right.tail)
            }
            _ => is_same(left, right),
        }
    }

    fn domain_bits(&self, text: &str) -> u32 {
        match (&self.mode, Parsed::of(text)) {
            (Some(mode), Some(parsed)) => mode.domain_bits(parsed.address, parsed.length),
            _ => domain_bits(text).unwrap_or(NEVER),
        }
    }
}

impl Ips {
    /// Writes the texts that are not plain IPv4 from the first on, at most as many as go through the
    /// IPv6 map at once; tells how many.
    fn write_others(&self, texts: &[&str], out: &mut Texts) -> usize {
        let mut addresses = [0; ipv6::LANES];
        let mut plain = 0;
        for text in texts.iter().take(ipv6::LANES) {
            let Some(address) = parse_v6(text) else { break };
            addresses[plain] = address;
            plain += 1;
        }
        if plain > 0 {
            let images = self.ipv6.map_lanes(&self.ipv4, &addresses);
            for image in &images[..plain] {
                push_v6(*image, out);
                out.end_row();
            }
            return plain;
        }
        if let Some(text) = texts.first() {
            match self.obfuscate(text) {
                _ if is_placeholder(text) => out.push(text.as_bytes()),
                Some(image) => out.push(image.as_bytes()),
                None => out.push(&self.strings.token(text)),
            }
        }
        out.end_row();
        1
    }
}

/// Whether `text` is an address in any of the spellings.
pub(crate) fn is_ip(text: &str) -> bool {
    Parsed::of(text).is_some()
}

/// Whether two texts name the same address, with the same port, zone or length.
pub(crate) fn is_same(left: &str, right: &str) -> bool {
    match (Parsed::of(left), Parsed::of(right)) {
        (Some(left), Some(right)) => {
            (left.address, left.zone, left.tail) == (right.address, right.zone, right.tail)
        }
        _ => false,
    }
}

/// The address in `text` alone, in its canonical spelling.
pub(crate) fn address_text(text: &str) -> Option<String> {
    Parsed::of(text).map(|parsed| match parsed.address {
        Address::V4(address) => Ipv4Addr::from(address).to_string(),
        Address::V6(address) => Ipv6Addr::from(address).to_string(),
    })
}

/// Whether `text` is an address that says nothing about anyone and so stays as it is.
pub(crate) fn is_fixed(text: &str) -> bool {
    Parsed::of(text).is_some_and(|parsed| match (parsed.address, parsed.length) {
        (Address::V4(0) | Address::V6(0), Some(0)) => true,
        (Address::V4(address), length) => {
            // A network no longer than its closed class names the class alone.
            ipv4::is_fixed(address)
                || length.is_some_and(|length| {
                    names_a_class(u128::from(address), 32, length, ipv4::domain_bits(address))
                })
        }
        (Address::V6(address), length) => {
            ipv6::is_fixed(address)
                || length.is_some_and(|length| {
                    names_a_class(address, 128, length, ipv6::domain_bits(address))
                })
        }
    })
}

fn names_a_class(address: u128, width: u32, length: u8, domain_bits: u32) -> bool {
    u32::from(length) + domain_bits == width && address & host_mask(domain_bits) == 0
}

/// How many addresses can be the image of that in `text`, as a power of two; `None` if it is none.
pub(crate) fn domain_bits(text: &str) -> Option<u32> {
    let parsed = Parsed::of(text)?;
    let (bits, width) = match parsed.address {
        Address::V4(address) => (ipv4::domain_bits(address), 32),
        Address::V6(address) => (ipv6::domain_bits(address), 128),
    };
    let host_bits = parsed.length.map_or(0, |length| width - u32::from(length));
    Some(bits.saturating_sub(host_bits))
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Address {
    V4(u32),
    V6(u128),
}

/// An address and what stands around it.
struct Parsed<'t> {
    bracketed: bool,
    address: Address,
    /// `%` and the zone, or nothing.
    zone: &'t str,
    length: Option<u8>,
    /// `:port` or `/length`, or nothing.
    tail: &'t str,
}

impl<'t> Parsed<'t> {
    fn of(text: &'t str) -> Option<Self> {
        // The longest: brackets, 45 characters of address, a zone of 16, a port.
        if text.len() > 72 {
            return None;
        }
        if let Some(inner) = text.strip_prefix('[') {
            let (inner, tail) = inner.split_once(']')?;
            (tail.is_empty() || is_port(tail)).then_some(())?;
            let (address, zone) = split_zone(inner)?;
            let address = Address::V6(parse_v6(address)?);
            return Some(Self { bracketed: true, address, zone, length: None, tail });
        }
        if let Some(slash) = text.find('/') {
            let (address, tail) = text.split_at(slash);
            let length = small_number(&tail[1..])?;
            let address = parse_any(address)?;
            let width = if matches!(address, Address::V4(_)) { 32 } else { 128 };
            (length <= width).then_some(())?;
            let length = Some(length as u8);
            return Some(Self { bracketed: false, address, zone: "", length, tail });
        }
        let bracketed = false;
        if let Some(colon) = text.find(':')
            && let Some(address) = parse_v4(&text.as_bytes()[..colon])
        {
            let tail = &text[colon..];
            is_port(tail).then_some(())?;
            return Some(Self {
                bracketed,
                address: Address::V4(address),
                zone: "",
                length: None,
                tail,
            });
        }
        let (address, zone) = split_zone(text)?;
        let address = parse_any(address)?;
        (zone.is_empty() || matches!(address, Address::V6(_))).then_some(())?;
        Some(Self { bracketed, address, zone, length: None, tail: "" })
    }

    /// The same text around an address that may be of the other version; `None` if no text can be.
    fn spell_any(&self, address: Address) -> Option<String> {
        let is_v6 = matches!(address, Address::V6(_));
        // Before a port IPv6 has brackets and IPv4 has none; IPv4 has no zone.
        let bracketed = is_v6 && (self.bracketed || self.tail.starts_with(':'));
        let is_text = is_v6 || self.zone.is_empty() && (!self.bracketed || !self.tail.is_empty());
        is_text.then(|| Self { bracketed, ..*self }.spell(address))
    }

    /// The same text around another address.
    fn spell(&self, address: Address) -> String {
        let mut out = Texts::with_capacity(0, 64);
        match address {
            Address::V4(address) => push_v4(address, &mut out),
            Address::V6(address) => push_v6(address, &mut out),
        }
        let address = String::from_utf8(out.bytes).expect("addresses are spelt in ASCII");
        let (open, close) = if self.bracketed { ("[", "]") } else { ("", "") };
        let mut spelt =
            String::with_capacity(address.len() + self.zone.len() + self.tail.len() + 2);
        for part in [open, &address, self.zone, close, self.tail] {
            spelt.push_str(part);
        }
        spelt
    }
}

/// Splits off `%zone`, where the zone is a number or looks like the name of an interface.
fn split_zone(text: &str) -> Option<(&str, &str)> {
    let Some(percent) = text.find('%') else { return Some((text, "")) };
    let (address, zone) = text.split_at(percent);
    let letters = zone[1..].trim_end_matches(|digit: char| digit.is_ascii_digit());
    let is_interface =
        letters.len() <= 6 && letters.bytes().all(|letter| letter.is_ascii_lowercase());
    ((2..=12).contains(&zone.len()) && is_interface).then_some((address, zone))
}

fn is_port(tail: &str) -> bool {
    tail.strip_prefix(':').and_then(small_number).is_some()
}

/// A number of up to 65535 in plain digits without leading zeros.
fn small_number(digits: &str) -> Option<u16> {
    let plain = (1..=5).contains(&digits.len())
        && digits.bytes().all(|digit| digit.is_ascii_digit())
        && (digits.len() == 1 || !digits.starts_with('0'));
    if plain { digits.parse().ok() } else { None }
}

fn parse_any(text: &str) -> Option<Address> {
    parse_v4(text.as_bytes()).map(Address::V4).or_else(|| parse_v6(text).map(Address::V6))
}

/// Four decimal numbers without leading zeros.
#[inline]
fn parse_v4(text: &[u8]) -> Option<u32> {
    if !(7..=15).contains(&text.len()) {
        return None;
    }
    let mut address = 0;
    let mut rest = text;
    for place in 0..4 {
        let (octet, digits) = leading_octet(rest)?;
        address = address << 8 | octet;
        rest = &rest[digits..];
        if place < 3 {
            rest = rest.strip_prefix(b".")?;
        }
    }
    rest.is_empty().then_some(address)
}

/// The number that `text` begins with, and how many digits it has.
#[inline]
fn leading_octet(text: &[u8]) -> Option<(u32, usize)> {
    let digit =
        |place: usize| text.get(place).map_or(10, |byte| u32::from(byte.wrapping_sub(b'0')));
    let first = digit(0);
    if first > 9 {
        return None;
    }
    let second = digit(1);
    if second > 9 {
        return Some((first, 1));
    }
    if first == 0 {
        return None;
    }
    let third = digit(2);
    if third > 9 {
        return Some((first * 10 + second, 2));
    }
    let octet = first * 100 + second * 10 + third;
    (octet <= 255 && digit(3) > 9).then_some((octet, 3))
}

fn parse_v6(text: &str) -> Option<u128> {
    // The standard parser takes a while to refuse; texts without a colon are common.
    if text.len() < 2 || text.len() > 45 || !text.as_bytes()[..text.len().min(5)].contains(&b':') {
        return None;
    }
    parse_groups(text.as_bytes())
        .or_else(|| text.contains('.').then(|| text.parse::<Ipv6Addr>().ok().map(u128::from))?)
}

/// Eight groups of up to four hexadecimal digits, or fewer around one `::`.
fn parse_groups(text: &[u8]) -> Option<u128> {
    let (mut address, mut groups) = (0_u128, 0);
    // How many groups stand before `::`.
    let mut gap = None;
    let mut place = 0;
    if text.starts_with(b"::") {
        gap = Some(0);
        place = 2;
    }
    while place < text.len() {
        let (mut group, mut digits) = (0_u32, 0);
        while let Some(value) = text.get(place).map(|byte| HEX_VALUES[usize::from(*byte)])
            && value < 16
        {
            group = group << 4 | u32::from(value);
            digits += 1;
            place += 1;
            if digits > 4 {
                return None;
            }
        }
        if digits == 0 || groups == 8 {
            return None;
        }
        address = address << 16 | u128::from(group);
        groups += 1;
        match text.get(place..) {
            None | Some([]) => break,
            Some([b':', b':', ..]) if gap.is_none() => {
                gap = Some(groups);
                place += 2;
            }
            Some([b':', _, ..]) => place += 1,
            Some(_) => return None,
        }
    }
    let Some(before) = gap else { return (groups == 8).then_some(address) };
    let after = 16 * (groups - before);
    let missing = 128_u32.checked_sub(16 * groups).filter(|missing| *missing > 0)?;
    let low = address & host_mask(after);
    let high = if after < 128 { address >> after } else { 0 };
    let shift = after + missing;
    Some(if shift < 128 { high << shift } else { 0 } | low)
}

/// The value of each hexadecimal digit, and 16 for all other bytes.
static HEX_VALUES: [u8; 256] = {
    let mut values = [16; 256];
    let mut value = 0;
    while value < 16 {
        values[b"0123456789abcdef"[value] as usize] = value as u8;
        values[b"0123456789ABCDEF"[value] as usize] = value as u8;
        value += 1;
    }
    values
};

/// An octet in decimal and a dot, and how long that is.
static OCTETS: [([u8; 4], u8); 256] = {
    let mut octets = [([0; 4], 0); 256];
    let mut octet = 0;
    while octet < 256 {
        let (hundreds, tens, ones) =
            (b'0' + (octet / 100) as u8, b'0' + (octet / 10 % 10) as u8, b'0' + (octet % 10) as u8);
        octets[octet] = if octet > 99 {
            ([hundreds, tens, ones, b'.'], 4)
        } else if octet > 9 {
            ([tens, ones, b'.', 0], 3)
        } else {
            ([ones, b'.', 0, 0], 2)
        };
        octet += 1;
    }
    octets
};

#[inline]
fn push_v4(address: u32, out: &mut Texts) {
    let mut text = [0; 16];
    let mut end = 0;
    for octet in address.to_be_bytes() {
        let (digits, length) = &OCTETS[usize::from(octet)];
        text[end..end + 4].copy_from_slice(digits);
        end += usize::from(*length);
    }
    out.push(&text[..end - 1]);
}

fn push_v6(address: u128, out: &mut Texts) {
    if address >> 32 == 0xffff {
        out.push(b"::ffff:");
        push_v4(address as u32, out);
        return;
    }
    let groups: [u16; 8] = Ipv6Addr::from(address).segments();
    let gap = longest_zero_run(&groups);
    // Room for four digits more than the longest address.
    let mut text = [0; 44];
    let mut end = 0;
    let mut place = 0;
    while place < 8 {
        if place == gap.0 && gap.1 > 1 {
            text[end..end + 2].copy_from_slice(b"::");
            end += 2;
            place += gap.1;
            continue;
        }
        let follows_gap = gap.1 > 1 && place == gap.0 + gap.1;
        if place > 0 && !follows_gap {
            text[end] = b':';
            end += 1;
        }
        let group = groups[place];
        let digits = 4 - (group | 1).leading_zeros() as usize / 4;
        let spelt = group_digits(u32::from(group) << (4 * (4 - digits)));
        text[end..end + 4].copy_from_slice(&spelt);
        end += digits;
        place += 1;
    }
    out.push(&text[..end]);
}

/// The four hexadecimal digits of `group`.
#[inline]
fn group_digits(group: u32) -> [u8; 4] {
    let bytes = (group << 8 | group) & 0x00ff_00ff;
    let nibbles = (bytes << 4 | bytes) & 0x0f0f_0f0f;
    let letters = (nibbles + 0x0606_0606) >> 4 & 0x0101_0101;
    (nibbles + 0x3030_3030 + letters * u32::from(b'a' - b'9' - 1)).to_be_bytes()
}

/// Where the first longest run of zero groups begins, and how long it is.
fn longest_zero_run(groups: &[u16; 8]) -> (usize, usize) {
    let (mut best, mut run) = ((8, 0), 0);
    for (place, group) in groups.iter().enumerate() {
        run = if *group == 0 { run + 1 } else { 0 };
        if run > best.1 {
            best = (place + 1 - run, run);
        }
    }
    best
}

/// Appends `d.c.b.a`, the order of reverse look-ups.
pub(crate) fn spell_reversed(address: u32, out: &mut String) {
    let reversed = Ipv4Addr::from(address.swap_bytes());
    write!(out, "{reversed}").expect("writing to a string does not fail");
}

#[cfg(test)]
mod tests {
    use std::sync::LazyLock;

    use proptest::prelude::*;

    use super::*;

    fn ips() -> &'static Ips {
        static IPS: LazyLock<Ips> = LazyLock::new(|| {
            let strings = Arc::new(StringTokens::new(&[3; 16]));
            Ips::new(Ipv4Map::new(&[1; 16]), Ipv6Map::new(&[2; 16]), strings)
        });
        &IPS
    }

    fn obfuscate(text: &str) -> String {
        let mut out = Texts::default();
        ips().write(&[text], &mut out);
        String::from_utf8(out.bytes).unwrap()
    }

    #[test]
    fn port_zone_and_brackets_are_kept() {
        let plain = obfuscate("8.8.8.8");
        assert_eq!(obfuscate("8.8.8.8:443"), format!("{plain}:443"));
        assert_eq!(obfuscate("::ffff:8.8.8.8"), format!("::ffff:{plain}"));
        let plain = obfuscate("2001:db8::7");
        assert!(plain.starts_with("2001:db8:"), "{plain}");
        assert_eq!(obfuscate("[2001:DB8::7]:53"), format!("[{plain}]:53"));
        assert!(obfuscate("fe80::1%eth0").ends_with("%eth0"));
    }

    #[test]
    fn network_holds_the_images_of_its_addresses() {
        let network = obfuscate("10.20.30.0/24");
        assert!(network.ends_with(".0/24"), "{network}");
        let host = obfuscate("10.20.30.99");
        assert_eq!(network.rsplit_once('.').unwrap().0, host.rsplit_once('.').unwrap().0);
        assert_eq!(obfuscate("10.0.0.0/8"), "10.0.0.0/8");
        assert_eq!(obfuscate("0.0.0.0/0"), "0.0.0.0/0");
        assert!(is_fixed("10.0.0.0/8") && !is_fixed("10.1.0.0/16") && !is_fixed("10.0.0.0"));
    }

    #[test]
    fn fixed_addresses_stay() {
        for text in ["127.0.0.1", "0.0.0.0", "255.255.255.255", "::1", "::", "127.0.0.1:80"] {
            assert_eq!(obfuscate(text), text);
            assert!(is_fixed(text), "{text}");
        }
    }

    #[test]
    fn text_that_is_no_address_becomes_a_token() {
        for text in [
            "1.2.3",
            "1.2.3.4.5",
            "01.2.3.4",
            "256.1.1.1",
            "1.2.3.4:",
            "1.2.3.4:99999",
            "1.2.3.4/33",
            " 1.2.3.4",
            "1.2.3.4%eth0",
            "8.0.0.0/7",
            "12:30:45",
            "fe80::1%corp network",
            "é::1",
        ] {
            assert_eq!(obfuscate(text).len(), 17, "{text}");
        }
        assert_eq!((obfuscate("").as_str(), obfuscate("-").as_str()), ("", "-"));
    }

    #[test]
    fn rows_of_all_spellings_equal_the_value_of_each() {
        let texts: Vec<String> = (0..100_u32)
            .map(|row| match row % 5 {
                0 => format!("10.0.{row}.1"),
                1 => format!("2001:db8::{row}"),
                2 => format!("fd00::{row:x}:1"),
                3 => format!("1.2.3.{row}:80"),
                _ => String::from(if row % 2 == 0 { "" } else { "nonsense" }),
            })
            .collect();
        let borrowed: Vec<&str> = texts.iter().map(String::as_str).collect();
        let mut out = Texts::default();
        ips().write(&borrowed, &mut out);
        assert_eq!(out.ends.len(), texts.len());
        let mut start = 0;
        for (text, end) in texts.iter().zip(out.ends) {
            assert_eq!(out.bytes[start..end], *obfuscate(text).as_bytes(), "{text}");
            start = end;
        }
    }

    proptest! {
        #[test]
        fn spelling_of_v6_equals_the_standard_library(groups: [u16; 8], mask: u8) {
            let groups: [u16; 8] = std::array::from_fn(|place| if mask >> place & 1 == 1 { 0 } else { groups[place] });
            let address = Ipv6Addr::from(groups);
            let mut out = Texts::default();
            push_v6(address.into(), &mut out);
            prop_assert_eq!(String::from_utf8(out.bytes).unwrap(), address.to_string());
        }

        #[test]
        fn parse_v6_equals_the_standard_library(text in "[0-9a-fA-F:]{0,20}|([0-9a-f]{1,5}:){0,8}:{0,2}([0-9a-f]{0,4}:?){0,8}|[0-9a-f:]{2,8}[0-9.]{7,15}") {
            let expected = if text.len() < 2 || !text[..text.len().min(5)].contains(':') {
                None
            } else {
                text.parse::<Ipv6Addr>().ok().map(u128::from)
            };
            prop_assert_eq!(parse_v6(&text), expected, "{}", text);
        }

        #[test]
        fn parse_v4_equals_the_standard_library(text in "[0-9]{1,4}(\\.[0-9]{1,4}){2,4}|[0-9.]{1,16}|([0-9]{1,2}\\.){3}[0-9]{1,3}") {
            prop_assert_eq!(parse_v4(text.as_bytes()), text.parse::<Ipv4Addr>().ok().map(u32::from), "{}", text);
        }

        #[test]
        fn reveal_undoes_obfuscation(address: u32, port: u16, length in 12_u8..=32) {
            let ips = ips();
            let address = Ipv4Addr::from(address);
            let network = Ipv4Addr::from(u32::from(address) & !(host_mask(32 - u32::from(length)) as u32));
            for text in [address.to_string(), format!("{address}:{port}"), format!("{address}/{length}"), format!("{network}/{length}")] {
                if let Some(image) = ips.obfuscate(&text) {
                    prop_assert_eq!(ips.reveal(&image), Some(text));
                }
            }
        }

        #[test]
        fn reveal_undoes_obfuscation_of_v6(address: u128, length in 32_u8..=128) {
            let ips = ips();
            for address in [address, address & host_mask(64), 0x2001_0db8 << 96 | address & host_mask(96)] {
                let address = Ipv6Addr::from(address);
                let network = Ipv6Addr::from(u128::from(address) & !host_mask(128 - u32::from(length)));
                for text in [address.to_string(), format!("{address}/{length}"), format!("{network}/{length}")] {
                    if let Some(image) = ips.obfuscate(&text) {
                        prop_assert_eq!(ips.reveal(&image), Some(text));
                    }
                }
            }
        }
    }
}
