//! `pack_all`, `bag_pack_columns`: columns of the row as one object.

use huntbook_diagnostics::Diagnostic;

use super::bags::{PACK, PACK_FILLED};
use super::{Function, Naming};
use crate::bind::Call;
use crate::convert::convert;
use crate::ir::{Scalar, Value};
use crate::types::KqlType;

pub(crate) const PACK_ALL: Function = Function {
    name: "pack_all",
    aliases: &[],
    signature: "pack_all([ignore_null_empty: bool]) -> dynamic",
    summary: "An object of all columns of the row, without those that are null or empty where `ignore_null_empty` is true.",
    naming: Naming::Numbered,
    bind: |call| {
        call.arity(0..=1)?;
        let filled = match call.has(0).then(|| call.boolean(0)).transpose()? {
            None => false,
            Some(flag) => match flag.as_literal() {
                Some(Value::Bool(flag)) => *flag,
                _ => return Err(call.wrong(0, "`true` or `false`", "a computed value")),
            },
        };
        let columns =
            call.columns.iter().filter(|column| !column.is_hidden()).map(|column| {
                (column.name.clone(), Scalar::column(column.name.clone(), column.kind))
            });
        pack(call, columns.collect(), filled)
    },
};

pub(crate) const BAG_PACK_COLUMNS: Function = Function {
    name: "bag_pack_columns",
    aliases: &[],
    signature: "bag_pack_columns(column, ...) -> dynamic",
    summary: "An object of the columns, their names as its keys.",
    naming: Naming::Numbered,
    bind: |call| {
        call.arity(1..=usize::MAX)?;
        let mut columns = Vec::new();
        for (index, argument) in call.arguments.iter().enumerate() {
            let Some(name) = argument.suggestion.clone() else {
                return Err(call.wrong(index, "a column", "a value without a name"));
            };
            columns.push((name, call.scalar(index)?));
        }
        pack(call, columns, false)
    },
};

fn pack(
    call: &Call<'_>,
    columns: Vec<(String, Scalar)>,
    filled: bool,
) -> Result<Scalar, Diagnostic> {
    let mut parts = Vec::with_capacity(columns.len() * 2);
    for (name, value) in columns {
        let kind = value.kind;
        let value = convert(value, KqlType::Dynamic).ok_or_else(|| {
            crate::bind::unsupported(
                &format!("column `{name}` of type `{kind}` in an object"),
                call.span,
            )
        })?;
        parts.extend([Scalar::text(name), value]);
    }
    if parts.is_empty() {
        return Ok(Scalar::literal(Value::Text("{}".to_owned()), KqlType::Dynamic));
    }
    Ok(Scalar::kernel(if filled { &PACK_FILLED } else { &PACK }, parts))
}
