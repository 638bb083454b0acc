//! Conformance: what KQL means, as Markdown cases, and as the examples of its documentation; and the law
//! that queries mean the same over obfuscated tables.

mod conformance;
mod corpus;
mod documentation;
mod obfuscated;
mod recordings;
mod table;
