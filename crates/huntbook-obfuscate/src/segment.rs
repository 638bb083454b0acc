//! Segments: what stands between the separators of paths, URLs and resource identifiers.
//!
//! A public name stays. An identifier (SID, UUID, address, hash, e-mail address) goes through the map of
//! its kind. A file name keeps its public extension; its stem stays if all its words are public, and is
//! one label if not. A version or a number of up to four digits stays.

use std::sync::Arc;

use crate::account::{self, Accounts};
use crate::host::{self, Hosts, token_text};
use crate::ip::{self, Ips};
use crate::label::{Composition, LabelTokens};
use crate::public_names::{self, EXTENSIONS, SEGMENTS, URL_WORDS};
use crate::sid::Sids;
use crate::string::StringTokens;
use crate::text;
use crate::transform::{Texts, Transform};
use crate::uuid::{self, Uuids};

/// Which words of a segment are public.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Words {
    /// Those of paths.
    Path,
    /// Those of paths and of URLs.
    Url,
}

impl Words {
    fn contain(self, word: &str) -> bool {
        SEGMENTS.contains(word) || self == Self::Url && URL_WORDS.contains(word)
    }

    /// Whether `stem` is put together from public words, with at most four digits among them, and is no
    /// name with a number (`DESKTOP-7`).
    fn contain_all(self, stem: &str) -> bool {
        if text::is_numbered_name(stem) {
            return false;
        }
        let (mut words, mut digits) = (0, 0);
        for word in stem.split([' ', '-', '_', '.', '(', ')']) {
            if word.is_empty() {
                continue;
            }
            if word.bytes().all(|byte| byte.is_ascii_digit()) {
                digits += word.len();
            } else if self.contain(word) || public_names::is_numbered(word) {
                words += 1;
            } else {
                return false;
            }
        }
        words > 0 && digits <= 4
    }
}

/// The maps that segments go through.
pub(crate) struct Segments {
    pub(crate) labels: Arc<LabelTokens>,
    pub(crate) hosts: Arc<Hosts>,
    pub(crate) accounts: Arc<Accounts>,
    pub(crate) sids: Arc<Sids>,
    pub(crate) uuids: Arc<Uuids>,
    pub(crate) ips: Arc<Ips>,
    pub(crate) hashes: Arc<dyn Transform>,
    pub(crate) numbers: Arc<dyn Transform>,
    pub(crate) strings: Arc<StringTokens>,
}

impl Segments {
    /// Composes one segment, which holds no separator.
    pub(crate) fn compose(&self, segment: &str, words: Words, out: &mut Composition) {
        if segment.is_empty()
            || words.contain(segment)
            || is_version(segment)
            || public_names::is_numbered(segment)
        {
            out.keep(segment);
        } else if self.identifier(segment, out) || self.embedded(segment, words, out) {
        } else if let Some((stem, dot_extension)) = split_extension(segment) {
            self.stem(stem, words, out);
            out.keep(dot_extension);
        } else if segment.contains('.') && host::is_fqdn(segment) {
            self.hosts.compose(segment, out);
        } else {
            self.stem(segment, words, out);
        }
    }

    /// Composes a segment that names a user.
    pub(crate) fn user(&self, segment: &str, out: &mut Composition) {
        if segment.is_empty() || public_names::is_shared_folder(segment) {
            out.keep(segment);
        } else if !self.identifier(segment, out) {
            out.label(segment);
        }
    }

    /// Composes what stands before an extension, or a segment without one.
    fn stem(&self, stem: &str, words: Words, out: &mut Composition) {
        if words.contain_all(stem) || is_version(stem) {
            out.keep(stem);
            return;
        }
        if self.identifier(stem, out) || self.embedded(stem, words, out) {
            return;
        }
        // `.gitconfig`, `BOBSMI~1`
        let (dot, rest) = stem.split_at(usize::from(stem.starts_with('.') && stem.len() > 1));
        let (rest, short) = rest.split_at(short_name_mark(rest).unwrap_or(rest.len()));
        out.keep(dot);
        out.label(rest);
        out.keep(short);
    }

    /// Composes `text` if it is an identifier, and tells whether.
    pub(crate) fn identifier(&self, text: &str, out: &mut Composition) -> bool {
        let bytes = text.as_bytes();
        if let [b'S' | b's', b'-', b'1', b'-', ..] = bytes {
            let (sid, rest) = text.split_at(text.find('_').unwrap_or(text.len()));
            if (rest.is_empty() || rest.eq_ignore_ascii_case("_classes"))
                && let Some(image) = self.sids.obfuscate(sid)
            {
                out.image(sid, &image);
                out.keep(rest);
                return true;
            }
        }
        let has = |byte| memchr::memchr(byte, bytes).is_some();
        let is_hexadecimal = || bytes.iter().all(u8::is_ascii_hexdigit);
        if (33..=45).contains(&bytes.len()) && self.uuids.compose(text, out) {
        } else if matches!(bytes.len(), 32 | 40 | 56 | 64 | 96 | 128) && is_hexadecimal() {
            image(&*self.hashes, text, out);
        } else if bytes
            .first()
            .is_some_and(|first| first.is_ascii_hexdigit() || matches!(first, b':' | b'['))
            && memchr::memchr2(b'.', b':', bytes).is_some()
            && ip::is_ip(text)
            && let Some(address) = self.ips.obfuscate(text)
        {
            out.image(text, &address);
        } else if has(b'@') && account::is_upn(text) {
            self.accounts.compose(text, out);
        } else {
            return false;
        }
        true
    }

    /// Composes a segment that holds a UUID in braces, or begins or ends with one, and tells whether.
    fn embedded(&self, segment: &str, words: Words, out: &mut Composition) -> bool {
        const LENGTH: usize = 36;
        const JOINTS: [char; 5] = ['-', '_', '.', '~', '@'];
        let is_uuid = |from: usize, to: usize| {
            segment.get(from..to).is_some_and(|text| uuid::parse(text).is_some())
        };
        if segment.len() <= LENGTH {
            return false;
        }
        let place = segment
            .match_indices('{')
            .map(|(from, _)| (from, from + LENGTH + 2))
            .chain([(0, LENGTH), (segment.len() - LENGTH, segment.len())])
            .find(|(from, to)| {
                is_uuid(*from, *to)
                    && (segment[*from..].starts_with('{')
                        || segment[..*from].ends_with(JOINTS)
                        || segment[*to..].starts_with(JOINTS))
            });
        let Some((from, to)) = place else { return false };
        self.remainder(&segment[..from], words, out);
        let uuid = &segment[from..to];
        out.image(uuid, &self.uuids.obfuscate(uuid).expect("it was just read as one"));
        self.remainder(&segment[to..], words, out);
        true
    }

    /// Composes what stands beside an identifier.
    fn remainder(&self, rest: &str, words: Words, out: &mut Composition) {
        let is_joint = |letter: char| matches!(letter, '-' | '_' | '.' | '~' | '@');
        let inner = rest.trim_start_matches(is_joint);
        out.keep(&rest[..rest.len() - inner.len()]);
        let bare = inner.trim_end_matches(is_joint);
        if EXTENSIONS.contains(bare) {
            out.keep(bare);
        } else {
            self.compose(bare, words, out);
        }
        out.keep(&inner[bare.len()..]);
    }

    /// Replaces `text` by one token that depends on its case, too.
    pub(crate) fn token(&self, text: &str, out: &mut Composition) {
        out.image(text, token_text(&self.strings.token(text)));
    }

    /// What `compose` makes, as a text of its own.
    pub(crate) fn render(
        &self,
        out: &mut Composition,
        compose: impl FnOnce(&mut Composition),
    ) -> String {
        let mut inner = out.fresh();
        compose(&mut inner);
        out.adopt(&mut inner);
        self.labels.text(&inner)
    }
}

/// Appends the image of `text` under `map`.
pub(crate) fn image(map: &dyn Transform, text: &str, out: &mut Composition) {
    let mut image = Texts::default();
    map.write(&[text], &mut image);
    let image = String::from_utf8(image.bytes).expect("a transform puts together whole texts");
    out.image(text, &image);
}

/// Splits before the dot of a public extension, or before both dots of two, as in `x.tar.gz`.
fn split_extension(segment: &str) -> Option<(&str, &str)> {
    let dot_of = |text: &str| {
        let dot = text.rfind('.')?;
        (dot > 0 && EXTENSIONS.contains(&text[dot + 1..])).then_some(dot)
    };
    let dot = dot_of(segment)?;
    let dot = dot_of(&segment[..dot]).unwrap_or(dot);
    Some(segment.split_at(dot))
}

/// Where `~1` begins in the short name of a file.
fn short_name_mark(stem: &str) -> Option<usize> {
    let tilde = stem.rfind('~')?;
    let number = &stem[tilde + 1..];
    let is_number =
        (1..=2).contains(&number.len()) && number.bytes().all(|byte| byte.is_ascii_digit());
    (is_number && tilde > 0).then_some(tilde)
}

/// Whether `text` is a version such as `v4.0.30319`, or a number of up to four digits.
fn is_version(text: &str) -> bool {
    let numbers = text.strip_prefix(['v', 'V']).unwrap_or(text);
    if numbers.len() > 16 || !numbers.starts_with(|first: char| first.is_ascii_digit()) {
        return false;
    }
    let mut count = 0;
    for number in numbers.split('.') {
        let most = if count == 0 && numbers.contains('.') { 3 } else { 5 };
        if number.is_empty()
            || number.len() > most
            || !number.bytes().all(|byte| byte.is_ascii_digit())
        {
            return false;
        }
        count += 1;
    }
    match count {
        1 => numbers.len() <= 4,
        4 => !ip::is_ip(numbers),
        _ => count < 4,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_and_short_numbers_stay_but_addresses_and_long_numbers_do_not() {
        for text in ["v4.0.30319", "1033", "v1", "2.0", "10.0.19041.1023", "120.0.6099.130"] {
            assert!(is_version(text), "{text}");
        }
        for text in ["10.0.0.1", "12345", "v", "", "1..2", "2024.11.24", "1.2.3.4.5", "1.2b"] {
            assert!(!is_version(text), "{text}");
        }
    }

    #[test]
    fn extension_is_split_off_if_it_is_public() {
        assert_eq!(split_extension("x.docx"), Some(("x", ".docx")));
        assert_eq!(split_extension("x.tar.gz"), Some(("x", ".tar.gz")));
        assert_eq!(split_extension("x.contoso"), None);
        assert_eq!(split_extension(".zip"), None);
    }

    #[test]
    fn stems_stay_if_all_their_words_are_public() {
        assert!(Words::Path.contain_all("Windows Update"));
        assert!(!Words::Path.contain_all("bob update") && !Words::Path.contain_all("555-1234"));
    }

    #[test]
    fn words_joined_to_a_number_are_a_name_unless_they_count_what_is_public() {
        for name in ["DESKTOP-7", "server_12", "Windows Server-2", "web-server-01"] {
            assert!(!Words::Path.contain_all(name), "{name}");
        }
        for name in ["Windows-10", "Windows 10", "update (2)"] {
            assert!(Words::Path.contain_all(name), "{name}");
        }
    }
}
