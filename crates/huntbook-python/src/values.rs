//! Arrow values as Python objects, and Python objects as Arrow columns.

use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, AsArray, BooleanArray, PrimitiveArray, StringArray, StringBuilder,
};
use arrow::datatypes::{
    DataType, DurationNanosecondType, Field, Float32Type, Float64Type, Int8Type, Int16Type,
    Int32Type, Int64Type, TimeUnit, TimestampNanosecondType, UInt8Type, UInt16Type, UInt32Type,
    UInt64Type,
};
use arrow::util::display::{ArrayFormatter, FormatOptions};
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDateTime, PyDelta, PyList, PyString, PyTzInfo};

use crate::cells::with_text;

const NANOSECONDS_PER_DAY: i64 = 86_400_000_000_000;

/// One cell as a Python object: `None`, `bool`, `int`, `float`, `str`, `datetime` (UTC, microseconds),
/// `timedelta`, `list`; anything else as its text.
pub(crate) fn cell<'py>(
    py: Python<'py>,
    array: &dyn Array,
    row: usize,
) -> PyResult<Bound<'py, PyAny>> {
    if array.is_null(row) {
        return Ok(py.None().into_bound(py));
    }
    macro_rules! number {
        ($kind:ty) => {
            Ok(array.as_primitive::<$kind>().value(row).into_pyobject(py)?.into_any())
        };
    }
    match array.data_type() {
        DataType::Boolean => {
            Ok(array.as_boolean().value(row).into_pyobject(py)?.to_owned().into_any())
        }
        DataType::Int8 => number!(Int8Type),
        DataType::Int16 => number!(Int16Type),
        DataType::Int32 => number!(Int32Type),
        DataType::Int64 => number!(Int64Type),
        DataType::UInt8 => number!(UInt8Type),
        DataType::UInt16 => number!(UInt16Type),
        DataType::UInt32 => number!(UInt32Type),
        DataType::UInt64 => number!(UInt64Type),
        DataType::Float32 => number!(Float32Type),
        DataType::Float64 => number!(Float64Type),
        DataType::Utf8 => Ok(PyString::new(py, array.as_string::<i32>().value(row)).into_any()),
        DataType::LargeUtf8 => {
            Ok(PyString::new(py, array.as_string::<i64>().value(row)).into_any())
        }
        DataType::Utf8View => Ok(PyString::new(py, array.as_string_view().value(row)).into_any()),
        DataType::Timestamp(TimeUnit::Nanosecond, _) => {
            let nanoseconds = array.as_primitive::<TimestampNanosecondType>().value(row);
            let epoch = PyDateTime::new(py, 1970, 1, 1, 0, 0, 0, 0, Some(&*PyTzInfo::utc(py)?))?;
            epoch.as_any().add(delta(py, nanoseconds)?)
        }
        DataType::Duration(TimeUnit::Nanosecond) => {
            let nanoseconds = array.as_primitive::<DurationNanosecondType>().value(row);
            Ok(delta(py, nanoseconds)?.into_any())
        }
        DataType::List(_) => {
            let inner = array.as_list::<i32>().value(row);
            let values: PyResult<Vec<_>> =
                (0..inner.len()).map(|index| cell(py, &inner, index)).collect();
            Ok(PyList::new(py, values?)?.into_any())
        }
        _ => {
            let options = FormatOptions::default();
            let text = ArrayFormatter::try_new(array, &options)
                .map_err(|error| PyTypeError::new_err(error.to_string()))?
                .value(row)
                .to_string();
            Ok(PyString::new(py, &text).into_any())
        }
    }
}

fn delta(py: Python<'_>, nanoseconds: i64) -> PyResult<Bound<'_, PyDelta>> {
    let days = nanoseconds.div_euclid(NANOSECONDS_PER_DAY);
    let rest = nanoseconds.rem_euclid(NANOSECONDS_PER_DAY);
    let seconds = rest / 1_000_000_000;
    let microseconds = rest % 1_000_000_000 / 1_000;
    PyDelta::new(py, days as i32, seconds as i32, microseconds as i32, true)
}

/// A fixed-width column as numpy sees it: dtype string, raw little-endian values, and one byte a row that
/// is 1 where the value is missing (`None` where none is). `None` for a column of another kind.
pub(crate) type Buffer<'py> = (&'static str, Bound<'py, PyBytes>, Option<Bound<'py, PyBytes>>);

/// The numpy view of `array`; see [`Buffer`].
pub(crate) fn buffer<'py>(py: Python<'py>, array: &dyn Array) -> Option<Buffer<'py>> {
    macro_rules! raw {
        ($dtype:literal, $kind:ty) => {{
            let values = array.as_primitive::<$kind>().values();
            Some(($dtype, PyBytes::new(py, values.inner().as_slice()), missing(py, array)))
        }};
    }
    match array.data_type() {
        DataType::Boolean => {
            let values: Vec<u8> = array.as_boolean().values().iter().map(u8::from).collect();
            Some(("bool", PyBytes::new(py, &values), missing(py, array)))
        }
        DataType::Int8 => raw!("int8", Int8Type),
        DataType::Int16 => raw!("int16", Int16Type),
        DataType::Int32 => raw!("int32", Int32Type),
        DataType::Int64 => raw!("int64", Int64Type),
        DataType::UInt8 => raw!("uint8", UInt8Type),
        DataType::UInt16 => raw!("uint16", UInt16Type),
        DataType::UInt32 => raw!("uint32", UInt32Type),
        DataType::UInt64 => raw!("uint64", UInt64Type),
        DataType::Float32 => raw!("float32", Float32Type),
        DataType::Float64 => raw!("float64", Float64Type),
        DataType::Timestamp(TimeUnit::Nanosecond, _) => {
            raw!("datetime64[ns]", TimestampNanosecondType)
        }
        DataType::Duration(TimeUnit::Nanosecond) => raw!("timedelta64[ns]", DurationNanosecondType),
        _ => None,
    }
}

fn missing<'py>(py: Python<'py>, array: &dyn Array) -> Option<Bound<'py, PyBytes>> {
    let nulls = array.nulls().filter(|nulls| nulls.null_count() > 0)?;
    let flags: Vec<u8> = nulls.iter().map(|valid| u8::from(!valid)).collect();
    Some(PyBytes::new(py, &flags))
}

/// A text column from Python objects: `str` and `None` as they are, anything else as what `as_text` makes
/// of it, which is `str` or `None`.
///
/// # Errors
///
/// Those of `as_text`, and `TypeError` that names the row where it gives something else.
pub(crate) fn text_column(
    values: &Bound<'_, PyList>,
    as_text: &Bound<'_, PyAny>,
) -> PyResult<ArrayRef> {
    let mut builder = StringBuilder::with_capacity(values.len(), values.len() * 16);
    for (row, value) in values.iter().enumerate() {
        if value.is_none() {
            builder.append_null();
        } else if let Ok(text) = value.cast::<PyString>() {
            with_text(text, |text| builder.append_value(text))?;
        } else {
            let made = as_text.call1((&value,))?;
            if made.is_none() {
                builder.append_null();
            } else if let Ok(text) = made.cast::<PyString>() {
                with_text(text, |text| builder.append_value(text))?;
            } else {
                let kind = made.get_type().name()?;
                let message = format!("row {row}: expected str or None, got {kind}");
                return Err(PyTypeError::new_err(message));
            }
        }
    }
    Ok(Arc::new(builder.finish()))
}

/// A fixed-width column from numpy's bytes; `dtype` is one of those of [`buffer`].
///
/// # Errors
///
/// `ValueError` where the dtype is unknown, or the length does not fit it.
pub(crate) fn fixed_column(
    dtype: &str,
    values: &[u8],
    missing: Option<&[u8]>,
) -> PyResult<(DataType, ArrayRef)> {
    macro_rules! typed {
        ($native:ty, $kind:ty) => {{
            const WIDTH: usize = size_of::<$native>();
            let (chunks, rest) = values.as_chunks::<WIDTH>();
            if !rest.is_empty() {
                return Err(PyValueError::new_err(format!(
                    "{dtype}: length is not a multiple of {WIDTH}"
                )));
            }
            let numbers: Vec<$native> =
                chunks.iter().map(|one| <$native>::from_le_bytes(*one)).collect();
            let array = PrimitiveArray::<$kind>::new(numbers.into(), None);
            masked(array, missing)?
        }};
    }
    let array: ArrayRef = match dtype {
        "bool" => {
            let flags: BooleanArray = values.iter().map(|value| Some(*value != 0)).collect();
            masked_boolean(&flags, missing)?
        }
        "int8" => typed!(i8, Int8Type),
        "int16" => typed!(i16, Int16Type),
        "int32" => typed!(i32, Int32Type),
        "int64" => typed!(i64, Int64Type),
        "uint8" => typed!(u8, UInt8Type),
        "uint16" => typed!(u16, UInt16Type),
        "uint32" => typed!(u32, UInt32Type),
        "uint64" => typed!(u64, UInt64Type),
        "float32" => typed!(f32, Float32Type),
        "float64" => typed!(f64, Float64Type),
        "datetime64[ns]" => {
            let naive = typed!(i64, TimestampNanosecondType);
            let naive = naive.as_primitive::<TimestampNanosecondType>().clone();
            Arc::new(naive.with_timezone("UTC"))
        }
        "timedelta64[ns]" => typed!(i64, DurationNanosecondType),
        _ => return Err(PyValueError::new_err(format!("dtype {dtype} is not supported"))),
    };
    Ok((array.data_type().clone(), array))
}

fn validity(rows: usize, missing: Option<&[u8]>) -> PyResult<Option<arrow::buffer::NullBuffer>> {
    match missing {
        Some(flags) if flags.len() == rows => {
            Ok(Some(flags.iter().map(|flag| *flag == 0).collect::<Vec<bool>>().into()))
        }
        Some(_) => Err(PyValueError::new_err("the mask has another length than the values")),
        None => Ok(None),
    }
}

fn masked<T: arrow::datatypes::ArrowPrimitiveType>(
    array: PrimitiveArray<T>,
    missing: Option<&[u8]>,
) -> PyResult<ArrayRef> {
    let nulls = validity(array.len(), missing)?;
    Ok(Arc::new(PrimitiveArray::<T>::new(array.values().clone(), nulls)))
}

fn masked_boolean(array: &BooleanArray, missing: Option<&[u8]>) -> PyResult<ArrayRef> {
    let nulls = validity(array.len(), missing)?;
    Ok(Arc::new(BooleanArray::new(array.values().clone(), nulls)))
}

/// The text column that [`text_column`] makes, as a field named `name`.
pub(crate) fn text_field(name: &str) -> Field {
    Field::new(name, StringArray::from(Vec::<&str>::new()).data_type().clone(), true)
}
