//! Indicators: their kinds, one of them, and finding them in text and tables.

mod class;
mod context;
mod digest;
pub(crate) mod domain;
mod email;
mod encoded;
mod extract;
mod indicator;
pub(crate) mod ipv4;
pub(crate) mod ipv6;
mod kind;
mod refang;
mod tables;
mod url;

pub use extract::{Found, extract};
pub use indicator::Indicator;
pub use kind::IndicatorKind;
pub use tables::{Located, extract_batches};
pub(crate) use tables::{is_text, texts};
