//! Conformance: what KQL means, as Markdown cases, and as the examples of its documentation; and the law
//! that queries mean the same over obfuscated tables.

mod conformance;
mod corpus;
mod documentation;
mod geospatial;
mod hostile;
mod hostile_calls;
mod limits;
mod locations;
mod mutated;
mod obfuscated;
mod official;
mod packs;
mod recordings;
mod table;
