//! How much text a function may write that makes more of it than it is given.

use arrow::array::ArrayRef;
use datafusion::common::DataFusionError;

use crate::kernel::Arguments;

/// The most bytes of one value, as in KQL.
pub(super) const MOST_IN_A_VALUE: usize = 1 << 20;

/// The most bytes of one batch of rows.
const MOST_IN_A_BATCH: usize = 256 << 20;

/// One value would be too long.
#[derive(Debug)]
pub(super) struct TooLong;

/// The most bytes of a value that is written over from one of `given` bytes.
pub(super) fn most_from(given: usize) -> usize {
    (MOST_IN_A_VALUE * 16).max(given.saturating_mul(2))
}

/// A text for each row, each of which may be too long by itself.
pub(super) fn checked_text_column<V: AsRef<str>>(
    arguments: &Arguments<'_>,
    name: &str,
    mut value: impl FnMut(usize) -> Result<V, TooLong>,
) -> Result<ArrayRef, DataFusionError> {
    let mut is_too_long = false;
    let column = text_column(arguments, name, |row| {
        if is_too_long {
            return None;
        }
        value(row).map_err(|TooLong| is_too_long = true).ok()
    })?;
    if is_too_long {
        return Err(DataFusionError::ResourcesExhausted(format!(
            "`{name}` would make a text of more than {} bytes",
            MOST_IN_A_VALUE * 16
        )));
    }
    Ok(column)
}

/// A text for each row. An error where they are too long together, so that a query does not use up the memory.
pub(super) fn text_column<V: AsRef<str>>(
    arguments: &Arguments<'_>,
    name: &str,
    mut value: impl FnMut(usize) -> Option<V>,
) -> Result<ArrayRef, DataFusionError> {
    let mut written = 0_usize;
    let column = arguments.text_column(|row| {
        if written > MOST_IN_A_BATCH {
            return None;
        }
        let text = value(row)?;
        written += text.as_ref().len();
        Some(text)
    })?;
    if written > MOST_IN_A_BATCH {
        return Err(DataFusionError::ResourcesExhausted(format!(
            "`{name}` makes more than {MOST_IN_A_BATCH} bytes of one batch of rows"
        )));
    }
    Ok(column)
}
