//! Text of strangers, made fit to be shown.

/// `text` on one line, without what moves a cursor, changes colours or turns the direction of writing:
/// a line end or tab is shown as a space, every other such character as `·`.
#[must_use]
pub fn visible(text: &str) -> String {
    text.chars()
        .map(|character| match character {
            '\n' | '\r' | '\t' => ' ',
            '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}' => '·',
            control if control.is_control() => '·',
            other => other,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escape_sequences_and_turned_text_are_shown_as_dots() {
        assert_eq!(visible("a\x1b[31m\u{202e}b\tc\nd"), "a·[31m·b c d");
    }
}
