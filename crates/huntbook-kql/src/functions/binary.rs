//! `binary_and` and its kin, `bitset_count_ones`: operations on the 64 bits of a number.

use arrow::datatypes::Int64Type;

use super::{Function, Naming};
use crate::ir::Scalar;
use crate::kernel::Kernel;
use crate::types::KqlType;

macro_rules! of_two {
    ($($constant:ident, $kernel:ident, $name:literal, $parameters:literal, $summary:literal, $compute:expr;)+) => {
        $(pub(crate) const $constant: Function = Function {
            name: $name,
            aliases: &[],
            signature: concat!($name, "(", $parameters, ") -> long"),
            summary: $summary,
            naming: Naming::FirstArgument,
            bind: |call| {
                call.arity(2..=2)?;
                Ok(Scalar::kernel(&$kernel, vec![call.long(0)?, call.long(1)?]))
            },
        };
        const $kernel: Kernel = Kernel {
            name: concat!("kql_", $name),
            returns: KqlType::Long,
            evaluate: |arguments| {
                let first = arguments.primitive::<Int64Type>(0)?;
                let second = arguments.primitive::<Int64Type>(1)?;
                let compute: fn(i64, i64) -> Option<i64> = $compute;
                arguments.primitive_column::<Int64Type>(KqlType::Long, |row| {
                    compute(first.get(row)?, second.get(row)?)
                })
            },
        };)+
    };
}

of_two! {
    BINARY_AND, AND, "binary_and", "first: long, second: long", "The bits that both numbers have.", |a, b| Some(a & b);
    BINARY_OR, OR, "binary_or", "first: long, second: long", "The bits that one of the numbers has.", |a, b| Some(a | b);
    BINARY_XOR, XOR, "binary_xor", "first: long, second: long", "The bits that exactly one of the numbers has.", |a, b| Some(a ^ b);
    BINARY_SHIFT_LEFT, SHIFT_LEFT, "binary_shift_left", "number: long, shift: long",
        "The number's bits moved up by the shift modulo 64. Null of a negative shift.",
        |number, shift| Some(number.wrapping_shl(u32::try_from(shift.rem_euclid(64)).ok().filter(|_| shift >= 0)?));
    BINARY_SHIFT_RIGHT, SHIFT_RIGHT, "binary_shift_right", "number: long, shift: long",
        "The number's bits moved down by the shift modulo 64, its sign kept. Null of a negative shift.",
        |number, shift| Some(number.wrapping_shr(u32::try_from(shift.rem_euclid(64)).ok().filter(|_| shift >= 0)?));
}

macro_rules! of_one {
    ($($constant:ident, $kernel:ident, $name:literal, $summary:literal, $compute:expr;)+) => {
        $(pub(crate) const $constant: Function = Function {
            name: $name,
            aliases: &[],
            signature: concat!($name, "(number: long) -> long"),
            summary: $summary,
            naming: Naming::FirstArgument,
            bind: |call| {
                call.arity(1..=1)?;
                Ok(Scalar::kernel(&$kernel, vec![call.long(0)?]))
            },
        };
        const $kernel: Kernel = Kernel {
            name: concat!("kql_", $name),
            returns: KqlType::Long,
            evaluate: |arguments| {
                let number = arguments.primitive::<Int64Type>(0)?;
                let compute: fn(i64) -> i64 = $compute;
                arguments.primitive_column::<Int64Type>(KqlType::Long, |row| number.get(row).map(compute))
            },
        };)+
    };
}

of_one! {
    BINARY_NOT, NOT, "binary_not", "The number with each of its 64 bits turned.", |number| !number;
    BITSET_COUNT_ONES, COUNT, "bitset_count_ones", "How many bits of the number are set.", |number| i64::from(number.count_ones());
}

/// The kernels of this file, for the registry.
pub(crate) const KERNELS: &[&Kernel] = &[&AND, &OR, &XOR, &SHIFT_LEFT, &SHIFT_RIGHT, &NOT, &COUNT];
