//! Expressions: precedence climbing, lists of values, named values.

use huntbook_diagnostics::{Diagnostic, Span};

use super::Parser;
use super::infix::{Infix, Precedence};
use crate::ast::{BinaryOperator, Expr, ExprKind, Ident, ListOperator, NamedExpr, UnaryOperator};
use crate::names::NamePlace;
use crate::token::TokenKind;

/// Longer chains of `and` and `or` become balanced trees, which mean the same and are not deep.
const LONG_CHAIN: usize = 32;

impl Parser<'_> {
    /// A scalar expression. A pipeline stands in one only in brackets.
    pub(super) fn expression(&mut self) -> Expr {
        self.climb(Precedence::Lowest)
    }

    /// An expression of operators that bind at least as tightly as `least`.
    fn climb(&mut self, least: Precedence) -> Expr {
        match self.deeper(|parser| parser.climb_here(least)) {
            Some(expression) => expression,
            None => self.error_expression(),
        }
    }

    fn climb_here(&mut self, least: Precedence) -> Expr {
        let start = self.position;
        let is_any_column = least <= Precedence::Equality
            && self.is(TokenKind::Star)
            && self.is_at(start + 1, TokenKind::Equal);
        let mut left = if is_any_column { self.star() } else { self.signed() };
        loop {
            let (infix, length) = match self.infix() {
                Some(found) => found,
                None if self.is_unknown_infix_word() => (Infix::Unknown, 1),
                None => return left,
            };
            if infix.precedence() < least {
                return left;
            }
            self.check_chaining(infix, &left, start);
            left = match infix {
                Infix::Binary(operator @ (BinaryOperator::And | BinaryOperator::Or)) => {
                    self.chain(left, operator)
                }
                Infix::Binary(operator) => self.binary(left, operator, length),
                Infix::List(operator) => self.list(left, operator, length),
                Infix::Between { negated } => self.between(left, negated, length),
                Infix::Assign => {
                    self.assign_for_equal();
                    self.binary(left, BinaryOperator::Equal, length)
                }
                Infix::Unknown => self.unknown(&left, length),
            };
        }
    }

    /// Reports what goes on with a comparison and binds as tightly or more, as in `1 < x < 5`, where no brackets are
    /// around the comparison. `start` is where `left` starts.
    fn check_chaining(&mut self, infix: Infix, left: &Expr, start: usize) {
        let of_left = match &left.kind {
            ExprKind::Binary { operator, .. } => Infix::Binary(*operator).precedence(),
            ExprKind::List { .. } | ExprKind::Between { .. } => Precedence::Equality,
            _ => return,
        };
        let is_comparison =
            matches!(of_left, Precedence::Equality | Precedence::Relation | Precedence::Text);
        let in_brackets = self.partners[start].is_some_and(|close| close + 1 == self.position);
        let goes_on = infix != Infix::Unknown && infix.precedence() >= of_left;
        if is_comparison && goes_on && !in_brackets {
            let diagnostic = Diagnostic::error("KQL0006", "a comparison cannot be compared again")
                .at(self.span())
                .hint("write `a < b and b < c`, or put brackets around the first comparison");
            self.recovered(diagnostic);
        }
    }

    fn assign_for_equal(&mut self) {
        let diagnostic = Diagnostic::error("KQL0008", "`=` does not compare")
            .at(self.span())
            .hint("use `==` to compare, `=~` to compare without regard to case");
        self.recovered(diagnostic);
    }

    /// Passes over an operator of `length` tokens.
    fn operator(&mut self, length: usize) -> Span {
        let start = self.bump();
        for _ in 1..length {
            self.bump();
        }
        self.since(start)
    }

    fn binary(&mut self, left: Expr, operator: BinaryOperator, length: usize) -> Expr {
        let left_height = self.height;
        let operator_span = self.operator(length);
        let right = self.climb(Infix::Binary(operator).precedence().tighter());
        let span = left.span.to(right.span);
        let height = left_height.max(self.height);
        let (left, right) = (Box::new(left), Box::new(right));
        self.built(ExprKind::Binary { operator, operator_span, left, right }, span, height)
    }

    /// `left and b and c ...`, or the same with `or`.
    fn chain(&mut self, left: Expr, operator: BinaryOperator) -> Expr {
        let infix = Infix::Binary(operator);
        let mut links = vec![Link { expr: left, height: self.height }];
        let mut joints = Vec::new();
        while self.infix().is_some_and(|(next, _)| next == infix) {
            joints.push(self.operator(1));
            let expr = self.climb(infix.precedence().tighter());
            links.push(Link { expr, height: self.height });
        }
        let mut chain = Chain { operator, links: links.into_iter(), joints: joints.into_iter() };
        let balanced = chain.links.len() > LONG_CHAIN;
        let whole = if balanced { self.balanced(&mut chain) } else { self.nested(&mut chain) };
        match whole {
            Some(link) => {
                self.height = link.height;
                link.expr
            }
            None => self.error_expression(),
        }
    }

    fn nested(&mut self, chain: &mut Chain) -> Option<Link> {
        let mut left = chain.links.next()?;
        while let (Some(joint), Some(right)) = (chain.joints.next(), chain.links.next()) {
            left = self.linked(left, chain.operator, joint, right);
        }
        Some(left)
    }

    fn balanced(&mut self, chain: &mut Chain) -> Option<Link> {
        let count = chain.links.len();
        self.half(chain, count)
    }

    fn half(&mut self, chain: &mut Chain, count: usize) -> Option<Link> {
        if count <= 1 {
            return chain.links.next();
        }
        let left = self.half(chain, count / 2)?;
        let joint = chain.joints.next()?;
        let right = self.half(chain, count - count / 2)?;
        Some(self.linked(left, chain.operator, joint, right))
    }

    fn linked(&mut self, left: Link, operator: BinaryOperator, joint: Span, right: Link) -> Link {
        let span = left.expr.span.to(right.expr.span);
        let height = left.height.max(right.height);
        let (left, right) = (Box::new(left.expr), Box::new(right.expr));
        let kind = ExprKind::Binary { operator, operator_span: joint, left, right };
        let expr = self.built(kind, span, height);
        Link { expr, height: self.height }
    }

    fn list(&mut self, subject: Expr, operator: ListOperator, length: usize) -> Expr {
        let mut height = self.height;
        let operator_span = self.operator(length);
        let mut list = Vec::new();
        if self.is(TokenKind::OpenParenthesis) {
            let open = self.open();
            if self.partners[open] == Some(self.position) {
                self.expected("KQL0005", "a value in the list");
            }
            let first = self.position;
            list = self.items(open, false, |parser| {
                let is_first = parser.position == first;
                let element =
                    if is_first { parser.table_or_value(open) } else { parser.expression() };
                height = height.max(parser.height);
                element
            });
            self.close(open);
        } else {
            let symbol = operator.symbol();
            let diagnostic = Diagnostic::error("KQL0005", format!("expected `(` after `{symbol}`"))
                .at(self.place())
                .hint(format!("write `{symbol} (...)`"));
            self.recovered(diagnostic);
            list.push(self.climb(Precedence::Operand));
            height = height.max(self.height);
        }
        let span = self.since(subject.span);
        let subject = Box::new(subject);
        self.built(ExprKind::List { operator, operator_span, subject, list }, span, height)
    }

    fn between(&mut self, subject: Expr, negated: bool, length: usize) -> Expr {
        let subject_height = self.height;
        let operator_span = self.operator(length);
        if !self.is(TokenKind::OpenParenthesis) {
            self.expected("KQL0005", "`(` after `between`, as in `between (low .. high)`");
            return self.error_expression();
        }
        let open = self.open();
        let low = self.expression();
        let low_height = self.height;
        if self.eat(TokenKind::DotDot).is_none() {
            self.expected("KQL0005", "`..` between the ends of `between`");
        }
        let high = self.expression();
        let height = subject_height.max(low_height).max(self.height);
        self.close(open);
        let span = self.since(subject.span);
        let (subject, low, high) = (Box::new(subject), Box::new(low), Box::new(high));
        let kind = ExprKind::Between { negated, operator_span, subject, low, high };
        self.built(kind, span, height)
    }

    /// A value, an operator that KQL does not have, a value: one error, and neither value is kept.
    fn unknown(&mut self, left: &Expr, length: usize) -> Expr {
        self.unknown_infix(length);
        self.operator(length);
        if self.is(TokenKind::OpenParenthesis) {
            let open = self.open();
            self.items(open, true, |parser| parser.table_or_value(open));
            self.close(open);
        } else {
            self.climb(Precedence::Operand);
        }
        self.height = 1;
        Expr { kind: ExprKind::Error, span: self.since(left.span) }
    }

    /// An operand with any signs before it.
    pub(super) fn signed(&mut self) -> Expr {
        let operator = match self.kind() {
            Some(TokenKind::Minus) => UnaryOperator::Minus,
            Some(TokenKind::Plus) => UnaryOperator::Plus,
            Some(TokenKind::Bang) => return self.exclaimed(),
            _ => return self.operand(),
        };
        if operator == UnaryOperator::Minus
            && let Some(least) = self.least_long()
        {
            return least;
        }
        let start = self.bump();
        if self.is(TokenKind::Star) {
            self.expected("KQL0005", "a value");
        }
        let operand = self.operand();
        let height = self.height;
        let span = start.to(operand.span);
        self.built(ExprKind::Unary { operator, operand: Box::new(operand) }, span, height)
    }

    /// `!x`, which KQL writes `not(x)`.
    fn exclaimed(&mut self) -> Expr {
        let diagnostic = Diagnostic::error("KQL0009", "`!` does not stand before a value")
            .at(self.span())
            .hint("use `not(...)`");
        self.recovered(diagnostic);
        while self.eat(TokenKind::Bang).is_some() {}
        self.climb(Precedence::Operand)
    }

    // Lists.

    /// Passes over the opening bracket at the position and gives its index. One that is never closed has been
    /// reported, and what follows it is most likely not what was meant.
    pub(super) fn open(&mut self) -> usize {
        let index = self.position;
        self.bump();
        self.nesting += 1;
        self.lost |= self.partners[index].is_none();
        index
    }

    /// Goes behind the bracket that closes the one at `open`, and reports what stands before it. A bracket
    /// that is never closed has been reported and closes here.
    pub(super) fn close(&mut self, open: usize) {
        self.nesting -= 1;
        let Some(partner) = self.partners[open] else { return };
        if self.position < partner {
            self.unexpected();
        }
        self.position = partner + 1;
    }

    /// Reports the token at the position as one too many.
    pub(super) fn unexpected(&mut self) {
        let diagnostic = match self.kind() {
            Some(TokenKind::Unknown) => self.unknown_character(),
            _ => Diagnostic::error("KQL0006", format!("unexpected {}", self.described()))
                .at(self.place()),
        };
        self.give_up(diagnostic);
    }

    /// Items between the bracket at `open` and its partner, parted by commas. `trailing` tells whether a
    /// comma may follow the last one.
    pub(super) fn items<T>(
        &mut self,
        open: usize,
        trailing: bool,
        mut item: impl FnMut(&mut Self) -> T,
    ) -> Vec<T> {
        let mut items = Vec::new();
        let end = self.partners[open].unwrap_or(usize::MAX);
        if self.position == end || self.at_stop() {
            return items;
        }
        loop {
            let before = self.position;
            items.push(item(self));
            if self.eat(TokenKind::Comma).is_some() {
                if trailing && self.position == end {
                    return items;
                }
            } else if self.position >= end || self.at_stop() || !self.missing_comma("`,`") {
                return items;
            }
            if self.position == before {
                return items;
            }
        }
    }

    /// Whether a comma is missing before the token at the position; reports it where so.
    pub(super) fn missing_comma(&mut self, expected: &str) -> bool {
        if !self.starts_value() {
            return false;
        }
        let message = format!("expected {expected} before {}", self.described());
        let diagnostic = Diagnostic::error("KQL0010", message).at(self.place());
        self.give_up(diagnostic);
        true
    }

    /// Whether a value can start at the position; signs and brackets do not count.
    fn starts_value(&self) -> bool {
        match self.kind() {
            Some(TokenKind::Name) => !crate::names::is_infix_word(self.word()),
            Some(
                TokenKind::String(_) | TokenKind::Integer | TokenKind::Real | TokenKind::Timespan,
            ) => true,
            _ => false,
        }
    }

    // Names of values.

    /// `name = value`, `(a, b) = value` or a bare value.
    pub(super) fn named_expression(&mut self) -> NamedExpr {
        self.named(Self::expression)
    }

    /// An argument of the call whose bracket is at `open`.
    pub(super) fn argument(&mut self, open: usize) -> NamedExpr {
        let next = self.kind_at(self.position + 1);
        let is_end = matches!(next, Some(TokenKind::Comma | TokenKind::CloseParenthesis));
        if self.is(TokenKind::Star) && is_end {
            let value = self.star();
            return NamedExpr { names: Vec::new(), span: value.span, value };
        }
        self.named(|parser| {
            let start = parser.span();
            if !parser.is_source() {
                let value = parser.expression();
                if !parser.at_operator() {
                    return value;
                }
            }
            if let Some(close) = parser.partners[open] {
                parser.position = close;
            } else {
                parser.skip_to_stop();
            }
            let message = "a pipeline is an argument in brackets of its own only";
            let span = parser.since(start);
            let diagnostic =
                Diagnostic::error("KQL0021", message).at(span).hint("write `f((T | take 5))`");
            parser.recovered(diagnostic);
            parser.height = 1;
            Expr { kind: ExprKind::Error, span }
        })
    }

    /// The `*` at the position.
    pub(super) fn star(&mut self) -> Expr {
        self.height = 1;
        let span = self.bump();
        Expr { kind: ExprKind::Star, span }
    }

    fn named(&mut self, value: impl FnOnce(&mut Self) -> Expr) -> NamedExpr {
        let start = self.span();
        let names = self.names_before_assign();
        let value = value(self);
        let span = if names.is_empty() { value.span } else { start.to(value.span) };
        NamedExpr { names, value, span }
    }

    fn names_before_assign(&mut self) -> Vec<Ident> {
        if let Some(behind) = self.behind_name(self.position) {
            if self.is_at(behind, TokenKind::Assign) {
                self.check_name(NamePlace::Declared);
                let name = self.name();
                self.bump();
                return name.into_iter().collect();
            }
        } else if let Some(close) = self.tuple_end() {
            let open = self.open();
            let names = self.items(open, false, |parser| {
                parser.check_name(NamePlace::Declared);
                parser.name()
            });
            self.position = close;
            self.close(open);
            self.bump();
            return names.into_iter().flatten().collect();
        }
        Vec::new()
    }

    /// The index of the closing bracket of `(a, b) =` at the position.
    fn tuple_end(&self) -> Option<usize> {
        if !self.is(TokenKind::OpenParenthesis) {
            return None;
        }
        let close = self.partners[self.position]?;
        if !self.is_at(close + 1, TokenKind::Assign) {
            return None;
        }
        let mut index = self.position + 1;
        loop {
            index = self.behind_name(index)?;
            if index == close {
                return Some(close);
            }
            if !self.is_at(index, TokenKind::Comma) {
                return None;
            }
            index += 1;
        }
    }
}

/// An operand of a chain and its height.
struct Link {
    expr: Expr,
    height: usize,
}

struct Chain {
    operator: BinaryOperator,
    links: std::vec::IntoIter<Link>,
    /// Where the operators stand; one fewer than links.
    joints: std::vec::IntoIter<Span>,
}

#[cfg(test)]
mod tests {
    use crate::ast::ExprKind;
    use crate::parser::testing::{expression, hints, problems, shape};

    #[test]
    fn operators_bind_in_the_order_of_kql() {
        assert_eq!(
            shape("a or b and c == d < e + f * g has h"),
            "(or a (and b (== c (< d (+ e (* f (has g h)))))))"
        );
        assert_eq!(shape("a - b - c"), "(- (- a b) c)");
        assert_eq!(shape("(a or b) and c"), "(and (or a b) c)");
        assert_eq!(shape("x == a has 'b'"), "(== x (has a \"b\"))");
    }

    #[test]
    fn a_sign_binds_to_the_operand_with_its_path() {
        assert_eq!(shape("-a.b[0] * 2"), "(* (- ([] (. a b) 0)) 2)");
        assert_eq!(shape("1 - -1"), "(- 1 (- 1))");
    }

    #[test]
    fn between_takes_both_ends() {
        assert_eq!(shape("a between (ago(1d) .. now())"), "(between a (ago 1d) (now ))");
        assert_eq!(shape("a !between (1 .. 5) and b"), "(and (!between a 1 5) b)");
    }

    #[test]
    fn a_list_may_hold_a_pipeline_with_or_without_brackets_of_its_own() {
        for text in ["a in (T | project x)", "a in ((T | project x))"] {
            let ExprKind::List { list, .. } = expression(text).kind else { panic!("{text}") };
            assert!(
                matches!(list.as_slice(), [only] if matches!(only.kind, ExprKind::Pipeline(_)))
            );
        }
    }

    #[test]
    fn a_long_chain_of_and_is_balanced() {
        let text = vec!["a"; 5_000].join(" and ");
        assert_eq!(shape(&text).matches("and").count(), 4_999);
    }

    #[test]
    fn several_names_take_one_value() {
        let ExprKind::Pipeline(pipeline) = expression("T | extend (a, ['b c']) = f(x)").kind else {
            panic!("not a pipeline");
        };
        let crate::ast::OperatorKind::Extend { columns } = &pipeline.operators[0].kind else {
            panic!("not an extend");
        };
        let names: Vec<&str> = columns[0].names.iter().map(|name| name.name.as_str()).collect();
        assert_eq!(names, ["a", "b c"]);
    }

    #[test]
    fn one_equals_sign_is_an_error_that_names_two() {
        assert_eq!(
            problems("T | where a = 'b' and c == 1 | where d = 2"),
            ["KQL0008 `=`: `=` does not compare", "KQL0008 `=`: `=` does not compare"]
        );
        assert!(hints("T | where a = 'b'")[0].starts_with("use `==`"));
    }

    #[test]
    fn a_named_constant_as_a_condition_is_a_warning() {
        let parsed = crate::parse("T | where enabled = true");
        assert!(!parsed.has_errors());
        assert_eq!(parsed.diagnostics[0].code, "KQL0008");
    }

    #[test]
    fn comparisons_do_not_chain() {
        assert_eq!(
            problems("T | where 1 < x < 5"),
            ["KQL0006 `<`: a comparison cannot be compared again"]
        );
        assert!(problems("T | where (a == 1) == b").is_empty());
    }

    #[test]
    fn not_written_as_an_exclamation_mark_is_one_error() {
        assert_eq!(
            problems("T | where !isempty(a) and b"),
            ["KQL0009 `!`: `!` does not stand before a value"]
        );
        assert_eq!(hints("T | where !isempty(a)"), ["use `not(...)`"]);
    }

    #[test]
    fn a_missing_comma_is_one_error_and_the_rest_is_parsed() {
        assert_eq!(
            problems("T | project a b, c | take 5"),
            ["KQL0010 `b`: expected `,` before `b`"]
        );
        assert_eq!(problems("print f(a 'b')"), ["KQL0010 `'b'`: expected `,` before `'b'`"]);
    }

    #[test]
    fn a_list_operator_wants_brackets() {
        assert_eq!(problems("T | where a in b | take 5"), ["KQL0005 `b`: expected `(` after `in`"]);
        assert_eq!(
            problems("T | where a in ()"),
            ["KQL0005 `)`: expected a value in the list, found `)`"]
        );
    }

    #[test]
    fn nesting_beyond_the_limit_is_one_error() {
        for (open, close) in
            [("(", ")"), ("f(", ")"), ("-(", ")"), ("a in (", ")"), ("a[", "]"), ("1+(", ")")]
        {
            let text = format!("print {}x{}", open.repeat(20_000), close.repeat(20_000));
            let found = problems(&text);
            assert!(found.iter().any(|problem| problem.starts_with("KQL0015")), "{open}");
            assert!(found.len() <= 2, "{open}: {found:?}");
        }
        let sum = format!("print {}", vec!["x"; 20_000].join(" + "));
        assert!(problems(&sum)[0].starts_with("KQL0015"));
        assert!(problems(&format!("print x{}", ".y".repeat(20_000)))[0].starts_with("KQL0015"));
    }
}
