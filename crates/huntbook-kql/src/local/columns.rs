//! From records to typed columns.
//!
//! Every record is looked at before a column gets its type, so that the type holds all values: the type
//! that a schema states where each value can be read as it, otherwise the narrowest of `bool`, `long`,
//! `real` and `datetime` that keeps them all, `dynamic` where some are nested, and `string` for mixtures.

use std::sync::Arc;

use arrow::array::{
    ArrayRef, BooleanBuilder, Decimal256Builder, DurationNanosecondBuilder, Float64Builder,
    Int32Builder, Int64Builder, RecordBatch, RecordBatchOptions, StringViewBuilder,
    TimestampNanosecondBuilder,
};
use arrow::datatypes::{DataType, Schema, SchemaRef};
use arrow::error::ArrowError;
use hashbrown::HashMap;

use super::record::Record;
use super::value::{Kinds, Value};
use crate::types::KqlType;
use crate::{convert, decimal, time};

/// Most columns that a table may have: a bound on what hostile names can cost, as the time to plan a query
/// grows with the square of the columns. Sentinel's own bound is 500.
pub(super) const MOST_COLUMNS: usize = 2000;

/// Rows in one batch.
const BATCH_ROWS: usize = 8192;

/// A table would have more than [`MOST_COLUMNS`] columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct TooManyColumns;

/// What is known about the columns of a table after some of its records.
#[derive(Debug, Default)]
pub(super) struct Survey {
    index: HashMap<String, usize>,
    columns: Vec<Column>,
    stated: HashMap<String, KqlType>,
}

#[derive(Debug)]
struct Column {
    name: String,
    kinds: Kinds,
    /// The type that a schema states.
    stated: Option<KqlType>,
    /// Whether every value so far can be read as the stated type.
    holds: bool,
}

impl Survey {
    /// A survey that prefers the types of `stated`.
    pub(super) fn new(stated: HashMap<String, KqlType>) -> Self {
        Self { stated, ..Self::default() }
    }

    /// Adds `kind` as the stated type of a column that has none yet.
    pub(super) fn state(&mut self, name: String, kind: KqlType) {
        if !self.index.contains_key(&name) {
            self.stated.entry(name).or_insert(kind);
        }
    }

    pub(super) fn observe(&mut self, record: &Record<'_>) -> Result<(), TooManyColumns> {
        for (name, value) in record.iter() {
            let column = match self.index.get(name) {
                Some(at) => &mut self.columns[*at],
                None => self.add(name)?,
            };
            column.observe(value);
        }
        Ok(())
    }

    fn add(&mut self, name: &str) -> Result<&mut Column, TooManyColumns> {
        let at = self.columns.len();
        if at == MOST_COLUMNS {
            return Err(TooManyColumns);
        }
        let stated = self.stated.get(name).copied();
        self.index.insert(name.to_owned(), at);
        self.columns.push(Column {
            name: name.to_owned(),
            kinds: Kinds::default(),
            stated,
            holds: stated.is_some(),
        });
        Ok(&mut self.columns[at])
    }

    /// A builder of batches with the types that were found.
    pub(super) fn into_builder(self) -> BatchBuilder {
        let kinds: Vec<KqlType> = self.columns.iter().map(Column::kind).collect();
        let widened = self
            .columns
            .iter()
            .zip(&kinds)
            .filter_map(|(column, kind)| {
                let stated = column.stated.filter(|stated| stated != kind)?;
                Some(format!(
                    "column `{}` is `{kind}` and not `{stated}`: some of its values cannot be read as `{stated}`",
                    column.name
                ))
            })
            .collect();
        let fields: Vec<_> = self
            .columns
            .iter()
            .zip(&kinds)
            .map(|(column, kind)| kind.to_arrow(&column.name))
            .collect();
        BatchBuilder {
            schema: Arc::new(Schema::new(fields)),
            index: self.index,
            last_row: vec![0; kinds.len()],
            builders: kinds.into_iter().map(ColumnBuilder::new).collect(),
            row: 0,
            rows: 0,
            batches: Vec::new(),
            widened,
        }
    }
}

impl Column {
    fn observe(&mut self, value: &Value<'_>) {
        if self.holds {
            self.holds = self.stated.is_some_and(|stated| fits(value, stated));
        }
        // Text stays text whatever follows, unless something nested does.
        let decided = self.kinds.contains(Kinds::TEXT);
        if !decided || matches!(value, Value::Nested(_)) {
            self.kinds = self.kinds.with(value.kinds());
        }
    }

    fn kind(&self) -> KqlType {
        let kinds = self.kinds;
        match self.stated {
            Some(stated) if self.holds => stated,
            _ if kinds.is_empty() => KqlType::String,
            _ if kinds.within(Kinds::BOOL) => KqlType::Bool,
            _ if kinds.within(Kinds::LONG.with(Kinds::WIDE)) => KqlType::Long,
            _ if kinds.within(Kinds::LONG.with(Kinds::REAL)) => KqlType::Real,
            _ if kinds.within(Kinds::DATETIME) => KqlType::Datetime,
            _ if kinds.contains(Kinds::NESTED) => KqlType::Dynamic,
            _ => KqlType::String,
        }
    }
}

/// Whether `value` can be read as `kind`; what is empty fits anywhere.
fn fits(value: &Value<'_>, kind: KqlType) -> bool {
    match kind {
        _ if is_blank(value) => true,
        KqlType::Bool => value.as_bool().is_some(),
        KqlType::Int => value.as_int().is_some(),
        KqlType::Long => value.as_long().is_some(),
        KqlType::Real => value.as_real().is_some(),
        KqlType::Datetime => value.as_moment().is_some(),
        KqlType::String | KqlType::Dynamic | KqlType::Guid => true,
        KqlType::Decimal | KqlType::Timespan => false,
    }
}

fn is_blank(value: &Value<'_>) -> bool {
    match value {
        Value::Null => true,
        Value::Text(text) | Value::Cell(text) => text.is_empty(),
        _ => false,
    }
}

/// Collects records into batches of one schema.
pub(super) struct BatchBuilder {
    schema: SchemaRef,
    index: HashMap<String, usize>,
    builders: Vec<ColumnBuilder>,
    /// The last row in which each column got a value; rows count from 1.
    last_row: Vec<usize>,
    row: usize,
    rows: usize,
    batches: Vec<RecordBatch>,
    widened: Vec<String>,
}

/// Rows with their types, and what a reader should know about these.
#[derive(Debug, Clone)]
pub(super) struct Batches {
    pub(super) schema: SchemaRef,
    pub(super) rows: Vec<RecordBatch>,
    /// Columns that could not have the type that their table's schema states.
    pub(super) widened: Vec<String>,
}

impl BatchBuilder {
    /// A builder of batches with these columns, whatever the values: what cannot be read as its column's
    /// type is null.
    pub(super) fn of(columns: &[(String, KqlType)]) -> Self {
        let fields: Vec<_> = columns.iter().map(|(name, kind)| kind.to_arrow(name)).collect();
        let index = columns.iter().enumerate().map(|(at, (name, _))| (name.clone(), at));
        Self {
            schema: Arc::new(Schema::new(fields)),
            index: index.collect(),
            last_row: vec![0; columns.len()],
            builders: columns.iter().map(|(_, kind)| ColumnBuilder::exact(*kind)).collect(),
            row: 0,
            rows: 0,
            batches: Vec::new(),
            widened: Vec::new(),
        }
    }

    /// Adds one row. A record must have been surveyed before, so that its columns are known.
    pub(super) fn append(&mut self, record: &Record<'_>) -> Result<(), ArrowError> {
        self.row += 1;
        // From the back: of equal names the last value counts.
        for (name, value) in record.iter().rev() {
            if let Some(at) = self.index.get(name).copied()
                && self.last_row[at] != self.row
            {
                self.last_row[at] = self.row;
                self.builders[at].append(value);
            }
        }
        for (builder, last_row) in self.builders.iter_mut().zip(&self.last_row) {
            if *last_row != self.row {
                builder.append(&Value::Null);
            }
        }
        self.rows += 1;
        if self.rows == BATCH_ROWS { self.flush() } else { Ok(()) }
    }

    fn flush(&mut self) -> Result<(), ArrowError> {
        let columns = self.builders.iter_mut().map(ColumnBuilder::finish).collect();
        let options = RecordBatchOptions::new().with_row_count(Some(self.rows));
        self.batches.push(RecordBatch::try_new_with_options(
            Arc::clone(&self.schema),
            columns,
            &options,
        )?);
        self.rows = 0;
        Ok(())
    }

    pub(super) fn finish(mut self) -> Result<Batches, ArrowError> {
        if self.rows > 0 {
            self.flush()?;
        }
        Ok(Batches { schema: self.schema, rows: self.batches, widened: self.widened })
    }
}

enum ColumnBuilder {
    Bool(BooleanBuilder),
    Int(Int32Builder),
    Long(Int64Builder),
    Real(Float64Builder),
    Datetime(TimestampNanosecondBuilder),
    Dynamic(StringViewBuilder),
    String(StringViewBuilder),
    Guid(StringViewBuilder),
    Decimal(Decimal256Builder),
    Timespan(DurationNanosecondBuilder),
}

impl ColumnBuilder {
    fn new(kind: KqlType) -> Self {
        match kind {
            KqlType::Bool => Self::Bool(BooleanBuilder::new()),
            KqlType::Int => Self::Int(Int32Builder::new()),
            KqlType::Long => Self::Long(Int64Builder::new()),
            KqlType::Real => Self::Real(Float64Builder::new()),
            KqlType::Datetime => {
                Self::Datetime(TimestampNanosecondBuilder::new().with_timezone("UTC"))
            }
            KqlType::Dynamic => Self::Dynamic(StringViewBuilder::new()),
            KqlType::String | KqlType::Guid | KqlType::Decimal | KqlType::Timespan => {
                Self::String(StringViewBuilder::new())
            }
        }
    }

    /// A builder of exactly this type.
    fn exact(kind: KqlType) -> Self {
        match (kind, kind.data_type()) {
            (KqlType::Guid, _) => Self::Guid(StringViewBuilder::new()),
            (KqlType::Timespan, _) => Self::Timespan(DurationNanosecondBuilder::new()),
            (_, decimal @ DataType::Decimal256(..)) => {
                Self::Decimal(Decimal256Builder::new().with_data_type(decimal))
            }
            _ => Self::new(kind),
        }
    }

    fn append(&mut self, value: &Value<'_>) {
        match self {
            Self::Bool(builder) => builder.append_option(value.as_bool()),
            Self::Int(builder) => builder.append_option(value.as_int()),
            Self::Long(builder) => builder.append_option(value.as_long()),
            Self::Real(builder) => builder.append_option(value.as_real()),
            Self::Datetime(builder) => {
                builder.append_option(value.as_moment().and_then(|moment| moment.nanoseconds));
            }
            Self::Dynamic(builder) => builder.append_option(value.as_json()),
            Self::String(builder) => builder.append_option(value.as_text()),
            Self::Guid(builder) => {
                builder.append_option(value.as_text().and_then(|text| convert::parse_guid(&text)));
            }
            Self::Decimal(builder) => {
                builder.append_option(value.as_text().and_then(|text| decimal::parse(text.trim())));
            }
            Self::Timespan(builder) => {
                builder.append_option(value.as_text().and_then(|text| time::parse_timespan(&text)));
            }
        }
    }

    fn finish(&mut self) -> ArrayRef {
        match self {
            Self::Bool(builder) => Arc::new(builder.finish()),
            Self::Int(builder) => Arc::new(builder.finish()),
            Self::Long(builder) => Arc::new(builder.finish()),
            Self::Real(builder) => Arc::new(builder.finish()),
            Self::Datetime(builder) => Arc::new(builder.finish()),
            Self::Dynamic(builder) | Self::String(builder) | Self::Guid(builder) => {
                Arc::new(builder.finish())
            }
            Self::Decimal(builder) => Arc::new(builder.finish()),
            Self::Timespan(builder) => Arc::new(builder.finish()),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    use super::*;

    fn kinds(values: &[Value<'static>], stated: Option<KqlType>) -> KqlType {
        let stated = stated.map(|kind| ("x".to_owned(), kind)).into_iter().collect();
        let mut survey = Survey::new(stated);
        let record = |value: &Value<'static>| Record::from_iter([("x".into(), value.clone())]);
        for value in values {
            survey.observe(&record(value)).expect("one column");
        }
        let mut builder = survey.into_builder();
        for value in values {
            builder.append(&record(value)).expect("surveyed");
        }
        let batches = builder.finish().expect("surveyed");
        assert_eq!(batches.rows.iter().map(RecordBatch::num_rows).sum::<usize>(), values.len());
        KqlType::from_arrow(batches.schema.field(0)).expect("a type of ours")
    }

    fn number(text: &'static str) -> Value<'static> {
        Value::Number(Cow::Borrowed(text))
    }

    fn cell(text: &'static str) -> Value<'static> {
        Value::Cell(Cow::Borrowed(text))
    }

    #[test]
    fn a_type_is_the_narrowest_that_holds_every_value() {
        let nested = || Value::Nested("{}".into());
        let cases: [(Vec<Value<'static>>, KqlType); 10] = [
            (vec![number("1"), number("2")], KqlType::Long),
            (vec![number("1"), number("2.5"), Value::Null], KqlType::Real),
            (vec![number("9007199254740993"), number("2.5")], KqlType::String),
            (vec![Value::Bool(true), Value::Null], KqlType::Bool),
            (vec![Value::Bool(true), number("1")], KqlType::String),
            (
                vec![Value::text("2020-01-01T00:00:00Z"), Value::text("2020-01-02")],
                KqlType::Datetime,
            ),
            (vec![Value::text("2020-01-01T00:00:00Z"), Value::text("soon")], KqlType::String),
            (vec![Value::text("a"), nested()], KqlType::Dynamic),
            (vec![cell("1"), cell("2"), cell("x")], KqlType::String),
            (vec![Value::Null], KqlType::String),
        ];
        for (values, expected) in cases {
            assert_eq!(kinds(&values, None), expected, "{values:?}");
        }
    }

    #[test]
    fn the_last_row_of_many_can_still_widen_a_column() {
        let mut values = vec![number("1"); BATCH_ROWS * 2 + 1];
        values.push(Value::text("x"));
        assert_eq!(kinds(&values, None), KqlType::String);
    }

    #[test]
    fn a_stated_type_holds_while_every_value_can_be_read_as_it() {
        assert_eq!(kinds(&[Value::text("3"), Value::text("")], Some(KqlType::Int)), KqlType::Int);
        assert_eq!(kinds(&[number("3"), Value::text("x")], Some(KqlType::Int)), KqlType::String);
        assert_eq!(kinds(&[number("1600000000")], Some(KqlType::Datetime)), KqlType::Datetime);
        assert_eq!(kinds(&[number("1")], Some(KqlType::String)), KqlType::String);
        assert_eq!(kinds(&[Value::text("[1]")], Some(KqlType::Dynamic)), KqlType::Dynamic);
    }

    #[test]
    fn a_column_that_cannot_have_its_stated_type_is_reported() {
        let mut survey = Survey::new([("x".to_owned(), KqlType::Int)].into_iter().collect());
        survey.observe(&Record::from_iter([("x".into(), Value::text("a"))])).expect("one column");
        assert_eq!(survey.into_builder().widened.len(), 1);
    }

    #[test]
    fn of_equal_names_the_last_value_counts() {
        let record = Record::from_iter([("x".into(), number("1")), ("x".into(), number("2"))]);
        let mut survey = Survey::default();
        survey.observe(&record).expect("one column");
        let mut builder = survey.into_builder();
        builder.append(&record).expect("surveyed");
        let batches = builder.finish().expect("surveyed");
        let column = batches.rows[0].column(0);
        let longs = column.as_any().downcast_ref::<arrow::array::Int64Array>().expect("long");
        assert_eq!(longs.values(), &[2]);
    }

    #[test]
    fn too_many_columns_are_refused() {
        let names: Vec<_> = (0..=MOST_COLUMNS).map(|number| number.to_string()).collect();
        let record = names.iter().map(|name| (Cow::Borrowed(name.as_str()), Value::Null)).collect();
        assert_eq!(Survey::default().observe(&record), Err(TooManyColumns));
    }
}
