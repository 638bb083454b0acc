//! The names that columns have inside of a plan.
//!
//! A query may compute a column from one of the same name, again and again. Plans must not: DataFusion takes
//! two equal projections, one upon the other, for one, and `n = n + 1` twice for once. So a column that takes
//! the place of another gets a name of its own, and the last projection gives it its name in KQL back.

use std::cell::Cell;
use std::collections::HashMap;

use datafusion::common::Column;
use datafusion::logical_expr::Expr;

use crate::ir::Relation;

/// Separates a name from the number that makes it another; shown as `#` in explanations.
pub(crate) const MARK: char = '\u{1}';

/// Counts the names made in one plan.
#[derive(Debug, Default)]
pub(super) struct Counter(Cell<usize>);

impl Counter {
    /// A name that nothing else in the plan has.
    pub(super) fn next(&self, name: &str) -> String {
        self.0.set(self.0.get() + 1);
        format!("{name}{MARK}{}", self.0.get())
    }
}

/// The plan's names of a relation's columns.
#[derive(Debug, Clone)]
pub(super) struct Names<'a> {
    counter: &'a Counter,
    /// Only the columns whose name in the plan is another one.
    renamed: HashMap<String, String>,
}

impl<'a> Names<'a> {
    /// Each column has its own name.
    pub(super) fn own(counter: &'a Counter) -> Self {
        Self { counter, renamed: HashMap::new() }
    }

    pub(super) const fn counter(&self) -> &'a Counter {
        self.counter
    }

    /// The column as an expression.
    pub(super) fn column(&self, name: &str) -> Expr {
        Expr::Column(Column::new_unqualified(self.name(name)))
    }

    /// The name of the column in the plan.
    pub(super) fn name(&self, name: &str) -> String {
        self.renamed.get(name).map_or(name, String::as_str).to_owned()
    }

    /// The column is called `inner` in the plan.
    pub(super) fn rename(&mut self, name: &str, inner: String) {
        self.renamed.insert(name.to_owned(), inner);
    }

    /// Keeps the name that `name` has in the plan below.
    pub(super) fn keep(&mut self, name: &str, below: &Names<'_>) {
        if let Some(renamed) = below.renamed.get(name) {
            self.renamed.insert(name.to_owned(), renamed.clone());
        }
    }

    /// The name in the plan for a new column of this name over `below`.
    pub(super) fn give(&mut self, name: &str, below: &Relation) -> String {
        let taken = |name: &str| below.columns.iter().any(|column| column.name == name);
        if !taken(name) {
            return name.to_owned();
        }
        loop {
            let other = self.counter.next(name);
            if !taken(&other) {
                self.renamed.insert(name.to_owned(), other.clone());
                return other;
            }
        }
    }
}
