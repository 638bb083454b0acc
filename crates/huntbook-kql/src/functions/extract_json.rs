//! `extract_json`: one value out of a JSON text, by a path.

use huntbook_diagnostics::Diagnostic;
use serde_json::Value;

use super::{Function, Naming};
use crate::bind::{ArgumentValue, Call};
use crate::convert::convert;
use crate::dynamic;
use crate::ir::Scalar;
use crate::kernel::{Kernel, Prepared};
use crate::types::KqlType;

pub(crate) const EXTRACT_JSON: Function = Function {
    name: "extract_json",
    aliases: &["extractjson"],
    signature: "extract_json(path: string, json: string, [typeof(type)]) -> string",
    summary: "What stands at the path (`$.key`, `$['key']`, `$.list[0]`) of the JSON text, as text or cast to the type. Empty, or null of another type, where nothing stands there.",
    naming: Naming::Numbered,
    bind,
};

fn bind(call: &Call<'_>) -> Result<Scalar, Diagnostic> {
    call.arity(2..=3)?;
    if let Ok(path) = call.constant_string(0)
        && steps(&path).is_none()
    {
        return Err(call.wrong(0, "a path such as `$.key[0]`", &format!("`{path}`")));
    }
    let found = Scalar::kernel(&FOUND, vec![call.string(0)?, call.as_string(1)?]);
    let kind = match call.arguments.get(2).map(|argument| &argument.value) {
        None => KqlType::String,
        Some(ArgumentValue::Type(kind)) => *kind,
        Some(_) => return Err(call.wrong(2, "a type such as `typeof(long)`", "a value")),
    };
    convert(found, kind)
        .ok_or_else(|| call.wrong(2, "a type that JSON converts to", &format!("`{kind}`")))
}

/// The keys and positions of a path. There are no wildcards, slices or filters, as in KQL.
fn steps(path: &str) -> Option<Vec<Value>> {
    let path = path.trim();
    let mut rest = path.strip_prefix('$')?;
    let mut steps = Vec::new();
    if rest.starts_with(|first: char| first.is_alphabetic() || first == '_') {
        // `$key` is the key of this name, not `key`.
        let end = path.find(['.', '[']).unwrap_or(path.len());
        steps.push(Value::from(&path[..end]));
        rest = &path[end..];
    }
    while !rest.is_empty() {
        if let Some(name) = rest.strip_prefix('.') {
            let end = name.find(['.', '[']).unwrap_or(name.len());
            if end == 0 || &name[..end] == "*" {
                return None;
            }
            steps.push(Value::from(&name[..end]));
            rest = &name[end..];
            continue;
        }
        let inside = rest.strip_prefix('[')?.trim_start();
        if let Some(quote) = inside.chars().next().filter(|first| matches!(first, '\'' | '"')) {
            let (name, behind) = inside[1..].split_once(quote)?;
            steps.push(Value::from(name));
            rest = behind.trim_start().strip_prefix(']')?;
        } else {
            let (position, behind) = inside.split_once(']')?;
            steps.push(Value::from(position.trim().parse::<i64>().ok()?));
            rest = behind;
        }
    }
    Some(steps)
}

fn found(json: &str, steps: &[Value]) -> Option<Value> {
    let root = crate::tolerant::read(json)?;
    let mut place = &root;
    for step in steps {
        place = dynamic::step(place, step)?;
    }
    Some(place.clone())
}

const FOUND: Kernel = Kernel {
    name: "kql_extract_json",
    returns: KqlType::Dynamic,
    evaluate: |arguments| {
        let mut path = Prepared::new(arguments.text(0)?, steps);
        let json = arguments.text(1)?;
        arguments
            .text_column(|row| dynamic::to_cell(&found(json.get(row), path.get(row).as_ref()?)?))
    },
};

/// The kernels of this file, for the registry.
pub(crate) const KERNELS: &[&Kernel] = &[&FOUND];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_has_keys_and_positions_only() {
        assert_eq!(steps("$.a['b c'][0]"), Some(vec!["a".into(), "b c".into(), 0.into()]));
        assert_eq!(steps("$"), Some(vec![]));
        assert_eq!(steps("$a.b"), Some(vec!["$a".into(), "b".into()]));
        for path in ["", "a", "$..a", "$.*", "$[*]", "$[", "$['a", "$[0:2]"] {
            assert_eq!(steps(path), None, "{path}");
        }
    }
}
