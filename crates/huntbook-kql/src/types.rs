//! The types of KQL, and the Arrow type that holds each of them.
//!
//! `string`, `guid` and `dynamic` share one Arrow type: the field's metadata key [`TYPE_KEY`] tells them
//! apart. A `datetime` counts nanoseconds, so it reaches from 1677-09-21 to 2262-04-11; a time outside
//! of that is null. KQL's own tick of 100 ns is kept exactly.

use std::fmt;
use std::str::FromStr;

use arrow::datatypes::{DataType, Field, TimeUnit};

use crate::decimal::{PRECISION, SCALE};

/// The key of an Arrow field's metadata that names its KQL type.
pub const TYPE_KEY: &str = "kql.type";

/// A scalar type of KQL.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum KqlType {
    /// `bool`: Arrow `Boolean`.
    Bool,
    /// `int`, 32 bits: Arrow `Int32`.
    Int,
    /// `long`, 64 bits: Arrow `Int64`.
    Long,
    /// `real`: Arrow `Float64`.
    Real,
    /// `decimal`: Arrow `Decimal256`, 38 digits before the point and 17 behind it.
    Decimal,
    /// `string`: Arrow `Utf8View`; never null, a null cell counts as the empty text.
    String,
    /// `datetime`: Arrow `Timestamp(ns, "UTC")`.
    Datetime,
    /// `timespan`: Arrow `Duration(ns)`.
    Timespan,
    /// `guid`: Arrow `Utf8View`, lower case with hyphens.
    Guid,
    /// `dynamic`: Arrow `Utf8View` that holds JSON text; JSON's `null` is a null cell.
    Dynamic,
}

impl KqlType {
    /// Every type.
    pub const ALL: [Self; 10] = [
        Self::Bool,
        Self::Int,
        Self::Long,
        Self::Real,
        Self::Decimal,
        Self::String,
        Self::Datetime,
        Self::Timespan,
        Self::Guid,
        Self::Dynamic,
    ];

    /// The name in KQL, such as `long`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Bool => "bool",
            Self::Int => "int",
            Self::Long => "long",
            Self::Real => "real",
            Self::Decimal => "decimal",
            Self::String => "string",
            Self::Datetime => "datetime",
            Self::Timespan => "timespan",
            Self::Guid => "guid",
            Self::Dynamic => "dynamic",
        }
    }

    /// The type that holds the values of an Arrow field, or `None` where KQL has none (binary).
    ///
    /// The field's metadata decides where it names a type; otherwise the Arrow type does, and text is
    /// `string`.
    #[must_use]
    pub fn from_arrow(field: &Field) -> Option<Self> {
        match field.metadata().get(TYPE_KEY).and_then(|name| name.parse().ok()) {
            Some(named) => Some(named),
            None => Self::from_data_type(field.data_type()),
        }
    }

    fn from_data_type(data_type: &DataType) -> Option<Self> {
        Some(match data_type {
            DataType::Boolean => Self::Bool,
            DataType::Int8
            | DataType::Int16
            | DataType::Int32
            | DataType::UInt8
            | DataType::UInt16 => Self::Int,
            DataType::UInt32 | DataType::Int64 | DataType::UInt64 => Self::Long,
            DataType::Float16 | DataType::Float32 | DataType::Float64 => Self::Real,
            DataType::Decimal32(..)
            | DataType::Decimal64(..)
            | DataType::Decimal128(..)
            | DataType::Decimal256(..) => Self::Decimal,
            DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View | DataType::Null => {
                Self::String
            }
            DataType::Timestamp(..) | DataType::Date32 | DataType::Date64 => Self::Datetime,
            DataType::Duration(_) | DataType::Time32(_) | DataType::Time64(_) => Self::Timespan,
            DataType::Struct(_)
            | DataType::List(_)
            | DataType::LargeList(_)
            | DataType::FixedSizeList(..)
            | DataType::ListView(_)
            | DataType::LargeListView(_)
            | DataType::Map(..) => Self::Dynamic,
            DataType::Dictionary(_, values) => return Self::from_data_type(values),
            DataType::RunEndEncoded(_, values) => return Self::from_data_type(values.data_type()),
            _ => return None,
        })
    }

    /// The Arrow type that holds this type inside the engine.
    #[must_use]
    pub fn data_type(self) -> DataType {
        match self {
            Self::Bool => DataType::Boolean,
            Self::Int => DataType::Int32,
            Self::Long => DataType::Int64,
            Self::Real => DataType::Float64,
            Self::Decimal => DataType::Decimal256(PRECISION, SCALE),
            Self::String | Self::Guid | Self::Dynamic => DataType::Utf8View,
            Self::Datetime => DataType::Timestamp(TimeUnit::Nanosecond, Some("UTC".into())),
            Self::Timespan => DataType::Duration(TimeUnit::Nanosecond),
        }
    }

    /// The Arrow field that holds a column of this type, marked with [`TYPE_KEY`].
    #[must_use]
    pub fn to_arrow(self, name: &str) -> Field {
        Field::new(name, self.data_type(), true).with_metadata(self.metadata())
    }

    pub(crate) fn metadata(self) -> std::collections::HashMap<String, String> {
        [(TYPE_KEY.to_owned(), self.name().to_owned())].into()
    }

    /// Whether arithmetic treats the type as a plain number.
    pub(crate) const fn is_number(self) -> bool {
        matches!(self, Self::Int | Self::Long | Self::Real)
    }
}

impl fmt::Display for KqlType {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}

/// The text is not the name of a KQL type.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a type of KQL")]
pub struct UnknownType(pub String);

impl FromStr for KqlType {
    type Err = UnknownType;

    /// Reads a type name, with KQL's aliases (`date`, `time`, `double`, `boolean`, `uuid`, ...).
    fn from_str(name: &str) -> Result<Self, UnknownType> {
        Ok(match name {
            "bool" | "boolean" => Self::Bool,
            "int" | "int32" => Self::Int,
            "long" | "int64" => Self::Long,
            "real" | "double" => Self::Real,
            "decimal" => Self::Decimal,
            "string" => Self::String,
            "datetime" | "date" => Self::Datetime,
            "timespan" | "time" => Self::Timespan,
            "guid" | "uuid" | "uniqueid" => Self::Guid,
            "dynamic" => Self::Dynamic,
            _ => return Err(UnknownType(name.to_owned())),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_type_survives_arrow_and_back() {
        for kind in KqlType::ALL {
            assert_eq!(KqlType::from_arrow(&kind.to_arrow("x")), Some(kind));
            assert_eq!(kind.name().parse(), Ok(kind));
        }
    }

    #[test]
    fn text_without_metadata_is_string_and_binary_is_nothing() {
        assert_eq!(
            KqlType::from_arrow(&Field::new("x", DataType::Utf8, true)),
            Some(KqlType::String)
        );
        assert_eq!(KqlType::from_arrow(&Field::new("x", DataType::Binary, true)), None);
    }
}
