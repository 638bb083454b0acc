//! A YAML document as a tree that keeps what strict readers refuse: repeated keys, any scalar as a key.

use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};

/// One value of a YAML document.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Node {
    /// `null`, `~` or nothing.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// Any other number.
    Float(f64),
    /// Text.
    Text(String),
    /// A sequence.
    List(Vec<Node>),
    /// A mapping, in the order written, repeated keys included.
    Map(Vec<(String, Node)>),
}

impl Node {
    /// What the node is, for messages.
    pub(crate) const fn kind(&self) -> &'static str {
        match self {
            Self::Null => "nothing",
            Self::Bool(_) => "true or false",
            Self::Int(_) | Self::Float(_) => "a number",
            Self::Text(_) => "text",
            Self::List(_) => "a list",
            Self::Map(_) => "a mapping",
        }
    }

    /// The value of `key`, the first where it is repeated; `None` for any other kind of node.
    pub(crate) fn get(&self, key: &str) -> Option<&Self> {
        match self {
            Self::Map(entries) => {
                entries.iter().find(|(name, _)| name == key).map(|(_, value)| value)
            }
            _ => None,
        }
    }

    /// The entries of a mapping; none for any other kind of node.
    pub(crate) fn entries(&self) -> &[(String, Self)] {
        match self {
            Self::Map(entries) => entries,
            _ => &[],
        }
    }

    /// A scalar as text; `None` for `null`, lists and mappings.
    pub(crate) fn scalar(&self) -> Option<String> {
        match self {
            Self::Bool(truth) => Some(truth.to_string()),
            Self::Int(number) => Some(number.to_string()),
            Self::Float(number) => Some(number.to_string()),
            Self::Text(text) => Some(text.clone()),
            Self::Null | Self::List(_) | Self::Map(_) => None,
        }
    }

    /// The scalars of a list, or one scalar as a list of one.
    pub(crate) fn scalars(&self) -> Vec<String> {
        match self {
            Self::List(items) => items.iter().filter_map(Self::scalar).collect(),
            other => other.scalar().into_iter().collect(),
        }
    }

    /// This node laid over `base`: mappings are merged at every depth, anything else replaces.
    pub(crate) fn over(&self, base: &Self) -> Self {
        let (Self::Map(upper), Self::Map(lower)) = (self, base) else {
            return if *self == Self::Null { base.clone() } else { self.clone() };
        };
        let mut merged: Vec<(String, Self)> = lower
            .iter()
            .map(|(key, below)| {
                let value = self.get(key).map_or_else(|| below.clone(), |above| above.over(below));
                (key.clone(), value)
            })
            .collect();
        for (key, value) in upper {
            if base.get(key).is_none() {
                merged.push((key.clone(), value.clone()));
            }
        }
        Self::Map(merged)
    }
}

impl<'de> Deserialize<'de> for Node {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(NodeVisitor)
    }
}

struct NodeVisitor;

impl<'de> Visitor<'de> for NodeVisitor {
    type Value = Node;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("a YAML value")
    }

    fn visit_unit<E>(self) -> Result<Node, E> {
        Ok(Node::Null)
    }

    fn visit_none<E>(self) -> Result<Node, E> {
        Ok(Node::Null)
    }

    fn visit_bool<E>(self, truth: bool) -> Result<Node, E> {
        Ok(Node::Bool(truth))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Node, E> {
        Ok(Node::Int(number))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Node, E> {
        Ok(i64::try_from(number).map_or(Node::Float(number as f64), Node::Int))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Node, E> {
        Ok(Node::Float(number))
    }

    fn visit_str<E>(self, text: &str) -> Result<Node, E> {
        Ok(Node::Text(text.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Node, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element()? {
            list.push(item);
        }
        Ok(Node::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Node, A::Error> {
        let mut map: Vec<(String, Node)> = Vec::new();
        let mut merged = Node::Map(Vec::new());
        while let Some((key, value)) = entries.next_entry::<Node, Node>()? {
            match key.scalar() {
                Some(name) if name == "<<" => merged = value.over(&merged),
                Some(name) => map.push((name, value)),
                None => map.push((String::new(), value)),
            }
        }
        // A key of the mapping itself stands before one that `<<` brings in.
        for (key, value) in merged.entries() {
            if !map.iter().any(|(name, _)| name == key) {
                map.push((key.clone(), value.clone()));
            }
        }
        Ok(Node::Map(map))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Node {
        serde_norway::from_str(text).unwrap()
    }

    #[test]
    fn repeated_keys_are_kept_and_the_first_is_found() {
        let node = read("a: 1\na: 2\n");
        assert_eq!(node.entries().len(), 2);
        assert_eq!(node.get("a"), Some(&Node::Int(1)));
    }

    #[test]
    fn merging_goes_to_every_depth() {
        let base = read("p: {a: {type: str, description: x}, b: 1}");
        let over = read("p: {a: {type: int}, c: 2}");
        assert_eq!(over.over(&base), read("p: {a: {type: int, description: x}, b: 1, c: 2}"));
    }

    #[test]
    fn a_merge_key_is_laid_under_the_mapping() {
        let node = read("base: &base {a: 1, b: 2}\nuser:\n  <<: *base\n  b: 3\n");
        let user = node.get("user").unwrap();
        assert_eq!((user.get("a"), user.get("b")), (Some(&Node::Int(1)), Some(&Node::Int(3))));
    }

    #[test]
    fn dates_and_big_numbers_are_read() {
        assert_eq!(read("2020-01-01"), Node::Text("2020-01-01".to_owned()));
        assert_eq!(read("18446744073709551615"), Node::Float(18_446_744_073_709_551_615.0));
    }
}
