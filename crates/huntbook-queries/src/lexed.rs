//! A template lexed in KQL: where each placeholder stands, and the tokens that rendering must keep.

use huntbook_diagnostics::{Diagnostic, Span};
use huntbook_kql_syntax::{LiteralType, StringForm, StringToken, Token, TokenKind, tokenize};

use crate::codes::{BROKEN_TEMPLATE, GLUED, NO_VALUE_HERE, TYPE_NOT_HERE};
use crate::template::{Piece, Placeholder};
use crate::{Parameter, ParameterType};

/// Where a placeholder stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// Between the quotes of a literal.
    Literal(StringToken),
    /// In a comment.
    Comment,
    /// In the brackets of `datetime(...)` and its like.
    Typed(LiteralType),
    /// The number of a timespan such as `{days}d`.
    TimespanAmount,
    /// A token of its own, where a value may stand.
    Value,
    /// A token of its own, where a name, an operator or a whole clause may stand.
    Other,
}

impl Place {
    /// Whether the placeholder is a token of its own.
    pub(crate) const fn is_bare(self) -> bool {
        matches!(self, Self::Value | Self::Other)
    }
}

/// A placeholder with its place.
#[derive(Debug, Clone)]
pub(crate) struct Slot {
    /// Parameter, form and place in the template.
    pub(crate) placeholder: Placeholder,
    /// Where its stand-in is in [`Lexed::skeleton`].
    pub(crate) span: Span,
    /// What surrounds it.
    pub(crate) place: Place,
    /// Whether an opening bracket stands right before it, so that no item at all may stand here.
    pub(crate) may_be_empty: bool,
}

/// A template with harmless stand-ins for its placeholders, lexed.
#[derive(Debug, Clone)]
pub(crate) struct Lexed {
    /// The template's text with stand-ins.
    pub(crate) skeleton: String,
    /// The tokens of the skeleton.
    pub(crate) tokens: Vec<Token>,
    /// The placeholders, in order.
    pub(crate) slots: Vec<Slot>,
}

/// A stand-in that keeps the lexer's state: a number for what is one, so that `{days}d` is a timespan; else
/// a word.
fn stand_in(parameter: &Parameter) -> &'static str {
    let shows_a_number = || {
        parameter.default.as_ref().is_some_and(|default| {
            let text = default.to_string();
            !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
        })
    };
    match parameter.kind {
        ParameterType::Int => "0",
        ParameterType::Str if shows_a_number() => "0",
        _ => "q",
    }
}

/// Lexes the pieces of a template and finds the place of each placeholder.
pub(crate) fn lex(pieces: &[Piece], parameters: &[Parameter]) -> (Lexed, Vec<Diagnostic>) {
    let mut skeleton = String::new();
    let mut marks = Vec::new();
    for piece in pieces {
        match piece {
            Piece::Text(text) => skeleton.push_str(text),
            Piece::Placeholder(placeholder) => {
                let start = skeleton.len();
                skeleton.push_str(stand_in(&parameters[placeholder.parameter]));
                marks.push((placeholder.clone(), Span::new(start, skeleton.len())));
            }
        }
    }
    let tokens = tokenize(&skeleton);
    let mut faults = Vec::new();
    let mut slots = Vec::with_capacity(marks.len());
    for (placeholder, span) in marks {
        let index = tokens.partition_point(|token| token.span.end <= span.start);
        let name = &parameters[placeholder.parameter].name;
        match place_of(&skeleton, &tokens, index, span) {
            Ok(place) => slots.push(Slot {
                may_be_empty: opens_list(&tokens, index),
                placeholder,
                span,
                place,
            }),
            Err((code, problem)) => {
                let message = format!("parameter `{name}` {problem}");
                faults.push(Diagnostic::error(code, message).at(placeholder.span));
            }
        }
    }
    (Lexed { skeleton, tokens, slots }, faults)
}

fn place_of(
    skeleton: &str,
    tokens: &[Token],
    index: usize,
    span: Span,
) -> Result<Place, (&'static str, &'static str)> {
    let token = tokens[index];
    match token.kind {
        TokenKind::String(string) if !string.closed => {
            Err((BROKEN_TEMPLATE, "stands in a literal that has no end"))
        }
        TokenKind::String(string) => {
            let before = &skeleton[token.span.start..span.start];
            let backslashes = before.bytes().rev().take_while(|byte| *byte == b'\\').count();
            if string.form == StringForm::Plain && backslashes % 2 == 1 {
                return Err((GLUED, "stands behind a lone backslash"));
            }
            Ok(Place::Literal(string))
        }
        TokenKind::Comment => Ok(Place::Comment),
        TokenKind::Raw(literal) => Ok(Place::Typed(literal)),
        TokenKind::Timespan if token.span.start == span.start => Ok(Place::TimespanAmount),
        _ if token.span == span => {
            Ok(if value_may_stand(skeleton, tokens, index) { Place::Value } else { Place::Other })
        }
        _ => Err((GLUED, "stands against other text outside a literal")),
    }
}

/// The nearest token before `index` that is not white space or a comment.
fn before(tokens: &[Token], index: usize) -> Option<(usize, Token)> {
    tokens[..index]
        .iter()
        .enumerate()
        .rev()
        .find(|(_, token)| !token.kind.is_trivia())
        .map(|(position, token)| (position, *token))
}

fn opens_list(tokens: &[Token], index: usize) -> bool {
    before(tokens, index).is_some_and(|(_, token)| token.kind == TokenKind::OpenBracket)
}

/// Words behind which a value may stand.
const OPERATORS: &[&str] = &[
    "has",
    "has_cs",
    "hasprefix",
    "hasprefix_cs",
    "hassuffix",
    "hassuffix_cs",
    "contains",
    "contains_cs",
    "startswith",
    "startswith_cs",
    "endswith",
    "endswith_cs",
    "matches",
    "regex",
    "in",
    "has_any",
    "has_all",
    "between",
    "and",
    "or",
    "not",
    "where",
    "filter",
    "by",
    "take",
    "limit",
    "top",
    "print",
    "search",
    "has_ipv4",
];

fn value_may_stand(skeleton: &str, tokens: &[Token], index: usize) -> bool {
    use TokenKind as Kind;
    let Some((_, token)) = before(tokens, index) else { return false };
    match token.kind {
        Kind::OpenParenthesis | Kind::OpenBracket | Kind::Comma | Kind::Assign | Kind::Equal
        | Kind::NotEqual | Kind::EqualTilde | Kind::BangTilde | Kind::Less | Kind::LessEqual
        | Kind::Greater | Kind::GreaterEqual | Kind::Plus | Kind::Minus | Kind::Star | Kind::Slash
        | Kind::Percent | Kind::DotDot | Kind::Colon
        // The end of `in~`.
        | Kind::Tilde => true,
        Kind::Name => {
            token.span.slice(skeleton).is_some_and(|word| OPERATORS.contains(&word))
        }
        _ => false,
    }
}

/// The type that a `str` parameter has by the way it is used: outside literals, what its default shows.
///
/// Definitions that know no type but `str` use it for tables, columns and whole clauses, always with a
/// default of that kind. Such a default is the author's text, so it says what the caller may give.
pub(crate) fn used_as(parameter: &Parameter, lexed: &Lexed, index: usize) -> ParameterType {
    let mut bare = lexed
        .slots
        .iter()
        .filter(|slot| slot.placeholder.parameter == index && slot.place.is_bare());
    let Some(first) = bare.next() else { return parameter.kind };
    if parameter.kind != ParameterType::Str {
        return parameter.kind;
    }
    if parameter.name == "add_query_items" {
        return ParameterType::Clause;
    }
    let named = |word: &str| parameter.name.to_ascii_lowercase().contains(word);
    let Some(default) = parameter.default.as_ref().map(ToString::to_string) else {
        return match first.place {
            Place::Other if named("table") => ParameterType::Table,
            Place::Other if named("column") => ParameterType::Column,
            _ => ParameterType::Str,
        };
    };
    let tokens: Vec<TokenKind> = tokenize(&default)
        .iter()
        .map(|token| token.kind)
        .filter(|kind| !kind.is_trivia())
        .collect();
    match tokens.as_slice() {
        [TokenKind::Integer] => ParameterType::Int,
        [TokenKind::Real] => ParameterType::Float,
        [TokenKind::Timespan] => ParameterType::Timespan,
        [TokenKind::Name] if matches!(default.trim(), "true" | "false") => ParameterType::Clause,
        [TokenKind::Name] if named("table") || first.span.start == 0 => ParameterType::Table,
        [TokenKind::Name] => ParameterType::Column,
        _ => ParameterType::Clause,
    }
}

/// What is wrong with the type of each parameter at its places.
pub(crate) fn misplaced(lexed: &Lexed, parameters: &[Parameter]) -> Vec<Diagnostic> {
    lexed.slots.iter().filter_map(|slot| misplaced_slot(slot, parameters)).collect()
}

fn misplaced_slot(slot: &Slot, parameters: &[Parameter]) -> Option<Diagnostic> {
    let parameter = &parameters[slot.placeholder.parameter];
    let name = &parameter.name;
    let problem = match (slot.place, parameter.kind) {
        (Place::Other, ParameterType::Table | ParameterType::Column | ParameterType::Clause) => {
            return None;
        }
        (Place::Other, kind) => {
            let kind = kind.name();
            Diagnostic::error(
                NO_VALUE_HERE,
                format!("parameter `{name}` of type {kind} stands where no value may stand"),
            )
            .hint("types for such a place: table, column, clause (raw query text)")
        }
        (Place::Literal(_) | Place::Typed(_) | Place::TimespanAmount, ParameterType::List) => {
            Diagnostic::error(
                TYPE_NOT_HERE,
                format!("list parameter `{name}` stands inside a literal"),
            )
            .hint("a list stands in brackets of its own: `in ({name})`")
        }
        (
            Place::Typed(literal),
            ParameterType::Table | ParameterType::Column | ParameterType::Clause,
        ) => {
            let literal = literal.name();
            Diagnostic::error(
                TYPE_NOT_HERE,
                format!("parameter `{name}` stands inside `{literal}(...)`, which holds no names"),
            )
        }
        _ => return None,
    };
    Some(problem.at(slot.placeholder.span))
}

impl Lexed {
    /// The table at the head of the query, where the query is one pipeline that begins with a name.
    pub(crate) fn first_table(&self) -> Option<&str> {
        let mut words = self.tokens.iter().filter(|token| !token.kind.is_trivia());
        let head = words.next().filter(|token| token.kind == TokenKind::Name)?;
        let pipes = words.next().is_none_or(|token| token.kind == TokenKind::Pipe);
        let is_slot = self.slots.iter().any(|slot| slot.span == head.span);
        if pipes && !is_slot { head.span.slice(&self.skeleton) } else { None }
    }
}
