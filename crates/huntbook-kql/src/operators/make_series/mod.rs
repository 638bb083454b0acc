//! `make-series n = count() default = 0 on t from a to b step c by k`: arrays of aggregates over the bins of an axis.
//!
//! With `from` the bins count from there, else from the axis' zero as those of `bin`. Without `from` or `to` a series
//! begins or ends with the first or last bin that has rows. `in range(a, b, c)` includes the bin of `b`.

mod kernels;

use huntbook_diagnostics::{Diagnostic, Span};
use huntbook_kql_syntax::ast::{Expr, NamedExpr, Operator, SeriesAggregate, SeriesRange};

use super::options::Options;
use super::summarize;
use crate::aggregates::make_list;
use crate::bind::{Binder, Names, Row, Scope, implicit, suggestion};
use crate::codes;
use crate::convert::convert;
use crate::ir::{Column, Comparison, HIDDEN, Relation, Scalar, Value};
use crate::types::KqlType;

pub(crate) use kernels::KERNELS;

pub(crate) fn bind(
    binder: &mut Binder<'_>,
    input: Relation,
    aggregates: &[SeriesAggregate],
    axis: &NamedExpr,
    range: &SeriesRange,
    (by, operator): (&[NamedExpr], &Operator),
    scope: &Scope,
) -> Option<Relation> {
    let mut options = Options::new("make-series", &operator.parameters);
    let is_nonempty = options.word("kind", &["nonempty"]).is_some();
    options.finish(binder)?;
    let mut names = Names::default();
    let row = Row::of(&input, scope);
    let keys = summarize::keys(binder, row, by, &mut names);
    let (values, calls) = binder.collecting(|binder| {
        let mut values = Vec::with_capacity(aggregates.len());
        for aggregate in aggregates {
            let outputs = summarize::outputs(binder, row, &aggregate.column, &mut names)?;
            for (name, value) in outputs {
                values.push((name, value, aggregate.default.as_ref()));
            }
        }
        Some(values)
    });
    let axis_value = binder.scalar(&axis.value, row);
    let bins = bins(binder, axis_value?, axis.value.span, range, scope)?;
    let (keys, values) = (keys?, values?);
    let axis_name = match axis.names.first() {
        Some(name) => names.invent(Some(name.name.clone())),
        None => names.invent(suggestion(&axis.value)),
    };
    // First the aggregates of each bin.
    let index = Column::new(format!("{HIDDEN}bin"), KqlType::Long);
    let mut inside = bins.index.clone().is_null().not();
    for (bound, comparison) in
        [(&bins.first, Comparison::GreaterEqual), (&bins.last, Comparison::LessEqual)]
    {
        if let Some(bound) = bound {
            inside = inside.and(Scalar::compare(comparison, bins.index.clone(), bound.clone()));
        }
    }
    let parts = super::part_values(&input);
    let grouping: Vec<(String, Scalar)> = parts.into_iter().chain(keys).collect();
    let own = |grouping: &[(String, Scalar)]| -> Vec<(String, Scalar)> {
        let column = |(name, value): &(String, Scalar)| {
            (name.clone(), Scalar::column(name.clone(), value.kind))
        };
        grouping.iter().map(column).collect()
    };
    let binned = grouping.iter().cloned().chain([(index.name.clone(), bins.index)]).collect();
    let input = Relation::filter(binder.with_windows(input), inside);
    let grouped = Relation::aggregate(input, binned, calls);
    // Then each of them as a list of pairs of bin and value.
    let mut pairs = own(&grouping);
    let mut lists = Vec::with_capacity(values.len());
    let mut series = Vec::with_capacity(values.len());
    for (position, (name, value, default)) in values.into_iter().enumerate() {
        let default = default_of(binder, default, value.kind, scope)?;
        let dynamic = |value: Scalar, span: Span, binder: &mut Binder<'_>| {
            let given = value.kind;
            let converted = convert(value, KqlType::Dynamic);
            if converted.is_none() {
                let message = format!("a series does not hold values of type `{given}`");
                let code = codes::WRONG_ARGUMENT_TYPE;
                binder.report(Diagnostic::error(code, message).at(span));
            }
            converted
        };
        let value = dynamic(value, operator.keyword, binder)?;
        let default = dynamic(default, operator.keyword, binder)?;
        let pair = Column::new(format!("{HIDDEN}pair.{position}"), KqlType::Dynamic);
        let both = Scalar::kernel(&kernels::PAIR, vec![index.value(), value]);
        pairs.push((pair.name.clone(), both));
        let list = Column::new(format!("{HIDDEN}list.{position}"), KqlType::Dynamic);
        lists.push(make_list(pair.value(), list.clone()));
        series.push((name, list.value(), default));
    }
    let grouped = Relation::project(grouped, pairs);
    let grouped = Relation::aggregate(grouped, own(&grouping), lists);
    let bound = |bound: Option<Scalar>| bound.unwrap_or_else(|| Scalar::null(KqlType::Long));
    let (first, last) = (bound(bins.first), bound(bins.last));
    let (_, some_list, _) = series.first()?.clone();
    let mut result = own(&grouping);
    for (name, list, default) in series {
        let arguments = vec![list, first.clone(), last.clone(), default];
        result.push((name, Scalar::kernel(&kernels::FILL, arguments)));
    }
    let kind = Scalar::text(bins.kind.name());
    let arguments = vec![some_list.clone(), first, last, bins.base, bins.step, kind];
    let kernel = if bins.kind == KqlType::Real { &kernels::AXIS_REAL } else { &kernels::AXIS };
    result.push((axis_name, Scalar::kernel(kernel, arguments)));
    let grouped = if is_nonempty {
        grouped
    } else {
        let text = convert(some_list, KqlType::String)?;
        let filled = Scalar::compare(Comparison::NotEqual, text, Scalar::text("[]"));
        Relation::filter(grouped, filled)
    };
    Some(Relation::project(grouped, result))
}

/// The value of a bin without rows.
fn default_of(
    binder: &mut Binder<'_>,
    default: Option<&Expr>,
    kind: KqlType,
    scope: &Scope,
) -> Option<Scalar> {
    let Some(written) = default else {
        return Some(match kind {
            KqlType::Int | KqlType::Long => Scalar::long(0),
            KqlType::Real => Scalar::literal(Value::Real(0.0), kind),
            KqlType::Timespan => Scalar::literal(Value::Timespan(0), kind),
            _ => Scalar::null(KqlType::Dynamic),
        });
    };
    let value = binder.scalar(written, Row::new(&[], scope))?;
    // A whole number among reals is written as a real.
    Some(implicit(value.clone(), kind).unwrap_or(value))
}

/// The bins of the axis.
struct Bins {
    /// The type of the axis.
    kind: KqlType,
    /// The number of a row's bin.
    index: Scalar,
    first: Option<Scalar>,
    last: Option<Scalar>,
    /// Where bin 0 begins.
    base: Scalar,
    step: Scalar,
}

fn bins(
    binder: &mut Binder<'_>,
    axis: Scalar,
    span: Span,
    range: &SeriesRange,
    scope: &Scope,
) -> Option<Bins> {
    let row = Row::new(&[], scope);
    let (from, to, step, closed) = match range {
        SeriesRange::Steps { from, to, step } => (from.as_ref(), to.as_ref(), step, false),
        SeriesRange::In { from, to, step } => (Some(from), Some(to), step, true),
    };
    let from = from.map(|from| (binder.scalar(from, row), from.span));
    let to = to.map(|to| (binder.scalar(to, row), to.span));
    let step = (binder.scalar(step, row)?, step.span);
    let kind = match (axis.kind, step.0.kind) {
        (KqlType::Int | KqlType::Long, KqlType::Real) => KqlType::Real,
        (KqlType::Int, _) => KqlType::Long,
        (kind @ (KqlType::Long | KqlType::Real | KqlType::Datetime | KqlType::Timespan), _) => kind,
        (KqlType::Dynamic, _) if axis.is_null_literal() => KqlType::Datetime,
        (other, _) => {
            let message = format!("an axis of type `{other}` has no steps");
            binder.report(Diagnostic::error(codes::WRONG_ARGUMENT_TYPE, message).at(span));
            return None;
        }
    };
    let step_kind = if kind == KqlType::Datetime { KqlType::Timespan } else { kind };
    // Times and spans count in ticks, times from the year one as those of `bin`.
    let plain = if kind == KqlType::Real { KqlType::Real } else { KqlType::Long };
    let number = |binder: &mut Binder<'_>, value: Scalar, wanted: KqlType, span: Span| {
        let given = value.kind;
        let cast = implicit(value, wanted).and_then(|value| convert(value, plain));
        if cast.is_none() {
            let message = format!("a value of type `{wanted}` is expected here, not `{given}`");
            binder.report(Diagnostic::error(codes::WRONG_ARGUMENT_TYPE, message).at(span));
        }
        cast
    };
    let axis = number(binder, axis, kind, span)?;
    let step = number(binder, step.0, step_kind, step.1)?;
    let from = match from {
        Some((from, span)) => Some(number(binder, from?, kind, span)?),
        None => None,
    };
    let to = match to {
        Some((to, span)) => Some(number(binder, to?, kind, span)?),
        None => None,
    };
    let zero = match plain {
        KqlType::Real => Scalar::literal(Value::Real(0.0), plain),
        _ => Scalar::long(0),
    };
    let (index_kernel, end_kernel) = match plain {
        KqlType::Real => (&kernels::INDEX_REAL, &kernels::END_REAL),
        _ => (&kernels::INDEX, &kernels::END),
    };
    let base = if closed { zero } else { from.clone().unwrap_or(zero) };
    let index =
        |value: Scalar| Scalar::kernel(index_kernel, vec![value, base.clone(), step.clone()]);
    let first = match &from {
        Some(from) if closed => Some(index(from.clone())),
        Some(_) => Some(Scalar::long(0)),
        None => None,
    };
    let last = to.map(|to| {
        if closed {
            index(to)
        } else {
            Scalar::kernel(end_kernel, vec![to, base.clone(), step.clone()])
        }
    });
    Some(Bins { kind, index: index(axis), first, last, base, step })
}
