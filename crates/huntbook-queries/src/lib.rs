//! The catalogue of named, typed queries and their safe rendering.
//!
//! # Brief overview
//!
//! A [`QueryDefinition`] is a name, a template and typed [`Parameter`]s, read from YAML in the shape that
//! `MSTICPy` made common. A [`Catalogue`] holds many of them; [`Catalogue::builtin`] is the one that ships.
//! [`render`] turns a definition and [`Arguments`] into the text that runs. The template is lexed in its
//! dialect first, so that each value is written for the place where it stands and can never leave it.
//!
//! ```
//! use chrono::{DateTime, Utc};
//! use huntbook_queries::{Arguments, Catalogue, Value, render};
//!
//! let now: DateTime<Utc> = "2026-11-20T00:00:00Z".parse().unwrap();
//! let query = Catalogue::builtin().get("Azure.list_signins_from_ip").unwrap();
//! let arguments = Arguments::from([("ip_address".to_owned(), Value::from("203.0.113.7"))]);
//! let rendered = render(query, &arguments, now).unwrap();
//! assert!(rendered.text.contains(r#"IPAddress == "203.0.113.7""#));
//!
//! let hostile = Arguments::from([("ip_address".to_owned(), Value::from("' | union Secret //"))]);
//! assert_eq!(render(query, &hostile, now).unwrap_err()[0].code, "QRY0103");
//! ```
//!
//! The clock reaches this crate as `now`; files only through [`Catalogue::load_paths`].

mod argument;
mod assemble;
mod catalogue;
mod cell;
mod codes;
mod definition;
mod environment;
mod error;
mod fault;
mod lexed;
mod literal;
mod locate;
mod macros;
mod node;
mod parameter;
mod reader;
mod render;
mod template;
mod time;
mod value;

pub use catalogue::Catalogue;
pub use cell::{cell_names, fill_cell, stand_ins};
pub use codes::CODES;
pub use definition::{QueryDefinition, QuerySeverity, SourcePlace};
pub use environment::{Dialect, ENVIRONMENTS, Environment};
pub use error::QueryError;
pub use fault::FileDiagnostic;
pub use parameter::{Parameter, ParameterType};
pub use render::{Rendered, RenderedParameter, ValueSource, render};
pub use time::{parse_time, parse_timespan};
pub use value::{Arguments, Value};
