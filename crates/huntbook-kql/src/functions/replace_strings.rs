//! `replace_strings`: several texts replaced in one pass.

use serde_json::Value;

use super::{Function, Naming, budget};
use crate::dynamic;
use crate::ir::Scalar;
use crate::kernel::{Kernel, Prepared};
use crate::types::KqlType;

pub(crate) const REPLACE_STRINGS: Function = Function {
    name: "replace_strings",
    aliases: &[],
    signature: "replace_strings(text: string, lookups: dynamic, rewrites: dynamic) -> string",
    summary: "The text with each match of the lookups replaced by the rewrite of the same position; where matches overlap, the earlier lookup of the list counts. A lookup that is no text is passed over; one whose rewrite is none stays. Empty where the result would be longer than 16 MiB.",
    naming: Naming::Numbered,
    bind: |call| {
        call.arity(3..=3)?;
        Ok(Scalar::kernel(&REPLACED, vec![call.string(0)?, call.dynamic(1)?, call.dynamic(2)?]))
    },
};

/// The texts of a list by position; an element that is no text is `None`.
fn texts(list: &str) -> Vec<Option<String>> {
    match dynamic::parse(list) {
        Value::Array(items) => items.iter().map(|item| item.as_str().map(str::to_owned)).collect(),
        _ => Vec::new(),
    }
}

/// A stretch of the result.
enum Part<'a> {
    /// Text of the source that no lookup matches so far.
    Open(&'a str),
    /// What stands for a match; later lookups do not look into it.
    Closed(&'a str),
}

/// The parts with each match of the lookup closed.
fn close<'a>(parts: Vec<Part<'a>>, lookup: &'a str, rewrite: &'a str) -> Vec<Part<'a>> {
    let mut out = Vec::with_capacity(parts.len());
    for part in parts {
        let Part::Open(text) = part else {
            out.push(part);
            continue;
        };
        for (position, between) in text.split(lookup).enumerate() {
            if position > 0 {
                out.push(Part::Closed(rewrite));
            }
            if !between.is_empty() {
                out.push(Part::Open(between));
            }
        }
    }
    out
}

fn replaced(text: &str, lookups: &[Option<String>], rewrites: &[Option<String>]) -> String {
    let mut parts = vec![Part::Open(text)];
    for (position, lookup) in lookups.iter().enumerate() {
        let Some(lookup) = lookup.as_deref().filter(|lookup| text.contains(*lookup)) else {
            continue;
        };
        if lookup.is_empty() {
            continue;
        }
        let rewrite = rewrites.get(position).and_then(Option::as_deref).unwrap_or(lookup);
        parts = close(parts, lookup, rewrite);
    }
    let text = |part: &Part<'_>| match part {
        Part::Open(text) | Part::Closed(text) => text.len(),
    };
    if parts.iter().map(text).sum::<usize>() > budget::MOST_IN_A_VALUE * 16 {
        return String::new();
    }
    parts.iter().fold(String::new(), |mut out, part| {
        let (Part::Open(text) | Part::Closed(text)) = part;
        out.push_str(text);
        out
    })
}

const REPLACED: Kernel = Kernel {
    name: "kql_replace_strings",
    returns: KqlType::String,
    evaluate: |arguments| {
        let text = arguments.text(0)?;
        let mut lookups = Prepared::new(arguments.text(1)?, texts);
        let mut rewrites = Prepared::new(arguments.text(2)?, texts);
        budget::text_column(arguments, "replace_strings", |row| {
            Some(replaced(text.get(row), lookups.get(row), rewrites.get(row)))
        })
    },
};

/// The kernels of this file, for the registry.
pub(crate) const KERNELS: &[&Kernel] = &[&REPLACED];
