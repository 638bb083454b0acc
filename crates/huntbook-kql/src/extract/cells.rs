//! The cells of extracted columns: a piece of text cast to a type, and the columns that they fill.

use std::borrow::Cow;
use std::sync::Arc;

use arrow::array::TimestampNanosecondBuilder;
use arrow::array::{
    ArrayRef, BooleanBuilder, Float64Builder, Int32Builder, Int64Builder, StringViewArray,
    StringViewBuilder,
};
use arrow::array::{ByteView, Decimal128Builder, DurationNanosecondBuilder};
use datafusion::common::Result;

use crate::convert::{parse_guid, parse_real};
use crate::dynamic;
use crate::time::{parse_datetime, parse_timespan};
use crate::types::KqlType;

/// A value on its way into a column.
#[derive(Debug)]
pub(super) enum Cell<'a> {
    Null,
    Bool(bool),
    Int(i32),
    Long(i64),
    Real(f64),
    Text(Cow<'a, str>),
}

impl<'a> Cell<'a> {
    /// The piece as a value of the type; null where it is none.
    pub(super) fn of(piece: Option<Cow<'a, str>>, kind: KqlType) -> Self {
        let Some(piece) = piece else { return Self::Null };
        let cell = match kind {
            KqlType::String => Some(Self::Text(piece)),
            KqlType::Bool => boolean(piece.trim()).map(Self::Bool),
            KqlType::Int => {
                whole(&piece).and_then(|number| i32::try_from(number).ok()).map(Self::Int)
            }
            KqlType::Long => whole(&piece).map(Self::Long),
            KqlType::Real => parse_real(&piece).map(Self::Real),
            KqlType::Datetime => parse_datetime(piece.trim()).map(Self::Long),
            KqlType::Timespan => parse_timespan(piece.trim()).map(Self::Long),
            KqlType::Guid => parse_guid(&piece).map(|guid| Self::Text(guid.into())),
            KqlType::Dynamic => {
                dynamic::to_cell(&dynamic::parse(&piece)).map(|json| Self::Text(json.into()))
            }
            KqlType::Decimal => None,
        };
        cell.unwrap_or(Self::Null)
    }

    pub(super) const fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }
}

/// A whole number in decimal or `0x`; a fraction makes it none.
fn whole(text: &str) -> Option<i64> {
    let text = text.trim();
    match text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")) {
        Some(hex) => u64::from_str_radix(hex, 16).ok().map(u64::cast_signed),
        None => text.parse().ok(),
    }
}

fn boolean(text: &str) -> Option<bool> {
    if text.eq_ignore_ascii_case("true") {
        return Some(true);
    }
    if text.eq_ignore_ascii_case("false") {
        return Some(false);
    }
    whole(text).map(|number| number != 0)
}

/// A column being filled.
pub(super) enum Column {
    Bool(BooleanBuilder),
    Int(Int32Builder),
    Long(Int64Builder),
    Real(Float64Builder),
    Datetime(TimestampNanosecondBuilder),
    Timespan(DurationNanosecondBuilder),
    Decimal(Decimal128Builder),
    /// Text; whether nothing is the empty text and not null.
    Text(StringViewBuilder, bool),
}

/// The longest text that a view holds itself.
const INLINE: usize = 12;

impl Column {
    /// A column for as many rows as `texts` has, whose buffers its pieces may share.
    pub(super) fn new(kind: KqlType, texts: &StringViewArray) -> Self {
        let rows = arrow::array::Array::len(texts);
        match kind {
            KqlType::Bool => Self::Bool(BooleanBuilder::with_capacity(rows)),
            KqlType::Int => Self::Int(Int32Builder::with_capacity(rows)),
            KqlType::Long => Self::Long(Int64Builder::with_capacity(rows)),
            KqlType::Real => Self::Real(Float64Builder::with_capacity(rows)),
            KqlType::Datetime => {
                let builder = TimestampNanosecondBuilder::with_capacity(rows);
                Self::Datetime(builder.with_data_type(kind.data_type()))
            }
            KqlType::Timespan => Self::Timespan(DurationNanosecondBuilder::with_capacity(rows)),
            KqlType::Decimal => Self::Decimal(
                Decimal128Builder::with_capacity(rows).with_data_type(kind.data_type()),
            ),
            KqlType::String => {
                let mut builder = StringViewBuilder::with_capacity(rows);
                for buffer in texts.data_buffers() {
                    builder.append_block(buffer.clone());
                }
                Self::Text(builder, true)
            }
            KqlType::Guid | KqlType::Dynamic => {
                Self::Text(StringViewBuilder::with_capacity(rows), false)
            }
        }
    }

    /// Adds the cell of a row.
    pub(super) fn push(
        &mut self,
        cell: Cell<'_>,
        row: usize,
        text: &str,
        texts: &StringViewArray,
    ) -> Result<()> {
        match (self, cell) {
            (Self::Bool(builder), Cell::Bool(flag)) => builder.append_value(flag),
            (Self::Bool(builder), _) => builder.append_null(),
            (Self::Int(builder), Cell::Int(number)) => builder.append_value(number),
            (Self::Int(builder), _) => builder.append_null(),
            (Self::Long(builder), Cell::Long(number)) => builder.append_value(number),
            (Self::Long(builder), _) => builder.append_null(),
            (Self::Real(builder), Cell::Real(number)) => builder.append_value(number),
            (Self::Real(builder), _) => builder.append_null(),
            (Self::Datetime(builder), Cell::Long(time)) => builder.append_value(time),
            (Self::Datetime(builder), _) => builder.append_null(),
            (Self::Timespan(builder), Cell::Long(span)) => builder.append_value(span),
            (Self::Timespan(builder), _) => builder.append_null(),
            (Self::Decimal(builder), _) => builder.append_null(),
            (Self::Text(builder, true), Cell::Text(Cow::Borrowed(piece))) => {
                match shared(piece, row, text, texts) {
                    Some((block, offset, length)) => {
                        builder.try_append_view(block, offset, length)?;
                    }
                    None => builder.try_append_value(piece)?,
                }
            }
            (Self::Text(builder, _), Cell::Text(piece)) => builder.try_append_value(piece)?,
            (Self::Text(builder, true), _) => builder.try_append_value("")?,
            (Self::Text(builder, false), _) => builder.append_null(),
        }
        Ok(())
    }

    pub(super) fn finish(self) -> ArrayRef {
        match self {
            Self::Bool(mut builder) => Arc::new(builder.finish()),
            Self::Int(mut builder) => Arc::new(builder.finish()),
            Self::Long(mut builder) => Arc::new(builder.finish()),
            Self::Real(mut builder) => Arc::new(builder.finish()),
            Self::Datetime(mut builder) => Arc::new(builder.finish()),
            Self::Timespan(mut builder) => Arc::new(builder.finish()),
            Self::Decimal(mut builder) => Arc::new(builder.finish()),
            Self::Text(mut builder, _) => Arc::new(builder.finish()),
        }
    }
}

/// Where a long piece of a row's text stands in the buffers of the column.
fn shared(piece: &str, row: usize, text: &str, texts: &StringViewArray) -> Option<(u32, u32, u32)> {
    if piece.len() <= INLINE {
        return None;
    }
    let start = (piece.as_ptr() as usize).checked_sub(text.as_ptr() as usize)?;
    if start + piece.len() > text.len() {
        return None;
    }
    let view = ByteView::from(*texts.views().get(row)?);
    let offset = view.offset.checked_add(u32::try_from(start).ok()?)?;
    Some((view.buffer_index, offset, u32::try_from(piece.len()).ok()?))
}
