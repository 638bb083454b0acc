//! Labels: the parts of account, host and domain names, in one name space.
//!
//! A *label* is one part of a name, such as `bob`, `HOST1` or `contoso`. Its token is taken of its
//! lower case, so `CONTOSO\bob`, `bob@contoso.com`, `BOB`, `HOST1$` and `host1.contoso.com` share the
//! tokens of `contoso`, `bob` and `host1`. The case *style* is put on again: `BOB` becomes upper case,
//! `Bob` a capital and lower case. A label of any other mixture, such as `BobSmith`, gets a mixture
//! that depends on its exact spelling, so that two spellings stay two values.
//!
//! A *composition* is a run of rows made of texts to keep and labels to replace; the labels of all rows
//! are looked up together.

use crate::cmac::{Cmac, LANES};
use crate::token;
use crate::transform::Texts;
use crate::well_known;

/// How a label uses capitals.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Style {
    Lower,
    Upper,
    Title,
    Mixed,
}

impl Style {
    fn of(label: &str) -> Self {
        let (mut uppers, mut lowers, mut all) = (0, 0, 0);
        for byte in label.bytes() {
            uppers += usize::from(byte.is_ascii_uppercase());
            lowers += usize::from(byte.is_ascii_lowercase());
            all |= byte;
        }
        if all.is_ascii() {
            Self::of_counts(
                uppers,
                lowers,
                label.starts_with(|first: char| first.is_ascii_uppercase()),
            )
        } else {
            Self::of_unicode(label)
        }
    }

    fn of_unicode(label: &str) -> Self {
        let uppers = label.chars().filter(|letter| letter.is_uppercase()).count();
        let lowers = label.chars().filter(|letter| letter.is_lowercase()).count();
        Self::of_counts(uppers, lowers, label.starts_with(char::is_uppercase))
    }

    const fn of_counts(uppers: usize, lowers: usize, starts_upper: bool) -> Self {
        match (uppers, lowers) {
            (0, _) => Self::Lower,
            (_, 0) => Self::Upper,
            (1, _) if starts_upper => Self::Title,
            _ => Self::Mixed,
        }
    }
}

/// The tokens of labels, under one key.
pub(crate) struct LabelTokens {
    tokens: Cmac,
    mixtures: Cmac,
}

impl LabelTokens {
    /// `mixtures` is the key of the capitals of mixed labels.
    pub(crate) fn new(tokens: &[u8; 16], mixtures: &[u8; 16]) -> Self {
        Self { tokens: Cmac::new(tokens), mixtures: Cmac::new(mixtures) }
    }

    /// Writes the rows of `composition`.
    pub(crate) fn write(&self, composition: &Composition<'_>, out: &mut Texts) {
        let mut codes: Vec<u128> =
            composition.labels.iter().map(|label| self.first_block(label)).collect();
        self.tokens.codes(&mut codes);
        let mut labels = composition.labels.iter().zip(codes);
        for piece in &composition.pieces {
            match piece {
                Piece::Keep(text) => out.push(text.as_bytes()),
                Piece::Own(from, to) => out.push(&composition.own.as_bytes()[*from..*to]),
                Piece::Label => {
                    let (label, code) = labels.next().expect("one code for each label");
                    out.push(&self.spell(label, code));
                }
                Piece::End => out.end_row(),
            }
        }
    }

    /// Writes the token of each label into its gap of `bytes`.
    pub(crate) fn fill(&self, gaps: &[Gap<'_>], bytes: &mut [u8]) {
        let mut codes = [0; LANES];
        for gaps in gaps.chunks(LANES) {
            let codes = &mut codes[..gaps.len()];
            for (code, gap) in codes.iter_mut().zip(gaps) {
                *code = self.first_block(gap.label);
            }
            self.tokens.codes(codes);
            for (gap, code) in gaps.iter().zip(codes) {
                let token = self.spell(gap.label, *code);
                bytes[gap.at..gap.at + token::LENGTH].copy_from_slice(&token);
            }
        }
    }

    #[inline]
    fn first_block(&self, label: &str) -> u128 {
        if !is_short(label) {
            return 0;
        }
        let mut lower = [0; 16];
        let bytes = &mut lower[..label.len()];
        bytes.copy_from_slice(label.as_bytes());
        lower.make_ascii_lowercase();
        self.tokens.last(&lower[..label.len()])
    }

    #[inline]
    fn spell(&self, label: &str, short_code: u128) -> [u8; token::LENGTH] {
        let code = if is_short(label) {
            short_code
        } else if label.is_ascii() {
            self.tokens.code(label.to_ascii_lowercase().as_bytes())
        } else {
            self.tokens.code(label.to_lowercase().as_bytes())
        };
        let mut token = token::spell(code);
        match Style::of(label) {
            Style::Lower => {}
            Style::Upper => token.make_ascii_uppercase(),
            Style::Title => token[0].make_ascii_uppercase(),
            Style::Mixed => mix(&mut token, self.mixtures.code(label.as_bytes())),
        }
        token
    }
}

/// A place in a text that waits for the token of a label.
pub(crate) struct Gap<'t> {
    /// Where it begins.
    pub(crate) at: usize,
    /// What its token is of.
    pub(crate) label: &'t str,
}

/// Capitalises some letters of `token`: never the first, always the second, the others as `code` says.
fn mix(token: &mut [u8; token::LENGTH], code: u128) {
    let letters = token.iter_mut().skip(1).filter(|byte| byte.is_ascii_lowercase());
    for (place, letter) in letters.enumerate() {
        if place == 0 || code >> place & 1 == 1 {
            letter.make_ascii_uppercase();
        }
    }
}

/// Whether one AES block gives the token of `label`.
#[inline]
fn is_short(label: &str) -> bool {
    label.len() <= 16 && label.is_ascii()
}

enum Piece<'t> {
    Keep(&'t str),
    Own(usize, usize),
    Label,
    End,
}

/// Rows of texts to keep and labels to replace.
pub(crate) struct Composition<'t> {
    pieces: Vec<Piece<'t>>,
    labels: Vec<&'t str>,
    own: String,
    /// The last dotted name, and where its suffix begins.
    pub(crate) last_name: (&'t str, usize),
}

impl<'t> Composition<'t> {
    pub(crate) fn with_capacity(rows: usize) -> Self {
        Self {
            pieces: Vec::with_capacity(6 * rows),
            labels: Vec::with_capacity(3 * rows),
            own: String::new(),
            last_name: ("", 0),
        }
    }

    /// Keeps `text`.
    #[inline]
    pub(crate) fn keep(&mut self, text: &'t str) {
        self.pieces.push(Piece::Keep(text));
    }

    /// Replaces `label` by its token, unless it is well known. A trailing `$`, the mark of a machine
    /// account, is kept.
    #[inline]
    pub(crate) fn label(&mut self, label: &'t str) {
        if well_known::is_name(label) {
            self.keep(label);
            return;
        }
        match label.strip_suffix('$') {
            Some(machine) if !machine.is_empty() && !well_known::is_name(machine) => {
                self.replace(machine);
                self.keep("$");
            }
            _ => self.replace(label),
        }
    }

    /// Appends what a map of another kind made.
    pub(crate) fn own(&mut self, text: &str) {
        let from = self.own.len();
        self.own.push_str(text);
        self.pieces.push(Piece::Own(from, self.own.len()));
    }

    /// Ends the row.
    #[inline]
    pub(crate) fn end_row(&mut self) {
        self.pieces.push(Piece::End);
    }

    fn replace(&mut self, label: &'t str) {
        self.labels.push(label);
        self.pieces.push(Piece::Label);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn token(label: &str) -> String {
        let mut composition = Composition::with_capacity(1);
        composition.label(label);
        composition.end_row();
        let mut out = Texts::default();
        LabelTokens::new(&[1; 16], &[2; 16]).write(&composition, &mut out);
        String::from_utf8(out.bytes).unwrap()
    }

    #[test]
    fn token_has_the_case_style_of_its_label() {
        assert_eq!(token("BOB"), token("bob").to_ascii_uppercase());
        assert_eq!(token("Bob")[1..], token("bob")[1..]);
        assert_eq!(Style::of(&token("Bob")), Style::Title);
        assert_eq!(Style::of(&token("boB")), Style::Mixed);
        assert_ne!(token("bOb"), token("boB"));
        assert_eq!(token("bOb").to_ascii_lowercase(), token("bob"));
    }

    #[test]
    fn machine_account_has_the_token_of_its_host() {
        assert_eq!(token("HOST1$"), token("HOST1") + "$");
    }

    #[test]
    fn letters_beyond_ascii_are_lowered_too() {
        assert_eq!(token("JÜRGEN"), token("jürgen").to_ascii_uppercase());
    }

    proptest! {
        #[test]
        fn style_survives(label in "[A-Za-z0-9._-]{1,40}") {
            prop_assume!(!well_known::is_name(&label));
            let token = token(&label);
            prop_assert_eq!(Style::of(&token), Style::of(&label), "{}", token);
        }
    }
}
