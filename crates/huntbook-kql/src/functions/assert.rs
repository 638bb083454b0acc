//! `assert`: a condition that must hold for the query to run.

use huntbook_diagnostics::Diagnostic;

use super::{Function, Naming};
use crate::codes;
use crate::ir::{Scalar, Value};
use crate::types::KqlType;

pub(crate) const ASSERT: Function = Function {
    name: "assert",
    aliases: &[],
    signature: "assert(condition: bool, message: string) -> bool",
    summary: "True; the query is refused with the message where the condition, a constant, is false.",
    naming: Naming::Numbered,
    bind: |call| {
        call.arity(2..=2)?;
        let message = call.constant_string(1)?;
        match call.boolean(0)?.as_literal() {
            Some(Value::Bool(true)) => Ok(Scalar::literal(Value::Bool(true), KqlType::Bool)),
            Some(_) => {
                let message = format!("the assertion does not hold: {message}");
                Err(Diagnostic::error(codes::ASSERTION, message).at(call.span))
            }
            None => {
                let message = "argument 1 of `assert` must be a constant bool";
                Err(Diagnostic::error(codes::NOT_CONSTANT, message).at(call.span_of(0)))
            }
        }
    },
};
