//! `top-nested 3 of a with others = "x" by count(), top-nested 2 of b by sum(c)`: the greatest values of each level,
//! inside of each value of the level before.
//!
//! Level by level, the groups of the rows that are left are ranked; rows of the groups that stay go on, and with
//! `others` the rest as one group.

use huntbook_diagnostics::Diagnostic;
use huntbook_kql_syntax::ast::{Direction, TopNestedLevel};

use super::join::joined;
use super::{summarize, take};
use crate::bind::{Binder, Names, Row, Scope, suggestion, unsupported};
use crate::codes;
use crate::convert::convert;
use crate::ir::{
    AggregateCall, Column, Comparison, HIDDEN, JoinKey, JoinKind, Relation, Scalar, SortKey, Value,
    WindowCall,
};
use crate::types::KqlType;
use crate::windows::NUMBER;

pub(crate) fn bind(
    binder: &mut Binder<'_>,
    input: Relation,
    levels: &[TopNestedLevel],
    scope: &Scope,
) -> Option<Relation> {
    if input.parts().next().is_some() {
        let span = levels.first().map_or_else(Default::default, |level| level.of.span);
        binder.report(unsupported("`top-nested` inside of `mv-apply` or `partition`", span));
        return None;
    }
    let mut names = Names::default();
    let visible = input.columns.clone();
    let mut rows = input;
    // The values and aggregates of the levels so far, under the names that they have in the end.
    let mut chosen: Vec<Column> = Vec::new();
    let mut result: Vec<(String, Scalar)> = Vec::new();
    for (position, level) in levels.iter().enumerate() {
        let one = self::level(binder, &rows, &visible, level, (position, &mut names), scope)?;
        let count = match &level.count {
            Some(count) => Some(take::row_count(binder, count, scope)?),
            None => None,
        };
        let others = match &level.others {
            Some(others) => {
                let bound = binder.scalar(others, Row::new(&[], scope))?;
                let given = bound.kind;
                let Some(value) = convert(bound, one.value.kind) else {
                    let message = format!(
                        "a value of type `{}` is expected here, not `{given}`",
                        one.value.kind
                    );
                    let code = codes::WRONG_ARGUMENT_TYPE;
                    binder.report(Diagnostic::error(code, message).at(others.span));
                    return None;
                };
                Some(value)
            }
            None => None,
        };
        let ascending = level.direction == Some(Direction::Ascending);
        rows = nested(rows, &one, &chosen, (count, ascending, others));
        result.push((one.names.0.clone(), one.value.value()));
        result.push((one.names.1.clone(), one.measure.value()));
        chosen.push(one.value);
        chosen.push(one.measure);
    }
    let keys = chosen.iter().map(|column| (column.name.clone(), column.value())).collect();
    let grouped = Relation::aggregate(rows, keys, Vec::new());
    Some(Relation::project(grouped, result))
}

/// One level, bound over the rows of the levels before.
struct Level {
    value: Column,
    measure: Column,
    /// The names of both in the end.
    names: (String, String),
    /// The value, over the rows.
    key: Scalar,
    calls: Vec<AggregateCall>,
    /// The measure, over the aggregates.
    measured: Scalar,
}

fn level(
    binder: &mut Binder<'_>,
    rows: &Relation,
    visible: &[Column],
    level: &TopNestedLevel,
    (position, names): (usize, &mut Names),
    scope: &Scope,
) -> Option<Level> {
    let row = Row { columns: visible, ..Row::of(rows, scope) };
    let of = summarize::keys(binder, row, std::slice::from_ref(&level.of), names)?;
    let (name, key) = of.into_iter().next()?;
    let mut inner = Names::default();
    let (outputs, calls) =
        binder.collecting(|binder| summarize::outputs(binder, row, &level.by, &mut inner));
    let (_, measured) = outputs?.into_iter().next()?;
    let measure = match level.by.names.first() {
        Some(stated) => stated.name.clone(),
        None => {
            format!("aggregated_{}", suggestion(&level.of.value).unwrap_or_else(|| name.clone()))
        }
    };
    let measure = names.invent(Some(measure));
    Some(Level {
        value: Column::new(format!("{HIDDEN}value.{position}"), key.kind),
        measure: Column::new(format!("{HIDDEN}measure.{position}"), measured.kind),
        names: (name, measure),
        key,
        calls,
        measured,
    })
}

/// The rows of the groups that stay, with the value and the measure of the level.
fn nested(
    rows: Relation,
    level: &Level,
    chosen: &[Column],
    (count, ascending, others): (Option<usize>, bool, Option<Scalar>),
) -> Relation {
    let with_value = |rows: Relation, value: Scalar| {
        let values = rows.column_values().into_iter();
        let values = values.chain([(level.value.name.clone(), value)]).collect();
        Relation::project(rows, values)
    };
    let measured = |rows: &Relation| {
        let keys = chosen.iter().chain([&level.value]);
        let keys: Vec<(String, Scalar)> =
            keys.map(|column| (column.name.clone(), column.value())).collect();
        let mut values = keys.clone();
        values.push((level.measure.name.clone(), level.measured.clone()));
        Relation::project(Relation::aggregate(rows.clone(), keys, level.calls.clone()), values)
    };
    let valued = with_value(rows, level.key.clone());
    let groups = measured(&valued);
    let Some(count) = count else { return beside(valued, groups, JoinKind::Inner, chosen, level) };
    let ascending_key =
        |column: &Column| SortKey { value: column.value(), ascending: true, nulls_first: true };
    let rank = SortKey { value: level.measure.value(), ascending, nulls_first: ascending };
    let order = chosen.iter().map(ascending_key).chain([rank]).collect();
    let number = Column::new(format!("{HIDDEN}number"), KqlType::Long);
    let arguments = vec![Scalar::long(1), Scalar::literal(Value::Bool(false), KqlType::Bool)];
    let partition = chosen.iter().map(Column::value).collect();
    let call = WindowCall { function: &NUMBER, arguments, partition };
    let shown = groups.column_values();
    let ranked = Relation::window(Relation::sort(groups, order), vec![(call, number.clone())]);
    let most = Scalar::long(i64::try_from(count).unwrap_or(i64::MAX));
    let best =
        Relation::filter(ranked, Scalar::compare(Comparison::LessEqual, number.value(), most));
    let best = Relation::project(best, shown);
    let kept = beside(valued.clone(), best.clone(), JoinKind::Inner, chosen, level);
    let Some(others) = others else { return kept };
    let rest = beside(valued, best, JoinKind::LeftAnti, chosen, level);
    let renamed = rest.column_values().into_iter().map(|(name, value)| {
        let is_value = name == level.value.name;
        (name, if is_value { others.clone() } else { value })
    });
    let renamed = renamed.collect();
    let rest = Relation::project(rest, renamed);
    let sums = measured(&rest);
    let rest = beside(rest, sums, JoinKind::Inner, chosen, level);
    let columns = kept.columns.clone();
    Relation::union(vec![kept, rest], columns)
}

/// The rows whose group is among the groups, with its measure where both are shown. A null is a value as any other.
fn beside(
    rows: Relation,
    groups: Relation,
    kind: JoinKind,
    chosen: &[Column],
    level: &Level,
) -> Relation {
    let text = |column: &Column| convert(column.value(), KqlType::String);
    let keys = chosen.iter().step_by(2).chain([&level.value]);
    let on = keys.filter_map(|column| Some(JoinKey { left: text(column)?, right: text(column)? }));
    let on: Vec<JoinKey> = on.collect();
    let width = rows.columns.len();
    let pairs = joined(rows, groups, kind, on);
    if pairs.columns.len() == width {
        return pairs;
    }
    // The measure stands last.
    let last = pairs.columns.len() - 1;
    let values = pairs.columns.iter().enumerate().filter_map(|(position, column)| {
        if position < width {
            Some((column.name.clone(), column.value()))
        } else {
            (position == last).then(|| (level.measure.name.clone(), column.value()))
        }
    });
    let values = values.collect();
    Relation::project(pairs, values)
}
