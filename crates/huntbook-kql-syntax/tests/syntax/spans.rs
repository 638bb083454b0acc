//! Where the parts of a query stand: inside of the whole, and on what they were made of.

use huntbook_diagnostics::Span;
use huntbook_kql_syntax::ast::{
    Expr, ExprKind, Ident, Literal, NamedExpr, Operator, OperatorKind, ParsePiece, PartitionBody,
    Query, SeriesRange, Statement,
};
use huntbook_kql_syntax::parse;

use crate::corpus::corpus;
use crate::queries::QUERIES;

/// Collects what does not stand where it should.
struct Check<'t> {
    text: &'t str,
    wrong: Vec<String>,
}

impl Check<'_> {
    fn slice(&self, span: Span) -> &str {
        span.slice(self.text).unwrap_or("<no place>")
    }

    fn inside(&mut self, span: Span, whole: Span, what: &str) {
        if span.start < whole.start || span.end > whole.end || span.slice(self.text).is_none() {
            self.wrong.push(format!("{what} at {span:?} outside of {whole:?}"));
        }
    }

    fn ident(&mut self, ident: &Ident, whole: Span) {
        self.inside(ident.span, whole, &ident.name);
        let written = self.slice(ident.span);
        if written != ident.name && !written.starts_with('[') {
            self.wrong.push(format!("`{}` is written `{written}`", ident.name));
        }
    }

    fn query(&mut self, query: &Query) {
        for statement in &query.statements {
            match statement {
                Statement::Let(statement) => {
                    self.inside(statement.span, query.span, "let");
                    self.ident(&statement.name, statement.span);
                    self.expr(&statement.value, statement.span);
                }
                Statement::Expression(expr) => self.expr(expr, query.span),
                Statement::Set { name, value, span } => {
                    self.inside(*span, query.span, "set");
                    self.ident(name, *span);
                    if let Some(value) = value {
                        self.expr(value, *span);
                    }
                }
                Statement::Parameters { parameters, span } => {
                    self.inside(*span, query.span, "declare");
                    for parameter in parameters {
                        self.ident(&parameter.name, *span);
                    }
                }
                Statement::Unsupported { span, .. } => self.inside(*span, query.span, "statement"),
            }
        }
    }

    fn named(&mut self, named: &[NamedExpr], whole: Span) {
        for one in named {
            self.inside(one.span, whole, "column");
            for name in &one.names {
                self.ident(name, one.span);
            }
            self.expr(&one.value, one.span);
        }
    }

    fn exprs(&mut self, exprs: &[Expr], whole: Span) {
        for expr in exprs {
            self.expr(expr, whole);
        }
    }

    fn expr(&mut self, expr: &Expr, whole: Span) {
        let span = expr.span;
        self.inside(span, whole, "expression");
        match &expr.kind {
            ExprKind::Name(name) => self.ident(name, span),
            ExprKind::Path { base, member } => {
                self.expr(base, span);
                self.ident(member, span);
            }
            ExprKind::Index { base, index } => {
                self.expr(base, span);
                self.expr(index, span);
            }
            ExprKind::Unary { operand, .. } => self.expr(operand, span),
            ExprKind::Binary { left, right, operator_span, .. } => {
                self.expr(left, span);
                self.expr(right, span);
                self.inside(*operator_span, span, "operator");
                if left.span.end > operator_span.start || operator_span.end > right.span.start {
                    self.wrong.push(format!("`{}` is not between", self.slice(*operator_span)));
                }
            }
            ExprKind::List { subject, list, .. } => {
                self.expr(subject, span);
                self.exprs(list, span);
            }
            ExprKind::Between { subject, low, high, .. } => {
                for part in [subject, low, high] {
                    self.expr(part, span);
                }
            }
            ExprKind::Call { name, arguments } => {
                self.ident(name, span);
                self.named(arguments, span);
            }
            ExprKind::MemberCall { base, name, arguments } => {
                self.expr(base, span);
                self.ident(name, span);
                self.named(arguments, span);
            }
            ExprKind::Pipeline(pipeline) => {
                self.expr(&pipeline.source, span);
                self.operators(&pipeline.operators, span);
            }
            ExprKind::DataTable { values, .. } => self.exprs(values, span),
            ExprKind::ExternalData { addresses, .. } => self.exprs(addresses, span),
            ExprKind::Print { columns } => self.named(columns, span),
            ExprKind::Function(function) => self.query(&function.body),
            ExprKind::Pattern(pattern) => self.ident(&pattern.name, span),
            ExprKind::Head(operator) => self.operators(std::slice::from_ref(operator), span),
            ExprKind::Literal(Literal::Timespan(text)) if !self.slice(span).contains(text) => {
                self.wrong.push(format!("{text} is written {}", self.slice(span)));
            }
            ExprKind::Literal(_) | ExprKind::Star | ExprKind::TypeOf(_) | ExprKind::Error => {}
        }
    }

    fn operators(&mut self, operators: &[Operator], whole: Span) {
        let mut end = whole.start;
        for operator in operators {
            self.inside(operator.span, whole, "operator");
            self.inside(operator.keyword, operator.span, "keyword");
            if operator.span.start < end || operator.keyword.start != operator.span.start {
                self.wrong.push(format!("{} is out of order", self.slice(operator.keyword)));
            }
            end = operator.span.end;
            for parameter in &operator.parameters {
                self.inside(parameter.name.span, operator.span, "parameter");
                self.expr(&parameter.value, operator.span);
            }
            self.operator(&operator.kind, operator.span);
        }
    }

    fn operator(&mut self, kind: &OperatorKind, span: Span) {
        match kind {
            OperatorKind::Where { predicate } => self.expr(predicate, span),
            OperatorKind::Extend { columns }
            | OperatorKind::Project { columns }
            | OperatorKind::ProjectRename { columns }
            | OperatorKind::Serialize { columns }
            | OperatorKind::Distinct { columns } => self.named(columns, span),
            OperatorKind::Summarize { aggregates, by } => {
                self.named(aggregates, span);
                self.named(by, span);
            }
            OperatorKind::Join { right, on } | OperatorKind::Lookup { right, on } => {
                self.expr(right, span);
                self.exprs(on, span);
            }
            OperatorKind::Union { tables } => self.exprs(tables, span),
            OperatorKind::Search { tables, predicate }
            | OperatorKind::Find { tables, predicate, .. } => {
                self.exprs(tables, span);
                self.expr(predicate, span);
            }
            OperatorKind::ProjectAway { columns } | OperatorKind::ProjectKeep { columns } => {
                for column in columns {
                    self.ident(&column.name, span);
                }
            }
            OperatorKind::MvExpand { columns, .. } => {
                for one in columns {
                    self.named(std::slice::from_ref(&one.column), span);
                }
            }
            OperatorKind::MvApply { columns, on, .. } => {
                for one in columns {
                    self.named(std::slice::from_ref(&one.column), span);
                }
                self.operators(on, span);
            }
            OperatorKind::Parse { subject, pieces }
            | OperatorKind::ParseWhere { subject, pieces } => {
                self.expr(subject, span);
                for piece in pieces {
                    match piece {
                        ParsePiece::Any(place) => self.inside(*place, span, "*"),
                        ParsePiece::Text(text) => self.expr(text, span),
                        ParsePiece::Column { name, .. } => self.ident(name, span),
                    }
                }
            }
            OperatorKind::MakeSeries { aggregates, axis, range, by } => {
                for aggregate in aggregates {
                    self.named(std::slice::from_ref(&aggregate.column), span);
                }
                self.named(std::slice::from_ref(axis), span);
                self.named(by, span);
                match range {
                    SeriesRange::Steps { from, to, step } => {
                        for part in from.iter().chain(to).chain([step]) {
                            self.expr(part, span);
                        }
                    }
                    SeriesRange::In { from, to, step } => {
                        for part in [from, to, step] {
                            self.expr(part, span);
                        }
                    }
                }
            }
            OperatorKind::Evaluate { name, arguments, .. }
            | OperatorKind::Invoke { name, arguments } => {
                self.ident(name, span);
                self.named(arguments, span);
            }
            OperatorKind::Partition { by, body } => {
                self.expr(by, span);
                match body {
                    PartitionBody::Operators(operators) => self.operators(operators, span),
                    PartitionBody::Query(query) => self.expr(query, span),
                }
            }
            OperatorKind::Scan { steps, .. } => {
                for step in steps {
                    self.inside(step.span, span, "step");
                    self.expr(&step.condition, step.span);
                }
            }
            _ => {}
        }
    }
}

fn check(text: &str) {
    let parsed = parse(text);
    let mut check = Check { text, wrong: Vec::new() };
    check.query(&parsed.query);
    assert!(check.wrong.is_empty(), "{text}\n{}", check.wrong.join("\n"));
}

#[test]
fn the_parts_of_a_query_stand_where_they_were_written() {
    for query in QUERIES {
        check(query);
    }
}

#[test]
fn the_parts_of_real_queries_stand_where_they_were_written() {
    for query in corpus().unwrap_or_default() {
        check(&query.text);
    }
}
