//! The promises of a scenario, held against the rows that it generates.

#![expect(clippy::unwrap_used, reason = "a test that cannot read its data has failed")]

mod determinism;
mod intrusion;
mod life;
mod reading;
mod schema;
mod writing;
