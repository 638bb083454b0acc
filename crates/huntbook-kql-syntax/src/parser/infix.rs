//! The operators between two values: which they are and how tightly they bind.

use huntbook_diagnostics::{Diagnostic, Span, near_hint};

use super::Parser;
use crate::ast::{BinaryOperator, ListOperator};
use crate::token::TokenKind;

/// How tightly an operator binds, loosest first.
///
/// String operators bind more tightly than arithmetic, as in KQL's own grammar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Precedence {
    /// Anything.
    Lowest,
    /// `or`.
    Or,
    /// `and`.
    And,
    /// `==`, `!=`, `in`, `has_any`, `between`, ...
    Equality,
    /// `<`, `<=`, `>`, `>=`.
    Relation,
    /// `+`, `-`.
    Sum,
    /// `*`, `/`, `%`.
    Product,
    /// `has`, `contains`, `=~`, `matches regex`, ...
    Text,
    /// A sign before a value.
    Sign,
    /// A path, a call, a constant.
    Operand,
}

impl Precedence {
    /// The next tighter one.
    pub(crate) const fn tighter(self) -> Self {
        match self {
            Self::Lowest => Self::Or,
            Self::Or => Self::And,
            Self::And => Self::Equality,
            Self::Equality => Self::Relation,
            Self::Relation => Self::Sum,
            Self::Sum => Self::Product,
            Self::Product => Self::Text,
            Self::Text => Self::Sign,
            Self::Sign | Self::Operand => Self::Operand,
        }
    }
}

/// How tightly `operator` binds.
pub(crate) const fn precedence(operator: BinaryOperator) -> Precedence {
    match operator {
        BinaryOperator::Or => Precedence::Or,
        BinaryOperator::And => Precedence::And,
        BinaryOperator::Equal | BinaryOperator::NotEqual => Precedence::Equality,
        BinaryOperator::Less
        | BinaryOperator::LessEqual
        | BinaryOperator::Greater
        | BinaryOperator::GreaterEqual => Precedence::Relation,
        BinaryOperator::Add | BinaryOperator::Subtract => Precedence::Sum,
        BinaryOperator::Multiply | BinaryOperator::Divide | BinaryOperator::Modulo => {
            Precedence::Product
        }
        _ => Precedence::Text,
    }
}

/// No misspelt operator is longer.
const LONGEST_WORD: usize = 20;

/// An operator that stands at the position.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Infix {
    Binary(BinaryOperator),
    List(ListOperator),
    Between {
        negated: bool,
    },
    /// `=` where only `==` makes sense.
    Assign,
    /// `!word` or a word that is no operator but stands where one should.
    Unknown,
}

impl Infix {
    pub(super) const fn precedence(self) -> Precedence {
        match self {
            Self::Binary(operator) => precedence(operator),
            Self::List(_) | Self::Between { .. } | Self::Assign => Precedence::Equality,
            Self::Unknown => Precedence::Text,
        }
    }
}

/// The string operator `word` or, where `negated`, `!word`. The older spellings are among them.
pub(crate) fn string_operator(word: &str, negated: bool) -> Option<BinaryOperator> {
    use BinaryOperator as Op;
    let (plain, opposite) = match word {
        "has" => (Op::Has, Op::NotHas),
        "has_cs" => (Op::HasCs, Op::NotHasCs),
        "hasprefix" => (Op::HasPrefix, Op::NotHasPrefix),
        "hasprefix_cs" => (Op::HasPrefixCs, Op::NotHasPrefixCs),
        "hassuffix" => (Op::HasSuffix, Op::NotHasSuffix),
        "hassuffix_cs" => (Op::HasSuffixCs, Op::NotHasSuffixCs),
        "contains" => (Op::Contains, Op::NotContains),
        "contains_cs" | "containscs" => (Op::ContainsCs, Op::NotContainsCs),
        "startswith" => (Op::StartsWith, Op::NotStartsWith),
        "startswith_cs" => (Op::StartsWithCs, Op::NotStartsWithCs),
        "endswith" => (Op::EndsWith, Op::NotEndsWith),
        "endswith_cs" => (Op::EndsWithCs, Op::NotEndsWithCs),
        "notcontains" if !negated => return Some(Op::NotContains),
        "notcontainscs" if !negated => return Some(Op::NotContainsCs),
        _ => return None,
    };
    Some(if negated { opposite } else { plain })
}

/// Every operator that is a word, for suggestions.
fn operator_words() -> impl Iterator<Item = &'static str> {
    let binary = BinaryOperator::ALL.iter().map(|operator| operator.symbol());
    let list = ListOperator::ALL.iter().map(|operator| operator.symbol());
    binary.chain(list).chain(["between", "!between"]).filter(|symbol| {
        symbol.trim_start_matches('!').starts_with(|first: char| first.is_alphabetic())
    })
}

impl Parser<'_> {
    /// The operator at the position and how many tokens it is made of.
    pub(super) fn infix(&self) -> Option<(Infix, usize)> {
        use BinaryOperator as Op;
        let binary = |operator| Some((Infix::Binary(operator), 1));
        match self.kind()? {
            TokenKind::Equal => binary(Op::Equal),
            TokenKind::NotEqual => binary(Op::NotEqual),
            TokenKind::Less => binary(Op::Less),
            TokenKind::LessEqual => binary(Op::LessEqual),
            TokenKind::Greater => binary(Op::Greater),
            TokenKind::GreaterEqual => binary(Op::GreaterEqual),
            TokenKind::EqualTilde => binary(Op::EqualIgnoreCase),
            TokenKind::BangTilde => binary(Op::NotEqualIgnoreCase),
            TokenKind::Plus => binary(Op::Add),
            TokenKind::Minus => binary(Op::Subtract),
            TokenKind::Star => binary(Op::Multiply),
            TokenKind::Slash => binary(Op::Divide),
            TokenKind::Percent => binary(Op::Modulo),
            TokenKind::Colon => binary(Op::Term),
            TokenKind::Assign => Some((Infix::Assign, 1)),
            TokenKind::Bang => self.negated_word(),
            TokenKind::Name => self.infix_word(),
            _ => None,
        }
    }

    fn negated_word(&self) -> Option<(Infix, usize)> {
        let index = self.position + 1;
        if !self.touches_next(self.position) || !self.is_at(index, TokenKind::Name) {
            return None;
        }
        let tilde = self.touches_next(index) && self.is_at(index + 1, TokenKind::Tilde);
        Some(match (self.word_at(index), tilde) {
            ("in", false) => (Infix::List(ListOperator::NotIn), 2),
            ("in", true) => (Infix::List(ListOperator::NotInIgnoreCase), 3),
            ("between", false) => (Infix::Between { negated: true }, 2),
            (word, false) => match string_operator(word, true) {
                Some(operator) => (Infix::Binary(operator), 2),
                None => (Infix::Unknown, 2),
            },
            (_, true) => (Infix::Unknown, 3),
        })
    }

    fn infix_word(&self) -> Option<(Infix, usize)> {
        let next = self.position + 1;
        let tilde = self.touches_next(self.position) && self.is_at(next, TokenKind::Tilde);
        Some(match self.word() {
            "or" => (Infix::Binary(BinaryOperator::Or), 1),
            "and" => (Infix::Binary(BinaryOperator::And), 1),
            "in" if tilde => (Infix::List(ListOperator::InIgnoreCase), 2),
            // `make-series` writes `in range(...)`.
            "in" if self.word_at(next) == "range" => return None,
            "in" => (Infix::List(ListOperator::In), 1),
            "has_any" => (Infix::List(ListOperator::HasAny), 1),
            "has_all" => (Infix::List(ListOperator::HasAll), 1),
            "between" => (Infix::Between { negated: false }, 1),
            "matches" if self.word_at(next) == "regex" => {
                (Infix::Binary(BinaryOperator::MatchesRegex), 2)
            }
            word => (Infix::Binary(string_operator(word, false)?), 1),
        })
    }

    /// Reports the `length` tokens at the position as an operator that KQL does not have.
    pub(super) fn unknown_infix(&mut self, length: usize) {
        let span = self.span().to(self.span_at(self.position + length - 1));
        let written = span.slice(self.text).unwrap_or_default().to_owned();
        let diagnostic = unknown_infix_diagnostic(&written, span);
        self.recovered(diagnostic);
    }

    /// Whether the word at the position stands where an operator should, with a value behind it on the
    /// same line.
    pub(super) fn is_unknown_infix_word(&self) -> bool {
        let word = self.word();
        let next = self.position + 1;
        let operand_follows = match self.kind_at(next) {
            Some(
                TokenKind::String(_) | TokenKind::Integer | TokenKind::Real | TokenKind::Timespan,
            ) => true,
            Some(TokenKind::OpenParenthesis) => !self.touches_next(self.position),
            Some(TokenKind::Name) => !self.is_bare_infix(next),
            _ => false,
        };
        let is_near = || {
            word.starts_with(|first: char| first.is_lowercase())
                && !matches!(
                    word,
                    "as" | "asc"
                        | "by"
                        | "default"
                        | "desc"
                        | "from"
                        | "in"
                        | "limit"
                        | "nulls"
                        | "of"
                        | "on"
                        | "others"
                        | "project"
                        | "step"
                        | "to"
                        | "where"
                        | "with"
                )
                && near_hint("operator", word, operator_words()).is_some()
        };
        let is_word = word.len() <= LONGEST_WORD && !self.lost;
        is_word
            && operand_follows
            && !self.starts_line()
            && (foreign_hint(word).is_some() || is_near())
    }

    /// Whether the word at `index` stands between two values.
    pub(super) fn is_bare_infix(&self, index: usize) -> bool {
        crate::names::is_infix_word(self.word_at(index))
    }
}

fn unknown_infix_diagnostic(written: &str, span: Span) -> Diagnostic {
    let diagnostic =
        Diagnostic::error("KQL0009", format!("`{written}` is not an operator")).at(span);
    match foreign_hint(written) {
        Some(hint) => diagnostic.hint(hint),
        None => diagnostic.maybe_hint(near_hint("operator", written, operator_words())),
    }
}

/// What KQL has in place of an operator of another language.
fn foreign_hint(word: &str) -> Option<&'static str> {
    Some(match word.to_ascii_lowercase().as_str() {
        "like" | "ilike" => "use `contains`, `startswith` or `matches regex`",
        "rlike" | "regex" | "matches" | "regexp" => "use `matches regex`",
        "is" | "eq" | "equals" => "use `==`",
        "ne" | "neq" => "use `!=`",
        "!like" => "use `!contains`",
        "!has_any" => "use `not(x has_any (...))`",
        "!has_all" => "use `not(x has_all (...))`",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parser::testing::{hints, problems, shape};

    #[test]
    fn every_binary_operator_parses_to_itself() {
        for operator in BinaryOperator::ALL {
            let symbol = operator.symbol();
            assert_eq!(shape(&format!("a {symbol} b")), format!("({symbol} a b)"));
        }
    }

    #[test]
    fn every_list_operator_parses_to_itself() {
        for operator in ListOperator::ALL {
            let symbol = operator.symbol();
            assert_eq!(shape(&format!("a {symbol} (b, 'c')")), format!("({symbol} a b \"c\")"));
        }
    }

    #[test]
    fn older_spellings_parse_to_the_operators_of_today() {
        assert_eq!(shape("a <> b"), "(!= a b)");
        assert_eq!(shape("a notcontains b"), "(!contains a b)");
        assert_eq!(shape("a containscs b"), "(contains_cs a b)");
    }

    #[test]
    fn an_unknown_negation_is_one_error_and_the_rest_is_parsed() {
        assert_eq!(
            problems("T | where a !hass 'b' and c == 1 | take 5"),
            ["KQL0009 `!hass`: `!hass` is not an operator"]
        );
        assert!(hints("T | where a !hass 'b'")[0].contains("`!has`"));
    }

    #[test]
    fn an_operator_of_another_language_gets_the_one_of_kql() {
        assert_eq!(
            hints("T | where a like '%b%'"),
            ["use `contains`, `startswith` or `matches regex`"]
        );
        assert_eq!(hints("T | where a is 'b'"), ["use `==`"]);
        assert_eq!(hints("T | where a && b"), ["use `and`"]);
        assert_eq!(
            hints("T | where a == 1 || b == 2 | take 5"),
            ["use `or` between two conditions"]
        );
    }

    #[test]
    fn a_misspelt_word_between_values_is_an_operator_and_lists_near_ones() {
        assert_eq!(
            problems("T | where a contians 'b'"),
            ["KQL0009 `contians`: `contians` is not an operator"]
        );
        assert!(hints("T | where a contians 'b'")[0].contains("`contains`"));
    }
}
