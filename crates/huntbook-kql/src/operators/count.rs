//! `count`: the number of rows, in a column `Count`.

use crate::aggregates::count::COUNT;
use crate::ir::{AggregateCall, Column, Relation};
use crate::types::KqlType;

pub(crate) fn bind(input: Relation) -> Relation {
    let outputs = vec![Column::new("Count".to_owned(), KqlType::Long)];
    let call = AggregateCall { accumulation: &COUNT, arguments: Vec::new(), filter: None, outputs };
    Relation::aggregate(input, Vec::new(), vec![call])
}
