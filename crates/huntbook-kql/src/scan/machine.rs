//! The state machine of `scan`: all rows of a part in their order, one list of outputs a row.
//!
//! Each step keeps the last rows that have led to it, one for each step up to itself. A row goes through the steps
//! from the last to the first. Where it meets a step's condition over the state of the step before, that state moves
//! on; else it may go on with the step's own state. The first step begins where it has none.

use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, AsArray, Int64Array, ListArray, RecordBatch, StringViewArray,
    StringViewBuilder, StructArray, UInt64Array, new_empty_array, new_null_array,
};
use arrow::buffer::OffsetBuffer;
use arrow::compute::{concat, take};
use arrow::datatypes::{DataType, Field, Fields, SchemaRef};
use datafusion::common::{DataFusionError, Result};
use datafusion::physical_expr::PhysicalExpr;

use super::Output;

/// The most bytes of one text that a step may assign, as of any value in KQL.
const MOST_IN_A_VALUE: usize = 1 << 20;

/// The most bytes of text that the rows of one part may be given, so that a text that grows from row to row does not
/// use up the memory.
const MOST_IN_A_PART: usize = 1 << 30;

/// The steps as they run; arguments are counted from 0.
#[derive(Debug)]
pub(crate) struct Machine {
    /// The types of the arguments.
    pub(crate) arguments: Vec<DataType>,
    /// The defaults of the declared columns, one row each.
    pub(crate) defaults: Vec<ArrayRef>,
    pub(crate) steps: Vec<Step>,
}

#[derive(Debug)]
pub(crate) struct Step {
    pub(crate) output: Output,
    /// The argument that is true where a row may match.
    pub(crate) filter: Option<usize>,
    pub(crate) condition: Option<Computed>,
    /// One for each declared column.
    pub(crate) assignments: Vec<Assignment>,
}

#[derive(Debug)]
pub(crate) enum Assignment {
    Default,
    /// An argument of the row at hand.
    Argument(usize),
    Value(Computed),
}

/// An expression over some values of the row and of the state.
#[derive(Debug)]
pub(crate) struct Computed {
    pub(crate) schema: SchemaRef,
    pub(crate) sources: Vec<Source>,
    pub(crate) expression: Arc<dyn PhysicalExpr>,
}

/// Where a value comes from.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Source {
    /// An argument of the row at hand.
    Row(usize),
    /// An argument of a step's row in the state.
    Kept(usize, usize),
    /// A declared column of a step's row in the state.
    Declared(usize, usize),
}

/// A row in the state.
struct Record {
    row: usize,
    declared: Vec<ArrayRef>,
}

/// The state of a step that has an active sequence.
struct Sequence {
    id: i64,
    /// One for each step up to this one.
    records: Vec<Record>,
    /// The output that counts if no other row follows in the step.
    pending: Option<Shown>,
}

/// A row that comes out: its place among all, the match, and the place of its declared values.
#[derive(Clone, Copy)]
struct Shown {
    row: usize,
    id: i64,
    values: u64,
}

impl Machine {
    /// The type of a row's outputs: the number of the match, then the declared columns.
    pub(crate) fn outputs(&self) -> DataType {
        let item = DataType::Struct(self.fields());
        DataType::List(Arc::new(Field::new_list_field(item, true)))
    }

    fn fields(&self) -> Fields {
        let declared = self.defaults.iter().map(|value| value.data_type().clone());
        let kinds = std::iter::once(DataType::Int64).chain(declared);
        kinds.enumerate().map(|(place, kind)| Field::new(field_name(place), kind, true)).collect()
    }

    /// The outputs of all rows of a part.
    pub(crate) fn run(&self, arguments: &[ArrayRef], rows: usize) -> Result<ArrayRef> {
        let mut run = Run {
            machine: self,
            arguments,
            unknown: self.arguments.iter().map(|kind| new_null_array(kind, 1)).collect(),
            states: self.steps.iter().map(|_| None).collect(),
            next_id: 0,
            values: self.defaults.iter().map(|value| Values::new(value.data_type())).collect(),
            count: 0,
            written: 0,
            shown: Vec::new(),
        };
        for row in 0..rows {
            for step in (0..self.steps.len()).rev() {
                run.step(step, row)?;
            }
        }
        run.finish(rows)
    }
}

/// The name of an output's field.
pub(crate) fn field_name(place: usize) -> String {
    place.to_string()
}

struct Run<'a> {
    machine: &'a Machine,
    arguments: &'a [ArrayRef],
    /// What the arguments of a row are that is not in the state.
    unknown: Vec<ArrayRef>,
    states: Vec<Option<Sequence>>,
    next_id: i64,
    /// The declared values of the rows that may come out.
    values: Vec<Values>,
    count: u64,
    /// The bytes of text among them.
    written: usize,
    shown: Vec<Shown>,
}

impl Run<'_> {
    fn step(&mut self, step: usize, row: usize) -> Result<()> {
        if let Some(filter) = self.machine.steps[step].filter {
            let passes = self.arguments[filter].as_boolean();
            if passes.is_null(row) || !passes.value(row) {
                return Ok(());
            }
        }
        if step > 0
            && let Some(before) = &self.states[step - 1]
            && self.matches(step, row, &before.records)?
        {
            let declared = self.assigned(step, row, &before.records)?;
            let ended = self.states[step].take();
            let mut moved = self.states[step - 1].take();
            for sequence in ended.iter().chain(&moved) {
                self.shown.extend(sequence.pending);
            }
            if let Some(sequence) = &mut moved {
                sequence.pending = None;
                let shown = self.show(step, row, sequence.id, &declared)?;
                sequence.pending = shown;
                sequence.records.push(Record { row, declared });
            }
            self.states[step] = moved;
            return Ok(());
        }
        let own = self.states[step].as_ref().map(|sequence| sequence.records.as_slice());
        if own.is_none() && step > 0 || !self.matches(step, row, own.unwrap_or_default())? {
            return Ok(());
        }
        let declared = self.assigned(step, row, own.unwrap_or_default())?;
        let mut sequence = self.states[step].take().unwrap_or_else(|| {
            let id = self.next_id;
            self.next_id += 1;
            Sequence { id, records: Vec::new(), pending: None }
        });
        sequence.pending = self.show(step, row, sequence.id, &declared)?;
        sequence.records.truncate(step);
        sequence.records.push(Record { row, declared });
        self.states[step] = Some(sequence);
        Ok(())
    }

    fn matches(&self, step: usize, row: usize, records: &[Record]) -> Result<bool> {
        let Some(condition) = &self.machine.steps[step].condition else { return Ok(true) };
        let holds = self.compute(condition, row, records)?;
        let holds = holds.as_boolean();
        Ok(holds.is_valid(0) && holds.value(0))
    }

    fn assigned(&self, step: usize, row: usize, records: &[Record]) -> Result<Vec<ArrayRef>> {
        let assignments = self.machine.steps[step].assignments.iter().zip(&self.machine.defaults);
        let value = |(assignment, default): (&Assignment, &ArrayRef)| match assignment {
            Assignment::Default => Ok(Arc::clone(default)),
            Assignment::Argument(argument) => Ok(cell(&self.arguments[*argument], row)),
            Assignment::Value(computed) => {
                let value = self.compute(computed, row, records)?;
                within_limit(text_length(&value), MOST_IN_A_VALUE, "for one row")?;
                if value.data_type() == default.data_type() {
                    return Ok(value);
                }
                Ok(arrow::compute::cast(&value, default.data_type())?)
            }
        };
        assignments.map(value).collect()
    }

    /// The value of one row.
    fn compute(&self, computed: &Computed, row: usize, records: &[Record]) -> Result<ArrayRef> {
        let value = |source: &Source| match *source {
            Source::Row(argument) => cell(&self.arguments[argument], row),
            Source::Kept(step, argument) => match records.get(step) {
                Some(record) => cell(&self.arguments[argument], record.row),
                None => Arc::clone(&self.unknown[argument]),
            },
            Source::Declared(step, position) => match records.get(step) {
                Some(record) => Arc::clone(&record.declared[position]),
                None => Arc::clone(&self.machine.defaults[position]),
            },
        };
        let values = computed.sources.iter().map(value).collect();
        let batch = RecordBatch::try_new(Arc::clone(&computed.schema), values)?;
        computed.expression.evaluate(&batch)?.into_array(1)
    }

    /// The row comes out, or it is given as what comes out if it stays the last one.
    fn show(
        &mut self,
        step: usize,
        row: usize,
        id: i64,
        declared: &[ArrayRef],
    ) -> Result<Option<Shown>> {
        let output = self.machine.steps[step].output;
        if output == Output::None {
            return Ok(None);
        }
        for (values, value) in self.values.iter_mut().zip(declared) {
            self.written = self.written.saturating_add(text_length(value));
            values.push(value)?;
        }
        within_limit(self.written, MOST_IN_A_PART, "for the rows of one part")?;
        let shown = Shown { row, id, values: self.count };
        self.count += 1;
        if output == Output::Last {
            return Ok(Some(shown));
        }
        self.shown.push(shown);
        Ok(None)
    }

    fn finish(mut self, rows: usize) -> Result<ArrayRef> {
        let pending = self.states.iter().flatten().filter_map(|sequence| sequence.pending);
        let pending: Vec<Shown> = pending.collect();
        self.shown.extend(pending);
        if i32::try_from(self.shown.len()).is_err() {
            let message = "`scan` would make too many rows of one part".to_owned();
            return Err(DataFusionError::ResourcesExhausted(message));
        }
        // The places of the values grow with the rows, and within a row in the order of its steps.
        self.shown.sort_unstable_by_key(|shown| shown.values);
        let mut lengths = vec![0; rows];
        for shown in &self.shown {
            lengths[shown.row] += 1;
        }
        let ids: Int64Array = self.shown.iter().map(|shown| Some(shown.id)).collect();
        let places: UInt64Array = self.shown.iter().map(|shown| Some(shown.values)).collect();
        let mut columns: Vec<ArrayRef> = vec![Arc::new(ids)];
        for values in self.values {
            columns.push(take(&values.finish()?, &places, None)?);
        }
        let rows = StructArray::try_new(self.machine.fields(), columns, None)?;
        let field = Arc::new(Field::new_list_field(rows.data_type().clone(), true));
        let offsets = OffsetBuffer::from_lengths(lengths);
        Ok(Arc::new(ListArray::try_new(field, offsets, Arc::new(rows), None)?))
    }
}

/// The bytes of a column of one text; 0 of any other.
fn text_length(value: &ArrayRef) -> usize {
    value.as_string_view_opt().map_or(0, |texts| texts.iter().flatten().map(str::len).sum())
}

fn within_limit(bytes: usize, most: usize, place: &str) -> Result<()> {
    if bytes <= most {
        return Ok(());
    }
    let message = format!("`scan` would make more than {most} bytes of text {place}");
    Err(DataFusionError::ResourcesExhausted(message))
}

/// One row of a column; a text is copied, so that it does not hold on to those of all rows.
fn cell(column: &ArrayRef, row: usize) -> ArrayRef {
    match column.as_string_view_opt() {
        Some(texts) => {
            let text = texts.is_valid(row).then(|| texts.value(row));
            Arc::new(StringViewArray::from_iter([text]))
        }
        None => column.slice(row, 1),
    }
}

/// A column that is made row by row.
enum Values {
    Text(StringViewBuilder),
    Other { kind: DataType, recent: Vec<ArrayRef>, done: Vec<ArrayRef> },
}

/// How many single rows are joined at once.
const JOINED: usize = 1024;

impl Values {
    fn new(kind: &DataType) -> Self {
        match kind {
            DataType::Utf8View => Self::Text(StringViewBuilder::new()),
            kind => Self::Other { kind: kind.clone(), recent: Vec::new(), done: Vec::new() },
        }
    }

    fn push(&mut self, value: &ArrayRef) -> Result<()> {
        match self {
            Self::Text(builder) => {
                let texts = value.as_string_view();
                if texts.is_valid(0) {
                    builder.try_append_value(texts.value(0))?;
                } else {
                    builder.append_null();
                }
            }
            Self::Other { recent, done, .. } => {
                recent.push(Arc::clone(value));
                if recent.len() >= JOINED {
                    done.push(joined(recent)?);
                    recent.clear();
                }
            }
        }
        Ok(())
    }

    fn finish(self) -> Result<ArrayRef> {
        match self {
            Self::Text(mut builder) => Ok(Arc::new(builder.finish())),
            Self::Other { kind, recent, mut done } => {
                done.extend(recent);
                if done.is_empty() { Ok(new_empty_array(&kind)) } else { joined(&done) }
            }
        }
    }
}

fn joined(columns: &[ArrayRef]) -> Result<ArrayRef> {
    let columns: Vec<&dyn Array> = columns.iter().map(AsRef::as_ref).collect();
    Ok(concat(&columns)?)
}
