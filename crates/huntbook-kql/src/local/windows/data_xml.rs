//! An event's data as the XML that Log Analytics keeps in `EventData`.
//!
//! Names and values were written by whoever caused the event: each is escaped, and characters that XML
//! cannot hold are replaced.

use std::fmt::Write;

use super::super::record::Record;
use super::super::value::Value;

const NAMESPACE: &str = "http://schemas.microsoft.com/win/2004/08/events/event";

/// `<EventData xmlns=...><Data Name="Image">C:\a.exe</Data>...</EventData>`, with the fields called
/// `first` before the others. Empty where there is no field.
pub(super) fn event_data(data: &Record<'_>, first: &[&str]) -> String {
    if data.is_empty() {
        return String::new();
    }
    let mut xml = format!("<EventData xmlns=\"{NAMESPACE}\">");
    let ranked = first.iter().filter_map(|name| Some((*name, data.get(name)?)));
    let rest = data.iter().filter(|(name, _)| !first.contains(name));
    for (name, value) in ranked.chain(rest) {
        push_data(&mut xml, name, value);
    }
    xml.push_str("</EventData>");
    xml
}

/// [`event_data`] in the frame that the `Event` table puts around it.
pub(super) fn data_item(data: &Record<'_>, first: &[&str], time: Option<i64>) -> String {
    let time = time.map(super::super::timestamp::to_iso).unwrap_or_default();
    format!(
        "<DataItem type=\"System.XmlData\" time=\"{time}\" sourceHealthServiceId=\"\">{}</DataItem>",
        event_data(data, first)
    )
}

/// `<Param>value</Param>...`, the values alone.
pub(super) fn parameters(data: &Record<'_>, first: &[&str]) -> String {
    let mut xml = String::new();
    let ranked = first.iter().filter_map(|name| data.get(name));
    let rest = data.iter().filter(|(name, _)| !first.contains(name)).map(|(_, value)| value);
    for value in ranked.chain(rest) {
        xml.push_str("<Param>");
        push_escaped(&mut xml, &value.as_text().unwrap_or_default());
        xml.push_str("</Param>");
    }
    xml
}

fn push_data(xml: &mut String, name: &str, value: &Value<'_>) {
    // A field without a name of its own goes by that of its element.
    if name == "Data" {
        xml.push_str("<Data>");
    } else {
        xml.push_str("<Data Name=\"");
        push_escaped(xml, name);
        xml.push_str("\">");
    }
    push_escaped(xml, &value.as_text().unwrap_or_default());
    xml.push_str("</Data>");
}

fn push_escaped(xml: &mut String, text: &str) {
    for character in text.chars() {
        match character {
            '&' => xml.push_str("&amp;"),
            '<' => xml.push_str("&lt;"),
            '>' => xml.push_str("&gt;"),
            '"' => xml.push_str("&quot;"),
            '\t' | '\n' => xml.push(character),
            '\r' => write!(xml, "&#{};", u32::from('\r')).unwrap_or_default(),
            '\0'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => xml.push(char::REPLACEMENT_CHARACTER),
            other => xml.push(other),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn data_cannot_leave_its_element() {
        let data = Record::from_iter([("a\"b".into(), Value::text("</Data>&\u{1}"))]);
        let xml = event_data(&data, &[]);
        assert!(
            xml.ends_with("<Data Name=\"a&quot;b\">&lt;/Data&gt;&amp;\u{fffd}</Data></EventData>")
        );
    }

    #[test]
    fn ranked_fields_come_first_in_their_order() {
        let data = Record::from_iter(["c", "b", "a"].map(|name| (name.into(), Value::text(name))));
        assert_eq!(
            parameters(&data, &["a", "x", "b"]),
            "<Param>a</Param><Param>b</Param><Param>c</Param>"
        );
    }

    #[test]
    fn no_data_is_no_xml() {
        assert_eq!(event_data(&Record::default(), &[]), "");
    }
}
