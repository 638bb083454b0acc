//! One part of a JSON text, found without building the rest.
//!
//! The text is still read to its end and checked in full, by the same reader as everywhere: text that is no JSON
//! is a string and has no parts.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::Value;

use crate::tolerant::mended;

/// What stands at the end of the steps, keys and positions; `None` where there is nothing.
pub(crate) fn find(text: &str, steps: &[Value]) -> Option<Value> {
    if steps.is_empty() {
        return Some(crate::dynamic::parse(text));
    }
    // A list or a bag is all that has parts.
    if !matches!(text.trim_ascii_start().as_bytes().first(), Some(b'{' | b'[')) {
        return None;
    }
    let found = |text: &str| {
        let mut reader = serde_json::Deserializer::from_str(text);
        let found = At { steps }.deserialize(&mut reader)?;
        reader.end().map(|()| found)
    };
    found(text).or_else(|_| found(&mended(text).unwrap_or_default())).ok()?
}

/// Reads a value, and gives the part of it at the steps.
struct At<'a> {
    steps: &'a [Value],
}

impl<'de> DeserializeSeed<'de> for At<'_> {
    type Value = Option<Value>;

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<Self::Value, D::Error> {
        match self.steps.split_first() {
            None => serde::Deserialize::deserialize(reader).map(Some),
            Some((step, rest)) => reader.deserialize_any(Step { step: Some(step), rest }),
        }
    }
}

/// Reads a value and gives nothing; unlike serde's own way to do so, it finds each mistake that reading finds.
struct Skipped;

impl<'de> DeserializeSeed<'de> for Skipped {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<(), D::Error> {
        reader.deserialize_any(Step { step: None, rest: &[] }).map(|_| ())
    }
}

/// Reads a value of which the part at `step` and then `rest` is wanted.
struct Step<'a> {
    step: Option<&'a Value>,
    rest: &'a [Value],
}

impl<'de> Visitor<'de> for Step<'_> {
    type Value = Option<Value>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("any JSON")
    }

    fn visit_bool<E>(self, _: bool) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_str<E>(self, _: &str) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Self::Value, A::Error> {
        let wanted = self.step.and_then(Value::as_str);
        let mut found = None;
        while let Some(is_wanted) = members.next_key_seed(Key { wanted })? {
            if is_wanted {
                // Of equal keys the last one counts.
                found = members.next_value_seed(At { steps: self.rest })?;
            } else {
                members.next_value_seed(Skipped)?;
            }
        }
        Ok(found)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Self::Value, A::Error> {
        let wanted = self.step.and_then(Value::as_i64);
        if let Some(from_end) = wanted.filter(|wanted| *wanted < 0) {
            let mut all = Vec::new();
            while let Some(item) = items.next_element_seed(At { steps: self.rest })? {
                all.push(item);
            }
            let place = usize::try_from(from_end.unsigned_abs()).ok();
            let place = place.and_then(|back| all.len().checked_sub(back));
            return Ok(place.and_then(|place| all.swap_remove(place)));
        }
        let wanted = wanted.and_then(|wanted| usize::try_from(wanted).ok());
        let mut found = None;
        for place in 0.. {
            let more = if Some(place) == wanted {
                let item = items.next_element_seed(At { steps: self.rest })?;
                item.map(|item| found = item).is_some()
            } else {
                items.next_element_seed(Skipped)?.is_some()
            };
            if !more {
                break;
            }
        }
        Ok(found)
    }
}

/// Reads a key and says whether it is the wanted one.
struct Key<'a> {
    wanted: Option<&'a str>,
}

impl<'de> DeserializeSeed<'de> for Key<'_> {
    type Value = bool;

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<bool, D::Error> {
        reader.deserialize_str(self)
    }
}

impl Visitor<'_> for Key<'_> {
    type Value = bool;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a key")
    }

    fn visit_str<E>(self, key: &str) -> Result<bool, E> {
        Ok(self.wanted == Some(key))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::dice::Dice;
    use crate::dynamic;

    /// The same by way of the whole value.
    fn by_value(text: &str, steps: &[Value]) -> Option<Value> {
        let root = dynamic::parse(text);
        steps.iter().try_fold(&root, dynamic::step).cloned()
    }

    fn check(text: &str) {
        for steps in [
            json!([]),
            json!(["a"]),
            json!([0]),
            json!([-1]),
            json!(["a", "b"]),
            json!(["a", 1]),
            json!([0, "a"]),
            json!(["a", -2, "b"]),
            json!([1.5]),
            json!([null]),
        ] {
            let steps = steps.as_array().expect("written as lists");
            assert_eq!(find(text, steps), by_value(text, steps), "{text} at {steps:?}");
        }
    }

    #[test]
    fn parts_of_good_and_bad_json_are_those_of_the_value() {
        let deep = format!("{}1{}", "[".repeat(127), "]".repeat(127));
        let too_deep = format!("{{\"a\":1,\"c\":{}1{}}}", "[".repeat(200), "]".repeat(200));
        for text in [
            "",
            " ",
            "null",
            "x",
            "{\"a\":1",
            "{\"a\":1} x",
            "{\"a\":1,\"a\":{\"b\":2}}",
            "{\"a\":{\"b\":2},\"a\":1}",
            "{\"\\u0061\":{\"b\":null}}",
            "{\"a\":1,\"c\":\"\\ud800\"}",
            "{\"a\":1,\"c\":1e999}",
            "{\"a\":1,\"c\":01}",
            "{\"a\":1,}",
            "[[1,2],{\"a\":[3]}]",
            " [1 , 2 ]",
            "\"a\"",
            deep.as_str(),
            too_deep.as_str(),
        ] {
            check(text);
        }
    }

    #[test]
    fn parts_of_any_text_are_those_of_the_value() {
        let parts = [
            "[", "]", "{", "}", "\"a\"", "\"b\"", ":", ",", "1", "-", ".5", " ", "\\", "\"", "null",
        ];
        let mut dice = Dice::new(7);
        for _ in 0..20_000 {
            check(&dice.text(&parts, 14));
        }
    }

    #[test]
    fn parts_of_cut_json_are_those_of_the_value() {
        let mut dice = Dice::new(11);
        for _ in 0..2_000 {
            let numbers: Vec<usize> = (0..dice.below(4)).map(|_| dice.below(9)).collect();
            let inner: Vec<Value> =
                (0..dice.below(4)).map(|_| json!({dice.text(&["a", "b"], 3): numbers})).collect();
            let text = json!({"b": 1, "a": inner, "c": numbers}).to_string();
            check(&text);
            check(&text[..dice.below(text.len())]);
        }
    }
}
