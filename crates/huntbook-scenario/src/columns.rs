//! Columns: how rows of a table, written as plain structs, become Arrow record batches.
//!
//! [`table_row!`](crate::columns::table_row) declares a table once: the field that the code sets,
//! the column's type in KQL's words and its name in the product. From that follow the row, the
//! Arrow schema and the builders.
//!
//! | KQL | Arrow | the field is |
//! |---|---|---|
//! | string | Utf8, never null | [`Text`] |
//! | dynamic | Utf8 holding JSON, `kql.type` = `dynamic` | [`Dynamic`] |
//! | int | Int32 | `Option<i32>` |
//! | long | Int64 | `Option<i64>` |
//! | bool | Boolean | `Option<bool>` |
//! | datetime | Timestamp(ns, UTC) | `Option<DateTime<Utc>>` |

use std::collections::HashMap;
use std::sync::Arc;

use arrow::array::{
    ArrayBuilder, BooleanBuilder, Int32Builder, Int64Builder, RecordBatch, StringBuilder,
    TimestampNanosecondBuilder,
};
use arrow::datatypes::{DataType, Field, Schema, TimeUnit};
use chrono::{DateTime, Utc};

use crate::activity::{Event, Text};
use crate::company::Company;

/// The key of the Arrow field metadata that keeps a KQL type which Arrow does not have.
pub const KQL_TYPE: &str = "kql.type";

/// JSON in a column of KQL's type `dynamic`; empty stands for null.
#[derive(Debug, Clone, Default)]
pub(crate) struct Dynamic(pub(crate) String);

impl From<serde_json::Value> for Dynamic {
    fn from(value: serde_json::Value) -> Self {
        Self(value.to_string())
    }
}

/// A value that can stand in a column.
pub(crate) trait Cell {
    /// The Arrow builder of the column.
    type Builder: ArrayBuilder;

    /// The Arrow field of a column of this name.
    fn field(name: &str) -> Field;

    /// An empty builder.
    fn builder() -> Self::Builder;

    /// Appends the value.
    fn append(&self, builder: &mut Self::Builder);
}

impl Cell for Text<'_> {
    type Builder = StringBuilder;

    fn field(name: &str) -> Field {
        Field::new(name, DataType::Utf8, true)
    }

    fn builder() -> StringBuilder {
        StringBuilder::new()
    }

    fn append(&self, builder: &mut StringBuilder) {
        builder.append_value(self);
    }
}

impl Cell for Dynamic {
    type Builder = StringBuilder;

    fn field(name: &str) -> Field {
        let metadata = HashMap::from([(KQL_TYPE.to_owned(), "dynamic".to_owned())]);
        Field::new(name, DataType::Utf8, true).with_metadata(metadata)
    }

    fn builder() -> StringBuilder {
        StringBuilder::new()
    }

    fn append(&self, builder: &mut StringBuilder) {
        builder.append_option((!self.0.is_empty()).then_some(&self.0));
    }
}

impl Cell for Option<DateTime<Utc>> {
    type Builder = TimestampNanosecondBuilder;

    fn field(name: &str) -> Field {
        Field::new(name, DataType::Timestamp(TimeUnit::Nanosecond, Some("UTC".into())), true)
    }

    fn builder() -> TimestampNanosecondBuilder {
        TimestampNanosecondBuilder::new().with_timezone("UTC")
    }

    fn append(&self, builder: &mut TimestampNanosecondBuilder) {
        builder.append_option(self.and_then(|time| time.timestamp_nanos_opt()));
    }
}

macro_rules! plain_cell {
    ($value:ty, $builder:ident, $arrow:expr) => {
        impl Cell for Option<$value> {
            type Builder = $builder;

            fn field(name: &str) -> Field {
                Field::new(name, $arrow, true)
            }

            fn builder() -> $builder {
                $builder::new()
            }

            fn append(&self, builder: &mut $builder) {
                builder.append_option(*self);
            }
        }
    };
}

plain_cell!(i32, Int32Builder, DataType::Int32);
plain_cell!(i64, Int64Builder, DataType::Int64);
plain_cell!(bool, BooleanBuilder, DataType::Boolean);

/// A row of one table.
pub(crate) trait TableRow<'c>: Sized {
    /// The builders of the table's columns.
    type Columns: Columns<Self>;

    /// Appends to `rows` what this table records of `event`.
    fn record(event: &Event<'c>, company: &'c Company, rows: &mut Vec<Self>);

    /// The Arrow schema of the table.
    fn schema() -> Schema;
}

/// The builders of a table's columns.
pub(crate) trait Columns<Row> {
    fn new() -> Self;
    fn append(&mut self, row: &Row);
    fn finish(&mut self, schema: &Arc<Schema>) -> RecordBatch;
}

/// Declares a table's row, its schema and its builders.
///
/// `struct Row / Builders { field: kql_type = "ColumnName", ... }`
macro_rules! table_row {
    (@type string) => { $crate::activity::Text<'c> };
    (@type dynamic) => { $crate::columns::Dynamic };
    (@type int) => { Option<i32> };
    (@type long) => { Option<i64> };
    (@type bool) => { Option<bool> };
    (@type datetime) => { Option<chrono::DateTime<chrono::Utc>> };
    (
        $(#[$documentation:meta])*
        struct $row:ident / $columns:ident {
            $($field:ident: $kind:ident = $name:literal,)*
        }
    ) => {
        $(#[$documentation])*
        #[derive(Debug, Clone, Default)]
        pub(crate) struct $row<'c> {
            $(pub(super) $field: $crate::columns::table_row!(@type $kind),)*
        }

        /// The builders of the columns.
        pub(crate) struct $columns<'c> {
            $($field: <$crate::columns::table_row!(@type $kind) as $crate::columns::Cell>::Builder,)*
            row: std::marker::PhantomData<&'c ()>,
        }

        impl $row<'_> {
            pub(super) fn arrow_schema() -> arrow::datatypes::Schema {
                $crate::columns::table_row!(@schema $($kind = $name,)*)
            }
        }

        impl<'c> $crate::columns::Columns<$row<'c>> for $columns<'c> {
            fn new() -> Self {
                Self {
                    $($field: <$crate::columns::table_row!(@type $kind) as $crate::columns::Cell>::builder(),)*
                    row: std::marker::PhantomData,
                }
            }

            fn append(&mut self, row: &$row<'c>) {
                $($crate::columns::Cell::append(&row.$field, &mut self.$field);)*
            }

            fn finish(
                &mut self,
                schema: &std::sync::Arc<arrow::datatypes::Schema>,
            ) -> arrow::array::RecordBatch {
                let arrays: Vec<arrow::array::ArrayRef> =
                    vec![$(std::sync::Arc::new(self.$field.finish()),)*];
                arrow::array::RecordBatch::try_new(std::sync::Arc::clone(schema), arrays)
                    .expect("builders and schema come from one declaration")
            }
        }
    };
    (@schema $($kind:ident = $name:literal,)*) => {
        arrow::datatypes::Schema::new(vec![
            $(<$crate::columns::table_row!(@plain $kind) as $crate::columns::Cell>::field($name),)*
        ])
    };
    (@plain string) => { $crate::activity::Text<'static> };
    (@plain $kind:ident) => { $crate::columns::table_row!(@type $kind) };
}

pub(crate) use table_row;
