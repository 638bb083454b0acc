//! What KQL means: binder, functions, lowering to DataFusion, local tables.
//!
//! # Brief overview
//!
//! A [`Database`] names tables, each a [`TableSource`]. An [`Engine`] runs queries over it at one point in
//! time: the text is parsed (`huntbook-kql-syntax`), bound to names and types, lowered to a DataFusion plan
//! and run; what comes out is an [`Answer`] of Arrow record batches. What is wrong with a query comes
//! back as diagnostics with their places, all at once; what is good KQL but not implemented is said to be
//! so, never guessed.
//!
//! ```
//! use huntbook_kql::{Database, Engine};
//!
//! # tokio::runtime::Runtime::new()?.block_on(async {
//! let engine = Engine::new(Database::new(), "2024-05-01T00:00:00Z".parse()?);
//! let answer = engine.query("print r = 'KustoExplorerRun' has 'Explorer'").await?;
//! assert_eq!(answer.row_count(), 1);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! # })?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Words
//!
//! * *Relation*: a bound, typed step that yields a table; *scalar*: a bound, typed expression.
//! * *Kernel*: a scalar function of exact Arrow types; *accumulation*: what runs behind an aggregate.
//!
//! # Decisions
//!
//! * A `datetime` counts nanoseconds: what lies outside of 1677 to 2262 is null. See [`KqlType`].
//! * A string is never null: a null cell counts as empty in every operator and is empty in the answer.
//! * A `dynamic` is JSON text; text that is no JSON is a dynamic string.
//! * Whole numbers that overflow, and division of whole numbers by zero, are null.

mod aggregates;
mod bind;
mod chart;
mod codes;
mod complete;
mod convert;
mod database;
mod decimal;
#[cfg(test)]
mod dice;
mod distinct;
#[cfg(feature = "distributed")]
pub mod distributed;
mod dynamic;
mod engine;
mod error;
mod explain;
mod extract;
mod functions;
mod ir;
mod json_path;
mod kernel;
mod limits;
pub mod local;
mod locations;
mod lower;
mod operators;
mod optimizer;
mod packs;
mod reference;
mod registry;
mod scan;
mod sketch;
pub mod terms;
mod time;
mod tolerant;
mod types;
mod windows;

pub use chart::Chart;
pub use codes::CODES;
pub use complete::{Completion, CompletionKind};
pub use database::{Database, TableError, TableScan, TableSource};
pub use engine::{Answer, AnswerStream, Engine, syntax_problems};
pub use error::KqlError;
pub use explain::{Stage, UnknownStage};
pub use limits::{Bytes, Limits, UnknownSize};
pub use locations::IpLocations;
pub use reference::{
    FunctionDoc, OPERATORS, aggregates, functions, plugins, windows as window_functions,
};
pub use types::{KqlType, TYPE_KEY, UnknownType};
