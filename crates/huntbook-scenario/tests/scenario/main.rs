//! The promises of a scenario, held against the rows that it generates.

mod determinism;
mod intrusion;
mod life;
mod reading;
mod schema;
mod writing;
