//! Any text: one token for the whole, equal for equal text.
//!
//! The placeholder `-` stays. Comparison is by bytes: `Paris` and `paris` have different tokens.

use crate::cmac::Cmac;
use crate::token;
use crate::transform::{Texts, Transform, canonical_identifier, is_placeholder};

/// Turns whole texts into tokens; the last resort of every other kind.
pub(crate) struct StringTokens(Cmac);

impl StringTokens {
    pub(crate) fn new(key: &[u8; 16]) -> Self {
        Self(Cmac::new(key))
    }

    /// The token of `text`.
    pub(crate) fn token(&self, text: &str) -> [u8; token::LENGTH] {
        self.token_of_bytes(text.as_bytes())
    }

    /// The token of `bytes`, equal to that of the same bytes as text.
    pub(crate) fn token_of_bytes(&self, bytes: &[u8]) -> [u8; token::LENGTH] {
        token::spell(self.0.code(bytes))
    }

    /// Appends the `image` of each text as a row; placeholders stay, a text without an image becomes a token.
    pub(crate) fn write_images(
        &self,
        texts: &[&str],
        out: &mut Texts,
        image: impl Fn(&str) -> Option<String>,
    ) {
        for text in texts {
            if is_placeholder(text) {
                out.push(text.as_bytes());
            } else if let Some(image) = image(text) {
                out.push(image.as_bytes());
            } else {
                out.push(&self.token(text));
            }
            out.end_row();
        }
    }
}

impl Transform for StringTokens {
    fn write(&self, texts: &[&str], out: &mut Texts) {
        let mut short = Vec::with_capacity(texts.len());
        short.extend(
            texts.iter().filter(|text| is_short(text)).map(|text| self.0.last(text.as_bytes())),
        );
        self.0.codes(&mut short);
        let mut short = short.into_iter();
        for text in texts {
            if is_placeholder(text) {
                out.push(text.as_bytes());
            } else if is_short(text) {
                out.push(&token::spell(short.next().expect("one code for each short text")));
            } else {
                out.push(&self.token(text));
            }
            out.end_row();
        }
    }

    fn sensitive_parts(&self, text: &str, found: &mut dyn FnMut(&str)) {
        canonical_identifier(text, found);
        found(text);
    }
}

fn is_short(text: &str) -> bool {
    text.len() <= 16 && !is_placeholder(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_and_long_texts_have_the_token_of_their_bytes_and_empty_stays_empty() {
        let strings = StringTokens::new(&[1; 16]);
        let texts = ["Paris", "", "powershell.exe -NoProfile -EncodedCommand AAAA", "paris"];
        let mut out = Texts::default();
        strings.write(&texts, &mut out);
        assert_eq!(out.ends, [17, 17, 34, 51]);
        assert_eq!(out.bytes[..17], strings.token("Paris"));
        assert_eq!(out.bytes[17..34], strings.token(texts[2]));
        assert_ne!(out.bytes[..17], out.bytes[34..]);
    }
}
