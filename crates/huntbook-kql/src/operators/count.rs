//! `count`: the number of rows, as one row with the column `Count`.

use crate::aggregates;
use crate::bind::Binder;
use crate::ir::{AggregateCall, Column, Relation};
use crate::types::KqlType;

pub(crate) fn bind(binder: &mut Binder<'_>, input: Relation) -> Relation {
    let outputs = vec![Column::new("Count", KqlType::Long)];
    let accumulation = &aggregates::count::COUNT;
    let call = AggregateCall { accumulation, arguments: Vec::new(), filter: None, outputs };
    let keys = super::part_values(&input);
    binder.aggregate_parts(input, keys, vec![call])
}
