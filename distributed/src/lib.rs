//! KQL on several machines: the plans of `huntbook-kql`, run by Ballista.
//!
//! # Brief overview
//!
//! A [`DistributedEngine`] binds, optimises and plans a query as the local engine does, and sends the physical plan to
//! a scheduler, which cuts it into stages and gives their tasks to executors. [`scheduler`] and [`executor`] are
//! those two; [`Functions`] and [`PlanCodec`] are how a function that a plan holds is found again there: by its
//! name. [`Stays`] says what cannot travel, before anything is sent.

mod codec;
mod engine;
mod functions;
mod rules;
mod servers;
mod travel;

pub use codec::PlanCodec;
pub use engine::{DistributedEngine, DistributedError, cluster_config};
pub use functions::Functions;
pub use rules::cluster_rules;
pub use servers::{ExecutorOptions, SchedulerOptions, executor, scheduler};
pub use travel::{Stays, decode, encode};
