//! [`Schema`]: the types that dynamic values have, what `buildschema` gives.

use serde_json::{Map, Value};

/// The types that values at one place have.
#[derive(Debug, Default)]
pub(super) struct Schema {
    /// Names of plain types, in the order in which they came.
    plain: Vec<String>,
    members: Option<Vec<(String, Schema)>>,
    elements: Option<Box<Schema>>,
}

/// The key under which an array's elements stand.
const INDEXER: &str = "`indexer`";
/// How many different keys one object may have; further ones are passed over.
const MOST_KEYS: usize = 65_536;

impl Schema {
    /// Takes a value in.
    pub(super) fn add(&mut self, value: &Value) {
        match value {
            Value::Null => {}
            Value::Bool(_) => self.add_plain("bool"),
            Value::Number(number) if number.is_f64() => self.add_plain("double"),
            Value::Number(_) => self.add_plain("long"),
            Value::String(_) => self.add_plain("string"),
            Value::Array(items) => {
                let elements = self.elements.get_or_insert_default();
                for item in items {
                    elements.add(item);
                }
            }
            Value::Object(members) => {
                self.members.get_or_insert_default();
                for (key, value) in members {
                    if let Some(member) = self.member(key) {
                        member.add(value);
                    }
                }
            }
        }
    }

    fn add_plain(&mut self, name: &str) {
        if !self.plain.iter().any(|known| known == name) {
            self.plain.push(name.to_owned());
        }
    }

    fn member(&mut self, key: &str) -> Option<&mut Self> {
        let members = self.members.get_or_insert_default();
        let known = members.iter().position(|(known, _)| known == key);
        if known.is_none() && members.len() >= MOST_KEYS {
            return None;
        }
        let position = known.unwrap_or_else(|| {
            members.push((key.to_owned(), Self::default()));
            members.len() - 1
        });
        Some(&mut members[position].1)
    }

    /// The schema as KQL shows it; `None` of no values.
    pub(super) fn shown(&self) -> Option<String> {
        let value = self.value();
        (!value.is_null()).then(|| value.to_string())
    }

    fn value(&self) -> Value {
        let mut all: Vec<Value> =
            self.plain.iter().map(|name| Value::from(name.as_str())).collect();
        let mut container = Map::new();
        if let Some(elements) = &self.elements {
            container.insert(INDEXER.to_owned(), elements.value());
        }
        for (key, member) in self.members.iter().flatten() {
            container.insert(key.clone(), member.value());
        }
        if self.members.is_some() || self.elements.is_some() {
            all.push(Value::Object(container));
        }
        match all.len() {
            0 => Value::Null,
            1 => all.remove(0),
            _ => Value::Array(all),
        }
    }

    /// The whole of it, for [`Self::merge`].
    pub(super) fn to_json(&self) -> String {
        self.state().to_string()
    }

    fn state(&self) -> Value {
        let members = self.members.as_ref().map(|members| {
            members
                .iter()
                .map(|(key, member)| (key.clone(), member.state()))
                .collect::<Map<String, Value>>()
        });
        let elements = self.elements.as_ref().map(|elements| elements.state());
        serde_json::json!({"plain": self.plain, "members": members, "elements": elements})
    }

    /// Takes in what [`Self::to_json`] wrote.
    pub(super) fn merge(&mut self, text: &str) {
        if let Ok(state) = serde_json::from_str::<Value>(text) {
            self.merge_state(&state);
        }
    }

    fn merge_state(&mut self, state: &Value) {
        for name in state["plain"].as_array().into_iter().flatten().filter_map(Value::as_str) {
            self.add_plain(name);
        }
        if let Some(elements) = state.get("elements").filter(|elements| !elements.is_null()) {
            self.elements.get_or_insert_default().merge_state(elements);
        }
        if let Some(members) = state["members"].as_object() {
            self.members.get_or_insert_default();
            for (key, state) in members {
                if let Some(member) = self.member(key) {
                    member.merge_state(state);
                }
            }
        }
    }
}
