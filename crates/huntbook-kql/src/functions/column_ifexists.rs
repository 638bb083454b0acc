//! `column_ifexists`: decided when the query is bound.

use super::{Function, Naming};
use crate::ir::Scalar;

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
