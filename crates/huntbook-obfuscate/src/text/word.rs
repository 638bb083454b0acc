//! Words and names: which of them are public.
//!
//! A *part* is a run of letters and digits, also beyond ASCII; a *run* is parts joined by `-` and `_`. A
//! part is public if it
//!
//! * is in the vocabulary, whatever its case,
//! * consists of humps that all are (`TargetUserName`),
//! * is a number of up to six digits, with or without a unit, or `0x` and up to 16 digits,
//! * or has one or two ASCII letters and digits.
//!
//! A run is public if all its parts are, and it is no name with a number (`ws-0001`), no long number
//! (`4141-4242-4343`) and no string of bytes (`4d-5a-90-00-03`).

use super::class::{self, DIGIT, DOT, HIGH, JOINER, LETTER};
use crate::name_list::list;
use crate::{vocabulary, well_known};

/// Numbers with more digits may identify somebody.
const MOST_DIGITS: usize = 6;

/// So many parts of one or two characters are no bytes written one by one.
const MOST_SHORT_PARTS: usize = 4;

/// What follows a number without saying more about it.
const UNITS: &[&str] = &[
    "am", "b", "bit", "d", "days", "gb", "ghz", "h", "hz", "k", "kb", "khz", "m", "mb", "mhz",
    "min", "ms", "nd", "ns", "pm", "px", "rd", "s", "sec", "st", "t", "tb", "th", "us", "utc", "x",
    "z",
];

/// Words that a number is joined to without naming a machine or a person (`UTF-8`, `CVE-2021-44228`).
const NUMBERED: &[&str] = list!("counted_words");

/// Parts joined to one name.
pub(super) struct Run {
    pub(super) end: usize,
    pub(super) is_public: bool,
    pub(super) parts: usize,
    /// Whether a part has been learnt.
    pub(super) has_learned: bool,
}

/// The run that begins at `at`; `None` if no word begins there. `is_learned` tells whether the part
/// between two places has been learnt.
#[inline]
pub(super) fn run(text: &str, at: usize, is_learned: impl Fn(usize, usize) -> bool) -> Option<Run> {
    let bytes = text.as_bytes();
    let mut run = Run { end: at, is_public: true, parts: 0, has_learned: false };
    let (mut digits, mut short) = (0, 0);
    let (mut has_letters, mut is_numbered) = (false, false);
    let mut from = at;
    loop {
        let (to, classes) = part_end(text, from);
        if to == from {
            return (run.parts > 0).then_some(run);
        }
        run.end = to;
        run.parts += 1;
        run.is_public =
            run.is_public && is_public_part(text, from, to, classes) && !is_learned(from, to);
        short += usize::from(to - from <= 2);
        if classes == DIGIT {
            digits += to - from;
            is_numbered |= has_letters;
        } else {
            has_letters = true;
        }
        if !class::is_at(bytes, to, JOINER) {
            break;
        }
        from = to + 1;
        while class::is_at(bytes, from, JOINER) {
            from += 1;
        }
    }
    if run.has_learned {
        run.is_public = false;
    } else if run.parts > 1 && run.is_public {
        let is_listed = || is_listed(&text[at..run.end]);
        let is_long = digits > MOST_DIGITS && !is_listed() || short > MOST_SHORT_PARTS;
        run.is_public = !is_long && (!is_numbered || is_listed());
    }
    Some(run)
}

/// Whether `name` is a run that stays.
pub(crate) fn is_public_name(name: &str) -> bool {
    run(name, 0, |_, _| false).is_some_and(|run| run.end == name.len() && run.is_public)
}

/// Whether letters are joined to a number by `-` or `_` somewhere in `name`, as in names of machines.
pub(crate) fn is_numbered_name(name: &str) -> bool {
    let is_number = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    name.split(|letter: char| !letter.is_alphanumeric() && !matches!(letter, '-' | '_')).any(
        |run| {
            let mut parts = run.split(['-', '_']).filter(|part| !part.is_empty());
            parts.by_ref().any(|part| !is_number(part)) && parts.any(is_number) && !is_listed(run)
        },
    )
}

/// Whether the run counts what is public.
fn is_listed(run: &str) -> bool {
    let first = run.split(['-', '_']).next().unwrap_or_default();
    NUMBERED.iter().any(|known| known.eq_ignore_ascii_case(first)) || well_known::is_name(run)
}

/// What becomes of a text when it is learnt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Bearing {
    /// Nothing: as a name it is replaced anyway, or it never stands in free text as one name.
    None,
    /// It is several names with dots between, which become one.
    Dotted,
    /// Perhaps it is a name that stays otherwise.
    Unclear,
}

/// What becomes of `text` when it is learnt; quick, and never [`Bearing::None`] where something may.
pub(crate) fn bearing(text: &str) -> Bearing {
    let bytes = text.as_bytes();
    let (least, most) =
        bytes.iter().fold((u8::MAX, 0), |(least, most), byte| (least.min(*byte), most.max(*byte)));
    // Words of a name with blanks are learnt, too.
    if bytes.len() <= 2 || least <= b' ' || most >= 0x80 {
        return Bearing::Unclear;
    }
    let mut is_dotted = false;
    for byte in bytes {
        match class::of(*byte) {
            LETTER | DIGIT | JOINER => {}
            DOT => is_dotted = true,
            _ => return Bearing::None,
        }
    }
    if is_dotted {
        return Bearing::Dotted;
    }
    let mut from = 0;
    for part in bytes.split(|byte| class::of(*byte) == JOINER) {
        if !part.is_empty() && !may_be_public(bytes, from, from + part.len()) {
            return Bearing::None;
        }
        from += part.len() + 1;
    }
    Bearing::Unclear
}

/// Whether a part of ASCII letters and digits may stay, written in some mixture of capitals.
fn may_be_public(bytes: &[u8], from: usize, to: usize) -> bool {
    let length = to - from;
    if length <= 2 || length > vocabulary::LONGEST_KEY {
        return true;
    }
    let part = &bytes[from..to];
    if !vocabulary::may_end(part) && !part[0].is_ascii_digit() {
        return false;
    }
    if part[0].is_ascii_digit() {
        if part.iter().all(u8::is_ascii_digit) {
            return length <= MOST_DIGITS;
        }
        if is_hex_number(part) || is_quantity(part) {
            return true;
        }
    }
    let key = lower_key(bytes, from, length);
    let hump = |start: usize, end: usize| {
        vocabulary::contains_key(key >> (8 * start) & u128::MAX >> (128 - 8 * (end - start)))
    };
    if hump(0, length) {
        return true;
    }
    // From which letters on the rest consists of humps.
    let mut ends = 1_u32 << length;
    for end in (2..=length).rev() {
        if ends >> end & 1 == 0 {
            continue;
        }
        for start in (2..end - 1).rev() {
            if !bytes[from + start].is_ascii_digit() && hump(start, end) {
                ends |= 1 << start;
            }
        }
        if end < length && hump(0, end) {
            return true;
        }
    }
    false
}

/// Where the part that begins at `at` ends, and the classes of its bytes.
#[inline]
fn part_end(text: &str, at: usize) -> (usize, u16) {
    let bytes = text.as_bytes();
    let (mut end, mut classes) = (at, 0);
    while end < bytes.len() {
        let class = class::of(bytes[end]);
        if class & (LETTER | DIGIT) != 0 {
            end += 1;
        } else if class == HIGH {
            let Some(letter) =
                text[end..].chars().next().filter(|letter| class::is_word_char(*letter))
            else {
                break;
            };
            end += letter.len_utf8();
        } else {
            break;
        }
        classes |= class;
    }
    (end, classes)
}

/// Whether the part between two places, of bytes of `classes`, stays.
#[inline]
fn is_public_part(text: &str, from: usize, to: usize, classes: u16) -> bool {
    let bytes = text.as_bytes();
    let length = to - from;
    if classes & HIGH != 0 {
        return well_known::is_name(&text[from..to]);
    }
    if classes == DIGIT {
        return length <= MOST_DIGITS;
    }
    length <= 2
        || is_in_vocabulary(bytes, from, to)
        || is_in_humps(bytes, from, to)
        || classes & DIGIT != 0
            && (is_hex_number(&bytes[from..to]) || is_quantity(&bytes[from..to]))
}

#[inline]
fn is_in_vocabulary(bytes: &[u8], from: usize, to: usize) -> bool {
    let length = to - from;
    if length <= vocabulary::LONGEST_KEY {
        return vocabulary::contains_key(lower_key(bytes, from, length));
    }
    let lower = bytes[from..to].to_ascii_lowercase();
    std::str::from_utf8(&lower).is_ok_and(vocabulary::contains)
}

/// The key of the ASCII letters and digits of a word of up to 16 bytes, in lower case.
#[inline]
fn lower_key(bytes: &[u8], from: usize, length: usize) -> u128 {
    const LOWER: u128 = u128::from_ne_bytes([0x20; 16]);
    let raw = if let Some(word) = bytes.get(from..from + 16) {
        u128::from_le_bytes(word.try_into().expect("16 bytes were taken"))
    } else {
        let mut word = [0; 16];
        word[..length].copy_from_slice(&bytes[from..from + length]);
        u128::from_le_bytes(word)
    };
    // The bit makes letters small and is set in every digit.
    (raw | LOWER) & (u128::MAX >> (128 - 8 * length))
}

/// Whether the word consists of two humps or more that are all in the vocabulary.
fn is_in_humps(bytes: &[u8], from: usize, to: usize) -> bool {
    let mut start = from;
    let mut humps = 0;
    for at in from + 1..to {
        if begins_hump(bytes, at, to) {
            if at - start < 2 || !is_in_vocabulary(bytes, start, at) {
                return false;
            }
            humps += 1;
            start = at;
        }
    }
    humps > 0 && to - start >= 2 && is_in_vocabulary(bytes, start, to)
}

/// Whether a capital at `at` begins a word: after a small letter or a digit, or as the last of several capitals.
#[inline]
fn begins_hump(bytes: &[u8], at: usize, to: usize) -> bool {
    bytes[at].is_ascii_uppercase()
        && (!bytes[at - 1].is_ascii_uppercase()
            || at + 1 < to && bytes[at + 1].is_ascii_lowercase())
}

fn is_hex_number(word: &[u8]) -> bool {
    matches!(word, [b'0', b'x' | b'X', digits @ ..]
        if (1..=16).contains(&digits.len()) && digits.iter().all(u8::is_ascii_hexdigit))
}

/// Whether the word is a number and a unit, such as `64bit`.
fn is_quantity(word: &[u8]) -> bool {
    let digits = word.iter().take_while(|byte| byte.is_ascii_digit()).count();
    (1..=MOST_DIGITS).contains(&digits)
        && UNITS.iter().any(|unit| word[digits..].eq_ignore_ascii_case(unit.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn public_words_humps_numbers_and_short_words_stay() {
        for name in [
            "Process",
            "FAILED",
            "failedLogon",
            "HTTPServer",
            "al",
            "X1",
            "123456",
            "0x3e7",
            "0xffffffffffffffff",
            "64bit",
            "Failed-Logon",
            "user_group",
            "SYSTEM",
            "UTF-8",
            "CVE-2021-44228",
            "DWM-12",
        ] {
            assert!(is_public_name(name), "{name}");
        }
    }

    #[test]
    fn what_would_stay_in_any_capitals_bears_on_text_and_other_names_do_not() {
        for name in
            ["process", "FAILED", "failedlogon", "al", "x64", "failed-logon", "user_group", "a b"]
        {
            assert_eq!(bearing(name), Bearing::Unclear, "{name}");
        }
        for name in ["bob", "user000042", "failedbob", "ws-site03-000123", "failed@logon", "bob$"] {
            assert_eq!(bearing(name), Bearing::None, "{name}");
        }
        assert_eq!(bearing("ws1.contoso.com"), Bearing::Dotted);
    }

    proptest::proptest! {
        #[test]
        fn name_that_bears_on_nothing_never_stays(name in "([a-zA-Z]{0,9}|user|host|log|on|fail)(user|host|log|on|name|[0-9]{0,3})([-_][a-z0-9]{1,8}){0,2}") {
            if bearing(&name) == Bearing::None {
                for spelt in [name.clone(), name.to_lowercase(), name.to_uppercase()] {
                    proptest::prop_assert!(!is_public_name(&spelt), "{}", spelt);
                }
            }
        }
    }

    #[test]
    fn other_names_and_long_numbers_do_not_stay() {
        for name in [
            "bob",
            "1234567",
            "123-456-789",
            "4d-5a-90-00-03",
            "failedBob",
            "bobFailed",
            "failed-bob",
            "failed1",
            "ws-0001",
            "server-12",
            "DESKTOP-7",
            "j\u{fc}rgen",
            "0x12345678901234567",
            "Failedx",
        ] {
            assert!(!is_public_name(name), "{name}");
        }
    }
}
