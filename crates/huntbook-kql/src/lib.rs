//! What KQL means: binder, functions, lowering to DataFusion, local tables.

mod database;
mod error;
pub mod local;
mod types;

pub use database::{Database, TableError, TableScan, TableSource};
pub use error::KqlError;
pub use types::{KqlType, TYPE_KEY, UnknownType};
