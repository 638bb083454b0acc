//! The search set: hashes of all that must not survive.
//!
//! A value adds itself, its labels, and the other spellings of what it identifies. A spelling of more
//! than one *atom* (a run of letters and digits) is found by its first atom and its length.

use std::hash::BuildHasher;
use std::net::{Ipv4Addr, Ipv6Addr};

use foldhash::quality::FixedState;
use hashbrown::{HashMap, HashSet};
use rayon::prelude::*;

use super::numbers::Numbers;
use super::tokens;
use crate::public_names::{self, AWS_SERVICES};
use crate::transform::{CHUNK, NEVER, Texts, Transform, canonical_identifier, is_placeholder};
use crate::{Kind, content, ip, sid, text, uuid, vocabulary, well_known};

/// Shorter values and labels are looked for as whole cells only: they stand in any text by chance.
pub(super) const SHORTEST_TOKEN: usize = 4;

/// Shorter ones say nothing even as whole cells.
const SHORTEST_CELL: usize = 3;

/// Longer spellings are looked for as whole cells only; their labels are looked for anyway.
const LONGEST_PHRASE: usize = 127;

/// So many values are held at once until they are learnt.
const LEARNT_AT_ONCE: usize = 1 << 15;

/// What a hash in the search set stands for; a set of bits.
#[derive(Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Marks(u8);

impl Marks {
    pub(super) const NONE: Self = Self(0);
    /// A value of a typed column, or a label of one.
    pub(super) const TYPED: Self = Self(1);
    /// A value of a column of plain text, which may be a word that kept columns use, too.
    pub(super) const TEXT: Self = Self(1 << 1);
    /// A label that is a public word, too.
    pub(super) const WORD: Self = Self(1 << 2);
    /// The name of a user that is a public word, too.
    pub(super) const USER_WORD: Self = Self(1 << 3);
    /// A label that counts as a whole cell only.
    pub(super) const SHORT: Self = Self(1 << 4);
    /// A value that a permutation may reach from another one by chance.
    pub(super) const DENSE: Self = Self(1 << 5);
    /// The first atom of a longer spelling.
    const START: Self = Self(1 << 6);

    pub(super) const fn has(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// Whether anything is known but that longer spellings begin so.
    pub(super) const fn is_known(self) -> bool {
        self.0 & !Self::START.0 != 0
    }

    const fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

type Hashed<V> = HashMap<u64, V, FixedState>;

/// The hashes of all that must not survive.
#[derive(Default)]
pub(super) struct Sensitive {
    hasher: FixedState,
    marks: Hashed<Marks>,
    /// The lengths of the spellings that begin with an atom, as a set of bits.
    lengths: Hashed<u128>,
    /// Numbers that identify something, which other numbers equal by chance.
    pub(super) numbers: Numbers,
    /// Outputs of permutations of dense ranges, which stand in reports on purpose.
    images: HashSet<u64, FixedState>,
    /// The values learnt, so that each is learnt once, and whether they are public.
    learnt: Hashed<bool>,
}

/// What one value teaches.
pub(super) struct Lesson {
    hash: u64,
    pub(super) kind: Kind,
    value: String,
    is_public: bool,
    parts: Vec<String>,
}

/// What some values teach; each value once.
#[derive(Default)]
pub(super) struct Lessons {
    pub(super) lessons: Vec<Lesson>,
    /// The values in `lessons`, and whether they are public.
    known: Hashed<bool>,
}

impl Lessons {
    /// Adds what `value` of `kind` teaches beyond `sensitive`; returns whether it is not public.
    pub(super) fn add(
        &mut self,
        sensitive: &Sensitive,
        kind: Kind,
        transform: &dyn Transform,
        value: &str,
    ) -> bool {
        let hash = sensitive.hasher.hash_one((kind, value));
        if let Some(is_public) = sensitive.learnt.get(&hash).or_else(|| self.known.get(&hash)) {
            return !is_public;
        }
        let mut is_public = is_free(kind) || transform.is_public(value);
        let mut parts = Vec::new();
        if is_free(kind) || !is_public {
            transform.sensitive_parts(value, &mut |part| {
                // Free text that changes is a part itself.
                is_public &= part != value;
                if !is_placeholder(part) {
                    parts.push(part.to_owned());
                }
            });
        }
        self.known.insert(hash, is_public);
        self.lessons.push(Lesson { hash, kind, value: value.to_owned(), is_public, parts });
        !is_public
    }
}

/// Whether values are texts in which parts are replaced.
const fn is_free(kind: Kind) -> bool {
    matches!(kind, Kind::Text | Kind::Json)
}

impl Sensitive {
    /// Adds the values `texts` of a column of `kind`, and their parts, unless they are public.
    pub(super) fn learn(&mut self, kind: Kind, transform: &dyn Transform, texts: &[&str]) {
        for texts in texts.chunks(LEARNT_AT_ONCE) {
            let found: Vec<Lessons> = texts
                .par_chunks(CHUNK)
                .map(|texts| {
                    let mut lessons = Lessons::default();
                    for text in texts {
                        lessons.add(self, kind, transform, text);
                    }
                    lessons
                })
                .collect();
            for lesson in found.into_iter().flat_map(|lessons| lessons.lessons) {
                self.learn_lesson(transform, lesson);
            }
        }
    }

    /// Adds one value, given what it teaches.
    pub(super) fn learn_lesson(&mut self, transform: &dyn Transform, lesson: Lesson) {
        let Lesson { hash, kind, value, is_public, parts } = lesson;
        if self.learnt.insert(hash, is_public).is_some() || is_public {
            return;
        }
        self.learn_identifier(&value);
        for part in parts {
            if is_free(kind) {
                self.learn_free(&part);
            } else {
                self.learn_part(kind, transform, &value, &part);
            }
        }
    }

    /// Adds a credential: it is known by the key that it stands at, and may look like anything.
    pub(super) fn learn_secret(&mut self, text: &str) {
        let is_word = vocabulary::contains(&text.to_lowercase());
        self.add(text, if is_word { Marks::WORD } else { Marks::TYPED });
    }

    /// Adds a text that is replaced in part, as a whole.
    pub(super) fn learn_whole(&mut self, text: &str) {
        self.learn_free(text);
    }

    /// Adds a part of a typed value.
    fn learn_part(&mut self, kind: Kind, transform: &dyn Transform, value: &str, part: &str) {
        if transform.domain_bits(part) < NEVER {
            self.add(part, Marks::TYPED.with(Marks::DENSE));
            self.learn_image(transform, part);
        } else if kind == Kind::String && part == value {
            self.add(part, Marks::TEXT);
        } else if is_public_word(kind, part) {
            let is_user = kind == Kind::Account && is_user_of(value, part);
            self.add(part, if is_user { Marks::WORD.with(Marks::USER_WORD) } else { Marks::WORD });
            return;
        } else {
            self.add(part, Marks::TYPED);
        }
        if kind.is_reversible() {
            self.numbers.add_digits(part);
        }
    }

    /// Adds a part of a free text: free text replaces every word that is not public, and such a word
    /// alone identifies nobody.
    fn learn_free(&mut self, part: &str) {
        // Events and providers have UUIDs as often as persons and machines; typed columns tell.
        if uuid::parse(part).is_none() {
            self.learn_identifier(part);
        }
        if !part.bytes().all(|byte| byte.is_ascii_digit()) {
            self.add(part, Marks::TEXT);
        }
    }

    /// Adds the spellings of the address, UUID or security identifier that `value` is.
    fn learn_identifier(&mut self, value: &str) {
        canonical_identifier(value, &mut |part| {
            let dense = ip::domain_bits(part).is_some_and(|bits| bits < NEVER);
            self.add(part, if dense { Marks::TYPED.with(Marks::DENSE) } else { Marks::TYPED });
            if let Ok(address) = part.parse::<Ipv4Addr>() {
                self.numbers.add(u64::from(u32::from(address)));
                let [a, b, c, d] = address.octets();
                let reversed = format!("{d}.{c}.{b}.{a}.in-addr.arpa");
                self.add(&reversed, Marks::TYPED.with(Marks::DENSE));
            } else if let Ok(address) = part.parse::<Ipv6Addr>() {
                let mut reversed = String::with_capacity(72);
                for place in 0..32 {
                    let nibble = (u128::from(address) >> (4 * place)) as u32 & 15;
                    reversed.extend(char::from_digit(nibble, 16));
                    reversed.push('.');
                }
                reversed.push_str("ip6.arpa");
                self.add(&reversed, Marks::TYPED);
            }
        });
        if let Some(address) = mac_of(value.as_bytes()) {
            self.add(&format!("{address:012x}"), Marks::TYPED);
        }
        if let Some(object) = entra_object(value) {
            self.add(&uuid::spell(object), Marks::TYPED);
        }
        if sid::is_sid(value)
            && !sid::is_fixed(value)
            && let Some((domain, numbers)) = sid_domain(value)
        {
            self.add(&domain.to_ascii_lowercase(), Marks::TYPED);
            for number in numbers {
                self.numbers.add(number);
            }
        }
    }

    fn learn_image(&mut self, transform: &dyn Transform, part: &str) {
        let mut image = Texts::default();
        transform.write(&[part], &mut image);
        if let Ok(image) = std::str::from_utf8(&image.bytes) {
            self.images.insert(self.hash(core_of(&tokens::lower(image))));
            canonical_identifier(image, &mut |image| {
                self.images.insert(self.hasher.hash_one(image.as_bytes()));
            });
        }
    }

    fn add(&mut self, text: &str, marks: Marks) {
        let lower = tokens::lower(text);
        let core = core_of(&lower);
        if core.len() < SHORTEST_CELL {
            return;
        }
        let is_short = core.len() < SHORTEST_TOKEN;
        if core.iter().all(u8::is_ascii_digit)
            && (marks == Marks::TEXT || !self.numbers.add_text(core))
        {
            return;
        }
        let marks = if is_short { marks.with(Marks::SHORT) } else { marks };
        self.mark(self.hash(core), marks);
        let first = core.iter().position(|byte| !tokens::is_word(*byte)).unwrap_or(core.len());
        if first < core.len() && !is_short && core.len() <= LONGEST_PHRASE {
            let start = self.hash(&core[..first]);
            self.mark(start, Marks::START);
            *self.lengths.entry(start).or_default() |= 1 << core.len();
        }
    }

    fn mark(&mut self, hash: u64, marks: Marks) {
        let known = self.marks.entry(hash).or_default();
        *known = known.with(marks);
    }

    #[inline]
    fn hash(&self, lower: &[u8]) -> u64 {
        self.hasher.hash_one(lower)
    }

    /// What is known of a text in lower case.
    #[inline]
    pub(super) fn marks_of(&self, lower: &[u8]) -> Marks {
        self.marks.get(&self.hash(lower)).copied().unwrap_or_default()
    }

    /// Calls `found` with the end of each longer spelling that begins with the atom at `start`, of which
    /// `marks` are known.
    pub(super) fn phrases(
        &self,
        lower: &[u8],
        (start, end): (usize, usize),
        marks: Marks,
        found: &mut dyn FnMut(usize, Marks),
    ) {
        if !marks.has(Marks::START) {
            return;
        }
        let hash = self.hash(&lower[start..end]);
        let mut lengths = self.lengths.get(&hash).copied().unwrap_or_default();
        while lengths != 0 {
            let length = lengths.trailing_zeros() as usize;
            lengths &= lengths - 1;
            let Some(phrase) = lower.get(start..start + length) else { return };
            let is_cut = lower.get(start + length).is_some_and(|byte| tokens::is_word(*byte));
            if is_cut || length <= end - start {
                continue;
            }
            let marks = self.marks_of(phrase);
            if marks.has(Marks::TYPED.with(Marks::TEXT)) {
                found(start + length, marks);
            }
        }
    }

    /// Whether a text in lower case is what a permutation makes of a value of a dense range.
    pub(super) fn is_image(&self, lower: &[u8]) -> bool {
        self.images.contains(&self.hash(lower))
    }
}

/// A text without what is no letter or digit at its ends.
pub(super) fn core_of(lower: &[u8]) -> &[u8] {
    let is_word = |byte: &u8| tokens::is_word(*byte);
    match (lower.iter().position(is_word), lower.iter().rposition(is_word)) {
        (Some(first), Some(last)) => &lower[first..=last],
        _ => &[],
    }
}

/// Whether `part` identifies nobody, though another column has it as a value or label:
///
/// * a word of products or of the language of logs, also if that is the name of an account or host,
/// * a path, URL or other text that is made of nothing else, in whatever column it stands,
/// * well-known security identifiers and what stands between them (`%{S-1-1-0} %{S-1-5-11}`),
/// * the name that a service of AWS calls by (`ec2.amazonaws.com`).
fn is_public_word(kind: Kind, part: &str) -> bool {
    let lower = part.to_lowercase();
    if vocabulary::contains(&lower)
        || well_known::is_private_suffix(&lower)
        || is_cloud_service(&lower)
        || is_made_of_fixed_sids(part)
    {
        return true;
    }
    let is_path = part.starts_with('\\') || content::is_path(part);
    let is_name = matches!(kind, Kind::Account | Kind::Host) && !is_path || kind.is_reversible();
    !is_name
        && content::identifier_kind(part).is_none()
        && part.split(|letter: char| !letter.is_alphanumeric()).all(|atom| {
            let bare = atom.trim_end_matches(|digit: char| digit.is_ascii_digit());
            // Capitals tell words apart: `ApplicationFrameHost`.
            bare.len() <= 2
                || vocabulary::contains(&bare.to_lowercase())
                || text::is_public_name(atom)
                || text::is_public_name(bare)
                || public_names::is_numbered(atom)
        })
}

fn is_cloud_service(lower: &str) -> bool {
    lower.strip_suffix(".amazonaws.com").is_some_and(|service| AWS_SERVICES.contains(service))
}

/// Whether `text` is a list of security identifiers that are the same everywhere.
fn is_made_of_fixed_sids(text: &str) -> bool {
    let mut sids = text
        .split(|letter: char| !letter.is_alphanumeric() && letter != '-')
        .filter(|atom| !atom.is_empty())
        .peekable();
    sids.peek().is_some() && sids.all(sid::is_fixed)
}

/// Whether `part` stands for a person or machine in the account `value`, not for a domain.
fn is_user_of(value: &str, part: &str) -> bool {
    value == part
        || value.strip_suffix(part).is_some_and(|domain| domain.ends_with(['\\', '/']))
        || value.strip_prefix(part).is_some_and(|domain| domain.starts_with('@'))
}

/// The hardware address that `text` is, with `:`, `-`, `.` or nothing between its digits.
pub(super) fn mac_of(text: &[u8]) -> Option<u64> {
    let group = match (text.len(), text.get(2), text.get(4)) {
        (12, _, _) => 12,
        (17, Some(b':' | b'-'), _) => 2,
        (14, _, Some(b'.' | b'-' | b':')) => 4,
        _ => return None,
    };
    let mut address = 0;
    for (at, byte) in text.iter().enumerate() {
        if at % (group + 1) == group {
            (*byte == text[group]).then_some(())?;
        } else {
            address = address << 4 | u64::from((*byte as char).to_digit(16)?);
        }
    }
    Some(address)
}

/// The object id in an Entra security identifier.
pub(super) fn entra_object(text: &str) -> Option<u128> {
    let numbers = text.get(..9).filter(|head| head.eq_ignore_ascii_case("S-1-12-1-"))?.len();
    let mut bytes = [0; 16];
    let mut count = 0;
    for (place, number) in text[numbers..].split('-').enumerate() {
        let number: u32 = number.parse().ok()?;
        bytes.get_mut(4 * place..4 * place + 4)?.copy_from_slice(&number.to_le_bytes());
        count += 1;
    }
    bytes[..4].reverse();
    bytes[4..6].reverse();
    bytes[6..8].reverse();
    (count == 4).then(|| u128::from_be_bytes(bytes))
}

/// The part of a security identifier that names its domain or machine, and the numbers in it.
pub(super) fn sid_domain(text: &str) -> Option<(&str, [u64; 3])> {
    const HEAD: &str = "S-1-5-21-";
    text.get(..HEAD.len()).filter(|head| head.eq_ignore_ascii_case(HEAD))?;
    let mut end = HEAD.len();
    let mut numbers = [0; 3];
    for (place, number) in text[HEAD.len()..].split('-').take(3).enumerate() {
        numbers[place] = u64::from(number.parse::<u32>().ok()?);
        end += number.len() + usize::from(place > 0);
    }
    Some((&text[..end], numbers))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_made_of_public_words_and_well_known_identifiers_identifies_nobody() {
        for (kind, part) in [
            (Kind::Host, r"\Device\HarddiskVolume2"),
            (Kind::Account, "%{S-1-5-32-544}\n\t%{S-1-1-0}"),
            (Kind::Host, "ec2.amazonaws.com"),
            (Kind::Account, "service"),
        ] {
            assert!(is_public_word(kind, part), "{part}");
        }
    }

    #[test]
    fn what_names_a_person_or_machine_beside_public_words_does_identify() {
        for (kind, part) in [
            (Kind::Host, r"\Device\Ada"),
            (Kind::Host, r"C:\Users\ada"),
            (Kind::Account, "%{S-1-5-32-544} %{S-1-5-21-1-2-3-500}"),
            (Kind::Account, "%{S-1-5-32-544} ada"),
            (Kind::Host, "ada.amazonaws.com"),
            (Kind::Host, "server.service.com"),
            (Kind::Account, r"office\hunter"),
        ] {
            assert!(!is_public_word(kind, part), "{part}");
        }
    }
}
