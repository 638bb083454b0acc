//! Functions that read what `tdigest` and `hll` keep.

use arrow::datatypes::{Float64Type, Int64Type};
use datafusion::common::Result;
use huntbook_diagnostics::Diagnostic;
use serde_json::Value;

use super::{Function, Naming};
use crate::bind::{ArgumentValue, Call};
use crate::convert::convert;
use crate::dynamic;
use crate::ir::Scalar;
use crate::kernel::Kernel;
use crate::sketch::{Digest, Distinct};
use crate::types::KqlType;

pub(crate) const PERCENTILE_TDIGEST: Function = Function {
    name: "percentile_tdigest",
    aliases: &[],
    signature: "percentile_tdigest(tdigest: dynamic, percent: real, [typeof(type)])",
    summary: "The percentile of the values of a `tdigest`, as dynamic or as the type given.",
    naming: Naming::Prefix("percentile_tdigest"),
    bind: |call| {
        call.arity(2..=3)?;
        let arguments = vec![call.dynamic(0)?, call.typed(1, KqlType::Real)?];
        let value = Scalar::kernel(&PERCENTILE, arguments);
        match call.arguments.get(2).map(|argument| &argument.value) {
            None => Ok(value),
            Some(ArgumentValue::Type(kind)) => convert(value, *kind)
                .ok_or_else(|| call.wrong(2, "a type of numbers or times", &format!("`{kind}`"))),
            Some(_) => Err(call.wrong(2, "a type, such as `typeof(long)`", "a value")),
        }
    },
};

pub(crate) const PERCENTILES_ARRAY_TDIGEST: Function = Function {
    name: "percentiles_array_tdigest",
    aliases: &[],
    signature: "percentiles_array_tdigest(tdigest: dynamic, percent, ...) -> dynamic",
    summary: "An array of percentiles of the values of a `tdigest`; the percentages may be one array.",
    naming: Naming::Prefix("percentiles_array_tdigest"),
    bind: |call| {
        call.arity(2..=usize::MAX)?;
        let mut arguments = vec![call.dynamic(0)?];
        for index in 1..call.arguments.len() {
            arguments.push(call.as_dynamic(index)?);
        }
        Ok(Scalar::kernel(&PERCENTILES, arguments))
    },
};

pub(crate) const RANK_TDIGEST: Function = Function {
    name: "rank_tdigest",
    aliases: &[],
    signature: "rank_tdigest(tdigest: dynamic, value) -> real",
    summary: "How many of the values of a `tdigest` are not greater than the value.",
    naming: Naming::Numbered,
    bind: |call| rank(call, &RANK),
};

pub(crate) const PERCENTRANK_TDIGEST: Function = Function {
    name: "percentrank_tdigest",
    aliases: &[],
    signature: "percentrank_tdigest(tdigest: dynamic, value) -> real",
    summary: "How many percent of the values of a `tdigest` are not greater than the value.",
    naming: Naming::Numbered,
    bind: |call| rank(call, &PERCENTRANK),
};

pub(crate) const TDIGEST_MERGE: Function = Function {
    name: "tdigest_merge",
    aliases: &["merge_tdigest"],
    signature: "tdigest_merge(tdigest: dynamic, ...) -> dynamic",
    summary: "Several `tdigest` in one; null where they are of different types. With one argument inside of `summarize` this is the aggregate.",
    naming: Naming::Numbered,
    bind: |call| merge(call, &MERGE_DIGESTS),
};

pub(crate) const HLL_MERGE: Function = Function {
    name: "hll_merge",
    aliases: &[],
    signature: "hll_merge(hll: dynamic, ...) -> dynamic",
    summary: "Several `hll` in one. With one argument inside of `summarize` this is the aggregate.",
    naming: Naming::Numbered,
    bind: |call| merge(call, &MERGE_DISTINCT),
};

pub(crate) const DCOUNT_HLL: Function = Function {
    name: "dcount_hll",
    aliases: &[],
    signature: "dcount_hll(hll: dynamic) -> long",
    summary: "How many different values went into an `hll`.",
    naming: Naming::Numbered,
    bind: |call| {
        call.arity(1..=1)?;
        Ok(Scalar::kernel(&DCOUNT, vec![call.dynamic(0)?]))
    },
};

pub(crate) const TDIGEST_ISVALID: Function = Function {
    name: "tdigest_isvalid",
    aliases: &[],
    signature: "tdigest_isvalid(tdigest: dynamic) -> bool",
    summary: "Whether the value is what `tdigest` gives.",
    naming: Naming::Numbered,
    bind: |call| {
        call.arity(1..=1)?;
        Ok(Scalar::kernel(&IS_DIGEST, vec![call.dynamic(0)?]))
    },
};

pub(crate) const HLL_ISVALID: Function = Function {
    name: "hll_isvalid",
    aliases: &[],
    signature: "hll_isvalid(hll: dynamic) -> bool",
    summary: "Whether the value is what `hll` gives.",
    naming: Naming::Numbered,
    bind: |call| {
        call.arity(1..=1)?;
        Ok(Scalar::kernel(&IS_DISTINCT, vec![call.dynamic(0)?]))
    },
};

fn rank(call: &Call<'_>, kernel: &'static Kernel) -> std::result::Result<Scalar, Diagnostic> {
    call.arity(2..=2)?;
    Ok(Scalar::kernel(kernel, vec![call.dynamic(0)?, call.as_dynamic(1)?]))
}

fn merge(call: &Call<'_>, kernel: &'static Kernel) -> std::result::Result<Scalar, Diagnostic> {
    call.arity(1..=64)?;
    let all = (0..call.arguments.len()).map(|index| call.dynamic(index));
    Ok(Scalar::kernel(kernel, all.collect::<std::result::Result<_, _>>()?))
}

const PERCENTILE: Kernel = Kernel {
    name: "kql_percentile_tdigest",
    returns: KqlType::Dynamic,
    evaluate: |arguments| {
        let (digest, percent) = (arguments.text(0)?, arguments.primitive::<Float64Type>(1)?);
        arguments.text_column(|row| {
            let digest = Digest::parse(digest.value(row)?)?;
            let key = digest.percentile(percent.get(row)?)?;
            dynamic::to_cell(&digest.shown(key))
        })
    },
};
const PERCENTILES: Kernel = Kernel {
    name: "kql_percentiles_array_tdigest",
    returns: KqlType::Dynamic,
    evaluate: |arguments| {
        let all =
            (0..arguments.len()).map(|index| arguments.text(index)).collect::<Result<Vec<_>>>()?;
        arguments.text_column(|row| {
            let digest = Digest::parse(all.first()?.value(row)?)?;
            let mut found = Vec::new();
            for percent in &all[1..] {
                let percentages = match dynamic::parse(percent.value(row)?) {
                    Value::Array(items) => items,
                    other => vec![other],
                };
                for percent in percentages {
                    let key = digest.percentile(dynamic::number(&percent)?);
                    found.push(key.map_or(Value::Null, |key| digest.shown(key)));
                }
            }
            Some(Value::Array(found).to_string())
        })
    },
};
const RANK: Kernel = Kernel {
    name: "kql_rank_tdigest",
    returns: KqlType::Real,
    evaluate: |arguments| {
        let (digest, value) = (arguments.text(0)?, arguments.text(1)?);
        arguments.primitive_column::<Float64Type>(KqlType::Real, |row| {
            let value = dynamic::parse(value.value(row)?);
            Some(Digest::parse(digest.value(row)?)?.rank(&value)?.0 as f64)
        })
    },
};
const PERCENTRANK: Kernel = Kernel {
    name: "kql_percentrank_tdigest",
    returns: KqlType::Real,
    evaluate: |arguments| {
        let (digest, value) = (arguments.text(0)?, arguments.text(1)?);
        arguments.primitive_column::<Float64Type>(KqlType::Real, |row| {
            let value = dynamic::parse(value.value(row)?);
            let (rank, total) = Digest::parse(digest.value(row)?)?.rank(&value)?;
            Some(rank as f64 * 100.0 / total as f64)
        })
    },
};
const MERGE_DIGESTS: Kernel = Kernel {
    name: "kql_merge_tdigests",
    returns: KqlType::Dynamic,
    evaluate: |arguments| {
        let all =
            (0..arguments.len()).map(|index| arguments.text(index)).collect::<Result<Vec<_>>>()?;
        arguments.text_column(|row| {
            let mut digests = all.iter().filter_map(|cell| cell.value(row)).map(Digest::parse);
            let first = digests.next()??;
            digests.try_fold(first, |known, next| known.merged(next?)).map(|all| all.to_json())
        })
    },
};
const MERGE_DISTINCT: Kernel = Kernel {
    name: "kql_merge_hlls",
    returns: KqlType::Dynamic,
    evaluate: |arguments| {
        let all =
            (0..arguments.len()).map(|index| arguments.text(index)).collect::<Result<Vec<_>>>()?;
        arguments.text_column(|row| {
            let mut sketches = all.iter().filter_map(|cell| cell.value(row)).map(Distinct::parse);
            let mut first = sketches.next()??;
            for next in sketches {
                first.merge(&next?);
            }
            Some(first.write())
        })
    },
};
const DCOUNT: Kernel = Kernel {
    name: "kql_dcount_hll",
    returns: KqlType::Long,
    evaluate: |arguments| {
        let sketch = arguments.text(0)?;
        arguments.primitive_column::<Int64Type>(KqlType::Long, |row| {
            Some(Distinct::parse(sketch.value(row)?)?.count())
        })
    },
};
const IS_DIGEST: Kernel = Kernel {
    name: "kql_tdigest_isvalid",
    returns: KqlType::Bool,
    evaluate: |arguments| {
        let digest = arguments.text(0)?;
        arguments.bool_column(|row| Some(digest.value(row).and_then(Digest::parse).is_some()))
    },
};
const IS_DISTINCT: Kernel = Kernel {
    name: "kql_hll_isvalid",
    returns: KqlType::Bool,
    evaluate: |arguments| {
        let sketch = arguments.text(0)?;
        arguments.bool_column(|row| Some(sketch.value(row).and_then(Distinct::parse).is_some()))
    },
};

/// The kernels of this file, for the registry.
pub(crate) const KERNELS: &[&Kernel] = &[
    &PERCENTILE,
    &PERCENTILES,
    &RANK,
    &PERCENTRANK,
    &MERGE_DIGESTS,
    &MERGE_DISTINCT,
    &DCOUNT,
    &IS_DIGEST,
    &IS_DISTINCT,
];
