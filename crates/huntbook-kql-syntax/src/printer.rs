//! Syntax tree to text, in one style: a line an operator, a line a statement, one space around operators.
//!
//! Brackets stand only where the tree needs them, and constants in one form each, so a text that was printed
//! once prints the same again. Comments are not part of the tree and get lost.

use std::fmt::Write as _;

use crate::ast::{
    BinaryOperator, ColumnDeclaration, Direction, Expr, ExprKind, Function, Ident, Literal,
    NamedExpr, Nulls, Operator, OperatorKind, ParameterKind, Pipeline, Query, SortKey, Statement,
    UnaryOperator,
};
use crate::lexer::tokenize;
use crate::names::quote_name;
use crate::parser::{Precedence, precedence};
use crate::strings::quote_string;
use crate::token::TokenKind;

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
                self.value(&statement.value);
            }
            Statement::Expression(expr) => self.value(expr),
            Statement::Unsupported { name, text, .. } => self.unsupported(name, text),
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
        self.listed(&function.parameters, |printer, parameter| {
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
        self.put(") {");
        self.indent += 1;
        self.line();
        self.query(&function.body);
        self.indent -= 1;
        self.line();
        self.put("}");
    }

    fn declarations(&mut self, columns: &[ColumnDeclaration]) {
        self.put("(");
        self.listed(columns, |printer, column| {
            printer.name(&column.name);
            printer.put(":");
            printer.put(&column.type_name.name);
        });
        self.put(")");
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
            ExprKind::Unsupported { name, text } => self.unsupported(name, text),
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

    fn operator(&mut self, operator: &Operator) {
        let keyword = keyword(&operator.kind);
        if let OperatorKind::Unsupported { name, text } = &operator.kind {
            return self.unsupported(name, text);
        }
        self.put(keyword);
        for parameter in &operator.parameters {
            let _ = write!(self.text, " {}=", parameter.name.name);
            match &parameter.value.kind {
                ExprKind::Name(word) => self.put(&word.name),
                _ => self.expression(&parameter.value, Precedence::Operand),
            }
        }
        match &operator.kind {
            OperatorKind::Where { predicate } => self.spaced(predicate),
            OperatorKind::Extend { columns }
            | OperatorKind::Project { columns }
            | OperatorKind::Distinct { columns } => {
                self.put(" ");
                self.named(columns);
            }
            OperatorKind::Summarize { aggregates, by } => {
                if !aggregates.is_empty() {
                    self.put(" ");
                    self.named(aggregates);
                }
                if !by.is_empty() {
                    self.put(" by ");
                    self.named(by);
                }
            }
            OperatorKind::Sort { keys } => {
                self.put(" by ");
                self.listed(keys, Self::sort_key);
            }
            OperatorKind::Top { count, key } => {
                self.spaced(count);
                self.put(" by ");
                self.sort_key(key);
            }
            OperatorKind::Take { count } => self.spaced(count),
            OperatorKind::Count | OperatorKind::Unsupported { .. } | OperatorKind::Error => {}
        }
    }

    fn spaced(&mut self, expr: &Expr) {
        self.put(" ");
        self.expression(expr, Precedence::Lowest);
    }

    fn sort_key(&mut self, key: &SortKey) {
        self.expression(&key.expr, Precedence::Lowest);
        match key.direction {
            Some(Direction::Ascending) => self.put(" asc"),
            Some(Direction::Descending) => self.put(" desc"),
            None => {}
        }
        match key.nulls {
            Some(Nulls::First) => self.put(" nulls first"),
            Some(Nulls::Last) => self.put(" nulls last"),
            None => {}
        }
    }

    fn named(&mut self, columns: &[NamedExpr]) {
        self.listed(columns, |printer, column| {
            printer.names(&column.names);
            printer.expression(&column.value, Precedence::Lowest);
        });
    }

    fn arguments(&mut self, arguments: &[NamedExpr]) {
        self.put("(");
        self.listed(arguments, |printer, argument| {
            printer.names(&argument.names);
            printer.bracketed(&argument.value);
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

    // Expressions.

    /// What stands before a dot: a number in brackets, as it would take the dot for its own.
    fn owner(&mut self, base: &Expr) {
        if matches!(&base.kind, ExprKind::Literal(Literal::Long(_) | Literal::Real(_))) {
            self.put("(");
            self.bracketed(base);
            self.put(")");
        } else {
            self.expression(base, Precedence::Operand);
        }
    }

    /// The expression, in brackets where it binds less tightly than `least`.
    fn expression(&mut self, expr: &Expr, least: Precedence) {
        if own_precedence(expr).is_none_or(|own| own < least) {
            self.put("(");
            self.bracketed(expr);
            self.put(")");
            return;
        }
        match &expr.kind {
            ExprKind::Literal(literal) => self.literal(literal),
            ExprKind::Name(name) => self.name(name),
            ExprKind::Star => self.put("*"),
            ExprKind::Path { base, member } => {
                self.owner(base);
                self.put(".");
                self.name(member);
            }
            ExprKind::Index { base, index } => {
                self.expression(base, Precedence::Operand);
                self.put("[");
                self.expression(index, Precedence::Lowest);
                self.put("]");
            }
            ExprKind::Unary { operator, operand } => {
                self.put(match operator {
                    UnaryOperator::Minus => "-",
                    UnaryOperator::Plus => "+",
                });
                self.expression(operand, Precedence::Sign);
            }
            ExprKind::Binary { operator, left, right, .. } => self.binary(*operator, left, right),
            ExprKind::List { operator, subject, list, .. } => {
                self.expression(subject, Precedence::Relation);
                let _ = write!(self.text, " {} (", operator.symbol());
                self.listed(list, Self::bracketed);
                self.put(")");
            }
            ExprKind::Between { negated, subject, low, high, .. } => {
                self.expression(subject, Precedence::Relation);
                self.put(if *negated { " !between (" } else { " between (" });
                self.expression(low, Precedence::Lowest);
                self.put(" .. ");
                self.expression(high, Precedence::Lowest);
                self.put(")");
            }
            ExprKind::Call { name, arguments } => {
                self.put(&name.name);
                self.arguments(arguments);
            }
            ExprKind::MemberCall { base, name, arguments } => {
                self.owner(base);
                self.put(".");
                self.name(name);
                self.arguments(arguments);
            }
            ExprKind::TypeOf(type_name) => {
                let _ = write!(self.text, "typeof({})", type_name.name);
            }
            ExprKind::DataTable { columns, values } => {
                self.put("datatable");
                self.declarations(columns);
                self.put(" [");
                self.listed(values, |printer, value| printer.expression(value, Precedence::Lowest));
                self.put("]");
            }
            ExprKind::Error
            | ExprKind::Pipeline(_)
            | ExprKind::Print { .. }
            | ExprKind::Unsupported { .. }
            | ExprKind::Function(_) => self.put("?"),
        }
    }

    fn binary(&mut self, operator: BinaryOperator, left: &Expr, right: &Expr) {
        let own = precedence(operator);
        let is_comparison = matches!(own, Precedence::Equality | Precedence::Relation);
        let is_logical = matches!(own, Precedence::And | Precedence::Or);
        self.expression(left, if is_comparison { own.tighter() } else { own });
        let _ = write!(self.text, " {} ", operator.symbol());
        self.expression(right, if is_logical { own } else { own.tighter() });
    }

    fn literal(&mut self, literal: &Literal) {
        match literal {
            Literal::Bool(Some(value)) => self.put(if *value { "true" } else { "false" }),
            Literal::Bool(None) => self.put("bool(null)"),
            Literal::Int(value) => self.typed("int", value.as_ref()),
            Literal::Long(Some(value)) if *value >= 0 => {
                let _ = write!(self.text, "{value}");
            }
            Literal::Long(value) => self.typed("long", value.as_ref()),
            Literal::Real(value) => self.real(*value),
            Literal::Decimal(text) => self.typed("decimal", Some(text)),
            Literal::String { value, hidden } => {
                self.put(if *hidden { "h" } else { "" });
                self.put(&quote_string(value));
            }
            Literal::Datetime(text) => self.typed("datetime", Some(text)),
            Literal::Timespan(text) if is_timespan(text) => self.put(text),
            Literal::Timespan(text) => self.typed("timespan", Some(text)),
            Literal::Guid(text) => self.typed("guid", Some(text)),
            Literal::Dynamic(text) => self.typed("dynamic", Some(text)),
        }
    }

    fn typed(&mut self, type_name: &str, value: Option<&impl std::fmt::Display>) {
        let _ = match value {
            Some(value) => write!(self.text, "{type_name}({value})"),
            None => write!(self.text, "{type_name}(null)"),
        };
    }

    fn real(&mut self, value: Option<f64>) {
        let _ = match value {
            None => write!(self.text, "real(null)"),
            Some(nan) if nan.is_nan() => write!(self.text, "real(nan)"),
            Some(infinite) if infinite.is_infinite() => {
                write!(self.text, "real({}inf)", if infinite > 0.0 { "+" } else { "-" })
            }
            Some(negative) if negative.is_sign_negative() => {
                write!(self.text, "real({negative:?})")
            }
            Some(value) => write!(self.text, "{value:?}"),
        };
    }
}

/// How tightly the outermost operator binds; `None` for what needs brackets everywhere.
fn own_precedence(expr: &Expr) -> Option<Precedence> {
    match &expr.kind {
        ExprKind::Binary { operator, .. } => Some(precedence(*operator)),
        ExprKind::List { .. } | ExprKind::Between { .. } => Some(Precedence::Equality),
        // A sign binds more tightly than any operator, but a path behind it binds to the operand.
        ExprKind::Unary { .. } => Some(Precedence::Sign),
        ExprKind::Pipeline(_)
        | ExprKind::Print { .. }
        | ExprKind::Unsupported { .. }
        | ExprKind::Function(_) => None,
        _ => Some(Precedence::Operand),
    }
}

/// Whether `text` alone is a timespan literal.
fn is_timespan(text: &str) -> bool {
    matches!(tokenize(text).as_slice(), [token] if token.kind == TokenKind::Timespan)
}

const fn keyword(kind: &OperatorKind) -> &'static str {
    match kind {
        OperatorKind::Where { .. } => "where",
        OperatorKind::Extend { .. } => "extend",
        OperatorKind::Project { .. } => "project",
        OperatorKind::Summarize { .. } => "summarize",
        OperatorKind::Sort { .. } => "sort",
        OperatorKind::Top { .. } => "top",
        OperatorKind::Take { .. } => "take",
        OperatorKind::Distinct { .. } => "distinct",
        OperatorKind::Count => "count",
        OperatorKind::Unsupported { .. } | OperatorKind::Error => "?",
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
