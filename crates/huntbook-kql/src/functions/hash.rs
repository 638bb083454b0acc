//! `hash`, `hash_xxhash64`, `hash_md5`, `hash_sha1`, `hash_sha256`.
//!
//! `hash` is XXH64: of a text its bytes, of whole numbers, times and spans their 64 bits, little-endian. The
//! others hash the text form of a value and give lower-case hexadecimal digits.

use std::fmt::Write as _;

use arrow::datatypes::{Float64Type, Int64Type};
use huntbook_diagnostics::Diagnostic;
use md5::Digest;
use xxhash_rust::xxh64::xxh64;

use super::{Function, Naming};
use crate::bind::Call;
use crate::convert::convert;
use crate::ir::Scalar;
use crate::kernel::Kernel;
use crate::types::KqlType;

pub(crate) const HASH: Function = Function {
    name: "hash",
    aliases: &["hash_xxhash64"],
    signature: "hash(value, [modulus: long]) -> long",
    summary: "The XXH64 hash of the value; with a modulus, the remainder of the hash as a number without sign. Null of a null, or where the modulus is not positive.",
    naming: Naming::Numbered,
    bind: hash,
};

fn hash(call: &Call<'_>) -> Result<Scalar, Diagnostic> {
    call.arity(1..=2)?;
    let value = call.scalar(0)?;
    let (kind, kernel) = match value.kind {
        KqlType::Int | KqlType::Long | KqlType::Datetime | KqlType::Timespan => {
            (KqlType::Long, &HASH_LONG)
        }
        KqlType::Real => (KqlType::Real, &HASH_REAL),
        _ => (KqlType::String, &HASH_TEXT),
    };
    let given = value.kind;
    let value = convert(value, kind)
        .ok_or_else(|| call.wrong(0, "a value that can be hashed", &format!("`{given}`")))?;
    let hash = Scalar::kernel(kernel, vec![value]);
    if call.has(1) { Ok(Scalar::kernel(&REMAINDER, vec![hash, call.long(1)?])) } else { Ok(hash) }
}

const HASH_TEXT: Kernel = Kernel {
    name: "kql_hash_text",
    returns: KqlType::Long,
    evaluate: |arguments| {
        let value = arguments.text(0)?;
        arguments.primitive_column::<Int64Type>(KqlType::Long, |row| {
            Some(xxh64(value.get(row).as_bytes(), 0).cast_signed())
        })
    },
};
const HASH_LONG: Kernel = Kernel {
    name: "kql_hash_long",
    returns: KqlType::Long,
    evaluate: |arguments| {
        let value = arguments.primitive::<Int64Type>(0)?;
        arguments.primitive_column::<Int64Type>(KqlType::Long, |row| {
            Some(xxh64(&value.get(row)?.to_le_bytes(), 0).cast_signed())
        })
    },
};
const HASH_REAL: Kernel = Kernel {
    name: "kql_hash_real",
    returns: KqlType::Long,
    evaluate: |arguments| {
        let value = arguments.primitive::<Float64Type>(0)?;
        arguments.primitive_column::<Int64Type>(KqlType::Long, |row| {
            Some(xxh64(&value.get(row)?.to_le_bytes(), 0).cast_signed())
        })
    },
};
const REMAINDER: Kernel = Kernel {
    name: "kql_hash_remainder",
    returns: KqlType::Long,
    evaluate: |arguments| {
        let hash = arguments.primitive::<Int64Type>(0)?;
        let modulus = arguments.primitive::<Int64Type>(1)?;
        arguments.primitive_column::<Int64Type>(KqlType::Long, |row| {
            let modulus = u64::try_from(modulus.get(row)?).ok()?;
            Some(hash.get(row)?.cast_unsigned().checked_rem(modulus)?.cast_signed())
        })
    },
};

macro_rules! digests {
    ($($constant:ident, $kernel:ident, $name:literal, $digest:ty, $summary:literal;)+) => {
        $(pub(crate) const $constant: Function = Function {
            name: $name,
            aliases: &[],
            signature: concat!($name, "(value) -> string"),
            summary: $summary,
            naming: Naming::Numbered,
            bind: |call| {
                call.arity(1..=1)?;
                Ok(Scalar::kernel(&$kernel, vec![call.as_string(0)?]))
            },
        };
        const $kernel: Kernel = Kernel {
            name: concat!("kql_", $name),
            returns: KqlType::String,
            evaluate: |arguments| {
                let value = arguments.text(0)?;
                arguments.text_column(|row| Some(digits(&<$digest>::digest(value.get(row)))))
            },
        };)+
    };
}

digests! {
    HASH_MD5, MD5, "hash_md5", md5::Md5, "The MD5 hash of the value's text.";
    HASH_SHA1, SHA1, "hash_sha1", sha1::Sha1, "The SHA-1 hash of the value's text.";
    HASH_SHA256, SHA256, "hash_sha256", sha2::Sha256, "The SHA-256 hash of the value's text.";
}

fn digits(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(2 * bytes.len());
    for byte in bytes {
        write!(out, "{byte:02x}").expect("writing to a string does not fail");
    }
    out
}

/// The kernels of this file, for the registry.
pub(crate) const KERNELS: &[&Kernel] =
    &[&HASH_TEXT, &HASH_LONG, &HASH_REAL, &REMAINDER, &MD5, &SHA1, &SHA256];
