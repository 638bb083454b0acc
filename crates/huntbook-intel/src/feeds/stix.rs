//! Feeds as STIX 2.1: the `indicator` objects of a bundle, or of the envelope a TAXII server sends.
//!
//! A pattern that is one comparison, or comparisons joined by `OR`, lists its values (see
//! [`stix_pattern`](super::stix_pattern)). Any other pattern is a diagnostic and is counted: a value of
//! an `AND` alone means less than the pattern does.
//!
//! | property | becomes |
//! |---|---|
//! | `indicator_types` (or `labels`) | `malicious-activity` malicious, `benign` benign, others suspicious |
//! | `confidence` | confidence; 50 where it is absent |
//! | `valid_from`, `valid_until`, `revoked` | first seen, valid until, revoked |
//! | `description` (or `name`) | description |

use huntbook_diagnostics::Diagnostic;
use serde_json::{Map, Value};

use super::listing::read_time;
use super::stix_pattern;
use super::{Feed, Listing, Opinion, Problems, codes};
use crate::IntelError;
use crate::error::quotable;

impl Feed {
    /// The feed that a STIX 2.1 bundle holds, and the objects that could not be read.
    ///
    /// # Errors
    ///
    /// [`IntelError::Format`] where the text is no JSON, or no bundle, envelope or list of objects.
    pub fn from_stix(name: &str, text: &str) -> Result<(Self, Vec<Diagnostic>), IntelError> {
        let wrong = |problem: String| IntelError::Format {
            feed: name.to_owned(),
            format: "a STIX 2.1 bundle",
            problem,
            hint: None,
        };
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let document: Value =
            serde_json::from_str(text).map_err(|error| wrong(error.to_string()))?;
        let objects = match &document {
            Value::Array(objects) => objects,
            Value::Object(bundle) => match bundle.get("objects") {
                Some(Value::Array(objects)) => objects,
                None if bundle.get("type").and_then(Value::as_str) == Some("bundle") => &Vec::new(),
                _ => return Err(wrong("it has no list `objects`".to_owned())),
            },
            _ => return Err(wrong("it is neither an object nor a list".to_owned())),
        };
        let mut feed = Self::empty(name);
        let mut problems = Problems::default();
        for (index, object) in objects.iter().enumerate() {
            let Some(object) = object.as_object() else {
                problems.skip(problem(index, None, "it is no object"));
                continue;
            };
            if text_of(object, "type") == Some("indicator") {
                match listings(object) {
                    Ok(listings) => feed.listings.extend(listings),
                    Err(reason) => problems.skip(problem(index, text_of(object, "id"), &reason)),
                }
            }
        }
        let problems = feed.finish(problems);
        Ok((feed, problems))
    }
}

fn problem(index: usize, id: Option<&str>, reason: &str) -> Diagnostic {
    let place = id.map_or_else(
        || format!("object {index}"),
        |id| format!("object {index} `{}`", quotable(id)),
    );
    Diagnostic::error(codes::BAD_OBJECT.code, format!("{place}: {reason}"))
}

fn text_of<'a>(object: &'a Map<String, Value>, key: &str) -> Option<&'a str> {
    object.get(key)?.as_str().filter(|text| !text.is_empty())
}

fn listings(object: &Map<String, Value>) -> Result<Vec<Listing>, String> {
    match text_of(object, "pattern_type") {
        None | Some("stix") => {}
        Some(other) => {
            return Err(format!("patterns of type `{}` are not supported", quotable(other)));
        }
    }
    let pattern = text_of(object, "pattern").ok_or("it has no `pattern`")?;
    let values = stix_pattern::values(pattern)
        .map_err(|reason| format!("pattern `{}` is not supported: {reason}", quotable(pattern)))?;
    let time = |key: &str| match text_of(object, key) {
        None => Ok(None),
        Some(text) => read_time(text)
            .map(Some)
            .ok_or_else(|| format!("`{key}` is `{}`, which is no time", quotable(text))),
    };
    let confidence = match object.get("confidence") {
        None | Some(Value::Null) => Listing::DEFAULT_CONFIDENCE,
        Some(value) => value.as_u64().filter(|confidence| *confidence <= 100).ok_or_else(|| {
            format!(
                "`confidence` is `{}`, which is not between 0 and 100",
                quotable(&value.to_string())
            )
        })? as u8,
    };
    let (first_seen, valid_until) = (time("valid_from")?, time("valid_until")?);
    let description = text_of(object, "description").or_else(|| text_of(object, "name"));
    let listing = |listed| Listing {
        confidence,
        first_seen,
        valid_until,
        revoked: object.get("revoked").and_then(Value::as_bool).unwrap_or(false),
        description: description.map(ToOwned::to_owned),
        source: text_of(object, "created_by_ref").map(ToOwned::to_owned),
        ..Listing::new(listed, opinion(object))
    };
    Ok(values.into_iter().map(listing).collect())
}

/// The worst that the types of an indicator say; `benign` only where nothing else is said.
fn opinion(object: &Map<String, Value>) -> Opinion {
    let words = ["indicator_types", "labels"]
        .into_iter()
        .filter_map(|key| object.get(key)?.as_array())
        .flatten();
    words.filter_map(Value::as_str).filter_map(Opinion::read).max().unwrap_or(Opinion::Suspicious)
}

#[cfg(test)]
mod tests {
    use super::*;

    const BUNDLE: &str = r#"{"type":"bundle","id":"bundle--1","objects":[
        {"type":"identity","id":"identity--1","name":"demo"},
        {"type":"indicator","id":"indicator--1","pattern_type":"stix","pattern":"[domain-name:value = 'evil.example.net'] OR [ipv4-addr:value = '198.51.100.9']",
         "indicator_types":["malicious-activity"],"confidence":85,"valid_from":"2026-11-16T00:00:00Z","valid_until":"2026-12-16T00:00:00.000Z","name":"C2"},
        {"type":"indicator","id":"indicator--2","pattern":"[file:hashes.'SHA-256' = 'E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855']","revoked":true},
        {"type":"indicator","id":"indicator--3","pattern":"[file:name = 'a' AND file:size = 1]"},
        {"type":"indicator","id":"indicator--4","pattern_type":"yara","pattern":"rule x {}"},
        {"type":"indicator","id":"indicator--5","pattern":"[ipv4-addr:value = '300.1.1.1']"},
        {"type":"indicator","id":"indicator--6"}, 7]}"#;

    #[test]
    fn indicators_become_listings_and_the_rest_is_counted_and_named() {
        let (feed, problems) = Feed::from_stix("b.json", BUNDLE).unwrap();
        let listed: Vec<_> =
            feed.listings().iter().map(|listing| listing.listed.to_string()).collect();
        assert_eq!(listed[..2], ["evil.example.net", "198.51.100.9"]);
        assert_eq!((feed.listings().len(), feed.skipped()), (3, 5));
        let messages: Vec<_> = problems.iter().map(|problem| problem.message.as_str()).collect();
        assert_eq!(
            messages,
            [
                "object 3 `indicator--3`: pattern `[file:name = 'a' AND file:size = 1]` is not supported: `file:name` is no property of an indicator kind",
                "object 4 `indicator--4`: patterns of type `yara` are not supported",
                "object 5 `indicator--5`: pattern `[ipv4-addr:value = '300.1.1.1']` is not supported: `300.1.1.1` is not an IPv4 address",
                "object 6 `indicator--6`: it has no `pattern`",
                "object 7: it is no object",
            ]
        );
    }

    #[test]
    fn a_listing_keeps_types_confidence_and_times() {
        let (feed, _) = Feed::from_stix("b.json", BUNDLE).unwrap();
        let first = &feed.listings()[0];
        assert_eq!(
            (first.opinion, first.confidence, first.revoked),
            (Opinion::Malicious, 85, false)
        );
        assert_eq!(first.valid_until, read_time("2026-12-16"));
        assert_eq!(first.description.as_deref(), Some("C2"));
        assert!(feed.listings()[2].revoked);
    }

    #[test]
    fn what_is_no_bundle_is_an_error_with_its_place() {
        let error = Feed::from_stix("b.json", "{\"type\":").unwrap_err();
        assert!(
            error.to_string().starts_with("feed `b.json` is not a STIX 2.1 bundle: EOF"),
            "{error}"
        );
        assert!(Feed::from_stix("b.json", "{\"type\":\"report\"}").is_err());
    }
}
