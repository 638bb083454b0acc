//! Tokens: the runs of a text that may be a label, an identifier or an encoded text.
//!
//! A *run* is made of letters and digits, joined by the *joiners* of its set: `bob@contoso.com` is one run
//! where `@` and `.` join, and three where nothing does. All sets are followed in one pass.

/// Runs joined by nothing.
pub(super) const ATOM: usize = 0;
/// Runs joined by `-`: UUIDs, security identifiers.
pub(super) const DASHED: usize = 1;
/// Runs joined by `.` and `:`: IPv6 and hardware addresses.
pub(super) const COLONS: usize = 2;
/// Runs of the standard alphabet of base64.
pub(super) const BASE64: usize = 3;
/// Runs of the alphabet of base64 for URLs.
pub(super) const BASE64_URL: usize = 4;

/// The joiners of each set.
const JOINERS: [&[u8]; 5] = [b"", b"-", b".:", b"+/=", b"-_="];

/// A bit for each set that a byte belongs to; letters and digits belong to all.
static SETS_OF: [u8; 256] = {
    let mut sets = [0; 256];
    let mut set = 0;
    while set < JOINERS.len() {
        let mut place = 0;
        while place < JOINERS[set].len() {
            sets[JOINERS[set][place] as usize] |= 1 << set;
            place += 1;
        }
        set += 1;
    }
    let mut byte = 0;
    while byte < 256 {
        if byte >= 0x80 || (byte as u8).is_ascii_alphanumeric() {
            sets[byte] = ALL;
        }
        byte += 1;
    }
    sets
};

const ALL: u8 = (1 << JOINERS.len()) - 1;

/// Whether `byte` is part of a letter or digit, in a text that [`lower`] made.
pub(super) const fn is_word(byte: u8) -> bool {
    SETS_OF[byte as usize] == ALL
}

/// Calls `found` with the set, start and end of each run; a run begins and ends with a letter or digit.
pub(super) fn runs(text: &[u8], found: &mut impl FnMut(usize, usize, usize)) {
    let mut starts = [0; JOINERS.len()];
    let (mut open, mut last_word) = (0_u8, 0);
    for (at, byte) in text.iter().enumerate() {
        let sets = SETS_OF[usize::from(*byte)];
        if sets == ALL {
            if open != ALL {
                let mut new = ALL & !open;
                while new != 0 {
                    starts[new.trailing_zeros() as usize] = at;
                    new &= new - 1;
                }
                open = ALL;
            }
            last_word = at + 1;
        } else if open & !sets != 0 {
            end(open & !sets, &starts, last_word, found);
            open &= sets;
        }
    }
    end(open, &starts, last_word, found);
}

#[inline]
fn end(
    mut ended: u8,
    starts: &[usize; JOINERS.len()],
    last_word: usize,
    found: &mut impl FnMut(usize, usize, usize),
) {
    // Sets of one start have the same run here, but may each read it in their own way.
    while ended != 0 {
        let set = ended.trailing_zeros() as usize;
        found(set, starts[set], last_word);
        ended &= ended - 1;
    }
}

/// Puts `text` in lower case into `lower`, and as it is into `cased`, of the same length.
///
/// Marks beyond ASCII become blanks, so that every byte beyond ASCII is of a letter or digit.
pub(super) fn split_case(text: &str, lower: &mut Vec<u8>, cased: &mut Vec<u8>) {
    lower.clear();
    cased.clear();
    if text.is_ascii() {
        cased.extend_from_slice(text.as_bytes());
        lower.extend_from_slice(text.as_bytes());
        lower.make_ascii_lowercase();
        return;
    }
    let mut buffer = [0; 4];
    for letter in text.chars() {
        let letter = if letter.is_ascii() || letter.is_alphanumeric() { letter } else { ' ' };
        let mut lowered = letter.to_lowercase();
        let small = match (lowered.next(), lowered.next()) {
            (Some(small), None) if small.len_utf8() == letter.len_utf8() => small,
            _ => letter,
        };
        cased.extend_from_slice(letter.encode_utf8(&mut buffer).as_bytes());
        lower.extend_from_slice(small.encode_utf8(&mut buffer).as_bytes());
    }
}

/// `text` as [`split_case`] lowers it.
pub(super) fn lower(text: &str) -> Vec<u8> {
    let (mut lower, mut cased) = (Vec::with_capacity(text.len()), Vec::with_capacity(text.len()));
    split_case(text, &mut lower, &mut cased);
    lower
}

#[cfg(test)]
mod tests {
    use super::*;

    fn runs_of(text: &str, wanted: usize) -> Vec<String> {
        let mut found = Vec::new();
        runs(text.as_bytes(), &mut |set, start, end| {
            if set == wanted {
                found.push(text[start..end].to_owned());
            }
        });
        found
    }

    #[test]
    fn a_run_ends_where_its_set_has_no_joiner() {
        let text = "-bob@contoso.com, 10.1.2.3:80 x-y.";
        assert_eq!(
            runs_of(text, ATOM),
            ["bob", "contoso", "com", "10", "1", "2", "3", "80", "x", "y"]
        );
        assert_eq!(runs_of(text, DASHED).last().unwrap(), "x-y");
        assert_eq!(runs_of(text, COLONS), ["bob", "contoso.com", "10.1.2.3:80", "x", "y"]);
    }

    #[test]
    fn marks_beyond_ascii_end_a_run_and_letters_are_lowered() {
        assert_eq!(String::from_utf8(lower("“JÜRGEN”—x")).unwrap().trim(), "jürgen  x");
    }
}
