//! Several typed columns read out of one text: what `parse`, `parse-kv` and `bag_unpack` run on.
//!
//! # Brief overview
//!
//! A [`Recipe`] says what is read; it travels as a constant argument, so that the DataFusion function has no state and
//! can be rebuilt from its name. For each batch the recipe becomes a [`Machine`], which finds the pieces of a row in
//! one pass. The pieces are cast to the types of their columns; pieces of text that stand in the row's own text are
//! not copied but shared with it.

pub(crate) mod bag;
mod cells;
pub(crate) mod key_values;
pub(crate) mod pattern;
pub(crate) mod regex_pattern;

use std::borrow::Cow;
use std::hash::{Hash, Hasher};
use std::sync::{Arc, Mutex};

use arrow::array::{Array, ArrayRef, AsArray, BooleanBuilder, StringViewArray, StructArray};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Field, FieldRef, Fields};
use datafusion::common::{DataFusionError, Result, ScalarValue};
use datafusion::logical_expr::{
    ColumnarValue, Expr, ReturnFieldArgs, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature,
    Volatility, lit,
};
use serde::{Deserialize, Serialize};

use crate::types::KqlType;
use cells::{Cell, Column};

/// The name of the function in plans.
pub(crate) const EXTRACT: &str = "kql_extract_columns";

/// The name of the struct's field that tells whether the text matched.
pub(crate) const MATCHED: &str = "matched";

/// What is read out of a text, and into which types.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Recipe {
    /// The type names of the columns.
    kinds: Vec<String>,
    /// Whether one piece that does not fit its type makes the whole text not match.
    strict: bool,
    how: How,
}

/// How the pieces are found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum How {
    Pattern(Vec<pattern::Step>),
    Regex(String),
    KeyValues(key_values::Format),
    /// The keys of a JSON object.
    Bag(Vec<String>),
}

impl Recipe {
    pub(crate) fn new(how: How, kinds: &[KqlType], strict: bool) -> Self {
        let kinds = kinds.iter().map(|kind| kind.name().to_owned()).collect();
        Self { kinds, strict, how }
    }

    /// How many columns there are.
    pub(crate) const fn len(&self) -> usize {
        self.kinds.len()
    }

    fn kinds(&self) -> impl Iterator<Item = KqlType> {
        self.kinds.iter().map(|kind| kind.parse().unwrap_or(KqlType::String))
    }

    fn fields(&self) -> Fields {
        let column = |(position, kind): (usize, KqlType)| {
            Field::new(field_name(position), kind.data_type(), true)
        };
        let matched = Field::new(MATCHED, DataType::Boolean, true);
        self.kinds().enumerate().map(column).chain([matched]).collect()
    }

    /// A struct of the columns, and whether the text matched, as a DataFusion expression.
    pub(crate) fn call(&self, text: Expr) -> Result<Expr> {
        let recipe = serde_json::to_string(self)
            .map_err(|error| DataFusionError::External(Box::new(error)))?;
        Ok(function().call(vec![text, lit(recipe)]))
    }

    fn machine(&self) -> Result<Box<dyn Machine>> {
        Ok(match &self.how {
            How::Pattern(steps) => Box::new(pattern::Matcher::new(steps)),
            How::Regex(pattern) => Box::new(regex_pattern::Matcher::new(pattern)?),
            How::KeyValues(format) => Box::new(key_values::Reader::new(format)?),
            How::Bag(keys) => Box::new(bag::Slots::new(keys)),
        })
    }
}

/// What reads the columns out of a text, as a DataFusion function.
pub(crate) fn function() -> ScalarUDF {
    ScalarUDF::from(Extract::default())
}

/// The name of the struct's field of a column.
pub(crate) fn field_name(position: usize) -> String {
    format!("c{position}")
}

/// The pieces of one row; `None` is a piece that is not there.
type Pieces<'a> = [Option<Cow<'a, str>>];

/// Finds the pieces of a text.
trait Machine: Send + Sync {
    /// Fills the pieces, which are empty at first. `false` where the text does not match.
    fn read<'a>(&self, text: &'a str, pieces: &mut Pieces<'a>) -> bool;
}

/// The machine of the last recipe, kept from batch to batch.
type Kept = Mutex<Option<(String, Arc<Prepared>)>>;

struct Prepared {
    recipe: Recipe,
    machine: Box<dyn Machine>,
}

/// The function as DataFusion sees it: text and recipe to a struct.
struct Extract {
    signature: Signature,
    kept: Kept,
}

impl Default for Extract {
    fn default() -> Self {
        // The optimiser neither repeats nor moves what it takes for volatile.
        Self { signature: Signature::any(2, Volatility::Volatile), kept: Mutex::default() }
    }
}

impl std::fmt::Debug for Extract {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(EXTRACT)
    }
}

impl PartialEq for Extract {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for Extract {}

impl Hash for Extract {
    fn hash<H: Hasher>(&self, state: &mut H) {
        EXTRACT.hash(state);
    }
}

fn recipe_of(argument: Option<&ScalarValue>) -> Result<&str> {
    argument
        .and_then(|value| value.try_as_str().flatten())
        .ok_or_else(|| DataFusionError::Internal(format!("`{EXTRACT}` needs a constant recipe")))
}

impl Extract {
    fn prepared(&self, text: &str) -> Result<Arc<Prepared>> {
        let mut kept = self.kept.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if let Some((known, prepared)) = kept.as_ref()
            && known == text
        {
            return Ok(Arc::clone(prepared));
        }
        let recipe: Recipe = serde_json::from_str(text)
            .map_err(|error| DataFusionError::External(Box::new(error)))?;
        let machine = recipe.machine()?;
        let prepared = Arc::new(Prepared { recipe, machine });
        *kept = Some((text.to_owned(), Arc::clone(&prepared)));
        Ok(prepared)
    }
}

impl ScalarUDFImpl for Extract {
    fn name(&self) -> &'static str {
        EXTRACT
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Err(DataFusionError::Internal(format!("`{EXTRACT}` has the type that its recipe gives")))
    }

    fn return_field_from_args(&self, arguments: ReturnFieldArgs<'_>) -> Result<FieldRef> {
        let recipe = recipe_of(arguments.scalar_arguments.get(1).copied().flatten())?;
        let recipe: Recipe = serde_json::from_str(recipe)
            .map_err(|error| DataFusionError::External(Box::new(error)))?;
        Ok(Arc::new(Field::new(EXTRACT, DataType::Struct(recipe.fields()), false)))
    }

    fn invoke_with_args(&self, arguments: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let [text, ColumnarValue::Scalar(recipe)] = arguments.args.as_slice() else {
            return Err(DataFusionError::Internal(format!(
                "`{EXTRACT}` takes a text and a recipe"
            )));
        };
        let prepared = self.prepared(recipe_of(Some(recipe))?)?;
        let text = text.to_array(arguments.number_rows)?;
        let text = match text.data_type() {
            DataType::Utf8View => text,
            _ => cast(&text, &DataType::Utf8View)?,
        };
        Ok(ColumnarValue::Array(prepared.run(text.as_string_view())?))
    }
}

impl Prepared {
    fn run(&self, texts: &StringViewArray) -> Result<ArrayRef> {
        let kinds: Vec<KqlType> = self.recipe.kinds().collect();
        let mut columns: Vec<Column> = kinds.iter().map(|kind| Column::new(*kind, texts)).collect();
        let mut matched = BooleanBuilder::with_capacity(texts.len());
        let mut pieces: Vec<Option<Cow<'_, str>>> = vec![None; kinds.len()];
        let mut cells: Vec<Cell<'_>> = Vec::with_capacity(kinds.len());
        for row in 0..texts.len() {
            let text = if texts.is_valid(row) { texts.value(row) } else { "" };
            pieces.fill(None);
            let mut fits = self.machine.read(text, &mut pieces);
            cells.clear();
            if fits {
                for (piece, kind) in pieces.iter_mut().zip(&kinds) {
                    let cell = Cell::of(piece.take(), *kind);
                    if self.recipe.strict && *kind != KqlType::String && cell.is_null() {
                        fits = false;
                        break;
                    }
                    cells.push(cell);
                }
            }
            if fits {
                for (column, cell) in columns.iter_mut().zip(cells.drain(..)) {
                    column.push(cell, row, text, texts)?;
                }
            } else {
                for column in &mut columns {
                    column.push(Cell::Null, row, text, texts)?;
                }
            }
            matched.append_value(fits);
        }
        let mut arrays: Vec<ArrayRef> = columns.into_iter().map(Column::finish).collect();
        arrays.push(Arc::new(matched.finish()));
        Ok(Arc::new(StructArray::try_new(self.recipe.fields(), arrays, None)?))
    }
}
