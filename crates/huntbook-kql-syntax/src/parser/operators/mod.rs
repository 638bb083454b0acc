//! The operators of a pipeline: which one follows, and what all of them share. Each, or each family, has a file.

mod by_name;
mod evaluate;
mod join;
mod make_series;
mod mv_expand;
mod parameters;
mod parse;
mod partition;
mod project;
mod range;
mod render;
mod scan;
mod search;
mod sort;
mod summarize;
mod top_nested;
mod union;
mod r#where;

use huntbook_diagnostics::{Diagnostic, Span, near_hint};

pub(super) use parameters::Properties;
pub(crate) use parameters::WORDS;

use super::{MOST_DIAGNOSTICS, Parser};
use crate::ast::{Expr, ExprKind, Ident, NamedExpr, Operator, OperatorKind};
use crate::names::NamePlace;
use crate::operators::{OPERATORS, Parsing, is_operator_keyword, operator_keyword};
use crate::token::TokenKind;

/// Words that part what operators take.
const CLAUSES: &[&str] =
    &["as", "by", "from", "in", "limit", "of", "on", "others", "step", "to", "with"];

impl<'t> Parser<'t> {
    // Which operator follows.

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
    pub(super) fn keyword(&self) -> (&'t str, usize) {
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
        if self.is(TokenKind::Pipe) {
            self.bump();
        } else {
            let message = format!("expected `|` before `{}`", self.keyword().0);
            let diagnostic = Diagnostic::error("KQL0016", message).at(self.place());
            self.recovered(diagnostic);
        }
        self.operator_here()
    }

    /// Operators in brackets, where no table and no `|` stands before the first of them, up to the closing
    /// bracket.
    fn inner_operators(&mut self) -> Vec<Operator> {
        self.deeper(|parser| {
            let mut operators = vec![parser.operator_here()];
            while parser.at_operator() {
                operators.push(parser.piped_operator());
            }
            operators
        })
        .unwrap_or_default()
    }

    /// An operator whose keyword stands at the position.
    pub(super) fn operator_here(&mut self) -> Operator {
        let outer_peak = std::mem::replace(&mut self.peak, 1);
        let operator = self.operator_of_keyword();
        self.height = self.peak;
        self.peak = self.peak.max(outer_peak);
        operator
    }

    fn operator_of_keyword(&mut self) -> Operator {
        let (name, length) = self.keyword();
        if length == 0 {
            return self.no_operator();
        }
        let keyword = self.tokens_as_one(length);
        let mut parameters = Vec::new();
        let kind = match operator_keyword(name).map(|keyword| keyword.parsing) {
            Some(Parsing::Full) => {
                if takes_parameters(name) {
                    parameters = self.parameters(own_parameters(name));
                }
                self.operator_kind(name, keyword, !parameters.is_empty())
            }
            Some(Parsing::NameOnly) => self.by_name(name, keyword),
            None => {
                self.unknown_operator(name, keyword);
                self.skip_to_stop();
                OperatorKind::Error
            }
        };
        self.finish_operator(name);
        Operator { kind, parameters, keyword, span: self.since(keyword) }
    }

    /// Passes over `length` tokens and gives the place of all of them.
    fn tokens_as_one(&mut self, length: usize) -> Span {
        let start = self.bump();
        for _ in 1..length {
            self.bump();
        }
        self.since(start)
    }

    fn operator_kind(
        &mut self,
        name: &'t str,
        keyword: Span,
        has_parameters: bool,
    ) -> OperatorKind {
        match name {
            "where" | "filter" => OperatorKind::Where { predicate: self.predicate() },
            "extend" => OperatorKind::Extend { columns: self.columns("`,`", &[]) },
            "project" => OperatorKind::Project { columns: self.columns("`,`", &[]) },
            "project-away" => OperatorKind::ProjectAway { columns: self.name_patterns() },
            "project-by-names" => self.project_by_names(),
            "project-keep" => OperatorKind::ProjectKeep { columns: self.name_patterns() },
            "project-rename" => OperatorKind::ProjectRename { columns: self.columns("`,`", &[]) },
            "project-reorder" => self.project_reorder(),
            "summarize" => self.summarize(),
            "sort" | "order" => self.sort(name, keyword),
            "top" => self.top(name, keyword),
            "top-nested" => self.top_nested(keyword),
            "top-hitters" => self.top_hitters(name, keyword),
            "take" | "limit" => OperatorKind::Take { count: self.expression() },
            "sample" => OperatorKind::Sample { count: self.expression() },
            "sample-distinct" => self.sample_distinct(name, keyword),
            "distinct" => {
                OperatorKind::Distinct { columns: self.listed("`,`", &[], Self::distinct_column) }
            }
            "serialize" => self.serialize(),
            "count" => OperatorKind::Count,
            "getschema" => OperatorKind::GetSchema,
            "as" => self.r#as(),
            "join" => self.join(name, keyword),
            "lookup" => self.lookup(name, keyword),
            "union" => OperatorKind::Union { tables: self.tables() },
            "range" => self.range(name, keyword),
            "mv-expand" | "mvexpand" => self.mv_expand(),
            "mv-apply" | "mvapply" => self.mv_apply(name, keyword),
            "parse" => self.parse_operator(name, keyword),
            "parse-where" => self.parse_where(name, keyword),
            "parse-kv" => self.parse_kv(name, keyword),
            "make-series" => self.make_series(name, keyword),
            "partition" => self.partition(name, keyword),
            "evaluate" => self.evaluate(),
            "invoke" => self.invoke(),
            "render" => self.render(),
            "search" => self.search(),
            "scan" => self.scan(name, keyword),
            "find" => self.find(name, keyword, has_parameters),
            _ => OperatorKind::Error,
        }
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

    // What operators are made of.

    /// Passes over the word that parts two halves of the operator `name`, and reports where it is missing.
    /// The other half is parsed all the same where something follows.
    fn part(&mut self, word: &str, name: &str, keyword: Span, example: &str) {
        if self.eat_word(word).is_some() {
            return;
        }
        let message = format!("expected `{word}` in `{name}`, found {}", self.described());
        let is_over = self.ends_operator();
        let diagnostic = Diagnostic::error("KQL0011", message)
            .at(if is_over { keyword } else { self.place() })
            .hint(format!("as in `{example}`"));
        if is_over || CLAUSES.contains(&self.word()) {
            self.give_up(diagnostic);
        } else {
            self.recovered(diagnostic);
        }
    }

    /// Whether the operator cannot go on at the position.
    fn ends_operator(&self) -> bool {
        self.at_stop() || self.is_operator_without_pipe() || self.starts_next_statement()
    }

    /// Named values parted by commas, up to what ends the operator or one of the words `ends`; `expected` is what
    /// may follow one.
    pub(super) fn columns(&mut self, expected: &str, ends: &[&str]) -> Vec<NamedExpr> {
        self.listed(expected, ends, Self::named_expression)
    }

    /// Items parted by commas, without brackets around them.
    fn listed<T>(
        &mut self,
        expected: &str,
        ends: &[&str],
        mut item: impl FnMut(&mut Self) -> T,
    ) -> Vec<T> {
        let mut items = Vec::new();
        loop {
            let before = self.position;
            items.push(item(self));
            let goes_on = self.eat(TokenKind::Comma).is_some()
                || !(self.ends_operator()
                    || ends.contains(&self.word())
                    || !self.missing_comma(expected));
            if !goes_on || self.position == before {
                return items;
            }
        }
    }

    /// A name, or nothing and a report of what is missing.
    fn required_name(&mut self, what: &str) -> Option<Ident> {
        self.check_name(NamePlace::Alone);
        let name = self.name();
        if name.is_none() {
            self.expected("KQL0007", what);
        }
        name
    }

    /// An expression of the words that are no value in this place.
    fn word_expression(&mut self) -> Option<Expr> {
        let name = self.word().to_owned();
        let span = self.eat(TokenKind::Name)?;
        Some(Expr { kind: ExprKind::Name(Ident { name, span }), span })
    }

    /// A named value, or `*` for all columns.
    fn distinct_column(&mut self) -> NamedExpr {
        if self.is(TokenKind::Star) {
            let value = self.star();
            return NamedExpr { names: Vec::new(), span: value.span, value };
        }
        self.named_expression()
    }

    fn serialize(&mut self) -> OperatorKind {
        let columns = if self.ends_operator() { Vec::new() } else { self.columns("`,`", &[]) };
        OperatorKind::Serialize { columns }
    }

    fn r#as(&mut self) -> OperatorKind {
        match self.required_name("a name after `as`") {
            Some(name) => OperatorKind::As { name },
            None => OperatorKind::Error,
        }
    }
}

/// Whether `name = value` may stand behind the keyword `name`.
fn takes_parameters(name: &str) -> bool {
    !matches!(
        name,
        "extend"
            | "project"
            | "project-away"
            | "project-by-names"
            | "project-keep"
            | "project-rename"
            | "project-reorder"
            | "count"
            | "invoke"
            | "parse-kv"
            | "range"
            | "render"
            | "top-hitters"
            | "top-nested"
            | "where"
            | "filter"
    )
}

/// The parameters that only the operator `name` has.
fn own_parameters(name: &str) -> &'static [&'static str] {
    match name {
        "parse" | "parse-where" => &["flags"],
        "union" => &["best_effort"],
        "search" | "find" => &["datascope"],
        _ => &[],
    }
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
    use crate::ast::{Direction, Nulls};
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
    fn operators_that_are_parsed_by_name_keep_their_text() {
        let text = "T | reduce by a with threshold=0.1 | fork (take 5) b = (where a == '|' | count) | count";
        let kinds: Vec<OperatorKind> =
            operators(text).into_iter().map(|operator| operator.kind).collect();
        let unsupported = |name: &str, text: &str| OperatorKind::Unsupported {
            name: name.into(),
            text: text.into(),
        };
        assert_eq!(
            kinds,
            [
                unsupported("reduce", "by a with threshold=0.1"),
                unsupported("fork", "(take 5) b = (where a == '|' | count)"),
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
    fn what_an_operator_lacks_is_one_error_at_its_place() {
        for (text, problem) in [
            ("join (U) a", "KQL0011 `a`: expected `on` in `join`, found `a`"),
            ("join kind inner (U) on a", "KQL0005 `inner`: expected `=` after `kind`"),
            ("join (U on a", "KQL0003 `(`: `(` is not closed"),
            ("lookup (U)", "KQL0011 `lookup`: expected `on` in `lookup`, found `|`"),
            ("union T,", "KQL0005 `|`: expected a table, found `|`"),
            (
                "mv-expand a to long",
                "KQL0005 `long`: expected `typeof(...)` after `to`, found `long`",
            ),
            (
                "mv-apply a on where b",
                "KQL0005 `where`: expected `(` and the operators after `on`, found `where`",
            ),
            ("mv-apply a on (where b", "KQL0003 `(`: `(` is not closed"),
            ("parse a * 'x' b", "KQL0011 `b`: expected `with` in `parse`, found `b`"),
            ("parse a with b:", "KQL0007 `|`: expected the type of the column, found `|`"),
            (
                "parse-kv a as (b:string) with (quot=';')",
                "KQL0006 `quot`: `quot` is not a property",
            ),
            (
                "make-series count() from 1 step 1",
                "KQL0011 `from`: expected `on` in `make-series`, found `from`",
            ),
            (
                "make-series count() on t from 1",
                "KQL0011 `make-series`: expected `step` in `make-series`, found `|`",
            ),
            (
                "make-series count() default 0 on t step 1",
                "KQL0005 `0`: expected `=` after `default`, found `0`",
            ),
            ("evaluate f", "KQL0005 `|`: expected `(` after `f`, found `|`"),
            (
                "invoke",
                "KQL0007 `|`: expected a function and its arguments after `invoke`, found `|`",
            ),
            (
                "render timechart with title='x'",
                "KQL0005 `title`: expected `(` and properties after `with`, found `title`",
            ),
            ("top-nested 3 a by count()", "KQL0011 `a`: expected `of` in `top-nested`, found `a`"),
            ("top-hitters 3 a", "KQL0011 `a`: expected `of` in `top-hitters`, found `a`"),
            ("sample-distinct 3 a", "KQL0011 `a`: expected `of` in `sample-distinct`, found `a`"),
            ("partition a (take 1)", "KQL0011 `a`: expected `by` in `partition`, found `a`"),
            (
                "partition by a take 1",
                "KQL0005 `take`: expected `(` and what is done to each part, found `take`",
            ),
            ("search in T 'x'", "KQL0005 `T`: expected `(` and the tables after `in`, found `T`"),
            ("find in (T) a == 1", "KQL0011 `a`: expected `where` in `find`, found `a`"),
            ("as", "KQL0007 `|`: expected a name after `as`, found `|`"),
            ("project-away a b", "KQL0010 `b`: expected `,` before `b`"),
            ("project-reorder a up", "KQL0010 `up`: expected `,` before `up`"),
            (
                "scan with (step a x == 1;)",
                "KQL0005 `x`: expected `:` and the condition of the step, found `x`",
            ),
            (
                "summarize hint.stratgy=shuffle count()",
                "KQL0006 `hint.stratgy`: `hint.stratgy` is not a hint of KQL",
            ),
            ("facet a", "KQL0011 `a`: expected `by` in `facet`, found `a`"),
            ("reduce a", "KQL0011 `a`: expected `by` in `reduce`, found `a`"),
        ] {
            let text = format!("T | {text} | take 5");
            assert_eq!(problems(&text), [problem], "{text}");
        }
        assert_eq!(
            problems("range x from 1 step 2"),
            ["KQL0011 `step`: expected `to` in `range`, found `step`"]
        );
        assert_eq!(
            problems("range x 1 to 10 step 1"),
            ["KQL0011 `1`: expected `from` in `range`, found `1`"]
        );
    }

    #[test]
    fn the_parameters_of_an_operator_stand_before_what_it_works_on() {
        for (text, count) in [
            ("join kind=inner hint.strategy=shuffle U on a", 2),
            ("union kind=outer withsource=['a b'] isfuzzy=true U", 3),
            ("mv-expand bagexpansion=array with_itemindex=i a", 2),
            ("parse kind=regex flags=Ui a with b", 2),
            ("getschema kind=csl", 1),
            ("distinct hint.shufflekey=a a", 1),
            ("extend kind", 0),
            ("mv-expand kind to typeof(long)", 0),
        ] {
            let text = format!("T | {text}");
            assert_eq!(operators(&text)[0].parameters.len(), count, "{text}");
        }
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
