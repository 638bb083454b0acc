//! `max_of`, `min_of`: the extreme of several values of one row; nulls are passed over.

use huntbook_diagnostics::Diagnostic;

use super::conditions::common;
use super::{Function, Naming};
use crate::bind::Call;
use crate::ir::{Node, Scalar};
use crate::types::KqlType;

pub(crate) const MAX_OF: Function = Function {
    name: "max_of",
    aliases: &[],
    signature: "max_of(value, ...)",
    summary: "The greatest of the values that are not null.",
    naming: Naming::Numbered,
    bind: |call| extreme(call, true),
};

pub(crate) const MIN_OF: Function = Function {
    name: "min_of",
    aliases: &[],
    signature: "min_of(value, ...)",
    summary: "The least of the values that are not null.",
    naming: Naming::Numbered,
    bind: |call| extreme(call, false),
};

fn extreme(call: &Call<'_>, greatest: bool) -> Result<Scalar, Diagnostic> {
    call.arity(2..=16)?;
    let values = common(call, call.scalars(0)?)?;
    let kind = values[0].kind;
    if matches!(kind, KqlType::Dynamic | KqlType::Guid | KqlType::Bool) {
        return Err(call.wrong(
            0,
            "a number, a string, a datetime or a timespan",
            &format!("`{kind}`"),
        ));
    }
    Ok(Scalar { node: Node::Extreme { greatest, operands: values }, kind })
}
