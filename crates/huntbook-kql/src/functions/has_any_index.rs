//! `has_any_index`: which of several terms stands in a text.

use arrow::datatypes::Int64Type;

use super::{Function, Naming};
use crate::dynamic;
use crate::ir::Scalar;
use crate::kernel::{Kernel, Prepared};
use crate::terms::{Case, Pattern, Place};
use crate::types::KqlType;

pub(crate) const HAS_ANY_INDEX: Function = Function {
    name: "has_any_index",
    aliases: &[],
    signature: "has_any_index(text: string, terms: dynamic) -> long",
    summary: "The position in the list, from 0, of the first term that the text has (as `has` does), or -1.",
    naming: Naming::Numbered,
    bind: |call| {
        call.arity(2..=2)?;
        Ok(Scalar::kernel(&POSITION, vec![call.string(0)?, call.dynamic(1)?]))
    },
};

const POSITION: Kernel = Kernel {
    name: "kql_has_any_index",
    returns: KqlType::Long,
    evaluate: |arguments| {
        let text = arguments.text(0)?;
        let mut terms = Prepared::new(arguments.text(1)?, |list| {
            let terms = dynamic::strings(list);
            terms
                .iter()
                .map(|term| Pattern::new(term, Place::Term, Case::Ignored))
                .collect::<Vec<_>>()
        });
        arguments.primitive_column::<Int64Type>(KqlType::Long, |row| {
            let text = text.get(row);
            let found = terms.get(row).iter().position(|term| term.matches(text));
            Some(found.map_or(-1, |position| position as i64))
        })
    },
};

/// The kernels of this file, for the registry.
pub(crate) const KERNELS: &[&Kernel] = &[&POSITION];
