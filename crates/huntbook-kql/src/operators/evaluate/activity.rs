//! `activity_metrics` and `new_activity_metrics`: who of one period comes again in another. Each is bound as the query
//! that it stands for.
//!
//! Every period from the start to the end has a row in each group of the dimensions, also one without rows. A rate of
//! no one is not a number.

use std::fmt::Write;
use std::rc::Rc;

use huntbook_diagnostics::Diagnostic;
use huntbook_kql_syntax::ast::{Expr, ExprKind};

use super::Plugin;
use super::rewritten::{ROWS, columns, run, scope, unnamed};
use crate::bind::{Binder, Binding, Row, Scope, size};
use crate::codes;
use crate::ir::{Column, Relation};
use crate::types::KqlType;

/// More periods than this are refused: `new_activity_metrics` compares each with each.
const MOST_PERIODS: f64 = 5000.0;

/// The name of the ids in the lookback.
const LOOKBACK: &str = "plugin_lookback";

/// Ids of each period against those of the period before.
pub(super) fn activity_metrics(
    binder: &mut Binder<'_>,
    input: &Relation,
    plugin: &Plugin<'_>,
) -> Option<Relation> {
    let arguments = unnamed(binder, plugin, 5, "an argument: id, time, start, end, window")?;
    let chosen: Vec<&Expr> = arguments[..2].iter().chain(&arguments[5..]).copied().collect();
    let columns = columns(binder, input, &chosen, plugin)?;
    let periods = Periods::new(binder, plugin, &columns, &arguments)?;
    let values = [("begins", arguments[2]), ("ends", arguments[3]), ("width", arguments[4])];
    let scope = scope(binder, input, &columns, &values, plugin)?;
    periods.bounded(binder, plugin, &arguments, &scope)?;
    let Texts { all, seen, shown, keys, .. } = Texts::new(&periods, columns.len());
    let text = format!(
        "{all} | lookup ({seen} | distinct c0, i{shown}{keys} | sort by c0 asc{ascending}, i asc
        | extend again = c0 == prev(c0){same} and i == prev(i) + 1
        | summarize n = count(), r = countif(again) by i{keys}) on i{keys}
        | extend n = coalesce(n, 0), r = coalesce(r, 0)
        | sort by {grouped}i asc | extend before = iff(i > 0, prev(n), 0)
        | extend rate = todouble(r) / before
        | project b, n, fresh = n - r, rate, churn = 1 - rate{shown} | sort by b asc",
        ascending = each(columns.len(), |place| format!(", k{place} asc")),
        grouped = each(columns.len(), |place| format!("k{place} asc, ")),
        same = each(columns.len(), |place| format!(" and k{place} == prev(k{place})")),
    );
    let mut names = vec![columns[1].name.clone()];
    let own = ["dcount_values", "dcount_newvalues", "retention_rate", "churn_rate"];
    names.extend(own.map(str::to_owned));
    names.extend(columns[2..].iter().map(|column| column.name.clone()));
    run(binder, &text, &names, &scope, plugin)
}

/// Ids that a period has first, in each period from then on.
pub(super) fn new_activity_metrics(
    binder: &mut Binder<'_>,
    input: &Relation,
    plugin: &Plugin<'_>,
) -> Option<Relation> {
    let mut arguments = unnamed(binder, plugin, 5, "an argument: id, time, start, end, window")?;
    let is_column = |argument: &Expr| match &argument.kind {
        ExprKind::Name(name) => input.columns.iter().any(|column| column.name == name.name),
        _ => false,
    };
    let is_table = |argument: &Expr| match &argument.kind {
        ExprKind::Pipeline(_) | ExprKind::DataTable { .. } => true,
        ExprKind::Name(name) => {
            matches!(plugin.scope.get(&name.name), Some(Binding::Table(..))) && !is_column(argument)
        }
        _ => false,
    };
    let has_lookback = arguments.len() > 5 && arguments.last().is_some_and(|last| is_table(last));
    let lookback = if has_lookback { arguments.pop() } else { None };
    let has_cohort = arguments.len() > 5 && !is_column(arguments[5]);
    let cohort = has_cohort.then(|| arguments.remove(5));
    let chosen: Vec<&Expr> = arguments[..2].iter().chain(&arguments[5..]).copied().collect();
    let columns = columns(binder, input, &chosen, plugin)?;
    let periods = Periods::new(binder, plugin, &columns, &arguments)?;
    let mut values =
        vec![("begins", arguments[2]), ("ends", arguments[3]), ("width", arguments[4])];
    values.extend(cohort.map(|cohort| ("cohort", cohort)));
    let mut scope = scope(binder, input, &columns, &values, plugin)?;
    periods.bounded(binder, plugin, &arguments, &scope)?;
    let mut without = String::new();
    if let Some(lookback) = lookback {
        let known = binder.relation(lookback, plugin.scope)?;
        let Some(ids) = known.columns.iter().find(|column| column.name == columns[0].name) else {
            let what = format!("a table with the column `{}`", columns[0].name);
            plugin.wrong(binder, &what, lookback.span);
            return None;
        };
        let ids = vec![("c0".to_owned(), ids.value())];
        let known = Relation::project(known, ids);
        let nodes = size::of_relation(&known);
        scope = scope.with(LOOKBACK, Binding::Table(Rc::new(known), nodes));
        without = format!(" | join kind=leftanti {LOOKBACK} on c0");
    }
    let only = match cohort {
        Some(_) => format!(" | where fb == {}", periods.of("cohort")),
        None => String::new(),
    };
    let Texts { all, seen, shown, keys, periods } = Texts::new(&periods, columns.len());
    let text = format!(
        "{all} | extend one = 1 | join kind=inner ({periods} | project f = i, fb = b, one = 1) on one
        | where f <= i
        | lookup ({seen}{without} | summarize f = min(i), s = make_set(i) by c0{keys}
        | mv-expand i = s to typeof(long) | summarize n = count() by f, i{keys}) on f, i{keys}
        | extend n = coalesce(n, 0)
        | sort by {grouped}i asc, f desc | extend newer = row_cumsum(n, f == i) - n
        | sort by {grouped}f asc, i asc | extend size = row_cumsum(iff(f == i, n, 0), f == i)
        | extend fresh = iff(f == i, n, newer), rate = todouble(n) / size{only}
        | project fb, b, fresh, n, lost = todouble(size - n), rate, churn = 1 - rate{shown}
        | sort by fb asc, b asc",
        grouped = each(columns.len(), |place| format!("k{place} asc, ")),
    );
    let time = &columns[1].name;
    let mut names = vec![format!("from_{time}"), format!("to_{time}")];
    let own = [
        "dcount_new_values",
        "dcount_retained_values",
        "dcount_churn_values",
        "retention_rate",
        "churn_rate",
    ];
    names.extend(own.map(str::to_owned));
    names.extend(columns[2..].iter().map(|column| column.name.clone()));
    run(binder, &text, &names, &scope, plugin)
}

/// A piece of text for each dimension.
fn each(columns: usize, piece: impl Fn(usize) -> String) -> String {
    (2..columns).map(piece).collect()
}

/// The pieces that both queries are made of.
struct Texts {
    /// A row for each period.
    periods: String,
    /// A row for each period in each group.
    all: String,
    /// The rows with the number of their period.
    seen: String,
    /// `, c2, c3`: the dimensions.
    shown: String,
    /// `, k2, k3`: the dimensions as texts that are never null, so that they join.
    keys: String,
}

impl Texts {
    fn new(periods: &Periods, columns: usize) -> Self {
        let shown = each(columns, |place| format!(", c{place}"));
        let keys = each(columns, |place| format!(", k{place}"));
        let keyed = each(columns, |place| {
            format!(
                " | extend k{place} = iff(isnull(c{place}), 'null', strcat('=', tostring(c{place})))"
            )
        });
        let within = format!("{ROWS} | where c1 between (begins .. ends) and isnotnull(c0){keyed}");
        let list = periods.list();
        let mut all = list.clone();
        if columns > 2 {
            let groups = each(columns, |place| format!("c{place}, k{place}, "));
            let groups = groups.trim_end_matches(", ");
            let _ = write!(
                all,
                " | extend one = 1 | join kind=inner ({within} | distinct {groups} | extend one = 1) on one"
            );
            let _ = write!(all, " | project b, i{shown}{keys}");
        }
        let bin = periods.of("c1");
        let seen = format!("{within} | extend b = {bin} | lookup kind=inner ({list}) on b");
        Self { periods: list, all, seen, shown, keys }
    }
}

/// How the time is divided.
enum Periods {
    /// By a length, from the start on; with the zero of its type.
    Length(&'static str),
    /// By weeks, months or years of the calendar.
    Calendar(&'static str),
}

impl Periods {
    fn new(
        binder: &mut Binder<'_>,
        plugin: &Plugin<'_>,
        columns: &[Column],
        arguments: &[&Expr],
    ) -> Option<Self> {
        if columns[0].kind == KqlType::Dynamic {
            plugin.wrong(binder, "a column of ids of a simple type", arguments[0].span);
            return None;
        }
        let kind = columns[1].kind;
        let (axis, step) = match kind {
            KqlType::Datetime => (KqlType::Datetime, KqlType::Timespan),
            KqlType::Int | KqlType::Long => (KqlType::Long, KqlType::Long),
            KqlType::Real => (KqlType::Real, KqlType::Real),
            _ => {
                plugin.wrong(binder, "a column of times or numbers", arguments[1].span);
                return None;
            }
        };
        let nothing = Row::new(&[], plugin.scope);
        for end in &arguments[2..4] {
            let value = binder.scalar(end, nothing)?;
            if !fits(value.kind, axis) {
                plugin.wrong(binder, &format!("a value of type `{axis}`"), end.span);
                return None;
            }
        }
        let window = binder.scalar(arguments[4], nothing)?;
        if fits(window.kind, step) {
            return Some(Self::Length(if step == KqlType::Timespan { "0s" } else { "0" }));
        }
        let unit = if window.kind == KqlType::String && axis == KqlType::Datetime {
            let unit = plugin.constant_text(binder, arguments[4])?;
            ["week", "month", "year"].into_iter().find(|known| *known == unit)
        } else {
            None
        };
        if unit.is_none() {
            plugin.wrong(binder, "a length, `week`, `month` or `year`", arguments[4].span);
        }
        unit.map(Self::Calendar)
    }

    /// Refuses windows of no length and more periods than can be compared, as soon as their number is known.
    fn bounded(
        &self,
        binder: &mut Binder<'_>,
        plugin: &Plugin<'_>,
        arguments: &[&Expr],
        scope: &Scope,
    ) -> Option<()> {
        let count = match self {
            Self::Length(zero) => {
                let cast = if *zero == "0" { "todouble" } else { "" };
                format!("iff(width > {zero}, {cast}(ends - begins) / {cast}(width), real(null))")
            }
            Self::Calendar(unit) => format!("todouble(datetime_diff('{unit}', ends, begins))"),
        };
        let parsed = huntbook_kql_syntax::parse(&format!("print n = tostring({count})"));
        let count = binder.rewritten(&parsed.query, scope, plugin.span)?;
        let Some(rows) = binder.observe(count) else { return Some(()) };
        let count = rows.into_iter().next().and_then(|row| row.into_iter().next().flatten());
        match count.and_then(|count| count.parse::<f64>().ok()) {
            Some(count) if count <= MOST_PERIODS => Some(()),
            Some(_) => {
                let name = &plugin.name.name;
                let message = format!("`{name}` would have more than {MOST_PERIODS} periods");
                let diagnostic = Diagnostic::error(codes::TOO_COMPLEX, message);
                binder.report(diagnostic.at(arguments[4].span).hint("take a longer window"));
                None
            }
            None => {
                let what = "a start, an end, and a window of more than 0";
                plugin.wrong(binder, what, arguments[2].span.to(arguments[4].span));
                None
            }
        }
    }

    /// The periods as `b`, counted from 0 as `i`.
    fn list(&self) -> String {
        match self {
            Self::Length(_) => {
                "range b from begins to ends step width | extend i = row_number(0)".to_owned()
            }
            Self::Calendar(unit) => format!(
                "range i from 0 to datetime_diff('{unit}', ends, begins) step 1
                | extend b = datetime_add('{unit}', i, startof{unit}(begins))"
            ),
        }
    }

    /// The period that a value lies in.
    fn of(&self, value: &str) -> String {
        match self {
            Self::Length(_) => format!("bin_at({value}, width, begins)"),
            Self::Calendar(unit) => format!("startof{unit}({value})"),
        }
    }
}

/// Whether a value of this type does where one of the other type is wanted.
fn fits(given: KqlType, wanted: KqlType) -> bool {
    let is_number = |kind| matches!(kind, KqlType::Int | KqlType::Long | KqlType::Real);
    given == wanted || is_number(given) && is_number(wanted)
}
