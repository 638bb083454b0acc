//! Binary XML: tokens in a chunk, as a tree of elements.
//!
//! Most records are an *instance* of a *template*: a tree with numbered holes, and the values for these.
//! Names and templates stand where they were first needed and are pointed to from elsewhere.

use super::bytes::{Bytes, utf16};
use super::value::Value;

/// How deep elements, templates and values may stand in one another.
const MOST_DEPTH: usize = 32;
/// Most tokens and values of one record.
const MOST_NODES: usize = 20_000;
/// Most bytes of names and text of one record; a record is smaller, but a template may repeat its values.
const MOST_TEXT: usize = 1 << 20;

type Result<T> = std::result::Result<T, &'static str>;

const SHORT: &str = "ends early";

/// An element of the XML.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Element {
    pub(super) name: String,
    pub(super) attributes: Vec<(String, String)>,
    pub(super) children: Vec<Element>,
    pub(super) text: String,
}

impl Element {
    pub(super) fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(known, _)| known == name).map(|(_, text)| text.as_str())
    }

    pub(super) fn child(&self, name: &str) -> Option<&Self> {
        self.children.iter().find(|child| child.name == name)
    }
}

/// The root of the fragment that stands in `chunk` from `start` to `end`. The text that was unfolded for it
/// is taken from `budget`, which all records of a chunk share.
pub(super) fn parse(chunk: &[u8], start: usize, end: usize, budget: &mut usize) -> Result<Element> {
    let most = MOST_TEXT.min(*budget);
    let mut reader = Reader { chunk: Bytes(chunk), nodes: MOST_NODES, text: most };
    let mut found = Content::default();
    let place = Place { end: end.min(chunk.len()), in_template: false, depth: 0 };
    let outcome = reader.content(start, place, &[], &mut found);
    *budget -= most - reader.text;
    outcome?;
    found.elements.into_iter().next().ok_or("holds no element")
}

/// What stands inside of an element, or at the top.
#[derive(Default)]
struct Content {
    elements: Vec<Element>,
    text: String,
    /// The items of a value that is an array: the element stands once for each.
    items: Option<Vec<String>>,
}

#[derive(Clone, Copy)]
struct Place {
    end: usize,
    /// Elements of templates say which value they depend on.
    in_template: bool,
    depth: usize,
}

impl Place {
    fn deeper(self) -> Result<Self> {
        if self.depth == MOST_DEPTH {
            return Err("nests too deep");
        }
        Ok(Self { depth: self.depth + 1, ..self })
    }
}

struct Reader<'a> {
    chunk: Bytes<'a>,
    /// How many more tokens and values may come.
    nodes: usize,
    /// How many more bytes of text may come.
    text: usize,
}

impl Reader<'_> {
    fn u8(&self, at: usize) -> Result<u8> {
        self.chunk.0.get(at).copied().ok_or(SHORT)
    }

    fn u16(&self, at: usize) -> Result<u16> {
        self.chunk.u16(at).ok_or(SHORT)
    }

    fn offset(&self, at: usize) -> Result<usize> {
        usize::try_from(self.chunk.u32(at).ok_or(SHORT)?).map_err(|_| SHORT)
    }

    fn spend_nodes(&mut self, count: usize) -> Result<()> {
        self.nodes = self.nodes.checked_sub(count).ok_or("has too many parts")?;
        Ok(())
    }

    fn spend_text(&mut self, length: usize) -> Result<()> {
        self.text = self.text.checked_sub(length).ok_or("unfolds to too much text")?;
        Ok(())
    }

    /// Reads tokens from `at` until the end of the element or fragment; where they ended.
    fn content(
        &mut self,
        mut at: usize,
        place: Place,
        values: &[Value],
        into: &mut Content,
    ) -> Result<usize> {
        while at < place.end {
            self.spend_nodes(1)?;
            match self.u8(at)? & 0xBF {
                0x00 | 0x04 => return Ok(at + 1),
                0x01 => at = self.element(at, place.deeper()?, values, into)?,
                0x05 => {
                    let (text, next) = self.counted_text(at + 2)?;
                    into.text.push_str(&text);
                    at = next;
                }
                0x07 => {
                    let (text, next) = self.counted_text(at + 1)?;
                    into.text.push_str(&text);
                    at = next;
                }
                0x08 => {
                    let character = char::from_u32(u32::from(self.u16(at + 1)?));
                    into.text.push(character.unwrap_or(char::REPLACEMENT_CHARACTER));
                    at += 3;
                }
                0x09 => {
                    let (name, next) = self.name(at + 1)?;
                    into.text.push_str(entity(&name));
                    at = next;
                }
                // Processing instructions say nothing about an event.
                0x0A => at = self.name(at + 1)?.1,
                0x0B => at = self.counted_text(at + 1)?.1,
                0x0C => at = self.instance(at, place.deeper()?, into)?,
                0x0D | 0x0E => {
                    let number = usize::from(self.u16(at + 1)?);
                    if let Some(value) = values.get(number) {
                        self.substitute(*value, place.deeper()?, into)?;
                    }
                    at += 4;
                }
                0x0F => at += 4,
                _ => return Err("holds a token that binary XML does not have"),
            }
        }
        Ok(at)
    }

    fn substitute(&mut self, value: Value, place: Place, into: &mut Content) -> Result<()> {
        if let Some((start, length)) = value.nested() {
            let end = start.checked_add(length).ok_or(SHORT)?;
            let place = Place { end: end.min(self.chunk.0.len()), in_template: false, ..place };
            self.content(start, place, &[], into)?;
        } else if let Some(items) = value.items(self.chunk)? {
            self.spend_nodes(items.len())?;
            self.spend_text(items.iter().map(String::len).sum())?;
            into.items = Some(items);
        } else {
            self.spend_text(value.length)?;
            let text = value.text(self.chunk)?;
            into.text.push_str(&text);
        }
        Ok(())
    }

    /// Reads the element at `at`; where it ended.
    fn element(
        &mut self,
        mut at: usize,
        place: Place,
        values: &[Value],
        into: &mut Content,
    ) -> Result<usize> {
        let has_attributes = self.u8(at)? & 0x40 != 0;
        at += 1;
        let mut left_out = false;
        if place.in_template {
            let dependency = usize::from(self.u16(at)?);
            left_out = values.get(dependency).is_some_and(Value::is_null);
            at += 2;
        }
        // The size is not needed: tokens say where the element ends.
        let (name, mut at) = self.name(at + 4)?;
        let mut element = Element { name, ..Element::default() };
        if has_attributes {
            at += 4;
        }
        loop {
            match self.u8(at)? & 0xBF {
                0x06 => {
                    self.spend_nodes(1)?;
                    let (name, next) = self.name(at + 1)?;
                    at = self.attribute(next, place, values, name, &mut element)?;
                }
                0x02 => {
                    let mut content = Content::default();
                    at = self.content(at + 1, place, values, &mut content)?;
                    if !left_out {
                        finish(element, content, into);
                    }
                    return Ok(at);
                }
                0x03 => {
                    if !left_out {
                        into.elements.push(element);
                    }
                    return Ok(at + 1);
                }
                _ => return Err("holds an element that does not end"),
            }
        }
    }

    /// Reads the pieces of an attribute's text from `at`; where they ended.
    fn attribute(
        &mut self,
        mut at: usize,
        place: Place,
        values: &[Value],
        name: String,
        element: &mut Element,
    ) -> Result<usize> {
        let mut content = Content::default();
        let mut is_null = false;
        while let token @ (0x05 | 0x07 | 0x08 | 0x09 | 0x0D | 0x0E) = self.u8(at)? & 0xBF {
            let next = match token {
                0x05 => self.counted_text(at + 2)?.1,
                0x07 => self.counted_text(at + 1)?.1,
                0x08 => at + 3,
                0x09 => self.name(at + 1)?.1,
                _ => at + 4,
            };
            if token >= 0x0D {
                let number = usize::from(self.u16(at + 1)?);
                is_null = values.get(number).is_none_or(Value::is_null);
            }
            at = self.content(at, Place { end: next, ..place }, values, &mut content)?;
        }
        if !(is_null && content.text.is_empty()) {
            let text = content.items.map_or(content.text, |items| items.join(", "));
            element.attributes.push((name, text));
        }
        Ok(at)
    }

    /// Reads the instance of a template at `at`; where it ended.
    fn instance(&mut self, at: usize, place: Place, into: &mut Content) -> Result<usize> {
        let definition = self.offset(at + 6)?;
        let mut at = at + 10;
        if definition == at {
            // It stands here, as this is where it was first needed.
            at = at
                .checked_add(24)
                .and_then(|at| at.checked_add(self.offset(at - 4).ok()?))
                .ok_or(SHORT)?;
        }
        let size = self.offset(definition.checked_add(20).ok_or(SHORT)?)?;
        let count = self.offset(at)?;
        at += 4;
        self.spend_nodes(count)?;
        let mut start =
            count.checked_mul(4).and_then(|table| table.checked_add(at)).ok_or(SHORT)?;
        if start > self.chunk.0.len() {
            return Err("says that it has more values than it can hold");
        }
        let mut values = Vec::with_capacity(count);
        for _ in 0..count {
            let length = usize::from(self.u16(at)?);
            values.push(Value { kind: self.u8(at + 2)?, start, length });
            start += length;
            at += 4;
        }
        if start > self.chunk.0.len() {
            return Err(SHORT);
        }
        let body = definition + 24;
        let end = body.checked_add(size).ok_or(SHORT)?.min(self.chunk.0.len());
        self.content(body, Place { end, in_template: true, ..place }, &values, into)?;
        Ok(start)
    }

    /// Text behind its length in characters; where it ended.
    fn counted_text(&mut self, at: usize) -> Result<(String, usize)> {
        let length = usize::from(self.u16(at)?) * 2;
        let bytes = self.chunk.slice(at + 2, length).ok_or(SHORT)?;
        self.spend_text(length)?;
        Ok((utf16(bytes), at + 2 + length))
    }

    /// The name that the offset at `at` points to; where the tokens go on.
    fn name(&mut self, at: usize) -> Result<(String, usize)> {
        let offset = self.offset(at)?;
        let next = at + 4;
        let length = usize::from(self.u16(offset.checked_add(6).ok_or(SHORT)?)?) * 2;
        let bytes = self.chunk.slice(offset + 8, length).ok_or(SHORT)?;
        self.spend_text(length)?;
        // A name that stands here is stepped over, with the NUL behind it.
        let next = if offset == next { next + 8 + length + 2 } else { next };
        Ok((utf16(bytes), next))
    }
}

/// Adds `element` with its content: once, or once for each item of an array.
fn finish(mut element: Element, content: Content, into: &mut Content) {
    element.children = content.elements;
    element.text = content.text;
    match content.items {
        None => into.elements.push(element),
        Some(items) => into.elements.extend(items.into_iter().map(|text| Element {
            name: element.name.clone(),
            attributes: element.attributes.clone(),
            children: Vec::new(),
            text,
        })),
    }
}

fn entity(name: &str) -> &'static str {
    match name {
        "amp" => "&",
        "lt" => "<",
        "gt" => ">",
        "quot" => "\"",
        "apos" => "'",
        _ => "\u{fffd}",
    }
}
