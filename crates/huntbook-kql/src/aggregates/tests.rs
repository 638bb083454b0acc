//! What the aggregates give when their states are merged, and when groups are given out in parts.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, BooleanArray, Int64Array, StringViewArray};
use arrow::datatypes::{DataType, Field, Fields, Int64Type};
use datafusion::logical_expr::{EmitTo, GroupsAccumulator};

use super::best_rows::BestRows;
use super::extremes::Kept;

fn fields(key: DataType) -> Fields {
    vec![Field::new("c0", key, true), Field::new("c1", DataType::Int64, true)].into()
}

fn longs(values: Vec<Option<i64>>) -> ArrayRef {
    Arc::new(Int64Array::from(values))
}

/// The groups' keys and values.
fn rows(result: &ArrayRef) -> Vec<(Option<i64>, Option<i64>)> {
    let result = result.as_struct();
    let column = |index: usize| result.column(index).as_primitive::<Int64Type>().iter();
    column(0).zip(column(1)).collect()
}

#[test]
fn best_row_of_many_batches_survives_emission_in_parts() {
    let mut best = BestRows::new(Kept::Greatest, fields(DataType::Int64));
    for batch in 0..50_i64 {
        let keys = longs((0..8192).map(|row| Some((row * 7 + batch) % 8191)).collect());
        let values = longs((0..8192).map(|row| Some(row + batch * 10_000)).collect());
        let groups: Vec<usize> = (0..8192).map(|row| row % 100).collect();
        best.update_batch(&[keys, values], &groups, None, 101).unwrap();
    }
    let first = rows(&best.evaluate(EmitTo::First(40)).unwrap());
    let rest = rows(&best.evaluate(EmitTo::All).unwrap());
    assert_eq!((first.len(), rest.len()), (40, 61));
    assert_eq!(rest[60], (None, None), "the last group had no row");
    for (key, value) in first.into_iter().chain(rest).take(100) {
        let (key, value) = (key.unwrap(), value.unwrap());
        let (batch, row) = (value / 10_000, value % 10_000);
        assert_eq!(key, (row * 7 + batch) % 8191);
    }
}

#[test]
fn any_row_prefers_one_that_is_not_empty() {
    let mut best = BestRows::new(Kept::Any, fields(DataType::Utf8View));
    let texts: ArrayRef =
        Arc::new(StringViewArray::from(vec![Some(""), None, Some("x"), Some("y")]));
    let values = longs(vec![Some(1), Some(2), Some(3), Some(4)]);
    best.update_batch(&[texts, values], &[0, 0, 0, 0], None, 1).unwrap();
    let result = best.evaluate(EmitTo::All).unwrap();
    assert_eq!(result.as_struct().column(0).as_string_view().value(0), "x");
}

#[test]
fn distinct_texts_of_many_groups_survive_merging_and_emission_in_parts() {
    use super::distinct_texts::Texts;
    use datafusion::logical_expr::GroupsAccumulator;
    let column = |rows: &[(usize, Option<&str>)]| -> (ArrayRef, Vec<usize>) {
        let texts: StringViewArray = rows.iter().map(|(_, text)| *text).collect();
        (Arc::new(texts), rows.iter().map(|(group, _)| *group).collect())
    };
    let (texts, groups) =
        column(&[(0, Some("a")), (1, Some("a")), (0, Some("")), (1, Some("a")), (2, None)]);
    let mut first = Texts::default();
    first.update_batch(&[texts], &groups, None, 3).unwrap();
    let mut merged = Texts::default();
    let state = first.state(EmitTo::First(2)).unwrap();
    merged.merge_batch(&state, &[0, 1], 3).unwrap();
    let state = first.state(EmitTo::All).unwrap();
    merged.merge_batch(&state, &[2], 3).unwrap();
    let (texts, groups) =
        column(&[(0, Some("b")), (2, Some("a long text, longer than a view holds"))]);
    let wanted = BooleanArray::from(vec![true, true]);
    let state = merged.convert_to_state(&[texts], Some(&wanted)).unwrap();
    merged.merge_batch(&state, &groups, 3).unwrap();
    let counts = |result: ArrayRef| result.as_primitive::<Int64Type>().values().to_vec();
    assert_eq!(counts(merged.evaluate(EmitTo::First(1)).unwrap()), [3]);
    assert_eq!(counts(merged.evaluate(EmitTo::All).unwrap()), [1, 1]);
}

/// Numbers that look random, the same ones each time.
fn numbers(seed: u64) -> impl FnMut(u64) -> u64 {
    let mut state = seed;
    move |below| {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % below
    }
}

#[test]
fn merged_states_give_what_one_pass_gives() {
    for seed in 0..200 {
        let mut next = numbers(seed);
        let length = next(60) as usize;
        let groups: Vec<usize> = (0..length).map(|_| next(6) as usize).collect();
        let keys: Vec<Option<i64>> =
            (0..length).map(|_| (next(4) > 0).then(|| next(19) as i64 - 9)).collect();
        let wanted: Vec<bool> = (0..length).map(|_| next(3) > 0).collect();
        let cut = next(60).min(length as u64) as usize;
        let columns = [longs(keys.clone()), longs((0..length as i64).map(Some).collect())];
        let part = |from: usize, to: usize| {
            let mut best = BestRows::new(Kept::Least, fields(DataType::Int64));
            let columns = columns.clone().map(|column| column.slice(from, to - from));
            let filter = BooleanArray::from(wanted[from..to].to_vec());
            best.update_batch(&columns, &groups[from..to], Some(&filter), 6).unwrap();
            best
        };
        let whole = rows(&part(0, length).evaluate(EmitTo::All).unwrap());
        let mut merged = BestRows::new(Kept::Least, fields(DataType::Int64));
        for (from, to) in [(0, cut), (cut, length)] {
            let state = part(from, to).state(EmitTo::All).unwrap();
            merged.merge_batch(&state, &[0, 1, 2, 3, 4, 5], 6).unwrap();
        }
        assert_eq!(whole, rows(&merged.evaluate(EmitTo::All).unwrap()));
        for (group, (key, value)) in whole.into_iter().enumerate() {
            let of_group = || (0..length).filter(|row| groups[*row] == group && wanted[*row]);
            match of_group().filter_map(|row| Some((keys[row]?, row as i64))).min() {
                Some((best, row)) => assert_eq!((key, value), (Some(best), Some(row))),
                None => assert_eq!((key, value.is_some()), (None, of_group().count() > 0)),
            }
        }
    }
}
