//! `getschema`: a row for each column of the input: name, position, and the type as .NET and as KQL name it.

use crate::ir::{Column, Relation, Scalar, Step};
use crate::types::KqlType;

pub(crate) fn bind(input: &Relation) -> Relation {
    let shown = input.columns.iter().filter(|column| !column.is_hidden());
    let row = |(position, column): (usize, &Column)| {
        vec![
            Scalar::text(column.name.clone()),
            Scalar::long(position as i64),
            Scalar::text(dotnet_name(column.kind)),
            Scalar::text(column.kind.name()),
        ]
    };
    let rows = shown.enumerate().map(row).collect();
    let columns = vec![
        Column::new("ColumnName", KqlType::String),
        Column::new("ColumnOrdinal", KqlType::Long),
        Column::new("DataType", KqlType::String),
        Column::new("ColumnType", KqlType::String),
    ];
    Relation { serialized: true, ..Relation::unordered(Step::Rows(rows), columns) }
}

const fn dotnet_name(kind: KqlType) -> &'static str {
    match kind {
        KqlType::Bool => "System.SByte",
        KqlType::Int => "System.Int32",
        KqlType::Long => "System.Int64",
        KqlType::Real => "System.Double",
        KqlType::Decimal => "System.Data.SqlTypes.SqlDecimal",
        KqlType::String => "System.String",
        KqlType::Datetime => "System.DateTime",
        KqlType::Timespan => "System.TimeSpan",
        KqlType::Guid => "System.Guid",
        KqlType::Dynamic => "System.Object",
    }
}
