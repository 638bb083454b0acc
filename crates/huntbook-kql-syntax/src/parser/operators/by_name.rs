//! Operators that are parsed by name: their grammar is checked, their text is kept.

use huntbook_diagnostics::Span;

use crate::ast::OperatorKind;
use crate::names::NamePlace;
use crate::parser::Parser;
use crate::token::TokenKind;

impl Parser<'_> {
    pub(super) fn by_name(&mut self, name: &str, keyword: Span) -> OperatorKind {
        let first = self.position;
        match name {
            "reduce" => self.reduce(name, keyword),
            "fork" => self.fork(),
            "facet" => self.facet(name, keyword),
            "consume" => drop(self.parameters(&[])),
            "assert-schema" => self.assert_schema(),
            "make-graph" => self.make_graph(name, keyword),
            "graph-match" | "graph-shortest-paths" => self.graph_match(),
            "graph-mark-components" => drop(self.parameters(&["with_component_id"])),
            "graph-where-nodes" | "graph-where-edges" => drop(self.expression()),
            "graph-to-table" => self.graph_to_table(),
            "execute-and-cache" => {}
            _ => self.skip_to_stop(),
        }
        let text = if self.position == first {
            String::new()
        } else {
            let span = self.since(self.span_at(first));
            span.slice(self.text).unwrap_or_default().to_owned()
        };
        OperatorKind::Unsupported { name: name.to_owned(), text }
    }

    fn reduce(&mut self, name: &str, keyword: Span) {
        let own = ["threshold", "characters"];
        self.parameters(&own);
        self.part("by", name, keyword, "reduce by Column");
        self.named_expression();
        if self.eat_word("with").is_some() {
            self.listed("`,`", &[], |parser| parser.parameters(&own));
        }
    }

    /// `name = (operators)`, any number of them, or a pipeline in the brackets.
    fn fork(&mut self) {
        let first = self.position;
        loop {
            if let Some(behind) = self.behind_name(self.position)
                && self.is_at(behind, TokenKind::Assign)
                && self.is_at(behind + 1, TokenKind::OpenParenthesis)
            {
                self.check_name(NamePlace::Alone);
                self.position = behind + 1;
            }
            if !self.is(TokenKind::OpenParenthesis) {
                break;
            }
            let open = self.open();
            if self.is_operator_keyword() {
                self.inner_operators();
            } else {
                self.table_or_value(open);
            }
            self.close(open);
        }
        if self.position == first {
            self.expected("KQL0005", "`(` and what is done to the rows");
        }
    }

    fn is_operator_keyword(&self) -> bool {
        let (name, _) = self.keyword();
        crate::operators::is_operator_keyword(name)
    }

    fn facet(&mut self, name: &str, keyword: Span) {
        self.part("by", name, keyword, "facet by Column");
        self.listed("`,` or `with`", &["with"], Self::column_path);
        if self.eat_word("with").is_none() {
            return;
        }
        if self.is(TokenKind::OpenParenthesis) {
            let open = self.open();
            self.inner_operators();
            self.close(open);
        } else {
            self.operator_here();
        }
    }

    fn assert_schema(&mut self) {
        if self.is(TokenKind::OpenParenthesis) {
            self.column_declarations();
        } else {
            self.expected("KQL0005", "`(` and the columns after `assert-schema`");
        }
    }

    // Graphs.

    /// Passes over tokens of these kinds where they stand at the position without a gap.
    fn eat_joined(&mut self, kinds: &[TokenKind]) -> bool {
        let is_there = kinds.iter().enumerate().all(|(ahead, kind)| {
            let index = self.position + ahead;
            self.is_at(index, *kind) && (ahead == 0 || self.touches_next(index - 1))
        });
        if is_there {
            self.position += kinds.len();
        }
        is_there
    }

    fn make_graph(&mut self, name: &str, keyword: Span) {
        use TokenKind::{Greater, Minus};
        self.parameters(&[]);
        self.required_name("the column of the sources");
        if !self.eat_joined(&[Minus, Minus, Greater]) && !self.eat_joined(&[Minus, Minus]) {
            self.expected("KQL0005", "`-->` and the column of the targets");
        }
        self.required_name("the column of the targets");
        if self.eat_word("with_node_id").is_some() {
            if self.eat(TokenKind::Assign).is_none() {
                self.expected("KQL0005", "`=` after `with_node_id`");
            }
            self.required_name("a name after `with_node_id =`");
        } else if self.eat_word("with").is_some() {
            self.listed("`,`", &["partitioned"], |parser| {
                parser.signed();
                parser.part("on", name, keyword, "make-graph a --> b with T on Id");
                parser.required_name("the column of the nodes")
            });
        }
        if let ("partitioned-by", length) = self.keyword() {
            self.tokens_as_one(length);
            self.column_path();
            if self.is(TokenKind::OpenParenthesis) {
                let open = self.open();
                self.inner_operators();
                self.close(open);
            } else {
                self.expected("KQL0005", "`(` and the operators after `partitioned-by`");
            }
        }
    }

    fn graph_match(&mut self) {
        self.parameters(&["cycles", "output"]);
        self.listed("`,`, `where` or `project`", &["where", "project"], Self::graph_pattern);
        if self.eat_word("where").is_some() {
            self.expression();
        }
        if self.eat_word("project").is_some() {
            self.columns("`,`", &[]);
        }
    }

    /// `(a)-[b*1..3]->(c)--(d)`.
    fn graph_pattern(&mut self) {
        use TokenKind::{CloseBracket, Greater, Less, Minus, OpenBracket};
        let first = self.position;
        loop {
            if self.is(TokenKind::OpenParenthesis) {
                let open = self.open();
                if self.behind_name(self.position).is_some() {
                    self.required_name("the name of a node");
                }
                self.close(open);
            } else if self.eat_joined(&[Minus, OpenBracket])
                || self.eat_joined(&[Less, Minus, OpenBracket])
            {
                if self.behind_name(self.position).is_some() {
                    self.required_name("the name of an edge");
                }
                self.graph_range();
                if !self.eat_joined(&[CloseBracket, Minus, Greater])
                    && !self.eat_joined(&[CloseBracket, Minus])
                {
                    self.expected("KQL0005", "`]->` or `]-` behind the edge");
                    self.skip_to_stop();
                    self.position += usize::from(self.is(CloseBracket));
                }
            } else if !self.eat_joined(&[Minus, Minus, Greater])
                && !self.eat_joined(&[Less, Minus, Minus])
                && !self.eat_joined(&[Minus, Minus])
            {
                break;
            }
        }
        if self.position == first {
            self.expected("KQL0005", "a pattern, as in `(a)-[b]->(c)`");
        }
    }

    /// `*1..3`, where it stands at the position.
    fn graph_range(&mut self) {
        if self.eat(TokenKind::Star).is_none() {
            return;
        }
        self.signed();
        if self.eat(TokenKind::DotDot).is_none() {
            self.expected("KQL0005", "`..` between the ends of the range");
        }
        self.signed();
    }

    fn graph_to_table(&mut self) {
        self.listed("`,`", &[], |parser| {
            let own: &[&str] = match parser.word() {
                "nodes" => &["with_node_id"],
                "edges" => &["with_source_id", "with_target_id"],
                _ => return parser.expected("KQL0005", "`nodes` or `edges`"),
            };
            parser.bump();
            if parser.eat_word("as").is_some() {
                parser.required_name("a name after `as`");
            }
            parser.parameters(own);
        });
    }
}

#[cfg(test)]
mod tests {
    use crate::parser::testing::problems;

    #[test]
    fn the_grammar_of_what_is_kept_as_text_is_checked() {
        for text in [
            "reduce by a with threshold=0.1, characters='-'",
            "fork a = (where b | take 1) (count) (T | take 2)",
            "facet by a, b with (where c | take 1)",
            "facet by a with summarize count()",
            "consume decodeblocks=true",
            "assert-schema (a:string, b:long)",
            "make-graph a --> b with N on c, (M | take 1) on d",
            "make-graph a -- b with_node_id=c",
            "graph-match cycles=none (a)-[b*1..3]->(c)<-[d]-(), (e)--(f)-->(g) where a.x == 'y' project z = c.w",
            "graph-shortest-paths output=all (a)-[b*1..5]->(c)",
            "graph-to-table nodes as N with_node_id=id, edges",
            "graph-where-nodes a == 1",
        ] {
            assert_eq!(problems(&format!("T | {text} | take 5")), [""; 0], "{text}");
        }
        for (text, problem) in [
            ("fork", "KQL0005 `|`: expected `(` and what is done to the rows, found `|`"),
            (
                "assert-schema a:string",
                "KQL0005 `a`: expected `(` and the columns after `assert-schema`, found `a`",
            ),
            (
                "make-graph a > b with N on c",
                "KQL0005 `>`: expected `-->` and the column of the targets, found `>`",
            ),
            (
                "graph-match (a)-[b](c)",
                "KQL0005 `]`: expected `]->` or `]-` behind the edge, found `]`",
            ),
        ] {
            assert_eq!(problems(&format!("T | {text} | take 5")), [problem], "{text}");
        }
    }
}
