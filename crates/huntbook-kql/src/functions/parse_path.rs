//! `parse_path`: the parts of a path of a file, with slashes of either kind.

use serde_json::{Value, json};

use super::{Function, Naming};
use crate::ir::Scalar;
use crate::kernel::Kernel;
use crate::types::KqlType;

pub(crate) const PARSE_PATH: Function = Function {
    name: "parse_path",
    aliases: &[],
    signature: "parse_path(path: string) -> dynamic",
    summary: "An object of Scheme, RootPath, DirectoryPath, DirectoryName, Filename, Extension and AlternateDataStreamName, each empty where the path has none.",
    naming: Naming::Numbered,
    bind: |call| {
        call.arity(1..=1)?;
        Ok(Scalar::kernel(&PARTS, vec![call.string(0)?]))
    },
};

const SLASHES: [char; 2] = ['/', '\\'];

/// The drive that the path begins with, as `C:`, also behind `\\?\`.
fn drive(path: &str) -> &str {
    let rest = path.strip_prefix(r"\\?\").unwrap_or(path);
    let bytes = rest.as_bytes();
    if bytes.len() >= 2 && bytes[0].is_ascii_alphabetic() && bytes[1] == b':' {
        &rest[..2]
    } else {
        ""
    }
}

fn parts(path: &str) -> Value {
    let is_scheme = |scheme: &str| {
        scheme.starts_with(|first: char| first.is_ascii_alphabetic())
            && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte))
    };
    let (scheme, path) =
        path.split_once("://").filter(|(scheme, _)| is_scheme(scheme)).unwrap_or(("", path));
    let root = drive(path);
    let (directory, file) = match path.rfind(SLASHES) {
        Some(slash) => (&path[..slash], &path[slash + 1..]),
        None if root.is_empty() => ("", path),
        None => path.split_at(root.len()),
    };
    let (file, stream) = file.split_once(':').unwrap_or((file, ""));
    let name = directory.rsplit(SLASHES).next().filter(|name| *name != root).unwrap_or_default();
    let extension = file.rsplit_once('.').map_or("", |(_, extension)| extension);
    json!({
        "Scheme": scheme,
        "RootPath": root,
        "DirectoryPath": directory,
        "DirectoryName": name,
        "Filename": file,
        "Extension": extension,
        "AlternateDataStreamName": stream,
    })
}

const PARTS: Kernel = Kernel {
    name: "kql_parse_path",
    returns: KqlType::Dynamic,
    evaluate: |arguments| {
        let path = arguments.text(0)?;
        arguments.text_column(|row| Some(parts(path.get(row)).to_string()))
    },
};

/// The kernels of this file, for the registry.
pub(crate) const KERNELS: &[&Kernel] = &[&PARTS];
