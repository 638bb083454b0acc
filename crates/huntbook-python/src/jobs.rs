//! Columns on their way through an obfuscator, on all cores and without the interpreter.

use std::collections::VecDeque;
use std::panic::{self, AssertUnwindSafe};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, OnceLock, PoisonError};
use std::thread;
use std::time::Duration;

use arrow::array::{Array, ArrayRef, RecordBatch};
use arrow::compute::concat;
use arrow::datatypes::{DataType, FieldRef, Schema};
use huntbook::HuntbookError;
use huntbook::obfuscate::{ColumnReport, Kind, Learned, Obfuscator, Plan};
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

    /// A column whose parts come one by one, with a plan made from `sample`.
    pub(crate) fn with_sample(
        obfuscator: &Obfuscator,
        field: FieldRef,
        sample: &ArrayRef,
    ) -> Result<Self, HuntbookError> {
        let sample = batch(&field, sample)?;
        let plan = Arc::new(obfuscator.plan(&sample.schema(), &sample));
        Ok(Self { field, plan, parts: Vec::new() })
    }

    /// What is done with the column where it has one leaf, as text has.
    pub(crate) fn kind(&self) -> Kind {
        self.plan.columns().first().map_or(Kind::Null, |leaf| leaf.kind)
    }

    /// What it holds that hides what other columns are about.
    fn text(&self) -> Text {
        match (has_json(&self.plan), is_free_text(&self.plan)) {
            (true, _) => Text::Documents,
            (false, true) => Text::Free,
            (false, false) => Text::None,
        }
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
/// That thread helps, too, whenever it has to wait, and looks for Ctrl-C then. Free text waits until all
/// columns are there and have been learnt from: where some is expected, columns teach as they are transformed.
pub(crate) struct Desk<'a> {
    obfuscator: &'a Obfuscator,
    /// What is known before.
    learned: &'a Learned,
    /// Knows what the columns are about; made when all of them are there.
    informed: OnceLock<Obfuscator>,
    direction: Direction,
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    tasks: VecDeque<Task>,
    /// Tasks of free text.
    held: Vec<Task>,
    /// What is to be learnt from, if there is free text.
    typed: Vec<Typed>,
    /// What tasks have learnt, for the next one to go on with.
    learnt: Vec<Learned>,
    to_learn: usize,
    /// Whether all jobs are there.
    is_complete: bool,
    /// What is among the jobs, or expected there.
    text: Text,
    jobs: Vec<Progress>,
    is_closed: bool,
    failure: Option<HuntbookError>,
}

/// What has to wait until names are learnt.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
enum Text {
    #[default]
    None,
    Free,
    /// Documents of JSON, whose keys may be names.
    Documents,
}

enum Task {
    Transform { job: usize, place: usize, part: Part, teaches: bool },
    Learn(Part),
}

#[derive(Clone)]
struct Part {
    plan: Arc<Plan>,
    field: FieldRef,
    array: ArrayRef,
}

/// A part that may teach, and whether it does so briefly when it is transformed.
struct Typed {
    part: Part,
    teaches: bool,
}

#[derive(Default)]
struct Progress {
    parts: Vec<Option<ArrayRef>>,
    left: usize,
}

/// What [`Desk::take`] waits for at most before it looks for Ctrl-C.
const PATIENCE: Duration = Duration::from_millis(50);

impl<'a> Desk<'a> {
    /// The result of `work`, which is given a desk with helpers for all other cores. `expects_text` says whether free
    /// text is to come: that it comes unexpectedly, or does not come, costs time.
    ///
    /// The helpers are gone when this returns: a process that forks later takes no half of a pool with it.
    pub(crate) fn open<T>(
        obfuscator: &'a Obfuscator,
        learned: &'a Learned,
        direction: Direction,
        expects_text: bool,
        work: impl FnOnce(&Self) -> PyResult<T>,
    ) -> PyResult<T> {
        let text = if expects_text { Text::Free } else { Text::None };
        let state = State { text, ..State::default() };
        let desk = Self {
            obfuscator,
            learned,
            informed: OnceLock::new(),
            direction,
            state: Mutex::new(state),
            changed: Condvar::new(),
        };
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

    /// Puts `job` on the desk with all its parts; what comes back names it for [`take`](Self::take).
    pub(crate) fn add(&self, job: &Job) -> usize {
        let number = self.begin();
        for array in &job.parts {
            self.put(number, job, array);
        }
        number
    }

    /// Makes room for a job whose parts come one by one.
    pub(crate) fn begin(&self) -> usize {
        let mut state = self.lock();
        state.jobs.push(Progress::default());
        state.jobs.len() - 1
    }

    /// Puts the next part of the job `number` on the desk.
    pub(crate) fn put(&self, number: usize, job: &Job, array: &ArrayRef) {
        let mut state = self.lock();
        let place = state.jobs[number].parts.len();
        if job.passes() {
            state.jobs[number].parts.push(Some(Arc::clone(array)));
            return;
        }
        state.jobs[number].parts.push(None);
        state.jobs[number].left += 1;
        let text = match self.direction {
            Direction::Obfuscate => job.text(),
            Direction::Reveal => Text::None,
        };
        state.text = state.text.max(text);
        let is_typed = self.direction == Direction::Obfuscate && is_typed(&job.plan);
        let teaches = is_typed && text == Text::None && state.text == Text::Free;
        let part = Part {
            plan: Arc::clone(&job.plan),
            field: Arc::clone(&job.field),
            array: Arc::clone(array),
        };
        if is_typed {
            state.to_learn += usize::from(teaches);
            state.typed.push(Typed { part: part.clone(), teaches });
        }
        let task = Task::Transform { job: number, place, part, teaches };
        if text > Text::None {
            state.held.push(task);
        } else {
            state.tasks.push_back(task);
        }
        drop(state);
        self.changed.notify_all();
    }

    /// Says that all jobs are there: free text can begin as soon as they are learnt from.
    pub(crate) fn all_added(&self) {
        let mut state = self.lock();
        state.is_complete = true;
        let typed = std::mem::take(&mut state.typed);
        if !state.held.is_empty() {
            let is_full = state.text == Text::Documents;
            for Typed { part, .. } in typed.into_iter().filter(|typed| is_full || !typed.teaches) {
                state.to_learn += 1;
                // First, since other tasks wait for it.
                state.tasks.push_front(Task::Learn(part));
            }
            self.release(&mut state);
        }
        drop(state);
        self.changed.notify_all();
    }

    /// Lets free text begin if all is learnt.
    fn release(&self, state: &mut State) {
        if !state.is_complete || state.to_learn > 0 || state.held.is_empty() {
            return;
        }
        let known = self.learned.clone();
        let learnt = std::mem::take(&mut state.learnt).into_iter().fold(known, Learned::merged);
        self.informed.get_or_init(|| self.obfuscator.informed(Arc::new(learnt)));
        let held = std::mem::take(&mut state.held);
        state.tasks.extend(held);
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
            let task = state.tasks.pop_front();
            drop(state);
            py.detach(|| {
                if let Some(task) = task {
                    self.run(task);
                    return;
                }
                let state = self.lock();
                if state.jobs[job].left > 0 && state.failure.is_none() {
                    drop(self.changed.wait_timeout(state, PATIENCE));
                }
            });
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
            self.run(task);
        }
    }

    fn run(&self, task: Task) {
        let result = panic::catch_unwind(AssertUnwindSafe(|| match task {
            Task::Transform { job, place, part, teaches } => {
                self.transform(job, place, &part, teaches)
            }
            Task::Learn(part) => self.learn(&part),
        }));
        let failure = match result {
            Ok(Ok(())) => None,
            Ok(Err(failure)) => Some(failure),
            Err(_) => {
                let message = "internal error, please report it: a transform panicked".to_owned();
                Some(HuntbookError::Config { message, hints: Vec::new() })
            }
        };
        if failure.is_some() {
            let mut state = self.lock();
            state.failure = state.failure.take().or(failure);
        }
        self.changed.notify_all();
    }

    fn transform(
        &self,
        job: usize,
        place: usize,
        part: &Part,
        teaches: bool,
    ) -> Result<(), HuntbookError> {
        let obfuscator = match self.informed.get() {
            Some(informed) if is_free_text(&part.plan) => informed,
            _ => self.obfuscator,
        };
        let batch = batch(&part.field, &part.array)?;
        let batch = match self.direction {
            Direction::Obfuscate if teaches => self.learning(false, |learnt| {
                Ok(obfuscator.batch_and_learn(&part.plan, &batch, learnt)?)
            })?,
            Direction::Obfuscate => obfuscator.batch(&part.plan, &batch)?,
            Direction::Reveal => obfuscator.reveal_batch(&part.plan, &batch)?,
        };
        let mut state = self.lock();
        let progress = &mut state.jobs[job];
        progress.parts[place] = Some(Arc::clone(batch.column(0)));
        progress.left -= 1;
        Ok(())
    }

    fn learn(&self, part: &Part) -> Result<(), HuntbookError> {
        let is_full = self.lock().text == Text::Documents;
        let batch = batch(&part.field, &part.array)?;
        self.learning(is_full, |learnt| {
            self.obfuscator.learn(&part.plan, &batch, learnt);
            Ok(())
        })
    }

    /// The result of `work`, which adds to what was learnt; free text begins if nothing else is to be learnt.
    fn learning<T>(
        &self,
        is_full: bool,
        work: impl FnOnce(&mut Learned) -> Result<T, HuntbookError>,
    ) -> Result<T, HuntbookError> {
        // Others may have learnt briefly.
        let mut learnt = if is_full {
            Learned::new()
        } else {
            self.lock().learnt.pop().unwrap_or_else(Learned::brief)
        };
        let result = work(&mut learnt)?;
        let mut state = self.lock();
        state.learnt.push(learnt);
        state.to_learn -= 1;
        self.release(&mut state);
        Ok(result)
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

/// Whether a plan has documents of JSON in it.
pub(crate) fn has_json(plan: &Plan) -> bool {
    plan.columns().iter().any(|leaf| leaf.kind == Kind::Json)
}

/// Whether a plan has columns in which there is something that free text may hold.
fn is_typed(plan: &Plan) -> bool {
    plan.columns().iter().any(|leaf| leaf.kind.teaches())
}

/// Whether a plan has free text in it.
pub(crate) fn is_free_text(plan: &Plan) -> bool {
    plan.columns().iter().any(|leaf| matches!(leaf.kind, Kind::Text | Kind::Json))
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
