//! `parse_url`, `parse_urlquery`: the parts of a URL.

use serde_json::{Map, Value};

use super::{Function, Naming, url::decode};
use crate::ir::Scalar;
use crate::kernel::Kernel;
use crate::types::KqlType;

pub(crate) const PARSE_URL: Function = Function {
    name: "parse_url",
    aliases: &["parseurl"],
    signature: "parse_url(url: string) -> dynamic",
    summary: "An object of Scheme, Host, Port, Path, Username, Password, `Query Parameters` and Fragment, each empty where the URL has none.",
    naming: Naming::Numbered,
    bind: |call| {
        call.arity(1..=1)?;
        Ok(Scalar::kernel(&PARTS, vec![call.string(0)?]))
    },
};

pub(crate) const PARSE_URLQUERY: Function = Function {
    name: "parse_urlquery",
    aliases: &["parseurlquery"],
    signature: "parse_urlquery(query: string) -> dynamic",
    summary: "An object whose `Query Parameters` holds the names and values of the query of a URL.",
    naming: Naming::Numbered,
    bind: |call| {
        call.arity(1..=1)?;
        Ok(Scalar::kernel(&QUERY, vec![call.string(0)?]))
    },
};

const QUERY: Kernel = Kernel {
    name: "kql_parse_urlquery",
    returns: KqlType::Dynamic,
    evaluate: |arguments| {
        let text = arguments.text(0)?;
        arguments.text_column(|row| {
            let query = text.get(row);
            let query = query.strip_prefix('?').unwrap_or(query);
            Some(serde_json::json!({ "Query Parameters": parameters(query) }).to_string())
        })
    },
};

/// The names and values of the query of a URL.
fn parameters(query: &str) -> Map<String, Value> {
    let pairs = query.split('&').filter(|pair| !pair.is_empty());
    pairs
        .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
        .map(|(key, value)| (decode(key), Value::from(decode(value))))
        .collect()
}

const PARTS: Kernel = Kernel {
    name: "kql_parse_url",
    returns: KqlType::Dynamic,
    evaluate: |arguments| {
        let text = arguments.text(0)?;
        arguments.text_column(|row| Some(parts(text.get(row)).to_string()))
    },
};

fn parts(url: &str) -> Value {
    let (rest, fragment) = url.split_once('#').unwrap_or((url, ""));
    let (rest, query) = rest.split_once('?').unwrap_or((rest, ""));
    let (scheme, rest) = rest.split_once("://").unwrap_or(("", rest));
    let (authority, path) = rest.find('/').map_or((rest, ""), |slash| rest.split_at(slash));
    let (user, address) = authority.rsplit_once('@').unwrap_or(("", authority));
    let (username, password) = user.split_once(':').unwrap_or((user, ""));
    let (host, port) = match address.rsplit_once(':') {
        Some((host, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => (host, port),
        _ => (address, ""),
    };
    serde_json::json!({
        "Scheme": scheme,
        "Host": host,
        "Port": port,
        "Path": path,
        "Username": username,
        "Password": password,
        "Query Parameters": parameters(query),
        "Fragment": fragment,
    })
}

/// The kernels of this file, for the registry.
pub(crate) const KERNELS: &[&Kernel] = &[&QUERY, &PARTS];
