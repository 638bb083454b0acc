//! Syntax tree to text, in one style: a line an operator, a line a statement, one space around operators.
//!
//! Brackets stand only where the tree needs them, and constants in one form each, so a text that was printed
//! once prints the same again. Comments are not part of the tree and get lost.

mod expression;
mod operators;

use crate::ast::{
    ColumnDeclaration, Expr, ExprKind, Function, Ident, NamedExpr, Parameter, ParameterKind,
    Pipeline, Query, Statement,
};
use crate::names::quote_name;
use crate::parser::Precedence;

/// The query as text.
///
/// For a tree that [`parse`](crate::parse) made without an error, `print(parse(text))` parses without an
/// error and prints the same again. An error in the tree prints as `?`, which is no KQL.
#[must_use]
pub fn print(query: &Query) -> String {
    let mut printer = Printer::default();
    printer.query(query);
    printer.text
}

/// The expression as text; a pipeline goes over several lines.
#[must_use]
pub fn print_expr(expr: &Expr) -> String {
    let mut printer = Printer::default();
    printer.value(expr);
    printer.text
}

#[derive(Default)]
struct Printer {
    text: String,
    /// How many levels of four spaces the current line is indented.
    indent: usize,
}

impl Printer {
    fn put(&mut self, text: &str) {
        self.text.push_str(text);
    }

    fn line(&mut self) {
        self.text.push('\n');
        for _ in 0..self.indent {
            self.text.push_str("    ");
        }
    }

    fn listed<T>(&mut self, items: &[T], mut item: impl FnMut(&mut Self, &T)) {
        for (index, one) in items.iter().enumerate() {
            if index > 0 {
                self.put(", ");
            }
            item(self, one);
        }
    }

    fn name(&mut self, name: &Ident) {
        self.put(&quote_name(&name.name));
    }

    // Statements.

    fn query(&mut self, query: &Query) {
        for (index, statement) in query.statements.iter().enumerate() {
            if index > 0 {
                self.put(";");
                self.line();
            }
            self.statement(statement);
        }
    }

    fn statement(&mut self, statement: &Statement) {
        match statement {
            Statement::Let(statement) => {
                self.put("let ");
                self.name(&statement.name);
                self.put(" = ");
                self.let_value(&statement.value);
            }
            Statement::Expression(expr) => self.value(expr),
            Statement::Set { name, value, .. } => {
                self.put("set ");
                self.name(name);
                if let Some(value) = value {
                    self.put(" = ");
                    self.word_or_value(value);
                }
            }
            Statement::Parameters { parameters, .. } => {
                self.put("declare query_parameters (");
                self.parameters(parameters);
                self.put(")");
            }
            Statement::Unsupported { name, text, .. } => self.unsupported(name, text),
        }
    }

    fn let_value(&mut self, value: &Expr) {
        if let ExprKind::Call { name, arguments } = &value.kind
            && let ("materialize", [NamedExpr { names, value, .. }]) =
                (name.name.as_str(), arguments.as_slice())
            && names.is_empty()
        {
            self.call_of_table(name, value);
        } else {
            self.value(value);
        }
    }

    fn unsupported(&mut self, name: &str, text: &str) {
        self.put(name);
        if !text.is_empty() {
            self.put(" ");
            self.put(text);
        }
    }

    fn function(&mut self, function: &Function) {
        if function.view {
            self.put("view ");
        }
        self.put("(");
        self.parameters(&function.parameters);
        self.put(") {");
        self.indent += 1;
        self.line();
        self.query(&function.body);
        self.indent -= 1;
        self.line();
        self.put("}");
    }

    fn parameters(&mut self, parameters: &[Parameter]) {
        self.listed(parameters, |printer, parameter| {
            printer.name(&parameter.name);
            printer.put(":");
            match &parameter.kind {
                ParameterKind::Scalar(type_name) => printer.put(&type_name.name),
                ParameterKind::Tabular(columns) if columns.is_empty() => printer.put("(*)"),
                ParameterKind::Tabular(columns) => printer.declarations(columns),
            }
            if let Some(default) = &parameter.default {
                printer.put("=");
                printer.expression(default, Precedence::Lowest);
            }
        });
    }

    fn declarations(&mut self, columns: &[ColumnDeclaration]) {
        self.put("(");
        self.listed(columns, Self::declaration);
        self.put(")");
    }

    fn declaration(&mut self, column: &ColumnDeclaration) {
        self.name(&column.name);
        self.put(":");
        self.put(&column.type_name.name);
    }

    // Pipelines.

    /// Where a pipeline may stand without brackets.
    fn value(&mut self, expr: &Expr) {
        match &expr.kind {
            ExprKind::Pipeline(pipeline) => self.pipeline(pipeline),
            ExprKind::Print { columns } => {
                self.put("print ");
                self.named(columns);
            }
            ExprKind::Head(operator) => self.operator(operator),
            ExprKind::Function(function) => self.function(function),
            _ => self.expression(expr, Precedence::Lowest),
        }
    }

    fn pipeline(&mut self, pipeline: &Pipeline) {
        if matches!(pipeline.source.kind, ExprKind::Pipeline(_)) {
            self.expression(&pipeline.source, Precedence::Operand);
        } else {
            self.value(&pipeline.source);
        }
        for operator in &pipeline.operators {
            self.line();
            self.put("| ");
            self.operator(operator);
        }
    }

    fn named(&mut self, columns: &[NamedExpr]) {
        self.listed(columns, Self::named_one);
    }

    fn named_one(&mut self, column: &NamedExpr) {
        self.names(&column.names);
        self.expression(&column.value, Precedence::Lowest);
    }

    fn arguments(&mut self, arguments: &[NamedExpr]) {
        self.put("(");
        self.listed(arguments, |printer, argument| {
            printer.names(&argument.names);
            printer.expression(&argument.value, Precedence::Lowest);
        });
        self.put(")");
    }

    /// `name = ` or `(a, b) = `; nothing for no names.
    fn names(&mut self, names: &[Ident]) {
        match names {
            [] => return,
            [name] => self.name(name),
            several => {
                self.put("(");
                self.listed(several, Self::name);
                self.put(")");
            }
        }
        self.put(" = ");
    }

    /// A value or a pipeline whose brackets stand already; a pipeline is indented.
    fn bracketed(&mut self, expr: &Expr) {
        if matches!(expr.kind, ExprKind::Pipeline(_)) {
            self.indent += 1;
            self.line();
            self.value(expr);
            self.indent -= 1;
            self.line();
        } else {
            self.value(expr);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse;

    fn printed(text: &str) -> String {
        let parsed = parse(text);
        assert_eq!(parsed.diagnostics, [], "{text}");
        let once = print(&parsed.query);
        let again = parse(&once);
        assert_eq!(again.diagnostics, [], "{once}");
        assert_eq!(print(&again.query), once);
        once
    }

    #[test]
    fn statements_and_operators_have_a_line_each() {
        assert_eq!(
            printed("let x=5;T|where a==x|summarize n=count() by b,bin(t,1h)|order by n"),
            "let x = 5;\nT\n| where a == x\n| summarize n = count() by b, bin(t, 1h)\n| sort by n"
        );
    }

    #[test]
    fn brackets_stand_only_where_the_tree_needs_them() {
        assert_eq!(printed("((a)) and (b or (c)) or ((d and e))"), "a and (b or c) or d and e");
        assert_eq!(printed("a - (b - c) - (d * e)"), "a - (b - c) - d * e");
        assert_eq!(printed("-(a + b).c"), "-(a + b).c");
        assert_eq!(printed("(-a).b"), "(-a).b");
        assert_eq!(printed("(a == b) == c"), "(a == b) == c");
    }

    #[test]
    fn constants_have_one_form() {
        assert_eq!(
            printed(
                "print 0x10, long(-5), double(1), time(1d), time(1), 'it''s', h@'a\\b', bool(true)"
            ),
            r#"print 16, long(-5), 1.0, 1d, timespan(1), "its", h"a\\b", true"#
        );
    }

    #[test]
    fn the_dot_of_a_member_is_no_part_of_a_number_before_it() {
        for text in ["print 0.scan", "print (0).scan", "print 0.scan.b"] {
            let once = printed(text);
            assert_eq!(printed(&once), once);
            assert!(once.starts_with("print (0).[\"scan\"]"), "{once}");
        }
    }

    #[test]
    fn a_pipeline_in_brackets_is_indented() {
        assert_eq!(
            printed("T | where a in ((U | project a))"),
            "T\n| where a in (\n    U\n    | project a\n)"
        );
    }

    #[test]
    fn a_function_is_indented() {
        assert_eq!(
            printed("let f=(T:(*),n:long=5){T|take n};f(U)"),
            "let f = (T:(*), n:long=5) {\n    T\n    | take n\n};\nf(U)"
        );
    }

    #[test]
    fn names_are_quoted_where_they_must_be() {
        assert_eq!(
            printed("T | project ['a b'] = ['where'], ['c']"),
            r#"T
| project ["a b"] = ["where"], c"#
        );
    }

    #[test]
    fn an_expression_prints_alone() {
        let parsed = parse("T | where a=~'b'");
        let Statement::Expression(expr) = &parsed.query.statements[0] else {
            panic!("not an expression")
        };
        assert_eq!(print_expr(expr), "T\n| where a =~ \"b\"");
    }
}
