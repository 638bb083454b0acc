//! The operators of a pipeline.

use huntbook_diagnostics::{Diagnostic, Span, near_hint};

use super::{MOST_DIAGNOSTICS, Parser};
use crate::ast::{
    Direction, Expr, ExprKind, Ident, NamedExpr, Nulls, Operator, OperatorKind, OperatorParameter,
    SortKey,
};
use crate::names::is_boolean;
use crate::operators::{OPERATORS, Parsing, is_operator_keyword, operator_keyword};
use crate::token::TokenKind;

impl<'t> Parser<'t> {
    /// Whether an operator follows: a `|`, or at the start of a line a keyword whose `|` is missing.
    pub(super) fn at_operator(&self) -> bool {
        self.is(TokenKind::Pipe) || self.is_operator_without_pipe()
    }

    /// Whether a line starts with a keyword of an operator and something that it could work on.
    pub(super) fn is_operator_without_pipe(&self) -> bool {
        if !self.starts_line() || self.position == 0 {
            return false;
        }
        let (name, length) = self.keyword();
        let behind = self.position + length;
        let is_name = self.kind_at(behind).is_some_and(|kind| {
            matches!(kind, TokenKind::Name | TokenKind::Integer | TokenKind::Star)
        });
        is_operator_keyword(name) && name != "as" && is_name && !self.is_bare_infix(behind)
    }

    /// The longest keyword at the position, hyphens included, and how many tokens it is made of. Words that
    /// are no keyword are taken as far as hyphens join them.
    fn keyword(&self) -> (&'t str, usize) {
        let start = self.span();
        let mut index = self.position;
        let mut found = ("", 0);
        while self.is_at(index, TokenKind::Name) {
            let length = index - self.position + 1;
            let name = start.to(self.span_at(index)).slice(self.text).unwrap_or_default();
            if is_operator_keyword(name) || !is_operator_keyword(found.0) {
                found = (name, length);
            }
            let hyphen = self.touches_next(index)
                && self.is_at(index + 1, TokenKind::Minus)
                && self.touches_next(index + 1);
            if !hyphen {
                break;
            }
            index += 2;
        }
        found
    }

    /// `| operator ...`.
    pub(super) fn piped_operator(&mut self) -> Operator {
        self.lost = false;
        self.height = 1;
        if self.is(TokenKind::Pipe) {
            self.bump();
        } else {
            let message = format!("expected `|` before `{}`", self.keyword().0);
            let diagnostic = Diagnostic::error("KQL0016", message).at(self.place());
            self.recovered(diagnostic);
        }
        let (name, length) = self.keyword();
        let name = name.to_owned();
        if length == 0 {
            return self.no_operator();
        }
        let start = self.bump();
        for _ in 1..length {
            self.bump();
        }
        let keyword = self.since(start);
        let (parameters, kind) = match operator_keyword(&name).map(|keyword| keyword.parsing) {
            Some(Parsing::Full) => {
                let parameters = self.hints();
                (parameters, self.operator_kind(&name, keyword))
            }
            Some(Parsing::NameOnly) => {
                let text = self.skipped_text();
                (Vec::new(), OperatorKind::Unsupported { name, text })
            }
            None => {
                self.unknown_operator(&name, keyword);
                self.skip_to_stop();
                (Vec::new(), OperatorKind::Error)
            }
        };
        self.finish_operator(&name_of(self.text, keyword));
        Operator { kind, parameters, keyword, span: self.since(keyword) }
    }

    fn no_operator(&mut self) -> Operator {
        let keyword = self.place();
        let message = format!("expected an operator after `|`, found {}", self.described());
        let mut diagnostic = Diagnostic::error("KQL0005", message).at(keyword);
        if self.is(TokenKind::Pipe) {
            diagnostic = diagnostic.hint("use `or` between two conditions");
            // The second half of `||` starts nothing.
            self.bump();
        }
        self.give_up(diagnostic);
        self.skip_to_stop();
        Operator { kind: OperatorKind::Error, parameters: Vec::new(), keyword, span: keyword }
    }

    fn unknown_operator(&mut self, name: &str, place: Span) {
        let diagnostic =
            Diagnostic::error("KQL0017", format!("`{name}` is not an operator of KQL")).at(place);
        // Beyond the last problem that is reported, looking for near names would only cost time.
        let is_reported = self.diagnostics.len() < MOST_DIAGNOSTICS;
        let names = OPERATORS.iter().map(|keyword| keyword.name).filter(|_| is_reported);
        let hint = foreign_hint(name).or_else(|| near_hint("operator", name, names));
        let diagnostic = diagnostic.maybe_hint(hint);
        self.give_up(diagnostic);
    }

    /// Reports what stands between the operator and the next one.
    fn finish_operator(&mut self, name: &str) {
        if self.at_stop() || self.is_operator_without_pipe() || self.starts_next_statement() {
            return;
        }
        if self.is(TokenKind::Unknown) {
            self.unexpected();
        } else {
            let message = format!("unexpected {} in `{name}`", self.described());
            let diagnostic = Diagnostic::error("KQL0006", message).at(self.place());
            self.give_up(diagnostic);
        }
        self.skip_to_stop();
    }

    fn operator_kind(&mut self, name: &str, keyword: Span) -> OperatorKind {
        match name {
            "where" | "filter" => OperatorKind::Where { predicate: self.predicate() },
            "extend" => OperatorKind::Extend { columns: self.columns(&[]).0 },
            "project" => OperatorKind::Project { columns: self.columns(&[]).0 },
            "summarize" => self.summarize(),
            "sort" | "order" => {
                self.by(name, keyword);
                OperatorKind::Sort { keys: self.sort_keys() }
            }
            "top" => {
                let count = self.expression();
                let height = self.height;
                self.by(name, keyword);
                let key = self.sort_key();
                self.height = self.height.max(height);
                OperatorKind::Top { count, key }
            }
            "take" | "limit" => OperatorKind::Take { count: self.expression() },
            "distinct" => OperatorKind::Distinct { columns: self.columns(&[]).0 },
            "count" => OperatorKind::Count,
            _ => OperatorKind::Error,
        }
    }

    /// A condition. `name = true` is KQL: it names the constant, so the condition holds for every row.
    fn predicate(&mut self) -> Expr {
        if let Some(assign) = self.constant_assignment() {
            let diagnostic = Diagnostic::warning(
                "KQL0008",
                "`=` does not compare, it names the constant behind it",
            )
            .at(self.span_at(assign))
            .hint("use `==` to compare");
            self.recovered(diagnostic);
            self.position = assign + 1;
        }
        self.expression()
    }

    /// The index of the `=` where the whole condition at the position is `name = true` or `name = false`.
    fn constant_assignment(&self) -> Option<usize> {
        let assign = self.behind_name(self.position)?;
        is_boolean(self.word_at(assign + 1))?;
        let is_whole = self.kind_at(assign + 2).is_none_or(|kind| {
            kind.is_closer() || matches!(kind, TokenKind::Pipe | TokenKind::Semicolon)
        });
        (self.is_at(assign, TokenKind::Assign) && is_whole).then_some(assign)
    }

    fn summarize(&mut self) -> OperatorKind {
        let mut aggregates = Vec::new();
        let mut height = 0;
        if !self.is_word("by") && !self.at_stop() {
            (aggregates, height) = self.columns(&["by"]);
        }
        let mut by = Vec::new();
        if self.eat_word("by").is_some() {
            (by, self.height) = self.columns(&[]);
        }
        self.height = self.height.max(height);
        OperatorKind::Summarize { aggregates, by }
    }

    /// Passes over the `by` of `sort by` and `top n by`, and reports where it is missing.
    fn by(&mut self, name: &str, keyword: Span) {
        if self.eat_word("by").is_some() {
            return;
        }
        let message = format!("expected `by` in `{name}`, found {}", self.described());
        let example = if name == "top" { "top 10 by Column" } else { "sort by Column" };
        let diagnostic = Diagnostic::error("KQL0011", message)
            .at(if self.at_stop() { keyword } else { self.place() })
            .hint(format!("as in `{example}`"));
        if self.at_stop() {
            self.give_up(diagnostic);
        } else {
            self.recovered(diagnostic);
        }
    }

    /// Named values parted by commas, up to what ends the operator or one of the words `ends`; and the
    /// greatest height among them.
    pub(super) fn columns(&mut self, ends: &[&str]) -> (Vec<NamedExpr>, usize) {
        let expected = if ends.is_empty() { "`,`" } else { "`,` or `by`" };
        let mut height = 0;
        let columns = self.listed(expected, |parser| {
            let column = parser.named_expression();
            height = height.max(parser.height);
            column
        });
        (columns, height)
    }

    fn sort_keys(&mut self) -> Vec<SortKey> {
        let mut height = 0;
        let keys = self.listed("`,`", |parser| {
            let key = parser.sort_key();
            height = height.max(parser.height);
            key
        });
        self.height = height;
        keys
    }

    /// Items parted by commas, without brackets around them.
    fn listed<T>(&mut self, expected: &str, mut item: impl FnMut(&mut Self) -> T) -> Vec<T> {
        let mut items = Vec::new();
        loop {
            let before = self.position;
            items.push(item(self));
            let goes_on = self.eat(TokenKind::Comma).is_some()
                || !(self.at_stop()
                    || self.is_operator_without_pipe()
                    || self.starts_next_statement()
                    || !self.missing_comma(expected));
            if !goes_on || self.position == before {
                return items;
            }
        }
    }

    fn sort_key(&mut self) -> SortKey {
        let expr = self.expression();
        let direction = match self.word() {
            "asc" => Some(Direction::Ascending),
            "desc" => Some(Direction::Descending),
            _ => None,
        };
        if direction.is_some() {
            self.bump();
        }
        let mut nulls = None;
        if self.is_word("nulls") {
            self.bump();
            nulls = match self.word() {
                "first" => Some(Nulls::First),
                "last" => Some(Nulls::Last),
                _ => None,
            };
            if nulls.is_some() {
                self.bump();
            } else {
                self.expected("KQL0005", "`first` or `last` after `nulls`");
            }
        }
        SortKey { expr, direction, nulls }
    }

    /// `hint.name = value`, any number of them.
    fn hints(&mut self) -> Vec<OperatorParameter> {
        let mut hints = Vec::new();
        while let Some(name) = self.hint_name() {
            let value = if self.is(TokenKind::Name) {
                let word = Ident { name: self.word().to_owned(), span: self.span() };
                self.bump();
                Expr { span: word.span, kind: ExprKind::Name(word) }
            } else {
                self.operand()
            };
            hints.push(OperatorParameter { name, value });
        }
        hints
    }

    /// `hint.name =` at the position.
    fn hint_name(&mut self) -> Option<Ident> {
        let start = self.position;
        let is_hint = self.is_word("hint")
            && self.is_at(start + 1, TokenKind::Dot)
            && self.is_at(start + 2, TokenKind::Name)
            && self.is_at(start + 3, TokenKind::Assign);
        if !is_hint {
            return None;
        }
        let name = format!("hint.{}", self.text_at(start + 2));
        let span = self.span().to(self.span_at(start + 2));
        self.position = start + 4;
        Some(Ident { name, span })
    }
}

fn name_of(text: &str, keyword: Span) -> String {
    keyword.slice(text).unwrap_or_default().to_owned()
}

/// What KQL has in place of a keyword of another language.
fn foreign_hint(name: &str) -> Option<String> {
    let instead = match name.to_ascii_lowercase().as_str() {
        "select" | "fields" | "table" => "project",
        "group" | "stats" | "aggregate" => "summarize",
        "head" => "take",
        "eval" => "extend",
        "dedup" | "unique" | "uniq" => "distinct",
        "having" => "where",
        "rename" => "project-rename",
        _ => return None,
    };
    Some(format!("use `{instead}`"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parser::testing::{expression, hints, problems};
    use crate::{parse, print};

    fn operators(text: &str) -> Vec<Operator> {
        match expression(text).kind {
            ExprKind::Pipeline(pipeline) => pipeline.operators,
            other => panic!("{text} is {other:?}"),
        }
    }

    fn only(text: &str) -> OperatorKind {
        operators(text).remove(0).kind
    }

    #[test]
    fn both_spellings_of_an_operator_are_one() {
        assert!(matches!(only("T | filter a"), OperatorKind::Where { .. }));
        assert!(matches!(only("T | order by a"), OperatorKind::Sort { .. }));
        assert!(matches!(only("T | limit 5"), OperatorKind::Take { .. }));
    }

    #[test]
    fn summarize_may_lack_aggregates_or_keys() {
        for (text, aggregates, keys) in [
            ("T | summarize count(), x = dcount(a)", 2, 0),
            ("T | summarize by a, bin(b, 1h)", 0, 2),
            ("T | summarize arg_max(t, *) by a", 1, 1),
        ] {
            let OperatorKind::Summarize { aggregates: found, by } = only(text) else {
                panic!("{text}")
            };
            assert_eq!((found.len(), by.len()), (aggregates, keys));
        }
    }

    #[test]
    fn sort_keys_have_a_direction_and_a_place_for_nulls() {
        let OperatorKind::Sort { keys } = only("T | sort by a asc nulls last, b desc, c") else {
            panic!("not a sort");
        };
        assert_eq!(
            (keys[0].direction, keys[0].nulls),
            (Some(Direction::Ascending), Some(Nulls::Last))
        );
        assert_eq!((keys[1].direction, keys[1].nulls), (Some(Direction::Descending), None));
        assert_eq!((keys[2].direction, keys[2].nulls), (None, None));
    }

    #[test]
    fn top_has_a_count_and_a_key() {
        let OperatorKind::Top { key, .. } = only("T | top 5 by a + b nulls first") else {
            panic!("not a top")
        };
        assert_eq!(key.nulls, Some(Nulls::First));
    }

    #[test]
    fn distinct_may_take_a_star() {
        let OperatorKind::Distinct { columns } = only("T | distinct *") else {
            panic!("not a distinct")
        };
        assert!(matches!(columns[0].value.kind, ExprKind::Star));
    }

    #[test]
    fn hints_are_parameters() {
        let text = "T | summarize hint.strategy = shuffle hint.num_partitions=5 count() by a";
        let operator = operators(text).remove(0);
        let names: Vec<&str> =
            operator.parameters.iter().map(|hint| hint.name.name.as_str()).collect();
        assert_eq!(names, ["hint.strategy", "hint.num_partitions"]);
    }

    #[test]
    fn operators_that_are_not_supported_keep_their_text() {
        let text = "T | join kind=inner (U | where a == 1 | take 5) on $left.a == $right.b | mv-expand x to typeof(long)\n\
                    | parse kind=regex y with * 'z:' w:long '|' * | as hint.materialized=true V | count";
        let kinds: Vec<OperatorKind> =
            operators(text).into_iter().map(|operator| operator.kind).collect();
        let unsupported = |name: &str, text: &str| OperatorKind::Unsupported {
            name: name.into(),
            text: text.into(),
        };
        assert_eq!(
            kinds,
            [
                unsupported(
                    "join",
                    "kind=inner (U | where a == 1 | take 5) on $left.a == $right.b"
                ),
                unsupported("mv-expand", "x to typeof(long)"),
                unsupported("parse", "kind=regex y with * 'z:' w:long '|' *"),
                unsupported("as", "hint.materialized=true V"),
                OperatorKind::Count,
            ]
        );
    }

    #[test]
    fn every_keyword_is_known() {
        for keyword in OPERATORS {
            let parsed = parse(&format!("T | {} x", keyword.name));
            assert!(
                parsed.diagnostics.iter().all(|problem| problem.code != "KQL0017"),
                "{}",
                keyword.name
            );
        }
    }

    #[test]
    fn a_misspelt_operator_lists_near_ones_and_the_rest_is_parsed() {
        let text = "T | summarzie count() | take 5 | mv-expnad x";
        assert_eq!(
            problems(text),
            [
                "KQL0017 `summarzie`: `summarzie` is not an operator of KQL",
                "KQL0017 `mv-expnad`: `mv-expnad` is not an operator of KQL",
            ]
        );
        assert!(print(&parse(text).query).contains("| take 5"));
        assert_eq!(hints("T | summarzie x"), ["similar operator: `summarize`"]);
        assert!(hints("T | Where x")[0].contains("`where`"));
        assert_eq!(hints("T | select x"), ["use `project`"]);
    }

    #[test]
    fn a_missing_by_is_one_error_at_its_place() {
        assert_eq!(
            problems("T | sort a desc | take 5"),
            ["KQL0011 `a`: expected `by` in `sort`, found `a`"]
        );
        assert_eq!(
            problems("T | top 5 a | take 5"),
            ["KQL0011 `a`: expected `by` in `top`, found `a`"]
        );
        assert_eq!(
            problems("T | summarize count() a | take 5"),
            ["KQL0010 `a`: expected `,` or `by` before `a`"]
        );
    }

    #[test]
    fn a_missing_pipe_is_one_error_and_the_operator_is_parsed() {
        let text = "T\nwhere a == 1\n| project a\ntake 5";
        assert_eq!(
            problems(text),
            [
                "KQL0016 `where`: expected `|` before `where`",
                "KQL0016 `take`: expected `|` before `take`",
            ]
        );
        assert_eq!(print(&parse(text).query), "T\n| where a == 1\n| project a\n| take 5");
    }

    #[test]
    fn a_stray_token_is_one_error_and_the_next_operator_is_parsed() {
        assert_eq!(
            problems("T | where a == 1 2 | take 5"),
            ["KQL0006 `2`: unexpected `2` in `where`"]
        );
        assert_eq!(problems("T | count 5 | take 5"), ["KQL0006 `5`: unexpected `5` in `count`"]);
        assert_eq!(
            problems("T | | take 5"),
            ["KQL0005 `|`: expected an operator after `|`, found `|`"]
        );
    }

    #[test]
    fn several_errors_are_found_in_source_order() {
        let codes: Vec<&str> =
            parse("T | where a = 1 | projct b | sort c | where (d | where e == 'f")
                .diagnostics
                .iter()
                .map(|problem| problem.code)
                .collect();
        assert_eq!(codes, ["KQL0008", "KQL0017", "KQL0011", "KQL0002"]);
    }
}
