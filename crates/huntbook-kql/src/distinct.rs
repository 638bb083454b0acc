//! Columns of text by their distinct cells: what costs much is computed once for each.
//!
//! Parquet keeps a column of few values as a dictionary, and Arrow's reader makes each cell a view into it. Cells
//! of one value then have equal views, which is seen without reading the text. Two cells of equal text may
//! have different views; they count as two.

use arrow::array::{Array, StringViewArray, UInt32Array};

/// The fewest rows for which it is worth to look for repeats.
const LEAST_ROWS: usize = 64;
/// How many rows tell whether a column repeats itself.
const SAMPLE: usize = 512;
/// Stands for a null: no view has this length.
const NULL: u128 = u128::MAX;

/// Where the distinct cells of a column stand first, and which of them each row has.
#[derive(Debug)]
pub(crate) struct Distinct {
    /// A row of the column for each distinct cell.
    pub(crate) rows: UInt32Array,
    /// For each row of the column its place in `rows`.
    pub(crate) places: UInt32Array,
}

/// The distinct cells of a column; `None` where most rows have one of their own.
pub(crate) fn distinct(column: &StringViewArray) -> Option<Distinct> {
    let views = column.views();
    if views.len() < LEAST_ROWS || u32::try_from(views.len()).is_err() {
        return None;
    }
    let slots = (views.len() * 2).next_power_of_two();
    let shift = 64 - slots.trailing_zeros();
    // A place in `rows` and one more; zero is free.
    let mut table = vec![0_u32; slots];
    let mut rows: Vec<u32> = Vec::new();
    let mut keys: Vec<u128> = Vec::new();
    let mut places = Vec::with_capacity(views.len());
    for (row, view) in views.iter().enumerate() {
        let key = if column.is_null(row) { NULL } else { *view };
        if row == SAMPLE && rows.len() * 4 > SAMPLE * 3 {
            return None;
        }
        let mut slot = (hash(key) >> shift) as usize;
        let place = loop {
            match table[slot] {
                0 => {
                    rows.push(row as u32);
                    keys.push(key);
                    table[slot] = rows.len() as u32;
                    break rows.len() as u32 - 1;
                }
                taken if keys[taken as usize - 1] == key => break taken - 1,
                _ => slot = (slot + 1) & (slots - 1),
            }
        };
        places.push(place);
    }
    if rows.len() * 4 > views.len() * 3 {
        return None;
    }
    Some(Distinct { rows: rows.into(), places: places.into() })
}

fn hash(view: u128) -> u64 {
    let (low, high) = (view as u64, (view >> 64) as u64);
    let mixed = (low ^ high.rotate_left(32)).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    (mixed ^ (mixed >> 29) ^ high).wrapping_mul(0xD6E8_FEB8_6659_FD93)
}

#[cfg(test)]
mod tests {
    use arrow::compute::take;

    use super::*;

    #[test]
    fn rows_of_the_distinct_cells_give_the_column_again() {
        let cells = ["", "short", "a text that is longer than twelve bytes", "ü"];
        let column: StringViewArray =
            (0..300).map(|row| (row % 7 != 3).then(|| cells[row % 4])).collect();
        let dictionary: StringViewArray = cells.iter().map(|cell| Some(*cell)).collect();
        let indices: UInt32Array = (0..300).map(|row| (row % 7 != 3).then_some(row % 4)).collect();
        let by_views = take(&dictionary, &indices, None).expect("places are of the dictionary");
        let by_views = by_views.as_any().downcast_ref::<StringViewArray>().expect("views");
        let Distinct { rows, places } = distinct(by_views).expect("it repeats itself");
        assert_eq!(rows.len(), 5);
        let again = take(&take(by_views, &rows, None).expect("rows"), &places, None);
        let again = again.expect("places");
        assert_eq!(again.as_any().downcast_ref::<StringViewArray>(), Some(&column));
    }

    #[test]
    fn a_column_of_different_cells_has_none() {
        let column: StringViewArray = (0..2_000).map(|row| Some(format!("cell {row}"))).collect();
        assert!(distinct(&column).is_none());
    }
}
