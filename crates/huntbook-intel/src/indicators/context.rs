//! What stands before a value and says what it is.

/// The word before a value, in lower case: `fileversion` before `FileVersion: "1.2.3.4"`.
///
/// Between word and value stand one to four blanks, quotes, brackets or signs of assignment.
pub(crate) fn word_before(before: &[u8]) -> Option<String> {
    const SEPARATORS: &[u8] = b" \"':=(/-";
    const MOST_SEPARATORS: usize = 4;
    const LONGEST_WORD: usize = 32;
    let separators = before
        .iter()
        .rev()
        .take(MOST_SEPARATORS)
        .take_while(|byte| SEPARATORS.contains(byte))
        .count();
    let before = &before[..before.len() - separators];
    let letters = before
        .iter()
        .rev()
        .take(LONGEST_WORD)
        .take_while(|byte| byte.is_ascii_alphabetic())
        .count();
    let word = &before[before.len() - letters..];
    (separators > 0 && letters > 0).then(|| String::from_utf8_lossy(word).to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_word_before_is_found_over_signs_of_assignment() {
        assert_eq!(word_before(b"x FileVersion\": \"").as_deref(), Some("fileversion"));
        assert_eq!(word_before(b"IMPHASH=").as_deref(), Some("imphash"));
        for none in ["", "version", "1 = ", "=", "a = ( \" '"] {
            assert_eq!(word_before(none.as_bytes()), None, "{none}");
        }
    }
}
