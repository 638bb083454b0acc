//! Threat hunting in one crate: ask, judge, share.
//!
//! # Brief overview
//!
//! A [`QueryProvider`] asks: it holds the named queries of an environment and runs them, or any KQL text,
//! on a data source. [`intel`] judges: it finds indicators and says what feeds know of them. [`obfuscate`]
//! shares: it replaces what identifies people and machines, and proves it. [`hunt`] does all three in one
//! run and writes a report.
//!
//! The clock, randomness and the environment reach this crate only as arguments.

pub mod chart;
pub mod html;
pub mod hunt;
pub mod rows;

mod codes;
mod error;
mod feeds;
mod limits;
mod provider;

pub use codes::codes;
pub use error::{HuntbookError, TextKind};
pub use feeds::{Feeds, read_feeds};
pub use limits::limits;
pub use provider::QueryProvider;

pub use huntbook_diagnostics as diagnostics;
pub use huntbook_drivers as drivers;
pub use huntbook_intel as intel;
pub use huntbook_kql as kql;
pub use huntbook_obfuscate as obfuscate;
pub use huntbook_queries as queries;
pub use huntbook_scenario as scenario;
