//! `binary_all_and`, `binary_all_or`, `binary_all_xor`: the bits of all numbers of a group.

use datafusion::functions_aggregate::bit_and_or_xor::{bit_and_udaf, bit_or_udaf, bit_xor_udaf};

use super::{Accumulation, Aggregate};
use crate::bind::BoundAggregate;
use crate::functions::Naming;
use crate::types::KqlType;

macro_rules! bits {
    ($($constant:ident, $accumulation:ident, $name:literal, $function:ident, $summary:literal;)+) => {
        $(const $accumulation: Accumulation = Accumulation::plain($function);

        pub(crate) const $constant: Aggregate = Aggregate {
            name: $name,
            aliases: &[],
            signature: concat!($name, "(number: long) -> long"),
            summary: $summary,
            naming: Naming::Prefix($name),
            bind: |call| {
                call.arity(1..=1)?;
                let (arguments, name) = (vec![call.long(0)?], call.prefixed($name));
                Ok(BoundAggregate::single(&$accumulation, arguments, KqlType::Long, name))
            },
        };)+
    };
}

bits! {
    BINARY_ALL_AND, AND, "binary_all_and", bit_and_udaf, "The bits that are set in all numbers.";
    BINARY_ALL_OR, OR, "binary_all_or", bit_or_udaf, "The bits that are set in any number.";
    BINARY_ALL_XOR, XOR, "binary_all_xor", bit_xor_udaf, "The bits that are set in an odd count of the numbers.";
}
