//! Tables: by name, by pattern, written out, and outside of the database.

use std::sync::Arc;

use huntbook_diagnostics::{Diagnostic, Span, near_hint};
use huntbook_kql_syntax::ast::{
    ColumnDeclaration, Expr, ExprKind, Ident, NamePattern, NamedExpr, OperatorParameter,
};

use super::call::implicit;
use super::scope::{Binding, Scope};
use super::{Binder, Row, duplicate, literal, pattern};
use crate::KqlError;
use crate::codes;
use crate::convert::convert;
use crate::database::{TableError, TableScan, TableSource};
use crate::ir::{Column, Relation, Scalar, Step, Value};
use crate::local::{is_public_table, without_secret};
use crate::types::KqlType;

impl Binder<'_> {
    pub(super) fn named_table(&mut self, name: &Ident, scope: &Scope) -> Option<Relation> {
        match scope.get(&name.name).cloned() {
            Some(Binding::Table(relation, nodes)) => {
                self.charge(nodes, name.span)?;
                return Some(Relation::clone(&relation));
            }
            Some(Binding::Failed) => return None,
            Some(Binding::Missing(problems)) => {
                self.diagnostics.extend(problems.iter().cloned());
                return None;
            }
            Some(Binding::Scalar(..) | Binding::RowScalar(..)) => {
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
        if self.database.table(&name.name).is_none() && self.database.function(&name.name).is_some()
        {
            return self.bare_function(name, scope);
        }
        self.database_table(&name.name, name.span, scope)
    }

    pub(super) fn database_table(
        &mut self,
        name: &str,
        span: Span,
        scope: &Scope,
    ) -> Option<Relation> {
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
        let table = Arc::clone(table);
        self.opened(table, span)
    }

    /// `table("name")`: a table of the database, or a `let` of that name.
    pub(super) fn named(&mut self, name: &str, span: Span, scope: &Scope) -> Option<Relation> {
        self.named_table(&Ident { name: name.to_owned(), span }, scope)
    }

    /// The rows of a table that has been found.
    fn opened(&mut self, table: Arc<dyn TableSource>, span: Span) -> Option<Relation> {
        match table.columns() {
            Ok(columns) => {
                let columns =
                    columns.into_iter().map(|(name, kind)| Column::new(name, kind)).collect();
                let open = table.is_open();
                Some(Relation { open, ..Relation::unordered(Step::Table(table), columns) })
            }
            Err(source) => {
                let name = table.name();
                let message = format!("table `{name}` cannot be opened: {source}");
                self.report(Diagnostic::error(codes::UNREADABLE_TABLE, message).at(span));
                self.unreadable.get_or_insert(KqlError::Table { table: name.to_owned(), source });
                None
            }
        }
    }

    /// Every table that a pattern stands for, with its name: views of the query, then tables of the database.
    pub(crate) fn tables_like(
        &mut self,
        written: &NamePattern,
        scope: &Scope,
    ) -> Option<Vec<(String, Relation)>> {
        let span = written.name.span;
        let mut found = Vec::new();
        for (name, function, inner) in scope.views() {
            if pattern::matches(written, &name) && !found.iter().any(|(known, _)| *known == name) {
                let relation = self.deeper(span, |binder| binder.query(&function.body, &inner))?;
                found.push((name, relation));
            }
        }
        let database = self.database;
        for name in database.names().filter(|name| pattern::matches(written, name)) {
            found.push((name.to_owned(), self.database_table(name, span, scope)?));
        }
        Some(found)
    }

    /// The tables that `search` and `find` look into; all of the database where none is listed.
    pub(crate) fn searched(
        &mut self,
        tables: &[Expr],
        scope: &Scope,
    ) -> Option<Vec<(String, Relation)>> {
        let mut found = Vec::new();
        if tables.is_empty() {
            let name = Ident { name: "*".to_owned(), span: Span::default() };
            found = self.tables_like(&NamePattern { name, wildcard: true }, scope)?;
        }
        for table in tables {
            if let ExprKind::Pattern(written) = &table.kind {
                found.extend(self.tables_like(written, scope)?);
            } else {
                let relation = self.relation(table, scope)?;
                let name = view_name(table, scope);
                let name = name.unwrap_or_else(|| relation.leg_name(found.len()));
                found.push((name, relation));
            }
        }
        if found.is_empty() {
            let span = tables.first().map_or_else(Span::default, |table| table.span);
            let message = "there is no table to look into";
            self.report(
                Diagnostic::error(codes::UNKNOWN_TABLE, message)
                    .at(span)
                    .maybe_hint(self.database.contents()),
            );
            return None;
        }
        Some(found)
    }

    /// Whether the predicate names a column that the rows do not have.
    pub(crate) fn lacks_columns(
        &mut self,
        predicate: &Expr,
        relation: &Relation,
        scope: &Scope,
    ) -> bool {
        let before = self.diagnostics.len();
        let bound = self.predicate(predicate, Row::new(&relation.columns, scope));
        let lacks = self.diagnostics[before..]
            .iter()
            .any(|diagnostic| diagnostic.code == codes::UNKNOWN_COLUMN);
        self.diagnostics.truncate(before);
        bound.is_none() && lacks
    }

    /// `externaldata(columns) [addresses] with (properties)`: a local file in the place of each address.
    pub(super) fn external_data(
        &mut self,
        declared: &[ColumnDeclaration],
        addresses: &[Expr],
        properties: &[OperatorParameter],
        scope: &Scope,
    ) -> Option<Relation> {
        let columns = self.declared(declared)?;
        let mut format = None;
        let mut skips_header = false;
        for property in properties {
            let value = self.scalar_or_word(&property.value, scope)?;
            match property.name.name.to_ascii_lowercase().as_str() {
                "format" => format = Some(value),
                "ignorefirstrecord" => skips_header = matches!(value.as_str(), "true" | "1"),
                _ => {}
            }
        }
        let types: Vec<(String, KqlType)> =
            columns.iter().map(|column| (column.name.clone(), column.kind)).collect();
        let mut legs = Vec::with_capacity(addresses.len());
        for address in addresses {
            let bound = self.scalar(address, Row::new(&[], scope))?;
            let Some(Value::Text(url)) = bound.as_literal() else {
                let message = "an address of `externaldata` is a constant string";
                self.report(Diagnostic::error(codes::NOT_CONSTANT, message).at(address.span));
                return None;
            };
            let url = without_secret(url).to_owned();
            let table = match self.database.external(&url, &types, format.as_deref(), skips_header)
            {
                Some(Ok(table)) => table,
                Some(Err(error)) => {
                    let message = format!("the file for `{url}` cannot be read: {error}");
                    self.report(
                        Diagnostic::error(codes::UNREADABLE_TABLE, message).at(address.span),
                    );
                    return None;
                }
                None => {
                    let message = format!("no local file stands for `{url}`");
                    self.report(
                        Diagnostic::warning(codes::UNMAPPED_ADDRESS, message.clone())
                            .at(address.span)
                            .hint("nothing is fetched; map the address to a file"),
                    );
                    Arc::new(Absent { name: url, message, columns: types.clone() })
                }
            };
            legs.push(Relation::unordered(Step::Table(table), columns.clone()));
        }
        if legs.is_empty() {
            let step = Step::Rows(Vec::new());
            return Some(Relation::unordered(step, columns));
        }
        Some(Relation::union(legs, columns))
    }

    /// `_GetWatchlist('alias')`: the user's file in the place of a watchlist of the service.
    pub(super) fn watchlist(&mut self, alias: &NamedExpr, scope: &Scope) -> Option<Relation> {
        let bound = self.scalar(&alias.value, Row::new(&[], scope))?;
        let Some(Value::Text(name)) = bound.as_literal() else {
            let message = "argument 1 of `_GetWatchlist` must be a constant string";
            self.report(Diagnostic::error(codes::NOT_CONSTANT, message).at(alias.span));
            return None;
        };
        if let Some(table) = self.database.watchlist(name) {
            return self.opened(table, alias.span);
        }
        let message = format!("no local file stands for watchlist `{name}`");
        self.report(
            Diagnostic::warning(codes::UNMAPPED_ADDRESS, message.clone())
                .at(alias.span)
                .hint("give the watchlist as a CSV file"),
        );
        let columns = vec![("SearchKey".to_owned(), KqlType::String)];
        let table = Absent { name: name.clone(), message, columns };
        let relation = self.opened(Arc::new(table), alias.span)?;
        Some(Relation { open: true, ..relation })
    }

    /// The text of a constant, or a bare word.
    fn scalar_or_word(&mut self, value: &Expr, scope: &Scope) -> Option<String> {
        if let ExprKind::Name(word) = &value.kind
            && scope.get(&word.name).is_none()
        {
            return Some(word.name.clone());
        }
        let bound = self.scalar(value, Row::new(&[], scope))?;
        match bound.as_literal() {
            Some(Value::Text(text)) => Some(text.clone()),
            Some(Value::Bool(flag)) => Some(flag.to_string()),
            Some(Value::Long(number)) => Some(number.to_string()),
            _ => {
                let message = "the value of this property is a constant";
                self.report(Diagnostic::error(codes::NOT_CONSTANT, message).at(value.span));
                None
            }
        }
    }

    /// The columns that are declared, each name once.
    pub(crate) fn declared(&mut self, declared: &[ColumnDeclaration]) -> Option<Vec<Column>> {
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
        sound.then_some(columns)
    }

    pub(super) fn data_table(
        &mut self,
        declared: &[ColumnDeclaration],
        values: &[Expr],
        span: Span,
        scope: &Scope,
    ) -> Option<Relation> {
        let columns = self.declared(declared)?;
        if columns.is_empty() {
            let message = "a table without columns is not supported";
            self.report(Diagnostic::error(codes::UNSUPPORTED_FEATURE, message).at(span));
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
        Some(Relation::unordered(Step::Rows(rows), columns))
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

/// The name of a `view` of the query.
pub(crate) fn view_name(table: &Expr, scope: &Scope) -> Option<String> {
    let ExprKind::Name(name) = &table.kind else { return None };
    match scope.get(&name.name) {
        Some(Binding::Function(function, _)) if function.view => Some(name.name.clone()),
        _ => None,
    }
}

/// A table that is known by name only: it can be bound, not read.
#[derive(Debug)]
struct Absent {
    name: String,
    message: String,
    columns: Vec<(String, KqlType)>,
}

impl TableSource for Absent {
    fn name(&self) -> &str {
        &self.name
    }

    fn columns(&self) -> Result<Vec<(String, KqlType)>, TableError> {
        Ok(self.columns.clone())
    }

    fn scan(&self) -> Result<TableScan, TableError> {
        Err(self.message.clone().into())
    }
}
