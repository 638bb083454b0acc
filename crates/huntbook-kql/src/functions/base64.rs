//! `base64_decode_tostring`, `base64_encode_tostring`.

use ::base64::Engine as _;
use ::base64::alphabet;
use ::base64::engine::DecodePaddingMode;
use ::base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig, STANDARD};

use super::{Function, Naming};
use crate::ir::Scalar;
use crate::kernel::Kernel;
use crate::types::KqlType;

pub(crate) const BASE64_DECODE_TOSTRING: Function = Function {
    name: "base64_decode_tostring",
    aliases: &["base64_decodestring"],
    signature: "base64_decode_tostring(text: string) -> string",
    summary: "The UTF-8 text that the base64 stands for; empty where it is none.",
    naming: Naming::Numbered,
    bind: |call| {
        call.arity(1..=1)?;
        Ok(Scalar::kernel(&DECODE, vec![call.string(0)?]))
    },
};

pub(crate) const BASE64_ENCODE_TOSTRING: Function = Function {
    name: "base64_encode_tostring",
    aliases: &["base64_encodestring"],
    signature: "base64_encode_tostring(text: string) -> string",
    summary: "The text in base64.",
    naming: Naming::Numbered,
    bind: |call| {
        call.arity(1..=1)?;
        Ok(Scalar::kernel(&ENCODE, vec![call.string(0)?]))
    },
};

/// Logs cut the padding off at times.
const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

const DECODE: Kernel = Kernel {
    name: "kql_base64_decode",
    returns: KqlType::String,
    evaluate: |arguments| {
        let text = arguments.text(0)?;
        arguments.text_column(|row| {
            let decoded = LENIENT.decode(text.get(row).trim()).ok();
            Some(decoded.and_then(|bytes| String::from_utf8(bytes).ok()).unwrap_or_default())
        })
    },
};
const ENCODE: Kernel = Kernel {
    name: "kql_base64_encode",
    returns: KqlType::String,
    evaluate: |arguments| {
        let text = arguments.text(0)?;
        arguments.text_column(|row| Some(STANDARD.encode(text.get(row))))
    },
};

/// The kernels of this file, for the registry.
pub(crate) const KERNELS: &[&Kernel] = &[&DECODE, &ENCODE];
