//! Expressions that yield tables, and `let`.

use std::rc::Rc;
use std::sync::Arc;

use huntbook_diagnostics::{Diagnostic, Span, near_hint};
use huntbook_kql_syntax::ast::{
    ColumnDeclaration, Expr, ExprKind, Ident, LetStatement, Literal, NamedExpr, Operator,
    OperatorKind, Pipeline, Statement,
};

use super::call::implicit;
use super::scalar::unknown_function;
use super::scope::{Binding, Scope};
use super::{Binder, Row, literal, size};
use crate::KqlError;
use crate::codes;
use crate::convert::convert;
use crate::ir::{Column, Relation, Scalar, Step};
use crate::local::is_public_table;
use crate::operators;
use crate::types::KqlType;

impl Binder<'_> {
    /// What a `let` statement defines.
    pub(super) fn definition(&mut self, statement: &LetStatement, scope: &Scope) -> Binding {
        let value = &statement.value;
        if let ExprKind::Function(function) = &value.kind {
            return Binding::Function(Rc::new(function.as_ref().clone()), scope.clone());
        }
        if self.is_tabular(value, scope) {
            return self.relation(value, scope).map_or(Binding::Failed, |relation| {
                let nodes = size::of_relation(&relation);
                Binding::Table(Rc::new(relation), nodes)
            });
        }
        self.scalar(value, Row::new(&[], scope)).map_or(Binding::Failed, |scalar| {
            let nodes = size::of_scalar(&scalar);
            Binding::Scalar(Rc::new(scalar), nodes)
        })
    }

    /// Whether an expression yields a table.
    pub(super) fn is_tabular(&self, expression: &Expr, scope: &Scope) -> bool {
        match &expression.kind {
            ExprKind::Pipeline(_)
            | ExprKind::DataTable { .. }
            | ExprKind::Print { .. }
            | ExprKind::Unsupported { .. } => true,
            ExprKind::Name(name) => match scope.get(&name.name) {
                Some(binding) => matches!(binding, Binding::Table(..)),
                None => self.database.table(&name.name).is_some(),
            },
            ExprKind::Call { name, .. } => match scope.get(&name.name) {
                Some(Binding::Function(function, inner)) => {
                    let last =
                        function.body.statements.iter().rev().find_map(
                            |statement| match statement {
                                Statement::Expression(last) => Some(last),
                                _ => None,
                            },
                        );
                    let tabular_names = function.parameters.iter().filter(|parameter| {
                        matches!(
                            parameter.kind,
                            huntbook_kql_syntax::ast::ParameterKind::Tabular(_)
                        )
                    });
                    let is_parameter = |last: &Expr| {
                        matches!(&last.kind, ExprKind::Name(name)
                            if tabular_names.clone().any(|parameter| parameter.name.name == name.name))
                    };
                    last.is_some_and(|last| is_parameter(last) || self.is_tabular(last, inner))
                }
                Some(_) => false,
                None => matches!(name.name.as_str(), "materialize" | "table" | "view"),
            },
            _ => false,
        }
    }

    /// The meaning of an expression that yields a table. `None`: the problem is reported.
    pub(crate) fn relation(&mut self, expression: &Expr, scope: &Scope) -> Option<Relation> {
        // A table inside of an aggregate's argument has rows of its own.
        let outer = self.aggregates.take();
        let relation =
            self.deeper(expression.span, |binder| binder.relation_kind(expression, scope));
        self.aggregates = outer;
        relation
    }

    fn relation_kind(&mut self, expression: &Expr, scope: &Scope) -> Option<Relation> {
        match &expression.kind {
            ExprKind::Pipeline(pipeline) => self.pipeline(pipeline, scope),
            ExprKind::Name(name) => self.named_table(name, scope),
            ExprKind::DataTable { columns, values } => {
                self.data_table(columns, values, expression.span, scope)
            }
            ExprKind::Print { columns } => operators::print::bind(self, columns, scope),
            ExprKind::Call { name, arguments } => {
                self.table_call(name, arguments, expression.span, scope)
            }
            ExprKind::Unsupported { name, .. } => {
                let place = Span::new(expression.span.start, expression.span.start + name.len());
                self.report(unsupported_operator(name, place));
                None
            }
            ExprKind::Error => None,
            _ => {
                // Problems inside of the value come first; a sound value is a problem as a whole.
                self.scalar(expression, Row::new(&[], scope))?;
                self.report(
                    Diagnostic::error(
                        codes::SCALAR_FOR_TABLE,
                        "a table is expected here, not a value",
                    )
                    .at(expression.span)
                    .hint("show a value with `print`"),
                );
                None
            }
        }
    }

    fn pipeline(&mut self, pipeline: &Pipeline, scope: &Scope) -> Option<Relation> {
        let mut relation = self.relation(&pipeline.source, scope)?;
        for operator in &pipeline.operators {
            relation = self.operator(relation, operator, scope)?;
        }
        Some(relation)
    }

    /// One operator. Where it has problems that leave the columns known, the pipeline goes on behind it, so
    /// that later problems are reported, too.
    fn operator(
        &mut self,
        input: Relation,
        operator: &Operator,
        scope: &Scope,
    ) -> Option<Relation> {
        match &operator.kind {
            OperatorKind::Where { predicate } => {
                Some(operators::filter::bind(self, input, predicate, scope))
            }
            OperatorKind::Extend { columns } => {
                operators::extend::bind(self, input, columns, scope)
            }
            OperatorKind::Project { columns } => {
                operators::project::bind(self, input, columns, scope)
            }
            OperatorKind::Summarize { aggregates, by } => {
                operators::summarize::bind(self, input, aggregates, by, scope)
            }
            OperatorKind::Sort { keys } => Some(operators::sort::bind(self, input, keys, scope)),
            OperatorKind::Top { count, key } => {
                Some(operators::top::bind(self, input, count, key, scope))
            }
            OperatorKind::Take { count } => Some(operators::take::bind(self, input, count, scope)),
            OperatorKind::Distinct { columns } => {
                operators::distinct::bind(self, input, columns, scope)
            }
            OperatorKind::Count => Some(operators::count::bind(input)),
            // A chart changes no rows.
            OperatorKind::Unsupported { name, .. } if name == "render" => {
                self.report(
                    Diagnostic::warning(
                        codes::NOT_DRAWN,
                        "`render` is not drawn; its rows are given",
                    )
                    .at(operator.keyword),
                );
                Some(input)
            }
            OperatorKind::Unsupported { name, .. } => {
                self.report(unsupported_operator(name, operator.keyword));
                None
            }
            OperatorKind::Error => None,
        }
    }

    fn named_table(&mut self, name: &Ident, scope: &Scope) -> Option<Relation> {
        match scope.get(&name.name).cloned() {
            Some(Binding::Table(relation, nodes)) => {
                self.charge(nodes, name.span)?;
                return Some(Relation::clone(&relation));
            }
            Some(Binding::Failed) => return None,
            Some(Binding::Scalar(..)) => {
                let message = format!("`{}` is a value; a table is expected here", name.name);
                self.report(
                    Diagnostic::error(codes::SCALAR_FOR_TABLE, message)
                        .at(name.span)
                        .hint(format!("show it with `print {}`", name.name)),
                );
                return None;
            }
            Some(Binding::Function(function, inner)) if function.parameters.is_empty() => {
                return self.query(&function.body, &inner);
            }
            Some(Binding::Function(..)) => {
                let message = format!("`{}` is a function; it needs arguments", name.name);
                self.report(Diagnostic::error(codes::SCALAR_FOR_TABLE, message).at(name.span));
                return None;
            }
            None => {}
        }
        self.database_table(&name.name, name.span, scope)
    }

    fn database_table(&mut self, name: &str, span: Span, scope: &Scope) -> Option<Relation> {
        let Some(table) = self.database.table(name) else {
            let known = self.database.names().chain(scope.names());
            let diagnostic = Diagnostic::error(
                codes::UNKNOWN_TABLE,
                format!("table `{name}` not found"),
            )
            .at(span)
            .maybe_hint(is_public_table(name).then(|| {
                format!("`{name}` is a table of Log Analytics or Defender; no file here holds it")
            }))
            .maybe_hint(near_hint("table", name, known).or_else(|| self.database.contents()));
            self.report(diagnostic);
            return None;
        };
        match table.columns() {
            Ok(columns) => {
                let columns =
                    columns.into_iter().map(|(name, kind)| Column::new(name, kind)).collect();
                Some(Relation { step: Step::Table(Arc::clone(table)), columns, order: Vec::new() })
            }
            Err(source) => {
                let message = format!("table `{name}` cannot be opened: {source}");
                self.report(Diagnostic::error(codes::UNREADABLE_TABLE, message).at(span));
                self.unreadable.get_or_insert(KqlError::Table { table: name.to_owned(), source });
                None
            }
        }
    }

    /// A call that yields a table: a function of the query, `table("name")` or `materialize(T)`.
    fn table_call(
        &mut self,
        name: &Ident,
        arguments: &[NamedExpr],
        span: Span,
        scope: &Scope,
    ) -> Option<Relation> {
        if let Some(binding) = scope.get(&name.name).cloned() {
            return match binding {
                Binding::Function(function, inner) => {
                    let row = Row::new(&[], scope);
                    let scope = self.parameters(name, &function, &inner, arguments, span, row)?;
                    self.deeper(span, |binder| binder.query(&function.body, &scope))
                }
                Binding::Failed => None,
                _ => {
                    let message = format!("`{}` is not a function", name.name);
                    self.report(Diagnostic::error(codes::NOT_A_FUNCTION, message).at(name.span));
                    None
                }
            };
        }
        match (name.name.as_str(), arguments) {
            ("materialize", [table]) => self.relation(&table.value, scope),
            ("table", [table]) => {
                if let ExprKind::Literal(Literal::String { value, .. }) = &table.value.kind {
                    self.database_table(value, table.span, scope)
                } else {
                    let message = "argument 1 of `table` must be a constant string";
                    self.report(Diagnostic::error(codes::NOT_CONSTANT, message).at(table.span));
                    None
                }
            }
            _ if crate::functions::find(&name.name).is_some() => {
                self.report(
                    Diagnostic::error(
                        codes::SCALAR_FOR_TABLE,
                        "a table is expected here, not a value",
                    )
                    .at(span)
                    .hint("show a value with `print`"),
                );
                None
            }
            _ => {
                self.report(unknown_function(name, scope));
                None
            }
        }
    }

    fn data_table(
        &mut self,
        declared: &[ColumnDeclaration],
        values: &[Expr],
        span: Span,
        scope: &Scope,
    ) -> Option<Relation> {
        let mut columns: Vec<Column> = Vec::with_capacity(declared.len());
        let mut sound = true;
        for column in declared {
            match self.accept(literal::type_of(&column.type_name)) {
                Some(kind) => {
                    if columns.iter().any(|known| known.name == column.name.name) {
                        self.report(duplicate(&column.name.name, column.name.span));
                        sound = false;
                    }
                    columns.push(Column::new(column.name.name.clone(), kind));
                }
                None => sound = false,
            }
        }
        if !sound || columns.is_empty() {
            return None;
        }
        if !values.len().is_multiple_of(columns.len()) {
            let message =
                format!("{} values do not fill rows of {} columns", values.len(), columns.len());
            self.report(Diagnostic::error(codes::UNEVEN_DATATABLE, message).at(span));
            return None;
        }
        let mut cells = Vec::with_capacity(values.len());
        for (position, value) in values.iter().enumerate() {
            let kind = columns[position % columns.len()].kind;
            cells.push(self.cell(value, kind, scope));
        }
        let cells = cells.into_iter().collect::<Option<Vec<_>>>()?;
        let rows = cells.chunks(columns.len()).map(<[Scalar]>::to_vec).collect();
        Some(Relation { step: Step::Rows(rows), columns, order: Vec::new() })
    }

    /// A value of a `datatable`, cast to its column's type.
    fn cell(&mut self, value: &Expr, kind: KqlType, scope: &Scope) -> Option<Scalar> {
        let bound = self.scalar(value, Row::new(&[], scope))?;
        let given = bound.kind;
        let cast = match (given, kind) {
            (KqlType::Real, KqlType::Int | KqlType::Long)
            | (KqlType::String, KqlType::Datetime | KqlType::Timespan | KqlType::Guid)
            | (_, KqlType::Dynamic) => convert(bound, kind),
            _ => implicit(bound, kind),
        };
        if cast.is_none() {
            let message = format!("a value of type `{kind}` is expected here, not `{given}`");
            self.report(Diagnostic::error(codes::WRONG_ARGUMENT_TYPE, message).at(value.span));
        }
        cast
    }
}

fn unsupported_operator(name: &str, span: Span) -> Diagnostic {
    let message = format!("operator `{name}` is not supported yet");
    Diagnostic::error(codes::UNSUPPORTED_OPERATOR, message).at(span)
}

/// The diagnostic for a column that is named twice.
pub(crate) fn duplicate(name: &str, span: Span) -> Diagnostic {
    Diagnostic::error(codes::DUPLICATE_COLUMN, format!("column `{name}` is named twice")).at(span)
}
