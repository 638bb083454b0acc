//! Data frames: columns of Python objects, of numpy's bytes, of Arrow arrays.

use std::ops::Range;
use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, AsArray, LargeListArray, LargeStringArray, LargeStringBuilder, RecordBatch,
    RecordBatchOptions, new_empty_array, new_null_array,
};
use arrow::buffer::{OffsetBuffer, ScalarBuffer};
use arrow::compute::concat;
use arrow::datatypes::{DataType, Field, FieldRef, Schema};
use huntbook::HuntbookError;
use huntbook::obfuscate::{ColumnReport, Kind, Learned, Obfuscator};
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyList, PyTuple};

use crate::cells::{Cells, Node, Objects, Odd, Outcome, Reader, Source};
use crate::errors;
use crate::jobs::{Desk, Direction, Job};
use crate::leaf::{Keys, Strings};
use crate::table::Table;
use crate::values;

/// How many rows of all columns are read before the next ones: what stands in one row often lies together in memory.
const ROWS_AT_ONCE: usize = 2048;

/// How many values that say something a plan is made from.
const SAMPLE: usize = 4096;

/// One column as it came in.
enum Column<'py> {
    /// Python objects.
    Cells(String, Source<'py>),
    /// Numbers, booleans or times, as numpy has them.
    Fixed(FieldRef, ArrayRef),
    /// A column of an Arrow library.
    Arrow(FieldRef, Vec<ArrayRef>),
}

/// The columns of `columns`, each `("cells", name, array of objects)`, `("fixed", name, dtype, bytes, mask or None)` or
/// `("arrow", name, table of one column)`, transformed; `None` in place of one that passes as it is.
///
/// Beside them what was done to each leaf, as JSON.
pub(crate) fn transform<'py>(
    obfuscator: &Obfuscator,
    learned: &Learned,
    columns: &Bound<'py, PyList>,
    odd: &Odd<'py>,
    direction: Direction,
) -> PyResult<(Bound<'py, PyList>, String)> {
    let py = columns.py();
    let mut expects_text = false;
    for column in columns.iter() {
        let name: String = column.cast::<PyTuple>()?.get_item(1)?.extract()?;
        let kind = plan_type(obfuscator, &name, DataType::LargeUtf8);
        expects_text |= matches!(kind, Kind::Text | Kind::Json);
    }
    Desk::open(obfuscator, learned, direction, expects_text, |desk| {
        let plan = |path: &str, data_type: DataType| plan_type(obfuscator, path, data_type);
        let reader = Reader { odd, plan: &plan, counts_rows: false, is_root_apart: false };
        let mut working = Vec::with_capacity(columns.len());
        for column in columns.iter() {
            let column = column_of(column.cast::<PyTuple>()?)?;
            working.push(Working::begin(py, obfuscator, desk, column)?);
        }
        let rows = working.iter().map(Working::rows).max().unwrap_or_default();
        for start in (0..rows).step_by(ROWS_AT_ONCE) {
            for column in &mut working {
                column.read(py, obfuscator, desk, &reader, start..start + ROWS_AT_ONCE)?;
            }
            py.check_signals()?;
        }
        for column in &mut working {
            column.end(py, obfuscator, desk)?;
        }
        desk.all_added();
        let out = PyList::empty(py);
        let mut reports: Vec<ColumnReport> = Vec::new();
        for column in working {
            out.append(column.take(py, desk, odd, &mut reports)?)?;
            py.check_signals()?;
        }
        Ok((out, serde_json::to_string(&reports).expect("reports serialise")))
    })
}

/// A column that is being worked on.
enum Working<'py> {
    Cells(Cells<'py>, Vec<WorkingLeaf>),
    Fixed(Job, usize),
    Arrow(Job, usize),
}

/// The texts of a node of cells on their way.
#[derive(Default)]
struct WorkingLeaf {
    /// The job and its number, once it is known what is to be done.
    job: Option<(Job, usize)>,
    /// At how many texts that is looked at again.
    next_look: usize,
    /// How many chunks are on the desk.
    put: usize,
    keys: Keys,
    /// How many texts it has.
    size: u64,
}

impl WorkingLeaf {
    /// Puts what is there on the desk, once it is known what is to be done with it: when there are enough texts, or all.
    fn put(
        &mut self,
        obfuscator: &Obfuscator,
        desk: &Desk<'_>,
        node: &Node,
        are_all: bool,
    ) -> Result<(), HuntbookError> {
        if self.job.is_none() && (are_all || node.leaf.len() >= self.next_look.max(SAMPLE)) {
            let sample = node.leaf.sample(SAMPLE, |text| !matches!(text, "" | "-"));
            if are_all || sample.len() == SAMPLE {
                let field = Arc::new(Field::new(&node.path, DataType::LargeUtf8, true));
                let job = Job::with_sample(obfuscator, field, &sample)?;
                self.job = Some((job, desk.begin()));
            }
            self.next_look = 2 * node.leaf.len();
        }
        if let Some((job, number)) = &self.job {
            for chunk in node.leaf.full_chunks(self.put) {
                desk.put(*number, job, &chunk);
                self.put += 1;
            }
        }
        Ok(())
    }

    /// Puts the rest on the desk.
    fn end(
        &mut self,
        obfuscator: &Obfuscator,
        desk: &Desk<'_>,
        node: &mut Node,
    ) -> Result<(), HuntbookError> {
        self.size = node.leaf.len() as u64 + node.kept;
        self.put(obfuscator, desk, node, true)?;
        let (chunks, keys) = std::mem::take(&mut node.leaf).finish().map_err(odd_column)?;
        self.keys = keys;
        if let Some((job, number)) = &self.job {
            for chunk in chunks.iter().skip(self.put) {
                desk.put(*number, job, chunk);
            }
        }
        Ok(())
    }
}

fn odd_column(error: arrow::error::ArrowError) -> HuntbookError {
    HuntbookError::Config { message: format!("a column is odd: {error}"), hints: Vec::new() }
}

impl<'py> Working<'py> {
    fn begin(
        py: Python<'py>,
        obfuscator: &Obfuscator,
        desk: &Desk<'_>,
        column: Column<'py>,
    ) -> PyResult<Self> {
        let fails = |error| errors::to_python(py, &error);
        match column {
            Column::Cells(name, source) => Ok(Self::Cells(Cells::new(&name, source), Vec::new())),
            Column::Fixed(field, array) => {
                let job = Job::new(obfuscator, field, vec![array]).map_err(fails)?;
                let number = desk.add(&job);
                Ok(Self::Fixed(job, number))
            }
            Column::Arrow(field, parts) => {
                let job = Job::new(obfuscator, field, parts).map_err(fails)?;
                let number = desk.add(&job);
                Ok(Self::Arrow(job, number))
            }
        }
    }

    /// How many rows are to be read.
    fn rows(&self) -> usize {
        match self {
            Self::Cells(cells, _) => cells.rows(),
            Self::Fixed(..) | Self::Arrow(..) => 0,
        }
    }

    /// Reads the next rows, and puts what is known of them on the desk.
    fn read(
        &mut self,
        py: Python<'py>,
        obfuscator: &Obfuscator,
        desk: &Desk<'_>,
        reader: &Reader<'_, 'py>,
        rows: Range<usize>,
    ) -> PyResult<()> {
        let Self::Cells(cells, leaves) = self else { return Ok(()) };
        reader.read_rows(py, cells, rows)?;
        leaves.resize_with(cells.nodes.len(), WorkingLeaf::default);
        for (node, leaf) in cells.nodes.iter().zip(leaves) {
            leaf.put(obfuscator, desk, node, false)
                .map_err(|error| errors::to_python(py, &error))?;
        }
        Ok(())
    }

    /// Puts the rest of a column on the desk.
    fn end(&mut self, py: Python<'py>, obfuscator: &Obfuscator, desk: &Desk<'_>) -> PyResult<()> {
        let Self::Cells(cells, leaves) = self else { return Ok(()) };
        cells.end();
        leaves.resize_with(cells.nodes.len(), WorkingLeaf::default);
        for (node, leaf) in cells.nodes.iter_mut().zip(leaves) {
            if node.is_leaf {
                leaf.end(obfuscator, desk, node).map_err(|error| errors::to_python(py, &error))?;
            }
        }
        Ok(())
    }

    /// What became of the column, `None` if it passes; `reports` gets what was done to its leaves.
    fn take(
        self,
        py: Python<'py>,
        desk: &Desk<'_>,
        odd: &Odd<'py>,
        reports: &mut Vec<ColumnReport>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let fails = |error| errors::to_python(py, &error);
        let nothing = py.None().into_bound(py);
        match self {
            Self::Cells(cells, leaves) => {
                let mut passes = true;
                let mut outcomes = Vec::with_capacity(cells.nodes.len());
                for (node, leaf) in cells.nodes.iter().zip(leaves) {
                    let Some((job, number)) = leaf.job else {
                        outcomes.push(Outcome::Keep);
                        continue;
                    };
                    passes &= job.kind() == Kind::Keep;
                    for mut report in job.report(&[]).map_err(fails)? {
                        "Utf8".clone_into(&mut report.data_type);
                        (report.values, report.nulls) = (leaf.size, node.nulls);
                        reports.push(report);
                    }
                    outcomes.push(match job.kind() {
                        Kind::Keep => Outcome::Keep,
                        Kind::Null => Outcome::Null,
                        _ => Outcome::Replaced(Strings::new(desk.take(py, number)?, leaf.keys)),
                    });
                }
                if passes {
                    return Ok(nothing);
                }
                cells.build(py, odd, &mut outcomes)
            }
            Self::Fixed(job, number) => {
                let parts = desk.take(py, number)?;
                reports.extend(job.report(&parts).map_err(fails)?);
                if job.passes() {
                    return Ok(nothing);
                }
                Ok(values::buffer(py, &whole(&parts)?).into_pyobject(py)?)
            }
            Self::Arrow(job, number) => {
                let parts = desk.take(py, number)?;
                reports.extend(job.report(&parts).map_err(fails)?);
                if job.passes() {
                    return Ok(nothing);
                }
                Ok(one_column(&job, parts)?.into_pyobject(py)?.into_any())
            }
        }
    }
}

/// A table with one column for each leaf of `columns` (see [`transform`]): text where each row has at most
/// one, lists of text where it has more.
pub(crate) fn flatten(
    obfuscator: &Obfuscator,
    columns: &Bound<'_, PyList>,
    odd: &Odd<'_>,
    rows: usize,
    like: Option<&Table>,
) -> PyResult<Table> {
    let mut fields: Vec<FieldRef> = Vec::new();
    let mut arrays: Vec<ArrayRef> = Vec::new();
    let fails = |error: arrow::error::ArrowError| PyValueError::new_err(error.to_string());
    let plan = |path: &str, data_type: DataType| plan_type(obfuscator, path, data_type);
    let reader = Reader { odd, plan: &plan, counts_rows: true, is_root_apart: false };
    for column in columns.iter() {
        match column_of(column.cast::<PyTuple>()?)? {
            Column::Fixed(field, array) => {
                fields.push(field);
                arrays.push(array);
            }
            Column::Arrow(field, parts) => {
                arrays.push(match parts.as_slice() {
                    [] => new_empty_array(field.data_type()),
                    parts => whole(parts)?,
                });
                fields.push(field);
            }
            Column::Cells(name, source) => {
                let cells = reader.read(columns.py(), &name, source)?;
                for node in cells.nodes.iter().filter(|node| node.is_leaf) {
                    let array = by_row(node).map_err(fails)?;
                    fields.push(Arc::new(Field::new(&node.path, array.data_type().clone(), true)));
                    arrays.push(array);
                }
            }
        }
    }
    if let Some(like) = like {
        (fields, arrays) = aligned(like, fields, arrays, rows);
    }
    let schema = Arc::new(Schema::new(fields));
    let batch = RecordBatch::try_new_with_options(
        Arc::clone(&schema),
        arrays,
        &RecordBatchOptions::new().with_row_count(Some(rows)),
    )
    .map_err(fails)?;
    Ok(Table::new(schema, vec![batch]))
}

/// The columns in the order of those of `like`; nulls stand for one that is not there, as where a rule nulled
/// all of a leaf. What `like` lacks comes last.
fn aligned(
    like: &Table,
    fields: Vec<FieldRef>,
    arrays: Vec<ArrayRef>,
    rows: usize,
) -> (Vec<FieldRef>, Vec<ArrayRef>) {
    let mut left: Vec<Option<(FieldRef, ArrayRef)>> =
        fields.into_iter().zip(arrays).map(Some).collect();
    let mut columns: Vec<(FieldRef, ArrayRef)> = Vec::with_capacity(left.len());
    for wanted in like.schema.fields() {
        let is_it = |column: &&mut Option<(FieldRef, ArrayRef)>| {
            column.as_ref().is_some_and(|(field, _)| field.name() == wanted.name())
        };
        let found = left.iter_mut().find(is_it).and_then(Option::take);
        columns.push(
            found.unwrap_or_else(|| (Arc::clone(wanted), new_null_array(wanted.data_type(), rows))),
        );
    }
    columns.extend(left.into_iter().flatten());
    columns.into_iter().unzip()
}

/// The texts of `node` in as many rows as there are cells.
fn by_row(node: &Node) -> Result<ArrayRef, arrow::error::ArrowError> {
    let texts = node.leaf.sample(usize::MAX, |_| true);
    let counts = || {
        let starts = std::iter::once(0).chain(node.ends.iter().copied());
        starts.zip(&node.ends).map(|(start, end)| end - start)
    };
    let some = counts().map(|count| count > 0).collect::<Vec<bool>>();
    if counts().all(|count| count <= 1) {
        let mut builder = LargeStringBuilder::with_capacity(some.len(), 0);
        let texts: &LargeStringArray = texts.as_string();
        let mut texts = texts.iter();
        for is_there in some {
            builder.append_option(if is_there { texts.next().flatten() } else { None });
        }
        return Ok(Arc::new(builder.finish()));
    }
    let offsets: Vec<i64> =
        std::iter::once(0).chain(node.ends.iter().map(|end| *end as i64)).collect();
    let offsets = OffsetBuffer::new(ScalarBuffer::from(offsets));
    let item = Arc::new(Field::new("item", DataType::LargeUtf8, true));
    Ok(Arc::new(LargeListArray::try_new(item, offsets, texts, Some(some.into()))?))
}

fn column_of<'py>(column: &Bound<'py, PyTuple>) -> PyResult<Column<'py>> {
    let how: String = column.get_item(0)?.extract()?;
    let name: String = column.get_item(1)?.extract()?;
    match how.as_str() {
        "cells" => {
            let values = column.get_item(2)?.cast_into::<Objects>()?;
            Ok(Column::Cells(name, Source::Array(values)))
        }
        "fixed" => {
            let dtype: String = column.get_item(2)?.extract()?;
            let bytes = column.get_item(3)?;
            let mask: Option<Bound<'_, PyBytes>> = column.get_item(4)?.extract()?;
            let mask = mask.as_ref().map(PyBytesMethods::as_bytes);
            let bytes = bytes.cast::<PyBytes>()?.as_bytes();
            let (data_type, array) = values::fixed_column(&dtype, bytes, mask)?;
            Ok(Column::Fixed(Arc::new(Field::new(name, data_type, true)), array))
        }
        "arrow" => {
            let table = column.get_item(2)?;
            let table = table.cast::<Table>()?.get();
            let [field] = table.schema.fields().as_ref() else {
                return Err(PyTypeError::new_err("expected a table of one column"));
            };
            let field = field.as_ref().clone().with_name(name).with_nullable(true);
            let parts = table.batches.iter().map(|batch| Arc::clone(batch.column(0))).collect();
            Ok(Column::Arrow(Arc::new(field), parts))
        }
        other => Err(PyTypeError::new_err(format!("no column comes as `{other}`"))),
    }
}

/// What is done with values of `data_type` at `path`.
fn plan_type(obfuscator: &Obfuscator, path: &str, data_type: DataType) -> Kind {
    let schema = Arc::new(Schema::new(vec![Field::new(path, data_type, true)]));
    let plan = obfuscator.plan(&schema, &RecordBatch::new_empty(Arc::clone(&schema)));
    plan.columns().first().map_or(Kind::Null, |leaf| leaf.kind)
}

fn whole(parts: &[ArrayRef]) -> PyResult<ArrayRef> {
    let parts: Vec<&dyn Array> = parts.iter().map(AsRef::as_ref).collect();
    concat(&parts).map_err(|error| PyValueError::new_err(error.to_string()))
}

fn one_column(job: &Job, parts: Vec<ArrayRef>) -> PyResult<Table> {
    let data_type =
        parts.first().map_or(job.field.data_type().clone(), |part| part.data_type().clone());
    let field = job.field.as_ref().clone().with_data_type(data_type);
    let schema = Arc::new(Schema::new(vec![field]));
    let batches: Result<Vec<_>, _> = parts
        .into_iter()
        .map(|part| RecordBatch::try_new(Arc::clone(&schema), vec![part]))
        .collect();
    let batches = batches.map_err(|error| PyValueError::new_err(error.to_string()))?;
    Ok(Table::new(schema, batches))
}
