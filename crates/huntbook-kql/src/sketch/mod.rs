//! Summaries of many values that can be kept in a cell and merged: quantiles and distinct counts.

mod digest;
mod distinct;

pub(crate) use digest::{Digest, key_of_real, real_of_key, shown};
pub(crate) use distinct::Distinct;
