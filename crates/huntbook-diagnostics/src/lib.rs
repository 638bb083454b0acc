//! Spans and diagnostics: what is wrong with a text, where, and what would help.
//!
//! # Brief overview
//!
//! A [`Span`] is a range of bytes in a text. A [`Diagnostic`] says one thing about one span: a stable
//! [`code`](Diagnostic::code), a message, and hints. A [`Source`] is a named text; [`render`] draws a
//! diagnostic over its source for people ([`Style::Plain`], [`Style::Ansi`]), [`to_json`] for programs.
//! [`near`] finds the names that a misspelt one may have meant.
//!
//! ```
//! use huntbook_diagnostics::{Diagnostic, Source, Span, Style, render};
//!
//! let source = Source::new("query", "SigninLogs\n| where Acount has \"admin\"");
//! let problem = Diagnostic::error("KQL0102", "column `Acount` not found in `SigninLogs`")
//!     .at(Span::new(19, 25))
//!     .hint("similar column: `Account`");
//! assert!(render(&problem, &source, Style::Plain).contains("query:2:9"));
//! ```

mod codes;
mod diagnostic;
mod near;
mod render;
mod source;
mod span;
mod visible;

pub use codes::CodeDoc;
pub use diagnostic::{Diagnostic, Severity};
pub use near::{near, near_hint};
pub use render::{Style, render, render_all, to_json};
pub use source::{Position, Source};
pub use span::Span;
pub use visible::visible;
