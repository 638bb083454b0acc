//! What stands as `name = value` between the keyword of an operator and what it works on.

use huntbook_diagnostics::{Diagnostic, near_hint};
use huntbook_kql_syntax::ast::{ExprKind, Literal, OperatorParameter};

use crate::bind::Binder;
use crate::codes;

/// The options of one operator: each is asked for once, and one that nobody asked for is reported.
pub(crate) struct Options<'a> {
    operator: &'static str,
    given: &'a [OperatorParameter],
    known: Vec<&'static str>,
    problems: Vec<Diagnostic>,
}

impl<'a> Options<'a> {
    pub(crate) fn new(operator: &'static str, given: &'a [OperatorParameter]) -> Self {
        Self { operator, given, known: Vec::new(), problems: Vec::new() }
    }

    fn find(&mut self, name: &'static str) -> Option<&'a OperatorParameter> {
        self.known.push(name);
        self.given.iter().find(|option| option.name.name.eq_ignore_ascii_case(name))
    }

    fn problem(&mut self, option: &OperatorParameter, wanted: &str) {
        let message = format!("option `{}` of `{}` is {wanted}", option.name.name, self.operator);
        self.problems.push(Diagnostic::error(codes::UNKNOWN_OPTION, message).at(option.value.span));
    }

    /// One of several words.
    pub(crate) fn word(
        &mut self,
        name: &'static str,
        words: &'static [&'static str],
    ) -> Option<&'static str> {
        let option = self.find(name)?;
        let given = text(option).unwrap_or_default();
        let found = words.iter().find(|word| **word == given).copied();
        if found.is_none() {
            let message = format!("`{name}` of `{}` has no value `{given}`", self.operator);
            let hint = near_hint("value", &given, words.iter().copied())
                .unwrap_or_else(|| format!("the values are `{}`", words.join("`, `")));
            self.problems.push(
                Diagnostic::error(codes::UNKNOWN_OPTION, message).at(option.value.span).hint(hint),
            );
        }
        found
    }

    /// `true` or `false`.
    pub(crate) fn flag(&mut self, name: &'static str) -> bool {
        let Some(option) = self.find(name) else { return false };
        let flag = match &option.value.kind {
            ExprKind::Literal(Literal::Bool(Some(flag))) => Some(*flag),
            ExprKind::Literal(Literal::Long(Some(number))) => Some(*number != 0),
            _ => match text(option).unwrap_or_default().as_str() {
                "true" => Some(true),
                "false" => Some(false),
                _ => None,
            },
        };
        if flag.is_none() {
            self.problem(option, "`true` or `false`");
        }
        flag.unwrap_or_default()
    }

    /// The name of a column, or any text.
    pub(crate) fn name(&mut self, name: &'static str) -> Option<String> {
        let option = self.find(name)?;
        let given = text(option);
        if given.is_none() {
            self.problem(option, "a name");
        }
        given
    }

    /// Reports all problems, and options that do not exist. Hints on how to compute are passed over.
    pub(crate) fn finish(self, binder: &mut Binder<'_>) -> Option<()> {
        let mut sound = self.problems.is_empty();
        for problem in self.problems {
            binder.report(problem);
        }
        for option in self.given {
            let name = &option.name.name;
            let known = self.known.iter().any(|known| name.eq_ignore_ascii_case(known));
            if known || name.starts_with("hint.") {
                continue;
            }
            sound = false;
            let message = format!("`{}` has no option `{name}`", self.operator);
            binder.report(
                Diagnostic::error(codes::UNKNOWN_OPTION, message)
                    .at(option.name.span)
                    .maybe_hint(near_hint("option", name, self.known.iter().copied())),
            );
        }
        sound.then_some(())
    }
}

/// The text of a constant or of a bare word.
pub(super) fn text(option: &OperatorParameter) -> Option<String> {
    match &option.value.kind {
        ExprKind::Name(word) => Some(word.name.clone()),
        ExprKind::Literal(Literal::String { value, .. }) => Some(value.clone()),
        ExprKind::Literal(Literal::Bool(Some(flag))) => Some(flag.to_string()),
        ExprKind::Literal(Literal::Long(Some(number))) => Some(number.to_string()),
        ExprKind::Literal(Literal::Real(Some(number))) => Some(number.to_string()),
        _ => None,
    }
}
