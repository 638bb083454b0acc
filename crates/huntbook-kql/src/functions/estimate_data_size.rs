//! `estimate_data_size`: how many bytes the values of a row take.

use arrow::datatypes::Int64Type;
use huntbook_diagnostics::Diagnostic;

use super::{Function, Naming};
use crate::bind::{ArgumentValue, Call};
use crate::convert::convert;
use crate::ir::Scalar;
use crate::kernel::Kernel;
use crate::types::KqlType;

pub(crate) const ESTIMATE_DATA_SIZE: Function = Function {
    name: "estimate_data_size",
    aliases: &[],
    signature: "estimate_data_size(column, ...) -> long",
    summary: "The bytes that the values take together: of a text its UTF-8, of a dynamic value its JSON, of others what their type takes. `*` stands for all columns.",
    naming: Naming::Numbered,
    bind,
};

fn bind(call: &Call<'_>) -> Result<Scalar, Diagnostic> {
    call.arity(1..=usize::MAX)?;
    let mut fixed = 0;
    let mut texts = Vec::new();
    let mut add = |value: Scalar| match value.kind {
        KqlType::Bool => fixed += 1,
        KqlType::Int => fixed += 4,
        KqlType::Decimal | KqlType::Guid => fixed += 16,
        KqlType::String | KqlType::Dynamic => texts.push(value),
        KqlType::Long | KqlType::Real | KqlType::Datetime | KqlType::Timespan => fixed += 8,
    };
    for (index, argument) in call.arguments.iter().enumerate() {
        if let ArgumentValue::Star = argument.value {
            call.columns.iter().for_each(|column| add(Scalar::column(&*column.name, column.kind)));
        } else {
            add(call.scalar(index)?);
        }
    }
    let texts = texts.into_iter().filter_map(|text| match text.kind {
        // The cells of a dynamic column are its JSON.
        KqlType::Dynamic => Some(Scalar { kind: KqlType::String, ..text }),
        _ => convert(text, KqlType::String),
    });
    let arguments = std::iter::once(Scalar::long(fixed)).chain(texts).collect();
    Ok(Scalar::kernel(&SIZE, arguments))
}

const SIZE: Kernel = Kernel {
    name: "kql_estimate_data_size",
    returns: KqlType::Long,
    evaluate: |arguments| {
        let fixed = arguments.primitive::<Int64Type>(0)?;
        let texts = (1..arguments.len())
            .map(|index| arguments.text(index))
            .collect::<Result<Vec<_>, _>>()?;
        arguments.primitive_column::<Int64Type>(KqlType::Long, |row| {
            let text: usize = texts.iter().map(|text| text.get(row).len()).sum();
            Some(fixed.get(row)? + text as i64)
        })
    },
};

/// The kernels of this file, for the registry.
pub(crate) const KERNELS: &[&Kernel] = &[&SIZE];
