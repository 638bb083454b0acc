//! Query macros: `$<name>$` in a template stands for a part that the definition gives once.

use huntbook_diagnostics::{Diagnostic, near_hint};

use crate::codes::UNKNOWN_MACRO;

/// The template with each `$<name>$` replaced, and a finding for each name that is not defined.
///
/// A macro's value may hold placeholders, but no macros: it is not looked at again.
pub(crate) fn expand(template: &str, macros: &[(String, String)]) -> (String, Vec<Diagnostic>) {
    let mut expanded = String::with_capacity(template.len());
    let mut faults = Vec::new();
    let mut rest = template;
    while let Some(start) = rest.find("$<") {
        let behind = &rest[start + 2..];
        let name = behind.find(">$").map(|end| &behind[..end]).filter(|name| is_name(name));
        let Some(name) = name else {
            expanded.push_str(&rest[..start + 2]);
            rest = behind;
            continue;
        };
        expanded.push_str(&rest[..start]);
        if let Some((_, value)) = macros.iter().find(|(known, _)| known == name) {
            expanded.push_str(value);
        } else {
            let known = macros.iter().map(|(known, _)| known.as_str());
            faults.push(
                Diagnostic::error(UNKNOWN_MACRO, format!("macro `$<{name}>$` is not defined"))
                    .maybe_hint(near_hint("macro", name, known)),
            );
        }
        rest = &behind[name.len() + 2..];
    }
    expanded.push_str(rest);
    (expanded, faults)
}

fn is_name(text: &str) -> bool {
    !text.is_empty()
        && text.chars().all(|part| part.is_alphanumeric() || matches!(part, '_' | '-' | ' '))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn macros() -> Vec<(String, String)> {
        vec![("filter".to_owned(), "| where a == '{b}'".to_owned())]
    }

    #[test]
    fn a_macro_is_replaced_wherever_it_stands() {
        let (text, faults) = expand("T $<filter>$\n$<filter>$", &macros());
        assert_eq!(text, "T | where a == '{b}'\n| where a == '{b}'");
        assert!(faults.is_empty());
    }

    #[test]
    fn an_unknown_macro_names_a_near_one() {
        let (_, faults) = expand("T $<fliter>$", &macros());
        assert_eq!(faults[0].code, "QRY0016");
        assert!(faults[0].hints[0].contains("`filter`"));
    }

    #[test]
    fn text_that_only_looks_like_a_macro_stays() {
        let text = "T | where a matches regex '^$<[^>]+>$' and b == '$<'";
        assert_eq!(expand(text, &macros()).0, text);
    }
}
