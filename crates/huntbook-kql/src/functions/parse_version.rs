//! `parse_version`: a version as a number that can be compared.

use arrow::datatypes::Decimal256Type;

use super::{Function, Naming};
use crate::decimal;
use crate::ir::Scalar;
use crate::kernel::Kernel;
use crate::types::KqlType;

pub(crate) const PARSE_VERSION: Function = Function {
    name: "parse_version",
    aliases: &[],
    signature: "parse_version(version: string) -> decimal",
    summary: "The version of one to four parts of at most eight digits as one number, eight digits a part. Null where the text is none.",
    naming: Naming::Numbered,
    bind: |call| {
        call.arity(1..=1)?;
        Ok(Scalar::kernel(&NUMBER, vec![call.string(0)?]))
    },
};

/// The digits of four parts, missing ones zero.
fn digits(version: &str) -> Option<String> {
    let parts: Vec<&str> = version.trim().split('.').collect();
    let is_part = |part: &&str| {
        (1..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit())
    };
    if parts.len() > 4 || !parts.iter().all(is_part) {
        return None;
    }
    let padded = |part: &&str| ["0".repeat(8 - part.len()), (*part).to_owned()].concat();
    Some(parts.iter().chain(&["0"; 3]).take(4).map(padded).collect())
}

const NUMBER: Kernel = Kernel {
    name: "kql_parse_version",
    returns: KqlType::Decimal,
    evaluate: |arguments| {
        let version = arguments.text(0)?;
        arguments.primitive_column::<Decimal256Type>(KqlType::Decimal, |row| {
            decimal::parse(&digits(version.get(row))?)
        })
    },
};

/// The kernels of this file, for the registry.
pub(crate) const KERNELS: &[&Kernel] = &[&NUMBER];
