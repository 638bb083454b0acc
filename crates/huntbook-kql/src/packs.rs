//! The functions that every database has, as a workspace of the service does: KQL text in `packs/`.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use huntbook_diagnostics::{Diagnostic, Span};
use huntbook_kql_syntax::ast::{ExprKind, Function, LetStatement, Statement};

use crate::KqlError;
use crate::codes;

/// Functions by name.
pub(crate) type Functions = BTreeMap<String, Arc<Function>>;

/// The normalised events of ASIM: `imDns`, `_Im_ProcessCreate` and the like.
const ASIM: &str = include_str!("../packs/asim.kql");

/// The function of this name that every database has.
pub(crate) fn function(name: &str) -> Option<&'static Function> {
    static PACK: OnceLock<Functions> = OnceLock::new();
    PACK.get_or_init(|| read(ASIM).unwrap_or_default()).get(name).map(Arc::as_ref)
}

/// The functions that a text defines by `let name = (parameters) { body };`.
///
/// # Errors
///
/// [`KqlError::Invalid`] where the text is no KQL, or defines something that is no function.
pub(crate) fn read(text: &str) -> Result<Functions, KqlError> {
    let parsed = huntbook_kql_syntax::parse(text);
    if parsed.has_errors() {
        return Err(KqlError::Invalid(parsed.diagnostics));
    }
    let mut functions = Functions::new();
    for statement in parsed.query.statements {
        match statement {
            Statement::Let(LetStatement { name, value, .. })
                if matches!(value.kind, ExprKind::Function(_)) =>
            {
                let ExprKind::Function(function) = value.kind else { continue };
                functions.insert(name.name, Arc::new(*function));
            }
            Statement::Let(LetStatement { span, .. })
            | Statement::Unsupported { span, .. }
            | Statement::Set { span, .. }
            | Statement::Parameters { span, .. } => return Err(no_function(span)),
            Statement::Expression(expression) => return Err(no_function(expression.span)),
        }
    }
    Ok(functions)
}

fn no_function(span: Span) -> KqlError {
    let message = "a pack of functions holds `let name = (parameters) { body };` only";
    KqlError::Invalid(vec![Diagnostic::error(codes::NOT_A_FUNCTION, message).at(span)])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Database, Engine};

    #[test]
    fn every_function_of_the_pack_is_bound_without_a_table() {
        let pack = read(ASIM).expect("the pack is KQL");
        assert!(pack.len() > 30, "{}", pack.len());
        let engine = Engine::new(Database::new(), "2024-05-01T00:00:00Z".parse().expect("a time"));
        for name in pack.keys() {
            let found = engine.check(&format!("{name}() | where EventCount > 0 | take 1"));
            assert!(found.is_empty(), "{name}: {found:?}");
        }
    }

    #[test]
    fn a_function_of_the_user_goes_before_the_pack() {
        let mut database = Database::new();
        database.define("let imDns = () { print Mine = 1 };").expect("a function");
        let engine = Engine::new(database, "2024-05-01T00:00:00Z".parse().expect("a time"));
        assert!(engine.check("imDns | project Mine").is_empty());
        assert!(!engine.check("imDns() | project DnsQuery").is_empty());
    }

    #[test]
    fn what_is_wrong_inside_of_a_function_is_told_at_its_call() {
        let mut database = Database::new();
        let body = format!("let Odd = () {{ {}print a = 1 | where b == 1 }};", " ".repeat(500));
        database.define(&body).expect("a function");
        let engine = Engine::new(database, "2024-05-01T00:00:00Z".parse().expect("a time"));
        let text = "Odd() | count";
        let found = engine.check(text);
        let [finding] = found.as_slice() else { panic!("{found:?}") };
        assert_eq!(finding.span.and_then(|span| span.slice(text)), Some("Odd()"));
        assert!(finding.message.starts_with("in `Odd`: "), "{}", finding.message);
    }
}
