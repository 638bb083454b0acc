//! `not`, `iff`, `case`, `coalesce`.

use huntbook_diagnostics::Diagnostic;

use super::{Function, Naming};
use crate::bind::Call;
use crate::convert::convert;
use crate::ir::{Node, Scalar};
use crate::types::KqlType;

pub(crate) const NOT: Function = Function {
    name: "not",
    aliases: &[],
    signature: "not(condition: bool) -> bool",
    summary: "The opposite of the condition; null stays null.",
    naming: Naming::Numbered,
    bind: |call| {
        call.arity(1..=1)?;
        Ok(call.boolean(0)?.not())
    },
};

pub(crate) const IFF: Function = Function {
    name: "iff",
    aliases: &["iif"],
    signature: "iff(condition: bool, if_true, otherwise)",
    summary: "`if_true` where the condition is true, else `otherwise` (also where it is null).",
    naming: Naming::Numbered,
    bind: |call| {
        call.arity(3..=3)?;
        let condition = call.boolean(0)?;
        let [then, otherwise] = <[Scalar; 2]>::try_from(common(call, call.scalars(1)?)?)
            .expect("two values go in, two come out");
        let kind = then.kind;
        let node = Node::Case { branches: vec![(condition, then)], otherwise: Box::new(otherwise) };
        Ok(Scalar { node, kind })
    },
};

pub(crate) const CASE: Function = Function {
    name: "case",
    aliases: &[],
    signature: "case(condition: bool, value, ..., otherwise)",
    summary: "The value behind the first condition that is true, else `otherwise`.",
    naming: Naming::Numbered,
    bind: |call| {
        call.arity(3..=usize::MAX)?;
        let count = call.arguments.len();
        if count.is_multiple_of(2) {
            return Err(call.wrong(
                count - 1,
                "the value for all other rows",
                "a condition without a value",
            ));
        }
        let conditions = (0..count - 1).step_by(2).map(|index| call.boolean(index));
        let conditions = conditions.collect::<Result<Vec<_>, _>>()?;
        let values = (1..count - 1).step_by(2).chain([count - 1]).map(|index| call.scalar(index));
        let mut values = common(call, values.collect::<Result<Vec<_>, _>>()?)?;
        let otherwise = Box::new(values.pop().expect("`otherwise` is the last value"));
        let kind = otherwise.kind;
        let branches = conditions.into_iter().zip(values).collect();
        Ok(Scalar { node: Node::Case { branches, otherwise }, kind })
    },
};

pub(crate) const COALESCE: Function = Function {
    name: "coalesce",
    aliases: &[],
    signature: "coalesce(value, ...)",
    summary: "The first value that is not null; of strings the first that is not empty.",
    naming: Naming::Numbered,
    bind: |call| {
        call.arity(2..=64)?;
        let values = common(call, call.scalars(0)?)?;
        let kind = values[0].kind;
        Ok(Scalar { node: Node::Coalesce(values), kind })
    },
};

/// The values as one type: that of all, the widest of numbers, the type beside dynamics, else dynamic.
pub(super) fn common(call: &Call<'_>, values: Vec<Scalar>) -> Result<Vec<Scalar>, Diagnostic> {
    let mut kinds = values.iter().filter(|value| !value.is_null_literal()).map(|value| value.kind);
    let first = kinds.next().or_else(|| values.first().map(|value| value.kind));
    let kind = kinds.fold(first.unwrap_or(KqlType::Dynamic), |known, kind| match (known, kind) {
        (a, b) if a == b => a,
        (KqlType::Dynamic, other) | (other, KqlType::Dynamic) => other,
        (KqlType::Decimal, b) if b.is_number() => KqlType::Decimal,
        (a, KqlType::Decimal) if a.is_number() => KqlType::Decimal,
        (KqlType::Real, b) if b.is_number() => KqlType::Real,
        (a, KqlType::Real) if a.is_number() => KqlType::Real,
        (a, b) if a.is_number() && b.is_number() => KqlType::Long,
        _ => KqlType::Dynamic,
    });
    values
        .into_iter()
        .map(|value| {
            let given = value.kind;
            convert(value, kind).ok_or_else(|| {
                call.wrong(
                    0,
                    &format!("a value of type `{kind}` as the others are"),
                    &format!("`{given}`"),
                )
            })
        })
        .collect()
}
