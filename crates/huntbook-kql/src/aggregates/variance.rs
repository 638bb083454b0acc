//! `variance`, `stdev`, `covariance` and their kin: of a sample, of a whole population (`p`), over some rows (`if`).

use datafusion::functions_aggregate::covariance::{covar_pop_udaf, covar_samp_udaf};
use datafusion::functions_aggregate::stddev::{stddev_pop_udaf, stddev_udaf};
use datafusion::functions_aggregate::variance::{var_pop_udaf, var_samp_udaf};
use huntbook_diagnostics::Diagnostic;

use super::{Accumulation, Aggregate};
use crate::bind::{BoundAggregate, Call};
use crate::functions::Naming;
use crate::ir::{Node, Scalar, Value};
use crate::types::KqlType;

const DEVIATION: Accumulation = Accumulation::plain(stddev_udaf);
const DEVIATION_OF_ALL: Accumulation = Accumulation::plain(stddev_pop_udaf);
const VARIANCE_OF_SAMPLE: Accumulation = Accumulation::plain(var_samp_udaf);
const VARIANCE_OF_ALL: Accumulation = Accumulation::plain(var_pop_udaf);
const TOGETHER: Accumulation = Accumulation::plain(covar_samp_udaf);
const TOGETHER_OF_ALL: Accumulation = Accumulation::plain(covar_pop_udaf);

macro_rules! spreads {
    ($($constant:ident, $name:literal, $count:literal $(if $condition:ident)?, $accumulation:ident, $signature:literal, $summary:literal;)+) => {
        $(pub(crate) const $constant: Aggregate = Aggregate {
            name: $name,
            aliases: &[],
            signature: $signature,
            summary: $summary,
            naming: Naming::Prefix($name),
            bind: |call| {
                let conditions = <[&str]>::len(&[$(stringify!($condition))?]);
                call.arity($count + conditions..=$count + conditions)?;
                let bound = spread(call, $count, &$accumulation)?;
                $(let $condition = call.boolean($count)?;
                let bound = bound.filtered($condition);)?
                Ok(bound)
            },
        };)+
    };
}

spreads! {
    STDEV, "stdev", 1, DEVIATION, "stdev(value: real) -> real",
        "The standard deviation of the values as a sample; 0 of fewer than two.";
    STDEVP, "stdevp", 1, DEVIATION_OF_ALL, "stdevp(value: real) -> real",
        "The standard deviation of the values as a whole population.";
    VARIANCE, "variance", 1, VARIANCE_OF_SAMPLE, "variance(value: real) -> real",
        "The variance of the values as a sample; 0 of fewer than two.";
    VARIANCEP, "variancep", 1, VARIANCE_OF_ALL, "variancep(value: real) -> real",
        "The variance of the values as a whole population.";
    COVARIANCE, "covariance", 2, TOGETHER, "covariance(value: real, value: real) -> real",
        "The covariance of two values as samples; 0 of fewer than two rows.";
    COVARIANCEP, "covariancep", 2, TOGETHER_OF_ALL, "covariancep(value: real, value: real) -> real",
        "The covariance of two values as whole populations.";
    STDEVIF, "stdevif", 1 if condition, DEVIATION, "stdevif(value: real, condition: bool) -> real",
        "The standard deviation of a sample over the rows for which the condition is true.";
    VARIANCEIF, "varianceif", 1 if condition, VARIANCE_OF_SAMPLE, "varianceif(value: real, condition: bool) -> real",
        "The variance of a sample over the rows for which the condition is true.";
    VARIANCEPIF, "variancepif", 1 if condition, VARIANCE_OF_ALL, "variancepif(value: real, condition: bool) -> real",
        "The variance of a whole population over the rows for which the condition is true.";
    COVARIANCEIF, "covarianceif", 2 if condition, TOGETHER, "covarianceif(value: real, value: real, condition: bool) -> real",
        "The covariance of samples over the rows for which the condition is true.";
    COVARIANCEPIF, "covariancepif", 2 if condition, TOGETHER_OF_ALL, "covariancepif(value: real, value: real, condition: bool) -> real",
        "The covariance of whole populations over the rows for which the condition is true.";
}

fn spread(
    call: &Call<'_>,
    count: usize,
    accumulation: &'static Accumulation,
) -> Result<BoundAggregate, Diagnostic> {
    let values: Vec<Scalar> =
        (0..count).map(|index| call.typed(index, KqlType::Real)).collect::<Result<_, _>>()?;
    let mut name = call.prefixed(call.name);
    for argument in &call.arguments[1..count] {
        name = format!("{name}_{}", argument.suggestion.as_deref().unwrap_or_default());
    }
    let bound = BoundAggregate::single(accumulation, values, KqlType::Real, name);
    Ok(bound.finished(|spread| {
        let zero = Scalar::literal(Value::Real(0.0), KqlType::Real);
        Scalar { node: Node::Coalesce(vec![spread, zero]), kind: KqlType::Real }
    }))
}
