//! KQL text to syntax tree and back: lexer, parser, printer.

pub mod ast;
