//! The row of a group whose first value is greatest or least, or any row: what runs behind `arg_max`,
//! `arg_min` and `take_any`.

use std::cmp::Ordering;
use std::mem::size_of_val;
use std::sync::Arc;

use arrow::array::make_comparator;
use arrow::array::{Array, ArrayRef, AsArray, StructArray};
use arrow::compute::SortOptions;
use arrow::datatypes::{DataType, Field, FieldRef, Fields};
use datafusion::common::{Result, ScalarValue};
use datafusion::logical_expr::function::{AccumulatorArgs, StateFieldsArgs};
use datafusion::logical_expr::utils::{AggregateOrderSensitivity, format_state_name};
use datafusion::logical_expr::{
    Accumulator, AggregateUDF, AggregateUDFImpl, GroupsAccumulator, Signature, Volatility,
};

use super::best_rows::{self, BestRows};

/// Which row is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Kept {
    /// The one of the greatest first value.
    Greatest,
    /// The one of the least first value.
    Least,
    /// Any one, rather one whose first value is not null.
    Any,
}

/// The aggregate over all arguments of a row; its result is a struct of them.
pub(super) fn keep(kept: Kept) -> Arc<AggregateUDF> {
    Arc::new(AggregateUDF::from(Keep {
        kept,
        signature: Signature::variadic_any(Volatility::Immutable),
    }))
}

/// The name of the struct's field at `position`.
pub(crate) fn field_name(position: usize) -> String {
    format!("c{position}")
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct Keep {
    kept: Kept,
    signature: Signature,
}

fn fields(types: &[DataType]) -> Fields {
    let field = |(position, data_type): (usize, &DataType)| {
        Field::new(field_name(position), data_type.clone(), true)
    };
    types.iter().enumerate().map(field).collect()
}

impl AggregateUDFImpl for Keep {
    fn name(&self) -> &str {
        match self.kept {
            Kept::Greatest => "kql_arg_max",
            Kept::Least => "kql_arg_min",
            Kept::Any => "kql_take_any",
        }
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, types: &[DataType]) -> Result<DataType> {
        Ok(DataType::Struct(fields(types)))
    }

    fn accumulator(&self, arguments: AccumulatorArgs<'_>) -> Result<Box<dyn Accumulator>> {
        let types: Vec<DataType> =
            arguments.expr_fields.iter().map(|field| field.data_type().clone()).collect();
        let row = types.iter().map(ScalarValue::try_from).collect::<Result<Vec<_>>>()?;
        Ok(Box::new(BestRow { kept: self.kept, fields: fields(&types), row, found: false }))
    }

    fn groups_accumulator_supported(&self, arguments: AccumulatorArgs<'_>) -> bool {
        let key = arguments.expr_fields.first();
        key.is_some_and(|key| best_rows::supports(self.kept, key.data_type()))
    }

    fn create_groups_accumulator(
        &self,
        arguments: AccumulatorArgs<'_>,
    ) -> Result<Box<dyn GroupsAccumulator>> {
        let types: Vec<DataType> =
            arguments.expr_fields.iter().map(|field| field.data_type().clone()).collect();
        Ok(Box::new(BestRows::new(self.kept, fields(&types))))
    }

    fn state_fields(&self, arguments: StateFieldsArgs<'_>) -> Result<Vec<FieldRef>> {
        let name = format_state_name(arguments.name, "row");
        let data_type = arguments.return_field.data_type().clone();
        Ok(vec![Arc::new(Field::new(name, data_type, true))])
    }

    fn order_sensitivity(&self) -> AggregateOrderSensitivity {
        AggregateOrderSensitivity::Insensitive
    }
}

/// Whether a row's first value makes the row one to keep: not where it is null, nor for any one row where it is the
/// empty text.
pub(super) fn counts(kept: Kept, keys: &ArrayRef, row: usize) -> bool {
    let is_empty = || keys.as_string_view_opt().is_some_and(|texts| texts.value(row).is_empty());
    keys.is_valid(row) && !(kept == Kept::Any && is_empty())
}

/// The best row of one group so far.
#[derive(Debug)]
struct BestRow {
    kept: Kept,
    fields: Fields,
    row: Vec<ScalarValue>,
    /// Whether the group has had a row.
    found: bool,
}

impl BestRow {
    /// The index of the best row of a batch, where it beats the row so far.
    fn better(&self, keys: &ArrayRef) -> Result<Option<usize>> {
        if keys.is_empty() {
            return Ok(None);
        }
        let mut valid = (0..keys.len()).filter(|row| counts(self.kept, keys, *row));
        let Some(mut best) = valid.next() else {
            return Ok((!self.found).then_some(0));
        };
        if self.kept != Kept::Any {
            let compare = make_comparator(keys, keys, SortOptions::default())?;
            for row in valid {
                if compare(row, best) == self.wanted() {
                    best = row;
                }
            }
        }
        let known = self.row[0].to_array()?;
        if !self.found || !counts(self.kept, &known, 0) {
            return Ok(Some(best));
        }
        if self.kept == Kept::Any {
            return Ok(None);
        }
        let key = ScalarValue::try_from_array(keys, best)?;
        Ok((key.partial_cmp(&self.row[0]) == Some(self.wanted())).then_some(best))
    }

    fn wanted(&self) -> Ordering {
        if self.kept == Kept::Least { Ordering::Less } else { Ordering::Greater }
    }
}

impl Accumulator for BestRow {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        if let Some(best) = self.better(&values[0])? {
            self.row = values
                .iter()
                .map(|column| {
                    let mut value = ScalarValue::try_from_array(column, best)?;
                    // Otherwise the value would keep its whole batch in memory.
                    value.compact();
                    Ok(value)
                })
                .collect::<Result<_>>()?;
            self.found = true;
        }
        Ok(())
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        let columns = self.row.iter().map(ScalarValue::to_array).collect::<Result<Vec<_>>>()?;
        let row = StructArray::try_new(self.fields.clone(), columns, None)?;
        Ok(ScalarValue::Struct(Arc::new(row)))
    }

    fn size(&self) -> usize {
        size_of_val(self) + self.row.iter().map(ScalarValue::size).sum::<usize>()
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        if self.found {
            return Ok(vec![self.evaluate()?]);
        }
        Ok(vec![ScalarValue::try_from(&DataType::Struct(self.fields.clone()))?])
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        let rows = states[0].as_struct();
        for row in (0..rows.len()).filter(|row| rows.is_valid(*row)) {
            let columns: Vec<ArrayRef> =
                rows.columns().iter().map(|column| column.slice(row, 1)).collect();
            self.update_batch(&columns)?;
        }
        Ok(())
    }
}
