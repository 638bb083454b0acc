//! `mv-expand`: the parts of dynamic values as rows.
//!
//! Values become lists of JSON texts, which DataFusion unnests side by side: a null gives one row, an empty array none,
//! and a shorter list is padded with nulls.

use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, AsArray, Int64Builder, ListArray, ListBuilder, StringViewArray,
    StringViewBuilder, UInt32Array,
};
use arrow::compute::take;
use arrow::datatypes::{DataType, Field, Int64Type};
use datafusion::common::{Column as PlanColumn, DataFusionError, Result, UnnestOptions};
use datafusion::logical_expr::{
    ColumnarValue, Expr, LogicalPlan, LogicalPlanBuilder, ScalarFunctionArgs, ScalarUDF,
    ScalarUDFImpl, Signature, Volatility, lit,
};
use serde_json::Value;

use super::names::{Counter, Names};
use super::{Failure, relation, scalar};
use crate::distinct::distinct;
use crate::dynamic;
use crate::ir::{Column, Parts, Relation, Scalar};

/// The plan of an expansion, and the names of its columns there.
pub(super) fn expand<'a>(
    input: &Relation,
    values: &[Scalar],
    parts: Parts,
    position: bool,
    columns: &[Column],
    counter: &'a Counter,
) -> Result<(LogicalPlan, Names<'a>), Failure> {
    let (plan, below) = relation(input, counter)?;
    let mut names = Names::own(counter);
    let mut projected = Vec::with_capacity(columns.len());
    for column in &input.columns {
        projected.push(below.column(&column.name));
        names.keep(&column.name, &below);
    }
    let most = lit(i64::try_from(parts.most).unwrap_or(i64::MAX));
    let lists = values.iter().map(|value| {
        let value = scalar::value(value, &below)?;
        Ok(elements_of().call(vec![value, most.clone(), lit(parts.bags_as_arrays)]))
    });
    let mut lists = lists.collect::<Result<Vec<Expr>, Failure>>()?;
    if position {
        let measured = values.iter().map(|value| scalar::value(value, &below));
        let mut arguments = vec![most];
        arguments.extend(measured.collect::<Result<Vec<_>, _>>()?);
        lists.push(positions().call(arguments));
    }
    let mut unnested = Vec::with_capacity(lists.len());
    for (column, list) in columns.iter().skip(input.columns.len()).zip(lists) {
        let name = counter.next(&column.name);
        projected.push(list.alias(name.clone()));
        unnested.push(PlanColumn::new_unqualified(name.clone()));
        names.rename(&column.name, name);
    }
    let plan = LogicalPlanBuilder::from(plan).project(projected)?;
    let plan = plan.unnest_columns_with_options(unnested, UnnestOptions::default())?;
    Ok((plan.build()?, names))
}

/// The parts of a dynamic value as a list of JSON texts.
#[derive(Debug, PartialEq, Eq, Hash)]
struct Elements {
    signature: Signature,
}

/// The parts of a value as a list, as a DataFusion function.
pub(super) fn elements_of() -> ScalarUDF {
    ScalarUDF::from(Elements { signature: Signature::variadic_any(Volatility::Immutable) })
}

fn list_of(item: DataType) -> DataType {
    DataType::List(Arc::new(Field::new_list_field(item, true)))
}

impl ScalarUDFImpl for Elements {
    fn name(&self) -> &'static str {
        "kql_elements"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(list_of(DataType::Utf8View))
    }

    fn invoke_with_args(&self, arguments: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let arrays = ColumnarValue::values_to_arrays(&arguments.args)?;
        let cells = arrays[0].as_string_view();
        let most = constant(&arrays[1]);
        // A batch may have no rows, and then not even those of the constants.
        let bags_as_arrays = arrays[2].as_boolean().iter().next().flatten().unwrap_or(false);
        let lists: ArrayRef = match distinct(cells) {
            Some(distinct) => {
                let cells = take(cells, &distinct.rows, None)?;
                let lists = elements(cells.as_string_view(), most, bags_as_arrays)?;
                within_limit(&lists, &distinct.places)?;
                take(&lists, &distinct.places, None)?
            }
            None => Arc::new(elements(cells, most, bags_as_arrays)?),
        };
        Ok(ColumnarValue::Array(lists))
    }
}

/// How many rows may be made of one batch.
const MOST_ROWS: usize = 1 << 24;

/// An error where the lists, each as often as it stands among the places, are more rows than memory is likely to hold.
fn within_limit(lists: &ListArray, places: &UInt32Array) -> Result<()> {
    let length = |place: &u32| usize::try_from(lists.value_length(*place as usize)).unwrap_or(0);
    let rows: usize = places.values().iter().map(length).sum();
    if rows > MOST_ROWS {
        return Err(DataFusionError::ResourcesExhausted(format!(
            "Failed to allocate {rows} rows for Expand: `mv-expand` makes at most {MOST_ROWS} of {} rows at once; \
             filter the rows or `limit` the parts",
            places.len()
        )));
    }
    Ok(())
}

/// The number that all rows have; 0 where there is no row.
fn constant(array: &ArrayRef) -> usize {
    let first = array.as_primitive::<Int64Type>().iter().next().flatten();
    first.and_then(|number| usize::try_from(number).ok()).unwrap_or(0)
}

/// The parts of each cell.
fn elements(cells: &StringViewArray, most: usize, bags_as_arrays: bool) -> Result<ListArray> {
    let mut builder = ListBuilder::new(StringViewBuilder::new());
    for cell in cells {
        let Some(cell) = cell else {
            builder.append_null();
            continue;
        };
        let items = builder.values();
        match dynamic::parse(cell) {
            Value::Array(values) => {
                for value in values.iter().take(most) {
                    append(items, dynamic::to_cell(value))?;
                }
            }
            Value::Object(members) => {
                for (key, value) in members.into_iter().take(most) {
                    let part = if bags_as_arrays {
                        Value::Array(vec![Value::String(key), value])
                    } else {
                        Value::Object([(key, value)].into_iter().collect())
                    };
                    append(items, dynamic::to_cell(&part))?;
                }
            }
            Value::Null => {
                builder.append_null();
                continue;
            }
            _ => items.try_append_value(cell)?,
        }
        builder.append(true);
    }
    Ok(builder.finish())
}

fn append(items: &mut StringViewBuilder, cell: Option<String>) -> Result<()> {
    match cell {
        Some(cell) => items.try_append_value(cell)?,
        None => items.append_null(),
    }
    Ok(())
}

/// `[0, 1, ...]` as long as the longest of the values.
#[derive(Debug, PartialEq, Eq, Hash)]
struct Positions {
    signature: Signature,
}

/// Their positions as a list, as a DataFusion function.
pub(super) fn positions() -> ScalarUDF {
    ScalarUDF::from(Positions { signature: Signature::variadic_any(Volatility::Immutable) })
}

impl ScalarUDFImpl for Positions {
    fn name(&self) -> &'static str {
        "kql_positions"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(list_of(DataType::Int64))
    }

    fn invoke_with_args(&self, arguments: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let arrays = ColumnarValue::values_to_arrays(&arguments.args)?;
        let most = constant(&arrays[0]);
        let mut builder = ListBuilder::new(Int64Builder::new());
        for row in 0..arguments.number_rows {
            let length = arrays.iter().skip(1).map(|array| {
                let cells = array.as_string_view();
                if cells.is_null(row) { 1 } else { part_count(cells.value(row)) }
            });
            let length = length.max().unwrap_or(0).min(most);
            for position in 0..length {
                builder.values().append_value(position as i64);
            }
            builder.append(true);
        }
        Ok(ColumnarValue::Array(Arc::new(builder.finish())))
    }
}

fn part_count(cell: &str) -> usize {
    match dynamic::parse(cell) {
        Value::Array(values) => values.len(),
        Value::Object(members) => members.len(),
        _ => 1,
    }
}

#[cfg(test)]
mod tests {
    use arrow::array::{BooleanArray, Int64Array};
    use datafusion::config::ConfigOptions;

    use super::*;

    #[test]
    fn a_batch_without_rows_has_no_lists() {
        let cells: ArrayRef = Arc::new(StringViewArray::from(Vec::<&str>::new()));
        let most: ArrayRef = Arc::new(Int64Array::from(Vec::<i64>::new()));
        let bags: ArrayRef = Arc::new(BooleanArray::from(Vec::<bool>::new()));
        let of_elements = [Arc::clone(&cells), Arc::clone(&most), bags];
        for (function, columns) in
            [(elements_of(), of_elements.to_vec()), (positions(), vec![most, cells])]
        {
            let item = function.return_type(&[]).unwrap();
            let result = function.invoke_with_args(ScalarFunctionArgs {
                args: columns.into_iter().map(ColumnarValue::Array).collect(),
                arg_fields: Vec::new(),
                number_rows: 0,
                return_field: Arc::new(Field::new("lists", item, true)),
                config_options: Arc::new(ConfigOptions::default()),
            });
            assert_eq!(result.unwrap().into_array(0).unwrap().len(), 0);
        }
    }
}
