//! `join kind=... (T) on ...`: pairs of rows with equal keys.
//!
//! Without a kind it is `innerunique`: of the left rows with the same keys only one, whichever, is paired. A column of
//! the right side whose name the left side has gets a number behind it. A null key equals nothing.

use huntbook_diagnostics::{Diagnostic, Span, near_hint};
use huntbook_kql_syntax::ast::{BinaryOperator, Expr, ExprKind, Ident, Operator};

use super::options::Options;
use crate::aggregates::take_any;
use crate::bind::{Binder, Names, Row, Scope, unify, unsupported};
use crate::codes;
use crate::ir::{Column, HIDDEN, JoinKey, JoinKind, Relation, Scalar, Step};

/// The kinds by name, the one without a name first.
pub(crate) const KINDS: &[&str] = &[
    "innerunique",
    "inner",
    "leftouter",
    "rightouter",
    "fullouter",
    "leftsemi",
    "rightsemi",
    "leftanti",
    "rightanti",
    "anti",
    "leftantisemi",
    "rightantisemi",
];

pub(crate) fn bind(
    binder: &mut Binder<'_>,
    left: Relation,
    right: &Expr,
    on: &[Expr],
    operator: &Operator,
    scope: &Scope,
) -> Option<Relation> {
    let mut options = Options::new("join", &operator.parameters);
    let word = options.word("kind", KINDS).unwrap_or("innerunique");
    // Tables of other clusters do not come to one machine.
    options.finish(binder)?;
    let right = binder.relation(right, scope);
    let kind = match word {
        "leftouter" => JoinKind::LeftOuter,
        "rightouter" => JoinKind::RightOuter,
        "fullouter" => JoinKind::FullOuter,
        "leftsemi" => JoinKind::LeftSemi,
        "rightsemi" => JoinKind::RightSemi,
        "leftanti" | "anti" | "leftantisemi" => JoinKind::LeftAnti,
        "rightanti" | "rightantisemi" => JoinKind::RightAnti,
        _ => JoinKind::Inner,
    };
    let right = right?;
    // A row of the right side alone belongs to no part of the left.
    let parted = left.parts().next().is_some();
    if parted
        && matches!(
            kind,
            JoinKind::RightOuter | JoinKind::FullOuter | JoinKind::RightSemi | JoinKind::RightAnti
        )
    {
        let what = format!("`join kind={word}` inside of `mv-apply` or `partition`");
        binder.report(unsupported(&what, operator.keyword));
        return None;
    }
    let keys = keys(binder, &left, &right, on, operator.keyword, scope)?;
    let left = if word == "innerunique" { unique(left, &keys) } else { left };
    Some(joined(left, right, kind, keys))
}

/// The pairs, the columns of both sides under names of their own.
pub(super) fn joined(
    left: Relation,
    right: Relation,
    kind: JoinKind,
    on: Vec<JoinKey>,
) -> Relation {
    let (shows_left, shows_right) = kind.shows();
    let mut names = Names::default();
    let mut columns = Vec::new();
    let open = shows_left && left.open || shows_right && right.open;
    let sides = [(shows_left, &left.columns), (shows_right, &right.columns)];
    for column in sides.into_iter().filter(|side| side.0).flat_map(|side| side.1) {
        columns.push(Column::new(names.invent(Some(column.name.clone())), column.kind));
    }
    let step = Step::Join { left: Box::new(left), right: Box::new(right), kind, on };
    Relation { open, ..Relation::unordered(step, columns) }
}

/// One row for each combination of keys in each part, whichever.
fn unique(left: Relation, on: &[JoinKey]) -> Relation {
    let named = |(position, value): (usize, Scalar)| (format!("{HIDDEN}key.{position}"), value);
    let parts = left.parts().map(Column::value);
    let keys = on.iter().map(|key| key.left.clone()).chain(parts).enumerate().map(named);
    let keys = keys.collect();
    let (columns, open) = (left.column_values(), left.open);
    let call = take_any::whole_row(&left.columns);
    let rows = Relation::project(Relation::aggregate(left, keys, vec![call]), columns);
    Relation { open, ..rows }
}

/// The keys of both sides, brought to one type each.
pub(super) fn keys(
    binder: &mut Binder<'_>,
    left: &Relation,
    right: &Relation,
    on: &[Expr],
    keyword: Span,
    scope: &Scope,
) -> Option<Vec<JoinKey>> {
    if on.is_empty() {
        let message = "the condition behind `on` is missing";
        binder.report(
            Diagnostic::error(codes::WRONG_CONDITION, message)
                .at(keyword)
                .hint("as in `on Column` or `on $left.A == $right.B`"),
        );
        return None;
    }
    let mut found = Vec::new();
    let mut sound = true;
    let mut pending: Vec<&Expr> = on.iter().rev().collect();
    while let Some(condition) = pending.pop() {
        match &condition.kind {
            ExprKind::Binary { operator: BinaryOperator::And, left: one, right: other, .. } => {
                pending.push(other);
                pending.push(one);
            }
            ExprKind::Name(name) => {
                let pair = (
                    side_column(binder, left, name, "left"),
                    side_column(binder, right, name, "right"),
                );
                match pair {
                    (Some(one), Some(other)) => found.push((one, other, condition.span)),
                    _ => sound = false,
                }
            }
            ExprKind::Binary {
                operator: BinaryOperator::Equal, left: one, right: other, ..
            } => match (side(one), side(other)) {
                (Some(Side::Left), Some(Side::Right)) => {
                    let pair =
                        (of_side(binder, left, one, scope), of_side(binder, right, other, scope));
                    push(&mut found, pair, condition.span, &mut sound);
                }
                (Some(Side::Right), Some(Side::Left)) => {
                    let pair =
                        (of_side(binder, left, other, scope), of_side(binder, right, one, scope));
                    push(&mut found, pair, condition.span, &mut sound);
                }
                _ => {
                    binder.report(bad_condition(condition.span));
                    sound = false;
                }
            },
            ExprKind::Error => sound = false,
            _ => {
                binder.report(bad_condition(condition.span));
                sound = false;
            }
        }
    }
    let mut keys = Vec::with_capacity(found.len());
    for (one, other, span) in found {
        let kinds = (one.kind, other.kind);
        if let Ok((left, right)) = unify(one, other) {
            keys.push(JoinKey { left, right });
            continue;
        }
        let message =
            format!("a key of type `{}` does not join with one of type `{}`", kinds.0, kinds.1);
        binder.report(
            Diagnostic::error(codes::WRONG_OPERAND_TYPE, message)
                .at(span)
                .hint("cast both sides to one type before, for example with `tostring`"),
        );
        sound = false;
    }
    sound.then_some(keys)
}

type Pair = (Option<Scalar>, Option<Scalar>);

fn push(found: &mut Vec<(Scalar, Scalar, Span)>, pair: Pair, span: Span, sound: &mut bool) {
    match pair {
        (Some(one), Some(other)) => found.push((one, other, span)),
        _ => *sound = false,
    }
}

fn bad_condition(span: Span) -> Diagnostic {
    let message =
        "a condition of `join` is a column that both sides have, or `$left.A == $right.B`";
    Diagnostic::error(codes::WRONG_CONDITION, message).at(span)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Left,
    Right,
}

/// The side that an expression speaks of: `$left` or `$right` at its root.
fn side(expression: &Expr) -> Option<Side> {
    match &expression.kind {
        ExprKind::Name(name) if name.name == "$left" => Some(Side::Left),
        ExprKind::Name(name) if name.name == "$right" => Some(Side::Right),
        ExprKind::Path { base, .. } | ExprKind::Index { base, .. } => side(base),
        ExprKind::Call { arguments, .. } => {
            arguments.iter().find_map(|argument| side(&argument.value))
        }
        _ => None,
    }
}

/// `$left.a`, over the columns of one side.
fn of_side(
    binder: &mut Binder<'_>,
    relation: &Relation,
    expression: &Expr,
    scope: &Scope,
) -> Option<Scalar> {
    let own = without_side(expression);
    binder.scalar(&own, Row::new(&relation.columns, scope))
}

/// The expression with `$left.a` and `$right.a` as plain `a`.
fn without_side(expression: &Expr) -> Expr {
    let kind = match &expression.kind {
        ExprKind::Path { base, member } => match &base.kind {
            ExprKind::Name(name) if name.name.starts_with('$') => ExprKind::Name(member.clone()),
            _ => ExprKind::Path { base: Box::new(without_side(base)), member: member.clone() },
        },
        ExprKind::Index { base, index } => {
            ExprKind::Index { base: Box::new(without_side(base)), index: index.clone() }
        }
        ExprKind::Call { name, arguments } => {
            let mut arguments = arguments.clone();
            for argument in &mut arguments {
                argument.value = without_side(&argument.value);
            }
            ExprKind::Call { name: name.clone(), arguments }
        }
        other => other.clone(),
    };
    Expr { kind, span: expression.span }
}

pub(super) fn side_column(
    binder: &mut Binder<'_>,
    relation: &Relation,
    name: &Ident,
    side: &str,
) -> Option<Scalar> {
    if let Some(column) = relation.columns.iter().find(|column| column.name == name.name) {
        return Some(column.value());
    }
    if relation.open {
        return Some(binder.absent_column(name));
    }
    let known = relation.columns.iter().map(|column| column.name.as_str());
    let message = format!("column `{}` not found on the {side} side of the join", name.name);
    binder.report(
        Diagnostic::error(codes::UNKNOWN_COLUMN, message)
            .at(name.span)
            .maybe_hint(near_hint("column", &name.name, known)),
    );
    None
}
