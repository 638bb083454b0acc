//! `project-reorder a, b* asc, *`: the columns named come first; all others follow in their order.

use std::cmp::Ordering;

use huntbook_kql_syntax::ast::{NameOrder, ReorderedColumns};

use crate::bind::Binder;
use crate::ir::Relation;

pub(crate) fn bind(
    binder: &mut Binder<'_>,
    input: Relation,
    listed: &[ReorderedColumns],
) -> Relation {
    let mut order: Vec<usize> = Vec::with_capacity(input.columns.len());
    let mut sound = true;
    for one in listed {
        let Some(mut found) = binder.matching(&one.pattern, &input) else {
            sound = false;
            continue;
        };
        found.retain(|position| !order.contains(position));
        if let Some(by) = one.order {
            found.sort_by(|left, right| {
                compare(by, &input.columns[*left].name, &input.columns[*right].name)
            });
        }
        order.extend(found);
    }
    if !sound {
        return input;
    }
    let rest = (0..input.columns.len()).filter(|position| !order.contains(position));
    let order: Vec<usize> = order.iter().copied().chain(rest).collect();
    let columns = order.into_iter().map(|position| {
        let column = &input.columns[position];
        (column.name.clone(), column.value())
    });
    let columns = columns.collect();
    Relation::project(input, columns)
}

fn compare(order: NameOrder, left: &str, right: &str) -> Ordering {
    match order {
        NameOrder::Ascending => left.cmp(right),
        NameOrder::Descending => right.cmp(left),
        NameOrder::NaturalAscending => natural(left, right),
        NameOrder::NaturalDescending => natural(right, left),
    }
}

/// Runs of digits compare as numbers, so that `a2` stands before `a10`.
fn natural(left: &str, right: &str) -> Ordering {
    let (mut left, mut right) = (left, right);
    loop {
        let (one, other) = (piece(left), piece(right));
        let order = match (number(one), number(other)) {
            (Some(a), Some(b)) => a.len().cmp(&b.len()).then(a.cmp(b)).then(one.cmp(other)),
            _ => one.cmp(other),
        };
        if order != Ordering::Equal || one.is_empty() {
            return order;
        }
        (left, right) = (&left[one.len()..], &right[other.len()..]);
    }
}

/// The run of digits, or of other characters, at the start.
fn piece(text: &str) -> &str {
    let digits = text.starts_with(|first: char| first.is_ascii_digit());
    let end = text.find(|one: char| one.is_ascii_digit() != digits).unwrap_or(text.len());
    &text[..end]
}

/// The digits without leading zeros.
fn number(piece: &str) -> Option<&str> {
    piece.starts_with(|first: char| first.is_ascii_digit()).then(|| piece.trim_start_matches('0'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_in_names_compare_by_value() {
        assert_eq!(natural("a2", "a10"), Ordering::Less);
        assert_eq!(natural("a02b", "a2a"), Ordering::Less);
        assert_eq!(natural("a", "a"), Ordering::Equal);
        assert_eq!(natural("b", "a10"), Ordering::Greater);
    }
}
