//! What the data has to say before a query can be bound.
//!
//! `bag_unpack` and `pivot` have columns that the data decides. The binder asks for a relation to be run, goes on as
//! if nothing were known, and is run again with the answer. Where nothing may be run, the columns stay unknown.

use std::collections::HashMap;

use super::Binder;
use crate::ir::Relation;

/// The rows of what was asked for; every cell is text.
pub(crate) type Rows = Vec<Vec<Option<String>>>;

/// Answers, by the relations that were run.
#[derive(Debug, Default)]
pub(crate) struct Observations(HashMap<String, Rows>);

impl Observations {
    pub(crate) fn insert(&mut self, wanted: Wanted, rows: Rows) {
        self.0.insert(wanted.key, rows);
    }
}

/// A relation that is to be run.
#[derive(Debug)]
pub(crate) struct Wanted {
    key: String,
    pub(crate) relation: Relation,
}

impl Binder<'_> {
    /// The rows of a relation whose columns are all text; `None` where they are not known yet.
    pub(crate) fn observe(&mut self, relation: Relation) -> Option<Rows> {
        let observed = self.observed?;
        let key = format!("{relation:?}");
        if let Some(rows) = observed.0.get(&key) {
            return Some(rows.clone());
        }
        if !self.wanted.iter().any(|wanted| wanted.key == key) {
            self.wanted.push(Wanted { key, relation });
        }
        None
    }
}
