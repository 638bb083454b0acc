//! `prev` and `next`: a value of a row before or behind.

use arrow::array::{Array, ArrayRef, AsArray, BooleanArray, Int64Array};
use arrow::compute::kernels::zip::zip;
use arrow::compute::{is_not_null, take};
use arrow::datatypes::Int64Type;
use datafusion::common::Result;
use huntbook_diagnostics::Diagnostic;

use super::{Bound, Window, WindowFunction};
use crate::bind::{Call, implicit};
use crate::functions::Naming;
use crate::ir::Scalar;

pub(crate) const PREV: Window = Window {
    name: "prev",
    signature: "prev(value, [offset: long], [default])",
    summary: "The value of the row that stands `offset` (1) rows before; the default, or null, where there is none.",
    naming: Naming::Prefix("prev"),
    bind: |call| bind(call, &BEFORE),
};

pub(crate) const NEXT: Window = Window {
    name: "next",
    signature: "next(value, [offset: long], [default])",
    summary: "The value of the row that stands `offset` (1) rows behind; the default, or null, where there is none.",
    naming: Naming::Prefix("next"),
    bind: |call| bind(call, &BEHIND),
};

fn bind(
    call: &Call<'_>,
    function: &'static WindowFunction,
) -> std::result::Result<Bound, Diagnostic> {
    call.arity(1..=3)?;
    let value = call.scalar(0)?;
    let kind = value.kind;
    let offset = if call.has(1) { call.long(1)? } else { Scalar::long(1) };
    let default = if call.has(2) {
        let given = call.scalar(2)?;
        let other = given.kind;
        implicit(given, kind).ok_or_else(|| {
            call.wrong(2, &format!("a value of type `{kind}`"), &format!("`{other}`"))
        })?
    } else {
        Scalar::null(kind)
    };
    Ok((function, vec![value, offset, default], kind))
}

pub(super) const BEFORE: WindowFunction = WindowFunction {
    name: "kql_prev",
    returns: None,
    evaluate: |arguments, rows| at(arguments, rows, -1),
};
pub(super) const BEHIND: WindowFunction = WindowFunction {
    name: "kql_next",
    returns: None,
    evaluate: |arguments, rows| at(arguments, rows, 1),
};

fn at(arguments: &[ArrayRef], rows: usize, direction: i64) -> Result<ArrayRef> {
    let offsets = arguments[1].as_primitive::<Int64Type>();
    let from = |row: usize| {
        let offset = offsets.is_valid(row).then(|| offsets.value(row))?;
        let wanted = i64::try_from(row).ok()?.checked_add(offset.checked_mul(direction)?)?;
        usize::try_from(wanted).is_ok_and(|wanted| wanted < rows).then_some(wanted)
    };
    let indices: Int64Array = (0..rows).map(from).collect();
    let found = take(&arguments[0], &indices, None)?;
    let inside: BooleanArray = is_not_null(&indices)?;
    Ok(zip(&inside, &found, &arguments[2])?)
}
