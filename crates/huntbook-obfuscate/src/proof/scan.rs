//! The scan of one text: every sensitive spelling in it, also under the usual encodings.

use std::net::Ipv6Addr;

use super::sensitive::{
    Marks, SHORTEST_TOKEN, Sensitive, core_of, entra_object, mac_of, sid_domain,
};
use super::{tokens, views};
use crate::{ip, uuid};

/// An encoded text may hold another so many levels deep.
const DEEPEST: u8 = 4;

/// The shortest token that counts in bytes that are no text: shorter ones stand there by chance.
const SHORTEST_IN_BYTES: usize = 6;

/// The shortest token that counts in compressed bytes of any amount.
const SHORTEST_IN_MANY_BYTES: usize = 8;

/// More bytes than these are many.
const MANY_BYTES: usize = 1 << 20;

/// The shortest encoded text that is decoded, in bytes.
const SHORTEST_BLOB: usize = 4;

/// So many places are tried as the start of an encoded text.
const MOST_STARTS: usize = 32;

/// A sensitive spelling that was found.
pub(super) struct Hit<'t> {
    pub(super) marks: Marks,
    /// The token, in lower case.
    pub(super) token: &'t [u8],
    /// The text that it stands in, in lower case.
    pub(super) text: &'t [u8],
    /// Whether it is the whole text.
    pub(super) is_whole: bool,
    /// The number that was found, which may be there by chance.
    pub(super) number: Option<u64>,
}

/// Finds sensitive spellings in texts; keeps its buffers.
pub(super) struct Scanner<'s> {
    sensitive: &'s Sensitive,
    lower: Vec<u8>,
    cased: Vec<u8>,
    blob: Vec<u8>,
    depth: u8,
    shortest: usize,
}

impl<'s> Scanner<'s> {
    pub(super) fn new(sensitive: &'s Sensitive) -> Self {
        Self {
            sensitive,
            lower: Vec::new(),
            cased: Vec::new(),
            blob: Vec::new(),
            depth: 0,
            shortest: SHORTEST_TOKEN,
        }
    }

    /// Calls `found` with each sensitive spelling in `text`.
    pub(super) fn text(&mut self, text: &str, found: &mut dyn FnMut(&Hit<'_>)) {
        let (mut lower, mut cased) =
            (std::mem::take(&mut self.lower), std::mem::take(&mut self.cased));
        let mut blob = std::mem::take(&mut self.blob);
        tokens::split_case(text, &mut lower, &mut cased);
        self.whole(&lower, found);
        let (mut last_atom, mut last_blob) = ((0, 0), (0, 0));
        tokens::runs(&lower, &mut |set, start, end| match set {
            tokens::ATOM => {
                last_atom = (start, end);
                self.atom(&lower, start, end, found);
            }
            tokens::DASHED if (start, end) != last_atom => self.dashed(&lower, start, end, found),
            tokens::COLONS if (start, end) != last_atom => self.colons(&lower, start, end, found),
            tokens::BASE64 | tokens::BASE64_URL if (start, end) != last_blob => {
                last_blob = (start, end);
                self.blobs(&cased, (start, end), &mut blob, found);
            }
            _ => {}
        });
        self.lower = lower;
        self.cased = cased;
        self.blob = blob;
        if self.depth < DEEPEST {
            for view in [
                views::percent_decoded(text).map(std::borrow::Cow::into_owned),
                views::unescaped(text),
                views::without_entities(text),
            ]
            .into_iter()
            .flatten()
            {
                self.deeper(&view, found);
            }
        }
    }

    /// Calls `found` with each sensitive spelling in `bytes`, as text or between other bytes.
    pub(super) fn bytes(&mut self, bytes: &[u8], found: &mut dyn FnMut(&Hit<'_>)) {
        let mut is_text = false;
        views::texts_of(bytes, &mut |text| {
            is_text = true;
            self.text(text, found);
        });
        if let Ok(value) = <[u8; 16]>::try_from(bytes) {
            let mut mixed = value;
            mixed[..4].reverse();
            mixed[4..6].reverse();
            mixed[6..8].reverse();
            for value in [value, mixed] {
                let spelt = uuid::spell(u128::from_be_bytes(value));
                self.identifier(spelt.as_bytes(), found);
                let spelt = Ipv6Addr::from(value).to_string();
                self.identifier(spelt.as_bytes(), found);
            }
        }
        if !is_text {
            let shortest = self.shortest;
            self.shortest =
                if bytes.len() > MANY_BYTES { SHORTEST_IN_MANY_BYTES } else { SHORTEST_IN_BYTES };
            views::pieces_of(bytes, &mut |text| self.text(text, found));
            self.shortest = shortest;
        }
    }

    fn deeper(&self, text: &str, found: &mut dyn FnMut(&Hit<'_>)) {
        let mut scanner = Scanner::new(self.sensitive);
        scanner.depth = self.depth + 1;
        scanner.shortest = self.shortest;
        scanner.text(text, found);
    }

    fn whole(&self, lower: &[u8], found: &mut dyn FnMut(&Hit<'_>)) {
        let core = core_of(lower);
        let marks = self.sensitive.marks_of(core);
        if marks.is_known() && (self.depth == 0 || !marks.has(Marks::SHORT)) {
            found(&Hit { marks, token: core, text: lower, is_whole: true, number: None });
        }
    }

    fn atom(&self, lower: &[u8], start: usize, end: usize, found: &mut dyn FnMut(&Hit<'_>)) {
        let token = &lower[start..end];
        let marks = self.sensitive.marks_of(token);
        self.sensitive.phrases(lower, (start, end), marks, &mut |end, marks| {
            if end - start >= self.shortest && !is_part_of_dotted(lower, start, end) {
                let token = &lower[start..end];
                found(&Hit { marks, token, text: lower, is_whole: false, number: None });
            }
        });
        if token.len() < self.shortest {
            return;
        }
        if marks.is_known() && !is_part_of_identifier(lower, start, end) {
            found(&Hit {
                marks,
                token,
                text: lower,
                is_whole: token == core_of(lower),
                number: None,
            });
        }
        if token[0].is_ascii_digit() || token[0] >= b'a' && token[0] <= b'f' {
            self.digits(lower, start, end, found);
        }
    }

    /// Reads an atom as a number, an identifier in hexadecimal digits, or a text in those.
    fn digits(&self, lower: &[u8], start: usize, end: usize, found: &mut dyn FnMut(&Hit<'_>)) {
        let token = &lower[start..end];
        let digits = token.strip_prefix(b"0x").unwrap_or(token);
        if digits.len() < SHORTEST_TOKEN || !digits.iter().all(u8::is_ascii_hexdigit) {
            return;
        }
        let text = std::str::from_utf8(digits).unwrap_or_default();
        if !self.sensitive.numbers.is_empty() && !is_part_of_identifier(lower, start, end) {
            let decimal = text.parse::<u64>().ok();
            let hexadecimal = if digits.len() == 8 || digits.len() < token.len() {
                u64::from_str_radix(text, 16).ok()
            } else {
                None
            };
            for number in [decimal, hexadecimal].into_iter().flatten() {
                let number = Some(number);
                found(&Hit { marks: Marks::NONE, token, text: lower, is_whole: false, number });
            }
        }
        match digits.len() {
            12 => self.identifier(digits, found),
            32 => {
                if let Ok(value) = u128::from_str_radix(text, 16) {
                    self.identifier(uuid::spell(value).as_bytes(), found);
                    self.identifier(Ipv6Addr::from(value).to_string().as_bytes(), found);
                }
            }
            _ => {}
        }
        if digits.len() >= 2 * SHORTEST_BLOB
            && self.depth < DEEPEST
            && let Some(bytes) = views::hex_decoded(digits)
        {
            views::texts_of(&bytes, &mut |text| self.deeper(text, found));
        }
    }

    fn dashed(&self, lower: &[u8], start: usize, end: usize, found: &mut dyn FnMut(&Hit<'_>)) {
        let token = &lower[start..end];
        if token.len() == 17 || token.len() == 14 {
            self.mac(token, found);
        }
        // Digits in groups, as those of a telephone or card.
        if (8..=24).contains(&token.len())
            && token.iter().all(|byte| *byte == b'-' || byte.is_ascii_digit())
        {
            let number =
                token.iter().filter(|byte| **byte != b'-').try_fold(0_u64, |number, digit| {
                    number.checked_mul(10)?.checked_add(u64::from(digit - b'0'))
                });
            found(&Hit { marks: Marks::NONE, token, text: lower, is_whole: false, number });
        }
        if token.len() < 16 {
            return;
        }
        // A UUID may stand among other things that dashes join.
        for from in 0..token.len().saturating_sub(35) {
            if token[from + 8] == b'-'
                && token[from + 23] == b'-'
                && (from == 0 || token[from - 1] == b'-')
                && token.get(from + 36).is_none_or(|byte| *byte == b'-')
            {
                self.identifier(&token[from..from + 36], found);
            }
        }
        if let Some(at) = memchr::memmem::find(token, b"s-1-")
            && let Ok(text) = std::str::from_utf8(&token[at..])
        {
            if let Some((domain, _)) = sid_domain(text) {
                self.identifier(domain.as_bytes(), found);
            }
            if let Some(object) = entra_object(text) {
                self.identifier(uuid::spell(object).as_bytes(), found);
            }
        }
    }

    fn colons(&self, lower: &[u8], start: usize, end: usize, found: &mut dyn FnMut(&Hit<'_>)) {
        let token = &lower[start..end];
        if matches!(token.len(), 14 | 17) {
            self.mac(token, found);
        }
        if memchr::memchr(b':', token).is_none() {
            return;
        }
        // `::` at an end belongs to an address.
        let from = if lower[..start].ends_with(b"::") { start - 2 } else { start };
        let to = if lower[end..].starts_with(b"::") { end + 2 } else { end };
        let text = std::str::from_utf8(&lower[from..to]).unwrap_or_default();
        let Ok(address) = text.parse::<Ipv6Addr>() else { return };
        self.identifier(address.to_string().as_bytes(), found);
        let embedded = address.to_ipv4_mapped().or_else(|| {
            (address.segments()[..6] == [0x64, 0xff9b, 0, 0, 0, 0])
                .then(|| std::net::Ipv4Addr::from(u128::from(address) as u32))
        });
        if let Some(address) = embedded {
            self.identifier(address.to_string().as_bytes(), found);
        }
    }

    fn mac(&self, token: &[u8], found: &mut dyn FnMut(&Hit<'_>)) {
        if let Some(address) = mac_of(token) {
            self.identifier(format!("{address:012x}").as_bytes(), found);
        }
    }

    /// Looks up an identifier in its canonical spelling.
    fn identifier(&self, spelt: &[u8], found: &mut dyn FnMut(&Hit<'_>)) {
        let marks = self.sensitive.marks_of(spelt);
        if marks.has(Marks::TYPED) {
            found(&Hit { marks, token: spelt, text: spelt, is_whole: false, number: None });
        }
    }

    /// Decodes a run of an alphabet of base64, as a whole and from each place where it may begin.
    fn blobs(
        &self,
        cased: &[u8],
        (start, end): (usize, usize),
        blob: &mut Vec<u8>,
        found: &mut dyn FnMut(&Hit<'_>),
    ) {
        if end - start < SHORTEST_BLOB * 4 / 3 || self.depth >= DEEPEST {
            return;
        }
        let mut from = start;
        // `+`, `/`, `-` and `_` at the start belong to the blob or to what is around it.
        let is_mark = |byte: &u8| matches!(byte, b'+' | b'/' | b'-' | b'_');
        if from > 0 && is_mark(&cased[from - 1]) {
            self.blob(&cased[from - 1..end], blob, found);
        }
        for _ in 0..MOST_STARTS {
            self.blob(&cased[from..end], blob, found);
            let marks = cased[from..end].iter().position(|byte| *byte == b'=' || is_mark(byte));
            let Some(next) = marks else { break };
            from += next + 1;
            if end - from < SHORTEST_BLOB * 4 / 3 {
                break;
            }
        }
    }

    fn blob(&self, encoded: &[u8], blob: &mut Vec<u8>, found: &mut dyn FnMut(&Hit<'_>)) {
        if encoded.len() % 4 == 1 && !encoded.contains(&b'=') {
            return;
        }
        views::base64_decoded(encoded, blob);
        if blob.len() < SHORTEST_BLOB {
            return;
        }
        let mut is_text = false;
        views::texts_of(blob, &mut |text| {
            is_text = true;
            self.deeper(text, found);
        });
        if !is_text && views::holds_text(blob) {
            let mut scanner = Scanner::new(self.sensitive);
            scanner.depth = self.depth + 1;
            scanner.bytes(blob, found);
        }
    }
}

/// Whether the token is a group of a UUID, security identifier or address, and no label.
fn is_part_of_identifier(lower: &[u8], start: usize, end: usize) -> bool {
    let grown = |joiners: &[u8]| {
        let is_inside = |byte: &u8| tokens::is_word(*byte) || joiners.contains(byte);
        let from = lower[..start].iter().rposition(|byte| !is_inside(byte)).map_or(0, |at| at + 1);
        let to = lower[end..].iter().position(|byte| !is_inside(byte));
        std::str::from_utf8(&lower[from..to.map_or(lower.len(), |at| end + at)]).unwrap_or_default()
    };
    let own = &lower[start..end];
    let dashed = grown(b"-");
    let is_dashed = dashed.len() > own.len()
        && (dashed.starts_with("s-1-") || uuid::parse(dashed.trim_matches('-')).is_some());
    let colons = grown(b":.");
    is_dashed
        || colons.len() > own.len() && (ip::is_ip(colons) || mac_of(colons.as_bytes()).is_some())
        || mac_of(dashed.as_bytes()).is_some() && dashed.len() > own.len()
}

/// Whether an IPv4 address is a piece of a longer number with dots, such as a version.
fn is_part_of_dotted(lower: &[u8], start: usize, end: usize) -> bool {
    let is_address = lower[start..end].iter().all(|byte| byte.is_ascii_digit() || *byte == b'.');
    is_address
        && (matches!(lower[..start], [.., b'0'..=b'9', b'.'])
            || matches!(lower[end..], [b'.', b'0'..=b'9', ..]))
}
