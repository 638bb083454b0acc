//! `name = value` between the keyword of an operator and what it works on, and the properties in `with (...)`.

use crate::ast::{Expr, ExprKind, Ident, OperatorParameter};
use crate::names::{NamePlace, is_boolean};
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

/// Keywords that are the value of a parameter.
const VALUES: &[&str] = &["nooptimization", "relaxed", "simple"];

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
        if !self.is_at(start + length, TokenKind::Assign) {
            return None;
        }
        let name = (start..start + length).map(|index| self.text_at(index)).collect();
        let span = self.span().to(self.span_at(start + length - 1));
        self.position = start + length + 1;
        Some(Ident { name, span })
    }

    /// A bare word or a constant.
    pub(in crate::parser) fn parameter_value(&mut self) -> Expr {
        self.height = 1;
        let next = self.position + 1;
        let is_call = self.is_at(next, TokenKind::OpenParenthesis)
            && (self.is_word("dynamic") || LiteralType::from_keyword(self.word()).is_some());
        match self.kind() {
            Some(TokenKind::Name) if !is_call && is_boolean(self.word()).is_none() => {
                if !VALUES.contains(&self.word()) {
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
            _ => match self.name() {
                Some(name) => Expr { span: name.span, kind: ExprKind::Name(name) },
                None => {
                    self.expected("KQL0005", "the value of the parameter");
                    self.error_expression()
                }
            },
        }
    }

    /// `with (name = value, ...)`, where it stands at the position. A property that takes several values, as
    /// `ycolumns = a, b`, comes back once a value; `lists` are the names of those.
    pub(in crate::parser) fn with_properties(&mut self, lists: &[&str]) -> Vec<OperatorParameter> {
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
                last = parser.name();
                parser.bump();
            }
            let name = last.clone().filter(|name| {
                parser.is_at(parser.position - 1, TokenKind::Assign)
                    || lists.contains(&name.name.as_str())
            });
            let Some(name) = name else {
                parser.expected("KQL0005", "a property, as in `name = value`");
                return None;
            };
            Some(OperatorParameter { name, value: parser.property_value() })
        });
        self.close(open);
        properties.into_iter().flatten().collect()
    }

    /// A bare word, a constant, or a path or call that stands for one.
    fn property_value(&mut self) -> Expr {
        let is_whole = self
            .kind_at(self.position + 1)
            .is_none_or(|kind| matches!(kind, TokenKind::Comma | TokenKind::CloseParenthesis));
        if is_whole { self.parameter_value() } else { self.signed() }
    }
}
