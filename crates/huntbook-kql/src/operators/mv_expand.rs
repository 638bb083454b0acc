//! `mv-expand a, b = c to typeof(long) limit n`: a row for each part of dynamic values, expanded side by side.
//!
//! A null keeps its row, an empty array loses it, a shorter value is padded with nulls. A bag gives bags of one
//! key, or with `kind=array` pairs of key and value. A value that is neither stays as it is.

use huntbook_diagnostics::{Diagnostic, Span};
use huntbook_kql_syntax::ast::{ExpandedColumn, Expr, Operator};

use super::options::Options;
use super::take;
use crate::bind::{Binder, Row, Scope, suggestion, type_of};
use crate::codes;
use crate::convert::convert;
use crate::ir::{Column, HIDDEN, Node, Parts, Relation, Scalar};
use crate::types::KqlType;

/// The parts of one value as KQL makes them where no limit is written.
const MOST: usize = 2_147_483_647;

pub(crate) fn bind(
    binder: &mut Binder<'_>,
    input: Relation,
    columns: &[ExpandedColumn],
    limit: Option<&Expr>,
    operator: &Operator,
    scope: &Scope,
) -> Option<Relation> {
    let mut options = Options::new("mv-expand", &operator.parameters);
    let kind = options.word("kind", &["bag", "array"]);
    let kind = kind.or(options.word("bagexpansion", &["bag", "array"]));
    let index = options.name("with_itemindex");
    options.finish(binder)?;
    expanded(binder, input, columns, limit, (kind == Some("array"), index), scope)
}

/// The rows, the expanded values under their names.
pub(super) fn expanded(
    binder: &mut Binder<'_>,
    input: Relation,
    columns: &[ExpandedColumn],
    limit: Option<&Expr>,
    (bags_as_arrays, index): (bool, Option<String>),
    scope: &Scope,
) -> Option<Relation> {
    let most = match limit {
        Some(limit) => take::row_count(binder, limit, scope)?,
        None => MOST,
    };
    let bound: Vec<Option<Expanded>> =
        columns.iter().map(|column| value(binder, &input, column, scope)).collect();
    let bound = bound.into_iter().collect::<Option<Vec<_>>>()?;
    let mut result = input.column_values();
    let mut values = Vec::with_capacity(bound.len());
    let mut added = Vec::with_capacity(bound.len() + 1);
    for (position, one) in bound.into_iter().enumerate() {
        let part = Column::new(format!("{HIDDEN}part.{position}"), KqlType::Dynamic);
        let typed = convert(part.value(), one.kind)?;
        values.push(one.value);
        added.push(part);
        match result.iter_mut().find(|(name, _)| *name == one.name) {
            Some(replaced) => replaced.1 = typed,
            None => result.push((one.name, typed)),
        }
    }
    if let Some(index) = index {
        let position = Column::new(format!("{HIDDEN}position"), KqlType::Long);
        result.push((index, position.value()));
        added.push(position);
    }
    let parts = Parts { bags_as_arrays, most };
    let rows = Relation::expand(binder.with_windows(input), values, parts, added);
    Some(Relation::project(rows, result))
}

struct Expanded {
    name: String,
    value: Scalar,
    /// The type of the parts.
    kind: KqlType,
}

fn value(
    binder: &mut Binder<'_>,
    input: &Relation,
    column: &ExpandedColumn,
    scope: &Scope,
) -> Option<Expanded> {
    let written = &column.column;
    let value = binder.scalar(&written.value, Row::of(input, scope))?;
    if value.kind != KqlType::Dynamic {
        binder.report(not_dynamic(value.kind, written.value.span));
        return None;
    }
    let kind = match &column.to {
        Some(type_name) => binder.accept(type_of(type_name))?,
        None => KqlType::Dynamic,
    };
    let name = match (written.names.first(), &value.node) {
        (Some(name), _) => name.name.clone(),
        (None, Node::Column(name)) => name.clone(),
        (None, _) => suggestion(&written.value).unwrap_or_else(|| "Column1".to_owned()),
    };
    Some(Expanded { name, value, kind })
}

fn not_dynamic(kind: KqlType, span: Span) -> Diagnostic {
    let hint = (kind == KqlType::String)
        .then(|| "JSON in a string is reached through `parse_json(...)`".to_owned());
    Diagnostic::error(codes::WRONG_ARGUMENT_TYPE, format!("a value of type `{kind}` has no parts"))
        .at(span)
        .maybe_hint(hint)
}
