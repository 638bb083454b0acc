//! `replace_string` and `replace_regex`.

use std::borrow::Cow;

use regex::Regex;

use super::budget::TooLong;
use super::{Function, Naming, budget, regexes};
use crate::ir::Scalar;
use crate::kernel::{Kernel, Prepared};
use crate::types::KqlType;

pub(crate) const REPLACE_STRING: Function = Function {
    name: "replace_string",
    aliases: &[],
    signature: "replace_string(text: string, lookup: string, rewrite: string) -> string",
    summary: "The text with every occurrence of `lookup` replaced; case counts.",
    naming: Naming::Numbered,
    bind: |call| {
        call.arity(3..=3)?;
        Ok(Scalar::kernel(&PLAIN, vec![call.string(0)?, call.string(1)?, call.string(2)?]))
    },
};

pub(crate) const REPLACE_REGEX: Function = Function {
    name: "replace_regex",
    aliases: &[],
    signature: "replace_regex(text: string, pattern: string, rewrite: string) -> string",
    summary: "The text with every match replaced; `\\1` to `\\9` in the rewrite stand for the match's groups, `\\0` for all of it.",
    naming: Naming::Numbered,
    bind: |call| {
        call.arity(3..=3)?;
        if let Ok(pattern) = call.constant_string(1) {
            regexes::check(&pattern, call.span_of(1))?;
        }
        Ok(Scalar::kernel(&REGEX, vec![call.string(0)?, call.string(1)?, call.string(2)?]))
    },
};

/// The older `replace(pattern, rewrite, text)`.
pub(crate) const REPLACE: Function = Function {
    name: "replace",
    aliases: &[],
    signature: "replace(pattern: string, rewrite: string, text: string) -> string",
    summary: "An older form of `replace_regex`, with the text as the last argument.",
    naming: Naming::Numbered,
    bind: |call| {
        call.arity(3..=3)?;
        if let Ok(pattern) = call.constant_string(0) {
            regexes::check(&pattern, call.span_of(0))?;
        }
        Ok(Scalar::kernel(&REGEX, vec![call.string(2)?, call.string(0)?, call.string(1)?]))
    },
};

const PLAIN: Kernel = Kernel {
    name: "kql_replace_string",
    returns: KqlType::String,
    evaluate: |arguments| {
        let (text, lookup, rewrite) = (arguments.text(0)?, arguments.text(1)?, arguments.text(2)?);
        budget::checked_text_column(arguments, "replace_string", |row| {
            let (text, lookup, rewrite) = (text.get(row), lookup.get(row), rewrite.get(row));
            if lookup.is_empty() {
                return Ok(Cow::Borrowed(text));
            }
            if rewrite.len() > lookup.len() {
                let written = rewrite.len().saturating_mul(text.matches(lookup).count());
                if written > budget::most_from(text.len()) {
                    return Err(TooLong);
                }
            }
            Ok(Cow::Owned(text.replace(lookup, rewrite)))
        })
    },
};

const REGEX: Kernel = Kernel {
    name: "kql_replace_regex",
    returns: KqlType::String,
    evaluate: |arguments| {
        let text = arguments.text(0)?;
        let mut pattern = Prepared::new(arguments.text(1)?, regexes::compile);
        let mut rewrite = Prepared::new(arguments.text(2)?, to_template);
        budget::checked_text_column(arguments, "replace_regex", |row| {
            let text = text.get(row);
            match pattern.get(row) {
                Some(pattern) => replaced(pattern, text, rewrite.get(row)),
                None => Ok(Cow::Borrowed(text)),
            }
        })
    },
};

/// The text with every match written as the template says.
fn replaced<'t>(pattern: &Regex, text: &'t str, template: &str) -> Result<Cow<'t, str>, TooLong> {
    let most = budget::most_from(text.len());
    let groups = template.matches('$').count();
    let (mut out, mut at) = (String::new(), None);
    for found in pattern.captures_iter(text) {
        let Some(whole) = found.get(0) else { continue };
        // A group is no longer than the match.
        let written = groups.saturating_mul(whole.len()).saturating_add(template.len());
        if out.len().saturating_add(written) > most {
            return Err(TooLong);
        }
        out.push_str(&text[at.unwrap_or(0)..whole.start()]);
        found.expand(template, &mut out);
        at = Some(whole.end());
    }
    let Some(at) = at else { return Ok(Cow::Borrowed(text)) };
    out.push_str(&text[at..]);
    Ok(Cow::Owned(out))
}

/// KQL's `\1` in the notation of the `regex` crate.
fn to_template(rewrite: &str) -> String {
    let mut template = String::with_capacity(rewrite.len());
    let mut characters = rewrite.chars();
    while let Some(character) = characters.next() {
        match character {
            '$' => template.push_str("$$"),
            '\\' => match characters.next() {
                Some(digit) if digit.is_ascii_digit() => template.extend(['$', '{', digit, '}']),
                Some(other) => template.push(other),
                None => template.push('\\'),
            },
            other => template.push(other),
        }
    }
    template
}

/// The kernels of this file, for the registry.
pub(crate) const KERNELS: &[&Kernel] = &[&PLAIN, &REGEX];

#[cfg(test)]
mod tests {
    use super::to_template;

    #[test]
    fn groups_are_written_with_a_backslash_and_dollars_are_plain() {
        assert_eq!(to_template(r"\1-$1-\\"), r"${1}-$$1-\");
    }
}
