//! `url_decode`, `url_encode`, `url_encode_component`.

use std::fmt::Write as _;

use super::{Function, Naming};
use crate::ir::Scalar;
use crate::kernel::Kernel;
use crate::types::KqlType;

pub(crate) const URL_DECODE: Function = Function {
    name: "url_decode",
    aliases: &[],
    signature: "url_decode(text: string) -> string",
    summary: "The text with each `%xx` replaced by its byte and `+` by a space.",
    naming: Naming::Numbered,
    bind: |call| {
        call.arity(1..=1)?;
        Ok(Scalar::kernel(&DECODE, vec![call.string(0)?]))
    },
};

pub(crate) const URL_ENCODE: Function = Function {
    name: "url_encode",
    aliases: &[],
    signature: "url_encode(text: string) -> string",
    summary: "The text with a `+` for each space and `%xx` for each byte that a URL reserves.",
    naming: Naming::Numbered,
    bind: |call| {
        call.arity(1..=1)?;
        Ok(Scalar::kernel(&ENCODE, vec![call.string(0)?]))
    },
};

pub(crate) const URL_ENCODE_COMPONENT: Function = Function {
    name: "url_encode_component",
    aliases: &[],
    signature: "url_encode_component(text: string) -> string",
    summary: "As `url_encode`, with `%20` for each space.",
    naming: Naming::Numbered,
    bind: |call| {
        call.arity(1..=1)?;
        Ok(Scalar::kernel(&ENCODE_COMPONENT, vec![call.string(0)?]))
    },
};

pub(super) fn decode(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    while let Some((&first, behind)) = rest.split_first() {
        let hex = behind.get(..2).and_then(|digits| std::str::from_utf8(digits).ok());
        let byte = hex.filter(|_| first == b'%').and_then(|hex| u8::from_str_radix(hex, 16).ok());
        if let Some(byte) = byte {
            out.push(byte);
            rest = &behind[2..];
        } else {
            out.push(if first == b'+' { b' ' } else { first });
            rest = behind;
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

fn encode(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b' ' => out.push('+'),
            b'-' | b'_' | b'.' | b'!' | b'*' | b'(' | b')' => out.push(char::from(byte)),
            letter if letter.is_ascii_alphanumeric() => out.push(char::from(letter)),
            other => {
                let _ = write!(out, "%{other:02x}");
            }
        }
    }
    out
}

const DECODE: Kernel = Kernel {
    name: "kql_url_decode",
    returns: KqlType::String,
    evaluate: |arguments| {
        let text = arguments.text(0)?;
        arguments.text_column(|row| Some(decode(text.get(row))))
    },
};
const ENCODE: Kernel = Kernel {
    name: "kql_url_encode",
    returns: KqlType::String,
    evaluate: |arguments| {
        let text = arguments.text(0)?;
        arguments.text_column(|row| Some(encode(text.get(row))))
    },
};
const ENCODE_COMPONENT: Kernel = Kernel {
    name: "kql_url_encode_component",
    returns: KqlType::String,
    evaluate: |arguments| {
        let text = arguments.text(0)?;
        // What was a plus is `%2b` by now.
        arguments.text_column(|row| Some(encode(text.get(row)).replace('+', "%20")))
    },
};

/// The kernels of this file, for the registry.
pub(crate) const KERNELS: &[&Kernel] = &[&DECODE, &ENCODE, &ENCODE_COMPONENT];
