//! `find in (T, U) where predicate project a, b, pack(*)`: rows of several tables, with the table's name in `source_`.
//!
//! Without `project` the columns are those that the predicate speaks of; the others are packed into `pack_`.

use huntbook_kql_syntax::ast::{Expr, ExprKind, FindColumns, OperatorParameter};

use super::options::Options;
use super::search::with_terms;
use super::union::combine;
use crate::bind::{Binder, Row, Scope};
use crate::convert::convert;
use crate::functions::bags::packed;
use crate::ir::{Column, Relation, Scalar};
use crate::types::KqlType;

pub(crate) fn bind(
    binder: &mut Binder<'_>,
    input: Option<Relation>,
    tables: &[Expr],
    predicate: &Expr,
    project: &FindColumns,
    parameters: &[OperatorParameter],
    scope: &Scope,
) -> Option<Relation> {
    let mut options = Options::new("find", parameters);
    let source = options.name("withsource").unwrap_or_else(|| "source_".to_owned());
    let _ = options.name("datascope");
    options.finish(binder)?;
    let predicate = with_terms(predicate, false);
    let legs = match input {
        Some(input) => vec![(input.leg_name(0), input)],
        None => binder.searched(tables, scope)?,
    };
    let smart = matches!(project, FindColumns::Smart);
    let mut names: Vec<String> = Vec::new();
    let mut pack = smart;
    match project {
        FindColumns::Smart => mentioned(&predicate, &mut names),
        FindColumns::Listed { columns, packed } => {
            pack = *packed;
            for column in columns {
                names.push(column.name.name.clone());
            }
        }
    }
    let mut found = Vec::new();
    for (name, leg) in &legs {
        if !binder.lacks_columns(&predicate, leg, scope) {
            found.push((name.clone(), leg.clone()));
        }
    }
    if found.is_empty() {
        found = legs.into_iter().take(1).collect();
    }
    // A column that no table has is none of the result.
    names.retain(|name| {
        found.iter().any(|(_, leg)| leg.columns.iter().any(|column| column.name == *name))
    });
    let mut projected = Vec::with_capacity(found.len());
    for (table, leg) in found {
        let bound = binder.predicate(&predicate, Row::new(&leg.columns, scope))?;
        let rows = Relation::filter(leg, bound);
        let mut values: Vec<(String, Scalar)> = Vec::with_capacity(names.len() + 1);
        let (shown, rest): (Vec<&Column>, Vec<&Column>) =
            rows.columns.iter().partition(|column| names.contains(&column.name));
        for name in &names {
            if let Some(column) = shown.iter().find(|column| column.name == *name) {
                values.push((name.clone(), column.value()));
            }
        }
        if pack {
            let members = rest.iter().filter_map(|column| {
                Some((column.name.clone(), convert(column.value(), KqlType::Dynamic)?))
            });
            values.push(("pack_".to_owned(), packed(members)));
        }
        projected.push((table, Relation::project(rows, values)));
    }
    let rows = combine(binder, projected, false, Some(&source), predicate.span)?;
    // What is packed stands last.
    let (last, first): (Vec<_>, Vec<_>) =
        rows.column_values().into_iter().partition(|(name, _)| pack && name == "pack_");
    Some(Relation::project(rows, first.into_iter().chain(last).collect()))
}

/// The names that an expression speaks of, each once.
pub(super) fn mentioned(expression: &Expr, names: &mut Vec<String>) {
    match &expression.kind {
        ExprKind::Name(name) if !names.contains(&name.name) => names.push(name.name.clone()),
        ExprKind::Path { base, .. } | ExprKind::Index { base, .. } => mentioned(base, names),
        ExprKind::Unary { operand, .. } => mentioned(operand, names),
        ExprKind::Binary { left, right, .. } => {
            mentioned(left, names);
            mentioned(right, names);
        }
        ExprKind::List { subject, .. } => mentioned(subject, names),
        ExprKind::Between { subject, low, high, .. } => {
            mentioned(subject, names);
            mentioned(low, names);
            mentioned(high, names);
        }
        ExprKind::Call { arguments, .. } => {
            for argument in arguments {
                mentioned(&argument.value, names);
            }
        }
        _ => {}
    }
}
