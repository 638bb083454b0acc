//! How KQL names a column that the query does not name.

use huntbook_kql_syntax::ast::{Expr, ExprKind, Literal};

use crate::aggregates;
use crate::functions::{self, Naming};
use crate::windows;

/// The names given so far in one list of columns.
#[derive(Debug, Default)]
pub(crate) struct Names {
    taken: Vec<String>,
    unnamed: usize,
}

impl Names {
    /// Whether the name is given already.
    pub(crate) fn contains(&self, name: &str) -> bool {
        self.taken.iter().any(|taken| taken == name)
    }

    /// Gives a name that the query states. `false` where it is given already.
    pub(crate) fn claim(&mut self, name: &str) -> bool {
        let free = !self.contains(name);
        if free {
            self.taken.push(name.to_owned());
        }
        free
    }

    /// Gives the automatic name of an expression: the one that it suggests or `Column1`, `Column2`, ...,
    /// with `1`, `2`, ... behind it where that is given already.
    pub(crate) fn invent(&mut self, suggestion: Option<String>) -> String {
        let base = suggestion.unwrap_or_else(|| {
            self.unnamed += 1;
            format!("Column{}", self.unnamed)
        });
        let numbered = (1_usize..).map(|number| format!("{base}{number}"));
        let mut candidates = std::iter::once(base.clone()).chain(numbered);
        let name = candidates.find(|name| !self.contains(name)).expect("the numbers do not end");
        self.taken.push(name.clone());
        name
    }
}

/// The name that an expression suggests for its column: a column's own, a path's parts joined by `_`, or
/// what the function says.
pub(crate) fn suggestion(expression: &Expr) -> Option<String> {
    match &expression.kind {
        ExprKind::Name(name) => Some(name.name.clone()),
        ExprKind::Path { base, member } => Some(join(suggestion(base), &member.name)),
        ExprKind::Index { base, index } => {
            let part = match &index.kind {
                ExprKind::Literal(Literal::Long(Some(position))) => position.to_string(),
                ExprKind::Literal(Literal::String { value, .. }) => value.clone(),
                _ => String::new(),
            };
            Some(join(suggestion(base), &part))
        }
        ExprKind::Call { name, arguments } => {
            let first = || arguments.first().and_then(|argument| suggestion(&argument.value));
            let naming = functions::find(&name.name)
                .map(|function| function.naming)
                .or_else(|| aggregates::find(&name.name).map(|aggregate| aggregate.naming))
                .or_else(|| windows::find(&name.name).map(|window| window.naming))?;
            match naming {
                Naming::Numbered => None,
                Naming::FirstArgument => first(),
                Naming::Fixed(name) => Some(name.to_owned()),
                Naming::Prefix(prefix) => Some(format!("{prefix}_{}", first().unwrap_or_default())),
            }
        }
        _ => None,
    }
}

fn join(base: Option<String>, part: &str) -> String {
    match base {
        Some(base) => format!("{base}_{part}"),
        None => part.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_automatic_name_that_is_taken_gets_a_number() {
        let mut names = Names::default();
        assert!(names.claim("s"));
        assert_eq!(names.invent(Some("s".into())), "s1");
        assert_eq!(names.invent(Some("s".into())), "s2");
        assert_eq!(names.invent(None), "Column1");
        assert!(!names.claim("Column1"));
    }
}
