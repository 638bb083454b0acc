//! Columns on their way through an obfuscator, on all cores and without the interpreter.

use std::collections::VecDeque;
use std::panic::{self, AssertUnwindSafe};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use arrow::array::{Array, ArrayRef, RecordBatch};
use arrow::compute::concat;
use arrow::datatypes::{DataType, FieldRef, Schema};
use huntbook::HuntbookError;
use huntbook::obfuscate::{ColumnReport, Kind, Obfuscator, Plan};
use pyo3::prelude::*;

use crate::errors;

/// How many rows of a column are worked on at once.
const ROWS: usize = 8192;

/// How many rows of a table are worked on at once.
const ROWS_OF_TABLE: usize = 65_536;

/// One column: its plan, and its values in parts.
pub(crate) struct Job {
    pub(crate) field: FieldRef,
    pub(crate) plan: Arc<Plan>,
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
        let plan = Arc::new(obfuscator.plan(&sample.schema(), &sample));
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
        let plan = Arc::new(obfuscator.plan(&sample.schema(), &sample));
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

/// Columns that helpers work on while the interpreter's thread reads and builds others.
///
/// That thread helps, too, whenever it has to wait, and looks for Ctrl-C then.
pub(crate) struct Desk<'a> {
    obfuscator: &'a Obfuscator,
    direction: Direction,
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    tasks: VecDeque<Task>,
    jobs: Vec<Progress>,
    is_closed: bool,
    failure: Option<HuntbookError>,
}

struct Task {
    job: usize,
    part: usize,
    plan: Arc<Plan>,
    field: FieldRef,
    array: ArrayRef,
}

struct Progress {
    parts: Vec<Option<ArrayRef>>,
    left: usize,
}

/// What [`Desk::take`] waits for at most before it looks for Ctrl-C.
const PATIENCE: Duration = Duration::from_millis(50);

impl<'a> Desk<'a> {
    /// The result of `work`, which is given a desk with helpers for all other cores.
    ///
    /// The helpers are gone when this returns: a process that forks later takes no half of a pool with it.
    pub(crate) fn open<T>(
        obfuscator: &'a Obfuscator,
        direction: Direction,
        work: impl FnOnce(&Self) -> PyResult<T>,
    ) -> PyResult<T> {
        let desk = Self { obfuscator, direction, state: Mutex::default(), changed: Condvar::new() };
        let cores = thread::available_parallelism().map_or(1, std::num::NonZero::get);
        thread::scope(|scope| {
            let closing = Closing(&desk);
            for _ in 1..cores {
                scope.spawn(|| desk.help());
            }
            let result = work(closing.0);
            drop(closing);
            result
        })
    }

    /// Puts `job` on the desk; what comes back names it for [`take`](Self::take).
    pub(crate) fn add(&self, job: &Job) -> usize {
        let mut state = self.lock();
        let number = state.jobs.len();
        if job.passes() {
            let parts = job.parts.iter().map(|part| Some(Arc::clone(part))).collect();
            state.jobs.push(Progress { parts, left: 0 });
            return number;
        }
        let left = job.parts.len();
        state.jobs.push(Progress { parts: job.parts.iter().map(|_| None).collect(), left });
        for (part, array) in job.parts.iter().enumerate() {
            state.tasks.push_back(Task {
                job: number,
                part,
                plan: Arc::clone(&job.plan),
                field: Arc::clone(&job.field),
                array: Arc::clone(array),
            });
        }
        drop(state);
        self.changed.notify_all();
        number
    }

    /// The transformed parts of a job.
    ///
    /// # Errors
    ///
    /// Those of the obfuscator, and `KeyboardInterrupt`.
    pub(crate) fn take(&self, py: Python<'_>, job: usize) -> PyResult<Vec<ArrayRef>> {
        loop {
            let mut state = self.lock();
            if let Some(failure) = state.failure.take() {
                return Err(errors::to_python(py, &failure));
            }
            let progress = &mut state.jobs[job];
            if progress.left == 0 {
                return Ok(progress.parts.iter_mut().filter_map(Option::take).collect());
            }
            // Its own tasks first: they were put there in order.
            let task = state.tasks.pop_front();
            match task {
                Some(task) => {
                    drop(state);
                    py.detach(|| self.run(&task));
                }
                None => {
                    drop(state);
                    py.detach(|| {
                        let state = self.lock();
                        if state.jobs[job].left > 0 && state.failure.is_none() {
                            drop(self.changed.wait_timeout(state, PATIENCE));
                        }
                    });
                }
            }
            py.check_signals()?;
        }
    }

    fn help(&self) {
        loop {
            let mut state = self.lock();
            let task = loop {
                if state.is_closed {
                    return;
                }
                match state.tasks.pop_front() {
                    Some(task) => break task,
                    None => {
                        state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
                    }
                }
            };
            drop(state);
            self.run(&task);
        }
    }

    fn run(&self, task: &Task) {
        let work = AssertUnwindSafe(|| -> Result<ArrayRef, HuntbookError> {
            let batch = batch(&task.field, &task.array)?;
            let batch = match self.direction {
                Direction::Obfuscate => self.obfuscator.batch(&task.plan, &batch)?,
                Direction::Reveal => self.obfuscator.reveal_batch(&task.plan, &batch)?,
            };
            Ok(Arc::clone(batch.column(0)))
        });
        let result = panic::catch_unwind(work).unwrap_or_else(|_| {
            let message = "internal error, please report it: a transform panicked".to_owned();
            Err(HuntbookError::Config { message, hints: Vec::new() })
        });
        let mut state = self.lock();
        match result {
            Ok(array) => {
                let progress = &mut state.jobs[task.job];
                progress.parts[task.part] = Some(array);
                progress.left -= 1;
            }
            Err(failure) => state.failure = state.failure.take().or(Some(failure)),
        }
        drop(state);
        self.changed.notify_all();
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Sends the helpers home, also when the work panics.
struct Closing<'a, 'b>(&'a Desk<'b>);

impl Drop for Closing<'_, '_> {
    fn drop(&mut self) {
        self.0.lock().is_closed = true;
        self.0.changed.notify_all();
    }
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
