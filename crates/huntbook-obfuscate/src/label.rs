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

use std::ops::Range;

use crate::cmac::{self, Cmac, LANES};
use crate::text::{self, Bearing};
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
    #[cfg(test)]
    fn of(label: &str) -> Self {
        match Short::of(label) {
            Some(short) => short.style,
            None => Self::of_long(label),
        }
    }

    fn of_long(label: &str) -> Self {
        if label.is_ascii() {
            let count = |is: fn(&u8) -> bool| label.bytes().filter(is).count();
            let starts_upper = label.starts_with(|first: char| first.is_ascii_uppercase());
            return Self::of_counts(
                count(u8::is_ascii_uppercase),
                count(u8::is_ascii_lowercase),
                starts_upper,
            );
        }
        let uppers = label.chars().filter(|letter| letter.is_uppercase()).count();
        let lowers = label.chars().filter(|letter| letter.is_lowercase()).count();
        Self::of_counts(uppers, lowers, label.starts_with(char::is_uppercase))
    }

    /// `token` in this style, unless it is mixed.
    #[inline]
    fn apply(self, mut token: [u8; token::LENGTH]) -> [u8; token::LENGTH] {
        match self {
            Self::Lower | Self::Mixed => {}
            Self::Upper => token.make_ascii_uppercase(),
            Self::Title => token[0].make_ascii_uppercase(),
        }
        token
    }

    #[inline]
    const fn of_counts(uppers: usize, lowers: usize, starts_upper: bool) -> Self {
        match (uppers, lowers) {
            (0, _) => Self::Lower,
            (_, 0) => Self::Upper,
            (1, _) if starts_upper => Self::Title,
            _ => Self::Mixed,
        }
    }
}

/// A label of up to 16 ASCII bytes: one AES block gives its token.
#[derive(Clone, Copy)]
struct Short {
    /// Its lower case, then zeros.
    block: u128,
    length: u8,
    style: Style,
}

impl Short {
    #[inline]
    fn of(label: &str) -> Option<Self> {
        const EACH: u128 = u128::from_be_bytes([1; 16]);
        if label.len() > 16 {
            return None;
        }
        let block = cmac::load(label.as_bytes());
        if block & (0x80 * EACH) != 0 {
            return None;
        }
        // The high bit of each byte tells whether it is at least as large as a bound.
        let at_least = |block: u128, bound: u128| (block + (0x80 - bound) * EACH) & (0x80 * EACH);
        let uppers = at_least(block, 0x41) & !at_least(block, 0x5b);
        let lower = block | uppers >> 2;
        let style = if uppers == 0 {
            Style::Lower
        } else {
            let letters = at_least(lower, 0x61) & !at_least(lower, 0x7b);
            let lowers = (letters ^ uppers).count_ones() as usize;
            Style::of_counts(uppers.count_ones() as usize, lowers, uppers >> 127 == 1)
        };
        Some(Self { block: lower, length: label.len() as u8, style })
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
    pub(crate) fn write(&self, composition: &Composition, out: &mut Texts) {
        let start = out.bytes.len();
        out.bytes.extend_from_slice(&composition.texts.bytes);
        out.ends.extend(composition.texts.ends.iter().map(|end| start + end));
        let written = &mut out.bytes[start..];
        let mut codes = [0; LANES];
        for gaps in composition.gaps.chunks(LANES) {
            for (code, gap) in codes.iter_mut().zip(gaps) {
                *code = self.tokens.mask(gap.label.block, gap.label.length);
            }
            self.tokens.codes(&mut codes[..gaps.len()]);
            for (code, gap) in codes.iter().zip(gaps) {
                let place = &mut written[gap.place..gap.place + token::LENGTH];
                token::spell_into(*code, place.first_chunk_mut().expect("a gap holds a token"));
                match gap.label.style {
                    Style::Lower | Style::Mixed => {}
                    Style::Upper => place.make_ascii_uppercase(),
                    Style::Title => place[0].make_ascii_uppercase(),
                }
            }
        }
        for (place, from, to) in &composition.others {
            let token = self.spell(&composition.spellings[*from..*to]);
            written[*place..*place + token::LENGTH].copy_from_slice(&token);
        }
    }

    /// Writes the token of each label into its gap of `bytes`.
    pub(crate) fn fill(&self, gaps: &[Gap<'_>], bytes: &mut [u8]) {
        let mut codes = [0; LANES];
        let mut shorts = [None; LANES];
        for gaps in gaps.chunks(LANES) {
            for ((code, short), gap) in codes.iter_mut().zip(&mut shorts).zip(gaps) {
                *short = Short::of(gap.label).filter(|short| short.style != Style::Mixed);
                *code = short.map_or(0, |short| self.tokens.mask(short.block, short.length));
            }
            self.tokens.codes(&mut codes[..gaps.len()]);
            for ((gap, code), short) in gaps.iter().zip(codes).zip(shorts) {
                let token = match short {
                    Some(short) => short.style.apply(token::spell(code)),
                    None => self.spell(gap.label),
                };
                bytes[gap.at..gap.at + token::LENGTH].copy_from_slice(&token);
            }
        }
    }

    /// The rows of `composition` as one text.
    pub(crate) fn text(&self, composition: &Composition) -> String {
        let mut out = Texts::default();
        self.write(composition, &mut out);
        String::from_utf8(out.bytes).expect("a composition puts together whole texts")
    }

    /// The token of a label of any length and style.
    fn spell(&self, label: &str) -> [u8; token::LENGTH] {
        let mut lower = [0; LONG];
        let code = if !label.is_ascii() {
            self.tokens.code(label.to_lowercase().as_bytes())
        } else if let Some(lower) = lower.get_mut(..label.len()) {
            lower.copy_from_slice(label.as_bytes());
            lower.make_ascii_lowercase();
            self.tokens.code(lower)
        } else {
            self.tokens.code(label.to_ascii_lowercase().as_bytes())
        };
        let mut token = token::spell(code);
        let style = Short::of(label).map_or_else(|| Style::of_long(label), |short| short.style);
        match style {
            Style::Lower => {}
            Style::Upper => token.make_ascii_uppercase(),
            Style::Title => token[0].make_ascii_uppercase(),
            Style::Mixed => mix(&mut token, self.mixtures.code(label.as_bytes())),
        }
        token
    }
}

/// Labels of up to so many bytes of ASCII are made small without an allocation.
const LONG: usize = 128;

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

/// Where the token of a short label goes.
#[derive(Clone, Copy)]
struct ShortGap {
    place: usize,
    label: Short,
}

/// Rows of texts to keep and labels to replace.
#[derive(Default)]
pub(crate) struct Composition {
    /// The rows, with room for each token.
    texts: Texts,
    gaps: Vec<ShortGap>,
    /// Where the tokens of long and mixed labels go, and where the labels stand in `spellings`.
    others: Vec<(usize, usize, usize)>,
    spellings: String,
    /// What was replaced, if that is to be known.
    replaced: Option<Vec<String>>,
    /// What is known of the labels of the row, if it is to be.
    taught: Option<Taught>,
    /// Whether it is made to learn what there is, and not for the images.
    is_sketch: bool,
    /// The suffix of the last dotted name.
    pub(crate) last_suffix: LastSuffix,
    /// The last name that may well come again.
    repeat: Repeat,
    /// UUIDs that come soon, and their images.
    foreseen: Vec<(u128, u128)>,
    /// Which of them comes next.
    next_foreseen: usize,
}

/// What the labels of a row may teach.
#[derive(Clone, Copy, Default)]
struct Taught {
    /// Whether there are any.
    any: bool,
    /// Whether free text may treat one of them as it would not if it did not know it.
    matters: bool,
}

/// A text that was composed, and what that gave.
#[derive(Default)]
struct Repeat {
    taught: Option<Taught>,
    text: Vec<u8>,
    /// Whether the text gives the same after a label of its own.
    is_domain: bool,
    bytes: Range<usize>,
    gaps: Range<usize>,
}

/// What is to be learnt from a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Lesson {
    Nothing,
    /// The value as a whole, and no label of it.
    Whole,
    /// All parts of the value: they are to be looked at one by one.
    All,
}

/// Where a composition stands.
#[derive(Clone, Copy)]
pub(crate) struct Mark {
    bytes: usize,
    gaps: usize,
    others: usize,
}

/// The suffix of a name, and the end of the name that decides it.
#[derive(Default)]
pub(crate) struct LastSuffix {
    /// The end of the name that was read; empty if there was no name yet.
    pub(crate) end: Vec<u8>,
    /// Whether names that have more labels before that end have the suffix, too.
    pub(crate) decides_longer: bool,
    pub(crate) length: usize,
}

impl Composition {
    pub(crate) fn with_capacity(rows: usize) -> Self {
        Self {
            texts: Texts::with_capacity(rows, 64 * rows),
            gaps: Vec::with_capacity(3 * rows),
            ..Self::default()
        }
    }

    /// A composition that remembers what it replaces.
    pub(crate) fn recording() -> Self {
        Self { replaced: Some(Vec::new()), ..Self::default() }
    }

    /// A composition that tells of each row what its labels may teach.
    pub(crate) fn teaching(rows: usize) -> Self {
        Self { taught: Some(Taught::default()), ..Self::with_capacity(rows) }
    }

    /// One that does so and is not written.
    pub(crate) fn sketch(rows: usize) -> Self {
        Self { is_sketch: true, ..Self::teaching(rows) }
    }

    /// Ends the row of `text`; what is to be learnt from it.
    pub(crate) fn end_taught_row(&mut self, text: &str, mark: Mark) -> Lesson {
        self.end_row();
        let taught = self.taught.replace(Taught::default()).unwrap_or_default();
        if !taught.any {
            let stays = self.gaps.len() == mark.gaps
                && self.others.len() == mark.others
                && &self.texts.bytes[mark.bytes..] == text.as_bytes();
            return if stays { Lesson::Nothing } else { Lesson::All };
        }
        if taught.matters {
            return Lesson::All;
        }
        match text::bearing(text) {
            Bearing::None => Lesson::Nothing,
            Bearing::Dotted => Lesson::Whole,
            Bearing::Unclear => Lesson::All,
        }
    }

    /// Another empty one that remembers if this does.
    pub(crate) fn fresh(&self) -> Self {
        Self {
            replaced: self.replaced.as_ref().map(|_| Vec::new()),
            taught: self.taught.map(|_| Taught::default()),
            is_sketch: self.is_sketch,
            ..Self::default()
        }
    }

    /// Takes over what `inner` remembers.
    pub(crate) fn adopt(&mut self, inner: &mut Self) {
        for part in inner.take_replaced() {
            self.record(&part);
        }
        if let (Some(taught), Some(inner)) = (&mut self.taught, inner.taught) {
            taught.any |= inner.any;
            taught.matters |= inner.matters;
        }
    }

    /// What was replaced so far, in order; nothing unless [`recording`](Self::recording).
    pub(crate) fn take_replaced(&mut self) -> Vec<String> {
        self.replaced.as_mut().map(std::mem::take).unwrap_or_default()
    }

    /// Whether all that was composed is `text` itself, kept.
    pub(crate) fn is_text(&self, text: &str) -> bool {
        !self.has_labels() && self.texts.bytes == text.as_bytes()
    }

    /// Whether any label is replaced.
    pub(crate) fn has_labels(&self) -> bool {
        !self.gaps.is_empty() || !self.others.is_empty()
    }

    /// Does `compose` without remembering what it replaces.
    pub(crate) fn unrecorded(&mut self, compose: impl FnOnce(&mut Self)) {
        let (replaced, taught) = (self.replaced.take(), self.taught.take());
        compose(self);
        (self.replaced, self.taught) = (replaced, taught);
    }

    /// Where the composition stands.
    #[inline]
    pub(crate) fn mark(&self) -> Mark {
        Mark { bytes: self.texts.bytes.len(), gaps: self.gaps.len(), others: self.others.len() }
    }

    /// Remembers that `text` gave what was composed since `mark`, and whether it gives the same after a label.
    #[inline]
    pub(crate) fn remember(&mut self, text: &str, mark: Mark, is_domain: bool) {
        if self.others.len() == mark.others && self.replaced.is_none() && !text.is_empty() {
            self.repeat.text.clear();
            self.repeat.text.extend_from_slice(text.as_bytes());
            self.repeat.is_domain = is_domain;
            self.repeat.taught = self.taught;
            self.repeat.bytes = mark.bytes..self.texts.bytes.len();
            self.repeat.gaps = mark.gaps..self.gaps.len();
        }
    }

    /// Whether `text` is what was remembered last.
    #[inline]
    pub(crate) fn remembers(&self, text: &str) -> bool {
        self.replaced.is_none() && self.repeat.text == text.as_bytes()
    }

    /// Whether `domain` is what was remembered last, and gives the same after a label.
    #[inline]
    pub(crate) fn remembers_domain(&self, domain: &str) -> bool {
        self.repeat.is_domain && self.remembers(domain)
    }

    /// Composes what was remembered once more.
    #[inline]
    pub(crate) fn repeat(&mut self) {
        if let (Some(taught), Some(repeated)) = (&mut self.taught, self.repeat.taught) {
            taught.any |= repeated.any;
            taught.matters |= repeated.matters;
        }
        let place = self.texts.bytes.len();
        self.texts.bytes.extend_from_within(self.repeat.bytes.clone());
        for index in self.repeat.gaps.clone() {
            let gap = self.gaps[index];
            self.gaps.push(ShortGap { place: gap.place - self.repeat.bytes.start + place, ..gap });
        }
    }

    /// Keeps `text`.
    #[inline]
    pub(crate) fn keep(&mut self, text: &str) {
        self.texts.push(text.as_bytes());
    }

    /// Replaces `label` by its token, unless it is well known. A trailing `$`, the mark of a machine
    /// account, is kept.
    #[inline]
    pub(crate) fn label(&mut self, label: &str) {
        if well_known::is_name(label) {
            self.keep(label);
        } else {
            self.unknown_label(label);
        }
    }

    /// Replaces `label`, which is not well known, as [`label`](Self::label) does.
    #[inline]
    pub(crate) fn unknown_label(&mut self, label: &str) {
        match label.strip_suffix('$') {
            Some(machine) if !machine.is_empty() && !well_known::is_name(machine) => {
                self.replace(machine);
                self.keep("$");
            }
            _ => self.replace(label),
        }
    }

    /// Replaces `label`, whatever it is.
    #[inline]
    pub(crate) fn replace(&mut self, label: &str) {
        let place = self.texts.bytes.len();
        self.texts.push(&[b' '; token::LENGTH]);
        match Short::of(label) {
            Some(label) if label.style != Style::Mixed => self.gaps.push(ShortGap { place, label }),
            _ => {
                let from = self.spellings.len();
                self.spellings.push_str(label);
                self.others.push((place, from, self.spellings.len()));
            }
        }
        if let Some(taught) = &mut self.taught {
            taught.any = true;
            taught.matters = taught.matters || text::bearing(label) != Bearing::None;
        }
        if self.replaced.is_some() {
            self.record(label);
        }
    }

    /// Appends what a map of another kind made of `original`.
    pub(crate) fn image(&mut self, original: &str, image: &str) {
        self.keep(image);
        if original != image {
            self.record(original);
        }
    }

    /// Appends what `write` writes, the image of `original` under a map of another kind.
    #[inline]
    pub(crate) fn image_by(&mut self, original: &str, write: impl FnOnce(&mut Texts)) {
        let start = self.texts.bytes.len();
        write(&mut self.texts);
        if let Some(taught) = &mut self.taught {
            taught.any = true;
        } else if self.replaced.is_some() && &self.texts.bytes[start..] != original.as_bytes() {
            self.record(original);
        }
    }

    /// Takes UUIDs that come soon, and their images.
    pub(crate) fn foresee(&mut self, images: impl Iterator<Item = (u128, u128)>) {
        self.foreseen.extend(images);
    }

    /// The image of `uuid` if it was foreseen to come about now.
    #[inline]
    pub(crate) fn foreseen(&mut self, uuid: u128) -> Option<u128> {
        let next = self.next_foreseen.saturating_sub(1);
        let near = self.foreseen[next..].iter().take(4);
        let place = next + near.map(|(known, _)| *known).position(|known| known == uuid)?;
        self.next_foreseen = place + 1;
        Some(self.foreseen[place].1)
    }

    /// Whether images are of no use in it.
    #[inline]
    pub(crate) fn is_sketch(&self) -> bool {
        self.is_sketch
    }

    /// Remembers that `original` was replaced.
    #[cold]
    pub(crate) fn record(&mut self, original: &str) {
        if let Some(taught) = &mut self.taught {
            taught.any = true;
            taught.matters = taught.matters || text::bearing(original) != Bearing::None;
        }
        if let Some(replaced) = &mut self.replaced {
            replaced.push(original.to_owned());
        }
    }

    /// Ends the row.
    #[inline]
    pub(crate) fn end_row(&mut self) {
        self.texts.end_row();
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
