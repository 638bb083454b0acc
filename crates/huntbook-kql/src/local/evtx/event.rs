//! An event's XML as the JSON that the Windows tables are made of.

use super::super::value::quote_json;
use super::binxml::Element;
use super::value::file_time;

/// Where in `System` a member of the envelope stands: its name, the element, and the attribute that holds it.
const SYSTEM: [(&str, &str, Option<&str>); 15] = [
    ("SourceName", "Provider", Some("Name")),
    ("ProviderGuid", "Provider", Some("Guid")),
    ("EventID", "EventID", None),
    ("Version", "Version", None),
    ("Level", "Level", None),
    ("Task", "Task", None),
    ("Opcode", "Opcode", None),
    ("Keywords", "Keywords", None),
    ("SystemTime", "TimeCreated", Some("SystemTime")),
    ("EventRecordID", "EventRecordID", None),
    ("ActivityID", "Correlation", Some("ActivityID")),
    ("ExecutionProcessID", "Execution", Some("ProcessID")),
    ("ThreadID", "Execution", Some("ThreadID")),
    ("Channel", "Channel", None),
    ("Computer", "Computer", None),
];

/// One line of JSON; `number` and `written` are the record's own, for an event that lacks them.
pub(super) fn to_json(root: &Element, number: u64, written: u64) -> String {
    let mut object = Object::default();
    let empty = Element::default();
    let system = root.child("System").unwrap_or(&empty);
    for (name, element, attribute) in SYSTEM {
        let element = system.child(element);
        let text = match attribute {
            Some(attribute) => element.and_then(|element| element.attribute(attribute)),
            None => element.map(|element| element.text.as_str()),
        };
        let own = match name {
            "EventRecordID" => Some(number.to_string()),
            "SystemTime" => Some(file_time(written)),
            _ => None,
        };
        let text = text.filter(|text| !text.is_empty()).map(str::to_owned).or(own);
        if let Some(text) = text {
            object.text(name, &text);
        }
    }
    if let Some(user) = system.child("Security").and_then(|one| one.attribute("UserID")) {
        object.text("UserID", user);
    }
    for part in root.children.iter().filter(|part| part.name != "System") {
        match part.name.as_str() {
            // What stands here is wrapped in one element of the provider's own.
            "UserData" => {
                let mut data = Object::default();
                part.children.iter().for_each(|wrapper| data.leaves(wrapper, 0));
                object.json("UserData", &data.finish());
            }
            "RenderingInfo" => {
                if let Some(message) = part.child("Message") {
                    object.text("Message", &message.text);
                }
            }
            _ => {
                let mut data = Object::default();
                for field in &part.children {
                    let name = field.attribute("Name").unwrap_or(&field.name);
                    data.text(name, &field.text);
                    field.children.iter().for_each(|child| data.leaves(child, 0));
                }
                object.json("EventData", &data.finish());
            }
        }
    }
    object.finish()
}

#[derive(Default)]
struct Object {
    json: String,
}

impl Object {
    fn json(&mut self, name: &str, json: &str) {
        self.json.push(if self.json.is_empty() { '{' } else { ',' });
        self.json.push_str(&quote_json(name));
        self.json.push(':');
        self.json.push_str(json);
    }

    fn text(&mut self, name: &str, text: &str) {
        self.json(name, &quote_json(text));
    }

    /// The elements under `element` that hold text, by their names. The depth is that of the XML, which is
    /// bounded.
    fn leaves(&mut self, element: &Element, depth: usize) {
        if element.children.is_empty() && (depth > 0 || !element.text.is_empty()) {
            self.text(element.attribute("Name").unwrap_or(&element.name), &element.text);
        }
        element.children.iter().for_each(|child| self.leaves(child, depth + 1));
    }

    fn finish(mut self) -> String {
        if self.json.is_empty() {
            self.json.push('{');
        }
        self.json.push('}');
        self.json
    }
}
