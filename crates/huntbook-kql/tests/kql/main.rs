//! Conformance: what KQL means, as Markdown cases, and as the examples of its documentation.

mod conformance;
mod corpus;
mod documentation;
mod table;
