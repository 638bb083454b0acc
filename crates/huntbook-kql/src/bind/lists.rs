//! `in`, `in~`, `has_any`, `has_all` and their negations.

use huntbook_diagnostics::{Diagnostic, Span};
use huntbook_kql_syntax::ast::{Expr, ListOperator};

use super::compare::{undefined, unify};
use super::{Binder, Row, unsupported};
use crate::aggregates::make_set;
use crate::codes;
use crate::convert::convert;
use crate::dynamic;
use crate::functions::lists::{FLATTEN, HAS_ALL, HAS_ANY, IN_DYNAMIC, IN_IGNORE_CASE};
use crate::ir::{Node, Relation, Scalar, Value};
use crate::types::KqlType;

impl Binder<'_> {
    /// `subject operator (list)`.
    pub(super) fn list(
        &mut self,
        operator: ListOperator,
        span: Span,
        subject: &Expr,
        list: &[Expr],
        row: Row<'_>,
    ) -> Option<Scalar> {
        let subject = self.scalar(subject, row);
        if let [single] = list
            && self.is_tabular(single, row.scope)
        {
            let relation = self.relation(single, row.scope)?;
            let bound = in_relation(operator, subject?, relation, span);
            return self.accept(bound);
        }
        let items: Vec<Option<Scalar>> = list.iter().map(|item| self.scalar(item, row)).collect();
        let items = items.into_iter().collect::<Option<Vec<_>>>()?;
        let bound = in_list(operator, subject?, items, span);
        self.accept(bound)
    }
}

/// The list in the form of a table with one column.
fn in_relation(
    operator: ListOperator,
    subject: Scalar,
    mut relation: Relation,
    span: Span,
) -> Result<Scalar, Diagnostic> {
    let negated = match operator {
        ListOperator::In => false,
        ListOperator::NotIn => true,
        // The others search in text: the table's first column becomes one list.
        _ => return in_list(operator, subject, vec![column_as_list(relation, span)?], span),
    };
    let Some(column) = relation.columns.first().cloned() else {
        return Err(Diagnostic::error(codes::TABLE_FOR_SCALAR, "the table has no column").at(span));
    };
    let value = Scalar::column(column.name.clone(), column.kind);
    let (subject_kind, item_kind) = (subject.kind, value.kind);
    let (subject, value) = unify(subject, value)
        .map_err(|_| undefined(operator.symbol(), subject_kind, item_kind, span))?;
    let kind = value.kind;
    relation = Relation::project(relation, vec![(column.name, value)]);
    debug_assert_eq!(relation.columns[0].kind, kind);
    let (subject, relation) = (Box::new(subject), Box::new(relation));
    Ok(Scalar::boolean(Node::InRelation { subject, relation, negated }))
}

/// The first column of a table as one dynamic list.
fn column_as_list(relation: Relation, span: Span) -> Result<Scalar, Diagnostic> {
    let Some(column) = relation.columns.first() else {
        return Err(Diagnostic::error(codes::TABLE_FOR_SCALAR, "the table has no column").at(span));
    };
    let value = Scalar::column(column.name.clone(), column.kind);
    let kind = value.kind;
    let value = convert(value, KqlType::Dynamic)
        .ok_or_else(|| unsupported(&format!("a list of `{kind}` values"), span))?;
    let list = Relation::aggregate(relation, Vec::new(), vec![make_set(value)]);
    Ok(Scalar { node: Node::First(Box::new(list)), kind: KqlType::Dynamic })
}

fn in_list(
    operator: ListOperator,
    subject: Scalar,
    items: Vec<Scalar>,
    span: Span,
) -> Result<Scalar, Diagnostic> {
    let text_subject = |subject: Scalar| {
        let kind = subject.kind;
        match kind {
            KqlType::String | KqlType::Dynamic => convert(subject, KqlType::String)
                .ok_or_else(|| undefined(operator.symbol(), kind, KqlType::String, span)),
            _ => Err(undefined(operator.symbol(), kind, KqlType::String, span)),
        }
    };
    match operator {
        ListOperator::In => equals_any(operator, subject, items, false, span),
        ListOperator::NotIn => equals_any(operator, subject, items, true, span),
        // Without case, only text differs from `in`.
        ListOperator::InIgnoreCase | ListOperator::NotInIgnoreCase => {
            let negated = operator == ListOperator::NotInIgnoreCase;
            if !matches!(subject.kind, KqlType::String | KqlType::Dynamic) {
                return equals_any(operator, subject, items, negated, span);
            }
            let call = Scalar::kernel(
                &IN_IGNORE_CASE,
                vec![text_subject(subject)?, as_list(items, span)?],
            );
            Ok(if negated { call.not() } else { call })
        }
        ListOperator::HasAny => {
            Ok(Scalar::kernel(&HAS_ANY, vec![text_subject(subject)?, as_list(items, span)?]))
        }
        ListOperator::HasAll => {
            Ok(Scalar::kernel(&HAS_ALL, vec![text_subject(subject)?, as_list(items, span)?]))
        }
    }
}

/// `in` and `!in`. The subject stands in the result once.
fn equals_any(
    operator: ListOperator,
    subject: Scalar,
    items: Vec<Scalar>,
    negated: bool,
    span: Span,
) -> Result<Scalar, Diagnostic> {
    let items: Vec<Scalar> =
        items.into_iter().flat_map(spread).filter(|item| !equals_nothing(item)).collect();
    let by_row = |item: &Scalar| item.kind == KqlType::Dynamic && item.as_literal().is_none();
    if items.iter().any(by_row) {
        let kind = subject.kind;
        let wrong = || undefined(operator.symbol(), kind, KqlType::Dynamic, span);
        let subject = convert(subject, KqlType::Dynamic).ok_or_else(wrong)?;
        let items = items.into_iter().map(|item| convert(item, KqlType::Dynamic).ok_or_else(wrong));
        let list = Scalar::kernel(&FLATTEN, items.collect::<Result<_, _>>()?);
        let call = Scalar::kernel(&IN_DYNAMIC, vec![subject, list]);
        return Ok(if negated { call.not() } else { call });
    }
    let (subject, values) = as_one_type(operator, subject, items, span)?;
    Ok(Scalar::boolean(Node::In { subject: Box::new(subject), values, negated }))
}

/// The subject and the items as one type: that of the subject, a wider number, or for a dynamic subject that
/// of the items.
fn as_one_type(
    operator: ListOperator,
    subject: Scalar,
    items: Vec<Scalar>,
    span: Span,
) -> Result<(Scalar, Vec<Scalar>), Diagnostic> {
    let mut subject = subject;
    let mut values: Vec<Scalar> = Vec::with_capacity(items.len());
    for item in items {
        let (subject_kind, item_kind) = (subject.kind, item.kind);
        let wrong = || undefined(operator.symbol(), subject_kind, item_kind, span);
        let (as_item, value) = unify(subject.clone(), item).map_err(|_| wrong())?;
        if as_item.kind != subject_kind {
            let widened =
                values.into_iter().map(|value| convert(value, as_item.kind).ok_or_else(wrong));
            values = widened.collect::<Result<_, _>>()?;
            subject = as_item;
        }
        // A constant that has no value of the subject's type is equal to nothing.
        if !value.is_null_literal() {
            values.push(value);
        }
    }
    Ok((subject, values))
}

/// The elements of a constant dynamic list, each as a constant; anything else as it is.
fn spread(item: Scalar) -> Vec<Scalar> {
    if item.kind != KqlType::Dynamic {
        return vec![item];
    }
    let Some(Value::Text(text)) = item.as_literal() else { return vec![item] };
    let constant = |value: &serde_json::Value| match value {
        serde_json::Value::Null => Scalar::null(KqlType::Dynamic),
        serde_json::Value::Bool(flag) => Scalar::literal(Value::Bool(*flag), KqlType::Bool),
        serde_json::Value::Number(number) => match number.as_i64() {
            Some(whole) => Scalar::long(whole),
            None => {
                Scalar::literal(Value::Real(number.as_f64().unwrap_or(f64::NAN)), KqlType::Real)
            }
        },
        serde_json::Value::String(text) => Scalar::text(text.clone()),
        other => Scalar::literal(Value::Text(other.to_string()), KqlType::Dynamic),
    };
    match dynamic::parse(text) {
        serde_json::Value::Array(values) => values.iter().map(constant).collect(),
        value => vec![constant(&value)],
    }
}

/// All items as one dynamic list of strings.
fn as_list(items: Vec<Scalar>, span: Span) -> Result<Scalar, Diagnostic> {
    let mut constants = Vec::new();
    let mut lists = Vec::new();
    for item in items.into_iter().flat_map(spread) {
        let kind = item.kind;
        let plain = matches!(kind, KqlType::Dynamic);
        match convert(item, if plain { KqlType::Dynamic } else { KqlType::String }) {
            Some(text) => match text.as_literal() {
                Some(Value::Text(value)) if !plain => constants.push(value.clone()),
                _ => lists.push(text),
            },
            None => return Err(unsupported(&format!("a list item of type `{kind}`"), span)),
        }
    }
    let constant = Scalar::literal(
        Value::Text(serde_json::Value::from(constants.clone()).to_string()),
        KqlType::Dynamic,
    );
    if lists.is_empty() {
        return Ok(constant);
    }
    let mut parts = if constants.is_empty() { Vec::new() } else { vec![constant] };
    for list in lists {
        parts.push(
            convert(list, KqlType::Dynamic).ok_or_else(|| unsupported("this list item", span))?,
        );
    }
    Ok(match <[Scalar; 1]>::try_from(parts) {
        Ok([single]) => single,
        Err(parts) => Scalar::kernel(&FLATTEN, parts),
    })
}

/// A null and NaN are in no list.
fn equals_nothing(item: &Scalar) -> bool {
    item.is_null_literal() || matches!(item.as_literal(), Some(Value::Real(real)) if real.is_nan())
}
