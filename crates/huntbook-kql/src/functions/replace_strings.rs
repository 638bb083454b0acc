//! `replace_strings`: several texts replaced in one pass.

use regex::Regex;
use serde_json::Value;

use super::{Function, Naming, budget, regexes};
use crate::dynamic;
use crate::ir::Scalar;
use crate::kernel::{Kernel, Prepared};
use crate::types::KqlType;

pub(crate) const REPLACE_STRINGS: Function = Function {
    name: "replace_strings",
    aliases: &[],
    signature: "replace_strings(text: string, lookups: dynamic, rewrites: dynamic) -> string",
    summary: "The text with each of the lookups replaced by the rewrite of the same position, from left to right; where several match, the first of the list counts. A lookup that is no text is passed over; one whose rewrite is none stays.",
    naming: Naming::Numbered,
    bind: |call| {
        call.arity(3..=3)?;
        Ok(Scalar::kernel(&REPLACED, vec![call.string(0)?, call.dynamic(1)?, call.dynamic(2)?]))
    },
};

/// The lookups as a pattern, and the position of each in the list.
fn lookups(list: &str) -> Option<(Regex, Vec<(String, usize)>)> {
    let Value::Array(items) = dynamic::parse(list) else { return None };
    let texts: Vec<(String, usize)> = items
        .iter()
        .enumerate()
        .filter_map(|(position, item)| Some((item.as_str()?.to_owned(), position)))
        .filter(|(text, _)| !text.is_empty())
        .collect();
    let pattern = texts.iter().map(|(text, _)| regex::escape(text)).collect::<Vec<_>>().join("|");
    (!texts.is_empty()).then(|| Some((regexes::compile(&pattern)?, texts)))?
}

fn rewrites(list: &str) -> Vec<Option<String>> {
    match dynamic::parse(list) {
        Value::Array(items) => items.iter().map(|item| item.as_str().map(str::to_owned)).collect(),
        _ => Vec::new(),
    }
}

const REPLACED: Kernel = Kernel {
    name: "kql_replace_strings",
    returns: KqlType::String,
    evaluate: |arguments| {
        let text = arguments.text(0)?;
        let mut lookups = Prepared::new(arguments.text(1)?, lookups);
        let mut rewrites = Prepared::new(arguments.text(2)?, rewrites);
        budget::text_column(arguments, "replace_strings", |row| {
            let text = text.get(row);
            let Some((pattern, texts)) = lookups.get(row) else { return Some(text.to_owned()) };
            let rewrites = rewrites.get(row);
            let mut out = String::with_capacity(text.len());
            let mut end = 0;
            for found in pattern.find_iter(text) {
                let position = texts.iter().find(|(known, _)| known == found.as_str());
                let rewrite = position.and_then(|(_, position)| rewrites.get(*position)?.as_deref());
                out.push_str(&text[end..found.start()]);
                out.push_str(rewrite.unwrap_or(found.as_str()));
                end = found.end();
                if out.len() > budget::MOST_IN_A_VALUE * 16 {
                    break;
                }
            }
            out.push_str(&text[end..]);
            Some(out)
        })
    },
};
