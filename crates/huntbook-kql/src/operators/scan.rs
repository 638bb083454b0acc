//! `scan declare (a: long = 0) with (step s1: condition => a = value; ...)`: a state machine that the rows go through
//! in their order.
//!
//! A name without a step is a column of the row at hand, `step.name` one of the last row that matched the step, or a
//! declared column of it. Where the state has no such row, declared columns have their defaults, others are null.

use std::sync::Arc;

use huntbook_diagnostics::{Diagnostic, Span, near_hint};
use huntbook_kql_syntax::ast::{
    Expr, Ident, Operator, Parameter, ParameterKind, ScanOutput, ScanStep, SortKey,
};

use super::options::Options;
use crate::bind::{Binder, Row, Scope, duplicate, implicit, size, type_of, unsupported};
use crate::codes;
use crate::ir::{Column, HIDDEN, Node, Relation, Scalar, Value};
use crate::scan::{self, Output, Program, state_name, state_parts};
use crate::types::KqlType;

/// The parts of the operator as they are written.
pub(crate) struct Written<'a> {
    pub(crate) order: &'a [SortKey],
    pub(crate) partition: &'a [Expr],
    pub(crate) declare: &'a [Parameter],
    pub(crate) steps: &'a [ScanStep],
}

pub(crate) fn bind(
    binder: &mut Binder<'_>,
    input: Relation,
    written: &Written<'_>,
    operator: &Operator,
    scope: &Scope,
) -> Option<Relation> {
    let mut options = Options::new("scan", &operator.parameters);
    let match_id = options.name("with_match_id");
    options.finish(binder)?;
    refuse_undocumented(binder, written, operator.keyword)?;
    if !input.serialized {
        let diagnostic = Diagnostic::error(codes::NOT_SERIALIZED, "`scan` needs rows in an order");
        binder.report(
            diagnostic.at(operator.keyword).hint("put `| sort by ...` or `| serialize` before it"),
        );
        return None;
    }
    let declared = declarations(binder, &input, written.declare, scope)?;
    let is_taken = |name: &String| {
        let known = input.columns.iter().chain(declared.iter().map(|(column, _)| column));
        known.into_iter().any(|column| column.name == *name)
    };
    if match_id.as_ref().is_some_and(is_taken) {
        binder.report(duplicate(match_id.as_deref().unwrap_or_default(), operator.keyword));
        return None;
    }
    let mut columns = input.columns.clone();
    let mut bound = Vec::with_capacity(written.steps.len());
    for step in written.steps {
        let name = &step.name.name;
        if bound.iter().any(|(known, ..): &(&ScanStep, _, _)| known.name.name == *name) {
            let message = format!("step `{name}` is named twice");
            binder.report(Diagnostic::error(codes::DUPLICATE_COLUMN, message).at(step.name.span));
            return None;
        }
        let kept = input.columns.iter().filter(|column| !column.is_hidden());
        for column in kept.chain(declared.iter().map(|(column, _)| column)) {
            columns.push(Column::new(state_name(name, &column.name), column.kind));
        }
        let star = Some(input.columns.as_slice());
        let row = Row { star, serialized: true, open: input.open, ..Row::new(&columns, scope) };
        let condition = binder.predicate(&step.condition, row);
        let assignments = assignments(binder, &declared, step, row);
        bound.push((step, condition, assignments));
    }
    refuse_windows_over_state(binder, operator.span)?;
    let mut hoisted = Hoisted::default();
    let mut steps = Vec::with_capacity(bound.len());
    for (step, condition, assignments) in bound {
        let (condition, assignments) = (condition?, assignments?);
        let assignments = assignments.into_iter().map(|value| Some(hoisted.value(value?)));
        let assignments: Vec<Option<Scalar>> = assignments.collect();
        let (filter, condition) = hoisted.condition(condition);
        let over_state = assignments.iter().flatten().chain(&condition);
        let has_table = |value: &Scalar| {
            size::any(value, &|node| matches!(node, Node::First(_) | Node::InRelation { .. }))
        };
        if over_state.into_iter().any(has_table) {
            let what = "a table in an expression over the state of `scan`";
            binder.report(unsupported(what, step.span));
            return None;
        }
        let output = match step.output {
            None | Some(ScanOutput::All) => Output::All,
            Some(ScanOutput::Last) => Output::Last,
            Some(ScanOutput::None) => Output::None,
        };
        let name = step.name.name.clone();
        steps.push(scan::Step { name, output, filter, condition, assignments });
    }
    let shown = input.columns.clone();
    let partition = input.parts().map(Column::value).collect();
    let mut below = binder.with_windows(input);
    if !hoisted.values.is_empty() {
        let values = below.column_values().into_iter().chain(hoisted.values).collect();
        below = Relation::project(below, values);
    }
    let read = columns_read(&below.columns, &steps);
    let id = Column::new(format!("{HIDDEN}scan.id"), KqlType::Long);
    let mut added: Vec<Column> = declared.iter().map(|(column, _)| column.clone()).collect();
    added.push(id.clone());
    let program = Arc::new(Program { partition, read, declared, steps });
    let rows = Relation::scan(below, program, added.clone());
    added.pop();
    let columns = shown.iter().chain(&added);
    let mut columns: Vec<(String, Scalar)> =
        columns.map(|column| (column.name.clone(), column.value())).collect();
    columns.extend(match_id.map(|name| (name, id.value())));
    Some(Relation::project(rows, columns))
}

/// Clauses that the parser knows and the documentation does not.
fn refuse_undocumented(
    binder: &mut Binder<'_>,
    written: &Written<'_>,
    keyword: Span,
) -> Option<()> {
    let mut sound = true;
    for (given, what) in [
        (!written.order.is_empty(), "`order by` inside of `scan`"),
        (!written.partition.is_empty(), "`partition by` inside of `scan`"),
    ] {
        if given {
            binder.report(unsupported(what, keyword));
            sound = false;
        }
    }
    for step in written.steps.iter().filter(|step| step.optional) {
        binder.report(unsupported("an `optional` step", step.name.span));
        sound = false;
    }
    if written.steps.is_empty() {
        let diagnostic = Diagnostic::error(codes::WRONG_ARGUMENT_COUNT, "`scan` has no steps");
        binder.report(diagnostic.at(keyword));
        sound = false;
    }
    sound.then_some(())
}

/// The declared columns with their defaults.
fn declarations(
    binder: &mut Binder<'_>,
    input: &Relation,
    declare: &[Parameter],
    scope: &Scope,
) -> Option<Vec<(Column, Value)>> {
    let mut declared: Vec<(Column, Value)> = Vec::with_capacity(declare.len());
    for parameter in declare {
        let Ident { name, span } = &parameter.name;
        let ParameterKind::Scalar(kind) = &parameter.kind else {
            binder.report(unsupported("a table declared by `scan`", *span));
            return None;
        };
        let kind = binder.accept(type_of(kind))?;
        let known = input.columns.iter().chain(declared.iter().map(|(column, _)| column));
        if known.into_iter().any(|column| column.name == *name) {
            binder.report(duplicate(name, *span));
            return None;
        }
        let default = match &parameter.default {
            None => Scalar::null(kind),
            Some(default) => {
                let value = binder.scalar(default, Row::new(&[], scope))?;
                typed(binder, value, kind, default.span)?
            }
        };
        let Some(value) = default.as_literal().cloned() else {
            let span = parameter.default.as_ref().map_or(*span, |default| default.span);
            let message = format!("the default of `{name}` is a constant");
            binder.report(Diagnostic::error(codes::NOT_CONSTANT, message).at(span));
            return None;
        };
        declared.push((Column::new(name.clone(), kind), value));
    }
    Some(declared)
}

/// The value of each declared column that the step assigns.
fn assignments(
    binder: &mut Binder<'_>,
    declared: &[(Column, Value)],
    step: &ScanStep,
    row: Row<'_>,
) -> Option<Vec<Option<Scalar>>> {
    let mut values: Vec<Option<Scalar>> = vec![None; declared.len()];
    let mut sound = true;
    for (name, expression) in &step.assignments {
        let value = binder.scalar(expression, row);
        let Some(place) = declared.iter().position(|(column, _)| column.name == name.name) else {
            let known = declared.iter().map(|(column, _)| column.name.as_str());
            let message = format!("column `{}` is not declared by `scan`", name.name);
            binder.report(
                Diagnostic::error(codes::UNKNOWN_COLUMN, message)
                    .at(name.span)
                    .maybe_hint(near_hint("column", &name.name, known)),
            );
            sound = false;
            continue;
        };
        if values[place].is_some() {
            binder.report(duplicate(&name.name, name.span));
            sound = false;
        }
        let kind = declared[place].0.kind;
        let value = value.and_then(|value| typed(binder, value, kind, expression.span));
        sound &= value.is_some();
        values[place] = value;
    }
    sound.then_some(values)
}

/// The value as one of the declared type, where it is one.
fn typed(binder: &mut Binder<'_>, value: Scalar, kind: KqlType, span: Span) -> Option<Scalar> {
    if value.is_null_literal() {
        return Some(Scalar::null(kind));
    }
    let given = value.kind;
    let value = implicit(value, kind);
    if value.is_none() {
        let message = format!("a value of type `{kind}` is expected here, not `{given}`");
        binder.report(
            Diagnostic::error(codes::WRONG_ARGUMENT_TYPE, message)
                .at(span)
                .hint(format!("cast it with `to{kind}(...)`")),
        );
    }
    value
}

fn has_state(value: &Scalar) -> bool {
    size::has_column(value, &|name| state_parts(name).is_some())
}

/// Functions over rows run before the state is known.
fn refuse_windows_over_state(binder: &mut Binder<'_>, span: Span) -> Option<()> {
    if binder.pending_windows().any(|call| call.arguments.iter().any(has_state)) {
        let what = "a function over rows of the state of `scan`";
        binder.report(unsupported(what, span));
        return None;
    }
    Some(())
}

/// What is computed for all rows before the steps run.
#[derive(Default)]
struct Hoisted {
    values: Vec<(String, Scalar)>,
}

impl Hoisted {
    /// A column of the value, which does not look at the state.
    fn column(&mut self, value: Scalar) -> Scalar {
        if matches!(value.node, Node::Column(_)) {
            return value;
        }
        let column = Scalar::column(format!("{HIDDEN}scan.{}", self.values.len()), value.kind);
        if let Node::Column(name) = &column.node {
            self.values.push((name.clone(), value));
        }
        column
    }

    /// The value with columns in the place of what does not look at the state.
    fn value(&mut self, value: Scalar) -> Scalar {
        if has_state(&value) { self.inside(value) } else { self.column(value) }
    }

    fn inside(&mut self, mut value: Scalar) -> Scalar {
        for operand in value.node.operands_mut() {
            let is_table = |node: &Node| matches!(node, Node::First(_) | Node::InRelation { .. });
            let varies = size::has_columns(operand) || size::any(operand, &is_table);
            if varies {
                let taken = std::mem::replace(operand, Scalar::null(KqlType::Bool));
                *operand = self.value(taken);
            }
        }
        value
    }

    /// The column that must be true, and what must be true of the state.
    fn condition(&mut self, condition: Scalar) -> (Option<String>, Option<Scalar>) {
        let (mut of_row, mut of_state) = (None, None);
        let mut pending = vec![condition];
        while let Some(condition) = pending.pop() {
            match condition.node {
                Node::And(left, right) => pending.extend([*right, *left]),
                Node::Literal(Value::Bool(true)) => {}
                node => {
                    let condition = Scalar { node, kind: condition.kind };
                    let side = if has_state(&condition) { &mut of_state } else { &mut of_row };
                    *side = Some(match side.take() {
                        Some(before) => Scalar::and(before, condition),
                        None => condition,
                    });
                }
            }
        }
        let filter = of_row.map(|filter| self.column(filter));
        let filter = filter.and_then(|filter| match filter.node {
            Node::Column(name) => Some(name),
            _ => None,
        });
        (filter, of_state.map(|condition| self.value(condition)))
    }
}

/// The columns of the rows that the steps read, from the row at hand or from the state.
fn columns_read(columns: &[Column], steps: &[scan::Step]) -> Vec<Column> {
    let is_read = |column: &&Column| {
        let names = |name: &str| {
            name == column.name || state_parts(name).is_some_and(|(_, name)| name == column.name)
        };
        steps.iter().any(|step| {
            let values = step.assignments.iter().flatten().chain(&step.condition);
            step.filter.as_ref().is_some_and(|filter| *filter == column.name)
                || values.into_iter().any(|value| size::has_column(value, &names))
        })
    };
    columns.iter().filter(is_read).cloned().collect()
}

/// What `step.member` is, where a step of this name is in sight.
pub(crate) fn state_column(
    step: &Ident,
    member: &Ident,
    row: Row<'_>,
) -> Option<Result<Scalar, Diagnostic>> {
    let of_step =
        |column: &&Column| state_parts(&column.name).is_some_and(|(name, _)| name == step.name);
    let mut known = row.columns.iter().filter(of_step).peekable();
    known.peek()?;
    let wanted = state_name(&step.name, &member.name);
    if let Some(column) = known.clone().find(|column| column.name == wanted) {
        return Some(Ok(column.value()));
    }
    let message = format!("step `{}` has no column `{}`", step.name, member.name);
    let names = known.filter_map(|column| Some(state_parts(&column.name)?.1));
    let diagnostic = Diagnostic::error(codes::UNKNOWN_COLUMN, message).at(member.span);
    Some(Err(diagnostic.maybe_hint(near_hint("column", &member.name, names))))
}

/// A hint for a name that is a column of the state.
pub(crate) fn state_hint(name: &str, row: Row<'_>) -> Option<String> {
    let mut parts = row.columns.iter().filter_map(|column| state_parts(&column.name));
    let step = parts.rfind(|(_, column)| *column == name)?.0;
    Some(format!("a declared column stands in the state: `{step}.{name}`"))
}
