//! `mv-apply x = a to typeof(long) on (...)`: operators over the parts of each row's values, as if they were a table of
//! their own. The columns of the row stand beside what comes out.

use huntbook_diagnostics::Span;
use huntbook_kql_syntax::ast::{ExpandedColumn, Expr, Operator};

use super::mv_expand::expanded;
use super::options::Options;
use crate::bind::{Binder, Scope, suggestion};
use crate::ir::{Column, HIDDEN, ORDER, PART, Relation, Scalar, SortKey, Value, WindowCall};
use crate::types::KqlType;
use crate::windows::NUMBER;

pub(crate) fn bind(
    binder: &mut Binder<'_>,
    input: Relation,
    columns: &[ExpandedColumn],
    (limit, on): (Option<&Expr>, &[Operator]),
    operator: &Operator,
    scope: &Scope,
) -> Option<Relation> {
    let mut options = Options::new("mv-apply", &operator.parameters);
    let index = options.name("with_itemindex");
    options.finish(binder)?;
    let level = input.parts().count();
    let shown = input.columns.clone();
    let names: Vec<String> = columns
        .iter()
        .map(|column| match column.column.names.first() {
            Some(name) => name.name.clone(),
            None => suggestion(&column.column.value).unwrap_or_else(|| "Column1".to_owned()),
        })
        .collect();
    // Each row has a number, and its columns are carried along under other names.
    let number = Column::new(format!("{HIDDEN}{PART}{level}"), KqlType::Long);
    let arguments = vec![Scalar::long(1), Scalar::literal(Value::Bool(false), KqlType::Bool)];
    let call = WindowCall { function: &NUMBER, arguments, partition: Vec::new() };
    let carried = |name: &str| format!("{HIDDEN}carried.{level}.{name}");
    let kept: Vec<Column> = shown
        .iter()
        .filter(|column| !column.is_hidden() && !names.contains(&column.name))
        .cloned()
        .collect();
    let copies = kept.iter().map(|column| (carried(&column.name), column.value()));
    let numbered = Relation::window(input, vec![(call, number.clone())]);
    let values = numbered.column_values().into_iter().chain(copies).collect();
    let numbered = Relation::project(numbered, values);
    // The parts stand in their order.
    let place = Column::new(format!("{HIDDEN}{ORDER}{level}"), KqlType::Long);
    let wanted = index.clone().unwrap_or_else(|| place.name.clone());
    let rows = expanded(binder, numbered, columns, limit, (false, Some(wanted)), scope)?;
    let rows = match index {
        None => rows,
        Some(index) => {
            let copy = (place.name.clone(), Scalar::column(index, KqlType::Long));
            let values = rows.column_values().into_iter().chain([copy]).collect();
            Relation::project(rows, values)
        }
    };
    let ascending =
        |column: &Column| SortKey { value: column.value(), ascending: true, nulls_first: true };
    let order = rows.parts().map(ascending).chain([ascending(&place)]).collect();
    let rows = Relation { order, serialized: true, ..rows };
    let result = over_parts(binder, rows, on, operator.span, scope)?;
    // What the operators say of a column counts, else it is that of the row.
    let own = |name: &str| {
        result.columns.iter().find(|column| column.name == name && !column.is_hidden())
    };
    let outer = |column: &&Column| {
        column.is_hidden() && shown.iter().any(|known| known.name == column.name)
    };
    let mut values: Vec<(String, Scalar)> = result
        .columns
        .iter()
        .filter(outer)
        .map(|column| (column.name.clone(), column.value()))
        .collect();
    for column in &kept {
        let value = own(&column.name)
            .map_or_else(|| Scalar::column(carried(&column.name), column.kind), Column::value);
        values.push((column.name.clone(), value));
    }
    for column in &result.columns {
        let is_kept = kept.iter().any(|kept| kept.name == column.name);
        if !column.is_hidden() && !is_kept {
            values.push((column.name.clone(), column.value()));
        }
    }
    // The columns that the rows stood in order by are gone.
    Some(Relation { serialized: false, ..Relation::project(result, values) })
}

/// Operators over the rows, part by part.
pub(super) fn over_parts(
    binder: &mut Binder<'_>,
    rows: Relation,
    operators: &[Operator],
    span: Span,
    scope: &Scope,
) -> Option<Relation> {
    let parts = Relation::aggregate(rows.clone(), super::part_values(&rows), Vec::new());
    binder.within_parts(parts, span, |binder| binder.operators(rows, operators, scope))
}
