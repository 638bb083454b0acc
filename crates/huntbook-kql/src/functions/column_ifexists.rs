//! `column_ifexists`, `iscolumnexists`: decided when the query is bound.

use super::{Function, Naming};
use crate::ir::{Scalar, Value};
use crate::types::KqlType;

pub(crate) const COLUMN_IFEXISTS: Function = Function {
    name: "column_ifexists",
    aliases: &["columnifexists"],
    signature: "column_ifexists(name: string, default)",
    summary: "The column of this name where the rows have one, else the default.",
    naming: Naming::Numbered,
    bind: |call| {
        call.arity(2..=2)?;
        let name = call.constant_string(0)?;
        match call.columns.iter().find(|column| column.name == name) {
            Some(column) => Ok(Scalar::column(name, column.kind)),
            None => call.scalar(1),
        }
    },
};

pub(crate) const ISCOLUMNEXISTS: Function = Function {
    name: "iscolumnexists",
    aliases: &[],
    signature: "iscolumnexists(name: string) -> bool",
    summary: "Whether the rows have a column of this name.",
    naming: Naming::Numbered,
    bind: |call| {
        call.arity(1..=1)?;
        let name = call.constant_string(0)?;
        let exists = call.columns.iter().any(|column| column.name == name);
        Ok(Scalar::literal(Value::Bool(exists), KqlType::Bool))
    },
};
