//! Trees and problems as short texts, for tests.

use crate::ast::{Expr, ExprKind, Literal, OperatorKind, Query, Statement, UnaryOperator};
use crate::parse;

/// The problems of `text`, each as ``CODE `place`: message``.
pub(crate) fn problems(text: &str) -> Vec<String> {
    parse(text)
        .diagnostics
        .iter()
        .map(|problem| {
            let place = problem.span.and_then(|span| span.slice(text)).unwrap();
            format!("{} `{place}`: {}", problem.code, problem.message)
        })
        .collect()
}

/// The hints of the only problem of `text`.
pub(crate) fn hints(text: &str) -> Vec<String> {
    let parsed = parse(text);
    assert_eq!(parsed.diagnostics.len(), 1, "{:?}", parsed.diagnostics);
    parsed.diagnostics[0].hints.clone()
}

/// The tree of `text`, which has no problems.
pub(crate) fn query(text: &str) -> Query {
    let parsed = parse(text);
    assert_eq!(parsed.diagnostics, [], "{text}");
    parsed.query
}

/// The only statement of `text` as an expression.
pub(crate) fn expression(text: &str) -> Expr {
    match query(text).statements.as_slice() {
        [Statement::Expression(expr)] => expr.clone(),
        other => panic!("{text} is {other:?}"),
    }
}

/// The only operator of `T | text`, which has no problems.
pub(crate) fn operator(text: &str) -> OperatorKind {
    match expression(&format!("T | {text}")).kind {
        ExprKind::Pipeline(mut pipeline) if pipeline.operators.len() == 1 => {
            pipeline.operators.remove(0).kind
        }
        other => panic!("{text} is {other:?}"),
    }
}

/// The nesting of an expression: `(operator operand ...)`.
pub(crate) fn shape(text: &str) -> String {
    shape_of(&expression(text))
}

fn shape_of(expr: &Expr) -> String {
    let call = |name: &str, operands: &[&Expr]| {
        let operands: Vec<String> = operands.iter().map(|operand| shape_of(operand)).collect();
        format!("({name} {})", operands.join(" "))
    };
    match &expr.kind {
        ExprKind::Literal(Literal::String { value, .. }) => format!("{value:?}"),
        ExprKind::Literal(Literal::Long(Some(value))) => value.to_string(),
        ExprKind::Literal(Literal::Timespan(text)) => text.clone(),
        ExprKind::Name(name) => name.name.clone(),
        ExprKind::Path { base, member } => format!("(. {} {})", shape_of(base), member.name),
        ExprKind::Index { base, index } => call("[]", &[base, index]),
        ExprKind::Unary { operator, operand } => {
            call(if *operator == UnaryOperator::Minus { "-" } else { "+" }, &[operand])
        }
        ExprKind::Binary { operator, left, right, .. } => call(operator.symbol(), &[left, right]),
        ExprKind::List { operator, subject, list, .. } => {
            let mut operands: Vec<&Expr> = vec![subject];
            operands.extend(list);
            call(operator.symbol(), &operands)
        }
        ExprKind::Between { negated, subject, low, high, .. } => {
            call(if *negated { "!between" } else { "between" }, &[subject, low, high])
        }
        ExprKind::Call { name, arguments } => {
            let operands: Vec<&Expr> = arguments.iter().map(|argument| &argument.value).collect();
            call(&name.name, &operands)
        }
        other => format!("{other:?}"),
    }
}
