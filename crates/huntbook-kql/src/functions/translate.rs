//! `translate`: characters replaced one by one.

use std::collections::HashMap;

use super::{Function, Naming};
use crate::ir::Scalar;
use crate::kernel::Kernel;
use crate::types::KqlType;

pub(crate) const TRANSLATE: Function = Function {
    name: "translate",
    aliases: &[],
    signature: "translate(search: string, replacements: string, text: string) -> string",
    summary: "The text with each character of `search` replaced by the one at the same position of `replacements`, by its last one where that is shorter, and by none where it is empty.",
    naming: Naming::Numbered,
    bind: |call| {
        call.arity(3..=3)?;
        Ok(Scalar::kernel(&TRANSLATED, vec![call.string(0)?, call.string(1)?, call.string(2)?]))
    },
};

/// What each character becomes; `None` is left out.
type Table = HashMap<char, Option<char>>;

fn table(search: &str, replacements: &str) -> Table {
    let replacements: Vec<char> = replacements.chars().collect();
    let mut table = HashMap::new();
    for (position, character) in search.chars().enumerate() {
        let replacement = replacements.get(position).or(replacements.last());
        table.entry(character).or_insert(replacement.copied());
    }
    table
}

const TRANSLATED: Kernel = Kernel {
    name: "kql_translate",
    returns: KqlType::String,
    evaluate: |arguments| {
        let (search, replacements) = (arguments.text(0)?, arguments.text(1)?);
        let text = arguments.text(2)?;
        let mut last: Option<(&str, &str, Table)> = None;
        arguments.text_column(|row| {
            let (search, replacements) = (search.get(row), replacements.get(row));
            if !last.as_ref().is_some_and(|(a, b, _)| *a == search && *b == replacements) {
                last = Some((search, replacements, table(search, replacements)));
            }
            let (_, _, table) = last.as_ref()?;
            let translated = text
                .get(row)
                .chars()
                .filter_map(|character| table.get(&character).copied().unwrap_or(Some(character)));
            Some(translated.collect::<String>())
        })
    },
};

/// The kernels of this file, for the registry.
pub(crate) const KERNELS: &[&Kernel] = &[&TRANSLATED];
