//! Paths of JSON documents: what is done with the values of each, decided once.
//!
//! A path is the keys down to a value, joined by dots; lists do not count.

use std::hash::BuildHasher;

use foldhash::fast::FixedState;
use hashbrown::HashTable;

use crate::{Kind, Policy};

/// The path of the whole document.
pub(super) const ROOT: usize = 0;

/// Documents with more different paths are not remembered.
const MOST_PATHS: usize = 1 << 15;

/// Paths deeper than this are known by their last keys only.
const LONGEST_PATH: usize = 1 << 10;

/// What is done with text values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Strings {
    /// Their kind is found in each of them.
    ByContent,
    Kind(Kind),
    Redact,
}

/// What is done with numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Numbers {
    Keep,
    Null,
    Kind(Kind),
}

/// What stands for a key that is data itself.
pub(super) struct KeyImage {
    pub(super) kind: Kind,
    pub(super) text: Box<str>,
}

pub(super) struct Path {
    parent: usize,
    pub(super) key: Box<str>,
    name: String,
    pub(super) strings: Strings,
    pub(super) numbers: Numbers,
    /// What stands for the key itself.
    pub(super) key_image: Option<KeyImage>,
    /// The hash of its name.
    pub(super) hash: u64,
    /// The path that followed last time.
    next: usize,
}

impl Path {
    /// Whether all values below become null.
    pub(super) fn is_null(&self) -> bool {
        self.strings == Strings::Kind(Kind::Null)
    }
}

/// The paths that have been met.
pub(super) struct Paths {
    paths: Vec<Path>,
    places: HashTable<usize>,
}

impl Paths {
    pub(super) fn new() -> Self {
        let root = Path {
            parent: ROOT,
            key: Box::default(),
            name: String::new(),
            strings: Strings::ByContent,
            numbers: Numbers::Keep,
            key_image: None,
            hash: FixedState::default().hash_one(""),
            next: ROOT,
        };
        Self { paths: vec![root], places: HashTable::new() }
    }

    pub(super) fn is_worth_keeping(&self) -> bool {
        self.paths.len() < MOST_PATHS
    }

    #[inline]
    pub(super) fn get(&self, path: usize) -> &Path {
        &self.paths[path]
    }

    /// The path of `key` below `parent`, which is `last`'s usual successor. `image` gives what stands for a key.
    #[inline]
    pub(super) fn child(
        &mut self,
        parent: usize,
        key: &str,
        last: usize,
        policy: &Policy,
        image: impl FnOnce(&str) -> Option<KeyImage>,
    ) -> usize {
        let guess = self.paths[last].next;
        let guessed = &self.paths[guess];
        if guessed.parent == parent && *guessed.key == *key && guess != ROOT {
            return guess;
        }
        let path = self.find(parent, key, policy, image);
        self.paths[last].next = path;
        path
    }

    fn find(
        &mut self,
        parent: usize,
        key: &str,
        policy: &Policy,
        image: impl FnOnce(&str) -> Option<KeyImage>,
    ) -> usize {
        let hash = hash(parent, key);
        let paths = &self.paths;
        let is_it = |place: &usize| paths[*place].parent == parent && *paths[*place].key == *key;
        if let Some(place) = self.places.find(hash, is_it) {
            return *place;
        }
        let above = &paths[parent].name;
        let name = if above.is_empty() || above.len() > LONGEST_PATH {
            key.to_owned()
        } else {
            format!("{above}.{key}")
        };
        let (strings, numbers) = decide(policy, &name, key);
        let place = paths.len();
        let key_image = image(key);
        self.paths.push(Path {
            parent,
            key: key.into(),
            hash: FixedState::default().hash_one(name.as_str()),
            name,
            strings,
            numbers,
            key_image,
            next: ROOT,
        });
        let paths = &self.paths;
        self.places.insert_unique(hash, place, |place| hash_of(&paths[*place]));
        place
    }
}

fn hash_of(path: &Path) -> u64 {
    hash(path.parent, &path.key)
}

fn hash(parent: usize, key: &str) -> u64 {
    FixedState::default().hash_one((parent, key))
}

/// What the rules say of the values at the path called `name`, whose last key is `key`.
fn decide(policy: &Policy, name: &str, key: &str) -> (Strings, Numbers) {
    let Some(verdict) = policy.verdict(name) else {
        let strings =
            if crate::text::is_credential_key(key) { Strings::Redact } else { Strings::ByContent };
        return (strings, Numbers::Keep);
    };
    let numbers = match verdict.kind {
        Kind::Keep => Numbers::Keep,
        Kind::Null => Numbers::Null,
        Kind::Number | Kind::Phone | Kind::Card | Kind::Timestamp | Kind::Geo => {
            Numbers::Kind(verdict.kind)
        }
        // The number of a user is a number still.
        _ if verdict.is_exact => Numbers::Kind(Kind::Number),
        _ => Numbers::Keep,
    };
    let strings = match verdict.kind {
        Kind::Json => Strings::ByContent,
        kind => Strings::Kind(kind),
    };
    (strings, numbers)
}
