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
    long: HashSet<&'static str, FixedState>,
}

impl Vocabulary {
    fn new() -> Self {
        let words = || LIST.lines().chain(well_known::single_words());
        let size = (2 * words().count()).next_power_of_two();
        let mut slots = vec![0; size].into_boxed_slice();
        let mut long = HashSet::with_hasher(FixedState::default());
        for word in words() {
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
        Self { slots, long }
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
    fn words_of_the_list_and_well_known_names_are_public_and_others_are_not() {
        assert!(LIST.lines().all(contains));
        assert!(contains("administrator") && contains("trustedinstaller"));
        for word in ["", "contoso", "hunterbob", "a-word-longer-than-sixteen"] {
            assert!(!contains(word), "{word}");
        }
    }
}
