//! `extract_all`: the groups of every match of a regular expression.

use serde_json::Value;

use super::{Function, Naming, regexes};
use crate::ir::Scalar;
use crate::kernel::{Kernel, Prepared};
use crate::types::KqlType;

pub(crate) const EXTRACT_ALL: Function = Function {
    name: "extract_all",
    aliases: &["extractall"],
    signature: "extract_all(pattern: string, [groups: dynamic], text: string) -> dynamic",
    summary: "The groups of every match: an array of strings for one group, an array of arrays for several. Null where nothing matches.",
    naming: Naming::Numbered,
    bind: |call| {
        call.arity(2..=3)?;
        if let Ok(pattern) = call.constant_string(0) {
            regexes::check(&pattern, call.span_of(0))?;
        }
        if call.has(2) {
            return Ok(Scalar::kernel(
                &MATCHES,
                vec![call.string(0)?, call.string(2)?, call.dynamic(1)?],
            ));
        }
        Ok(Scalar::kernel(&MATCHES, vec![call.string(0)?, call.string(1)?]))
    },
};

const MATCHES: Kernel = Kernel {
    name: "kql_extract_all",
    returns: KqlType::Dynamic,
    evaluate: |arguments| {
        let mut pattern = Prepared::new(arguments.text(0)?, regexes::compile);
        let text = arguments.text(1)?;
        let wanted = if arguments.len() > 2 { Some(arguments.text(2)?) } else { None };
        arguments.text_column(|row| {
            let pattern = pattern.get(row).as_ref()?;
            let groups: Vec<Group> = match wanted {
                Some(wanted) => crate::dynamic::strings(wanted.get(row))
                    .into_iter()
                    .map(|group| group.parse().map_or(Group::Name(group), Group::Number))
                    .collect(),
                None => (1..pattern.captures_len()).map(Group::Number).collect(),
            };
            let matches: Vec<Value> = pattern
                .captures_iter(text.get(row))
                .map(|captures| {
                    let text = |group: &Group| {
                        let found = match group {
                            Group::Number(number) => captures.get(*number),
                            Group::Name(name) => captures.name(name),
                        };
                        Value::from(found.map_or("", |found| found.as_str()))
                    };
                    match groups.as_slice() {
                        [single] => text(single),
                        several => several.iter().map(text).collect(),
                    }
                })
                .collect();
            (!matches.is_empty()).then(|| Value::Array(matches).to_string())
        })
    },
};

enum Group {
    Number(usize),
    Name(String),
}

/// The kernels of this file, for the registry.
pub(crate) const KERNELS: &[&Kernel] = &[&MATCHES];
