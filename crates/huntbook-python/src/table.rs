//! `Table`: rows and columns on the border, an object that every Arrow library reads.

use std::sync::Arc;

use arrow::array::{ArrayRef, RecordBatch, RecordBatchOptions};
use arrow::compute::concat_batches;
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use pyo3::exceptions::{PyKeyError, PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyCapsule, PyDict, PyList};
use pyo3_arrow::PyTable;
use pyo3_arrow::ffi::{ArrayIterator, to_schema_pycapsule, to_stream_pycapsule};
use pyo3_arrow::input::AnyRecordBatch;

use huntbook::chart::{self, Plot};
use huntbook::kql::Chart;
use huntbook::rows::{Drawing, draw};

use crate::values;

/// Rows that a notebook or a prompt draws.
const ROWS_SHOWN: usize = 20;

/// Characters that a prompt draws in a line.
const WIDTH_SHOWN: u16 = 120;

/// A table of named, typed columns; immutable.
#[pyclass(frozen, module = "huntbook", name = "Table")]
#[derive(Debug, Clone)]
pub(crate) struct Table {
    pub(crate) schema: SchemaRef,
    pub(crate) batches: Vec<RecordBatch>,
    about: Option<Arc<About>>,
}

/// What the answer to a query says beside its rows.
#[derive(Debug, Default)]
pub(crate) struct About {
    pub(crate) chart: Option<Chart>,
    /// Why the rows are not all of the answer; empty where they are.
    pub(crate) reasons: Vec<String>,
    /// Findings about the text, drawn.
    pub(crate) warnings: Vec<String>,
}

impl Table {
    pub(crate) fn new(schema: SchemaRef, batches: Vec<RecordBatch>) -> Self {
        Self { schema, batches, about: None }
    }

    /// The same table with what its answer says beside the rows.
    pub(crate) fn about(self, about: About) -> Self {
        Self { about: Some(Arc::new(about)), ..self }
    }

    /// The chart that the query asks for, where it can be drawn.
    fn plot(&self) -> Option<Result<Plot, String>> {
        let chart = self.about.as_ref()?.chart.as_ref()?;
        (chart.kind != "table").then(|| chart::plot(chart, &self.schema, &self.batches))
    }

    fn reasons(&self) -> &[String] {
        self.about.as_ref().map_or(&[], |about| &about.reasons)
    }

    /// What a reader of the rows must know.
    fn notes(&self) -> Vec<String> {
        let mut notes: Vec<String> =
            self.reasons().iter().map(|reason| format!("not the whole answer: {reason}")).collect();
        if let Some(Err(why)) = self.plot() {
            notes.push(format!("no chart: {why}"));
        }
        notes.extend(self.about.iter().flat_map(|about| about.warnings.iter().cloned()));
        notes
    }

    pub(crate) fn rows(&self) -> usize {
        self.batches.iter().map(RecordBatch::num_rows).sum()
    }

    fn column_index(&self, name: &str) -> PyResult<usize> {
        self.schema.index_of(name).map_err(|_| {
            let names = self.schema.fields().iter().map(|field| field.name().as_str());
            let hint = huntbook::diagnostics::near_hint("column", name, names);
            let hint = hint.map_or(String::new(), |hint| format!("; {hint}"));
            PyKeyError::new_err(format!("no column `{name}`{hint}"))
        })
    }

    /// One column over all batches.
    fn column(&self, index: usize) -> PyResult<ArrayRef> {
        let column = self
            .schema
            .fields()
            .get(index)
            .ok_or_else(|| PyKeyError::new_err(format!("no column at position {index}")))?;
        let parts: Vec<ArrayRef> =
            self.batches.iter().map(|batch| Arc::clone(batch.column(index))).collect();
        let parts: Vec<&dyn arrow::array::Array> = parts.iter().map(AsRef::as_ref).collect();
        if parts.is_empty() {
            return Ok(arrow::array::new_empty_array(column.data_type()));
        }
        arrow::compute::concat(&parts).map_err(|error| PyValueError::new_err(error.to_string()))
    }
}

/// KQL's name for the type of a field; the Arrow name where KQL has none.
fn type_name(field: &Field) -> String {
    if let Some(name) = field.metadata().get("kql.type") {
        return name.clone();
    }
    match field.data_type() {
        DataType::Boolean => "bool".into(),
        DataType::Int32 => "int".into(),
        DataType::Int64 => "long".into(),
        DataType::Float64 => "real".into(),
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => "string".into(),
        DataType::Timestamp(_, _) => "datetime".into(),
        DataType::Duration(_) => "timespan".into(),
        other => other.to_string(),
    }
}

#[pymethods]
impl Table {
    /// The table that `data` exports through the Arrow C stream interface.
    #[staticmethod]
    fn from_arrow(data: AnyRecordBatch) -> PyResult<Self> {
        Ok(data.into_table()?.into())
    }

    /// A table of columns: each `(name, list)` or `(name, dtype, bytes, mask or None)`. Cells of a list
    /// that are neither `str` nor `None` are what `as_text` makes of them.
    #[staticmethod]
    fn from_columns(
        columns: &Bound<'_, PyList>,
        rows: usize,
        as_text: &Bound<'_, PyAny>,
    ) -> PyResult<Self> {
        let mut fields = Vec::with_capacity(columns.len());
        let mut arrays = Vec::with_capacity(columns.len());
        for column in columns.iter() {
            if let Ok((name, list)) = column.extract::<(String, Bound<'_, PyList>)>() {
                fields.push(values::text_field(&name));
                arrays.push(values::text_column(&list, as_text)?);
            } else {
                let (name, dtype, bytes, mask) = column.extract::<(
                    String,
                    String,
                    Bound<'_, PyBytes>,
                    Option<Bound<'_, PyBytes>>,
                )>()?;
                let mask = mask.as_ref().map(PyBytesMethods::as_bytes);
                let (data_type, array) = values::fixed_column(&dtype, bytes.as_bytes(), mask)?;
                fields.push(Field::new(name, data_type, true));
                arrays.push(array);
            }
        }
        let schema = Arc::new(Schema::new(fields));
        let options = RecordBatchOptions::new().with_row_count(Some(rows));
        let batch = RecordBatch::try_new_with_options(Arc::clone(&schema), arrays, &options)
            .map_err(|error| PyValueError::new_err(error.to_string()))?;
        Ok(Self::new(schema, vec![batch]))
    }

    /// The number of rows.
    #[getter]
    fn num_rows(&self) -> usize {
        self.rows()
    }

    /// The names of the columns, in order.
    #[getter]
    fn column_names(&self) -> Vec<String> {
        self.schema.fields().iter().map(|field| field.name().clone()).collect()
    }

    /// The types of the columns in KQL's words, in order.
    #[getter]
    fn column_types(&self) -> Vec<String> {
        self.schema.fields().iter().map(|field| type_name(field)).collect()
    }

    /// What the maker of the table noted about it.
    #[getter]
    fn metadata(&self) -> std::collections::HashMap<String, String> {
        self.schema.metadata().clone()
    }

    /// The values of the column at `index` as Python objects.
    fn column_values<'py>(&self, py: Python<'py>, index: usize) -> PyResult<Bound<'py, PyList>> {
        let column = self.column(index)?;
        let cells: PyResult<Vec<_>> =
            (0..column.len()).map(|row| values::cell(py, &column, row)).collect();
        PyList::new(py, cells?)
    }

    /// The column at `index` as numpy's bytes: `(dtype, values, mask)`, or None for text and lists.
    fn column_buffer<'py>(
        &self,
        py: Python<'py>,
        index: usize,
    ) -> PyResult<Option<values::Buffer<'py>>> {
        Ok(values::buffer(py, &self.column(index)?))
    }

    /// The rows from `offset`, `length` of them at the most.
    fn slice(&self, offset: usize, length: usize) -> PyResult<Self> {
        let whole = concat_batches(&self.schema, &self.batches)
            .map_err(|error| PyValueError::new_err(error.to_string()))?;
        let offset = offset.min(whole.num_rows());
        let length = length.min(whole.num_rows() - offset);
        Ok(Self::new(Arc::clone(&self.schema), vec![whole.slice(offset, length)]))
    }

    /// The named columns, in the order named.
    fn select(&self, names: Vec<String>) -> PyResult<Self> {
        let indices: Vec<usize> =
            names.iter().map(|name| self.column_index(name)).collect::<PyResult<_>>()?;
        let odd = |error: arrow::error::ArrowError| PyValueError::new_err(error.to_string());
        let schema = Arc::new(self.schema.project(&indices).map_err(odd)?);
        let batches: Result<_, _> =
            self.batches.iter().map(|batch| batch.project(&indices)).collect();
        Ok(Self::new(schema, batches.map_err(odd)?))
    }

    /// The table as `{column: [values]}`.
    fn to_pydict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let columns = PyDict::new(py);
        for (index, field) in self.schema.fields().iter().enumerate() {
            columns.set_item(field.name(), self.column_values(py, index)?)?;
        }
        Ok(columns)
    }

    /// The table as a pandas DataFrame.
    fn to_pandas<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        slf.py().import("huntbook.tables")?.call_method1("to_pandas", (slf,))
    }

    /// The table as a polars DataFrame.
    fn to_polars<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        slf.py().import("huntbook.tables")?.call_method1("to_polars", (slf,))
    }

    /// The table as a pyarrow Table.
    fn to_pyarrow<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        slf.py().import("huntbook.tables")?.call_method1("to_pyarrow", (slf,))
    }

    /// The chart that the query asks for: its kind and properties, or None.
    #[getter]
    fn chart<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyDict>>> {
        let Some(chart) = self.about.as_ref().and_then(|about| about.chart.as_ref()) else {
            return Ok(None);
        };
        let properties = PyDict::new(py);
        properties.set_item("kind", &chart.kind)?;
        properties.set_item("properties", chart.properties.clone())?;
        Ok(Some(properties))
    }

    /// Whether the rows are the whole answer.
    #[getter]
    fn complete(&self) -> bool {
        self.reasons().is_empty()
    }

    /// Why the rows are not the whole answer.
    #[getter(reasons)]
    fn incomplete_because(&self) -> Vec<String> {
        self.reasons().to_vec()
    }

    /// Findings about the query that did not keep it from running, drawn with their places.
    #[getter]
    fn warnings(&self) -> Vec<String> {
        self.about.as_ref().map_or_else(Vec::new, |about| about.warnings.clone())
    }

    /// The chart as a Vega-Lite document in JSON. Raises `ValueError` where there is none, or it cannot be drawn.
    fn vega_lite_json(&self) -> PyResult<String> {
        match self.plot() {
            Some(Ok(plot)) => Ok(plot.vega_lite().to_string()),
            Some(Err(why)) => Err(PyValueError::new_err(format!("no chart: {why}"))),
            None => Err(PyValueError::new_err(
                "no chart: the query does not ask for one; end it with `| render timechart`, say",
            )),
        }
    }

    /// The chart as a Vega-Lite document.
    fn vega_lite<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        slf.py().import("huntbook.charts")?.call_method1("vega_lite", (slf,))
    }

    /// The chart as an `altair.Chart`.
    fn to_altair<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        slf.py().import("huntbook.charts")?.call_method1("to_altair", (slf,))
    }

    /// The rows without the chart.
    fn without_chart(&self) -> Self {
        let about = self.about.as_ref().map(|about| {
            let (reasons, warnings) = (about.reasons.clone(), about.warnings.clone());
            Arc::new(About { chart: None, reasons, warnings })
        });
        Self { about, ..self.clone() }
    }

    /// The chart where the query asks for one; `_repr_html_` shows the rows otherwise.
    #[pyo3(signature = (include=None, exclude=None))]
    fn _repr_mimebundle_<'py>(
        &self,
        py: Python<'py>,
        include: Option<Bound<'py, PyAny>>,
        exclude: Option<Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyDict>> {
        // Whoever asks for less takes it out of the whole.
        drop((include, exclude));
        let bundle = PyDict::new(py);
        if let Some(Ok(plot)) = self.plot() {
            let json = py.import("json")?;
            let document = json.call_method1("loads", (plot.vega_lite().to_string(),))?;
            bundle.set_item(chart::VEGA_LITE, document)?;
            let mut text = plot.text(Some(WIDTH_SHOWN));
            for note in self.notes() {
                text = text + &note + "\n";
            }
            bundle.set_item("text/plain", text)?;
        }
        Ok(bundle)
    }

    fn _repr_html_(&self) -> Option<String> {
        if matches!(self.plot(), Some(Ok(_))) {
            return None;
        }
        let table = huntbook::html::table(&self.schema, &self.batches, ROWS_SHOWN);
        Some(table.into_string() + &huntbook::html::notes(&self.notes()).into_string())
    }

    fn __repr__(&self) -> String {
        let drawing = Drawing { rows: ROWS_SHOWN, width: Some(WIDTH_SHOWN) };
        let mut text = draw(&self.schema, &self.batches, drawing);
        for note in self.notes() {
            text = text + "\n" + &note;
        }
        text
    }

    fn __len__(&self) -> usize {
        self.rows()
    }

    fn __getitem__<'py>(&self, py: Python<'py>, name: &str) -> PyResult<Bound<'py, PyList>> {
        self.column_values(py, self.column_index(name)?)
    }

    fn __arrow_c_schema__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyCapsule>> {
        Ok(to_schema_pycapsule(py, self.schema.as_ref())?)
    }

    #[pyo3(signature = (requested_schema=None))]
    fn __arrow_c_stream__<'py>(
        &self,
        py: Python<'py>,
        requested_schema: Option<Bound<'py, PyCapsule>>,
    ) -> PyResult<Bound<'py, PyCapsule>> {
        let field = Field::new_struct("", self.schema.fields().clone(), false)
            .with_metadata(self.schema.metadata().clone());
        let arrays: Vec<_> = self
            .batches
            .iter()
            .map(|batch| {
                let array: ArrayRef = Arc::new(arrow::array::StructArray::from(batch.clone()));
                Ok(array)
            })
            .collect();
        let reader = Box::new(ArrayIterator::new(arrays, field.into()));
        Ok(to_stream_pycapsule(py, reader, requested_schema)?)
    }

    #[expect(clippy::unused_self, reason = "pickle calls it as a method")]
    fn __reduce__(&self) -> PyResult<()> {
        Err(PyTypeError::new_err(
            "a Table is not pickled; write it with to_pandas() or to_pyarrow()",
        ))
    }
}

impl From<PyTable> for Table {
    fn from(table: PyTable) -> Self {
        let (batches, schema) = table.into_inner();
        Self::new(schema, batches)
    }
}
