//! `tostring`, `tolong` and their kin: casts that give null (for text: empty) where they fail.

use huntbook_diagnostics::Diagnostic;

use super::{Function, Naming};
use crate::bind::Call;
use crate::convert::{convert, parse_json_kernel};
use crate::ir::Scalar;
use crate::kernel::Kernel;
use crate::types::KqlType;

macro_rules! casts {
    ($($constant:ident, $kind:ident $word:literal, $name:literal, [$($alias:literal),*], $summary:literal;)+) => {
        $(pub(crate) const $constant: Function = Function {
            name: $name,
            aliases: &[$($alias),*],
            signature: concat!($name, "(value) -> ", $word),
            summary: $summary,
            naming: Naming::FirstArgument,
            bind: |call| cast(call, KqlType::$kind),
        };)+
    };
}

casts! {
    TOSTRING, String "string", "tostring", [],
        "The value as text. A string inside of a dynamic value comes without quotes, other dynamic values as compact JSON; null is empty.";
    TOINT, Int "int", "toint", [], "The value as a 32-bit whole number; a real loses its fraction. Null where it is none.";
    TOLONG, Long "long", "tolong", [], "The value as a 64-bit whole number; a real loses its fraction, a time is its ticks. Null where it is none.";
    TOREAL, Real "real", "toreal", ["todouble"], "The value as a 64-bit real. Null where it is none.";
    TODECIMAL, Decimal "decimal", "todecimal", [], "The value as a decimal number of at most 38 digits before the point and 17 behind it. Null where it is none.";
    TOBOOL, Bool "bool", "tobool", ["toboolean"], "The value as a bool: `true`, `false` in any case, or a number, of which 0 is false. Null where it is none.";
    TODATETIME, Datetime "datetime", "todatetime", [], "The value as a UTC time. Null where it is none, or outside of 1677 to 2262.";
    TOTIMESPAN, Timespan "timespan", "totimespan", ["totime"], "The value as a span of time. Null where it is none.";
    TOGUID, Guid "guid", "toguid", [], "The value as a guid. Null where it is none.";
}

fn cast(call: &Call<'_>, to: KqlType) -> Result<Scalar, Diagnostic> {
    call.arity(1..=1)?;
    let value = call.scalar(0)?;
    let given = value.kind;
    convert(value, to).ok_or_else(|| {
        call.wrong(0, &format!("a value that converts to `{to}`"), &format!("`{given}`"))
    })
}

pub(crate) const PARSE_JSON: Function = Function {
    name: "parse_json",
    aliases: &["parsejson", "todynamic", "toobject"],
    signature: "parse_json(text: string) -> dynamic",
    summary: "The value that the JSON text stands for. Text that is no JSON becomes a dynamic string; empty text is null.",
    naming: Naming::FirstArgument,
    bind: |call| {
        call.arity(1..=1)?;
        let value = call.scalar(0)?;
        match value.kind {
            KqlType::Dynamic => Ok(value),
            KqlType::String => Ok(Scalar::kernel(parse_json_kernel(), vec![value])),
            _ => call.as_dynamic(0),
        }
    },
};

pub(crate) const GETTYPE: Function = Function {
    name: "gettype",
    aliases: &[],
    signature: "gettype(value) -> string",
    summary: "The name of the value's type. Of a dynamic value it is the type of what is inside, by row.",
    naming: Naming::Prefix("type"),
    bind: |call| {
        call.arity(1..=1)?;
        let value = call.scalar(0)?;
        if value.kind == KqlType::Dynamic {
            return Ok(Scalar::kernel(&DYNAMIC_TYPE, vec![value]));
        }
        Ok(Scalar::text(value.kind.name()))
    },
};

const DYNAMIC_TYPE: Kernel = Kernel {
    name: "kql_dynamic_type",
    returns: KqlType::String,
    evaluate: |arguments| {
        let value = arguments.text(0)?;
        arguments.text_column(|row| {
            Some(match value.value(row).map(crate::dynamic::parse) {
                None | Some(serde_json::Value::Null) => "null",
                Some(serde_json::Value::Bool(_)) => "bool",
                Some(serde_json::Value::Number(number)) if number.is_f64() => "double",
                Some(serde_json::Value::Number(_)) => "long",
                Some(serde_json::Value::String(_)) => "string",
                Some(serde_json::Value::Array(_)) => "array",
                Some(serde_json::Value::Object(_)) => "dictionary",
            })
        })
    },
};

/// The kernels of this file, for the registry.
pub(crate) const KERNELS: &[&Kernel] = &[&DYNAMIC_TYPE];
