//! `name = value` between the keyword of an operator and what it works on, and the properties in `with (...)`.

use huntbook_diagnostics::{Diagnostic, near_hint};

use super::CLAUSES;
use crate::ast::{Expr, ExprKind, Ident, OperatorParameter};
use crate::names::{NamePlace, is_boolean, is_infix_word};
use crate::parser::Parser;
use crate::token::{LiteralType, TokenKind};

/// The parameters that any operator may have as far as the grammar goes, but for `hint.name`.
const PARAMETERS: &[&str] = &[
    "bagexpansion",
    "bin_legacy",
    "decodeblocks",
    "expandoutput",
    "force_remote",
    "isfuzzy",
    "kind",
    "with_itemindex",
    "with_match_id",
    "with_source",
    "with_step_name",
    "withsource",
];

/// What may stand behind `hint.`.
const HINTS: &[&str] = &[
    "concurrency",
    "distribution",
    "materialized",
    "num_partitions",
    "pass_filters",
    "pass_filters_column",
    "progressive_top",
    "remote",
    "shufflekey",
    "spread",
    "strategy",
];

/// The properties that a `with (...)` may hold.
pub(in crate::parser) struct Properties {
    /// Those of one value; empty where any name will do.
    pub(in crate::parser) names: &'static [&'static str],
    /// Those of several values.
    pub(in crate::parser) lists: &'static [&'static str],
}

/// Keywords that are the value of a parameter.
pub(crate) const WORDS: &[&str] = &["hotcache", "nooptimization", "relaxed", "simple"];

impl Parser<'_> {
    /// Any number of parameters; `own` are the names that only this operator has.
    pub(super) fn parameters(&mut self, own: &[&str]) -> Vec<OperatorParameter> {
        let mut parameters = Vec::new();
        while let Some(name) = self.parameter_name(own) {
            let value = self.parameter_value();
            parameters.push(OperatorParameter { name, value });
        }
        parameters
    }

    /// The name of a parameter whose `=` it goes behind.
    fn parameter_name(&mut self, own: &[&str]) -> Option<Ident> {
        let start = self.position;
        let length = match self.word() {
            "hint"
                if self.is_at(start + 1, TokenKind::Dot)
                    && self.is_at(start + 2, TokenKind::Name) =>
            {
                3
            }
            word if PARAMETERS.contains(&word) || own.contains(&word) => 1,
            _ => return None,
        };
        let has_value = self.is_at(start + length, TokenKind::Assign);
        if !has_value && !self.lacks_assign() {
            return None;
        }
        let name: String = (start..start + length).map(|index| self.text_at(index)).collect();
        let span = self.span().to(self.span_at(start + length - 1));
        if let Some(hint) = name.strip_prefix("hint.")
            && !HINTS.contains(&hint)
        {
            let diagnostic = Diagnostic::error("KQL0006", format!("`{name}` is not a hint of KQL"))
                .at(span)
                .maybe_hint(near_hint("hint", hint, HINTS.iter().copied()));
            self.recovered(diagnostic);
        }
        self.position = start + length;
        if self.eat(TokenKind::Assign).is_none() {
            let message = format!("expected `=` after `{name}`");
            let diagnostic = Diagnostic::error("KQL0005", message).at(self.place());
            self.recovered(diagnostic);
        }
        Some(Ident { name, span })
    }

    /// Whether `kind inner` stands at the position, in place of `kind=inner`.
    fn lacks_assign(&self) -> bool {
        let next = self.word_at(self.position + 1);
        matches!(self.word(), "kind" | "isfuzzy" | "withsource")
            && !next.is_empty()
            && !is_infix_word(next)
            && !matches!(next, "asc" | "desc" | "nulls" | "where")
            && !CLAUSES.contains(&next)
    }

    /// A bare word or a constant.
    pub(in crate::parser) fn parameter_value(&mut self) -> Expr {
        self.height = 1;
        let next = self.position + 1;
        let is_call = self.is_at(next, TokenKind::OpenParenthesis)
            && (self.is_word("dynamic") || LiteralType::from_keyword(self.word()).is_some());
        match self.kind() {
            Some(TokenKind::Name) if !is_call && is_boolean(self.word()).is_none() => {
                if !WORDS.contains(&self.word()) {
                    self.check_name(NamePlace::Alone);
                }
                self.word_expression().unwrap_or_else(|| self.error_expression())
            }
            Some(
                TokenKind::Name
                | TokenKind::String(_)
                | TokenKind::Integer
                | TokenKind::Real
                | TokenKind::Timespan,
            ) => self.primary(),
            _ => {
                if let Some(name) = self.name() {
                    return Expr { span: name.span, kind: ExprKind::Name(name) };
                }
                self.expected("KQL0005", "the value of the parameter");
                self.error_expression()
            }
        }
    }

    /// `with (name = value, ...)`, where it stands at the position. A property that takes several values, as
    /// `ycolumns = a, b`, comes back once a value.
    pub(in crate::parser) fn with_properties(
        &mut self,
        known: &Properties,
    ) -> Vec<OperatorParameter> {
        if self.eat_word("with").is_none() {
            return Vec::new();
        }
        if !self.is(TokenKind::OpenParenthesis) {
            self.expected("KQL0005", "`(` and properties after `with`");
            return Vec::new();
        }
        let open = self.open();
        self.eat(TokenKind::Comma);
        let mut last: Option<Ident> = None;
        let properties = self.items(open, true, |parser| {
            let assign = parser.behind_name(parser.position).unwrap_or(parser.position);
            if parser.is_at(assign, TokenKind::Assign) {
                parser.check_property(known);
                last = parser.name();
                parser.bump();
            }
            let name = last.clone().filter(|name| {
                parser.is_at(parser.position - 1, TokenKind::Assign)
                    || known.lists.contains(&name.name.as_str())
            });
            let Some(name) = name else {
                parser.expected("KQL0005", "a property, as in `name = value`");
                return None;
            };
            let is_column = known.lists.contains(&name.name.as_str());
            let value = if is_column { parser.column_path() } else { parser.property_value() };
            Some(OperatorParameter { name, value })
        });
        self.close(open);
        properties.into_iter().flatten().collect()
    }

    /// Reports the name at the position where it is no property.
    fn check_property(&mut self, known: &Properties) {
        let word = self.word();
        if known.names.is_empty() {
            return self.check_name(NamePlace::Declared);
        }
        let names = || known.names.iter().chain(known.lists).copied();
        if !names().any(|name| name == word) {
            let diagnostic = Diagnostic::error("KQL0006", format!("`{word}` is not a property"))
                .at(self.span())
                .maybe_hint(near_hint("name", word, names()));
            self.recovered(diagnostic);
        }
    }

    /// A bare word, a constant, or a path or call that stands for one.
    fn property_value(&mut self) -> Expr {
        if self.is_signed_number() {
            return self.signed();
        }
        let is_whole = self
            .kind_at(self.position + 1)
            .is_none_or(|kind| matches!(kind, TokenKind::Comma | TokenKind::CloseParenthesis));
        let is_path = !is_whole && self.behind_name(self.position).is_some();
        if is_path { self.operand() } else { self.parameter_value() }
    }

    /// Whether a number and a sign that touches it stand at the position.
    pub(in crate::parser) fn is_signed_number(&self) -> bool {
        let is_sign = matches!(self.kind(), Some(TokenKind::Minus | TokenKind::Plus));
        let is_number = matches!(
            self.kind_at(self.position + 1),
            Some(TokenKind::Integer | TokenKind::Real | TokenKind::Timespan)
        );
        is_sign && is_number && self.touches_next(self.position)
    }
}
