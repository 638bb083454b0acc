//! How much text a function may write that makes more of it than it is given.

use arrow::array::ArrayRef;
use datafusion::common::{DataFusionError, Result};

use crate::kernel::Arguments;

/// The most bytes of one value, as in KQL.
pub(super) const MOST_IN_A_VALUE: usize = 1 << 20;

/// The most bytes of one batch of rows.
const MOST_IN_A_BATCH: usize = 256 << 20;

/// A text for each row. An error where they are too long together, so that a query does not use up the memory.
pub(super) fn text_column<V: AsRef<str>>(
    arguments: &Arguments<'_>,
    name: &str,
    mut value: impl FnMut(usize) -> Option<V>,
) -> Result<ArrayRef> {
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
