//! Columns of Python objects: read into leaves, and built anew from them.
//!
//! A column is walked twice in the same order. The first walk takes the texts out, each to the leaf of its
//! path (`DeviceDetail.displayName`; the items of a list stand at the path of the list), and notes one
//! *step* for each value. The second walk follows the steps and puts the new texts in place: in copies of dicts
//! that are like the first one of their path, which it need not look at again. Numbers,
//! booleans and times pass as the objects that they are, unless a rule names their path. What is none of
//! the known types is taken as its text. Keys of dicts stay.

mod build;
mod read;
mod source;

use std::collections::HashMap;

use pyo3::prelude::*;
use pyo3::types::{PyDict, PyString};

pub(crate) use build::Outcome;
pub(crate) use read::Reader;
pub(crate) use source::{Objects, Source};

use crate::leaf::Leaf;

/// What takes apart, and puts together again, values that are not of a basic type.
pub(crate) struct Odd<'py> {
    /// `unpack(value)` is `None` (pass it), `(class, text)`, or `("items", list or dict)`.
    pub(crate) unpack: Bound<'py, PyAny>,
    /// `repack(value, new)` is `new` as the type of `value`.
    pub(crate) repack: Bound<'py, PyAny>,
}

/// What the second walk does with a value.
enum Step {
    Pass,
    /// The next text of this leaf.
    Text(u32),
    /// The next text of this leaf, as the type of the value.
    Repacked(u32),
    Dict(u32),
    /// The next of the copied dicts, whose keys are those of the first dict at this node; each value passes or is text.
    Alike(u32),
    List(u32),
    Tuple(u32),
    /// The next of the values that were taken apart.
    Unpacked,
}

/// One path of a column.
#[derive(Default)]
pub(crate) struct Node {
    pub(crate) path: String,
    pub(crate) leaf: Leaf,
    /// Whether texts stand here, or nothing at all does.
    pub(crate) is_leaf: bool,
    /// How many texts the leaf has after each row, where rows are counted.
    pub(crate) ends: Vec<usize>,
    /// How many values are missing.
    pub(crate) nulls: u64,
    /// How many texts were passed by, since a rule keeps them.
    pub(crate) kept: u64,
    keeps: Option<bool>,
    passes: [Option<bool>; 4],
    /// The keys of the last dict here and their nodes, in order: dicts of a column tend to be alike.
    order: Vec<(Py<PyAny>, u32)>,
    /// The keys of the first dict here.
    first: Option<Vec<Py<PyAny>>>,
    children: HashMap<String, u32>,
}

/// What was read of a column.
pub(crate) struct Cells<'py> {
    source: Source<'py>,
    pub(crate) nodes: Vec<Node>,
    steps: Vec<Step>,
    copied: Vec<Py<PyDict>>,
    unpacked: Vec<Py<PyAny>>,
}

/// The entries of `dict`, which odd values in it may change while they are looked at.
fn entries<'py>(dict: &Bound<'py, PyDict>) -> Vec<(Bound<'py, PyAny>, Bound<'py, PyAny>)> {
    dict.iter().collect()
}

/// Calls `take` with `text`; a lone surrogate, which has no UTF-8, is spelt `\udc80`.
pub(crate) fn with_text(text: &Bound<'_, PyString>, take: impl FnOnce(&str)) -> PyResult<()> {
    if let Ok(text) = text.to_str() {
        take(text);
        return Ok(());
    }
    let bytes = text.call_method1("encode", ("utf-8", "backslashreplace"))?;
    take(&String::from_utf8_lossy(bytes.cast::<pyo3::types::PyBytes>()?.as_bytes()));
    Ok(())
}
