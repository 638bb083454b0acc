//! Patterns of constants and columns: `parse` of the kinds `simple` and `relaxed`.
//!
//! The text is matched from its start to its end. A column takes as little as possible: all up to the next constant,
//! or to the end. Before a `*` nothing stops it, and it takes what looks like a value of its type.

use std::borrow::Cow;

use memchr::memmem::Finder;
use serde::{Deserialize, Serialize};

use super::{Machine, Pieces};

/// One piece of a pattern.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Step {
    /// Any text, passed over.
    Any,
    /// A constant.
    Text(String),
    /// All up to the next constant.
    Column,
    /// What looks like a value of a type; whether the constant before it counts only where such a value follows.
    Shaped(Shape, bool),
}

/// What the text of a value of some types looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Shape {
    Whole,
    Real,
    Word,
    Time,
}

impl Shape {
    /// How many bytes at the start of the text look like a value; zero for none.
    fn length(self, text: &str) -> usize {
        let space = text.len() - text.trim_start().len();
        let rest = &text.as_bytes()[space..];
        let run = |from: usize, wanted: fn(u8) -> bool| {
            rest.iter().skip(from).take_while(|byte| wanted(**byte)).count()
        };
        let digit: fn(u8) -> bool = |byte| byte.is_ascii_digit();
        let sign = usize::from(matches!(rest.first(), Some(b'+' | b'-')));
        let found = match self {
            Self::Whole => match run(sign, digit) {
                0 => 0,
                digits => sign + digits,
            },
            Self::Real => {
                let mut end = sign + run(sign, digit);
                let mut digits = end - sign;
                if rest.get(end) == Some(&b'.') {
                    let fraction = run(end + 1, digit);
                    digits += fraction;
                    end += if fraction > 0 { 1 + fraction } else { 0 };
                }
                if digits == 0 { 0 } else { end }
            }
            Self::Word => run(0, |byte| byte.is_ascii_alphanumeric() || byte == b'-'),
            Self::Time => {
                // A date and a time of day may stand apart by one blank.
                let part: fn(u8) -> bool =
                    |byte| byte.is_ascii_alphanumeric() || b":./+-".contains(&byte);
                let first = run(0, part);
                let second = run(first + 1, part);
                let clock = second > 0
                    && rest.get(first) == Some(&b' ')
                    && rest.get(first + 1).is_some_and(u8::is_ascii_digit)
                    && rest[first + 1..first + 1 + second].contains(&b':');
                if clock { first + 1 + second } else { first }
            }
        };
        if found == 0 { 0 } else { space + found }
    }
}

/// A pattern made ready.
pub(super) struct Matcher {
    steps: Vec<Ready>,
}

enum Ready {
    Any,
    Text(Box<Finder<'static>>),
    Column(usize),
    Shaped(usize, Shape, bool),
}

impl Matcher {
    pub(super) fn new(steps: &[Step]) -> Self {
        let mut columns = 0..;
        let mut column = || columns.next().unwrap_or_default();
        let steps = steps.iter().map(|step| match step {
            Step::Any => Ready::Any,
            Step::Text(text) => Ready::Text(Box::new(Finder::new(text.as_bytes()).into_owned())),
            Step::Column => Ready::Column(column()),
            Step::Shaped(shape, required) => Ready::Shaped(column(), *shape, *required),
        });
        Self { steps: steps.collect() }
    }
}

impl Machine for Matcher {
    fn read<'a>(&self, text: &'a str, pieces: &mut Pieces<'a>) -> bool {
        let mut position = 0;
        // What lies before the next constant: nothing, text passed over, or the text of a column.
        let mut open: Option<Option<usize>> = None;
        for (index, step) in self.steps.iter().enumerate() {
            let rest = &text[position..];
            match step {
                Ready::Any => {
                    if let Some(Some(column)) = open {
                        pieces[column] = Some(Cow::Borrowed(""));
                    }
                    open = Some(None);
                }
                Ready::Column(column) => {
                    if let Some(Some(before)) = open {
                        pieces[before] = Some(Cow::Borrowed(""));
                    }
                    open = Some(Some(*column));
                }
                Ready::Shaped(column, shape, _) => {
                    let length = shape.length(rest);
                    pieces[*column] = Some(Cow::Borrowed(&rest[..length]));
                    position += length;
                }
                Ready::Text(finder) => {
                    let is_last = index + 1 == self.steps.len();
                    let next = match self.steps.get(index + 1) {
                        Some(Ready::Shaped(_, shape, true)) => Some(*shape),
                        _ => None,
                    };
                    let Some(start) = place(rest, finder, open.is_some(), is_last, next) else {
                        return false;
                    };
                    if let Some(Some(column)) = open {
                        pieces[column] = Some(Cow::Borrowed(&rest[..start]));
                    }
                    position += start + finder.needle().len();
                    open = None;
                }
            }
        }
        match open {
            None => position == text.len(),
            Some(None) => true,
            Some(Some(column)) => {
                pieces[column] = Some(Cow::Borrowed(&text[position..]));
                true
            }
        }
    }
}

/// Where a constant stands: at the start where nothing may come before it, at the end where nothing comes behind.
fn place(
    rest: &str,
    finder: &Finder<'_>,
    open: bool,
    is_last: bool,
    next: Option<Shape>,
) -> Option<usize> {
    let needle = finder.needle();
    if is_last {
        let start = rest.len().checked_sub(needle.len())?;
        let fits = (open || start == 0) && rest.as_bytes()[start..] == *needle;
        return fits.then_some(start);
    }
    if !open {
        return rest.as_bytes().starts_with(needle).then_some(0);
    }
    let Some(shape) = next else { return finder.find(rest.as_bytes()) };
    // A value that must follow may follow at a later place only.
    let mut from = 0;
    loop {
        let start = from + finder.find(&rest.as_bytes()[from..])?;
        let end = start + needle.len();
        if shape.length(&rest[end..]) > 0 {
            return Some(start);
        }
        from = start + 1;
        while !rest.is_char_boundary(from) {
            from += 1;
        }
        if from > rest.len() {
            return None;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(steps: &[Step], text: &str) -> Option<Vec<String>> {
        let columns =
            steps.iter().filter(|step| matches!(step, Step::Column | Step::Shaped(..))).count();
        let mut pieces = vec![None; columns];
        let matches = Matcher::new(steps).read(text, &mut pieces);
        matches.then(|| pieces.into_iter().map(|piece| piece.unwrap_or_default().into()).collect())
    }

    fn text(constant: &str) -> Step {
        Step::Text(constant.to_owned())
    }

    #[test]
    fn the_last_constant_stands_at_the_end() {
        let steps = [text("a"), Step::Column, text("c")];
        assert_eq!(read(&steps, "aXcYc"), Some(vec!["XcY".to_owned()]));
        assert_eq!(read(&steps, "aXcd"), None);
        assert_eq!(read(&steps, "ac"), Some(vec![String::new()]));
        assert_eq!(read(&steps, "xaXc"), None);
        assert_eq!(read(&steps, "a"), None);
    }

    #[test]
    fn a_star_passes_over_as_little_as_possible() {
        let steps = [Step::Any, text("x="), Step::Column, text(","), Step::Any];
        assert_eq!(read(&steps, "y=1,x=2,x=9"), Some(vec!["2".to_owned()]));
        assert_eq!(read(&steps, "y=1,x=2"), None);
    }

    #[test]
    fn a_value_before_a_star_looks_like_its_type() {
        let steps = [Step::Any, text("n="), Step::Shaped(Shape::Whole, true), Step::Any];
        assert_eq!(read(&steps, "n=x n=\u{e9} n= -5ms"), Some(vec![" -5".to_owned()]));
        assert_eq!(read(&steps, "n=x"), None);
    }

    #[test]
    fn shapes_end_where_the_value_ends() {
        assert_eq!(Shape::Real.length("1.5.2"), 3);
        assert_eq!(Shape::Real.length("1."), 1);
        assert_eq!(Shape::Real.length("."), 0);
        assert_eq!(Shape::Time.length("2024-05-01 10:00:00, x"), 19);
        assert_eq!(Shape::Time.length("2024-05-01 x"), 10);
        assert_eq!(Shape::Whole.length("\u{a0}\u{e9}"), 0);
    }
}
