//! `union`: the rows of several tables, columns by name.
//!
//! `kind=outer` (default) has every column of any table, `kind=inner` those that all have. A name that stands for
//! different types becomes one column a type, named `name_type`. `isfuzzy=true` passes over tables that do not
//! exist; `withsource=` adds a column with the table's name.

use huntbook_diagnostics::{Diagnostic, Span};
use huntbook_kql_syntax::ast::{Expr, ExprKind, OperatorParameter};

use super::options::Options;
use crate::bind::{Binder, Fuzzy, Names, Scope, view_name};
use crate::codes;
use crate::ir::{Column, Relation, Scalar};
use crate::types::KqlType;

pub(crate) fn bind(
    binder: &mut Binder<'_>,
    input: Option<Relation>,
    tables: &[Expr],
    parameters: &[OperatorParameter],
    scope: &Scope,
) -> Option<Relation> {
    let mut options = Options::new("union", parameters);
    let kind = options.word("kind", &["outer", "inner"]);
    let fuzzy = options.flag("isfuzzy");
    let source = options.name("withsource").or_else(|| options.name("with_source"));
    options.finish(binder)?;
    let span = tables.first().map_or_else(Default::default, |table| table.span);
    let mut legs: Vec<(String, Relation)> = Vec::new();
    let mut sound = true;
    if let Some(input) = input {
        legs.push((input.leg_name(0), input));
    }
    for table in tables {
        if let ExprKind::Pattern(pattern) = &table.kind {
            legs.extend(binder.tables_like(pattern, scope)?);
            continue;
        }
        let relation = if fuzzy {
            match binder.fuzzy_relation(table, scope) {
                Fuzzy::Found(relation) => Some(*relation),
                Fuzzy::Missing => continue,
                Fuzzy::Wrong => None,
            }
        } else {
            binder.relation(table, scope)
        };
        match relation {
            Some(relation) => {
                let name = view_name(table, scope);
                let name = name.unwrap_or_else(|| relation.leg_name(legs.len()));
                legs.push((name, relation));
            }
            None => sound = false,
        }
    }
    if !sound {
        return None;
    }
    if legs.is_empty() {
        let known = binder.database.contents();
        binder.report(
            Diagnostic::error(codes::UNKNOWN_TABLE, "none of the tables of `union` exists")
                .at(span)
                .maybe_hint(known),
        );
        return None;
    }
    combine(binder, legs, kind == Some("inner"), source.as_deref(), span)
}

/// How many cells a row of each table may have in all: a plan of more takes longer than reading the tables one by one.
const MOST_CELLS: usize = 300_000;

/// The rows of all legs; each name is that of the table for `withsource`. `None`: the tables are too many.
pub(crate) fn combine(
    binder: &mut Binder<'_>,
    legs: Vec<(String, Relation)>,
    inner: bool,
    source: Option<&str>,
    span: Span,
) -> Option<Relation> {
    let columns = columns(&legs, inner);
    if legs.len().saturating_mul(columns.len()) > MOST_CELLS {
        let message =
            format!("{} tables of {} different columns are too many", legs.len(), columns.len());
        binder.report(
            Diagnostic::error(codes::TOO_COMPLEX, message)
                .at(span)
                .hint("name the tables, as in `search in (T, U) ...` or `union T, U`"),
        );
        return None;
    }
    if let Some(source) = source.filter(|source| columns.iter().any(|(name, _)| name == source)) {
        let message = format!("`withsource={source}` and a table both name a column `{source}`");
        binder.report(
            Diagnostic::error(codes::DUPLICATE_COLUMN, message)
                .at(span)
                .hint("give the column of `withsource` another name"),
        );
        return None;
    }
    let mut result: Vec<Column> = Vec::with_capacity(columns.len() + 1);
    if let Some(source) = source {
        result.push(Column::new(source, KqlType::String));
    }
    result.extend(columns.iter().map(|(name, column)| Column::new(name.clone(), column.kind)));
    let open = legs.iter().any(|(_, leg)| leg.open);
    let inputs = legs.into_iter().map(|(table, leg)| {
        let value = |(name, column): &(String, Column)| {
            let own =
                leg.columns.iter().find(|own| own.name == column.name && own.kind == column.kind);
            (name.clone(), own.map_or_else(|| Scalar::null(column.kind), Column::value))
        };
        let tagged = source.map(|source| (source.to_owned(), Scalar::text(table)));
        let values = tagged.into_iter().chain(columns.iter().map(value)).collect();
        Relation::project(leg, values)
    });
    let mut rows = Relation::union(inputs.collect(), result);
    rows.open = open;
    Some(rows)
}

/// The columns of the result: the name there, and the name and type in the legs.
fn columns(legs: &[(String, Relation)], inner: bool) -> Vec<(String, Column)> {
    let mut found: Vec<Column> = Vec::new();
    for column in legs.iter().flat_map(|(_, leg)| &leg.columns) {
        if !found.iter().any(|known| known.name == column.name && known.kind == column.kind) {
            found.push(Column::new(column.name.clone(), column.kind));
        }
    }
    if inner {
        let everywhere = |column: &Column| {
            let has = |leg: &Relation| {
                leg.columns.iter().any(|own| own.name == column.name && own.kind == column.kind)
            };
            legs.iter().all(|(_, leg)| has(leg))
        };
        found.retain(everywhere);
    }
    let clashes =
        |column: &Column| found.iter().filter(|other| other.name == column.name).count() > 1;
    // A name that a table has as its own goes before one that is made.
    let mut names = Names::default();
    for column in found.iter().filter(|column| !clashes(column)) {
        names.claim(&column.name);
    }
    let mut result = Vec::with_capacity(found.len());
    for column in &found {
        let name = if clashes(column) {
            names.invent(Some(format!("{}_{}", column.name, column.kind)))
        } else {
            column.name.clone()
        };
        result.push((name, column.clone()));
    }
    result
}
