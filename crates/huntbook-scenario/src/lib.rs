//! Deterministic synthetic logs of a company and of one intrusion.
//!
//! # Brief overview
//!
//! A *scenario* is a company (people, services, hosts), its ordinary life over some days, and one
//! *intrusion* that runs from a password spray to exfiltration. What happens is decided once, as a
//! *chronicle* of activities in the order of time; each *table* records of it what the product of
//! that name would. The *ground truth* says who the intruder was, and lies beside the logs.
//!
//! Equal [`Options`] give equal logs on every machine. Memory does not grow with the number of
//! rows. The intruder's addresses and names come from the ranges reserved for documentation.
//!
//! ```
//! use huntbook_scenario::{Options, Scenario, Table};
//!
//! let scenario = Scenario::new(Options { rows: 2_000, ..Options::default() })?;
//! let rows: usize = scenario.batches(Table::SigninLogs).map(|batch| batch.num_rows()).sum();
//! assert!(rows > 50);
//! # Ok::<(), huntbook_scenario::ScenarioError>(())
//! ```

mod activity;
mod background;
mod calendar;
mod chronicle;
mod columns;
mod company;
mod dice;
mod error;
mod feed;
mod ground_truth;
mod habits;
mod internet;
mod intrusion;
mod ndjson;
mod options;
mod programs;
mod scenario;
mod tables;
mod world;
mod write;

pub use columns::KQL_TYPE;
pub use error::ScenarioError;
pub use ground_truth::{GroundTruth, ServiceTruth, StepTruth, VictimTruth};
pub use options::Options;
pub use scenario::{Scenario, TableBatches, table_batches};
pub use tables::Table;
pub use write::{Format, Progress, write_folder};
