//! The binder: from what was written to what it means.
//!
//! # Brief overview
//!
//! The [`Binder`] walks the syntax tree once. It resolves names against the rows at hand, the `let` scope and
//! the database, gives every expression a type, makes implicit casts explicit, names columns as KQL does, and
//! reports all problems it finds with their places. What comes out is a [`Relation`] that cannot be
//! ill-typed.
//!
//! `let` values and functions are inlined where they are used. A budget bounds what that can blow up to.

mod aggregate;
pub(crate) mod arithmetic;
mod call;
mod compare;
mod lists;
mod literal;
mod naming;
pub(crate) mod observe;
mod parts;
mod path;
pub(crate) mod pattern;
mod pipeline;
mod scalar;
mod scope;
pub(crate) mod size;
mod tables;
mod user_function;
mod window;

use chrono::{DateTime, Utc};
use huntbook_diagnostics::{Diagnostic, Span};
use huntbook_kql_syntax::ast::{Query, Statement};

pub(crate) use call::{ArgumentValue, BoundAggregate, Call, implicit};
pub(crate) use compare::{undefined, unify};
pub(crate) use literal::type_of;
pub(crate) use naming::{Names, suggestion};
pub(crate) use pipeline::Fuzzy;
pub(crate) use pipeline::duplicate;
pub(crate) use scope::{Binding, Scope};
pub(crate) use tables::view_name;

use observe::{Observations, Wanted};

use crate::KqlError;
use crate::chart::Chart;
use crate::codes;
use crate::database::Database;
use crate::ir::{AggregateCall, Column, Relation, WindowCall};
use crate::types::KqlType;

/// How deep expressions and pipelines may nest, inlined functions included.
const MOST_DEPTH: usize = 120;
/// How many nodes all inlined values together may have.
const MOST_NODES: usize = 20_000;

/// A bound query with the warnings about it.
#[derive(Debug)]
pub(crate) struct Bound {
    pub(crate) relation: Relation,
    pub(crate) chart: Option<Chart>,
    pub(crate) warnings: Vec<Diagnostic>,
}

/// Binds a query whose syntax is good, with what has been observed in the data so far; without observations nothing
/// is asked for. Besides the query there is what is to be observed before it can be bound for good.
///
/// # Errors
///
/// All problems found, in source order; or the first table that cannot be opened.
pub(crate) fn bind(
    query: &Query,
    database: &Database,
    now: DateTime<Utc>,
    observed: Option<&Observations>,
) -> (Result<Bound, KqlError>, Vec<Wanted>) {
    let mut binder = Binder::new(database, now, observed);
    let relation = binder.query(query, &Scope::default());
    let Binder { diagnostics, unreadable, chart, wanted, .. } = binder;
    let result = match unreadable {
        Some(error) => Err(error),
        None => bound(relation, chart, diagnostics),
    };
    (result, wanted)
}

fn bound(
    relation: Option<Relation>,
    chart: Option<Chart>,
    mut diagnostics: Vec<Diagnostic>,
) -> Result<Bound, KqlError> {
    diagnostics.sort_by_key(|diagnostic| diagnostic.span);
    diagnostics.dedup();
    match relation {
        Some(relation) if !diagnostics.iter().any(Diagnostic::is_error) => {
            Ok(Bound { relation, chart, warnings: diagnostics })
        }
        _ => {
            diagnostics.retain(Diagnostic::is_error);
            let unsupported = |diagnostic: &Diagnostic| diagnostic.code.starts_with("KQL02");
            if diagnostics.iter().all(unsupported) {
                Err(KqlError::Unsupported(diagnostics))
            } else {
                Err(KqlError::Invalid(diagnostics))
            }
        }
    }
}

/// The columns of a query's rows as far as they are known, whatever else is wrong with it.
pub(crate) fn columns(
    query: &Query,
    database: &Database,
    now: DateTime<Utc>,
) -> Option<Vec<(String, KqlType)>> {
    let relation = Binder::new(database, now, None).query(query, &Scope::default())?;
    let named = relation.columns.into_iter().filter(|column| !column.is_hidden());
    Some(named.map(|column| (column.name, column.kind)).collect())
}

/// The state of binding one query.
pub(crate) struct Binder<'a> {
    pub(crate) database: &'a Database,
    /// Nanoseconds since 1970, one value for the whole query.
    pub(crate) now: i64,
    diagnostics: Vec<Diagnostic>,
    unreadable: Option<KqlError>,
    depth: usize,
    /// How many tables are being bound, one inside of the other.
    tables: usize,
    nodes_left: usize,
    aggregates: Option<Collector>,
    /// The functions over rows met while binding the expressions of one operator.
    windows: Vec<(WindowCall, Column)>,
    /// What the last `render` asks for.
    chart: Option<Chart>,
    /// What is known of the data; `None` where nothing is run.
    observed: Option<&'a Observations>,
    wanted: Vec<Wanted>,
    /// The parts inside of which operators are bound, the innermost last.
    parts: Vec<Relation>,
}

/// The aggregates met while binding the expressions of one `summarize`.
#[derive(Debug, Default)]
pub(crate) struct Collector {
    pub(crate) calls: Vec<AggregateCall>,
    /// Whether the binder is inside of an aggregate's arguments.
    inside: bool,
}

/// The names that an expression may use.
#[derive(Clone, Copy)]
pub(crate) struct Row<'a> {
    /// The columns of the rows at hand; empty where there are none.
    pub(crate) columns: &'a [Column],
    /// What `*` stands for in an aggregate, where that is not all columns.
    pub(crate) star: Option<&'a [Column]>,
    /// The `let` names.
    pub(crate) scope: &'a Scope,
    /// Whether functions over rows may stand here.
    pub(crate) serialized: bool,
    /// Whether a name that is none of the columns is one without values.
    pub(crate) open: bool,
}

impl<'a> Row<'a> {
    pub(crate) fn new(columns: &'a [Column], scope: &'a Scope) -> Self {
        Self { columns, star: None, scope, serialized: false, open: false }
    }

    /// The names that an operator over `input` may use.
    pub(crate) fn of(input: &'a Relation, scope: &'a Scope) -> Self {
        Self { serialized: input.serialized, open: input.open, ..Self::new(&input.columns, scope) }
    }
}

impl<'a> Binder<'a> {
    fn new(database: &'a Database, now: DateTime<Utc>, observed: Option<&'a Observations>) -> Self {
        Self {
            database,
            now: now.timestamp_nanos_opt().unwrap_or_default(),
            diagnostics: Vec::new(),
            unreadable: None,
            depth: 0,
            tables: 0,
            nodes_left: MOST_NODES,
            aggregates: None,
            windows: Vec::new(),
            chart: None,
            observed,
            wanted: Vec::new(),
            parts: Vec::new(),
        }
    }

    /// The relation of a query or of a function's body, its `let` statements added to `scope`.
    fn query(&mut self, query: &Query, scope: &Scope) -> Option<Relation> {
        let (last, scope) = self.statements(query, scope)?;
        self.relation(last, &scope)
    }

    /// The relation of a query that stands for what is written at `span`: its problems are those of that place.
    pub(crate) fn rewritten(
        &mut self,
        query: &Query,
        scope: &Scope,
        span: Span,
    ) -> Option<Relation> {
        let before = self.diagnostics.len();
        let relation = self.deeper(span, |binder| binder.query(query, scope));
        for diagnostic in self.diagnostics.iter_mut().skip(before) {
            diagnostic.span = Some(span);
        }
        relation
    }

    /// The final expression, and the scope that it sees.
    fn statements<'q>(
        &mut self,
        query: &'q Query,
        scope: &Scope,
    ) -> Option<(&'q huntbook_kql_syntax::ast::Expr, Scope)> {
        let mut scope = scope.clone();
        let (mut last, mut sound) = (None::<&'q huntbook_kql_syntax::ast::Expr>, true);
        for statement in &query.statements {
            match statement {
                Statement::Let(definition) => {
                    let binding = self.definition(definition, &scope);
                    scope = scope.with(&definition.name.name, binding);
                }
                Statement::Expression(expression) => {
                    if let Some(unseen) = last.replace(expression) {
                        let message = "only the last result of a query is given, not this one";
                        self.report(
                            Diagnostic::warning(codes::UNSEEN_RESULT, message).at(unseen.span),
                        );
                    }
                }
                // Options change how the service computes, and how many rows it shows.
                Statement::Set { .. } => {}
                Statement::Parameters { parameters, .. } => {
                    for parameter in parameters {
                        let binding = self.query_parameter(parameter, &scope);
                        scope = scope.with(&parameter.name.name, binding);
                    }
                }
                Statement::Unsupported { name, span, .. } => {
                    let place = Span::new(span.start, span.start + name.len());
                    self.report(unsupported(&format!("statement `{name}`"), place));
                    sound = false;
                }
            }
        }
        if last.is_none() {
            self.report(
                Diagnostic::error(codes::NO_RESULT, "the query has no result")
                    .at(query.span)
                    .hint("end it with a table, a pipeline or `print`"),
            );
        }
        Some((last.filter(|_| sound)?, scope))
    }

    /// What a `render` asks for; the last one counts.
    pub(crate) fn chart(&mut self, chart: Chart) {
        self.chart = Some(chart);
    }

    pub(crate) fn report(&mut self, diagnostic: Diagnostic) {
        // Behind the first place that is too complex, every other is as well.
        let again = diagnostic.code == codes::TOO_COMPLEX
            && self.diagnostics.iter().any(|known| known.code == codes::TOO_COMPLEX);
        if !again {
            self.diagnostics.push(diagnostic);
        }
    }

    /// Reports the problem of `result`, if it is one.
    pub(crate) fn accept<T>(&mut self, result: Result<T, Diagnostic>) -> Option<T> {
        result.map_err(|diagnostic| self.report(diagnostic)).ok()
    }

    /// Runs `inner` one level deeper; reports and gives `None` at the limit.
    fn deeper<T>(&mut self, span: Span, inner: impl FnOnce(&mut Self) -> Option<T>) -> Option<T> {
        if self.depth >= MOST_DEPTH {
            self.report(too_complex(span));
            return None;
        }
        self.depth += 1;
        let result = inner(self);
        self.depth -= 1;
        result
    }

    /// Takes `nodes` from the budget of inlined values.
    fn charge(&mut self, nodes: usize, span: Span) -> Option<()> {
        if let Some(left) = self.nodes_left.checked_sub(nodes) {
            self.nodes_left = left;
            Some(())
        } else {
            self.report(too_complex(span));
            None
        }
    }
}

fn too_complex(span: Span) -> Diagnostic {
    Diagnostic::error(codes::TOO_COMPLEX, "query is too complex here")
        .at(span)
        .hint("nest less, or use a `let` value fewer times")
}

/// A diagnostic for good KQL that is not implemented.
pub(crate) fn unsupported(what: &str, span: Span) -> Diagnostic {
    Diagnostic::error(codes::UNSUPPORTED_FEATURE, format!("{what} is not supported yet")).at(span)
}
