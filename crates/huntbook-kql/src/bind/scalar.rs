//! Scalar expressions.

use huntbook_diagnostics::{Diagnostic, Span, near_hint};
use huntbook_kql_syntax::ast::{BinaryOperator, Expr, ExprKind, Ident, NamedExpr, UnaryOperator};

use super::call::{Argument, ArgumentValue, Call, implicit};
use super::scope::{Binding, Scope};
use super::{Binder, Row, arithmetic, compare, literal, naming, size, unsupported};
use crate::aggregates;
use crate::codes;
use crate::convert::convert;
use crate::functions::{self, text_operators};
use crate::ir::{Column, Comparison, Node, Relation, Scalar, Step, Value};
use crate::types::KqlType;
use crate::windows;

/// The problem is among the diagnostics.
#[derive(Debug)]
pub(crate) struct Reported;

impl Binder<'_> {
    /// The meaning of an expression that yields a value. `None`: the problem is reported.
    pub(crate) fn scalar(&mut self, expression: &Expr, row: Row<'_>) -> Option<Scalar> {
        self.deeper(expression.span, |binder| binder.scalar_kind(expression, row))
    }

    /// The meaning of an expression that yields a bool.
    pub(crate) fn predicate(&mut self, expression: &Expr, row: Row<'_>) -> Option<Scalar> {
        let scalar = self.scalar(expression, row)?;
        if scalar.kind == KqlType::Bool {
            return Some(scalar);
        }
        let hint = match scalar.kind {
            KqlType::Dynamic => Some("cast it with `tobool(...)`, or compare it"),
            KqlType::String => Some("compare it, or use `isnotempty(...)`"),
            KqlType::Int | KqlType::Long | KqlType::Real => {
                Some("compare it, for example with `!= 0`")
            }
            _ => None,
        };
        let message = format!("a bool is expected here, not `{}`", scalar.kind);
        self.report(
            Diagnostic::error(codes::NOT_A_PREDICATE, message)
                .at(expression.span)
                .maybe_hint(hint.map(str::to_owned)),
        );
        None
    }

    fn scalar_kind(&mut self, expression: &Expr, row: Row<'_>) -> Option<Scalar> {
        let span = expression.span;
        match &expression.kind {
            ExprKind::Literal(constant) => {
                let bound = literal::bind(constant, span);
                self.accept(bound)
            }
            ExprKind::Name(name) => self.name(name, row),
            ExprKind::Path { .. } | ExprKind::Index { .. } => self.path(expression, row),
            ExprKind::Unary { operator, operand } => {
                let bound = self.scalar(operand, row)?;
                match operator {
                    UnaryOperator::Plus => Some(bound),
                    UnaryOperator::Minus => self.accept(arithmetic::negate(&bound, span)),
                }
            }
            ExprKind::Binary { operator, operator_span, left, right } => {
                self.binary(*operator, *operator_span, left, right, row)
            }
            ExprKind::List { operator, operator_span, subject, list } => {
                self.list(*operator, *operator_span, subject, list, row)
            }
            ExprKind::Between { negated, operator_span, subject, low, high } => {
                let subject = self.scalar(subject, row);
                let low = self.scalar(low, row);
                let high = self.scalar(high, row);
                let (subject, low, high) = (subject?, low?, high?);
                let bound = between(subject, low, high, *operator_span);
                let within = self.accept(bound)?;
                Some(if *negated { within.not() } else { within })
            }
            ExprKind::Call { name, arguments } => self.call(name, arguments, span, row),
            ExprKind::Star => {
                self.report(unsupported("`*` as a value", span));
                None
            }
            ExprKind::TypeOf(_) => {
                self.report(unsupported("a type as a value", span));
                None
            }
            ExprKind::Pipeline(_)
            | ExprKind::DataTable { .. }
            | ExprKind::Print { .. }
            | ExprKind::ExternalData { .. }
            | ExprKind::Pattern(_)
            | ExprKind::Head(_) => {
                self.report(
                    Diagnostic::error(
                        codes::TABLE_FOR_SCALAR,
                        "a value is expected here, not a table",
                    )
                    .at(span),
                );
                None
            }
            ExprKind::Function(_) => {
                self.report(unsupported("a function as a value", span));
                None
            }
            ExprKind::MemberCall { name, .. } => {
                self.report(unsupported(&format!("`.{}(...)`", name.name), name.span));
                None
            }
            // The parser has reported it.
            ExprKind::Error => None,
        }
    }

    /// A column, or else a `let` value.
    fn name(&mut self, name: &Ident, row: Row<'_>) -> Option<Scalar> {
        if let Some(column) = row.columns.iter().find(|column| column.name == name.name) {
            return self.column(name, column.kind);
        }
        match row.scope.get(&name.name).cloned() {
            Some(Binding::Scalar(scalar, nodes)) => {
                self.charge(nodes, name.span)?;
                Some(Scalar::clone(&scalar))
            }
            Some(Binding::RowScalar(scalar, nodes, tables)) => {
                if tables != self.tables {
                    let message = format!(
                        "`{}` depends on the row, which a table inside of the expression cannot see",
                        name.name
                    );
                    self.report(
                        Diagnostic::error(codes::CORRELATED, message)
                            .at(name.span)
                            .hint("join the table to the rows"),
                    );
                    return None;
                }
                self.charge(nodes, name.span)?;
                Some(Scalar::clone(&scalar))
            }
            Some(Binding::Failed) => None,
            Some(Binding::Table(..) | Binding::Missing(_)) => {
                let message = format!("`{}` is a table; a value is expected here", name.name);
                self.report(Diagnostic::error(codes::TABLE_FOR_SCALAR, message).at(name.span));
                None
            }
            Some(Binding::Function(function, scope)) if function.parameters.is_empty() => self
                .deeper(name.span, |binder| {
                    let (last, scope) = binder.statements(&function.body, &scope)?;
                    binder.scalar(last, Row::new(row.columns, &scope))
                }),
            Some(Binding::Function(..)) => {
                let message =
                    format!("`{}` is a function; call it with `{}()`", name.name, name.name);
                self.report(Diagnostic::error(codes::TABLE_FOR_SCALAR, message).at(name.span));
                None
            }
            None if row.open => Some(self.absent_column(name)),
            None => {
                let message = format!("column `{}` not found", name.name);
                let known = row.columns.iter().map(|column| column.name.as_str());
                let hint = crate::operators::scan::state_hint(&name.name, row)
                    .or_else(|| near_hint("column", &name.name, known.chain(row.scope.names())));
                self.report(
                    Diagnostic::error(codes::UNKNOWN_COLUMN, message)
                        .at(name.span)
                        .maybe_hint(hint),
                );
                None
            }
        }
    }

    /// The value of a column that only the data could have brought, and has not.
    pub(crate) fn absent_column(&mut self, name: &Ident) -> Scalar {
        let message = format!("column `{}` is not in the data and is taken as empty", name.name);
        self.report(Diagnostic::warning(codes::ABSENT_COLUMN, message).at(name.span));
        Scalar::null(KqlType::Dynamic)
    }

    fn column(&mut self, name: &Ident, kind: KqlType) -> Option<Scalar> {
        if let Some(collector) = &self.aggregates
            && !collector.inside
        {
            let message = format!("column `{}` stands outside of an aggregate", name.name);
            self.report(
                Diagnostic::error(codes::NOT_AN_AGGREGATE, message)
                    .at(name.span)
                    .hint(format!("take one value of each group with `take_any({})`", name.name)),
            );
            return None;
        }
        Some(Scalar::column(name.name.clone(), kind))
    }

    fn binary(
        &mut self,
        operator: BinaryOperator,
        span: Span,
        left: &Expr,
        right: &Expr,
        row: Row<'_>,
    ) -> Option<Scalar> {
        if matches!(operator, BinaryOperator::And | BinaryOperator::Or) {
            return self.logical(operator, left, right, row);
        }
        if matches!(left.kind, ExprKind::Star) {
            return self.any_column(operator, span, right, row);
        }
        let (left, right) = (self.scalar(left, row), self.scalar(right, row));
        let (left, right) = (left?, right?);
        let bound = operate(operator, left, right, span);
        self.accept(bound)
    }

    /// `* operator value`: whether any column holds it. Text is looked for in text, other values in columns of their type.
    fn any_column(
        &mut self,
        operator: BinaryOperator,
        span: Span,
        value: &Expr,
        row: Row<'_>,
    ) -> Option<Scalar> {
        let value = self.scalar(value, row)?;
        let text = value.kind == KqlType::String;
        let mut found: Option<Scalar> = None;
        for column in row.columns.iter().filter(|column| !column.is_hidden()) {
            let fits = column.kind == value.kind || text && column.kind == KqlType::Dynamic;
            if !fits {
                continue;
            }
            if let Ok(holds) = operate(operator, column.value(), value.clone(), span) {
                found = Some(match found {
                    Some(before) => before.or(holds),
                    None => holds,
                });
            }
        }
        Some(found.unwrap_or_else(|| Scalar::literal(Value::Bool(false), KqlType::Bool)))
    }

    /// `and`, `or`; a chain is bound without recursion on its left side.
    fn logical(
        &mut self,
        operator: BinaryOperator,
        left: &Expr,
        right: &Expr,
        row: Row<'_>,
    ) -> Option<Scalar> {
        let mut operands = vec![right];
        let mut first = left;
        while let ExprKind::Binary { operator: inner, left, right, .. } = &first.kind
            && *inner == operator
        {
            operands.push(right);
            first = left;
        }
        operands.push(first);
        let bound: Vec<Option<Scalar>> =
            operands.into_iter().rev().map(|operand| self.logical_operand(operand, row)).collect();
        let mut bound = bound.into_iter().collect::<Option<Vec<_>>>()?;
        // A balanced tree keeps long chains shallow.
        while bound.len() > 1 {
            let mut paired = Vec::with_capacity(bound.len().div_ceil(2));
            let mut rest = bound.into_iter();
            while let Some(one) = rest.next() {
                paired.push(match (rest.next(), operator) {
                    (Some(other), BinaryOperator::And) => one.and(other),
                    (Some(other), _) => one.or(other),
                    (None, _) => one,
                });
            }
            bound = paired;
        }
        bound.pop()
    }

    /// `and` and `or` take a dynamic value as the bool inside of it; `where` does not.
    fn logical_operand(&mut self, operand: &Expr, row: Row<'_>) -> Option<Scalar> {
        let is_path = matches!(operand.kind, ExprKind::Path { .. } | ExprKind::Index { .. });
        if is_path {
            let scalar = self.scalar(operand, row)?;
            return convert(scalar, KqlType::Bool);
        }
        self.predicate(operand, row)
    }

    fn call(
        &mut self,
        name: &Ident,
        arguments: &[NamedExpr],
        span: Span,
        row: Row<'_>,
    ) -> Option<Scalar> {
        if let Some((function, scope)) = self.user_function(&name.name, row.scope) {
            let scope = self.parameters(name, (&function, &scope), arguments, span, row, None)?;
            let before = self.diagnostics.len();
            let value = self.deeper(span, |binder| {
                let (last, scope) = binder.statements(&function.body, &scope)?;
                binder.scalar(last, Row { columns: &[], scope: &scope, ..row })
            });
            if row.scope.get(&name.name).is_none() {
                self.told_at_call(name, span, before);
            }
            return value;
        }
        match row.scope.get(&name.name) {
            Some(Binding::Failed) => return None,
            Some(_) if functions::find(&name.name).is_none() => {
                let message = format!("`{}` is a value, not a function", name.name);
                self.report(Diagnostic::error(codes::NOT_A_FUNCTION, message).at(name.span));
                return None;
            }
            _ => {}
        }
        if name.name == "toscalar"
            && let [table] = arguments
        {
            return self.first_value(&table.value, row);
        }
        if name.name == "column_names_of"
            && let [table] = arguments
        {
            let relation = self.relation(&table.value, row.scope)?;
            let names: serde_json::Value =
                relation.columns.iter().map(|column| column.name.as_str()).collect();
            return Some(Scalar::literal(Value::Text(names.to_string()), KqlType::Dynamic));
        }
        // Some names are those of an aggregate over rows and of a function of values.
        let among_rows = self.aggregates.as_ref().is_some_and(|collector| !collector.inside);
        if among_rows && arguments.len() == 1 && aggregates::find(&name.name).is_some() {
            return self.aggregate_value(name, arguments, span, row);
        }
        if name.name == "geo_info_from_ip_address" && self.database.locations().is_none() {
            self.report(functions::geo_info_from_ip_address::without_file(name.span));
        }
        if let Some(function) = functions::find(&name.name) {
            let call = self.arguments(&name.name, arguments, span, row)?;
            let bound = (function.bind)(&call);
            return self.accept(bound);
        }
        if let Some(function) = functions::several::find(&name.name) {
            let call = self.arguments(&name.name, arguments, span, row)?;
            let bound = (function.bind)(&call);
            return self.accept(bound)?.into_iter().next().map(|(_, value)| value);
        }
        if let Some(window) = windows::find(&name.name) {
            return self.window_value(window, name, arguments, span, row);
        }
        if aggregates::find(&name.name).is_some() {
            return self.aggregate_value(name, arguments, span, row);
        }
        self.report(unknown_function(name, row.scope));
        None
    }

    /// The columns of a call that yields several, each with the name that it suggests. `None`: the
    /// expression is no such call.
    pub(crate) fn outputs(
        &mut self,
        expression: &Expr,
        row: Row<'_>,
    ) -> Option<Result<Vec<functions::several::Output>, Reported>> {
        let ExprKind::Call { name, arguments } = &expression.kind else { return None };
        let function = functions::several::find(&name.name)?;
        if row.scope.get(&name.name).is_some() {
            return None;
        }
        let call = self.arguments(&name.name, arguments, expression.span, row);
        let bound = call.map(|call| (function.bind)(&call));
        Some(bound.and_then(|bound| self.accept(bound)).ok_or(Reported))
    }

    /// `toscalar(T)`: the first column's value in the first row.
    fn first_value(&mut self, table: &Expr, row: Row<'_>) -> Option<Scalar> {
        if !self.is_tabular(table, row.scope) {
            let value = self.scalar(table, row)?;
            let is_volatile =
                |node: &Node| matches!(node, Node::Kernel { kernel, .. } if kernel.is_volatile());
            if !size::any(&value, &is_volatile) {
                return Some(value);
            }
            // What differs from row to row is taken once.
            let kind = value.kind;
            let columns = vec![Column::new("print_0", kind)];
            let step = Step::Rows(vec![vec![value]]);
            let relation = Relation::unordered(step, columns);
            return Some(Scalar { node: Node::First(Box::new(relation)), kind });
        }
        let relation = self.relation(table, row.scope)?;
        let kind = relation.columns.first()?.kind;
        Some(Scalar { node: Node::First(Box::new(relation)), kind })
    }

    /// Binds the arguments of a call to a function of KQL.
    pub(crate) fn arguments<'c>(
        &mut self,
        name: &'c str,
        arguments: &[NamedExpr],
        span: Span,
        row: Row<'c>,
    ) -> Option<Call<'c>> {
        let bound: Vec<Option<Argument>> = arguments
            .iter()
            .map(|argument| {
                let value = match &argument.value.kind {
                    ExprKind::Star => ArgumentValue::Star,
                    ExprKind::TypeOf(type_name) => {
                        ArgumentValue::Type(self.accept(literal::type_of(type_name))?)
                    }
                    _ => ArgumentValue::Scalar(self.scalar(&argument.value, row)?),
                };
                let suggestion = naming::suggestion(&argument.value);
                Some(Argument { value, suggestion, span: argument.value.span })
            })
            .collect();
        let arguments = bound.into_iter().collect::<Option<Vec<_>>>()?;
        let columns = row.star.unwrap_or(row.columns);
        let locations = self.database.locations().cloned();
        Some(Call { name, span, arguments, columns, now: self.now, locations })
    }
}

/// The diagnostic for a function that does not exist, or does not exist here.
pub(super) fn unknown_function(name: &Ident, scope: &Scope) -> Diagnostic {
    if functions::is_known_elsewhere(&name.name) {
        let message = format!("function `{}` is not supported yet", name.name);
        return Diagnostic::error(codes::UNSUPPORTED_FUNCTION, message)
            .at(name.span)
            .maybe_hint(functions::reason(&name.name).map(str::to_owned));
    }
    let built_in = functions::names().chain(aggregates::names()).chain(windows::names());
    let known: Vec<&str> = built_in.collect();
    let known = known.into_iter().chain(scope.names());
    Diagnostic::error(codes::UNKNOWN_FUNCTION, format!("function `{}` not found", name.name))
        .at(name.span)
        .maybe_hint(near_hint("function", &name.name, known))
}

/// `left operator right`, for all but `and` and `or`.
fn operate(
    operator: BinaryOperator,
    left: Scalar,
    right: Scalar,
    span: Span,
) -> Result<Scalar, Diagnostic> {
    match operator {
        BinaryOperator::Add
        | BinaryOperator::Subtract
        | BinaryOperator::Multiply
        | BinaryOperator::Divide
        | BinaryOperator::Modulo => arithmetic::bind(operator, &left, &right, span),
        BinaryOperator::Term => text_operators::bind(BinaryOperator::Has, left, right, span),
        _ => match comparison(operator) {
            Some(comparison) => compare::bind(comparison, operator.symbol(), left, right, span),
            None => text_operators::bind(operator, left, right, span),
        },
    }
}

fn comparison(operator: BinaryOperator) -> Option<Comparison> {
    Some(match operator {
        BinaryOperator::Equal => Comparison::Equal,
        BinaryOperator::NotEqual => Comparison::NotEqual,
        BinaryOperator::Less => Comparison::Less,
        BinaryOperator::LessEqual => Comparison::LessEqual,
        BinaryOperator::Greater => Comparison::Greater,
        BinaryOperator::GreaterEqual => Comparison::GreaterEqual,
        _ => return None,
    })
}

/// How many nodes an expression may have that stands twice in its meaning.
const MOST_REPEATED: usize = 50;

/// `subject between (low .. high)`; where the ends are a time and a span, the span is the length.
fn between(subject: Scalar, low: Scalar, high: Scalar, span: Span) -> Result<Scalar, Diagnostic> {
    let high = if low.kind == KqlType::Datetime && high.kind == KqlType::Timespan {
        // The start stands twice, so that what doubles must be small.
        if size::of_scalar(&low) > MOST_REPEATED {
            return Err(unsupported("a length as the end of a range with so long a start", span));
        }
        arithmetic::bind(BinaryOperator::Add, &low, &high, span)?
    } else {
        high
    };
    let (subject, low) = compare::order(subject, low)
        .map_err(|(left, right)| compare::undefined("between", left, right, span))?;
    let (subject, high) = compare::order(subject, high)
        .map_err(|(left, right)| compare::undefined("between", left, right, span))?;
    let low = implicit(low, subject.kind)
        .ok_or_else(|| compare::undefined("between", subject.kind, high.kind, span))?;
    let (subject, low, high) = (Box::new(subject), Box::new(low), Box::new(high));
    Ok(Scalar::boolean(Node::Between { subject, low, high }))
}
