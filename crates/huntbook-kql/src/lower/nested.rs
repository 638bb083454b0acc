//! Struct, list and map columns of tables as dynamic values.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, RecordBatch, StringViewBuilder};
use arrow::datatypes::{DataType, Field, Schema};
use arrow::json::writer::{JsonArray, WriterBuilder};
use datafusion::common::{DataFusionError, Result};
use datafusion::logical_expr::{
    ColumnarValue, Expr, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility,
};
use serde_json::Value;

/// The column's values as JSON text.
pub(super) fn to_json(column: Expr) -> Expr {
    json_of().call(vec![column])
}

/// The JSON text of a nested value as a DataFusion function.
pub(super) fn json_of() -> ScalarUDF {
    ScalarUDF::from(NestedToJson { signature: Signature::any(1, Volatility::Immutable) })
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct NestedToJson {
    signature: Signature,
}

impl ScalarUDFImpl for NestedToJson {
    fn name(&self) -> &'static str {
        "kql_nested_to_json"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(DataType::Utf8View)
    }

    fn invoke_with_args(&self, arguments: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let arrays = ColumnarValue::values_to_arrays(&arguments.args)?;
        let [array] = arrays.as_slice() else {
            return Err(DataFusionError::Internal("one argument is expected".to_owned()));
        };
        Ok(ColumnarValue::Array(json_text(array)?))
    }
}

fn json_text(array: &ArrayRef) -> Result<ArrayRef> {
    let field = Field::new("value", array.data_type().clone(), true);
    let batch = RecordBatch::try_new(Arc::new(Schema::new(vec![field])), vec![Arc::clone(array)])?;
    let mut writer =
        WriterBuilder::new().with_explicit_nulls(true).build::<_, JsonArray>(Vec::new());
    writer.write(&batch)?;
    writer.finish()?;
    let rows: Vec<Value> = serde_json::from_slice(&writer.into_inner())
        .map_err(|error| DataFusionError::External(Box::new(error)))?;
    let mut builder = StringViewBuilder::with_capacity(array.len());
    for row in &rows {
        match row.get("value") {
            Some(value) if !value.is_null() => builder.try_append_value(value.to_string())?,
            _ => builder.append_null(),
        }
    }
    Ok(Arc::new(builder.finish()))
}
