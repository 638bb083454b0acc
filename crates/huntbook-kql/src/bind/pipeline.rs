//! Expressions that yield tables, and `let`.

use std::rc::Rc;

use huntbook_diagnostics::{Diagnostic, Span};
use huntbook_kql_syntax::ast::{
    Expr, ExprKind, Ident, LetStatement, NamedExpr, Operator, OperatorKind, Pipeline,
};

use super::scalar::unknown_function;
use super::scope::{Binding, Scope};
use super::{Binder, Row, size};
use crate::codes;
use crate::ir::{Relation, Scalar, Value};
use crate::operators;

/// What became of a table that may be missing.
pub(crate) enum Fuzzy {
    Found(Box<Relation>),
    /// It, or one that it reads, does not exist.
    Missing,
    /// It has other problems, which are reported.
    Wrong,
}

impl Binder<'_> {
    /// What a `let` statement defines.
    pub(super) fn definition(&mut self, statement: &LetStatement, scope: &Scope) -> Binding {
        let value = &statement.value;
        if let ExprKind::Function(function) = &value.kind {
            return Binding::Function(Rc::new(function.as_ref().clone()), scope.clone());
        }
        if self.is_tabular(value, scope) {
            let before = self.diagnostics.len();
            return match self.relation(value, scope) {
                Some(relation) => {
                    let nodes = size::of_relation(&relation);
                    Binding::Table(Rc::new(relation), nodes)
                }
                // Whether a missing table matters shows where the name is used.
                None if self.only_tables_missing(before) => {
                    Binding::Missing(Rc::new(self.diagnostics.split_off(before)))
                }
                None => Binding::Failed,
            };
        }
        match self.scalar(value, Row::new(&[], scope)) {
            Some(scalar) => self.scalar_binding(scalar),
            None => Binding::Failed,
        }
    }

    /// What stands for a value: one of the row at hand can be used for this row only.
    pub(super) fn scalar_binding(&self, scalar: Scalar) -> Binding {
        let nodes = size::of_scalar(&scalar);
        if size::has_columns(&scalar) {
            Binding::RowScalar(Rc::new(scalar), nodes, self.tables)
        } else {
            Binding::Scalar(Rc::new(scalar), nodes)
        }
    }

    /// Whether the errors reported since then are nothing but tables that do not exist.
    fn only_tables_missing(&self, before: usize) -> bool {
        let mut errors = self.diagnostics[before..].iter().filter(|one| one.is_error()).peekable();
        errors.peek().is_some() && errors.all(|error| error.code == codes::UNKNOWN_TABLE)
    }

    /// A table of `union isfuzzy=true`; one that does not exist is passed over with a warning.
    pub(crate) fn fuzzy_relation(&mut self, table: &Expr, scope: &Scope) -> Fuzzy {
        let before = self.diagnostics.len();
        match self.relation(table, scope) {
            Some(relation) => Fuzzy::Found(Box::new(relation)),
            None if self.only_tables_missing(before) => {
                for missing in self.diagnostics.split_off(before) {
                    let message = format!("{}, and is passed over", missing.message);
                    let span = missing.span.unwrap_or(table.span);
                    self.report(Diagnostic::warning(codes::PASSED_OVER, message).at(span));
                }
                Fuzzy::Missing
            }
            None => Fuzzy::Wrong,
        }
    }

    /// Whether an expression yields a table.
    pub(super) fn is_tabular(&self, expression: &Expr, scope: &Scope) -> bool {
        match &expression.kind {
            ExprKind::Pipeline(_)
            | ExprKind::DataTable { .. }
            | ExprKind::Print { .. }
            | ExprKind::ExternalData { .. }
            | ExprKind::Pattern(_)
            | ExprKind::Head(_) => true,
            ExprKind::Name(name) => match scope.get(&name.name) {
                Some(Binding::Function(function, inner)) => {
                    function.parameters.is_empty() && self.yields_table(function, inner)
                }
                Some(binding) => matches!(binding, Binding::Table(..) | Binding::Missing(_)),
                None => {
                    self.database.table(&name.name).is_some()
                        || self
                            .database
                            .function(&name.name)
                            .is_some_and(|function| self.yields_table(function, &Scope::default()))
                }
            },
            ExprKind::Call { name, .. } => match scope.get(&name.name) {
                Some(Binding::Function(function, inner)) => self.yields_table(function, inner),
                Some(_) => false,
                None => match name.name.as_str() {
                    "materialize" | "table" | "view" | "_GetWatchlist" => true,
                    "toscalar" => false,
                    _ => match self.database.function(&name.name) {
                        Some(function) => self.yields_table(function, &Scope::default()),
                        None => false,
                    },
                },
            },
            _ => false,
        }
    }

    /// The meaning of an expression that yields a table. `None`: the problem is reported.
    pub(crate) fn relation(&mut self, expression: &Expr, scope: &Scope) -> Option<Relation> {
        // A table inside of an aggregate's argument has rows of its own.
        let outer = (self.aggregates.take(), std::mem::take(&mut self.windows));
        self.tables += 1;
        let relation =
            self.deeper(expression.span, |binder| binder.relation_kind(expression, scope));
        self.tables -= 1;
        (self.aggregates, self.windows) = outer;
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
            ExprKind::ExternalData { columns, addresses, properties } => {
                self.external_data(columns, addresses, properties, scope)
            }
            ExprKind::Head(operator) => self.head(operator, scope),
            ExprKind::Pattern(pattern) => {
                let legs = self.tables_like(pattern, scope)?;
                if legs.is_empty() {
                    let message = format!("no table is called `{}`", pattern.name.name);
                    let diagnostic = Diagnostic::error(codes::UNKNOWN_TABLE, message);
                    self.report(
                        diagnostic.at(pattern.name.span).maybe_hint(self.database.contents()),
                    );
                    return None;
                }
                operators::union::combine(self, legs, false, None, pattern.name.span)
            }
            ExprKind::Path { .. } | ExprKind::MemberCall { .. }
                if elsewhere(expression).is_some() =>
            {
                let (what, span) = elsewhere(expression)?;
                self.report(
                    Diagnostic::error(
                        codes::UNSUPPORTED_FEATURE,
                        format!("{what} is not supported: it lies in the cloud"),
                    )
                    .at(span)
                    .hint("name the table alone to read it from local files"),
                );
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
        let relation = self.relation(&pipeline.source, scope)?;
        self.operators(relation, &pipeline.operators, scope)
    }

    /// The operators of a pipeline, one after the other.
    pub(crate) fn operators(
        &mut self,
        mut relation: Relation,
        operators: &[Operator],
        scope: &Scope,
    ) -> Option<Relation> {
        let mut scope = scope.clone();
        for operator in operators {
            if let OperatorKind::As { name } = &operator.kind {
                scope = operators::as_name::bind(&relation, name, &scope);
                relation.name = Some(name.name.clone());
                continue;
            }
            relation = self.operator(relation, operator, &scope)?;
            self.windows.clear();
        }
        Some(relation)
    }

    /// An operator that begins a pipeline.
    fn head(&mut self, operator: &Operator, scope: &Scope) -> Option<Relation> {
        let parameters = &operator.parameters;
        match &operator.kind {
            OperatorKind::Union { tables } => {
                operators::union::bind(self, None, tables, parameters, scope)
            }
            OperatorKind::Range { column, from, to, step } => {
                operators::range::bind(self, column, [from, to, step], operator.span, scope)
            }
            OperatorKind::Search { tables, predicate } => {
                operators::search::bind(self, None, tables, predicate, parameters, scope)
            }
            OperatorKind::Find { tables, predicate, project } => {
                operators::find::bind(self, None, tables, predicate, project, parameters, scope)
            }
            OperatorKind::Error => None,
            other => {
                self.report(unsupported_operator(other.keyword(), operator.keyword));
                None
            }
        }
    }

    /// One operator. Where it has problems that leave the columns known, the pipeline goes on behind it, so
    /// that later problems are reported, too.
    fn operator(
        &mut self,
        input: Relation,
        operator: &Operator,
        scope: &Scope,
    ) -> Option<Relation> {
        use operators as ops;
        let parameters = &operator.parameters;
        match &operator.kind {
            OperatorKind::Where { predicate } => {
                Some(ops::filter::bind(self, input, predicate, scope))
            }
            OperatorKind::Extend { columns } => ops::extend::bind(self, input, columns, scope),
            OperatorKind::Project { columns } => ops::project::bind(self, input, columns, scope),
            OperatorKind::ProjectAway { columns } => {
                Some(ops::project_away::bind(self, input, columns, ops::project_away::Named::Away))
            }
            OperatorKind::ProjectKeep { columns } => {
                Some(ops::project_away::bind(self, input, columns, ops::project_away::Named::Kept))
            }
            OperatorKind::ProjectByNames { names } => {
                ops::project_by_names::bind(self, input, names, operator.span, scope)
            }
            OperatorKind::ProjectRename { columns } => {
                ops::project_rename::bind(self, input, columns)
            }
            OperatorKind::ProjectReorder { columns } => {
                Some(ops::project_reorder::bind(self, input, columns))
            }
            OperatorKind::Summarize { aggregates, by } => {
                ops::summarize::bind(self, input, aggregates, by, scope)
            }
            OperatorKind::Sort { keys } => Some(ops::sort::bind(self, input, keys, scope)),
            OperatorKind::Top { count, key } => {
                Some(ops::top::bind(self, input, count, key, scope))
            }
            OperatorKind::Take { count } => Some(ops::take::bind(self, input, count, scope)),
            OperatorKind::Distinct { columns } => ops::distinct::bind(self, input, columns, scope),
            OperatorKind::Count => Some(ops::count::bind(self, input)),
            OperatorKind::Join { right, on } => {
                ops::join::bind(self, input, right, on, operator, scope)
            }
            OperatorKind::Lookup { right, on } => {
                ops::lookup::bind(self, input, right, on, operator, scope)
            }
            OperatorKind::Union { tables } => {
                ops::union::bind(self, Some(input), tables, parameters, scope)
            }
            OperatorKind::MvExpand { columns, limit } => {
                ops::mv_expand::bind(self, input, columns, limit.as_ref(), operator, scope)
            }
            OperatorKind::Parse { subject, pieces } => {
                let unmatched = ops::parse::Unmatched::Kept;
                ops::parse::bind(self, input, subject, pieces, unmatched, operator, scope)
            }
            OperatorKind::ParseWhere { subject, pieces } => {
                let unmatched = ops::parse::Unmatched::Dropped;
                ops::parse::bind(self, input, subject, pieces, unmatched, operator, scope)
            }
            OperatorKind::ParseKv { subject, columns, properties } => {
                ops::parse_kv::bind(self, input, subject, columns, properties, operator, scope)
            }
            OperatorKind::Evaluate { name, arguments, schema } => {
                let plugin = (name, arguments.as_slice(), schema.as_ref());
                ops::evaluate::bind(self, input, plugin, operator.span, scope)
            }
            OperatorKind::MakeSeries { aggregates, axis, range, by } => {
                let rest = (by.as_slice(), operator);
                ops::make_series::bind(self, input, aggregates, axis, range, rest, scope)
            }
            OperatorKind::MvApply { columns, limit, on } => {
                let rest = (limit.as_ref(), on.as_slice());
                ops::mv_apply::bind(self, input, columns, rest, operator, scope)
            }
            OperatorKind::Partition { by, body } => {
                ops::partition::bind(self, input, by, body, operator, scope)
            }
            OperatorKind::TopNested { levels } => ops::top_nested::bind(self, input, levels, scope),
            OperatorKind::TopHitters { count, of, by } => {
                ops::top_hitters::bind(self, input, count, (of, by.as_ref()), scope)
            }
            OperatorKind::Serialize { columns } => {
                ops::serialize::bind(self, input, columns, scope)
            }
            OperatorKind::Sample { count } => Some(ops::sample::rows(self, input, count, scope)),
            OperatorKind::SampleDistinct { count, of } => {
                ops::sample::values(self, input, count, of, scope)
            }
            OperatorKind::Scan { order, partition, declare, steps } => {
                let written = ops::scan::Written { order, partition, declare, steps };
                ops::scan::bind(self, input, &written, operator, scope)
            }
            OperatorKind::GetSchema => Some(ops::getschema::bind(&input)),
            OperatorKind::Invoke { name, arguments } => {
                ops::invoke::bind(self, input, name, arguments, operator.span, scope)
            }
            OperatorKind::Search { tables, predicate } => {
                ops::search::bind(self, Some(input), tables, predicate, parameters, scope)
            }
            OperatorKind::Find { tables, predicate, project } => {
                ops::find::bind(self, Some(input), tables, predicate, project, parameters, scope)
            }
            OperatorKind::Render { chart, properties } => {
                Some(ops::render::bind(self, input, chart, properties))
            }
            OperatorKind::Error => None,
            other => {
                self.report(unsupported_operator(other.keyword(), operator.keyword));
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
        if let Some(found) = self.user_function(&name.name, scope) {
            return self.table_function(name, found, arguments, span, scope);
        }
        match scope.get(&name.name).cloned() {
            Some(Binding::Failed) => return None,
            Some(Binding::Missing(problems)) => {
                self.diagnostics.extend(problems.iter().cloned());
                return None;
            }
            Some(_) => {
                let message = format!("`{}` is not a function", name.name);
                self.report(Diagnostic::error(codes::NOT_A_FUNCTION, message).at(name.span));
                return None;
            }
            None => {}
        }
        match (name.name.as_str(), arguments) {
            ("materialize" | "view", [table]) => self.relation(&table.value, scope),
            ("_GetWatchlist", [alias, ..]) => self.watchlist(alias, scope),
            ("table", [table]) => {
                let name = self.scalar(&table.value, Row::new(&[], scope))?;
                if let Some(Value::Text(name)) = name.as_literal() {
                    self.named(name, table.span, scope)
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
                let mut diagnostic = unknown_function(name, scope);
                // In the place of a table, a function that does not exist is a table that does not.
                if diagnostic.code == codes::UNKNOWN_FUNCTION {
                    diagnostic.code = codes::UNKNOWN_TABLE;
                }
                self.report(diagnostic);
                None
            }
        }
    }
}

/// What of another workspace or cluster an expression names, such as `workspace("x").T`.
fn elsewhere(expression: &Expr) -> Option<(String, Span)> {
    match &expression.kind {
        ExprKind::Path { base, .. } | ExprKind::MemberCall { base, .. } => elsewhere(base),
        ExprKind::Call { name, .. } => {
            let known = matches!(
                name.name.as_str(),
                "workspace" | "cluster" | "database" | "app" | "adx" | "arg" | "resource"
            );
            known.then(|| (format!("`{}(...)`", name.name), name.span))
        }
        _ => None,
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
