//! What may stand at the cursor, by the operator and by what stands before it.

use huntbook_diagnostics::Span;
use huntbook_kql_syntax::TokenKind;

use super::cursor::{Cursor, Place};
use super::words;

/// What may stand at the cursor.
#[derive(Debug, Default)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each says of one kind of name whether it may stand there"
)]
pub(super) struct Wanted {
    pub(super) columns: Columns,
    pub(super) tables: bool,
    pub(super) lets: bool,
    pub(super) functions: bool,
    pub(super) aggregates: bool,
    pub(super) windows: bool,
    pub(super) operators: bool,
    pub(super) types: bool,
    pub(super) words: Vec<&'static str>,
}

/// Whose columns.
#[derive(Debug, Default)]
pub(super) enum Columns {
    #[default]
    None,
    /// Those of the rows that reach the operator.
    Here,
    /// Those that the rows share with the table written in this range of bytes.
    Shared { right: Span },
    /// Those of the table written in this range of bytes.
    Of(Span),
}

impl Wanted {
    pub(super) fn at(cursor: &Cursor<'_>, place: &Place) -> Self {
        let last = cursor.tokens.len().checked_sub(1);
        let is_last = |kind| last.is_some_and(|last| cursor.kind(last) == Some(kind));
        if is_last(TokenKind::Dot) {
            return Self::behind_a_dot(cursor, place);
        }
        if is_last(TokenKind::Colon) || Self::in_brackets_of(cursor, place, "typeof") {
            return Self { types: true, ..Self::default() };
        }
        let operator =
            place.segment.first().and_then(|first| cursor.operator(*first)).map(|(name, _)| name);
        let Some(operator) = operator else {
            return if place.pipes.is_empty() {
                Self { words: words::SOURCES.to_vec(), functions: true, ..Self::table() }
            } else if place.segment.is_empty() {
                Self { operators: true, ..Self::default() }
            } else {
                Self::default()
            };
        };
        let begins = place.pipes.is_empty();
        if begins && !matches!(operator, "print" | "range" | "union" | "search" | "find") {
            return Self::of_source(cursor, place, operator);
        }
        if is_last(TokenKind::Assign)
            && let Some(kinds) = kinds(cursor, operator)
        {
            return Self::words(kinds);
        }
        let wanted = Self::of_operator(cursor, place, operator);
        if begins && !matches!(wanted.columns, Columns::None) {
            return Self { columns: Columns::None, ..wanted };
        }
        wanted
    }

    fn table() -> Self {
        Self { tables: true, lets: true, ..Self::default() }
    }

    fn words(words: &[&'static str]) -> Self {
        Self { words: words.to_vec(), ..Self::default() }
    }

    fn columns() -> Self {
        Self { columns: Columns::Here, ..Self::default() }
    }

    fn value() -> Self {
        Self { functions: true, lets: true, ..Self::columns() }
    }

    fn or(mut self, words: &[&'static str]) -> Self {
        self.words.extend(words);
        self
    }

    /// Behind a table, a function or a value that begins a pipeline.
    fn of_source(cursor: &Cursor<'_>, place: &Place, first: &str) -> Self {
        if place.bracket.is_some() {
            let table = matches!(first, "materialize" | "view" | "toscalar");
            return if table { Self::table() } else { Self { functions: true, ..Self::table() } };
        }
        if first == "let" || is_value(cursor) { Self::default() } else { Self::table() }
    }

    fn of_operator(cursor: &Cursor<'_>, place: &Place, operator: &str) -> Self {
        let has = |word: &str| place.shallow.iter().skip(1).any(|i| cursor.name(*i) == Some(word));
        let in_bracket = place.bracket.is_some();
        let behind_a_value = is_value(cursor) && !is_operator_name(cursor, place);
        match operator {
            "where" | "filter" | "search" if behind_a_value => Self::words(words::BETWEEN_VALUES),
            "extend" | "project" | "print" | "serialize" | "distinct" if behind_a_value => {
                Self::words(words::BETWEEN_VALUES)
            }
            "extend" | "project" | "serialize" => Self { windows: true, ..Self::value() },
            "summarize" | "make-series" if behind_a_value => {
                let words = Self::words(words::BETWEEN_VALUES);
                if has("by") || in_bracket { words } else { words.or(&["by"]) }
            }
            "summarize" | "make-series" if has("by") || in_bracket => Self::value(),
            "summarize" | "make-series" => Self { aggregates: true, lets: true, ..Self::default() },
            "sort" | "order" if !has("by") => Self::words(&["by"]),
            "sort" | "order" | "top" if behind_a_value && has("by") => {
                Self::words(words::SORT_ENDS)
            }
            "top" | "top-nested" | "top-hitters" if !has("by") => {
                if behind_a_value {
                    Self::words(&["by"])
                } else {
                    Self::default()
                }
            }
            "take" | "limit" | "sample" | "invoke" | "project-by-names" => {
                Self { lets: true, ..Self::default() }
            }
            "project-away" | "project-keep" | "project-reorder" | "project-rename"
            | "mv-expand" | "mv-apply" | "sample-distinct" | "parse-kv" => {
                if behind_a_value {
                    Self::words(&["of", "to", "limit", "on"])
                } else {
                    Self::columns()
                }
            }
            "parse" | "parse-where" => {
                if has("with") {
                    Self::default()
                } else {
                    Self::columns().or(&["kind", "with"])
                }
            }
            "join" | "lookup" => Self::of_join(cursor, place, behind_a_value),
            "union" | "find" => Self::table().or(&["withsource", "isfuzzy", "kind"]),
            "render" => {
                if in_bracket {
                    Self::words(words::CHART_PROPERTIES).with_columns(cursor)
                } else if behind_a_value {
                    Self::words(&["with"])
                } else {
                    Self::words(words::CHARTS)
                }
            }
            "as" | "count" | "getschema" | "range" | "consume" => Self::default(),
            _ => Self::value(),
        }
    }

    /// Behind `xcolumn =` and its like the columns may stand, too.
    fn with_columns(mut self, cursor: &Cursor<'_>) -> Self {
        let last = cursor.tokens.len().saturating_sub(1);
        if cursor.kind(last) == Some(TokenKind::Assign) {
            self.words.clear();
            self.columns = Columns::Here;
        }
        self
    }

    fn of_join(cursor: &Cursor<'_>, place: &Place, behind_a_value: bool) -> Self {
        let on = place.shallow.iter().find(|index| cursor.name(**index) == Some("on"));
        match (on, right_side(cursor, place)) {
            (Some(_), _) if behind_a_value => Self::words(&["and"]),
            (Some(_), Some(right)) => Self {
                columns: Columns::Shared { right },
                words: vec!["$left", "$right"],
                ..Self::default()
            },
            (Some(_), None) => Self::columns().or(&["$left", "$right"]),
            (None, Some(_)) => Self::words(&["on"]),
            (None, None) => Self::table().or(&["kind"]),
        }
    }

    fn behind_a_dot(cursor: &Cursor<'_>, place: &Place) -> Self {
        let owner = cursor.tokens.len().checked_sub(2).and_then(|index| cursor.name(index));
        match (owner, right_side(cursor, place)) {
            (Some("$left"), _) => Self::columns(),
            (Some("$right"), Some(right)) => {
                Self { columns: Columns::Of(right), ..Self::default() }
            }
            _ => Self::default(),
        }
    }

    fn in_brackets_of(cursor: &Cursor<'_>, place: &Place, function: &str) -> bool {
        let before = place.bracket.and_then(|bracket| bracket.checked_sub(1));
        before.and_then(|index| cursor.name(index)) == Some(function)
    }
}

/// Whether a whole value stands before the cursor, so that a word must follow before the next one.
fn is_value(cursor: &Cursor<'_>) -> bool {
    let Some(last) = cursor.tokens.len().checked_sub(1) else { return false };
    match cursor.tokens[last].kind {
        TokenKind::Name => !words::BEFORE_VALUES.contains(&cursor.text_of(last)),
        TokenKind::String(_)
        | TokenKind::Raw(_)
        | TokenKind::Integer
        | TokenKind::Real
        | TokenKind::Timespan
        | TokenKind::CloseParenthesis
        | TokenKind::CloseBracket => true,
        _ => false,
    }
}

/// Whether the last token before the cursor is the operator's own name.
fn is_operator_name(cursor: &Cursor<'_>, place: &Place) -> bool {
    let first = place.segment.first().and_then(|first| cursor.operator(*first));
    first.is_some_and(|(_, behind)| behind == cursor.tokens.len())
}

/// The kinds that may follow `kind=`.
fn kinds(cursor: &Cursor<'_>, operator: &str) -> Option<&'static [&'static str]> {
    let name = cursor.name(cursor.tokens.len().checked_sub(2)?)?;
    Some(match (name, operator) {
        ("kind", "join") => crate::operators::join::KINDS,
        ("kind", "lookup") => &["leftouter", "inner"],
        ("kind", "union") => &["outer", "inner"],
        ("kind", "parse" | "parse-where") => &["simple", "relaxed", "regex"],
        ("kind", "mv-expand") => &["bag", "array"],
        ("kind", "render") => words::CHART_KINDS,
        ("kind", "search") => &["case_insensitive", "case_sensitive"],
        ("legend", "render") => &["visible", "hidden"],
        ("xaxis" | "yaxis", "render") => &["linear", "log"],
        ("isfuzzy", "union") | ("accumulate", "render") => &["true", "false"],
        _ => return None,
    })
}

/// The bytes of the right side of a join, once it is whole.
fn right_side(cursor: &Cursor<'_>, place: &Place) -> Option<Span> {
    let (_, mut index) = cursor.operator(*place.segment.first()?)?;
    // Parameters: `kind = inner hint.strategy = broadcast`.
    while cursor.name(index).is_some() {
        let mut assign = index + 1;
        while cursor.kind(assign) == Some(TokenKind::Dot) {
            assign += 2;
        }
        if cursor.kind(assign) != Some(TokenKind::Assign) {
            break;
        }
        index = assign + 2;
    }
    let first = cursor.tokens.get(index)?.span;
    if cursor.kind(index) != Some(TokenKind::OpenParenthesis) {
        cursor.name(index)?;
        return Some(first);
    }
    let mut depth = 0_usize;
    for token in &cursor.tokens[index..] {
        match token.kind {
            TokenKind::OpenParenthesis => depth += 1,
            TokenKind::CloseParenthesis => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return Some(Span::new(first.start, token.span.end));
        }
    }
    None
}
