//! The aggregates of `summarize`: one file an aggregate or a family, one line of [`AGGREGATES`] each.
//!
//! # Brief overview
//!
//! An [`Aggregate`] is what the user writes. It binds to an [`Accumulation`], which is what runs: one that
//! DataFusion has natively, or one of ours.

pub(crate) mod arg_max;
mod avg;
mod best_rows;
mod binary_all;
mod buildschema;
pub(crate) mod count;
mod dcount;
mod distinct_texts;
pub(crate) mod extremes;
mod hll;
mod make_bag;
mod make_list;
mod max;
mod merged;
mod percentile;
mod quantiles;
mod schema;
mod sum;
pub(crate) mod take_any;
mod tdigest;
#[cfg(test)]
mod tests;
mod variance;
mod wide_sum;

use std::fmt;

use datafusion::logical_expr::expr::AggregateFunction;
use datafusion::logical_expr::{AggregateUDF, Expr, SortExpr};
use huntbook_diagnostics::Diagnostic;
use std::sync::Arc;

use crate::bind::{BoundAggregate, Call};
use crate::functions::Naming;

use extremes::Kept;
use merged::Merged;
use quantiles::Form;

pub(crate) use distinct_texts::distinct_texts;
pub(crate) use make_list::{make_list, make_set};

/// An aggregate of KQL.
#[derive(Debug)]
pub(crate) struct Aggregate {
    pub(crate) name: &'static str,
    /// Other names of the same aggregate.
    pub(crate) aliases: &'static [&'static str],
    /// Parameters and result, as the reference page shows them.
    pub(crate) signature: &'static str,
    /// What comes back, in a sentence or two.
    pub(crate) summary: &'static str,
    /// How a column of this aggregate is named.
    pub(crate) naming: Naming,
    /// Checks a call and gives its meaning.
    pub(crate) bind: fn(&Call<'_>) -> Result<BoundAggregate, Diagnostic>,
}

/// What runs over the rows of a group.
pub(crate) struct Accumulation {
    /// The DataFusion aggregate.
    pub(crate) function: fn() -> Arc<AggregateUDF>,
    /// Whether equal arguments count once.
    pub(crate) distinct: bool,
    /// Whether the order of the rows shows in the result.
    pub(crate) ordered: bool,
    /// Whether the result is a struct with one field for each output.
    pub(crate) structured: bool,
}

impl Accumulation {
    /// One value from any order of rows.
    pub(crate) const fn plain(function: fn() -> Arc<AggregateUDF>) -> Self {
        Self { function, distinct: false, ordered: false, structured: false }
    }

    /// The call as a DataFusion expression.
    pub(crate) fn call(
        &self,
        arguments: Vec<Expr>,
        filter: Option<Expr>,
        order: Vec<SortExpr>,
    ) -> Expr {
        let order = if self.ordered { order } else { Vec::new() };
        Expr::AggregateFunction(AggregateFunction::new_udf(
            (self.function)(),
            arguments,
            self.distinct,
            filter.map(Box::new),
            order,
            None,
        ))
    }
}

impl fmt::Debug for Accumulation {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str((self.function)().name())
    }
}

/// Every aggregate.
pub(crate) const AGGREGATES: &[&Aggregate] = &[
    &count::COUNT_FUNCTION,
    &count::COUNTIF,
    &dcount::DCOUNT,
    &dcount::DCOUNTIF,
    &dcount::COUNT_DISTINCT,
    &dcount::COUNT_DISTINCTIF,
    &sum::SUM,
    &sum::SUMIF,
    &max::MAX,
    &max::MAXIF,
    &max::MIN,
    &max::MINIF,
    &avg::AVG,
    &avg::AVGIF,
    &variance::STDEV,
    &variance::STDEVP,
    &variance::STDEVIF,
    &variance::VARIANCE,
    &variance::VARIANCEP,
    &variance::VARIANCEIF,
    &variance::VARIANCEPIF,
    &variance::COVARIANCE,
    &variance::COVARIANCEP,
    &variance::COVARIANCEIF,
    &variance::COVARIANCEPIF,
    &percentile::PERCENTILE,
    &percentile::PERCENTILES,
    &percentile::PERCENTILEW,
    &percentile::PERCENTILESW,
    &percentile::PERCENTILES_ARRAY,
    &percentile::PERCENTILESW_ARRAY,
    &tdigest::TDIGEST,
    &tdigest::TDIGEST_MERGE,
    &hll::HLL,
    &hll::HLL_IF,
    &hll::HLL_MERGE,
    &binary_all::BINARY_ALL_AND,
    &binary_all::BINARY_ALL_OR,
    &binary_all::BINARY_ALL_XOR,
    &make_list::MAKE_LIST,
    &make_list::MAKE_LIST_IF,
    &make_list::MAKE_LIST_WITH_NULLS,
    &make_list::MAKE_SET,
    &make_list::MAKE_SET_IF,
    &make_bag::MAKE_BAG,
    &make_bag::MAKE_BAG_IF,
    &buildschema::BUILDSCHEMA,
    &arg_max::ARG_MAX,
    &arg_max::ARG_MIN,
    &arg_max::ARGMAX,
    &arg_max::ARGMIN,
    &take_any::TAKE_ANY,
    &take_any::TAKE_ANYIF,
];

/// What runs behind them where DataFusion has nothing that does, for the registry.
pub(crate) const OWN: &[fn() -> Arc<AggregateUDF>] = &[
    || extremes::keep(Kept::Greatest),
    || extremes::keep(Kept::Least),
    || extremes::keep(Kept::Any),
    distinct_texts,
    make_list::LIST.function,
    make_list::LIST_WITH_NULLS.function,
    make_list::SET.function,
    make_bag::BAG.function,
    || quantiles::quantiles(Form::Columns),
    || quantiles::quantiles(Form::List),
    || quantiles::quantiles(Form::Digest),
    || merged::merged(Merged::Values),
    || merged::merged(Merged::Sketches),
    || merged::merged(Merged::Digests),
    || merged::merged(Merged::Schema),
    || wide_sum::wide(wide_sum::Wanted::Sum),
    || wide_sum::wide(wide_sum::Wanted::Mean),
];

/// The aggregate of this name or alias; case counts.
pub(crate) fn find(name: &str) -> Option<&'static Aggregate> {
    AGGREGATES
        .iter()
        .find(|aggregate| aggregate.name == name || aggregate.aliases.contains(&name))
        .copied()
}

/// All names and aliases.
pub(crate) fn names() -> impl Iterator<Item = &'static str> {
    AGGREGATES.iter().flat_map(|aggregate| {
        std::iter::once(aggregate.name).chain(aggregate.aliases.iter().copied())
    })
}
