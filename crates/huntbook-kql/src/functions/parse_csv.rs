//! `parse_csv`: the first record of a CSV text.

use serde_json::Value;

use super::{Function, Naming};
use crate::ir::Scalar;
use crate::kernel::Kernel;
use crate::types::KqlType;

pub(crate) const PARSE_CSV: Function = Function {
    name: "parse_csv",
    aliases: &[],
    signature: "parse_csv(text: string) -> dynamic",
    summary: "The fields of the text's first CSV record (RFC 4180) as a list of strings.",
    naming: Naming::FirstArgument,
    bind: |call| {
        call.arity(1..=1)?;
        Ok(Scalar::kernel(&FIELDS, vec![call.string(0)?]))
    },
};

fn fields(text: &str) -> Value {
    let mut reader =
        csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
    let mut record = csv::StringRecord::new();
    match reader.read_record(&mut record) {
        Ok(true) => record.iter().map(Value::from).collect(),
        // Empty text is one empty field.
        _ => Value::Array(vec![Value::from("")]),
    }
}

const FIELDS: Kernel = Kernel {
    name: "kql_parse_csv",
    returns: KqlType::Dynamic,
    evaluate: |arguments| {
        let text = arguments.text(0)?;
        arguments.text_column(|row| Some(fields(text.get(row)).to_string()))
    },
};

/// The kernels of this file, for the registry.
pub(crate) const KERNELS: &[&Kernel] = &[&FIELDS];
