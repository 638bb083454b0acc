//! `parse x with * "a=" b:long "," *`: columns read out of a text by a pattern. `parse-where` keeps only the rows
//! that match.
//!
//! A row that does not match keeps its other columns; those of the pattern are empty or null. With `kind=relaxed` a
//! value that does not fit its type is null, else it makes the row one that does not match.

use huntbook_diagnostics::{Diagnostic, Span};
use huntbook_kql_syntax::ast::{Expr, ExprKind, Ident, Literal, Operator, ParsePiece};

use super::options::Options;
use crate::bind::{Binder, Row, Scope, duplicate, type_of, unsupported};
use crate::codes;
use crate::convert::convert;
use crate::extract::pattern::{Shape, Step};
use crate::extract::regex_pattern;
use crate::extract::{How, Recipe};
use crate::functions::regexes;
use crate::ir::{Column, HIDDEN, Relation, Scalar};
use crate::types::KqlType;

/// Whether rows that do not match stay.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unmatched {
    Kept,
    Dropped,
}

pub(crate) fn bind(
    binder: &mut Binder<'_>,
    input: Relation,
    subject: &Expr,
    pieces: &[ParsePiece],
    unmatched: Unmatched,
    operator: &Operator,
    scope: &Scope,
) -> Option<Relation> {
    let (name, kinds): (_, &'static [&'static str]) = match unmatched {
        Unmatched::Kept => ("parse", &["simple", "relaxed", "regex"]),
        Unmatched::Dropped => ("parse-where", &["simple", "regex"]),
    };
    let mut options = Options::new(name, &operator.parameters);
    let kind = options.word("kind", kinds).unwrap_or("simple");
    let flags = options.name("flags").unwrap_or_default();
    let flags_span = operator.parameters.last().map_or(operator.keyword, |last| last.value.span);
    options.finish(binder)?;
    let text = text(binder, &input, subject, scope);
    let pieces = pieces.iter().map(|piece| self::piece(binder, piece, scope));
    let pieces: Vec<Option<Piece<'_>>> = pieces.collect();
    let pieces = pieces.into_iter().collect::<Option<Vec<_>>>()?;
    let how = if kind == "regex" {
        regex(binder, &pieces, (&flags, flags_span), operator.span)
    } else {
        steps(binder, &pieces, kind == "relaxed")
    };
    let mut columns: Vec<(String, KqlType)> = Vec::new();
    for piece in &pieces {
        if let Piece::Column(name, kind) = piece {
            if columns.iter().any(|(known, _)| *known == name.name) {
                binder.report(duplicate(&name.name, name.span));
                return None;
            }
            columns.push((name.name.clone(), *kind));
        }
    }
    let kinds: Vec<KqlType> = columns.iter().map(|(_, kind)| *kind).collect();
    let recipe = Recipe::new(how?, &kinds, kind != "relaxed");
    Some(extracted(input, text?, recipe, columns, unmatched))
}

/// What is parsed, as text.
pub(super) fn text(
    binder: &mut Binder<'_>,
    input: &Relation,
    subject: &Expr,
    scope: &Scope,
) -> Option<Scalar> {
    let value = binder.scalar(subject, Row::of(input, scope))?;
    let given = value.kind;
    let text = convert(value, KqlType::String);
    if text.is_none() {
        let message = format!("a value of type `{given}` has no text form");
        binder.report(Diagnostic::error(codes::WRONG_ARGUMENT_TYPE, message).at(subject.span));
    }
    text
}

/// The rows with the columns of a recipe under their names: one that the input has takes its place.
pub(super) fn extracted(
    input: Relation,
    text: Scalar,
    recipe: Recipe,
    columns: Vec<(String, KqlType)>,
    unmatched: Unmatched,
) -> Relation {
    let mut result = input.column_values();
    let mut added = Vec::with_capacity(columns.len() + 1);
    for (position, (name, kind)) in columns.into_iter().enumerate() {
        let column = Column::new(format!("{HIDDEN}piece.{position}"), kind);
        let value = column.value();
        added.push(column);
        match result.iter_mut().find(|(known, _)| *known == name) {
            Some(replaced) => replaced.1 = value,
            None => result.push((name, value)),
        }
    }
    if unmatched == Unmatched::Kept {
        return Relation::project(Relation::extract(input, text, recipe, added), result);
    }
    let matched = Column::new(format!("{HIDDEN}matched"), KqlType::Bool);
    let value = matched.value();
    added.push(matched);
    let rows = Relation::extract(input, text, recipe, added);
    Relation::project(Relation::filter(rows, value), result)
}

enum Piece<'a> {
    Any(Span),
    Text(String, Span),
    Column(&'a Ident, KqlType),
}

fn piece<'a>(binder: &mut Binder<'_>, piece: &'a ParsePiece, scope: &Scope) -> Option<Piece<'a>> {
    match piece {
        ParsePiece::Any(span) => Some(Piece::Any(*span)),
        ParsePiece::Text(text) => {
            if let ExprKind::Literal(Literal::String { value, .. }) = &text.kind {
                return Some(Piece::Text(value.clone(), text.span));
            }
            binder.scalar(text, Row::new(&[], scope))?;
            let message = "a constant string is expected here";
            binder.report(Diagnostic::error(codes::NOT_CONSTANT, message).at(text.span));
            None
        }
        ParsePiece::Column { name, type_name } => {
            let kind = match type_name {
                Some(type_name) => binder.accept(type_of(type_name))?,
                None => KqlType::String,
            };
            if kind == KqlType::Decimal {
                binder.report(unsupported("a column of type `decimal` in a pattern", name.span));
                return None;
            }
            Some(Piece::Column(name, kind))
        }
    }
}

fn wrong(message: String, span: Span) -> Diagnostic {
    Diagnostic::error(codes::WRONG_PATTERN, message).at(span)
}

/// Checks which piece stands behind which.
fn check(binder: &mut Binder<'_>, pieces: &[Piece<'_>]) -> Option<()> {
    let mut sound = true;
    for pair in pieces.windows(2) {
        let problem = match pair {
            [Piece::Column(before, _), Piece::Column(name, _)] => {
                let message = format!(
                    "nothing separates column `{}` from column `{}`",
                    before.name, name.name
                );
                wrong(message, name.span).hint("put a constant between them")
            }
            [Piece::Column(before, KqlType::String | KqlType::Dynamic), Piece::Any(span)] => {
                let message = format!(
                    "`*` behind column `{}` of type string leaves open where the column ends",
                    before.name
                );
                wrong(message, *span).hint("put a constant between them, or leave the `*` out")
            }
            [Piece::Any(_), Piece::Column(name, _)] => {
                let message = format!("`*` leaves open where column `{}` begins", name.name);
                wrong(message, name.span).hint("put a constant between them")
            }
            _ => continue,
        };
        binder.report(problem);
        sound = false;
    }
    sound.then_some(())
}

fn steps(binder: &mut Binder<'_>, pieces: &[Piece<'_>], relaxed: bool) -> Option<How> {
    check(binder, pieces)?;
    let mut steps: Vec<Step> = Vec::with_capacity(pieces.len());
    for (position, piece) in pieces.iter().enumerate() {
        let before_star = matches!(pieces.get(position + 1), Some(Piece::Any(_)));
        let step = match piece {
            Piece::Any(_) => Step::Any,
            Piece::Text(text, _) => match steps.last_mut() {
                // Two constants are one.
                Some(Step::Text(before)) => {
                    before.push_str(text);
                    continue;
                }
                _ => Step::Text(text.clone()),
            },
            Piece::Column(_, kind) if before_star => {
                let shape = match kind {
                    KqlType::Int | KqlType::Long => Shape::Whole,
                    KqlType::Real | KqlType::Decimal => Shape::Real,
                    KqlType::Datetime | KqlType::Timespan => Shape::Time,
                    _ => Shape::Word,
                };
                let is_last = position + 2 == pieces.len();
                Step::Shaped(shape, !relaxed && !is_last)
            }
            Piece::Column(..) => Step::Column,
        };
        steps.push(step);
    }
    Some(How::Pattern(steps))
}

fn regex(
    binder: &mut Binder<'_>,
    pieces: &[Piece<'_>],
    (flags, flags_span): (&str, Span),
    span: Span,
) -> Option<How> {
    if let Some(flag) = flags.chars().find(|flag| !"imsU".contains(*flag)) {
        let message = format!("`flags` of `parse` has no flag `{flag}`");
        let diagnostic = Diagnostic::error(codes::UNKNOWN_OPTION, message).at(flags_span);
        binder.report(diagnostic.hint("the flags are `i`, `m`, `s` and `U`"));
        return None;
    }
    let mut pattern = if flags.is_empty() { String::from("\\A") } else { format!("(?{flags})\\A") };
    let mut sound = true;
    let mut column = 0;
    for piece in pieces {
        match piece {
            Piece::Any(_) => pattern.push_str(".*?"),
            Piece::Text(text, span) => {
                let checked = binder.accept(regexes::check(text, *span));
                sound &= checked.is_some();
                pattern.extend(["(?:", text, ")"]);
            }
            Piece::Column(_, kind) => {
                pattern.push_str(&regex_pattern::group(column, *kind));
                column += 1;
            }
        }
    }
    if !sound {
        return None;
    }
    binder.accept(regexes::check(&pattern, span))?;
    Some(How::Regex(pattern))
}
