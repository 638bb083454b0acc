//! `rand`, `new_guid`: what differs from row to row, and from run to run.
//!
//! The bits of each row come from the system, asked once a batch.

use arrow::array::ArrayRef;
use arrow::datatypes::{Float64Type, Int64Type};
use datafusion::common::{DataFusionError, Result};
use uuid::Builder;

use super::{Function, Naming};
use crate::ir::Scalar;
use crate::kernel::{Arguments, Kernel};
use crate::types::KqlType;

pub(crate) const RAND: Function = Function {
    name: "rand",
    aliases: &[],
    signature: "rand([limit: long]) -> real",
    summary: "A random number of each row: from 0 to less than 1, or a whole one from 0 to less than the limit.",
    naming: Naming::FirstArgument,
    bind: |call| {
        call.arity(0..=1)?;
        let limit = if call.has(0) { call.long(0)? } else { Scalar::long(0) };
        Ok(Scalar::kernel(&NUMBERS, vec![limit]))
    },
};

pub(crate) const NEW_GUID: Function = Function {
    name: "new_guid",
    aliases: &[],
    signature: "new_guid() -> guid",
    summary: "A random guid (version 4) of each row.",
    naming: Naming::Numbered,
    bind: |call| {
        call.arity(0..=0)?;
        Ok(Scalar::kernel(&GUIDS, Vec::new()))
    },
};

/// So many random bytes for each row.
fn random<const N: usize>(rows: usize) -> Result<Vec<[u8; N]>> {
    let mut bytes = vec![[0; N]; rows];
    getrandom::fill(bytes.as_flattened_mut()).map_err(|error| {
        DataFusionError::Execution(format!("the system gives no random numbers: {error}"))
    })?;
    Ok(bytes)
}

fn numbers(arguments: &Arguments<'_>) -> Result<ArrayRef> {
    let limit = arguments.primitive::<Int64Type>(0)?;
    let bytes = random(arguments.rows())?;
    arguments.primitive_column::<Float64Type>(KqlType::Real, |row| {
        let bits = u64::from_le_bytes(*bytes.get(row)?);
        Some(match limit.get(row).and_then(|limit| u64::try_from(limit).ok()) {
            // The upper half of the product is spread evenly over the limit.
            Some(limit) if limit > 0 => ((u128::from(bits) * u128::from(limit)) >> 64) as f64,
            // As many bits as a real has.
            _ => (bits >> 11) as f64 / (1_u64 << 53) as f64,
        })
    })
}

fn guids(arguments: &Arguments<'_>) -> Result<ArrayRef> {
    let bytes = random(arguments.rows())?;
    arguments.text_column(|row| {
        let guid = Builder::from_random_bytes(*bytes.get(row)?).into_uuid();
        Some(guid.hyphenated().to_string())
    })
}

/// Whether a kernel gives other values each time.
pub(crate) fn is_random(kernel: &Kernel) -> bool {
    [NUMBERS.name, GUIDS.name].contains(&kernel.name)
}

const NUMBERS: Kernel = Kernel { name: "kql_rand", returns: KqlType::Real, evaluate: numbers };
const GUIDS: Kernel = Kernel { name: "kql_new_guid", returns: KqlType::Guid, evaluate: guids };

/// The kernels of this file, for the registry.
pub(crate) const KERNELS: &[&Kernel] = &[&NUMBERS, &GUIDS];
