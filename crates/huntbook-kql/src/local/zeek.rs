//! Zeek's tab-separated logs, as records, with the types that their header states.
//!
//! Source: <https://docs.zeek.org/en/master/log-formats.html>

use std::borrow::Cow;

use super::record::Record;
use super::value::{Value, quote_json};
use crate::types::KqlType;

/// What the header of a log says about its lines.
struct Header<'a> {
    separator: char,
    set_separator: &'a str,
    empty: &'a str,
    unset: &'a str,
    names: Vec<&'a str>,
    types: Vec<&'a str>,
}

/// Whether `head` begins a Zeek log.
pub(super) fn is_zeek(head: &str) -> bool {
    head.starts_with("#separator")
}

/// The columns whose header names a type, with that type in KQL. `count` and `port` are `long`,
/// `interval` is `real` in seconds, sets and vectors are `dynamic`.
pub(super) fn declared_types(text: &str) -> Vec<(String, KqlType)> {
    let mut header = Header::new();
    for line in text.lines().take_while(|line| line.starts_with('#')) {
        header.read(line);
    }
    let kinds = header.types.iter().map(|name| kql_type(name));
    header.names.iter().zip(kinds).map(|(name, kind)| ((*name).to_owned(), kind)).collect()
}

/// Calls `visit` for every line of `text` that is not part of a header, in order.
pub(super) fn for_each_record<E>(
    text: &str,
    visit: &mut dyn FnMut(Record<'_>) -> Result<(), E>,
) -> Result<(), E> {
    let mut header = Header::new();
    for line in text.lines() {
        if line.starts_with('#') {
            header.read(line);
        } else if !line.is_empty() {
            visit(header.record(line))?;
        }
    }
    Ok(())
}

fn kql_type(zeek: &str) -> KqlType {
    match zeek {
        "time" => KqlType::Datetime,
        "interval" | "double" => KqlType::Real,
        "count" | "int" | "port" => KqlType::Long,
        "bool" => KqlType::Bool,
        nested if nested.starts_with("set[") || nested.starts_with("vector[") => KqlType::Dynamic,
        _ => KqlType::String,
    }
}

impl<'a> Header<'a> {
    fn new() -> Self {
        Self {
            separator: '\t',
            set_separator: ",",
            empty: "(empty)",
            unset: "-",
            names: Vec::new(),
            types: Vec::new(),
        }
    }

    fn read(&mut self, line: &'a str) {
        if let Some(separator) = line.strip_prefix("#separator ") {
            self.separator = parse_separator(separator).unwrap_or('\t');
            return;
        }
        let Some((key, rest)) = line.split_once(self.separator) else { return };
        match key {
            "#set_separator" => self.set_separator = rest,
            "#empty_field" => self.empty = rest,
            "#unset_field" => self.unset = rest,
            "#fields" => self.names = rest.split(self.separator).collect(),
            "#types" => self.types = rest.split(self.separator).collect(),
            _ => {}
        }
    }

    fn record<'line>(&self, line: &'line str) -> Record<'line>
    where
        'a: 'line,
    {
        line.split(self.separator)
            .enumerate()
            .map(|(index, cell)| {
                let name = match self.names.get(index) {
                    Some(name) => Cow::Borrowed(*name),
                    None => Cow::Owned(format!("Column{}", index + 1)),
                };
                let kind = self.types.get(index).map_or(KqlType::String, |name| kql_type(name));
                (name, self.value(cell, kind))
            })
            .collect()
    }

    fn value<'line>(&self, cell: &'line str, kind: KqlType) -> Value<'line> {
        if cell == self.unset {
            return Value::Null;
        }
        match kind {
            KqlType::Bool => match cell {
                "T" => Value::Bool(true),
                "F" => Value::Bool(false),
                other => Value::text(other),
            },
            KqlType::Dynamic => {
                let items: Vec<String> = match cell {
                    empty if empty == self.empty => Vec::new(),
                    _ if self.set_separator.is_empty() => vec![quote_json(cell)],
                    _ => cell.split(self.set_separator).map(quote_json).collect(),
                };
                Value::Nested(Cow::Owned(format!("[{}]", items.join(","))))
            }
            KqlType::String if cell == self.empty => Value::text(""),
            KqlType::String => Value::text(cell),
            _ => Value::Cell(Cow::Borrowed(cell)),
        }
    }
}

/// Reads `\x09`, or the separator itself.
fn parse_separator(text: &str) -> Option<char> {
    match text.strip_prefix("\\x") {
        Some(code) => u8::from_str_radix(code, 16).ok().map(char::from),
        None => text.chars().next(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOG: &str = "#separator \\x09\n#set_separator\t,\n#empty_field\t(empty)\n#unset_field\t-\n#path\thttp\n\
        #fields\tts\tid.orig_h\tid.orig_p\tlocal\ttags\tnote\n#types\ttime\taddr\tport\tbool\tset[enum]\tstring\n\
        1692146028.495991\t192.0.2.1\t49873\tT\ta,\"b\t-\n1692146029.0\t192.0.2.2\t-\tF\t(empty)\t(empty)\n#close\t2023\n";

    #[test]
    fn lines_become_records_with_values_of_the_stated_types() {
        let mut rows = Vec::new();
        for_each_record(LOG, &mut |record| {
            let texts: Vec<_> =
                record.iter().map(|(_, value)| value.as_text().map(Cow::into_owned)).collect();
            rows.push(texts);
            Ok::<(), ()>(())
        })
        .expect("zeek cannot fail");
        let expected = ["1692146028.495991", "192.0.2.1", "49873", "true", r#"["a","\"b"]"#];
        assert_eq!(rows[0][..5], expected.map(|text| Some(text.to_owned())));
        assert_eq!(rows[0][5], None);
        assert_eq!(rows[1][2], None);
        assert_eq!(rows[1][4..], [Some("[]".to_owned()), Some(String::new())]);
    }

    #[test]
    fn the_header_types_the_columns() {
        let types = declared_types(LOG);
        assert_eq!(types[0], ("ts".to_owned(), KqlType::Datetime));
        assert_eq!(types[4], ("tags".to_owned(), KqlType::Dynamic));
    }
}
