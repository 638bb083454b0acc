//! `trim`, `trim_start`, `trim_end`: what a regular expression matches at the edges is cut off.

use super::{Function, Naming, regexes};
use crate::bind::Call;
use crate::ir::Scalar;
use crate::kernel::{Arguments, Kernel, Prepared};
use crate::types::KqlType;
use arrow::array::ArrayRef;
use huntbook_diagnostics::Diagnostic;
use regex::Regex;

macro_rules! trims {
    ($($constant:ident, $kernel:ident, $name:literal, $kernel_name:literal, $summary:literal, $start:literal, $end:literal;)+) => {
        $(pub(crate) const $constant: Function = Function {
            name: $name,
            aliases: &[],
            signature: concat!($name, "(pattern: string, text: string) -> string"),
            summary: $summary,
            naming: Naming::Numbered,
            bind: |call| bind(call, &$kernel),
        };
        const $kernel: Kernel = Kernel {
            name: $kernel_name,
            returns: KqlType::String,
            evaluate: |arguments| trim(arguments, $start, $end),
        };)+
    };
}

trims! {
    TRIM, BOTH, "trim", "kql_trim", "The text without what the pattern matches at its beginning and at its end.", true, true;
    TRIM_START, START, "trim_start", "kql_trim_start", "The text without what the pattern matches at its beginning.", true, false;
    TRIM_END, END, "trim_end", "kql_trim_end", "The text without what the pattern matches at its end.", false, true;
}

fn bind(call: &Call<'_>, kernel: &'static Kernel) -> Result<Scalar, Diagnostic> {
    call.arity(2..=2)?;
    if let Ok(pattern) = call.constant_string(0) {
        regexes::check(&pattern, call.span_of(0))?;
    }
    Ok(Scalar::kernel(kernel, vec![call.string(0)?, call.string(1)?]))
}

struct Edges {
    start: Option<Regex>,
    end: Option<Regex>,
}

fn edges(pattern: &str) -> Edges {
    Edges {
        start: regexes::compile(&format!("^(?:{pattern})")),
        end: regexes::compile(&format!("(?:{pattern})$")),
    }
}

fn trim(
    arguments: &Arguments<'_>,
    at_start: bool,
    at_end: bool,
) -> datafusion::common::Result<ArrayRef> {
    let mut pattern = Prepared::new(arguments.text(0)?, edges);
    let text = arguments.text(1)?;
    arguments.text_column(|row| {
        let (edges, mut text) = (pattern.get(row), text.get(row));
        if at_start && let Some(found) = edges.start.as_ref().and_then(|edge| edge.find(text)) {
            text = &text[found.end()..];
        }
        if at_end && let Some(found) = edges.end.as_ref().and_then(|edge| edge.find(text)) {
            text = &text[..found.start()];
        }
        Some(text)
    })
}

/// The kernels of this file, for the registry.
pub(crate) const KERNELS: &[&Kernel] = &[&BOTH, &START, &END];
