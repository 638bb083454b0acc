//! KQL text to syntax tree and back: lexer, parser, printer.
//!
//! # Brief overview
//!
//! [`parse`] makes a [`Query`](ast::Query) of a text, with a [`Span`](huntbook_diagnostics::Span) for every
//! part, and finds all that is wrong with it; it always gives a tree. [`print()`] writes a tree as text.
//! [`tokenize`] cuts a text into [`Token`]s and leaves nothing out. [`quote_string`] and [`quote_name`] write
//! a value so that it cannot be read as anything else. This crate knows no tables, columns or functions.
//!
//! ```
//! use huntbook_kql_syntax::{parse, print};
//!
//! let parsed = parse("SigninLogs|where UserPrincipalName has 'admin'|take 5");
//! assert!(parsed.diagnostics.is_empty());
//! assert_eq!(
//!     print(&parsed.query),
//!     "SigninLogs\n| where UserPrincipalName has \"admin\"\n| take 5"
//! );
//!
//! let wrong = parse("SigninLogs | where UserPrincipalName = 'admin'");
//! assert_eq!(wrong.diagnostics[0].hints[0], "use `==` to compare, `=~` to compare without regard to case");
//! ```
//!
//! Source of the grammar: <https://learn.microsoft.com/kusto/query/>.

pub mod ast;
mod codes;
mod lexer;
mod names;
mod operators;
mod parser;
mod printer;
mod strings;
mod token;

pub use codes::CODES;
pub use lexer::tokenize;
pub use names::quote_name;
pub use operators::{
    CHARTS, OPERATORS, OperatorKeyword, Parsing, is_operator_keyword, operator_keyword,
};
pub use parser::{MAX_DEPTH, Parsed, parse};
pub use printer::{print, print_expr};
pub use strings::{quote_string, string_value};
pub use token::{LiteralType, Quote, StringForm, StringToken, Token, TokenKind};
