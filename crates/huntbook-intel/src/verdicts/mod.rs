//! Verdicts: the states, what one source says, and one verdict from all of them.

mod judgement;
pub(crate) mod reconcile;
mod state;
pub(crate) mod weigh;

pub use judgement::{Judgement, Match, Relation, SourceAnswer};
pub use state::State;
