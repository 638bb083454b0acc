//! Columns on their way through an obfuscator, on all cores and without the interpreter.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, RecordBatch};
use arrow::compute::concat;
use arrow::datatypes::{DataType, FieldRef, Schema};
use huntbook::HuntbookError;
use huntbook::drivers::Cancel;
use huntbook::obfuscate::{ColumnReport, Kind, Obfuscator, Plan};

use crate::parallel;

/// How many rows of a column are worked on at once.
const ROWS: usize = 8192;

/// How many rows of a table are worked on at once.
const ROWS_OF_TABLE: usize = 65_536;

/// One column: its plan, and its values in parts.
pub(crate) struct Job {
    pub(crate) field: FieldRef,
    pub(crate) plan: Plan,
    pub(crate) parts: Vec<ArrayRef>,
}

/// Which way values go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Direction {
    Obfuscate,
    Reveal,
}

impl Job {
    /// The column in parts that cores can share; its content decides what is done with it.
    ///
    /// # Errors
    ///
    /// [`HuntbookError::Config`] where the parts are not of one type.
    pub(crate) fn new(
        obfuscator: &Obfuscator,
        field: FieldRef,
        parts: Vec<ArrayRef>,
    ) -> Result<Self, HuntbookError> {
        let whole = match parts.as_slice() {
            [] => arrow::array::new_empty_array(field.data_type()),
            [one] => Arc::clone(one),
            several => {
                let several: Vec<&dyn Array> = several.iter().map(AsRef::as_ref).collect();
                concat(&several).map_err(|error| odd(&field, &error))?
            }
        };
        let sample = batch(&field, &whole)?;
        let plan = obfuscator.plan(&sample.schema(), &sample);
        let parts = if shares_values(field.data_type()) {
            parts
        } else {
            parts.iter().flat_map(slices).collect()
        };
        Ok(Self { field, plan, parts })
    }

    /// The column with a plan made from `sample`.
    pub(crate) fn with_sample(
        obfuscator: &Obfuscator,
        field: FieldRef,
        parts: Vec<ArrayRef>,
        sample: &ArrayRef,
    ) -> Result<Self, HuntbookError> {
        let sample = batch(&field, sample)?;
        let plan = obfuscator.plan(&sample.schema(), &sample);
        Ok(Self { field, plan, parts })
    }

    /// What is done with the column where it has one leaf, as text has.
    pub(crate) fn kind(&self) -> Kind {
        self.plan.columns().first().map_or(Kind::Null, |leaf| leaf.kind)
    }

    /// Whether all of the column passes.
    pub(crate) fn passes(&self) -> bool {
        self.plan.columns().iter().all(|leaf| leaf.kind == Kind::Keep)
    }

    /// What was done with the leaves of `results`, the parts of this column.
    pub(crate) fn report(&self, results: &[ArrayRef]) -> Result<Vec<ColumnReport>, HuntbookError> {
        let batches: Result<Vec<_>, _> = results
            .iter()
            .map(|part| {
                let field = self.field.as_ref().clone().with_data_type(part.data_type().clone());
                batch(&Arc::new(field), part)
            })
            .collect();
        Ok(self.plan.report(&batches?))
    }
}

/// The transformed parts of each of `jobs`.
///
/// # Errors
///
/// Those of the obfuscator, and [`HuntbookError::Interrupted`] soon after `cancel` is set.
pub(crate) fn run(
    obfuscator: &Obfuscator,
    jobs: &[Job],
    direction: Direction,
    cancel: &Cancel,
) -> Result<Vec<Vec<ArrayRef>>, HuntbookError> {
    let tasks: Vec<(&Job, &ArrayRef)> =
        jobs.iter().flat_map(|job| job.parts.iter().map(move |part| (job, part))).collect();
    let mut done = parallel::map(&tasks, cancel, |(job, part)| {
        if job.passes() {
            return Ok(Arc::clone(part));
        }
        let batch = batch(&job.field, part)?;
        let batch = match direction {
            Direction::Obfuscate => obfuscator.batch(&job.plan, &batch)?,
            Direction::Reveal => obfuscator.reveal_batch(&job.plan, &batch)?,
        };
        Ok(Arc::clone(batch.column(0)))
    })?
    .into_iter();
    Ok(jobs.iter().map(|job| done.by_ref().take(job.parts.len()).collect()).collect())
}

/// The rows of `batches` in parts that cores can share.
pub(crate) fn slices_of_batches(batches: &[RecordBatch]) -> Vec<RecordBatch> {
    let mut out = Vec::new();
    for batch in batches {
        if batch.schema().fields().iter().any(|field| shares_values(field.data_type())) {
            out.push(batch.clone());
            continue;
        }
        for start in (0..batch.num_rows().max(1)).step_by(ROWS_OF_TABLE) {
            out.push(batch.slice(start, ROWS_OF_TABLE.min(batch.num_rows() - start)));
        }
    }
    out
}

fn batch(field: &FieldRef, array: &ArrayRef) -> Result<RecordBatch, HuntbookError> {
    let field = field.as_ref().clone().with_nullable(true);
    RecordBatch::try_new(Arc::new(Schema::new(vec![field.clone()])), vec![Arc::clone(array)])
        .map_err(|error| odd(&Arc::new(field), &error))
}

fn odd(field: &FieldRef, error: &arrow::error::ArrowError) -> HuntbookError {
    let message = format!("column `{}` cannot be read: {error}", field.name());
    HuntbookError::Config { message, hints: Vec::new() }
}

/// Whether values are shared by rows, so that a slice would be as much work as the whole.
fn shares_values(data_type: &DataType) -> bool {
    match data_type {
        // A slice of lists keeps all of their items.
        DataType::Dictionary(_, _)
        | DataType::RunEndEncoded(_, _)
        | DataType::List(_)
        | DataType::LargeList(_)
        | DataType::FixedSizeList(_, _)
        | DataType::Map(_, _) => true,
        DataType::Struct(fields) => fields.iter().any(|field| shares_values(field.data_type())),
        _ => false,
    }
}

fn slices(array: &ArrayRef) -> Vec<ArrayRef> {
    let starts = (0..array.len().max(1)).step_by(ROWS);
    starts.map(|start| array.slice(start, ROWS.min(array.len() - start))).collect()
}
