//! Laws of the parser and the printer, and real hunting queries.

mod corpus;
mod laws;
mod mutation;
mod oracle;
mod queries;
mod spans;
