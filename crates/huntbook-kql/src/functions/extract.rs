//! `extract`: a group of the first match of a regular expression.

use arrow::datatypes::Int64Type;

use super::{Function, Naming, regexes};
use crate::bind::{ArgumentValue, Call};
use crate::convert::convert;
use crate::ir::Scalar;
use crate::kernel::{Kernel, Prepared};
use crate::types::KqlType;
use huntbook_diagnostics::Diagnostic;

pub(crate) const EXTRACT: Function = Function {
    name: "extract",
    aliases: &[],
    signature: "extract(pattern: string, group: long, text: string, [typeof(type)]) -> string",
    summary: "The group of the first match (0 is the whole match), cast to the type where one is given. Empty, or null of another type, where nothing matches.",
    naming: Naming::Numbered,
    bind,
};

fn bind(call: &Call<'_>) -> Result<Scalar, Diagnostic> {
    call.arity(3..=4)?;
    if let Ok(pattern) = call.constant_string(0) {
        regexes::check(&pattern, call.span_of(0))?;
    }
    let found = Scalar::kernel(&GROUP, vec![call.string(0)?, call.long(1)?, call.string(2)?]);
    match call.arguments.get(3).map(|argument| &argument.value) {
        None => Ok(found),
        Some(ArgumentValue::Type(kind)) => convert(found, *kind)
            .ok_or_else(|| call.wrong(3, "a type that text converts to", &format!("`{kind}`"))),
        Some(_) => Err(call.wrong(3, "a type such as `typeof(long)`", "a value")),
    }
}

const GROUP: Kernel = Kernel {
    name: "kql_extract",
    returns: KqlType::String,
    evaluate: |arguments| {
        let mut pattern = Prepared::new(arguments.text(0)?, regexes::compile);
        let (group, text) = (arguments.primitive::<Int64Type>(1)?, arguments.text(2)?);
        arguments.text_column(|row| {
            let found = (|| {
                let group = usize::try_from(group.get(row)?).ok()?;
                let captures = pattern.get(row).as_ref()?.captures(text.get(row))?;
                Some(captures.get(group)?.as_str())
            })();
            found.or(Some(""))
        })
    },
};

/// The kernels of this file, for the registry.
pub(crate) const KERNELS: &[&Kernel] = &[&GROUP];
