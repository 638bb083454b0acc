//! The scanner: one pass over a text, from one atom to the next.
//!
//! An *atom* is a run of bytes without blanks, quotes, brackets, commas and controls. What is found in an
//! atom is replaced; all else is copied as it is.

use super::class::{self, AT, BACKSLASH, COLON, DIGIT, DOT, JOINER, MARK, PERCENT, SLASH, WORD};
use super::{FreeText, REDACTED, candidates, credentials, encodings, word};
use crate::label::Gap;
use crate::memo::{self, Memo};
use crate::settings::{Times, Words};
use crate::time_text::TimeText;
use crate::transform::Texts;
use crate::{Kind, content, token};

/// Encodings inside encodings are gone into so many times.
const MOST_ENCODINGS: u8 = 3;

/// Finders look no further than this from where they begin, so that their work grows with the text only.
const REACH: usize = 1 << 11;

/// Digit strings of so many digits or more may identify somebody.
const LONG_NUMBER: usize = 7;

/// Dotted names of more parts are not looked up among learnt labels.
const MOST_DOTS: usize = 4;

/// Goes over one text.
pub(super) struct Scan<'s, 't, 'w> {
    pub(super) free: &'s FreeText,
    pub(super) text: &'t str,
    pub(super) bytes: &'t [u8],
    pub(super) out: &'s mut Texts,
    pub(super) gaps: &'s mut Vec<Gap<'t>>,
    /// Told each sensitive part that is found.
    pub(super) watch: Option<&'w mut (dyn FnMut(&str) + 'w)>,
    /// Images of what came before.
    pub(super) known: Option<&'s mut Memo>,
    /// Up to where the text has been written.
    pub(super) written: usize,
    /// How many encodings surround the text.
    pub(super) depth: u8,
    /// Where the next credential stands that a word before it announced.
    pub(super) secret: (usize, usize),
    /// How many bytes may still be looked at for encodings.
    pub(super) effort: usize,
}

impl Scan<'_, '_, '_> {
    pub(super) fn all(mut self) {
        let mut at = 0;
        while at < self.bytes.len() {
            if at == self.secret.0 && at < self.secret.1 {
                at = self.redact(at, self.secret.1);
                continue;
            }
            if class::of(self.bytes[at]) == 0 {
                at += 1;
                continue;
            }
            let start = at;
            let mut features = 0;
            while at < self.bytes.len() {
                let class = class::of(self.bytes[at]);
                if class == 0 {
                    break;
                }
                features |= class;
                at += 1;
            }
            at = self.atom(start, at, features);
        }
        self.keep_to(self.bytes.len());
    }

    /// Goes over an atom; returns where to go on.
    fn atom(&mut self, start: usize, end: usize, features: u16) -> usize {
        let is_plain = features & !(WORD | JOINER | MARK) == 0
            && features & DIGIT == 0
            && end - start < encodings::SHORTEST
            && !self.bytes[start..].starts_with(b"-----");
        let mut at = start;
        while at < end {
            if at == self.secret.0 && at < self.secret.1 {
                return self.redact(at, self.secret.1);
            }
            if let Some(next) = self.time(at, is_plain) {
                at = next;
                continue;
            }
            if !is_plain && let Some(next) = self.typed(at, end, features) {
                at = next;
                continue;
            }
            if let Some((from, to)) = credentials::joined(self.text, at) {
                return self.redact(from, to);
            }
            let next = self.word(at);
            // The value of a field or switch comes later; what stands before it is not hidden.
            if self.secret.1 <= at
                && let Some(secret) = credentials::announced(self.text, at, next)
                && secret.0 >= next
            {
                self.secret = secret;
            }
            at = next;
        }
        at
    }

    /// Replaces what is of a kind of its own at `at`; returns where it ends.
    fn typed(&mut self, at: usize, atom: usize, features: u16) -> Option<usize> {
        let (text, bytes) = (self.text, self.bytes);
        let atom = atom.min(at + REACH);
        let byte = bytes[at];
        let has = |class: u16| features & class != 0;
        if class::of(byte) & WORD == 0 {
            return self.typed_at_mark(at, atom, byte);
        }
        if has(COLON)
            && has(SLASH)
            && let Some(end) = self.url(at, atom)
        {
            return Some(end);
        }
        if has(COLON | SLASH | BACKSLASH)
            && let Some(end) = self.path(at, atom)
        {
            return Some(end);
        }
        if byte.is_ascii_digit()
            && has(DOT)
            && let Some(end) = candidates::ipv4_end(bytes, at)
        {
            return Some(self.replace(at, end, Kind::Ip));
        }
        if byte.is_ascii_hexdigit() {
            if has(COLON) {
                if let Some(end) = credentials::hash_pair_end(bytes, at) {
                    return Some(self.redact(at, end));
                }
                if let Some(end) = candidates::ipv6_end(text, at) {
                    return Some(self.replace(at, end, Kind::Ip));
                }
            }
            if has(COLON | JOINER | DOT)
                && let Some(end) = candidates::mac_end(bytes, at)
            {
                return Some(self.replace(at, end, Kind::Mac));
            }
            if has(JOINER)
                && let Some(end) = candidates::uuid_end(text, at)
            {
                return Some(self.replace(at, end, Kind::Uuid));
            }
        }
        if has(JOINER)
            && let Some(end) = candidates::sid_end(text, at)
        {
            return Some(self.replace(at, end, Kind::Sid));
        }
        if has(COLON)
            && byte | 0x20 == b'a'
            && let Some(end) = candidates::resource_end(bytes, at, atom)
        {
            return Some(self.replace(at, end, Kind::Resource));
        }
        if let Some(end) = credentials::evident_end(bytes, at) {
            return Some(self.redact(at, end));
        }
        if has(AT)
            && let Some(end) = candidates::email_end(bytes, at, atom)
        {
            return Some(self.replace(at, end, Kind::Account));
        }
        if has(PERCENT)
            && let Some(end) = self.percent(at)
        {
            return Some(end);
        }
        if has(BACKSLASH)
            && let Some(end) = candidates::account_end(text, at, atom)
        {
            return Some(self.replace(at, end, Kind::Account));
        }
        if has(DOT)
            && let Some(end) = candidates::host_end(text, at)
        {
            return Some(self.replace(at, end, Kind::Host));
        }
        if byte.is_ascii_digit()
            && let Some(end) = long_number_end(bytes, at)
        {
            return Some(self.replace(at, end, Kind::Number));
        }
        if atom - at >= encodings::SHORTEST { self.encoded(at) } else { None }
    }

    /// What begins with a mark: a path, an address, a private key, an encoded byte.
    fn typed_at_mark(&mut self, at: usize, atom: usize, byte: u8) -> Option<usize> {
        let (text, bytes) = (self.text, self.bytes);
        match byte {
            b'\\' | b'/' => {
                if at > 0 && class::of(bytes[at - 1]) & (WORD | SLASH | BACKSLASH | COLON) != 0 {
                    return None;
                }
                if byte == b'/'
                    && let Some(end) = candidates::resource_end(bytes, at, atom)
                {
                    return Some(self.replace(at, end, Kind::Resource));
                }
                if byte == b'/'
                    && bytes[at..].starts_with(b"//4")
                    && let Some(end) = self.encoded(at)
                {
                    return Some(end);
                }
                self.path(at, atom)
            }
            b':' if bytes.get(at + 1) == Some(&b':') => {
                let end = candidates::ipv6_end(text, at)?;
                Some(self.replace(at, end, Kind::Ip))
            }
            b'-' if bytes[at..].starts_with(b"-----BEGIN ") => {
                let (from, to) = credentials::key_block(text, at)?;
                Some(self.redact(from, to))
            }
            b'%' => self.percent(at),
            _ => None,
        }
    }

    fn url(&mut self, at: usize, atom: usize) -> Option<usize> {
        let (authority, end) = candidates::url(self.bytes, at, atom)?;
        // The query of a URL with credentials is read as text.
        let end = match memchr::memchr(b'?', &self.bytes[authority..end]) {
            Some(query) if credentials::is_in_query(&self.text[authority + query + 1..end]) => {
                authority + query
            }
            _ => end,
        };
        let host =
            authority + self.text[authority..end].find(['/', '?', '#']).unwrap_or(end - authority);
        let Some(sign) =
            memchr::memrchr(b'@', &self.bytes[authority..host]).map(|sign| authority + sign)
        else {
            return self.replace_unless_learned(at, end, Kind::Url);
        };
        let user = authority
            + memchr::memchr(b':', &self.bytes[authority..sign]).unwrap_or(sign - authority);
        if user > authority {
            self.label(authority, user);
        }
        if user + 1 < sign {
            self.redact(user + 1, sign);
        }
        self.keep_to(sign + 1);
        // The rest is obfuscated as it is without the user.
        let scheme = &self.text[at..authority];
        let bare = format!("{scheme}{}", &self.text[sign + 1..end]);
        let image = self.free.value(Kind::Url, &bare);
        self.watch_typed(Kind::Url, &bare);
        self.out.push(image.strip_prefix(scheme).unwrap_or(&image).as_bytes());
        self.written = end;
        Some(end)
    }

    fn path(&mut self, at: usize, atom: usize) -> Option<usize> {
        let end = candidates::path_end(self.text, at, atom)?;
        let end = self.replace_unless_learned(at, end, Kind::Path)?;
        // The offset into a module stays.
        let is_offset = self.bytes.get(end) == Some(&b'+');
        let digits =
            self.bytes[end..].iter().skip(1).take_while(|byte| byte.is_ascii_hexdigit()).count();
        let stays = is_offset && digits <= 8 && !class::is_at(self.bytes, end + 1 + digits, WORD);
        Some(if stays { end + 1 + digits } else { end })
    }

    /// Keeps or shifts a time with a date that begins at `at`; returns where it ends.
    ///
    /// Where times stay, what words and short numbers are made of stays as it is: only digits can begin what needs a
    /// look.
    fn time(&mut self, at: usize, is_plain: bool) -> Option<usize> {
        let is_shifted = self.free.settings.times == Times::Shift;
        (is_shifted || !is_plain && self.bytes[at].is_ascii_digit()).then_some(())?;
        let is_inside = at > 0 && class::is_at(self.bytes, at - 1, WORD);
        (!is_inside && self.text.is_char_boundary(at)).then_some(())?;
        let time = TimeText::leading(&self.text[at..])?;
        let end = at + time.length;
        // What is joined to a time is no part of it.
        let is_joined = class::is_at(self.bytes, end, WORD);
        let end = if is_joined { at + time.date_end() } else { end };
        (self.secret.1 <= at || self.secret.0 >= end).then_some(())?;
        Some(if is_shifted { self.replace(at, end, Kind::Timestamp) } else { end })
    }

    /// Replaces text in base64 or hexadecimal digits by its image in the same encoding, other bytes by a token.
    fn encoded(&mut self, at: usize) -> Option<usize> {
        let text = self.text;
        (self.effort > 0).then_some(())?;
        let run = encodings::run(self.bytes, at)?;
        self.effort = self.effort.saturating_sub(run.end - at);
        if word::run(text, at, |_, _| false)
            .is_some_and(|name| name.is_public && name.end >= run.end)
        {
            return None;
        }
        let raw = &text[at..run.end];
        if self.depth < MOST_ENCODINGS
            && let Some(decoded) = run.decode(text, at)
        {
            let image = self.inner(&decoded.text);
            if image != decoded.text {
                self.own(at, run.end, &encodings::encode(&image, decoded.encoding));
            }
            return Some(run.end);
        }
        if content::is_hash(raw) {
            return Some(self.replace(at, run.end, Kind::Hash));
        }
        if run.is_hex(at) {
            let image = format!("{:032x}", self.free.blob(raw));
            self.watch_part(raw);
            self.own(at, run.end, &image);
            return Some(run.end);
        }
        if run.is_binary(at) {
            self.watch_part(raw);
            let image = token::spell(self.free.blob(raw));
            self.keep_to(at);
            self.out.push(&image);
            self.written = run.end;
            return Some(run.end);
        }
        None
    }

    /// Replaces text in percent signs by its image in percent signs.
    fn percent(&mut self, at: usize) -> Option<usize> {
        (self.effort > 0).then_some(())?;
        let run = encodings::percent_run(self.bytes, at)?;
        self.effort = self.effort.saturating_sub(run.end - at);
        let end = run.end;
        run.is_encoded.then_some(())?;
        let raw = &self.text[at..end];
        match encodings::percent_decode(raw).filter(|_| self.depth < MOST_ENCODINGS) {
            Some(decoded) => {
                let image = self.inner(&decoded);
                if image != decoded {
                    self.own(at, end, &encodings::percent_encode(&image, raw));
                }
            }
            None => self.label(at, end),
        }
        Some(end)
    }

    /// The image of a text inside an encoding.
    fn inner(&mut self, text: &str) -> String {
        let watch = self.watch.as_mut().map(|watch| &mut **watch as &mut (dyn FnMut(&str) + '_));
        self.free.obfuscate_watched(text, self.depth + 1, watch)
    }

    /// Replaces what stands between two places through the map of `kind`; returns `to`.
    fn replace(&mut self, from: usize, to: usize, kind: Kind) -> usize {
        let text = &self.text[from..to];
        self.keep_to(from);
        self.watch_typed(kind, text);
        self.written = to;
        let Some(transform) = self.free.transforms.of(kind) else { return to };
        let from = self.out.bytes.len();
        let place = kind as usize;
        match &mut self.known {
            Some(known) if kind != Kind::Ip && text.len() <= memo::LONGEST => {
                let (slot, is_known) = known.find(place, text);
                if is_known {
                    self.out.push(known.image(slot));
                } else {
                    transform.write(&[text], self.out);
                    self.out.ends.pop();
                    let image = &self.out.bytes[from..];
                    known.put(slot, place, text, |out| out.extend_from_slice(image));
                }
            }
            _ => {
                transform.write(&[text], self.out);
                self.out.ends.pop();
            }
        }
        to
    }

    /// The same; `None` if it holds a learnt label that only the rules of words hide.
    fn replace_unless_learned(&mut self, from: usize, to: usize, kind: Kind) -> Option<usize> {
        (!self.free.holds_learned(&self.text[from..to])).then(|| self.replace(from, to, kind))
    }

    /// Replaces what stands between two places by the mark of a credential; returns `to`.
    fn redact(&mut self, from: usize, to: usize) -> usize {
        self.watch_part(&self.text[from..to]);
        self.own(from, to, REDACTED);
        to
    }

    fn own(&mut self, from: usize, to: usize, image: &str) {
        self.keep_to(from);
        self.out.push(image.as_bytes());
        self.written = to;
    }

    fn watch_part(&mut self, part: &str) {
        if let Some(watch) = &mut self.watch {
            watch(part);
        }
    }

    fn watch_typed(&mut self, kind: Kind, text: &str) {
        if let Some(watch) = &mut self.watch
            && let Some(transform) = self.free.transforms.of(kind)
            && !transform.is_public(text)
        {
            transform.sensitive_parts(text, &mut **watch);
        }
    }

    /// Goes over the name at `at`, or over one character if there is none.
    pub(super) fn word(&mut self, at: usize) -> usize {
        if class::of(self.bytes[at]) & WORD == 0 {
            return at + 1;
        }
        let learned = &*self.free.learned;
        let is_learned = |from: usize, to: usize| learned.is_public(&self.text[from..to]);
        let Some(run) = word::run(self.text, at, is_learned) else {
            return at + self.text[at..].chars().next().map_or(1, char::len_utf8);
        };
        let stays = run.is_public || self.free.settings.words == Words::All;
        if !learned.is_empty()
            && let Some(end) = self.learned_end(at, run.end, stays)
        {
            self.label(at, end);
            return end;
        }
        if !stays {
            self.label(at, run.end);
        }
        run.end
    }

    /// Where the longest learnt label ends that begins at `at`: the name that ends at `end`, or that and more behind
    /// dots. A name that does not stay alone is not looked up.
    fn learned_end(&self, at: usize, end: usize, stays: bool) -> Option<usize> {
        let is_learned = stays && self.free.learned.contains(&self.text[at..end]);
        let mut longest = is_learned.then_some(end);
        let mut end = end;
        for _ in 0..MOST_DOTS {
            if self.bytes.get(end) != Some(&b'.') || !class::is_at(self.bytes, end + 1, WORD) {
                break;
            }
            let Some(next) = word::run(self.text, end + 1, |_, _| false) else { break };
            end = next.end;
            if self.free.learned.contains(&self.text[at..end]) {
                longest = Some(end);
            }
        }
        longest
    }

    /// Replaces what stands between two places by the token of its label.
    pub(super) fn label(&mut self, from: usize, to: usize) {
        self.keep_to(from);
        let label = &self.text[from..to];
        if let Some(watch) = &mut self.watch {
            watch(label);
        }
        self.gaps.push(Gap { at: self.out.bytes.len(), label });
        self.out.bytes.extend_from_slice(&[b'a'; token::LENGTH]);
        self.written = to;
    }

    /// Copies the text up to `to`.
    pub(super) fn keep_to(&mut self, to: usize) {
        self.out.push(&self.bytes[self.written..to]);
        self.written = to;
    }
}

/// Where a number of many digits ends that begins at `at`; one that is joined to a name is part of it.
fn long_number_end(bytes: &[u8], at: usize) -> Option<usize> {
    let digits = bytes[at..].iter().take_while(|byte| byte.is_ascii_digit()).count();
    let end = at + digits;
    let is_joined = class::is_at(bytes, end, WORD)
        || class::is_at(bytes, end, JOINER) && class::is_at(bytes, end + 1, WORD);
    ((LONG_NUMBER..32).contains(&digits) && !is_joined).then_some(end)
}
