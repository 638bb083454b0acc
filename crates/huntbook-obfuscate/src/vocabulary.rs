//! The vocabulary: words that identify nobody and so stay in free text.
//!
//! The words of logs, of Windows, Unix and clouds, of shells and script languages, and the names of
//! products, tools and malware; no names of persons or of organisations that are not vendors. The list
//! stands in `policy/vocabulary.txt`, in lower case and in byte order.

use std::sync::LazyLock;

use foldhash::quality::FixedState;
use hashbrown::HashSet;

use crate::well_known;

const LIST: &str = include_str!("../policy/vocabulary.txt");

/// The longest word whose letters fit into a key.
pub(crate) const LONGEST_KEY: usize = 16;

/// Whether `word`, in lower case, is public.
pub(crate) fn contains(word: &str) -> bool {
    match key_of(word) {
        Some(key) => contains_key(key),
        None => VOCABULARY.long.contains(word),
    }
}

/// Whether the word with this key is public.
#[inline]
pub(crate) fn contains_key(key: u128) -> bool {
    let vocabulary = &*VOCABULARY;
    let mask = vocabulary.slots.len() - 1;
    let mut place = spread(key) & mask;
    loop {
        let slot = vocabulary.slots[place];
        if slot == key {
            return key != 0;
        }
        if slot == 0 {
            return false;
        }
        place = (place + 1) & mask;
    }
}

/// Whether any word ends as `word`, of three bytes or more in lower case, does; a quick test that says no for most
/// names.
#[inline]
pub(crate) fn may_end(word: &[u8]) -> bool {
    let endings = &VOCABULARY.endings;
    let has = |place: usize| endings[place / 64] >> (place % 64) & 1 == 1;
    let ends = |word: &[u8]| has(ending(word, 3)) || has(ending(word, 2));
    // What stands before a word of two is the end of a word, too.
    has(ending(word, 3))
        || has(ending(word, 2)) && (word.len() < 5 || ends(&word[..word.len() - 2]))
}

/// Where the last `count` bytes of `word` are noted, whatever their case; digits may be taken for one another.
#[inline]
fn ending(word: &[u8], count: usize) -> usize {
    let last = word.iter().rev().take(count);
    last.fold(count & 1, |place, byte| {
        place << 5 | usize::from(byte & 0x1f) ^ usize::from(byte >> 6 & 1) << 4
    }) & 0xffff
}

/// The bytes of `word`, the first one lowest; `None` if they are too many.
fn key_of(word: &str) -> Option<u128> {
    let mut bytes = [0; LONGEST_KEY];
    bytes.get_mut(..word.len())?.copy_from_slice(word.as_bytes());
    Some(u128::from_le_bytes(bytes))
}

static VOCABULARY: LazyLock<Vocabulary> = LazyLock::new(Vocabulary::new);

/// The words, those of up to 16 bytes as keys in an open table, at most half full.
struct Vocabulary {
    slots: Box<[u128]>,
    /// A bit for the last three bytes of each word, and for words of two.
    endings: Box<[u64; 1024]>,
    long: HashSet<&'static str, FixedState>,
}

impl Vocabulary {
    fn new() -> Self {
        let words = || LIST.lines().chain(well_known::single_words());
        let size = (2 * words().count()).next_power_of_two();
        let mut slots = vec![0; size].into_boxed_slice();
        let mut long = HashSet::with_hasher(FixedState::default());
        let mut endings = Box::new([0; 1024]);
        for word in words() {
            let place = ending(word.as_bytes(), word.len().min(3));
            endings[place / 64] |= 1 << (place % 64);
            let Some(key) = key_of(word) else {
                long.insert(word);
                continue;
            };
            let mut place = spread(key) & (size - 1);
            while slots[place] != 0 && slots[place] != key {
                place = (place + 1) & (size - 1);
            }
            slots[place] = key;
        }
        Self { slots, endings, long }
    }
}

/// Mixes a key into the low bits.
#[inline]
fn spread(key: u128) -> usize {
    let folded = (key as u64) ^ ((key >> 64) as u64).rotate_left(23);
    let product = u128::from(folded) * u128::from(0x9e37_79b9_7f4a_7c15_u64);
    ((product >> 64) as u64 ^ product as u64) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn list_is_in_order_in_lower_case_and_holds_each_word_once() {
        let words: Vec<&str> = LIST.lines().collect();
        for pair in words.windows(2) {
            assert!(pair[0] < pair[1], "`{}` before `{}`", pair[0], pair[1]);
        }
        for word in words {
            let is_plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
            assert!(!word.is_empty() && word.bytes().all(is_plain), "`{word}`");
        }
    }

    #[test]
    fn every_word_is_possible_by_its_ending_and_few_other_names_are() {
        let long = LIST.lines().filter(|word| word.len() > 2);
        assert!(long.clone().all(|word| may_end(word.as_bytes())));
        assert!(long.clone().all(|word| may_end(word.to_uppercase().as_bytes())));
        let humps = LIST.lines().filter(|word| word.len() > 1);
        assert!(humps.into_iter().all(|word| may_end(format!("process{word}").as_bytes())));
        assert!(!may_end(b"user000042") && !may_end(b"hunterbob"));
    }

    #[test]
    fn words_of_the_list_and_well_known_names_are_public_and_others_are_not() {
        assert!(LIST.lines().all(contains));
        assert!(contains("administrator") && contains("trustedinstaller"));
        for word in ["", "contoso", "hunterbob", "a-word-longer-than-sixteen"] {
            assert!(!contains(word), "{word}");
        }
    }
}
