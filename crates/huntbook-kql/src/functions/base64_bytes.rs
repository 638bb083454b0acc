//! `base64_decode_toarray`, `base64_decode_toguid`, `base64_encode_fromarray`, `base64_encode_fromguid`.

use ::base64::Engine as _;
use ::base64::engine::general_purpose::STANDARD;
use serde_json::Value;
use uuid::Uuid;

use super::{Function, Naming};
use crate::dynamic;
use crate::ir::Scalar;
use crate::kernel::Kernel;
use crate::types::KqlType;

pub(crate) const DECODE_TOARRAY: Function = Function {
    name: "base64_decode_toarray",
    aliases: &[],
    signature: "base64_decode_toarray(text: string) -> dynamic",
    summary: "The bytes that the base64 stands for, as a list of numbers. Null where it is none.",
    naming: Naming::Numbered,
    bind: |call| {
        call.arity(1..=1)?;
        Ok(Scalar::kernel(&TO_ARRAY, vec![call.string(0)?]))
    },
};

pub(crate) const DECODE_TOGUID: Function = Function {
    name: "base64_decode_toguid",
    aliases: &[],
    signature: "base64_decode_toguid(text: string) -> guid",
    summary: "The guid that the base64 of its 16 bytes stands for. Null where it is none.",
    naming: Naming::Numbered,
    bind: |call| {
        call.arity(1..=1)?;
        Ok(Scalar::kernel(&TO_GUID, vec![call.string(0)?]))
    },
};

pub(crate) const ENCODE_FROMARRAY: Function = Function {
    name: "base64_encode_fromarray",
    aliases: &[],
    signature: "base64_encode_fromarray(bytes: dynamic) -> string",
    summary: "The base64 of the bytes, a list of numbers from 0 to 255. Empty where it is none.",
    naming: Naming::Numbered,
    bind: |call| {
        call.arity(1..=1)?;
        Ok(Scalar::kernel(&FROM_ARRAY, vec![call.dynamic(0)?]))
    },
};

pub(crate) const ENCODE_FROMGUID: Function = Function {
    name: "base64_encode_fromguid",
    aliases: &[],
    signature: "base64_encode_fromguid(value: guid) -> string",
    summary: "The base64 of the guid's 16 bytes. Empty of a null.",
    naming: Naming::Numbered,
    bind: |call| {
        call.arity(1..=1)?;
        Ok(Scalar::kernel(&FROM_GUID, vec![call.typed(0, KqlType::Guid)?]))
    },
};

const TO_ARRAY: Kernel = Kernel {
    name: "kql_base64_decode_toarray",
    returns: KqlType::Dynamic,
    evaluate: |arguments| {
        let text = arguments.text(0)?;
        arguments.text_column(|row| {
            let bytes = STANDARD.decode(text.get(row)).ok()?;
            Some(Value::from(bytes).to_string())
        })
    },
};
const TO_GUID: Kernel = Kernel {
    name: "kql_base64_decode_toguid",
    returns: KqlType::Guid,
    evaluate: |arguments| {
        let text = arguments.text(0)?;
        arguments.text_column(|row| {
            // The first three fields stand in the byte order of .NET.
            let bytes = <[u8; 16]>::try_from(STANDARD.decode(text.get(row)).ok()?).ok()?;
            Some(Uuid::from_bytes_le(bytes).hyphenated().to_string())
        })
    },
};
const FROM_ARRAY: Kernel = Kernel {
    name: "kql_base64_encode_fromarray",
    returns: KqlType::String,
    evaluate: |arguments| {
        let list = arguments.text(0)?;
        arguments.text_column(|row| {
            let Value::Array(items) = dynamic::parse(list.get(row)) else {
                return Some(String::new());
            };
            let byte = |item: &Value| u8::try_from(item.as_u64()?).ok();
            let bytes = items.iter().map(byte).collect::<Option<Vec<u8>>>();
            Some(bytes.map_or_else(String::new, |bytes| STANDARD.encode(bytes)))
        })
    },
};
const FROM_GUID: Kernel = Kernel {
    name: "kql_base64_encode_fromguid",
    returns: KqlType::String,
    evaluate: |arguments| {
        let guid = arguments.text(0)?;
        arguments.text_column(|row| {
            let guid = guid.value(row).and_then(|guid| Uuid::try_parse(guid).ok());
            Some(guid.map_or_else(String::new, |guid| STANDARD.encode(guid.to_bytes_le())))
        })
    },
};

/// The kernels of this file, for the registry.
pub(crate) const KERNELS: &[&Kernel] = &[&TO_ARRAY, &TO_GUID, &FROM_ARRAY, &FROM_GUID];
