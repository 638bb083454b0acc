//! Kernels: what a scalar function does to columns of one fixed set of types.
//!
//! # Brief overview
//!
//! The binder resolves names, overloads and implicit casts, so a [`Kernel`] sees exact physical types and
//! no KQL type. It is a name and two plain functions, without state: the DataFusion function made of it
//! can be rebuilt from the name alone on another machine.
//!
//! [`Arguments`] gives typed access to the columns, constants included; the `*_column` functions build the
//! result row by row.

use std::any::Any;
use std::cell::RefCell;
use std::collections::VecDeque;
use std::hash::{Hash, Hasher};
use std::rc::Rc;
use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, BooleanArray, PrimitiveArray, StringViewArray, StringViewBuilder,
};
use arrow::compute::{cast, take};
use arrow::datatypes::{ArrowPrimitiveType, DataType, Field, FieldRef};
use datafusion::common::{DataFusionError, Result, ScalarValue};
use datafusion::logical_expr::{
    ColumnarValue, Expr, ReturnFieldArgs, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature,
    TypeSignature, Volatility,
};

use crate::distinct::{Distinct, distinct};
use crate::types::KqlType;

/// A scalar function of exact types.
#[derive(Debug)]
pub(crate) struct Kernel {
    /// Unique among all kernels.
    pub(crate) name: &'static str,
    /// The type of the result.
    pub(crate) returns: KqlType,
    /// Computes the result of all rows.
    pub(crate) evaluate: fn(&Arguments<'_>) -> Result<ArrayRef>,
}

impl Kernel {
    /// Whether the result differs from row to row, whatever the arguments are.
    pub(crate) fn is_volatile(&self) -> bool {
        VOLATILE.contains(&self.name)
    }

    /// This kernel as a DataFusion function.
    pub(crate) fn function(&'static self) -> ScalarUDF {
        ScalarUDF::from(KernelFunction::new(self))
    }

    /// The call of this kernel as a DataFusion expression.
    pub(crate) fn call(&'static self, arguments: Vec<Expr>) -> Expr {
        self.function().call(arguments)
    }
}

/// The kernels whose result differs from row to row, whatever their arguments are.
const VOLATILE: [&str; 2] = ["kql_rand", "kql_new_guid"];

/// A kernel as DataFusion sees it.
#[derive(Debug)]
pub(crate) struct KernelFunction {
    kernel: &'static Kernel,
    signature: Signature,
}

impl KernelFunction {
    pub(crate) fn new(kernel: &'static Kernel) -> Self {
        let volatility =
            if kernel.is_volatile() { Volatility::Volatile } else { Volatility::Immutable };
        let types = TypeSignature::OneOf(vec![TypeSignature::VariadicAny, TypeSignature::Nullary]);
        Self { kernel, signature: Signature::new(types, volatility) }
    }
}

impl PartialEq for KernelFunction {
    fn eq(&self, other: &Self) -> bool {
        self.kernel.name == other.kernel.name
    }
}

impl Eq for KernelFunction {}

impl Hash for KernelFunction {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.kernel.name.hash(state);
    }
}

impl ScalarUDFImpl for KernelFunction {
    fn name(&self) -> &str {
        self.kernel.name
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(self.kernel.returns.data_type())
    }

    fn return_field_from_args(&self, _: ReturnFieldArgs<'_>) -> Result<FieldRef> {
        let nullable = self.kernel.returns != KqlType::String;
        Ok(Arc::new(Field::new(self.kernel.name, self.kernel.returns.data_type(), nullable)))
    }

    fn invoke_with_args(&self, arguments: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let constant = self.signature.volatility != Volatility::Volatile
            && arguments.args.iter().all(|argument| matches!(argument, ColumnarValue::Scalar(_)));
        let rows = if constant { 1 } else { arguments.number_rows };
        let columns = arguments.args.iter().map(Argument::new).collect::<Result<Vec<_>>>()?;
        let result = match repeated(&columns, rows) {
            Some((position, distinct)) if !self.kernel.is_volatile() => {
                self.by_distinct(columns, position, &distinct)?
            }
            _ => (self.kernel.evaluate)(&Arguments { columns: &columns, rows })?,
        };
        let result = match self.kernel.returns {
            KqlType::String => never_null(result)?,
            _ => result,
        };
        if constant {
            Ok(ColumnarValue::Scalar(ScalarValue::try_from_array(&result, 0)?))
        } else {
            Ok(ColumnarValue::Array(result))
        }
    }
}

impl KernelFunction {
    /// The result where one column is text that repeats itself and the others are constant.
    fn by_distinct(
        &self,
        mut columns: Vec<Argument>,
        position: usize,
        distinct: &Distinct,
    ) -> Result<ArrayRef> {
        columns[position].array = take(&columns[position].array, &distinct.rows, None)?;
        let arguments = Arguments { columns: &columns, rows: distinct.rows.len() };
        Ok(take(&(self.kernel.evaluate)(&arguments)?, &distinct.places, None)?)
    }
}

/// The one column among constants, where it is text that repeats itself.
fn repeated(columns: &[Argument], rows: usize) -> Option<(usize, Distinct)> {
    let mut varying = columns.iter().enumerate().filter(|(_, column)| !column.constant);
    let (position, column) = varying.next()?;
    if varying.next().is_some() || column.array.len() != rows {
        return None;
    }
    let texts = column.array.as_any().downcast_ref::<StringViewArray>()?;
    distinct(texts).map(|distinct| (position, distinct))
}

/// A string is never null: where a kernel gives null, as of a null number, it is empty.
fn never_null(array: ArrayRef) -> Result<ArrayRef> {
    if array.null_count() == 0 {
        return Ok(array);
    }
    let texts = downcast::<StringViewArray>(&array)?;
    Ok(Arc::new(texts.iter().map(|text| Some(text.unwrap_or(""))).collect::<StringViewArray>()))
}

/// One argument: a column, or one row that stands for all.
struct Argument {
    array: ArrayRef,
    constant: bool,
}

impl Argument {
    fn new(value: &ColumnarValue) -> Result<Self> {
        let (array, constant) = match value {
            ColumnarValue::Array(array) => (Arc::clone(array), false),
            ColumnarValue::Scalar(scalar) => (scalar.to_array()?, true),
        };
        let array = match array.data_type() {
            DataType::Utf8 | DataType::LargeUtf8 | DataType::Dictionary(..) => {
                cast(&array, &DataType::Utf8View)?
            }
            _ => array,
        };
        Ok(Self { array, constant })
    }
}

/// The arguments of one call for one batch of rows.
pub(crate) struct Arguments<'a> {
    columns: &'a [Argument],
    rows: usize,
}

impl<'a> Arguments<'a> {
    /// How many rows there are, or one for all where each argument is constant.
    pub(crate) const fn rows(&self) -> usize {
        self.rows
    }

    /// How many arguments there are.
    pub(crate) const fn len(&self) -> usize {
        self.columns.len()
    }

    fn column(&self, index: usize) -> Result<&'a Argument> {
        self.columns.get(index).ok_or_else(|| {
            DataFusionError::Internal(format!(
                "argument {index} of {} is missing",
                self.columns.len()
            ))
        })
    }

    /// An argument of type string, guid or dynamic.
    pub(crate) fn text(&self, index: usize) -> Result<Text<'a>> {
        let column = self.column(index)?;
        let array = downcast::<StringViewArray>(&column.array)?;
        Ok(Text { array, constant: column.constant })
    }

    /// An argument of a primitive Arrow type.
    pub(crate) fn primitive<T: ArrowPrimitiveType>(
        &self,
        index: usize,
    ) -> Result<Primitive<'a, T>> {
        let column = self.column(index)?;
        let array = downcast::<PrimitiveArray<T>>(&column.array)?;
        Ok(Primitive { array, constant: column.constant })
    }

    /// An argument of type bool.
    pub(crate) fn boolean(&self, index: usize) -> Result<Boolean<'a>> {
        let column = self.column(index)?;
        Ok(Boolean { array: downcast::<BooleanArray>(&column.array)?, constant: column.constant })
    }

    /// A bool for each row.
    #[expect(
        clippy::unnecessary_wraps,
        reason = "each kernel ends in one of these, and text can fail"
    )]
    pub(crate) fn bool_column(&self, value: impl FnMut(usize) -> Option<bool>) -> Result<ArrayRef> {
        Ok(Arc::new((0..self.rows).map(value).collect::<BooleanArray>()))
    }

    /// A primitive value for each row.
    #[expect(
        clippy::unnecessary_wraps,
        reason = "each kernel ends in one of these, and text can fail"
    )]
    pub(crate) fn primitive_column<T: ArrowPrimitiveType>(
        &self,
        kind: KqlType,
        value: impl FnMut(usize) -> Option<T::Native>,
    ) -> Result<ArrayRef> {
        let array: PrimitiveArray<T> = (0..self.rows).map(value).collect();
        Ok(Arc::new(array.with_data_type(kind.data_type())))
    }

    /// A text for each row; the closure's `None` gives a null.
    pub(crate) fn text_column<V: AsRef<str>>(
        &self,
        mut value: impl FnMut(usize) -> Option<V>,
    ) -> Result<ArrayRef> {
        let mut builder = StringViewBuilder::with_capacity(self.rows);
        for row in 0..self.rows {
            match value(row) {
                Some(text) => builder.try_append_value(text)?,
                None => builder.append_null(),
            }
        }
        Ok(Arc::new(builder.finish()))
    }
}

fn downcast<T: Any>(array: &ArrayRef) -> Result<&T> {
    array.as_any().downcast_ref::<T>().ok_or_else(|| {
        DataFusionError::Internal(format!(
            "argument is of Arrow type {}, not {}",
            array.data_type(),
            std::any::type_name::<T>()
        ))
    })
}

/// A column of text.
#[derive(Clone, Copy)]
pub(crate) struct Text<'a> {
    array: &'a StringViewArray,
    constant: bool,
}

impl<'a> Text<'a> {
    /// The text of a row as a KQL string: null counts as empty.
    pub(crate) fn get(&self, row: usize) -> &'a str {
        self.value(row).unwrap_or("")
    }

    /// The text of a row as a guid or dynamic: null is null.
    pub(crate) fn value(&self, row: usize) -> Option<&'a str> {
        let row = if self.constant { 0 } else { row };
        self.array.is_valid(row).then(|| self.array.value(row))
    }

    /// The text of the first row for all rows: what is one value joined to all of them counts as constant then.
    pub(crate) const fn of_first_row(self) -> Self {
        Self { array: self.array, constant: true }
    }
}

/// A column of numbers, times or spans.
#[derive(Clone, Copy)]
pub(crate) struct Primitive<'a, T: ArrowPrimitiveType> {
    array: &'a PrimitiveArray<T>,
    constant: bool,
}

impl<T: ArrowPrimitiveType> Primitive<'_, T> {
    /// The value of a row.
    pub(crate) fn get(&self, row: usize) -> Option<T::Native> {
        let row = if self.constant { 0 } else { row };
        self.array.is_valid(row).then(|| self.array.value(row))
    }
}

/// A column of bools.
#[derive(Clone, Copy)]
pub(crate) struct Boolean<'a> {
    array: &'a BooleanArray,
    constant: bool,
}

impl Boolean<'_> {
    /// The value of a row.
    pub(crate) fn get(&self, row: usize) -> Option<bool> {
        let row = if self.constant { 0 } else { row };
        self.array.is_valid(row).then(|| self.array.value(row))
    }
}

/// What a row's text is turned into once for all rows where it is constant, and row by row otherwise.
///
/// What constants are turned into is kept for the next batches of the thread.
pub(crate) struct Prepared<'a, T> {
    text: Text<'a>,
    prepare: fn(&str) -> T,
    last: Option<(&'a str, Rc<T>)>,
}

impl<'a, T: 'static> Prepared<'a, T> {
    pub(crate) fn new(text: Text<'a>, prepare: fn(&str) -> T) -> Self {
        Self { text, prepare, last: None }
    }

    /// The prepared form of the row's text; the last one is kept for rows of equal text.
    pub(crate) fn get(&mut self, row: usize) -> &T {
        let text = self.text.get(row);
        // Constants, and one value joined to all rows, stay at one address: that is seen without a comparison.
        let same = |known: &str| std::ptr::eq(known, text) || known == text;
        if !self.last.as_ref().is_some_and(|(known, _)| same(known)) {
            let prepared = if self.text.constant {
                kept(text, self.prepare)
            } else {
                Rc::new((self.prepare)(text))
            };
            self.last = Some((text, prepared));
        }
        &self.last.as_ref().expect("set just above").1
    }
}

/// What one text was turned into, by which function.
struct Kept {
    prepare: usize,
    text: Box<str>,
    value: Rc<dyn Any>,
}

/// How many prepared constants a thread keeps.
const MOST_KEPT: usize = 8;

thread_local! {
    static KEPT: RefCell<VecDeque<Kept>> = const { RefCell::new(VecDeque::new()) };
}

/// The prepared form of a constant, from an earlier batch where there was one.
fn kept<T: 'static>(text: &str, prepare: fn(&str) -> T) -> Rc<T> {
    let address = prepare as usize;
    let known = KEPT.with_borrow(|kept| {
        let same = |kept: &&Kept| kept.prepare == address && *kept.text == *text;
        kept.iter().filter(same).find_map(|kept| Rc::clone(&kept.value).downcast::<T>().ok())
    });
    known.unwrap_or_else(|| {
        let value = Rc::new(prepare(text));
        KEPT.with_borrow_mut(|kept| {
            kept.truncate(MOST_KEPT - 1);
            kept.push_front(Kept { prepare: address, text: text.into(), value: value.clone() });
        });
        value
    })
}
