//! `row_rank_dense` and `row_rank_min`: the rank of a row's value in rows that are sorted by it.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, Int64Array, make_comparator};
use arrow::compute::SortOptions;
use datafusion::common::Result;
use huntbook_diagnostics::Diagnostic;

use super::{Window, WindowFunction};
use crate::bind::Call;
use crate::functions::Naming;
use crate::ir::{Scalar, Value};
use crate::types::KqlType;

pub(crate) const ROW_RANK_DENSE: Window = Window {
    name: "row_rank_dense",
    signature: "row_rank_dense(value, [restart: bool]) -> long",
    summary: "The rank of the row, from 1: one more wherever the value differs from that of the row before; it starts anew where `restart` is true.",
    naming: Naming::Numbered,
    bind: |call| bind(call, &DENSE),
};

pub(crate) const ROW_RANK_MIN: Window = Window {
    name: "row_rank_min",
    signature: "row_rank_min(value, [restart: bool]) -> long",
    summary: "The rank of the row, from 1: the position of the first of the rows with its value; it starts anew where `restart` is true.",
    naming: Naming::Numbered,
    bind: |call| bind(call, &LEAST),
};

type Bound = (&'static WindowFunction, Vec<Scalar>, KqlType);

fn bind(
    call: &Call<'_>,
    function: &'static WindowFunction,
) -> std::result::Result<Bound, Diagnostic> {
    call.arity(1..=2)?;
    let restart = if call.has(1) {
        call.boolean(1)?
    } else {
        Scalar::literal(Value::Bool(false), KqlType::Bool)
    };
    Ok((function, vec![call.scalar(0)?, restart], KqlType::Long))
}

pub(super) const DENSE: WindowFunction = WindowFunction {
    name: "kql_row_rank_dense",
    returns: Some(KqlType::Long),
    evaluate: |arguments, rows| ranks(arguments, rows, true),
};
pub(super) const LEAST: WindowFunction = WindowFunction {
    name: "kql_row_rank_min",
    returns: Some(KqlType::Long),
    evaluate: |arguments, rows| ranks(arguments, rows, false),
};

fn ranks(arguments: &[ArrayRef], rows: usize, dense: bool) -> Result<ArrayRef> {
    let restarts = arguments[1].as_boolean();
    let compare = make_comparator(&arguments[0], &arguments[0], SortOptions::default())?;
    let (mut rank, mut position) = (1_i64, 0_i64);
    let ranks = (0..rows).map(|row| {
        let restarted = row == 0 || restarts.is_valid(row) && restarts.value(row);
        if restarted {
            (rank, position) = (1, 1);
        } else {
            position += 1;
            if compare(row, row - 1).is_ne() {
                rank = if dense { rank + 1 } else { position };
            }
        }
        rank
    });
    Ok(Arc::new(ranks.collect::<Int64Array>()))
}
