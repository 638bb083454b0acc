//! Plugins that are short for longer queries: `sliding_window_counts`, `activity_counts_metrics`, `rolling_percentile`
//! and `schema_merge`. Each is bound as the query that it stands for.

use std::collections::HashMap;
use std::fmt::Write;
use std::rc::Rc;

use huntbook_diagnostics::Diagnostic;
use huntbook_kql_syntax::ast::Expr;

use super::Plugin;
use crate::bind::{Binder, Binding, Row, Scope, size};
use crate::codes;
use crate::convert::convert;
use crate::ir::{Column, Relation, Value};
use crate::types::KqlType;

/// The names that the rows at hand and their columns have in the longer queries.
pub(super) const ROWS: &str = "plugin_rows";

/// The unnamed arguments, of which there are at least so many.
pub(super) fn unnamed<'a>(
    binder: &mut Binder<'_>,
    plugin: &Plugin<'a>,
    least: usize,
    what: &str,
) -> Option<Vec<&'a Expr>> {
    let arguments: Vec<&Expr> = plugin.arguments.iter().map(|argument| &argument.value).collect();
    if arguments.len() < least {
        plugin.lacks(binder, what);
        return None;
    }
    Some(arguments)
}

/// The scope of the longer query: the rows with these columns as `c0`, `c1`, ..., and the values.
pub(super) fn scope(
    binder: &mut Binder<'_>,
    input: &Relation,
    columns: &[Column],
    values: &[(&str, &Expr)],
    plugin: &Plugin<'_>,
) -> Option<Scope> {
    let mut shown = super::super::part_values(input);
    let renamed = columns.iter().enumerate();
    shown.extend(renamed.map(|(position, column)| (format!("c{position}"), column.value())));
    let rows = Relation::project(input.clone(), shown);
    let nodes = size::of_relation(&rows);
    let mut scope = Scope::default().with(ROWS, Binding::Table(Rc::new(rows), nodes));
    for (name, value) in values {
        let bound = binder.scalar(value, Row::new(&[], plugin.scope))?;
        let nodes = size::of_scalar(&bound);
        scope = scope.with(name, Binding::Scalar(Rc::new(bound), nodes));
    }
    Some(scope)
}

/// The longer query, its columns under the names of the result.
pub(super) fn run(
    binder: &mut Binder<'_>,
    text: &str,
    names: &[String],
    scope: &Scope,
    plugin: &Plugin<'_>,
) -> Option<Relation> {
    let parsed = huntbook_kql_syntax::parse(text);
    debug_assert!(!parsed.has_errors(), "{text}\n{:?}", parsed.diagnostics);
    let rows = binder.rewritten(&parsed.query, scope, plugin.span)?;
    let columns = rows.columns.iter().zip(names);
    let columns = columns.map(|(column, name)| (name.clone(), column.value())).collect();
    Some(Relation::project(rows, columns))
}

pub(super) fn columns(
    binder: &mut Binder<'_>,
    input: &Relation,
    arguments: &[&Expr],
    plugin: &Plugin<'_>,
) -> Option<Vec<Column>> {
    let bound = arguments.iter().map(|argument| plugin.column(binder, input, argument));
    let bound: Vec<Option<Column>> = bound.collect();
    bound.into_iter().collect()
}

/// `, c2, c3` for the columns from the third on.
fn dimensions(count: usize) -> String {
    (2..count).fold(String::new(), |mut text, position| {
        let _ = write!(text, ", c{position}");
        text
    })
}

/// Rows and different ids in the time before the end of each bin.
pub(super) fn sliding_window_counts(
    binder: &mut Binder<'_>,
    input: &Relation,
    plugin: &Plugin<'_>,
) -> Option<Relation> {
    let what = "an argument: id, time, start, end, window, bin";
    let arguments = unnamed(binder, plugin, 6, what)?;
    let chosen: Vec<&Expr> = arguments[..2].iter().chain(&arguments[6..]).copied().collect();
    let columns = columns(binder, input, &chosen, plugin)?;
    let values = [
        ("begins", arguments[2]),
        ("ends", arguments[3]),
        ("window", arguments[4]),
        ("width", arguments[5]),
    ];
    let scope = scope(binder, input, &columns, &values, plugin)?;
    let kind = columns[1].kind;
    let more = dimensions(columns.len());
    let text = format!(
        "{ROWS} | where c1 between (begins - window .. ends) | extend b = bin_at(c1, width, begins)
        | mv-expand w = range(b, b + window - width, width) to typeof({kind})
        | where w between (begins .. ends)
        | summarize n = count(), d = dcount(c0) by w{more} | project w{more}, n, d | sort by w asc"
    );
    let mut names = vec![columns[1].name.clone()];
    names.extend(columns[2..].iter().map(|column| column.name.clone()));
    names.extend(["Count".to_owned(), "dcount".to_owned()]);
    run(binder, &text, &names, &scope, plugin)
}

/// Rows, different ids, ids not seen before, and ids seen so far in each bin.
pub(super) fn activity_counts_metrics(
    binder: &mut Binder<'_>,
    input: &Relation,
    plugin: &Plugin<'_>,
) -> Option<Relation> {
    let arguments = unnamed(binder, plugin, 5, "an argument: id, time, start, end, bin")?;
    let chosen: Vec<&Expr> = arguments[..2].iter().chain(&arguments[5..]).copied().collect();
    let columns = columns(binder, input, &chosen, plugin)?;
    let values = [("begins", arguments[2]), ("ends", arguments[3]), ("width", arguments[4])];
    let scope = scope(binder, input, &columns, &values, plugin)?;
    let more = dimensions(columns.len());
    let restart = (2..columns.len()).fold("false".to_owned(), |mut text, position| {
        let _ = write!(text, " or c{position} != prev(c{position})");
        text
    });
    let order = (2..columns.len()).fold(String::new(), |mut text, position| {
        let _ = write!(text, "c{position} asc, ");
        text
    });
    let text = format!(
        "let binned = {ROWS} | where c1 between (begins .. ends) | extend b = bin_at(c1, width, begins);
        binned | summarize n = count(), d = dcount(c0) by b{more}
        | lookup (binned | summarize b = min(b) by c0{more} | summarize new = count() by b{more}) on b{more}
        | extend new = coalesce(new, 0) | sort by {order}b asc
        | extend total = row_cumsum(new, {restart}) | project b{more}, n, d, new, total"
    );
    let mut names = vec![columns[1].name.clone()];
    names.extend(columns[2..].iter().map(|column| column.name.clone()));
    names.extend(["count", "dcount", "new_dcount", "aggregated_dcount"].map(str::to_owned));
    run(binder, &text, &names, &scope, plugin)
}

/// A percentile of the values in so many bins up to each bin.
pub(super) fn rolling_percentile(
    binder: &mut Binder<'_>,
    input: &Relation,
    plugin: &Plugin<'_>,
) -> Option<Relation> {
    let what = "an argument: value, percentile, index, bin, bins per window";
    let arguments = unnamed(binder, plugin, 5, what)?;
    let chosen: Vec<&Expr> =
        [arguments[0], arguments[2]].into_iter().chain(arguments[5..].iter().copied()).collect();
    let columns = columns(binder, input, &chosen, plugin)?;
    let Value::Long(count) = plugin.constant(binder, arguments[4], KqlType::Long)? else {
        plugin.wrong(binder, "a number of bins", arguments[4].span);
        return None;
    };
    let percentile = plugin.constant_text(binder, arguments[1])?;
    if !(1..=10_000).contains(&count) {
        plugin.wrong(binder, "a number of bins from 1 to 10000", arguments[4].span);
        return None;
    }
    let values = [("width", arguments[3]), ("wanted", arguments[1])];
    let scope = scope(binder, input, &columns, &values, plugin)?;
    let kind = columns[1].kind;
    let more = dimensions(columns.len());
    let text = format!(
        "let binned = {ROWS} | extend b = bin(c1, width);
        let most = toscalar(binned | summarize max(b));
        binned | mv-expand w = range(b, b + width * {}, width) to typeof({kind})
        | where w <= most
        | summarize p = percentile(c0, wanted) by w{more} | project w{more}, p | sort by w asc",
        count - 1
    );
    let mut names = vec![columns[1].name.clone()];
    names.extend(columns[2..].iter().map(|column| column.name.clone()));
    names.push(format!("rolling_{count}_percentile_{}_{percentile}", columns[0].name));
    run(binder, &text, &names, &scope, plugin)
}

/// One schema of several, as `getschema` gives them.
pub(super) fn schema_merge(
    binder: &mut Binder<'_>,
    input: &Relation,
    plugin: &Plugin<'_>,
) -> Option<Relation> {
    let kept = match plugin.argument("PreserveOrder", 0) {
        Some(argument) => plugin.constant(binder, argument, KqlType::Bool)? != Value::Bool(false),
        None => true,
    };
    let names = ["ColumnName", "ColumnOrdinal", "DataType", "ColumnType"];
    let mut columns = Vec::with_capacity(names.len());
    for name in names {
        let Some(column) = input.columns.iter().find(|column| column.name == name) else {
            plugin.wrong(binder, "a schema, as `getschema` gives it,", plugin.span);
            return None;
        };
        columns.push(column.clone());
    }
    let text = |column: &Column| convert(column.value(), KqlType::String);
    let keys = vec![
        ("name".to_owned(), text(&columns[0])?),
        ("ordinal".to_owned(), text(&columns[1])?),
        ("kind".to_owned(), text(&columns[3])?),
    ];
    let places = Relation::aggregate(input.clone(), keys, Vec::new());
    let mut known: HashMap<String, (Option<String>, Option<String>)> = HashMap::new();
    for row in binder.observe(places).unwrap_or_default() {
        let [Some(name), ordinal, kind] = row.as_slice() else { continue };
        let place = (ordinal.clone(), kind.clone());
        let first = known.entry(name.clone()).or_insert_with(|| place.clone());
        let problem = if first.1 != place.1 {
            "different types"
        } else if kept && first.0 != place.0 {
            "different places"
        } else {
            continue;
        };
        let message = format!("column `{name}` has {problem} in the schemas");
        binder.report(Diagnostic::error(codes::WRONG_ARGUMENT_TYPE, message).at(plugin.span));
        return None;
    }
    let scope = scope(binder, input, &columns, &[], plugin)?;
    let text = format!(
        "{ROWS} | summarize place = max(c1) by c0, c2, c3 | sort by place asc, c0 asc
        | extend n = row_number(0) | project c0, n, c2, c3"
    );
    let names: Vec<String> = names.into_iter().map(str::to_owned).collect();
    run(binder, &text, &names, &scope, plugin)
}
