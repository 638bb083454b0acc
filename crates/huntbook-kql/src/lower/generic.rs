//! Functions over operands of any one Arrow type: what `coalesce`, `max_of` and the exact `==` run on.
//!
//! DataFusion writes its own `coalesce` as a `CASE` in which operands stand twice. Nested, that doubles with
//! each level; these take each operand once.

use std::sync::Arc;

use arrow::array::{
    ArrayRef, AsArray, BooleanArray, Float64Array, Scalar as ArrowScalar, StringViewArray,
};
use arrow::compute::kernels::cmp;
use arrow::compute::kernels::zip::zip;
use arrow::compute::{and_kleene, is_not_null, is_null, not, or_kleene};
use arrow::datatypes::{DataType, Field, FieldRef, Float64Type};
use datafusion::common::{DataFusionError, Result};
use datafusion::logical_expr::{
    ColumnarValue, Expr, ReturnFieldArgs, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature,
    Volatility,
};

use crate::ir::Comparison;

/// The name of [`Operation::Hold`] in plans.
pub(crate) const HOLD: &str = "kql_hold";

/// What is done to the operands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Operation {
    /// The first operand that is not null.
    FirstNotNull,
    /// The first text that is neither null nor empty; the empty text where there is none.
    FirstNotEmpty,
    /// The greatest operand, nulls passed over.
    Greatest,
    /// The least operand, nulls passed over.
    Least,
    /// Whether two operands are equal: with one null false, with two null.
    Equal,
    /// The opposite.
    NotEqual,
    /// Whether the first operand lies between the others; null with any null.
    Between,
    /// Whether a real is null or NaN.
    IsNoNumber,
    /// A real as groups tell it from others: both zeros are one, and so are all NaN, whatever their bits.
    OneReal,
    /// Two reals as IEEE 754 compares them, where Arrow has an order of all: NaN is unequal to everything, and beside
    /// nothing; both zeros are equal. Nulls as of the others.
    Real(Comparison),
    /// The operand as it is. The optimiser takes it for volatile, so that it neither repeats what it was
    /// computed from nor moves filters past it.
    Hold,
}

impl Operation {
    /// Every operation.
    pub(super) const ALL: [Self; 16] = [
        Self::FirstNotNull,
        Self::FirstNotEmpty,
        Self::Greatest,
        Self::Least,
        Self::Equal,
        Self::NotEqual,
        Self::Between,
        Self::IsNoNumber,
        Self::OneReal,
        Self::Real(Comparison::Equal),
        Self::Real(Comparison::NotEqual),
        Self::Real(Comparison::Less),
        Self::Real(Comparison::LessEqual),
        Self::Real(Comparison::Greater),
        Self::Real(Comparison::GreaterEqual),
        Self::Hold,
    ];

    /// The operation as a DataFusion function.
    pub(super) fn function(self) -> ScalarUDF {
        let volatility = match self {
            Self::Hold => Volatility::Volatile,
            _ => Volatility::Immutable,
        };
        let signature = Signature::variadic_any(volatility);
        ScalarUDF::from(Generic { operation: self, signature })
    }

    /// The operation as a DataFusion expression.
    pub(super) fn call(self, operands: Vec<Expr>) -> Expr {
        self.function().call(operands)
    }
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct Generic {
    operation: Operation,
    signature: Signature,
}

impl ScalarUDFImpl for Generic {
    fn name(&self) -> &'static str {
        match self.operation {
            Operation::FirstNotNull => "kql_coalesce",
            Operation::FirstNotEmpty => "kql_coalesce_text",
            Operation::Greatest => "kql_max_of",
            Operation::Least => "kql_min_of",
            Operation::Equal => "kql_equal",
            Operation::NotEqual => "kql_not_equal",
            Operation::Between => "kql_between",
            Operation::IsNoNumber => "kql_is_no_number",
            Operation::OneReal => "kql_one_real",
            Operation::Real(Comparison::Equal) => "kql_real_equal",
            Operation::Real(Comparison::NotEqual) => "kql_real_not_equal",
            Operation::Real(Comparison::Less) => "kql_real_less",
            Operation::Real(Comparison::LessEqual) => "kql_real_less_equal",
            Operation::Real(Comparison::Greater) => "kql_real_greater",
            Operation::Real(Comparison::GreaterEqual) => "kql_real_greater_equal",
            Operation::Hold => HOLD,
        }
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, types: &[DataType]) -> Result<DataType> {
        match self.operation {
            Operation::Equal
            | Operation::NotEqual
            | Operation::Between
            | Operation::Real(_)
            | Operation::IsNoNumber => Ok(DataType::Boolean),
            _ => types.first().cloned().ok_or_else(|| no_operand(self.name())),
        }
    }

    fn return_field_from_args(&self, arguments: ReturnFieldArgs<'_>) -> Result<FieldRef> {
        let types: Vec<DataType> =
            arguments.arg_fields.iter().map(|field| field.data_type().clone()).collect();
        let mut fields = arguments.arg_fields.iter();
        let nullable = match self.operation {
            Operation::FirstNotEmpty | Operation::IsNoNumber => false,
            Operation::FirstNotNull | Operation::Greatest | Operation::Least => {
                fields.all(|field| field.is_nullable())
            }
            _ => fields.any(|field| field.is_nullable()),
        };
        Ok(Arc::new(Field::new(self.name(), self.return_type(&types)?, nullable)))
    }

    fn invoke_with_args(&self, arguments: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let arrays = ColumnarValue::values_to_arrays(&arguments.args)?;
        let result: ArrayRef = match (self.operation, arrays.as_slice()) {
            (Operation::Equal, [left, right]) => Arc::new(equal(left, right)?),
            (Operation::NotEqual, [left, right]) => Arc::new(not(&equal(left, right)?)?),
            (Operation::Between, [subject, low, high])
                if subject.data_type() == &DataType::Float64 =>
            {
                let from = compared(Comparison::GreaterEqual, subject, low);
                Arc::new(and_kleene(&from, &compared(Comparison::LessEqual, subject, high))?)
            }
            (Operation::OneReal, [real]) => Arc::new(one_real(real)),
            (Operation::Real(comparison), [left, right]) => {
                Arc::new(compared(comparison, left, right))
            }
            (Operation::Between, [subject, low, high]) => {
                Arc::new(and_kleene(&cmp::gt_eq(subject, low)?, &cmp::lt_eq(subject, high)?)?)
            }
            (Operation::IsNoNumber, [real]) => Arc::new(is_no_number(real)),
            (Operation::Hold, [operand]) => Arc::clone(operand),
            (operation, operands) => fold(operation, operands)?,
        };
        Ok(ColumnarValue::Array(result))
    }
}

fn no_operand(name: &str) -> DataFusionError {
    DataFusionError::Internal(format!("`{name}` has the wrong number of operands"))
}

fn is_no_number(operand: &ArrayRef) -> BooleanArray {
    let reals = operand.as_primitive::<Float64Type>();
    reals.iter().map(|real| Some(real.is_none_or(f64::is_nan))).collect()
}

fn one_real(operand: &ArrayRef) -> Float64Array {
    // Adding zero makes a plain zero of a negative one.
    operand
        .as_primitive::<Float64Type>()
        .unary(|real| if real.is_nan() { f64::NAN } else { real + 0.0 })
}

/// Reals compared as numbers. Equality of one null is false, of two null; the order of a null is null.
#[expect(clippy::float_cmp, reason = "KQL compares reals exactly")]
fn compared(comparison: Comparison, left: &ArrayRef, right: &ArrayRef) -> BooleanArray {
    let pairs = left.as_primitive::<Float64Type>().iter().zip(right.as_primitive::<Float64Type>());
    let one = |(left, right): (Option<f64>, Option<f64>)| match (left, right) {
        (Some(left), Some(right)) => Some(match comparison {
            Comparison::Equal => left == right,
            Comparison::NotEqual => left != right,
            Comparison::Less => left < right,
            Comparison::LessEqual => left <= right,
            Comparison::Greater => left > right,
            Comparison::GreaterEqual => left >= right,
        }),
        (None, None) => None,
        _ => match comparison {
            Comparison::Equal => Some(false),
            Comparison::NotEqual => Some(true),
            _ => None,
        },
    };
    pairs.map(one).collect()
}

/// Null with two nulls, false with one.
fn equal(left: &ArrayRef, right: &ArrayRef) -> Result<BooleanArray> {
    let one_null = cmp::neq(&is_null(left)?, &is_null(right)?)?;
    // SQL's answer is null with any null; with one it becomes false.
    Ok(and_kleene(&cmp::eq(left, right)?, &not(&one_null)?)?)
}

/// The operands from the last to the first: an earlier one takes the place of a later where it is wanted.
fn fold(operation: Operation, operands: &[ArrayRef]) -> Result<ArrayRef> {
    let Some((last, earlier)) = operands.split_last() else { return Err(no_operand("fold")) };
    let mut result = Arc::clone(last);
    for operand in earlier.iter().rev() {
        let known = is_not_null(operand)?;
        let wanted = match operation {
            Operation::FirstNotEmpty => {
                let empty = ArrowScalar::new(StringViewArray::from(vec![""]));
                let filled = cmp::neq(operand, &empty)?;
                and_kleene(&known, &filled)?
            }
            Operation::Greatest => preferred(&known, &result, &cmp::gt_eq(operand, &result)?)?,
            Operation::Least => preferred(&known, &result, &cmp::lt_eq(operand, &result)?)?,
            _ => known,
        };
        result = zip(&wanted, operand, &result)?;
    }
    if operation == Operation::FirstNotEmpty {
        let empty = ArrowScalar::new(StringViewArray::from(vec![""]));
        result = zip(&is_not_null(&result)?, &result, &empty)?;
    }
    Ok(result)
}

/// Where an operand is known, and the result so far is null or loses.
fn preferred(known: &BooleanArray, result: &ArrayRef, wins: &BooleanArray) -> Result<BooleanArray> {
    Ok(and_kleene(known, &or_kleene(&is_null(result)?, wins)?)?)
}

#[cfg(test)]
mod tests {
    use arrow::array::Int64Array;

    use super::*;

    fn longs(values: Vec<Option<i64>>) -> ArrayRef {
        Arc::new(Int64Array::from(values))
    }

    #[test]
    fn one_null_is_unequal_and_two_are_null() {
        let left = longs(vec![Some(1), Some(1), None, None]);
        let right = longs(vec![Some(1), None, Some(1), None]);
        let expected = BooleanArray::from(vec![Some(true), Some(false), Some(false), None]);
        assert_eq!(equal(&left, &right).unwrap(), expected);
    }

    #[test]
    fn extremes_pass_nulls_over() {
        let operands = [longs(vec![None, Some(1), Some(3)]), longs(vec![Some(2), None, Some(5)])];
        let greatest = fold(Operation::Greatest, &operands).unwrap();
        let least = fold(Operation::Least, &operands).unwrap();
        assert_eq!(&greatest, &longs(vec![Some(2), Some(1), Some(5)]));
        assert_eq!(&least, &longs(vec![Some(2), Some(1), Some(3)]));
    }
}
