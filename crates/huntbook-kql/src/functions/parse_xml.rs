//! `parse_xml`: an XML document as a dynamic value.
//!
//! An element is null, its text, or an object: attributes behind `@`, text as `#text`, children by name, those
//! of one name as a list. Comments, instructions and declarations are skipped. Entities other than XML's own
//! five make the document invalid, so that none can grow it.

use quick_xml::XmlVersion;
use quick_xml::events::{BytesStart, Event};
use quick_xml::reader::Reader;
use serde_json::{Map, Value};

use super::{Function, Naming};
use crate::ir::Scalar;
use crate::kernel::Kernel;
use crate::types::KqlType;

pub(crate) const PARSE_XML: Function = Function {
    name: "parse_xml",
    aliases: &[],
    signature: "parse_xml(xml: string) -> dynamic",
    summary: "The XML document as an object: attributes are `@name`, text beside others is `#text`, repeated elements are lists. Null where it is no XML, longer than 1 MiB, or nested more than 100 deep.",
    naming: Naming::FirstArgument,
    bind: |call| {
        call.arity(1..=1)?;
        Ok(Scalar::kernel(&DOCUMENT, vec![call.string(0)?]))
    },
};

const LONGEST: usize = 1 << 20;
/// A dynamic value is read by recursion.
const DEEPEST: usize = 100;
const TEXT: &str = "#text";

/// An element whose end is not read yet.
#[derive(Default)]
struct Element {
    name: String,
    members: Map<String, Value>,
    /// What was read since the last tag.
    text: String,
}

impl Element {
    fn open(start: &BytesStart<'_>) -> Option<Self> {
        let mut members = Map::new();
        // The reader's own check for repeated names compares each with each.
        for attribute in start.attributes().with_checks(false) {
            let attribute = attribute.ok()?;
            let value = attribute.normalized_value(XmlVersion::Implicit1_0).ok()?;
            let name = format!("@{}", attribute.key.as_ref());
            if members.insert(name, Value::from(value.into_owned())).is_some() {
                return None;
            }
        }
        Some(Self { name: start.name().as_ref().to_owned(), members, text: String::new() })
    }

    fn add(&mut self, name: String, value: Value) {
        match self.members.get_mut(&name) {
            Some(Value::Array(list)) => list.push(value),
            Some(first) => {
                let first_value = first.take();
                *first = Value::Array(vec![first_value, value]);
            }
            None => {
                self.members.insert(name, value);
            }
        }
    }

    /// Keeps the text up to a tag, unless it is white space alone.
    fn end_of_text(&mut self) {
        let text = std::mem::take(&mut self.text);
        if !text.trim().is_empty() {
            self.add(TEXT.to_owned(), Value::from(text));
        }
    }

    fn close(mut self) -> (String, Value) {
        self.end_of_text();
        let value = match self.members.len() {
            0 => Value::Null,
            1 if self.members.get(TEXT).is_some_and(Value::is_string) => {
                self.members.remove(TEXT).unwrap_or_default()
            }
            _ => Value::Object(self.members),
        };
        (self.name, value)
    }
}

fn character(name: &str) -> Option<char> {
    Some(match name {
        "lt" => '<',
        "gt" => '>',
        "amp" => '&',
        "quot" => '"',
        "apos" => '\'',
        _ => return None,
    })
}

fn document(xml: &str) -> Option<Value> {
    if xml.len() > LONGEST {
        return None;
    }
    let xml = xml.trim_start_matches(['\u{FEFF}', ' ', '\t', '\r', '\n']);
    let mut reader = Reader::from_str(xml);
    // What stands outside of the document element is a member of this one.
    let mut open = vec![Element::default()];
    loop {
        match reader.read_event().ok()? {
            Event::Start(start) => {
                open.last_mut()?.end_of_text();
                open.push(Element::open(&start)?);
                if open.len() > DEEPEST {
                    return None;
                }
            }
            Event::Empty(start) => {
                let (name, value) = Element::open(&start)?.close();
                let outer = open.last_mut()?;
                outer.end_of_text();
                outer.add(name, value);
            }
            Event::End(_) => {
                let (name, value) = open.pop()?.close();
                open.last_mut()?.add(name, value);
            }
            Event::Text(text) => open.last_mut()?.text.push_str(&text.xml10_content()),
            Event::CData(text) => open.last_mut()?.text.push_str(&text.xml10_content()),
            Event::GeneralRef(reference) => {
                let found = match reference.resolve_char_ref().ok()? {
                    Some(character) => character,
                    None => character(&reference.xml10_content())?,
                };
                open.last_mut()?.text.push(found);
            }
            Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::DocType(_) => {}
            Event::Eof => break,
        }
    }
    let mut outside = open.pop().filter(|_| open.is_empty())?;
    outside.end_of_text();
    // One document element, and no text beside it.
    let single = outside.members.len() == 1 && !outside.members.contains_key(TEXT);
    let repeated = outside.members.values().any(Value::is_array);
    (single && !repeated).then_some(Value::Object(outside.members))
}

const DOCUMENT: Kernel = Kernel {
    name: "kql_parse_xml",
    returns: KqlType::Dynamic,
    evaluate: |arguments| {
        let xml = arguments.text(0)?;
        arguments.text_column(|row| document(xml.get(row)).map(|value| value.to_string()))
    },
};

/// The kernels of this file, for the registry.
pub(crate) const KERNELS: &[&Kernel] = &[&DOCUMENT];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_document_is_nothing() {
        for xml in
            ["", "text", "<a>", "<a></b>", "<a/><a/>", "<a/><b/>", "<a/>x", "<a b/>", "<a>&x;</a>"]
        {
            assert_eq!(document(xml), None, "{xml}");
        }
    }

    #[test]
    fn nesting_is_bounded() {
        let nested = |depth: usize| ["<a>".repeat(depth), "</a>".repeat(depth)].concat();
        assert!(document(&nested(50)).is_some());
        assert_eq!(document(&nested(10_000)), None);
    }

    #[test]
    fn entities_and_sections_are_text() {
        let value = document(
            "<?xml version=\"1.0\"?><!DOCTYPE a><a b='&lt;&#65;'>1 &amp; <![CDATA[<2>]]></a>",
        );
        assert_eq!(value, Some(serde_json::json!({"a": {"@b": "<A", "#text": "1 & <2>"}})));
    }
}
