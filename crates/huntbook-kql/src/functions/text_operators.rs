//! `has`, `contains`, `startswith`, `=~`, `matches regex` and their negations.

use arrow::array::ArrayRef;
use datafusion::common::Result as DataFusionResult;
use huntbook_diagnostics::{Diagnostic, Span};
use huntbook_kql_syntax::ast::BinaryOperator;

use super::regexes;
use crate::bind::undefined;
use crate::convert::convert;
use crate::ir::{Scalar, Value};
use crate::kernel::{Arguments, Kernel, Prepared};
use crate::terms::{Case, Pattern, Place, equal_ignore_case};
use crate::types::KqlType;

/// `left operator right`, for the operators that compare text.
pub(crate) fn bind(
    operator: BinaryOperator,
    left: Scalar,
    right: Scalar,
    span: Span,
) -> Result<Scalar, Diagnostic> {
    let (left_kind, right_kind) = (left.kind, right.kind);
    let text = |side: Scalar| match side.kind {
        KqlType::String | KqlType::Dynamic => convert(side, KqlType::String),
        _ => None,
    };
    let Some((left, right)) = text(left).zip(text(right)) else {
        return Err(undefined(operator.symbol(), left_kind, right_kind, span));
    };
    let (kernel, negated) = kernel(operator);
    if operator == BinaryOperator::MatchesRegex
        && let Some(Value::Text(pattern)) = right.as_literal()
    {
        regexes::check(pattern, span)?;
    }
    let call = Scalar::kernel(kernel, vec![left, right]);
    Ok(if negated { call.not() } else { call })
}

/// The kernel of an operator, and whether the operator is its negation.
fn kernel(operator: BinaryOperator) -> (&'static Kernel, bool) {
    use BinaryOperator as B;
    match operator {
        B::Has => (&HAS, false),
        B::NotHas => (&HAS, true),
        B::HasCs => (&HAS_CS, false),
        B::NotHasCs => (&HAS_CS, true),
        B::HasPrefix => (&HASPREFIX, false),
        B::NotHasPrefix => (&HASPREFIX, true),
        B::HasPrefixCs => (&HASPREFIX_CS, false),
        B::NotHasPrefixCs => (&HASPREFIX_CS, true),
        B::HasSuffix => (&HASSUFFIX, false),
        B::NotHasSuffix => (&HASSUFFIX, true),
        B::HasSuffixCs => (&HASSUFFIX_CS, false),
        B::NotHasSuffixCs => (&HASSUFFIX_CS, true),
        B::Contains => (&CONTAINS, false),
        B::NotContains => (&CONTAINS, true),
        B::ContainsCs => (&CONTAINS_CS, false),
        B::NotContainsCs => (&CONTAINS_CS, true),
        B::StartsWith => (&STARTSWITH, false),
        B::NotStartsWith => (&STARTSWITH, true),
        B::StartsWithCs => (&STARTSWITH_CS, false),
        B::NotStartsWithCs => (&STARTSWITH_CS, true),
        B::EndsWith => (&ENDSWITH, false),
        B::NotEndsWith => (&ENDSWITH, true),
        B::EndsWithCs => (&ENDSWITH_CS, false),
        B::NotEndsWithCs => (&ENDSWITH_CS, true),
        B::MatchesRegex => (&MATCHES_REGEX, false),
        B::NotEqualIgnoreCase => (&EQUALS_IGNORE_CASE, true),
        // The binder sends no other operator here.
        _ => (&EQUALS_IGNORE_CASE, false),
    }
}

fn search(arguments: &Arguments<'_>, prepare: fn(&str) -> Pattern) -> DataFusionResult<ArrayRef> {
    let text = arguments.text(0)?;
    let mut pattern = Prepared::new(arguments.text(1)?, prepare);
    arguments.bool_column(|row| Some(pattern.get(row).matches(text.get(row))))
}

macro_rules! searches {
    ($($constant:ident, $name:literal, $place:ident, $case:ident;)+) => {
        $(const $constant: Kernel = Kernel {
            name: $name,
            returns: KqlType::Bool,
            evaluate: |arguments| search(arguments, |needle| Pattern::new(needle, Place::$place, Case::$case)),
        };)+
    };
}

searches! {
    HAS, "kql_has", Term, Ignored;
    HAS_CS, "kql_has_cs", Term, Sensitive;
    HASPREFIX, "kql_hasprefix", TermStart, Ignored;
    HASPREFIX_CS, "kql_hasprefix_cs", TermStart, Sensitive;
    HASSUFFIX, "kql_hassuffix", TermEnd, Ignored;
    HASSUFFIX_CS, "kql_hassuffix_cs", TermEnd, Sensitive;
    CONTAINS, "kql_contains", Anywhere, Ignored;
    CONTAINS_CS, "kql_contains_cs", Anywhere, Sensitive;
    STARTSWITH, "kql_startswith", Start, Ignored;
    STARTSWITH_CS, "kql_startswith_cs", Start, Sensitive;
    ENDSWITH, "kql_endswith", End, Ignored;
    ENDSWITH_CS, "kql_endswith_cs", End, Sensitive;
}

const EQUALS_IGNORE_CASE: Kernel = Kernel {
    name: "kql_equals_ignore_case",
    returns: KqlType::Bool,
    evaluate: |arguments| {
        let (left, right) = (arguments.text(0)?, arguments.text(1)?);
        arguments.bool_column(|row| Some(equal_ignore_case(left.get(row), right.get(row))))
    },
};

const MATCHES_REGEX: Kernel = Kernel {
    name: "kql_matches_regex",
    returns: KqlType::Bool,
    evaluate: |arguments| {
        let text = arguments.text(0)?;
        let mut pattern = Prepared::new(arguments.text(1)?, regexes::compile);
        arguments.bool_column(|row| {
            Some(pattern.get(row).as_ref().is_some_and(|pattern| pattern.is_match(text.get(row))))
        })
    },
};

/// The kernels of this file, for the registry.
pub(crate) const KERNELS: &[&Kernel] = &[
    &EQUALS_IGNORE_CASE,
    &MATCHES_REGEX,
    &HAS,
    &HAS_CS,
    &HASPREFIX,
    &HASPREFIX_CS,
    &HASSUFFIX,
    &HASSUFFIX_CS,
    &CONTAINS,
    &CONTAINS_CS,
    &STARTSWITH,
    &STARTSWITH_CS,
    &ENDSWITH,
    &ENDSWITH_CS,
];
