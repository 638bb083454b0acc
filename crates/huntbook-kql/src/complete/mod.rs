//! Completion: what may stand at a place of a query that is still being written.
//!
//! # Brief overview
//!
//! The text before the cursor is cut into tokens ([`Cursor`]); brackets, pipes and the operator's name say what
//! may stand there ([`Wanted`]). The pipeline before the operator is bound, so that columns are those of the
//! rows at that point: renamed, projected, summarised. A text with problems elsewhere still completes.

mod cursor;
mod parameters;
mod wanted;
mod words;

use chrono::{DateTime, Utc};
use huntbook_diagnostics::Span;
use huntbook_kql_syntax::ast::{ExprKind, Statement};
use huntbook_kql_syntax::quote_name;

use crate::database::Database;
use crate::reference::{FunctionDoc, aggregates, functions, windows};
use crate::{bind, types::KqlType};
use cursor::{Cursor, Place};
use wanted::{Columns, Wanted};

/// Something that may stand at the cursor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Completion {
    /// What is written; a name that needs quotes has them.
    pub label: String,
    /// What it is.
    pub kind: CompletionKind,
    /// A column's type, a function's signature; empty where there is nothing to say.
    pub detail: String,
    /// The part of the text that the label replaces; it ends at the cursor.
    pub replace: Span,
}

/// What a completion is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CompletionKind {
    /// A table of the database.
    Table,
    /// A column of the rows at the cursor.
    Column,
    /// A name that a `let` defines.
    Let,
    /// A scalar function.
    Function,
    /// An aggregate.
    Aggregate,
    /// A tabular operator.
    Operator,
    /// A word of the grammar: `by`, `has`, `leftouter`, `timechart`.
    Keyword,
    /// A type.
    Type,
}

impl CompletionKind {
    /// The kind in one word.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Table => "table",
            Self::Column => "column",
            Self::Let => "let",
            Self::Function => "function",
            Self::Aggregate => "aggregate",
            Self::Operator => "operator",
            Self::Keyword => "keyword",
            Self::Type => "type",
        }
    }
}

/// What may stand at byte `offset` of `text`: what begins with the word at the cursor first, then tables and
/// columns that contain it.
pub(crate) fn complete(
    text: &str,
    offset: usize,
    database: &Database,
    now: DateTime<Utc>,
) -> Vec<Completion> {
    let Some(cursor) = Cursor::at(text, offset) else { return Vec::new() };
    let place = cursor.place();
    let wanted = Wanted::at(&cursor, &place);
    let mut found = Found { cursor: &cursor, items: Vec::new() };
    let before = || lets(&cursor, &place);
    match &wanted.columns {
        Columns::None => {}
        Columns::Here => found.columns(input(&cursor, &place, &before(), database, now)),
        Columns::Shared { right } => {
            let left = input(&cursor, &place, &before(), database, now);
            let text = format!("{}{}", before(), &text[right.start..right.end]);
            let right = bound(&text, database, now);
            let both = left.into_iter().filter(|(name, _)| {
                right.is_empty() || right.iter().any(|(other, _)| other == name)
            });
            found.columns(both.collect());
        }
        Columns::Of(right) => {
            let text = format!("{}{}", before(), &text[right.start..right.end]);
            found.columns(bound(&text, database, now));
        }
    }
    if wanted.lets {
        found.lets(&before(), database);
    }
    if wanted.tables {
        for name in database.names() {
            found.add(quote_name(name), CompletionKind::Table, String::new());
        }
    }
    for word in wanted.words {
        found.add(word.to_owned(), CompletionKind::Keyword, String::new());
    }
    if wanted.types {
        for kind in KqlType::ALL {
            found.add(kind.name().to_owned(), CompletionKind::Type, String::new());
        }
    }
    if wanted.operators {
        for name in crate::reference::OPERATORS.iter().filter(|name| words::follows_a_pipe(name)) {
            found.add((*name).to_owned(), CompletionKind::Operator, String::new());
        }
    }
    if wanted.aggregates {
        found.docs(aggregates(), CompletionKind::Aggregate);
    }
    if wanted.functions {
        found.docs(functions(), CompletionKind::Function);
    }
    if wanted.windows {
        found.docs(windows(), CompletionKind::Function);
    }
    found.ranked()
}

/// The completions found so far.
struct Found<'c, 't> {
    cursor: &'c Cursor<'t>,
    items: Vec<Completion>,
}

impl Found<'_, '_> {
    fn add(&mut self, label: String, kind: CompletionKind, detail: String) {
        let known = |item: &Completion| item.label == label && item.kind == kind;
        if !self.items.iter().any(known) {
            self.items.push(Completion { label, kind, detail, replace: self.cursor.word });
        }
    }

    fn columns(&mut self, columns: Vec<(String, KqlType)>) {
        for (name, kind) in columns {
            self.add(quote_name(&name), CompletionKind::Column, kind.name().to_owned());
        }
    }

    fn docs(&mut self, docs: impl Iterator<Item = FunctionDoc>, kind: CompletionKind) {
        for doc in docs {
            self.add(doc.name.to_owned(), kind, doc.signature.to_owned());
        }
    }

    /// The names that the `let` statements of `text` define, the latest first, and the user's functions.
    fn lets(&mut self, text: &str, database: &Database) {
        let parsed = huntbook_kql_syntax::parse(text);
        for statement in parsed.query.statements.iter().rev() {
            let Statement::Let(definition) = statement else { continue };
            let kind = match definition.value.kind {
                ExprKind::Function(_) => CompletionKind::Function,
                _ => CompletionKind::Let,
            };
            self.add(quote_name(&definition.name.name), kind, String::new());
        }
        for name in database.function_names() {
            self.add(quote_name(name), CompletionKind::Function, String::new());
        }
    }

    fn ranked(self) -> Vec<Completion> {
        let word = self.cursor.typed().to_lowercase();
        let rank = |item: &Completion| {
            let label = item.label.trim_start_matches(['[', '"', '\'']).to_lowercase();
            match label.find(&word) {
                Some(0) => Some(0),
                Some(_) if word.len() > 1 && is_of_the_data(item.kind) => Some(1),
                _ => None,
            }
        };
        let mut ranked: Vec<(u8, Completion)> =
            self.items.into_iter().filter_map(|item| Some((rank(&item)?, item))).collect();
        ranked.sort_by_key(|(rank, _)| *rank);
        ranked.into_iter().map(|(_, item)| item).collect()
    }
}

/// Whether the name is one of the user's data, which may be looked for by its middle.
const fn is_of_the_data(kind: CompletionKind) -> bool {
    matches!(kind, CompletionKind::Table | CompletionKind::Column | CompletionKind::Let)
}

/// The statements that the operator at the cursor sees, parameters of the function around it among them.
fn lets(cursor: &Cursor<'_>, place: &Place) -> String {
    let mut statements = String::new();
    for (start, end) in &place.statements {
        statements.push_str(&cursor.text[*start..*end]);
        statements.push('\n');
    }
    if let Some(parameters) = place.parameters {
        statements.push_str(&parameters::as_lets(&cursor.text[parameters.start..parameters.end]));
    }
    statements
}

/// The columns of the rows that reach the operator at the cursor. Operators before it that cannot be understood
/// are left out, the last ones first.
fn input(
    cursor: &Cursor<'_>,
    place: &Place,
    lets: &str,
    database: &Database,
    now: DateTime<Utc>,
) -> Vec<(String, KqlType)> {
    const MOST_TRIES: usize = 8;
    for end in place.pipes.iter().rev().take(MOST_TRIES) {
        let columns = bound(&format!("{lets}{}", &cursor.text[place.start..*end]), database, now);
        if !columns.is_empty() {
            return columns;
        }
    }
    Vec::new()
}

/// The columns of a query's rows; none where they cannot be known.
fn bound(text: &str, database: &Database, now: DateTime<Utc>) -> Vec<(String, KqlType)> {
    let parsed = huntbook_kql_syntax::parse(text);
    bind::columns(&parsed.query, database, now).unwrap_or_default()
}

#[cfg(test)]
mod tests;
