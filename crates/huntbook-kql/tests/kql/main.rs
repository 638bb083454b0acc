//! Conformance: what KQL means, as Markdown cases, and as the examples of its documentation.

mod conformance;
mod documentation;
mod table;
