//! Casts between the types of KQL: what `tostring`, `tolong` and their kin do. A cast that fails is null.

use arrow::array::ArrayRef;
use arrow::datatypes::{
    Decimal256Type, DurationNanosecondType, Float64Type, Int32Type, Int64Type,
    TimestampNanosecondType, i256,
};
use datafusion::common::Result;
use serde_json::Value as Json;

use crate::decimal;
use crate::dynamic;
use crate::ir::{Node, Scalar, Value};
use crate::kernel::{Arguments, Kernel};
use crate::time::{TICK, format_datetime, format_timespan, parse_datetime, parse_timespan};
use crate::types::KqlType;

/// Ticks from 0001-01-01 to 1970-01-01.
pub(crate) const TICKS_TO_EPOCH: i64 = 621_355_968_000_000_000;

/// `value` cast to `to`, or `None` where KQL has no such cast.
pub(crate) fn convert(value: Scalar, to: KqlType) -> Option<Scalar> {
    use KqlType::{Bool, Datetime, Decimal, Dynamic, Guid, Int, Long, Real, String, Timespan};
    if value.kind == to {
        return Some(value);
    }
    if value.is_null_literal() {
        return Some(Scalar::null(to));
    }
    if let Some(folded) = value.as_literal().and_then(|literal| fold(literal, value.kind, to)) {
        return Some(folded);
    }
    let kernel = match (value.kind, to) {
        (Int, Long | Real) | (Long, Real) => {
            return Some(Scalar { node: Node::Cast(Box::new(value)), kind: to });
        }
        (Bool, String) => &BOOL_TO_STRING,
        (Int, String) => &INT_TO_STRING,
        (Long, String) => &LONG_TO_STRING,
        (Real, String) => &REAL_TO_STRING,
        (Datetime, String) => &DATETIME_TO_STRING,
        (Timespan, String) => &TIMESPAN_TO_STRING,
        (Guid, String) => &GUID_TO_STRING,
        (Dynamic, String) => &DYNAMIC_TO_STRING,
        (Decimal, String) => &DECIMAL_TO_STRING,
        (Decimal, Long) => &DECIMAL_TO_LONG,
        (Decimal, Real) => &DECIMAL_TO_REAL,
        (Decimal, Bool) => &DECIMAL_TO_BOOL,
        (Decimal, Dynamic) => &DECIMAL_TO_DYNAMIC,
        (Decimal, Int) => return convert(convert(value, Long)?, Int),
        (Long, Decimal) => &LONG_TO_DECIMAL,
        (Real, Decimal) => &REAL_TO_DECIMAL,
        (String, Decimal) => &STRING_TO_DECIMAL,
        (Dynamic, Decimal) => &DYNAMIC_TO_DECIMAL,
        (Bool, Long) => &BOOL_TO_LONG,
        (Long, Int) => &LONG_TO_INT,
        (Real, Int) => &REAL_TO_INT,
        (Real, Long) => &REAL_TO_LONG,
        (String, Int) => &STRING_TO_INT,
        (String, Long) => &STRING_TO_LONG,
        (String, Real) => &STRING_TO_REAL,
        (Dynamic, Int) => &DYNAMIC_TO_INT,
        (Dynamic, Long) => &DYNAMIC_TO_LONG,
        (Dynamic, Real) => &DYNAMIC_TO_REAL,
        (Datetime, Long) => &DATETIME_TO_LONG,
        (Timespan, Long) => &TIMESPAN_TO_LONG,
        (Long, Bool) => &LONG_TO_BOOL,
        (Real, Bool) => &REAL_TO_BOOL,
        (String, Bool) => &STRING_TO_BOOL,
        (Dynamic, Bool) => &DYNAMIC_TO_BOOL,
        (String, Datetime) => &STRING_TO_DATETIME,
        (Dynamic, Datetime) => &DYNAMIC_TO_DATETIME,
        (Long, Datetime) => &LONG_TO_DATETIME,
        (Bool, Int | Real | Decimal) | (Int, Bool | Datetime | Timespan | Dynamic | Decimal) => {
            return convert(convert(value, Long)?, to);
        }
        (String, Timespan) => &STRING_TO_TIMESPAN,
        (Dynamic, Timespan) => &DYNAMIC_TO_TIMESPAN,
        (Long, Timespan) => &LONG_TO_TIMESPAN,
        (String, Guid) => &STRING_TO_GUID,
        (Dynamic, Guid) => &DYNAMIC_TO_GUID,
        (Bool, Dynamic) => &BOOL_TO_DYNAMIC,
        (Long, Dynamic) => &LONG_TO_DYNAMIC,
        (Real, Dynamic) => &REAL_TO_DYNAMIC,
        (String, Dynamic) => &STRING_TO_DYNAMIC,
        (Datetime, Dynamic) => &DATETIME_TO_DYNAMIC,
        (Timespan, Dynamic) => &TIMESPAN_TO_DYNAMIC,
        (Guid, Dynamic) => &GUID_TO_DYNAMIC,
        _ => return None,
    };
    Some(Scalar::kernel(kernel, vec![value]))
}

/// A dynamic value as a whole number to compare with: null where it has a fraction.
pub(crate) fn exact_long(value: Scalar, to: KqlType) -> Scalar {
    let exact = Scalar::kernel(&DYNAMIC_TO_EXACT_LONG, vec![value]);
    if to == KqlType::Int { Scalar::kernel(&LONG_TO_INT, vec![exact]) } else { exact }
}

/// The cast of a constant, for the casts that the binder itself looks through.
fn fold(literal: &Value, from: KqlType, to: KqlType) -> Option<Scalar> {
    let value = match (literal, to) {
        (Value::Int(number), KqlType::Long) => Value::Long(i64::from(*number)),
        (Value::Int(number), KqlType::Real) => Value::Real(f64::from(*number)),
        (Value::Long(number), KqlType::Int) => {
            i32::try_from(*number).map_or(Value::Null, Value::Int)
        }
        (Value::Long(number), KqlType::Real) => Value::Real(*number as f64),
        (Value::Int(number), KqlType::Decimal) => {
            Value::Decimal(decimal::from_long(i64::from(*number)))
        }
        (Value::Long(number), KqlType::Decimal) => Value::Decimal(decimal::from_long(*number)),
        (Value::Real(number), KqlType::Decimal) => {
            decimal::from_real(*number).map_or(Value::Null, Value::Decimal)
        }
        (Value::Text(text), KqlType::Decimal) if from == KqlType::String => {
            decimal::parse(text).map_or(Value::Null, Value::Decimal)
        }
        (Value::Text(text), KqlType::Dynamic) if from == KqlType::String => {
            Value::Text(dynamic::quote(text))
        }
        (Value::Text(text), KqlType::String) if from == KqlType::Dynamic => {
            Value::Text(dynamic::to_plain_text(&dynamic::parse(text)))
        }
        (Value::Text(text), KqlType::Guid) if from == KqlType::String => {
            parse_guid(text).map_or(Value::Null, Value::Text)
        }
        (Value::Text(text), KqlType::Datetime) if from == KqlType::String => {
            parse_datetime(text).map_or(Value::Null, Value::Datetime)
        }
        (Value::Text(text), KqlType::Long) if from == KqlType::String => {
            parse_long(text).map_or(Value::Null, Value::Long)
        }
        (Value::Text(text), KqlType::Int) if from == KqlType::String => {
            let number = parse_long(text).and_then(|number| i32::try_from(number).ok());
            number.map_or(Value::Null, Value::Int)
        }
        (Value::Text(text), KqlType::Bool) if from == KqlType::String => {
            parse_bool(text).map_or(Value::Null, Value::Bool)
        }
        (Value::Long(number), KqlType::String | KqlType::Dynamic) => {
            Value::Text(number.to_string())
        }
        (Value::Int(number), KqlType::String | KqlType::Dynamic) => Value::Text(number.to_string()),
        (Value::Bool(flag), KqlType::Dynamic) => Value::Text(flag.to_string()),
        _ => return None,
    };
    Some(Scalar::literal(value, to))
}

/// The usual form of a guid, lower case with hyphens; in the text hyphens may stand anywhere.
pub(crate) fn parse_guid(text: &str) -> Option<String> {
    let digits: String = text.trim().chars().filter(|character| *character != '-').collect();
    uuid::Uuid::try_parse(&digits).ok().map(|guid| guid.hyphenated().to_string())
}

/// Reads a whole number: decimal or `0x`; a real is cut to its whole part.
pub(crate) fn parse_long(text: &str) -> Option<i64> {
    let text = text.trim();
    if let Some(hex) = text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")) {
        return u64::from_str_radix(hex, 16).ok().map(u64::cast_signed);
    }
    text.parse().ok().or_else(|| real_to_long(parse_real(text)?))
}

pub(crate) fn parse_real(text: &str) -> Option<f64> {
    let text = text.trim();
    match text.to_ascii_lowercase().as_str() {
        "nan" => Some(f64::NAN),
        "inf" | "+inf" | "infinity" => Some(f64::INFINITY),
        "-inf" | "-infinity" => Some(f64::NEG_INFINITY),
        number if number.bytes().any(|byte| byte.is_ascii_alphabetic() && byte != b'e') => None,
        number => number.parse().ok(),
    }
}

/// The whole part of a number, where 64 bits hold it.
pub(crate) fn real_to_long(number: f64) -> Option<i64> {
    let whole = number.trunc();
    // 2^63 is a real exactly; one below it is the largest long.
    ((-9_223_372_036_854_775_808.0..9_223_372_036_854_775_808.0).contains(&whole))
        .then_some(whole as i64)
}

fn parse_bool(text: &str) -> Option<bool> {
    match text.trim().to_ascii_lowercase().as_str() {
        "true" => Some(true),
        "false" => Some(false),
        number => parse_long(number).map(|number| number != 0),
    }
}

/// Writes a real as KQL does: a whole number keeps `.0`.
pub(crate) fn format_real(number: f64) -> String {
    if number.is_nan() {
        "NaN".to_owned()
    } else if number.is_infinite() {
        if number > 0.0 { "Infinity".to_owned() } else { "-Infinity".to_owned() }
    } else if number != 0.0 && !(1e-5..1e15).contains(&number.abs()) {
        let text = format!("{number:e}");
        let (digits, exponent) = text.split_once('e').unwrap_or((&text, "0"));
        let (sign, exponent) =
            exponent.strip_prefix('-').map_or(('+', exponent), |rest| ('-', rest));
        format!("{digits}e{sign}{exponent:0>2}")
    } else {
        format!("{number:?}")
    }
}

/// A number as JSON: a string where JSON has no form for it.
pub(crate) fn json_real(number: f64) -> Option<String> {
    serde_json::Number::from_f64(number).map_or_else(
        || Some(dynamic::quote(&format_real(number))),
        |number| Some(number.to_string()),
    )
}

fn json_to_long(value: &Json) -> Option<i64> {
    match value {
        Json::Number(number) => number.as_i64().or_else(|| real_to_long(number.as_f64()?)),
        Json::String(text) => parse_long(text),
        Json::Bool(flag) => Some(i64::from(*flag)),
        _ => None,
    }
}

fn json_to_exact_long(value: &Json) -> Option<i64> {
    let number = json_to_long(value)?;
    let fraction = json_to_real(value).map_or(0.0, f64::fract);
    (fraction.abs() < f64::EPSILON).then_some(number)
}

fn json_to_real(value: &Json) -> Option<f64> {
    match value {
        Json::Number(number) => number.as_f64(),
        Json::String(text) => parse_real(text),
        Json::Bool(flag) => Some(f64::from(*flag)),
        _ => None,
    }
}

fn json_to_bool(value: &Json) -> Option<bool> {
    match value {
        Json::Bool(flag) => Some(*flag),
        Json::Number(number) => Some(number.as_f64()? != 0.0),
        Json::String(text) => parse_bool(text),
        _ => None,
    }
}

macro_rules! kernels {
    ($($constant:ident, $name:literal, $returns:ident, $evaluate:expr;)+) => {
        $(const $constant: Kernel =
            Kernel { name: $name, returns: KqlType::$returns, evaluate: $evaluate };)+
    };
}

kernels! {
    DECIMAL_TO_STRING, "kql_decimal_to_string", String, |arguments| {
        let value = arguments.primitive::<Decimal256Type>(0)?;
        arguments.text_column(|row| Some(value.get(row).map_or_else(String::new, decimal::format)))
    };
    DECIMAL_TO_LONG, "kql_decimal_to_long", Long, |arguments| {
        let value = arguments.primitive::<Decimal256Type>(0)?;
        arguments.primitive_column::<Int64Type>(KqlType::Long, |row| decimal::to_long(value.get(row)?))
    };
    DECIMAL_TO_REAL, "kql_decimal_to_real", Real, |arguments| {
        let value = arguments.primitive::<Decimal256Type>(0)?;
        arguments.primitive_column::<Float64Type>(KqlType::Real, |row| decimal::to_real(value.get(row)?))
    };
    DECIMAL_TO_BOOL, "kql_decimal_to_bool", Bool, |arguments| {
        let value = arguments.primitive::<Decimal256Type>(0)?;
        arguments.bool_column(|row| value.get(row).map(|number| number != i256::ZERO))
    };
    DECIMAL_TO_DYNAMIC, "kql_decimal_to_dynamic", Dynamic, |arguments| {
        // A JSON number would lose digits.
        let value = arguments.primitive::<Decimal256Type>(0)?;
        arguments.text_column(|row| value.get(row).map(|number| dynamic::quote(&decimal::format(number))))
    };
    LONG_TO_DECIMAL, "kql_long_to_decimal", Decimal, |arguments| {
        let value = arguments.primitive::<Int64Type>(0)?;
        arguments.primitive_column::<Decimal256Type>(KqlType::Decimal, |row| value.get(row).map(decimal::from_long))
    };
    REAL_TO_DECIMAL, "kql_real_to_decimal", Decimal, |arguments| {
        let value = arguments.primitive::<Float64Type>(0)?;
        arguments.primitive_column::<Decimal256Type>(KqlType::Decimal, |row| decimal::from_real(value.get(row)?))
    };
    STRING_TO_DECIMAL, "kql_string_to_decimal", Decimal, |arguments| {
        let value = arguments.text(0)?;
        arguments.primitive_column::<Decimal256Type>(KqlType::Decimal, |row| decimal::parse(value.get(row)))
    };
    DYNAMIC_TO_DECIMAL, "kql_dynamic_to_decimal", Decimal, |arguments| {
        let value = arguments.text(0)?;
        arguments.primitive_column::<Decimal256Type>(KqlType::Decimal, |row| {
            match dynamic::parse(value.value(row)?) {
                Json::Bool(flag) => Some(decimal::from_long(i64::from(flag))),
                scalar @ (Json::Number(_) | Json::String(_)) => decimal::parse(&dynamic::to_plain_text(&scalar)),
                _ => None,
            }
        })
    };
    BOOL_TO_STRING, "kql_bool_to_string", String, |arguments| {
        let value = arguments.boolean(0)?;
        // .NET's spelling, which KQL took over.
        arguments.text_column(|row| value.get(row).map(|flag| if flag { "true" } else { "false" }).or(Some("")))
    };
    INT_TO_STRING, "kql_int_to_string", String, |arguments| {
        let value = arguments.primitive::<Int32Type>(0)?;
        arguments.text_column(|row| Some(value.get(row).map_or_else(String::new, |number| number.to_string())))
    };
    LONG_TO_STRING, "kql_long_to_string", String, |arguments| {
        let value = arguments.primitive::<Int64Type>(0)?;
        arguments.text_column(|row| Some(value.get(row).map_or_else(String::new, |number| number.to_string())))
    };
    REAL_TO_STRING, "kql_real_to_string", String, |arguments| {
        let value = arguments.primitive::<Float64Type>(0)?;
        arguments.text_column(|row| Some(value.get(row).map_or_else(String::new, format_real)))
    };
    DATETIME_TO_STRING, "kql_datetime_to_string", String, |arguments| {
        let value = arguments.primitive::<TimestampNanosecondType>(0)?;
        arguments.text_column(|row| Some(value.get(row).map_or_else(String::new, format_datetime)))
    };
    TIMESPAN_TO_STRING, "kql_timespan_to_string", String, |arguments| {
        let value = arguments.primitive::<DurationNanosecondType>(0)?;
        arguments.text_column(|row| Some(value.get(row).map_or_else(String::new, format_timespan)))
    };
    GUID_TO_STRING, "kql_guid_to_string", String, |arguments| {
        let value = arguments.text(0)?;
        arguments.text_column(|row| Some(value.get(row)))
    };
    DYNAMIC_TO_STRING, "kql_dynamic_to_string", String, |arguments| {
        let value = arguments.text(0)?;
        arguments.text_column(|row| Some(dynamic::to_plain_text(&dynamic::parse(value.get(row)))))
    };
    BOOL_TO_LONG, "kql_bool_to_long", Long, |arguments| {
        let value = arguments.boolean(0)?;
        arguments.primitive_column::<Int64Type>(KqlType::Long, |row| value.get(row).map(i64::from))
    };
    LONG_TO_BOOL, "kql_long_to_bool", Bool, |arguments| {
        let value = arguments.primitive::<Int64Type>(0)?;
        arguments.bool_column(|row| value.get(row).map(|number| number != 0))
    };
    REAL_TO_BOOL, "kql_real_to_bool", Bool, |arguments| {
        let value = arguments.primitive::<Float64Type>(0)?;
        arguments.bool_column(|row| value.get(row).map(|number| number != 0.0))
    };
    LONG_TO_INT, "kql_long_to_int", Int, |arguments| {
        let value = arguments.primitive::<Int64Type>(0)?;
        arguments.primitive_column::<Int32Type>(KqlType::Int, |row| i32::try_from(value.get(row)?).ok())
    };
    REAL_TO_INT, "kql_real_to_int", Int, |arguments| {
        let value = arguments.primitive::<Float64Type>(0)?;
        arguments.primitive_column::<Int32Type>(KqlType::Int, |row| {
            i32::try_from(real_to_long(value.get(row)?)?).ok()
        })
    };
    REAL_TO_LONG, "kql_real_to_long", Long, |arguments| {
        let value = arguments.primitive::<Float64Type>(0)?;
        arguments.primitive_column::<Int64Type>(KqlType::Long, |row| real_to_long(value.get(row)?))
    };
    STRING_TO_INT, "kql_string_to_int", Int, |arguments| {
        let value = arguments.text(0)?;
        arguments.primitive_column::<Int32Type>(KqlType::Int, |row| {
            i32::try_from(parse_long(value.get(row))?).ok()
        })
    };
    STRING_TO_LONG, "kql_string_to_long", Long, |arguments| {
        let value = arguments.text(0)?;
        arguments.primitive_column::<Int64Type>(KqlType::Long, |row| parse_long(value.get(row)))
    };
    STRING_TO_REAL, "kql_string_to_real", Real, |arguments| {
        let value = arguments.text(0)?;
        arguments.primitive_column::<Float64Type>(KqlType::Real, |row| parse_real(value.get(row)))
    };
    DYNAMIC_TO_INT, "kql_dynamic_to_int", Int, |arguments| {
        let value = arguments.text(0)?;
        arguments.primitive_column::<Int32Type>(KqlType::Int, |row| {
            i32::try_from(json_to_long(&dynamic::parse(value.value(row)?))?).ok()
        })
    };
    DYNAMIC_TO_LONG, "kql_dynamic_to_long", Long, |arguments| {
        let value = arguments.text(0)?;
        arguments.primitive_column::<Int64Type>(KqlType::Long, |row| {
            json_to_long(&dynamic::parse(value.value(row)?))
        })
    };
    DYNAMIC_TO_REAL, "kql_dynamic_to_real", Real, |arguments| {
        let value = arguments.text(0)?;
        arguments.primitive_column::<Float64Type>(KqlType::Real, |row| {
            json_to_real(&dynamic::parse(value.value(row)?))
        })
    };
    DYNAMIC_TO_EXACT_LONG, "kql_dynamic_to_exact_long", Long, |arguments| {
        let value = arguments.text(0)?;
        arguments.primitive_column::<Int64Type>(KqlType::Long, |row| {
            json_to_exact_long(&dynamic::parse(value.value(row)?))
        })
    };
    DATETIME_TO_LONG, "kql_datetime_to_long", Long, |arguments| {
        let value = arguments.primitive::<TimestampNanosecondType>(0)?;
        arguments.primitive_column::<Int64Type>(KqlType::Long, |row| {
            Some(value.get(row)?.div_euclid(TICK) + TICKS_TO_EPOCH)
        })
    };
    TIMESPAN_TO_LONG, "kql_timespan_to_long", Long, |arguments| {
        let value = arguments.primitive::<DurationNanosecondType>(0)?;
        arguments.primitive_column::<Int64Type>(KqlType::Long, |row| Some(value.get(row)?.div_euclid(TICK)))
    };
    STRING_TO_BOOL, "kql_string_to_bool", Bool, |arguments| {
        let value = arguments.text(0)?;
        arguments.bool_column(|row| parse_bool(value.get(row)))
    };
    DYNAMIC_TO_BOOL, "kql_dynamic_to_bool", Bool, |arguments| {
        let value = arguments.text(0)?;
        arguments.bool_column(|row| json_to_bool(&dynamic::parse(value.value(row)?)))
    };
    STRING_TO_DATETIME, "kql_string_to_datetime", Datetime, |arguments| {
        let value = arguments.text(0)?;
        arguments.primitive_column::<TimestampNanosecondType>(KqlType::Datetime, |row| {
            parse_datetime(value.get(row))
        })
    };
    DYNAMIC_TO_DATETIME, "kql_dynamic_to_datetime", Datetime, |arguments| {
        let value = arguments.text(0)?;
        arguments.primitive_column::<TimestampNanosecondType>(KqlType::Datetime, |row| {
            match dynamic::parse(value.value(row)?) {
                Json::String(text) => parse_datetime(&text),
                Json::Number(number) => ticks_to_datetime(number.as_i64()?),
                _ => None,
            }
        })
    };
    LONG_TO_DATETIME, "kql_long_to_datetime", Datetime, |arguments| {
        let value = arguments.primitive::<Int64Type>(0)?;
        arguments.primitive_column::<TimestampNanosecondType>(KqlType::Datetime, |row| {
            ticks_to_datetime(value.get(row)?)
        })
    };
    STRING_TO_TIMESPAN, "kql_string_to_timespan", Timespan, |arguments| {
        let value = arguments.text(0)?;
        arguments.primitive_column::<DurationNanosecondType>(KqlType::Timespan, |row| {
            parse_timespan(value.get(row))
        })
    };
    DYNAMIC_TO_TIMESPAN, "kql_dynamic_to_timespan", Timespan, |arguments| {
        let value = arguments.text(0)?;
        arguments.primitive_column::<DurationNanosecondType>(KqlType::Timespan, |row| {
            match dynamic::parse(value.value(row)?) {
                Json::String(text) => parse_timespan(&text),
                Json::Number(number) => number.as_i64()?.checked_mul(TICK),
                _ => None,
            }
        })
    };
    LONG_TO_TIMESPAN, "kql_long_to_timespan", Timespan, |arguments| {
        let value = arguments.primitive::<Int64Type>(0)?;
        arguments.primitive_column::<DurationNanosecondType>(KqlType::Timespan, |row| {
            value.get(row)?.checked_mul(TICK)
        })
    };
    STRING_TO_GUID, "kql_string_to_guid", Guid, |arguments| {
        let value = arguments.text(0)?;
        arguments.text_column(|row| parse_guid(value.get(row)))
    };
    DYNAMIC_TO_GUID, "kql_dynamic_to_guid", Guid, |arguments| {
        let value = arguments.text(0)?;
        arguments.text_column(|row| parse_guid(&dynamic::to_plain_text(&dynamic::parse(value.value(row)?))))
    };
    BOOL_TO_DYNAMIC, "kql_bool_to_dynamic", Dynamic, |arguments| {
        let value = arguments.boolean(0)?;
        arguments.text_column(|row| value.get(row).map(|flag| flag.to_string()))
    };
    LONG_TO_DYNAMIC, "kql_long_to_dynamic", Dynamic, |arguments| {
        let value = arguments.primitive::<Int64Type>(0)?;
        arguments.text_column(|row| value.get(row).map(|number| number.to_string()))
    };
    REAL_TO_DYNAMIC, "kql_real_to_dynamic", Dynamic, |arguments| {
        let value = arguments.primitive::<Float64Type>(0)?;
        arguments.text_column(|row| json_real(value.get(row)?))
    };
    STRING_TO_DYNAMIC, "kql_string_to_dynamic", Dynamic, |arguments| {
        let value = arguments.text(0)?;
        arguments.text_column(|row| Some(dynamic::quote(value.get(row))))
    };
    DATETIME_TO_DYNAMIC, "kql_datetime_to_dynamic", Dynamic, |arguments| {
        let value = arguments.primitive::<TimestampNanosecondType>(0)?;
        arguments.text_column(|row| value.get(row).map(|time| dynamic::quote(&format_datetime(time))))
    };
    TIMESPAN_TO_DYNAMIC, "kql_timespan_to_dynamic", Dynamic, |arguments| {
        let value = arguments.primitive::<DurationNanosecondType>(0)?;
        arguments.text_column(|row| value.get(row).map(|span| dynamic::quote(&format_timespan(span))))
    };
    GUID_TO_DYNAMIC, "kql_guid_to_dynamic", Dynamic, |arguments| {
        let value = arguments.text(0)?;
        arguments.text_column(|row| value.value(row).map(dynamic::quote))
    };
    PARSE_JSON, "kql_parse_json", Dynamic, parse_json;
}

/// The kernel of `parse_json`: text to dynamic, the JSON made compact.
pub(crate) const fn parse_json_kernel() -> &'static Kernel {
    &PARSE_JSON
}

fn parse_json(arguments: &Arguments<'_>) -> Result<ArrayRef> {
    let value = arguments.text(0)?;
    arguments.text_column(|row| dynamic::to_cell(&dynamic::parse(value.get(row))))
}

/// The time that is `ticks` after 0001-01-01.
pub(crate) fn ticks_to_datetime(ticks: i64) -> Option<i64> {
    ticks.checked_sub(TICKS_TO_EPOCH)?.checked_mul(TICK)
}

/// The kernels of this file, for the registry.
pub(crate) const KERNELS: &[&Kernel] = &[
    &DECIMAL_TO_STRING,
    &DECIMAL_TO_LONG,
    &DECIMAL_TO_REAL,
    &DECIMAL_TO_BOOL,
    &DECIMAL_TO_DYNAMIC,
    &LONG_TO_DECIMAL,
    &REAL_TO_DECIMAL,
    &STRING_TO_DECIMAL,
    &DYNAMIC_TO_DECIMAL,
    &BOOL_TO_STRING,
    &INT_TO_STRING,
    &LONG_TO_STRING,
    &REAL_TO_STRING,
    &DATETIME_TO_STRING,
    &TIMESPAN_TO_STRING,
    &GUID_TO_STRING,
    &DYNAMIC_TO_STRING,
    &BOOL_TO_LONG,
    &LONG_TO_BOOL,
    &REAL_TO_BOOL,
    &LONG_TO_INT,
    &REAL_TO_INT,
    &REAL_TO_LONG,
    &STRING_TO_INT,
    &STRING_TO_LONG,
    &STRING_TO_REAL,
    &DYNAMIC_TO_INT,
    &DYNAMIC_TO_LONG,
    &DYNAMIC_TO_REAL,
    &DYNAMIC_TO_EXACT_LONG,
    &DATETIME_TO_LONG,
    &TIMESPAN_TO_LONG,
    &STRING_TO_BOOL,
    &DYNAMIC_TO_BOOL,
    &STRING_TO_DATETIME,
    &DYNAMIC_TO_DATETIME,
    &LONG_TO_DATETIME,
    &STRING_TO_TIMESPAN,
    &DYNAMIC_TO_TIMESPAN,
    &LONG_TO_TIMESPAN,
    &STRING_TO_GUID,
    &DYNAMIC_TO_GUID,
    &BOOL_TO_DYNAMIC,
    &LONG_TO_DYNAMIC,
    &REAL_TO_DYNAMIC,
    &STRING_TO_DYNAMIC,
    &DATETIME_TO_DYNAMIC,
    &TIMESPAN_TO_DYNAMIC,
    &GUID_TO_DYNAMIC,
    &PARSE_JSON,
];
