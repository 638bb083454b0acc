//! Windows event data: the XML that an event carries beside its columns.

/// The `EventData` element of `data`, each a name and a value.
pub(super) fn event_data(data: &[(&str, &str)]) -> String {
    let mut xml = String::from(
        r#"<EventData xmlns="http://schemas.microsoft.com/win/2004/08/events/event">"#,
    );
    for (name, value) in data {
        xml.push_str("<Data Name=\"");
        xml.push_str(name);
        xml.push_str("\">");
        escape(value, &mut xml);
        xml.push_str("</Data>");
    }
    xml.push_str("</EventData>");
    xml
}

/// The XML by which the task scheduler describes a task.
pub(super) fn task_content(author: &str, name: &str, command: &str, arguments: &str) -> String {
    let mut xml = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-16\"?>\r\n\
         <Task version=\"1.2\" xmlns=\"http://schemas.microsoft.com/windows/2004/02/mit/task\">\r\n",
    );
    for (before, value, after) in [
        ("  <RegistrationInfo><Author>", author, "</Author>"),
        ("<URI>", name, "</URI></RegistrationInfo>\r\n"),
        ("  <Actions Context=\"Author\"><Exec><Command>", command, "</Command>"),
        ("<Arguments>", arguments, "</Arguments></Exec></Actions>\r\n</Task>"),
    ] {
        xml.push_str(before);
        escape(value, &mut xml);
        xml.push_str(after);
    }
    xml
}

fn escape(text: &str, xml: &mut String) {
    for character in text.chars() {
        match character {
            '&' => xml.push_str("&amp;"),
            '<' => xml.push_str("&lt;"),
            '>' => xml.push_str("&gt;"),
            '"' => xml.push_str("&quot;"),
            '\'' => xml.push_str("&apos;"),
            other => xml.push(other),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_never_leaves_its_element() {
        let xml = event_data(&[("TaskContent", "<Task a=\"1\">&</Task>")]);
        assert!(xml.contains(">&lt;Task a=&quot;1&quot;&gt;&amp;&lt;/Task&gt;</Data>"));
    }
}
