//! E-mail addresses as mail programs write them: with a display name, in lists, behind a scheme.
//!
//! `Bob Stone <bob@contoso.com>`, `a@x.com; b@y.com` and `SMTP:bob@contoso.com` are taken apart into
//! addresses, words and what stands between them.

/// A part of such a text.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Piece<'t> {
    /// Stays.
    Keep(&'t str),
    /// A word of a display name.
    Word(&'t str),
    /// An address, or what stands in its place.
    Address(&'t str),
}

/// What stands before an address and its colon.
const SCHEMES: [&str; 8] = ["mailto", "sip", "sips", "smtp", "x500", "xmpp", "eum", "spo"];

/// Takes `text` apart; the pieces together are the text. `None` if it is one plain address or none.
pub(crate) fn split(text: &str) -> Option<Vec<Piece<'_>>> {
    let is_mark = |byte: &u8| matches!(byte, b'<' | b';' | b',' | b':');
    if !text.as_bytes().iter().any(is_mark) || !text.contains('@') {
        return None;
    }
    let mut pieces = Vec::new();
    let mut from = 0;
    for (place, mark) in text.match_indices([';', ',']) {
        // A comma may stand in a display name.
        let is_end = text[from..place].contains('@') || text[from..place].trim().is_empty();
        if is_end && (text[place..].contains('@') || text[place + 1..].trim().is_empty()) {
            one(&text[from..place], &mut pieces);
            pieces.push(Piece::Keep(mark));
            from = place + 1;
        }
    }
    one(&text[from..], &mut pieces);
    (pieces.len() > 1).then_some(pieces)
}

/// Takes apart one item of a list.
fn one<'t>(item: &'t str, pieces: &mut Vec<Piece<'t>>) {
    let inner = item.trim();
    let start = item.len() - item.trim_start().len();
    keep(&item[..start], pieces);
    match inner.strip_suffix('>').and_then(|rest| rest.rsplit_once('<')) {
        Some((name, address)) => {
            words(name, pieces);
            pieces.push(Piece::Keep("<"));
            plain(address, pieces);
            pieces.push(Piece::Keep(">"));
        }
        None => plain(inner, pieces),
    }
    keep(&item[start + inner.len()..], pieces);
}

/// Splits off a scheme.
fn plain<'t>(address: &'t str, pieces: &mut Vec<Piece<'t>>) {
    let (scheme, rest) = address.split_at(address.find(':').map_or(0, |colon| colon + 1));
    if SCHEMES
        .iter()
        .any(|known| scheme.len() > 1 && known.eq_ignore_ascii_case(&scheme[..scheme.len() - 1]))
    {
        keep(scheme, pieces);
        pieces.push(Piece::Address(rest));
    } else if !address.is_empty() {
        pieces.push(Piece::Address(address));
    }
}

fn words<'t>(name: &'t str, pieces: &mut Vec<Piece<'t>>) {
    let is_mark = |letter: char| letter.is_whitespace() || matches!(letter, '"' | ',' | '(' | ')');
    let mut rest = name;
    while !rest.is_empty() {
        let word = rest.find(is_mark).unwrap_or(rest.len());
        if word > 0 {
            pieces.push(Piece::Word(&rest[..word]));
        }
        let marks = rest[word..].find(|letter| !is_mark(letter)).unwrap_or(rest.len() - word);
        keep(&rest[word..word + marks], pieces);
        rest = &rest[word + marks..];
    }
}

fn keep<'t>(text: &'t str, pieces: &mut Vec<Piece<'t>>) {
    if !text.is_empty() {
        pieces.push(Piece::Keep(text));
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn addresses(text: &str) -> Vec<&str> {
        let pieces = split(text).unwrap_or_default();
        pieces
            .into_iter()
            .filter_map(|piece| match piece {
                Piece::Address(address) => Some(address),
                _ => None,
            })
            .collect()
    }

    #[test]
    fn addresses_are_found_beside_names_and_in_lists() {
        assert_eq!(addresses("Bob Stone <bob@x.com>"), ["bob@x.com"]);
        assert_eq!(addresses("\"Stone, Bob\" <bob@x.com>"), ["bob@x.com"]);
        assert_eq!(addresses("a@x.com; b@y.com;"), ["a@x.com", "b@y.com"]);
        assert_eq!(addresses("Stone, Bob <bob@x.com>, a@y.com"), ["bob@x.com", "a@y.com"]);
        assert_eq!(addresses("SMTP:bob@x.com"), ["bob@x.com"]);
        assert_eq!(split("bob@x.com"), None);
        assert_eq!(split("a;b"), None);
    }

    proptest! {
        #[test]
        fn pieces_together_are_the_text(text in "[a-z@<>;,: \"é]{0,30}") {
            let whole: String = split(&text).unwrap_or_default().into_iter().map(|piece| match piece {
                Piece::Keep(part) | Piece::Word(part) | Piece::Address(part) => part,
            }).collect();
            prop_assert!(whole.is_empty() || whole == text, "{}", whole);
        }
    }
}
